"""Commands that go on with runs: resume, fork."""

from __future__ import annotations

import datetime as dt
import sys
from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import (
    OK,
    Command,
    add_run,
    add_settings,
    add_trust,
    date_of,
    located,
    place,
    print_result,
    progress_bar,
    setting_of,
    unit_of,
)


def add(command: Command) -> None:
    """Declare the commands."""
    resume = command(
        "resume",
        "Resume an interrupted run; the result is identical to an uninterrupted one.",
        "ecsim resume results/first",
    )
    add_run(resume)
    add_trust(resume)
    resume.add_argument("--json", action="store_true", help="print one JSON object")
    resume.set_defaults(run=resume_run)
    _add_fork(command)


def _add_fork(command: Command) -> None:
    fork = command(
        "fork", "Branch a run at a given week: new policy, same random draws.",
        "ecsim fork results/first --at 2019-06-30 --set funds.multiplier=2 --out results/doubled",
    )  # fmt: skip
    add_run(fork)
    fork.add_argument("--at", required=True, help="date; the week containing it is the first that may differ")
    add_settings(fork, "change a setting from that week on")
    fork.add_argument("--policy", help="policy (TOML file or name) in force from that week on")
    fork.add_argument("--out", type=place, help="folder of the fork (default: RUN-fork-DATE)")
    add_trust(fork)
    fork.add_argument("--json", action="store_true", help="print one JSON object")
    fork.set_defaults(run=fork_run)


def resume_run(given: Namespace) -> int:
    """Bring a stopped run to its end, and print its root."""
    from ecsim.audit.published import INDICATORS, publish_late, run_and_publish
    from ecsim.kernel.resuming import resume
    from ecsim.kernel.runs import open_run

    folder = Path(given.folder)
    if (root := publish_late(folder, trust=given.trust)) is not None:
        result = {"run": str(folder), **root.data(), "published": f"{INDICATORS}; the run had ended without it"}
        print_result(result, given.json)
        return OK
    stored = open_run(folder, trust=given.trust)
    with progress_bar(unit_of(stored.model)) as progress:
        ended = run_and_publish(
            stored.model, stored.scenario, folder,
            lambda watchers: resume(folder, watchers=watchers, progress=progress, trust=given.trust),
        )  # fmt: skip
    print_result({"run": str(folder), **ended.root.data()}, given.json)
    return OK


def fork_run(given: Namespace) -> int:
    """Branch a run on a date under other settings, and print the root of the fork."""
    from ecsim.audit.published import run_and_publish
    from ecsim.kernel.forks import fork
    from ecsim.kernel.runs import open_run
    from ecsim.scenario.load import changed
    from ecsim.scenario.merged import read_kind

    parent = Path(given.folder)
    run = open_run(parent, trust=given.trust)
    before, days = run.scenario, run.model.days
    date = date_of(given.at, "--at")
    policy = read_kind("policy", located(given.policy, "policies")) if given.policy else None
    scenario = changed(before, dict(setting_of(text) for text in given.set), f"fork of {parent}", policy)
    out = Path(given.out) if given.out else parent.with_name(f"{parent.name}-fork-{date}")
    change = "; ".join([*given.set, *([f"policy {policy['name']}"] if policy else [])]) or "nothing changed"
    day = (date - before.start).days // days * days
    idle = run.model.hooks.branch(before, scenario, day)
    for sentence in idle:
        print(f"ecsim: {sentence}", file=sys.stderr)
    with progress_bar(unit_of(run.model)) as progress:
        ended = run_and_publish(
            run.model, scenario, out,
            lambda watchers: fork(
                parent, day, scenario, out=out, watchers=watchers, progress=progress, change=change, trust=given.trust
            ),
        )  # fmt: skip
    since = before.start + dt.timedelta(days=day)
    fork_of = {"run": str(out), "parent": str(parent), "since": since.isoformat(), "changed": change}
    print_result({**fork_of, **ended.root.data(), "without_effect": idle}, given.json)
    return OK
