"""The command that checks files before anything is run."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, WRONG_INPUT, Command, located
from ecsim.cli.console import for_terminal
from ecsim.kernel.errors import EcsimError


def add(command: Command) -> None:
    """Declare the command."""
    check = command(
        "check", "Check scenarios, policies, designs, shocks and experiments against their schema and the notice. "
        "A model or strategy of your own (module:name) is imported: its code runs.",
        "ecsim check configs/baseline.toml experiments/pooled-vs-per-county",
    )  # fmt: skip
    check.add_argument(
        "files", nargs="+", help="TOML files, folders with experiment.toml or with several such, or names"
    )
    check.set_defaults(run=check_files)


def check_files(given: Namespace) -> int:
    """Check files and say of each what it is.

    Returns
    -------
    int
        0: all are right; 2: one is wrong, and standard error says what to do about it.
    """
    from ecsim.experiments.file_checks import check_file, studies_in

    wrong = 0
    for name in [str(file) for given_name in given.files for file in studies_in(Path(given_name)) or [given_name]]:
        try:
            print(f"ok  {name}: {check_file(located(name))}")
        except EcsimError as error:
            wrong += 1
            print(f"BAD {for_terminal(error)}", file=sys.stderr)
    return WRONG_INPUT if wrong else OK
