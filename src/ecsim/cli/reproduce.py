"""The command that simulates a known run again, with all its events."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, Command, add_trust, place, print_result, progress_bar, unit_of


def add(command: Command) -> None:
    """Declare the command."""
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


def reproduce_run(given: Namespace) -> int:
    """Simulate a known run again with all its events stored; its root must be the published one."""
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
    print_result({"run": str(out), **ended.root.data(), "as_published": True}, given.json)
    return OK
