"""The command that writes a run beside known facts by county, and compares samples of the households."""

from __future__ import annotations

import json
import math
import sys
from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ecsim.cli.command import OK, WRONG_RESULT, Command, located, setting_of
from ecsim.cli.scenario_runs import add_kept_runs, making, scenario_of, write_json
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.sample_comparison import SampleComparison, SampleRow

PAGE = "docs/plausibility.md"
SEEDS = 20


def add(command: Command) -> None:
    """Declare the command."""
    plausibility = command(
        "plausibility", "Compare a run without money with the facts, county by county; or runs at several samples.",
        "ecsim plausibility --samples 0.01,0.05,0.25 --seeds 20",
    )  # fmt: skip
    plausibility.add_argument("--config", default="configs/scenarios/no_money.toml", help="scenario TOML")
    plausibility.add_argument(
        "--samples", type=_samples, metavar="SHARE,…",
        help="compare outcomes at these samples of the households with the largest of them, and write no page",
    )  # fmt: skip
    add_kept_runs(plausibility, f"{PAGE}, a file; with --samples results/samples-<scenario>", SEEDS)
    plausibility.set_defaults(run=show_plausibility)


def _samples(text: str) -> list[float]:
    try:
        samples = [float(part) for part in text.split(",")]
    except ValueError:
        samples = []
    if len(set(samples)) < 2 or not all(0.0 < sample <= 1.0 for sample in samples):
        raise ArgumentTypeError(f"is {text!r}; write two or more shares above 0 and up to 1, as 0.01,0.05,0.25")
    return samples


def show_plausibility(given: Namespace) -> int:
    """Write the page of facts by county, or print the table of samples.

    Returns
    -------
    int
        0; with samples 1 if an outcome differs or a run failed.
    """
    if given.samples is not None:
        return _compare(given)
    if given.seeds != SEEDS or given.set or given.workers or given.json:
        raise EcsimError("--seeds, --set, --workers and --json go with --samples; the page is of one run as shipped")
    from ecsim.experiments.plausibility import write

    print(write(located(given.config, "scenarios"), Path(given.out or PAGE)))
    return OK


def _compare(given: Namespace) -> int:
    from ecsim.experiments.sample_comparison import compare_samples

    if any(setting_of(text)[0] == "sample" for text in given.set):
        raise EcsimError("--set sample=…: --samples says the samples; leave it out")
    scenario, model = scenario_of(given, given.config)
    with making(given, scenario, f"samples-{scenario.name}") as runs:
        comparison = compare_samples(runs, model, given.samples, given.seeds)
    path = write_json(runs.folder, "samples.json", comparison.content())
    if given.json:
        print(json.dumps(comparison.content(), ensure_ascii=False))
    else:
        _print(comparison)
        print(f"written: {path}")
    for failure in comparison.failures:
        print(f"ecsim: a run failed and is left out: {failure}", file=sys.stderr)
    bad = any(row.verdict == "differs" for row in comparison.rows) or comparison.failures
    return WRONG_RESULT if bad else OK


def _print(comparison: SampleComparison) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide, words

    said = words("samples")
    table = Table(title=said["title"])
    for name in said["columns"]:
        table.add_column(name, justify="left" if name in ("outcome", "unit", "verdict") else "right", overflow="fold")
    previous = ""
    for row in comparison.rows:
        if row.outcome != previous:
            table.add_section()
        table.add_row(*_cells(row, named=row.outcome != previous))
        previous = row.outcome
    wide(160).print(table)
    verdicts = [row.verdict for row in comparison.rows]
    print(", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts)))
    print(said["rule"])
    if comparison.seeds < comparison.needed:
        print(said["few"].format(seeds=comparison.seeds, needed=comparison.needed))


def _cells(row: SampleRow, *, named: bool) -> tuple[str, ...]:
    from ecsim.report.numbers import change, figure

    relative = row.difference / row.mean_there if row.mean_there else math.nan
    return (
        row.title if named else "", row.unit if named else "", f"{row.sample:g}", str(row.runs), figure(row.mean),
        figure(row.mean_there), change(row.difference, row.mean_there),
        "–" if math.isnan(relative) else f"{100.0 * relative:+.2f} %".replace("-", "−"),
        figure(row.error), figure(row.tolerance), row.verdict,
    )  # fmt: skip
