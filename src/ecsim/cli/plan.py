"""The command that writes out the plan of a policy or run, to be edited and filed anew."""

from __future__ import annotations

import datetime as dt
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, Command, add_settings, add_trust, located, place, progress_bar, setting_of, unit_of
from ecsim.kernel.errors import counted

if TYPE_CHECKING:
    from ecsim.kernel.recorded import JournalReader


def add(command: Command) -> None:
    """Declare the command."""
    plan = command(
        "plan-from", "Write the plan that a policy's strategy makes, or that a run had, as a file to edit.",
        "ecsim plan-from pooled_by_project --out plans/mine.toml",
    )  # fmt: skip
    plan.add_argument("source", help="policy TOML or a name of `ecsim list policies`; or the folder of a run")
    plan.add_argument("--out", type=place, required=True, help="head of the plan to write, TOML")
    plan.add_argument("--excel", action="store_true", help="write its rows as .xlsx, not .csv")
    plan.add_argument("--zh", action="store_true", help="Chinese headings")
    plan.add_argument("--seed", type=int, default=1, help="random seed, for what planners see amiss (default: 1)")
    plan.add_argument(
        "--scenario", default="baseline", help="scenario that the policy is planned in (default: baseline)"
    )
    add_settings(plan, "replace a value, e.g. funds.multiplier=0.5")
    add_trust(plan)
    plan.set_defaults(run=write_plan_from)


def write_plan_from(given: Namespace) -> int:
    """Write the plan of a run, or of a run of a policy up to the week of its plans."""
    from ecsim.kernel.recorded import open_run
    from ecsim.rural.plans.written import plan_rows, plan_worth, write_plan

    head, table = head_and_table(given.out, "--out", ".xlsx" if given.excel else ".csv")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(given.source)
        folder = source if (source / "manifest.jsonl").is_file() else _planned(given, Path(scratch) / "run")
        reader = open_run(folder, trust=given.trust).reader
        rows = plan_rows(reader)
        head.parent.mkdir(parents=True, exist_ok=True)
        worth = plan_worth(reader)
        note = _worth_told(*worth) if worth else ""
        steps = list(_next_steps(head, table, reader.genesis["scenario"]))
        write_plan(head, table, rows, _head(reader, head.stem), chinese=given.zh, note=note)
    projects, yuan = (
        sum(1 if row["several"] else row["units"] for row in rows),
        sum(row["central_yuan"] for row in rows),
    )
    holds = f"{counted(projects, 'project')} in {counted(len(rows), 'row')}, {yuan / 1e6:,.2f} million yuan"
    print(f"{head} and {table}: {holds}")
    if note:
        print(note)
    for step in steps:
        print(step)
    return OK


def _next_steps(head: Path, table: Path, scenario: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words how a plan that was written is changed, checked and run.

    Parameters
    ----------
    scenario : of the run that made it
    """
    from ecsim.scenario.checks import unlike_baseline

    funds, check = scenario["policy"]["funds"], f"`ecsim check {head}`"
    if apart := unlike_baseline(scenario):
        check = (
            f"`ecsim check` a scenario whose policy names {head.name} ({check} holds it against the baseline, whose "
            f"{', '.join(apart)} {'is' if len(apart) == 1 else 'are'} another)"
        )
    yield f"to change:  edit {table}, then {check}"
    keys = ", ".join(f'{key} = "{funds[key]}"' for key in ("purse", "split"))
    yield f'to run it:  a policy with plan = "{head.name}" beside it and, in [funds], strategy = "plan", {keys}'


def _worth_told(worth: float, bound: float) -> str:
    """Return in words what a plan is worth in its maker's eyes, the bound of all lawful plans, and the gap."""
    gap = 1.0 - worth / bound if bound > 0 else 0.0
    return f"worth {worth:,.3f} targets in its maker's eyes; no lawful plan passes {bound:,.3f} (gap {gap:.2%})"


def head_and_table(name: str, flag: str, ending: str) -> tuple[Path, Path]:
    """Return the files of a plan to be written, once it is seen that nothing lies there.

    Parameters
    ----------
    name : of the head, as an argument gives it
    flag : for messages
    ending : of the table beside it

    Raises
    ------
    EcsimError
        If the name is none of a TOML file, or a file is there already.
    """
    from ecsim.kernel.errors import EcsimError

    head = Path(name)
    if head.suffix != ".toml":
        raise EcsimError(f"{flag} {head}: the head of a plan is TOML; write a name that ends in .toml")
    table = head.with_suffix(ending)
    standing = [str(file) for file in (head, table) if file.exists()]
    if standing:
        raise EcsimError(f"{' and '.join(standing)}: there already; name another file, or move it away")
    return head, table


def _planned(given: Namespace, folder: Path) -> Path:
    """Return the folder of a short run of a policy, which ends with the week in which plans are made."""
    from ecsim.cli.warm import announce_compiling
    from ecsim.kernel.models import model_of_scenario
    from ecsim.kernel.simulate import simulate
    from ecsim.rural.scenario import LEAST_SAMPLE
    from ecsim.scenario.load import load
    from ecsim.scenario.parts import read_policy

    file = located(given.source, "policies")
    changes: dict[str, Any] = {"sample": LEAST_SAMPLE, "keep": "all", "policy": read_policy(file, "plan-from")}
    changes |= dict(setting_of(text) for text in given.set)
    scenario = load(located(given.scenario, "scenarios"), changes)
    made = max(scenario.programme.dates.plan_due, scenario.programme.dates.notice) + dt.timedelta(days=7)
    scenario = load(located(given.scenario, "scenarios"), {**changes, "end": min(made, scenario.end).isoformat()})
    model = model_of_scenario(scenario, trust=True)
    with announce_compiling(model), progress_bar(unit_of(model)) as progress:
        simulate(model, scenario, given.seed, out=folder, progress=progress)
    return folder


def _head(reader: JournalReader, name: str) -> dict[str, str]:
    policy = reader.genesis["scenario"]["policy"]
    return {
        "name": name,
        "title_en": f"Plan after: {policy['title_en']}", "title_zh": f"计划（依据：{policy['title_zh']}）",
        "author": f"written by `ecsim plan-from` from the policy {policy['name']}", "purse": policy["funds"]["purse"],
        "split": policy["funds"]["split"],
    }  # fmt: skip
