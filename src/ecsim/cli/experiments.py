"""Commands on experiments: compare, plan, merge, check."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import Command
from ecsim.cli.commands import OK, WRONG_RESULT, change, progress_bar
from ecsim.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.compare import Comparison
    from ecsim.experiments.running.ensemble import Progress
    from ecsim.experiments.running.executors import Executor
    from ecsim.experiments.running.plan import Plan


def add(command: Command) -> None:
    """Declare the commands."""
    compare = command(
        "compare", "Run the arms of an experiment under the same luck and compare them.",
        "ecsim compare experiments/pooled-vs-per-county --replications 4",
    )  # fmt: skip
    add_experiment(compare)
    compare.add_argument(
        "--shard", metavar="K/N", help="make the K-th of N parts alone; `ecsim merge` puts parts together"
    )
    compare.set_defaults(run=compare_arms)
    plan = command(
        "plan", "Tell what an experiment will run, how long it takes and how much it writes, from one trial run.",
        "ecsim plan experiments/pooled-vs-per-county",
    )  # fmt: skip
    add_experiment(plan)
    plan.set_defaults(run=tell_plan)
    merge = command(
        "merge", "Put the parts of an experiment together that were made with --shard, and write its tables.",
        "ecsim merge results/part-1 results/part-2 --experiment experiments/my-study --out results/my-study",
    )  # fmt: skip
    merge.add_argument("parts", nargs="+", help="results folders")
    merge.add_argument("--experiment", required=True, help="folder with experiment.toml")
    merge.add_argument("--out", required=True, help="folder for the whole")
    merge.add_argument("--sample", type=float, help="share of the households, if the parts were made with one")
    merge.add_argument("--replications", type=int, help="replications, if the parts were made with another number")
    merge.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="as the parts were made with")
    merge.add_argument("--json", action="store_true", help="print the summary as JSON")
    merge.set_defaults(run=merge_parts)
    check = command(
        "check", "Check scenarios, policies, designs, shocks and experiments against their schema and the notice.",
        "ecsim check configs/baseline.toml experiments/pooled-vs-per-county",
    )  # fmt: skip
    check.add_argument("files", nargs="+", help="TOML files, or folders with experiment.toml")
    check.set_defaults(run=check_files)


def add_experiment(parser: Any) -> None:  # noqa: ANN401 (an argument parser, or a group of one)
    """Declare what every command that runs an experiment takes."""
    parser.add_argument("experiment", help="folder with experiment.toml")
    parser.add_argument("--out", help="folder for the results (default: results/<name>)")
    parser.add_argument("--replications", type=int, help="in place of the experiment's own")
    parser.add_argument("--sample", type=float, help="share of the households to follow, in (0, 1]")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="replace a value of it; scenario.end=… is of every arm",
    )
    parser.add_argument("--workers", type=int, help="processes (default: one a core)")
    parser.add_argument("--cluster", metavar="tcp://…", help="make the runs on a Dask cluster (extra: cluster)")
    parser.add_argument(
        "--resume", action="store_true", help="go on with results that are there; refuse to begin new ones"
    )
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


@contextmanager
def running(given: Namespace) -> Iterator[tuple[Executor, Progress]]:
    """Yield where runs are made and what shows how far they are; workers end with it."""
    with closing(executor_of(given)) as executor, progress_bar("runs") as progress:
        yield executor, progress


def executor_of(given: Namespace) -> Executor:
    """Return where runs are made."""
    from ecsim.experiments.running.executors import Cluster, LocalProcesses

    return Cluster(given.cluster) if given.cluster else LocalProcesses(given.workers)


def plan_of(given: Namespace) -> Plan:
    """Return what an experiment will run, with the command's own values in it."""
    from ecsim.experiments.compare import planned

    return planned(given.experiment, given.replications, given.sample, dict(change(text) for text in given.set))


def ready(given: Namespace) -> tuple[Plan, Path]:
    """Return what an experiment will run, and into which folder."""
    plan = plan_of(given)
    return plan, _folder_of(given, plan.experiment.name)


def _folder_of(given: Namespace, name: str) -> Path:
    """Return the results folder of a command.

    Raises
    ------
    EcsimError
        If it is to be gone on with and there is nothing in it.
    """
    from ecsim.experiments.running.ledger import LEDGER

    folder = Path(given.out) if given.out else Path("results") / name
    if given.resume and not (folder / LEDGER).exists():
        raise EcsimError(f"--resume: {folder} holds no {LEDGER}; leave --resume out to begin")
    return folder


def compare_arms(given: Namespace) -> int:
    """Run an experiment, print its table, write its report."""
    from ecsim.experiments.compare import compare_plan

    plan, folder = ready(given)
    shard = shard_of(given.shard)
    with running(given) as (executor, progress):
        found = compare_plan(plan, folder, executor, shard, progress)
    if found is None:
        print(f"{folder}: part {given.shard} is made; `ecsim merge` puts the parts together")
        return OK
    return _told(found, as_json=given.json)


def shard_of(text: str | None) -> tuple[int, int] | None:
    """Return which part of how many.

    Raises
    ------
    EcsimError
        If the text is not K/N with K from 1 to N.
    """
    if text is None:
        return None
    part, slash, whole = text.partition("/")
    if not (slash and part.isdigit() and whole.isdigit() and 1 <= int(part) <= int(whole)):
        raise EcsimError(f"--shard {text!r}: write K/N with K from 1 to N, as 2/4")
    return int(part), int(whole)


def _told(found: Comparison, *, as_json: bool) -> int:
    from ecsim.cli.tables import chances_table, comparison_table, not_available, plain_comparison, targets_table
    from ecsim.indicators import TARGETS
    from ecsim.report.report import write_report

    if as_json:
        print(found.summary.to_json(orient="records", force_ascii=False))
    elif found.experiment.model:
        plain_comparison(found.summary, found.runs, found.experiment.reference)
    else:
        comparison_table(found.summary, found.experiment.reference)
        targets_table(found.summary, found.experiment.reference, found.chances)
        titles = {target.name: target.title_en for target in TARGETS}
        chances_table(found.chances, found.experiment.sets, titles)
        not_available(found.not_available)
    if found.stopped and not as_json:
        half, n = found.stopped.half_width, found.stopped.n
        print(f"stopping rule: {found.stopped.verdict} after {n} replications, half-width {half:,.4g}")
    pages = write_report(found.folder)
    if not as_json:
        print(f"report: {', '.join(map(str, pages))}")
    if found.unused:
        told = "are no part of this plan (of a search, another configuration or other code)"
        print(f"ecsim: {found.unused} other runs in {found.folder} {told}", file=sys.stderr)
    for name, count in found.left_out.items():
        print(
            f"ecsim: {count} runs gave no number for {name}; they, and the other arms' runs beside them, are left out",
            file=sys.stderr,
        )
    for failure in found.failed:
        print(f"ecsim: a run failed and is left out: {failure}", file=sys.stderr)
    return WRONG_RESULT if found.failed else OK


def tell_plan(given: Namespace) -> int:
    """Make one run and tell what all of them will take."""
    from ecsim.cli.tables import print_rows
    from ecsim.experiments.running.trial import trial

    plan, folder = ready(given)
    found = trial(plan, folder, executor_of(given))
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print_rows(f"{plan.experiment.name}: {plan.experiment.question}", [{"": k, " ": v} for k, v in found.items()])
    return OK


def merge_parts(given: Namespace) -> int:
    """Put parts together."""
    from ecsim.experiments.compare import merge

    return _told(merge(plan_of(given), Path(given.out), [Path(part) for part in given.parts]), as_json=given.json)


def check_files(given: Namespace) -> int:
    """Check files and say of each what it is."""
    from ecsim.experiments.kinds import check_file

    wrong = 0
    for name in given.files:
        try:
            print(f"ok  {name}: {check_file(Path(name))}")
        except EcsimError as error:
            wrong += 1
            print(f"BAD {error}", file=sys.stderr)
    return WRONG_RESULT + 1 if wrong else OK
