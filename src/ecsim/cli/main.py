"""The command line: light imports here, heavy ones inside the command that needs them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points, version
from typing import NoReturn

from ecsim.cli import (
    breaches,
    check,
    claims,
    compare,
    console,
    diff,
    doctor,
    dossier,
    estimate,
    export,
    files,
    forks,
    laws,
    pack,
    plan,
    plausibility,
    quickstart,
    replay,
    report,
    reproduce,
    roads,
    robust,
    run,
    select,
    sensitivity,
    site,
    sql,
    stress,
    trace,
    tree,
    validate,
    verify,
    warm,
    why,
)
from ecsim.cli.command import OK, WRONG_INPUT, WRONG_RESULT
from ecsim.kernel.errors import EcsimError, VerificationError

COMMANDS = "ecsim.commands"
"""Entry points of installed packages that add commands: each takes what declares one, as `ecsim.cli.trace.add` does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 a check failed, 2 wrong input."""
    console.prepare()
    try:
        return _ended(sys.argv[1:] if arguments is None else arguments)
    except EcsimError as error:
        if os.environ.get("ECSIM_DEBUG"):
            raise
        print(f"ecsim: {console.for_terminal(error)}", file=sys.stderr)
        return WRONG_RESULT if isinstance(error, VerificationError) else WRONG_INPUT
    except BrokenPipeError:  # who reads has seen enough
        console.drop_output()
        return OK
    except OSError as error:
        if os.environ.get("ECSIM_DEBUG"):
            raise
        console.drop_output()
        what = error.filename if isinstance(error.filename, str) else "the output"
        reason = f"{what} cannot be read or written ({error.strerror or error})"
        print(f"ecsim: {console.for_terminal(reason)}", file=sys.stderr)
        return WRONG_INPUT
    except KeyboardInterrupt:
        print("ecsim: stopped; finished runs are kept; the same command continues from there", file=sys.stderr)
        return 130


def _ended(arguments: Sequence[str]) -> int:
    """Run a command and bring to its reader what it printed."""
    console.check_text(arguments)
    try:
        given = parser().parse_args(arguments)
    except SystemExit:  # after help, a version, or a wrong argument
        console.flush()
        raise
    if not hasattr(given, "run"):
        parser().print_help()
        return WRONG_INPUT
    status: int = given.run(given)
    console.flush()
    return status


class _Parser(argparse.ArgumentParser):
    """A parser that echoes no argument at length."""

    def error(self, message: str) -> NoReturn:
        super().error(console.for_terminal(message))


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    made = _Parser(
        prog="ecsim",
        description="Event-sourced multi-agent simulation of rural e-commerce programmes.",
        epilog="Start with: ecsim quickstart, then ecsim compare pooled-vs-per-county",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"ecsim {version('ecsim')}")
    several = made.add_subparsers(title="commands", metavar="")

    def command(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        return several.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=f"Example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    quickstart.add(command, main)
    for module in (
        compare, claims, estimate, check, sensitivity, stress, robust, select, report, run, files, plausibility, doctor,
        replay, verify, forks, reproduce, tree, why, diff, trace, breaches, dossier, sql, export, laws, pack, plan,
        roads, site, validate, warm,
    ):  # fmt: skip
        module.add(command)
    for entry in entry_points(group=COMMANDS):
        entry.load()(command)
    return made


if __name__ == "__main__":
    sys.exit(main())
