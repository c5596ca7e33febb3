"""The command that holds runs of a model against stylised facts."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ecsim.cli.command import OK, WRONG_RESULT, Command, located, setting_of
from ecsim.cli.scenario_runs import add_kept_runs, making
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.validation import FactJudged, MeasureJudged, Validation
    from ecsim.report.texts import Texts

SCENARIO = "equal_split"
"""What is run if nothing is named: money divided over counties, as in the years that sources are of."""
RULE = """\
Verdicts compare two intervals: the source's, and the one that holds a single run's figure with 90 % probability (of
random draws alone; two runs at least). reproduced: the model's lies in the source's. contradicted: no common point.
cannot be told: they overlap and the model's reaches beyond, or there is one run. input: the model was given it, so it
proves nothing (that runs contradict it is still said). not computable: the reason stands beside it.
"""


def add(command: Command) -> None:
    """Declare the command."""
    validate = command(
        "validate", "Hold runs against stylised facts: reproduced, contradicted, cannot be told, input; drawn too.",
        "ecsim validate equal_split --set sample=0.005 --seeds 4",
    )  # fmt: skip
    validate.epilog = f"{RULE}\n{validate.epilog}"
    validate.add_argument(
        "what", nargs="*", default=[SCENARIO], metavar="SCENARIO | RESULTS",
        help=f"a scenario TOML or name (default: {SCENARIO}), or folders that `ecsim run` wrote",
    )  # fmt: skip
    add_kept_runs(validate, "results/validate-<scenario>", seeds=4)
    validate.add_argument("--lang", choices=["en", "zh"], default="en", help="language of the table (default: en)")
    validate.set_defaults(run=validate_model)


def validate_model(given: Namespace) -> int:
    """Print every fact with source interval, model interval and verdict; draw them.

    Returns
    -------
    int
        0; 1 if a run failed. A fact that is contradicted is a finding, and no failure.
    """
    from ecsim.report.texts import Texts

    validation, until, folder = _recorded(given) if _are_runs(given.what) else _made(given)
    texts = Texts(given.lang)
    if given.json:
        print(json.dumps(validation.content(), ensure_ascii=False))
    else:
        _print(validation, texts, until)
    for path in _write(validation, folder):
        if not given.json:
            print(f"written: {path}")
    for failure in validation.failures:
        print(f"ecsim: a run failed and is left out: {failure}", file=sys.stderr)
    return WRONG_RESULT if validation.failures else OK


def _are_runs(names: list[str]) -> bool:
    from ecsim.kernel.journal import MANIFEST

    runs = [name for name in names if (Path(name) / MANIFEST).is_file()]
    if (runs and len(runs) < len(names)) or (not runs and len(names) > 1):
        other = next(name for name in names if name not in runs)
        raise EcsimError(f"{other}: holds no run; name one scenario, or folders that `ecsim run` wrote")
    return bool(runs)


def _recorded(given: Namespace) -> tuple[Validation, str, Path]:
    from ecsim.experiments.validation import validate_recorded
    from ecsim.kernel.runs import open_run
    from ecsim.kernel.stylised_facts import fact_book

    folders = [Path(name) for name in given.what]
    if given.set or given.seeds != 4:
        raise EcsimError("--set and --seeds are of runs that are made; those of a results folder are as they were made")
    known = fact_book(open_run(folders[0]).model).known()
    return validate_recorded(folders), known.until.isoformat(), Path(given.out) if given.out else folders[0]


def _made(given: Namespace) -> tuple[Validation, str, Path]:
    from ecsim.experiments.validation import measure_facts, validate
    from ecsim.kernel.models import model_of_scenario
    from ecsim.kernel.stylised_facts import fact_book
    from ecsim.scenario.load import load

    path, changes = located(given.what[0], "scenarios"), dict(setting_of(text) for text in given.set)
    scenario = load(path, changes)
    model = model_of_scenario(scenario, trust=True)
    until = fact_book(model).known().until.isoformat()
    if "end" not in changes:
        scenario = load(path, {**changes, "end": until})
    with making(given, scenario, f"validate-{scenario.name}", measure_facts) as runs:
        return validate(runs, model, range(1, given.seeds + 1)), until, runs.folder


def _print(validation: Validation, texts: Texts, until: str) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide, words

    said = words("validate")
    table = Table(title=texts("facts.title", runs=len(validation.seeds), of=validation.title))
    for number, column in enumerate(said["columns"][texts.language]):
        table.add_column(column, justify="right" if number in (2, 3) else "left", overflow="fold")
    for fact in validation.facts:
        for row in _rows(fact, texts, until):
            table.add_row(*row)
        table.add_section()
    wide(170).print(table)
    counts = ", ".join(f"{count} {texts(_key(verdict))}" for verdict, count in validation.counts.items() if count)
    print(said["counts"][texts.language].format(facts=len(validation.facts), counts=counts))
    print(said["rule"][texts.language])


def _key(verdict: str) -> str:
    return f"facts.{verdict.replace(' ', '_')}"


def _rows(judged: FactJudged, texts: Texts, until: str) -> list[tuple[str, ...]]:
    """Return the line of a fact and one for each of its measures."""
    fact, language = judged.fact, texts.language
    verdict = texts(_key(judged.verdict))
    reasons = [fact.reason.to(language)] if fact.reason else []
    if any(not measure.computable for measure in judged.measures):
        reasons.append(texts("facts.lacking", until=until))
    head = (str(fact.id), fact.statement.to(language), "", "", verdict, "; ".join([*reasons, fact.source]))
    return [head, *(_measure_row(measure, texts) for measure in judged.measures)]


def _measure_row(judged: MeasureJudged, texts: Texts) -> tuple[str, ...]:
    from ecsim.report.figures.facts import interval_words

    measure, language = judged.measure, texts.language
    title = f"· {texts.joined(measure.title.to(language), measure.unit.to(language))}"
    source, model = interval_words(judged, texts)
    note = f"; {measure.note.to(language)}" if measure.note else ""
    return "", title, source, model, texts(_key(judged.verdict)), f"{measure.source}{note}"


def _write(validation: Validation, folder: Path) -> list[Path]:
    """Write the facts as JSON and their pictures, and return the files."""
    from ecsim.kernel.files import writing
    from ecsim.report.figures.facts import write_pictures

    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "validation.json"
        path.write_text(json.dumps(validation.content(), ensure_ascii=False, indent=1), encoding="utf-8")
        return [path, *write_pictures(validation, folder)]
