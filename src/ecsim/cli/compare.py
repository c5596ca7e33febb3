"""Commands that compare the arms of an experiment: compare, merge."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, Command, add_settings, place
from ecsim.cli.comparison import print_comparison
from ecsim.cli.experiments import add_experiment, plan_of, ready, running
from ecsim.kernel.errors import EcsimError


def add(command: Command) -> None:
    """Declare the commands."""
    compare = command(
        "compare", "Run the policies of an experiment with the same random draws and compare them.",
        "ecsim compare experiments/pooled-vs-per-county --replications 4",
    )  # fmt: skip
    add_experiment(compare)
    compare.add_argument("--shard", metavar="K/N", help="run only shard K of N; `ecsim merge` combines shards")
    compare.set_defaults(run=compare_arms)
    merge = command(
        "merge", "Combine shards made with --shard and write the result tables.",
        "ecsim merge results/part-1 results/part-2 --experiment experiments/my-study --out results/my-study",
    )  # fmt: skip
    merge.add_argument("parts", nargs="+", help="results folders")
    merge.add_argument("--experiment", required=True, help="folder with experiment.toml")
    merge.add_argument("--out", type=place, required=True, help="folder for the combined results")
    merge.add_argument("--sample", type=float, help="share of households, if the shards were run with --sample")
    merge.add_argument("--replications", type=int, help="replications, if the shards were run with --replications")
    add_settings(merge, "settings the shards were run with")
    merge.add_argument("--json", action="store_true", help="print summary and contrasts as JSON")
    merge.set_defaults(run=merge_parts)


def compare_arms(given: Namespace) -> int:
    """Run an experiment, print its tables, write its report.

    Returns
    -------
    int
        0; 1 if a run failed or a stopping rule was not met.
    """
    from ecsim.experiments.compare import compare_plan

    plan, folder = ready(given)
    shard = shard_of(given.shard)
    with running(given) as (executor, progress):
        comparison = compare_plan(plan, folder, executor, shard, progress)
    if comparison is None:
        print(f"{folder}: shard {given.shard} is done; `ecsim merge` combines the shards")
        return OK
    return print_comparison(comparison, as_json=given.json)


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


def merge_parts(given: Namespace) -> int:
    """Combine shards: print the tables of all their runs and write the report.

    Returns
    -------
    int
        As of `compare_arms`.
    """
    from ecsim.experiments.compare import merge

    merged = merge(plan_of(given), Path(given.out), [Path(part) for part in given.parts])
    return print_comparison(merged, as_json=given.json)
