"""The command line: light imports here, heavy ones inside the command that needs them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points, version
from typing import NoReturn

from ecsim.cli import (
    analyses,
    ask,
    commands,
    console,
    diff,
    experiments,
    family,
    quickstart,
    replay,
    trace,
    verify,
    warm,
)
from ecsim.cli.command import Command, place
from ecsim.kernel.errors import EcsimError, VerificationError

OK, WRONG_RESULT, WRONG_INPUT = 0, 1, 2
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
        print("ecsim: stopped; finished runs are kept, the same command goes on from there", file=sys.stderr)
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

    def command(name: str, told: str, example: str) -> argparse.ArgumentParser:
        return several.add_parser(
            name,
            help=told,
            description=told,
            epilog=f"Example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    quickstart.add(command, main)
    experiments.add(command)
    analyses.add(command)
    _report(command)
    _run(command)
    _look(command)
    replay.add(command)
    verify.add(command)
    family.add(command)
    diff.add(command)
    trace.add(command)
    ask.add(command)
    warm.add(command)
    for entry in entry_points(group=COMMANDS):
        entry.load()(command)
    return made


def _report(command: Command) -> None:
    report = command(
        "report", "Write the report of a results folder: pages that need no network, and PDF.",
        "ecsim report results/pooled-vs-per-county --lang zh --pdf",
    )  # fmt: skip
    report.add_argument("results", help="folder that `ecsim compare` or an analysis wrote")
    report.add_argument("--lang", choices=["en", "zh"], help="language (default: both)")
    report.add_argument(
        "--pdf", action="store_true", help="also write report.pdf and report.zh.pdf (needs the extra: pdf)"
    )
    report.set_defaults(run=commands.report)


def _run(command: Command) -> None:
    run = command(
        "run", "Run one scenario with one random seed and store its events.",
        "ecsim run configs/baseline.toml --seed 1 --out results/first",
    )  # fmt: skip
    run.add_argument("config", help="scenario TOML, or a name of `ecsim list scenarios`")
    run.add_argument("--seed", type=int, default=1, help="random seed (default: 1)")
    run.add_argument("--out", type=place, help="folder for the journal; without it only the root is computed")
    run.add_argument("--keep", choices=["all", "decisions", "digest"], help="which events to store")
    run.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="replace a value, e.g. sample=0.01"
    )
    run.add_argument("--json", action="store_true", help="print one JSON object")
    run.set_defaults(run=commands.run)


def _look(command: Command) -> None:
    init = command(
        "init",
        "Copy the shipped configs and experiments into a folder, to run and edit.",
        "ecsim init my-studies",
    )
    init.add_argument("folder", nargs="?", default=".", help="folder to write to (default: the current folder)")
    init.set_defaults(run=commands.init)
    listing = command(
        "list",
        "List experiments, scenarios, programmes, policies, designs, shocks, indicators, events, parameters or region "
        "facts.",
        "ecsim list experiments",
    )
    listing.add_argument(
        "what",
        choices=[
            "experiments", "scenarios", "programmes", "policies", "designs", "shocks", "indicators", "events",
            "parameters", "region",
        ],
    )  # fmt: skip
    listing.add_argument(
        "--scenario", help="list indicators, events or parameters of this scenario's model (default: the rural one)"
    )
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=commands.listing)
    schema = command(
        "schema", "Print the JSON Schema of a kind of file, for editors.",
        "ecsim schema experiment > experiment.schema.json",
    )  # fmt: skip
    schema.add_argument("kind", nargs="?", default="scenario", help="kind of file (default: scenario)")
    schema.set_defaults(run=commands.schema)
    plausibility = command(
        "plausibility", "Compare one run without money with the facts and write the table.",
        "ecsim plausibility --out docs/plausibility.md",
    )  # fmt: skip
    plausibility.add_argument("--out", type=place, default="docs/plausibility.md", help="file to write")
    plausibility.add_argument("--config", default="configs/scenarios/no_money.toml", help="scenario TOML")
    plausibility.set_defaults(run=commands.plausibility)
    doctor = command("doctor", "Check that this machine has what ecsim needs.", "ecsim doctor")
    doctor.set_defaults(run=commands.doctor)


if __name__ == "__main__":
    sys.exit(main())
