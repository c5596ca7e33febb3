"""Commands on a run and its kin: resume, fork, reproduce, tree, why."""

from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import Command, add_trust, place
from ecsim.cli.commands import OK, change, located, progress_bar, unit_of
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from rich.tree import Tree

    from ecsim.audit.run_tree import RunNode
    from ecsim.audit.why import Counterfactual
    from ecsim.kernel.journal import Root


def add(command: Command) -> None:
    """Declare the commands."""
    resume = command(
        "resume",
        "Resume an interrupted run; the result is identical to an uninterrupted one.",
        "ecsim resume results/first",
    )
    resume.add_argument("folder", metavar="run", help="folder that `ecsim run` wrote")
    add_trust(resume)
    resume.add_argument("--json", action="store_true", help="print one JSON object")
    resume.set_defaults(run=resume_run)
    _add_fork(command)
    _add_reproduce(command)
    tree = command("tree", "Show which runs in a folder were forked from which.", "ecsim tree results")
    tree.add_argument("results", help="folder that holds runs")
    tree.add_argument("--json", action="store_true", help="print JSON")
    tree.set_defaults(run=draw_tree)
    _add_why(command)


def _add_fork(command: Command) -> None:
    fork = command(
        "fork", "Branch a run at a given week: new policy, same random draws.",
        "ecsim fork results/first --at 2019-06-30 --set funds.multiplier=2 --out results/doubled",
    )  # fmt: skip
    fork.add_argument("folder", metavar="run", help="folder that `ecsim run` wrote")
    fork.add_argument("--at", required=True, help="date; the week containing it is the first that may differ")
    fork.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting from that week on"
    )
    fork.add_argument("--policy", help="policy (TOML file or name) in force from that week on")
    fork.add_argument("--out", type=place, help="folder of the fork (default: RUN-fork-DATE)")
    add_trust(fork)
    fork.add_argument("--json", action="store_true", help="print one JSON object")
    fork.set_defaults(run=fork_run)


def _add_reproduce(command: Command) -> None:
    reproduce = command(
        "reproduce", "Rerun a run of which only the root was stored, write all its events, and check the root.",
        "ecsim reproduce results/pooled-vs-per-county --arm equal_split --seed 3 --out results/third",
    )  # fmt: skip
    reproduce.add_argument("folder", metavar="run", help="folder of a run, or of an experiment's results")
    reproduce.add_argument("--arm", help="arm of the experiment")
    reproduce.add_argument("--seed", type=int, help="random seed of the run")
    reproduce.add_argument("--out", type=place, help="folder for the journal (default: RUN-full)")
    add_trust(reproduce)
    reproduce.add_argument("--json", action="store_true", help="print one JSON object")
    reproduce.set_defaults(run=reproduce_run)


def _add_why(command: Command) -> None:
    why = command(
        "why", "Counterfactual: rerun without selected events, with the same random draws.",
        "ecsim why results/first --without station_opened:county=会泽县",
    )  # fmt: skip
    why.add_argument("folder", metavar="run", help="folder that `ecsim run` wrote")
    what = why.add_mutually_exclusive_group(required=True)
    what.add_argument("--without", metavar="SELECTOR", help="kind:column=value,… or seq:N")
    what.add_argument(
        "--top", type=int, metavar="N", help="measure the effect of the N largest contracts and rank them"
    )
    why.add_argument("--from", dest="first", metavar="DATE", help="only events from this date on")
    why.add_argument("--to", dest="last", metavar="DATE", help="only events up to this date")
    why.add_argument("--by", help="outcome that --top ranks by (default: the model's first headline)")
    why.add_argument("--out", type=place, help="store the counterfactual run in this folder")
    add_trust(why)
    why.add_argument("--json", action="store_true", help="print JSON")
    why.set_defaults(run=weigh)


def resume_run(given: Namespace) -> int:
    """Bring a stopped run to its end."""
    from ecsim.audit.published import INDICATORS, publish_late, run_and_publish
    from ecsim.kernel.resuming import resume
    from ecsim.kernel.runs import open_run

    folder = Path(given.folder)
    if (root := publish_late(folder, trust=given.trust)) is not None:
        told = {**_root(folder, root), "published": f"{INDICATORS}; the run had ended without it"}
        _told(told, given.json)
        return OK
    stored = open_run(folder, trust=given.trust)
    with progress_bar(unit_of(stored.model)) as progress:
        ended = run_and_publish(
            stored.model, stored.scenario, folder,
            lambda watchers: resume(folder, watchers=watchers, progress=progress, trust=given.trust),
        )  # fmt: skip
    _told(_root(folder, ended.root), given.json)
    return OK


def _root(folder: Path, root: Root) -> dict[str, Any]:
    return {"run": str(folder), "events": root.events, "root": root.root, "manifest": root.manifest}


def fork_run(given: Namespace) -> int:
    """Branch a run."""
    from ecsim.audit.published import run_and_publish
    from ecsim.kernel.forks import fork
    from ecsim.kernel.runs import open_run
    from ecsim.scenario.load import changed, read_kind

    parent = Path(given.folder)
    run = open_run(parent, trust=given.trust)
    before, days = run.scenario, run.model.days
    date = date_of(given.at, "--at")
    policy = read_kind("policy", located(given.policy, "policies")) if given.policy else None
    scenario = changed(before, dict(change(text) for text in given.set), f"fork of {parent}", policy)
    out = Path(given.out) if given.out else parent.with_name(f"{parent.name}-fork-{date}")
    told = "; ".join([*given.set, *([f"policy {policy['name']}"] if policy else [])]) or "nothing changed"
    day = (date - before.start).days // days * days
    idle = run.model.hooks.branch(before, scenario, day)
    for sentence in idle:
        print(f"ecsim: {sentence}", file=sys.stderr)
    with progress_bar(unit_of(run.model)) as progress:
        ended = run_and_publish(
            run.model, scenario, out,
            lambda watchers: fork(
                parent, day, scenario, out=out, watchers=watchers, progress=progress, change=told, trust=given.trust
            ),
        )  # fmt: skip
    since = before.start + dt.timedelta(days=day)
    found = {"run": str(out), "parent": str(parent), "since": since.isoformat(), "changed": told}
    _told({**found, **_root(out, ended.root), "without_effect": idle}, given.json)
    return OK


def reproduce_run(given: Namespace) -> int:
    """Write a run out in full."""
    from ecsim.audit.published import run_and_publish
    from ecsim.audit.reproduce import known_run, reproduce

    folder = Path(given.folder)
    known = known_run(folder, given.arm, given.seed, trust=given.trust)
    name = f"{folder.name}-full" if given.arm is None else f"{folder.name}-{given.arm}-{given.seed}"
    out = Path(given.out) if given.out else folder.with_name(name)
    with progress_bar(unit_of(known.model)) as progress:
        ended = run_and_publish(
            known.model, known.scenario, out,
            lambda watchers: reproduce(known, out, watchers=watchers, progress=progress, trust=given.trust),
        )  # fmt: skip
    _told({**_root(out, ended.root), "as_published": True}, given.json)
    return OK


def draw_tree(given: Namespace) -> int:
    """Draw the run_trees."""
    from rich.tree import Tree

    from ecsim.audit.run_tree import run_trees
    from ecsim.cli.console import wide

    eldest = run_trees(Path(given.results))
    if given.json:
        print(json.dumps([_as_json(member) for member in eldest], ensure_ascii=False))
        return OK
    tree = Tree(given.results)
    for member in eldest:
        _grow(tree, member)
    wide().print(tree)
    return OK


def _grow(tree: Tree, member: RunNode) -> None:
    from rich.text import Text

    own = ", ".join(filter(None, (member.policy or member.name, f"seed {member.seed}")))
    since = f" from {member.since}: {member.change}" if member.since else f" ({own})"
    end = f"root {member.root[:12]}" if member.root else "not ended"
    told = Text.assemble((member.folder.name, "bold"), f"{since} · {member.events:,} events · {end}")
    branch = tree.add(told, highlight=False)
    for child in member.children:
        _grow(branch, child)


def _as_json(member: RunNode) -> dict[str, Any]:
    return {
        "run": str(member.folder), "scenario": member.name, "policy": member.policy, "seed": member.seed,
        "since": member.since.isoformat() if member.since else None, "changed": member.change, "events": member.events,
        "root": member.root, "forks": [_as_json(child) for child in member.children],
    }  # fmt: skip


def weigh(given: Namespace) -> int:
    """Weigh events, or the largest decisions."""
    from ecsim.audit.why import why

    if given.top is not None:
        return _weigh_largest(given)
    window = [date_of(text, flag) if text else None for text, flag in ((given.first, "--from"), (given.last, "--to"))]
    found = why(
        Path(given.folder), given.without, first=window[0], last=window[1],
        out=Path(given.out) if given.out else None, trust=given.trust,
    )  # fmt: skip
    if given.json:
        print(json.dumps(_counterfactual(found), ensure_ascii=False))
    else:
        _print_counterfactual(found, Path(given.folder))
    return OK


def _counterfactual(found: Counterfactual) -> dict[str, Any]:
    return {
        "without": found.text, "events": found.taken_out, "again_from_day": found.day, "on": found.date.isoformat(),
        "root": found.root, "figures": found.changes(),
    }  # fmt: skip


def _print_counterfactual(found: Counterfactual, folder: Path) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide

    table = Table(
        title=f"{folder} without {found.text} ({found.taken_out:,} events), again from day {found.day}, "
        f"same random draws"
    )
    for name in ("figure", "unit"):
        table.add_column(name)
    for name in ("as it was", "without", "weight"):
        table.add_column(name, justify="right")
    table.add_column("most in")
    for row in found.changes():
        where = ", ".join(f"{found.places[place].name.zh} {gap:+,.3g}" for place, gap in row["counties"].items())
        if where or abs(row["weight"]) > 0.0:
            values = (f"{row[key]:,.3f}" for key in ("with", "without"))
            table.add_row(row["title"], row["unit"], *values, f"{row['weight']:+,.3f}", where)
    if not table.row_count:
        print(f"{folder} without {found.text}: every figure of {found.date} is the same")
        return
    wide().print(table)
    print("Figures that do not change are omitted.")


def _weigh_largest(given: Namespace) -> int:
    from ecsim.audit.why import headline_of, largest_decisions, ranked
    from ecsim.cli.tables import print_rows
    from ecsim.kernel.runs import open_run

    folder = Path(given.folder)
    if given.top < 1:
        raise EcsimError(f"--top {given.top}: at least one decision is needed")
    stored = open_run(folder, trust=given.trust)
    measures, scenario = stored.model.measures, stored.scenario
    by, headlines = headline_of(given.by, measures, scenario), [*measures.headlines(scenario)]
    with progress_bar("decisions") as progress:
        found = ranked(largest_decisions(folder, given.top, progress=progress, trust=given.trust), by)
    rows = [
        {"without": one.decision.text, **one.decision.details}
        | {name: f"{value:+,.4g}" for name, value in one.weights(headlines).items()}
        for one in found
    ]
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
        return OK
    print_rows(f"What the {len(rows)} largest decisions weigh, by {by}", rows)
    print(f"Effects: actual minus counterfactual; {', '.join(headlines)} as in `ecsim why --without`.")
    return OK


def date_of(text: str, flag: str) -> dt.date:
    """Return the date that a flag names.

    Raises
    ------
    EcsimError
        If it is none.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise EcsimError(f"{flag} {text!r}: no date; write it as 2019-06-30") from None


def _told(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    words = [
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}"
        for name, value in found.items()
        if value != []
    ]
    print(", ".join(words))
