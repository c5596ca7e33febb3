"""Commands on experiments: compare, plan, merge, check."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli import console
from ecsim.cli.command import Command, place
from ecsim.cli.commands import OK, WRONG_RESULT, change, located, progress_bar
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.compare import Comparison
    from ecsim.experiments.config import Experiment
    from ecsim.experiments.running.ensemble import Progress
    from ecsim.experiments.running.executors import Executor
    from ecsim.experiments.running.plan import Plan
    from ecsim.statistics.stopping import Decision


_TLS = {
    "--tls-ca-file": "the certificate authority's certificate",
    "--tls-cert": "your certificate",
    "--tls-key": "its key",
}
"""As `dask scheduler` and `dask worker` call them."""


def add(command: Command) -> None:
    """Declare the commands."""
    compare = command(
        "compare", "Run the policies of an experiment with the same random draws and compare them.",
        "ecsim compare experiments/pooled-vs-per-county --replications 4",
    )  # fmt: skip
    add_experiment(compare)
    compare.add_argument("--shard", metavar="K/N", help="run only shard K of N; `ecsim merge` combines shards")
    compare.set_defaults(run=compare_arms)
    plan = command(
        "estimate", "Estimate what an experiment will run, how long it takes and how much it writes, from one run.",
        "ecsim estimate experiments/pooled-vs-per-county",
    )  # fmt: skip
    add_experiment(plan)
    plan.set_defaults(run=tell_plan)
    merge = command(
        "merge", "Combine shards made with --shard and write the result tables.",
        "ecsim merge results/part-1 results/part-2 --experiment experiments/my-study --out results/my-study",
    )  # fmt: skip
    merge.add_argument("parts", nargs="+", help="results folders")
    merge.add_argument("--experiment", required=True, help="folder with experiment.toml")
    merge.add_argument("--out", type=place, required=True, help="folder for the combined results")
    merge.add_argument("--sample", type=float, help="share of households, if the shards were run with --sample")
    merge.add_argument("--replications", type=int, help="replications, if the shards were run with --replications")
    merge.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="settings the shards were run with"
    )
    merge.add_argument("--json", action="store_true", help="print the summary as JSON")
    merge.set_defaults(run=merge_parts)
    check = command(
        "check", "Check scenarios, policies, designs, shocks and experiments against their schema and the notice. "
        "A model or strategy of your own (module:name) is imported: its code runs.",
        "ecsim check configs/baseline.toml experiments/pooled-vs-per-county",
    )  # fmt: skip
    check.add_argument(
        "files", nargs="+", help="TOML files, folders with experiment.toml or with several such, or names"
    )
    check.set_defaults(run=check_files)


def add_experiment(parser: Any) -> None:  # noqa: ANN401 (an argument parser, or a group of one)
    """Declare what every command that runs an experiment takes."""
    parser.add_argument("experiment", help="folder with experiment.toml, or a name of `ecsim list experiments`")
    parser.add_argument("--out", type=place, help="folder for the results (default: results/<name>)")
    parser.add_argument("--replications", type=int, help="number of replications (overrides the experiment file)")
    parser.add_argument("--sample", type=float, help="share of households to simulate, in (0, 1]")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a setting; scenario.… applies to all policies",
    )
    parser.add_argument("--workers", type=int, help="worker processes (default: one per core)")
    parser.add_argument("--cluster", metavar="tls://…", help="run on a Dask cluster (needs the extra: cluster)")
    for name, what in _TLS.items():
        parser.add_argument(name, metavar="PEM", help=f"with --cluster tls://…: {what}")
    parser.add_argument(
        "--resume", action="store_true", help="continue an existing results folder; fail if there is none"
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


@contextmanager
def running(given: Namespace) -> Iterator[tuple[Executor, Progress]]:
    """Yield where runs are made and what shows how far they are; workers end with it."""
    with closing(executor_of(given)) as executor, progress_bar("runs") as progress:
        yield executor, progress


def executor_of(given: Namespace) -> Executor:
    """Return where runs are made."""
    from ecsim.experiments.running.executors import Certificates, Cluster, LocalProcesses

    files = (given.tls_ca_file, given.tls_cert, given.tls_key)
    if any(files) and not (given.cluster and all(files)):
        raise EcsimError(f"{', '.join(_TLS)} go together, and with --cluster tls://…: give all of them, or none")
    if given.cluster:
        return Cluster(given.cluster, Certificates(*map(Path, files)) if all(files) else None)
    return LocalProcesses(given.workers)


def plan_of(given: Namespace) -> Plan:
    """Return what an experiment will run, with the command's own values in it."""
    from ecsim.experiments.compare import load_plan

    return load_plan(
        located(given.experiment, "experiments"),
        given.replications,
        given.sample,
        dict(change(text) for text in given.set),
    )


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
    from ecsim.experiments.running.ledger import LEDGER, holds_ledger

    folder = Path(given.out) if given.out else Path("results") / name
    if given.resume and not holds_ledger(folder):
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
        print(f"{folder}: shard {given.shard} is done; `ecsim merge` combines the shards")
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
    from ecsim.cli.tables import (
        chances_table,
        comparison_table,
        contrast_sentences,
        not_available,
        plain_comparison,
        targets_table,
    )
    from ecsim.report.numbers import figure
    from ecsim.report.report import write_report

    if as_json:
        print(found.summary.to_json(orient="records", force_ascii=False))
    elif not found.known.targets:
        plain_comparison(found.summary, found.runs, found.experiment.reference, found.known)
    else:
        comparison_table(found.summary, found.experiment.reference, found.known, found.experiment.outcomes)
        targets_table(found.summary, found.experiment.reference, found.chances, found.known)
        titles = {target.name: target.title.en for target in found.known.targets}
        chances_table(found.chances, found.experiment.sets, titles)
        not_available(found.not_available, found.known)
    if not as_json:
        contrast_sentences(found.contrasts, found.known)
    if found.stopped and found.met and not as_json:
        print(f"stopping rule: met after {found.stopped.n} replications, half-width {figure(found.stopped.half_width)}")
    pages = write_report(found.folder)
    if not as_json:
        print(f"report: {', '.join(map(str, pages))}")
    if found.unused:
        told = "do not belong to this plan (they come from a search, another configuration or other code)"
        print(f"ecsim: {found.unused} other runs in {found.folder} {told}", file=sys.stderr)
    _tell_of_what_is_lacking(found)
    return OK if found.met and not found.failed else WRONG_RESULT


def _tell_of_what_is_lacking(found: Comparison) -> None:
    """Say on the error stream which runs are left out, and that a stopping rule was not met."""
    for name, count in found.left_out.items():
        print(
            f"ecsim: {count} runs gave no number for {name}; they, and the other arms' runs beside them, are left out",
            file=sys.stderr,
        )
    for failure in found.failed:
        print(f"ecsim: a run failed and is excluded: {failure}", file=sys.stderr)
    if len(found.runs) < found.planned:
        print(f"ecsim: {len(found.runs):,} of {found.planned:,} runs are in the figures", file=sys.stderr)
    pairs = found.planned // len(found.experiment.arms)
    for count in sorted(set(found.pairs.values())):
        names = [name for name, n in found.pairs.items() if n == count]
        told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        print(f"ecsim: arms are compared in {count:,} of {pairs:,} pairs for {told}", file=sys.stderr)
    if found.stopped and not found.met:
        print(f"ecsim: {_told_of_rule(found.experiment, found.stopped)}", file=sys.stderr)


def _told_of_rule(experiment: Experiment, stopped: Decision) -> str:
    """Return that a stopping rule was not met, by how much, and what to do."""
    from ecsim.report.numbers import figure

    rule = experiment.stopping
    assert rule is not None
    asked = f"{rule.half_width:.4g} of the mean" if rule.relative else f"{rule.half_width:.4g}"
    return (
        f"stopping rule not met: after {stopped.n} replications the half-width for {rule.outcome} is "
        f"{figure(stopped.half_width)}, and {asked} was asked for; raise stopping.most ({rule.most})"
    )


def tell_plan(given: Namespace) -> int:
    """Make one run and tell what all of them will take."""
    from ecsim.cli.tables import print_rows
    from ecsim.experiments.running.cost_estimate import estimate_cost

    plan, folder = ready(given)
    found = estimate_cost(plan, folder, executor_of(given))
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
    from ecsim.experiments.file_checks import check_file, studies_in

    wrong = 0
    for name in [str(file) for given_name in given.files for file in studies_in(Path(given_name)) or [given_name]]:
        try:
            print(f"ok  {name}: {check_file(located(name))}")
        except EcsimError as error:
            wrong += 1
            print(f"BAD {console.for_terminal(error)}", file=sys.stderr)
    return WRONG_RESULT + 1 if wrong else OK
