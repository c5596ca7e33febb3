"""The first minute with ecsim: a run, its verification, a fork and the difference, each command printed as it runs."""

from __future__ import annotations

import shlex
import shutil
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from ecsim.cli.command import OK, Command, place
from ecsim.kernel.errors import EcsimError

AT, CHANGE = "2020-02-01", "epidemic.contacts=4"


def add(command: Command, run: Callable[[Sequence[str]], int]) -> None:
    """Declare the command; ``run`` runs a command line."""
    quickstart = command(
        "quickstart", "A first minute: run a small epidemic, verify it, fork it, and see what differs.",
        "ecsim quickstart",
    )  # fmt: skip
    quickstart.add_argument(
        "--out", type=place, default="results/quickstart", help="folder, new or of an earlier quickstart"
    )
    quickstart.set_defaults(run=lambda given: show(given, run))


def show(given: Namespace, run: Callable[[Sequence[str]], int]) -> int:
    """Run the first minute's commands one after the other, each with what it is for; stop at the first that fails.

    Parameters
    ----------
    given : arguments of the command
    run : runs a command line and returns its exit status
    """
    folder = Path(given.out)
    _make_room(folder)
    first, fewer = f"{folder}/first", f"{folder}/fewer-contacts"
    for purpose, line in (
        ("A run: an epidemic in a town, every infection an event with its cause.",
         ["run", "epidemic", "--seed", "1", "--out", first]),
        ("Its bytes, root, state and figures are recomputed from its events.", ["verify", first]),
        ("A fork: from February on people meet less; before, nothing differs, and the random draws are the same.",
         ["fork", first, "--at", AT, "--set", CHANGE, "--out", fewer]),
        ("What differs, from the first event on.", ["diff", first, fewer]),
        ("Where a figure comes from: the infections, and who infected whom.",
         ["trace", first, "infected", "--html", f"{folder}/infected.html"]),
    ):  # fmt: skip
        print(f"\n# {purpose}\n$ ecsim {shlex.join(line)}", flush=True)
        status = run(line)
        if status and line[0] != "diff":  # which says by its status that the runs differ
            return status
    print(f"\nNext: `ecsim list experiments`, `ecsim run baseline --set sample=0.005 --out {folder}/rural`,")
    print("      and how to write a model of your own: docs/how-to/models.md")
    return OK


def _make_room(folder: Path) -> None:
    """Remove what an earlier quickstart left; refuse a folder that holds anything else."""
    left = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if left - {"first", "fewer-contacts", "objects", "infected.html"}:
        raise EcsimError(f"{folder}: holds something else; name a new folder with --out")
    if left:
        shutil.rmtree(folder)
