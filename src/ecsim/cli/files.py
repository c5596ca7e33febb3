"""Commands on files: lay out what is shipped, list what there is, print schemas."""

from __future__ import annotations

import json
import shlex
from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, Command
from ecsim.kernel.errors import EcsimError, counted


def add(command: Command) -> None:
    """Declare the commands."""
    init = command(
        "init",
        "Copy the shipped configs and experiments into a folder, to run and edit.",
        "ecsim init my-studies",
    )
    init.add_argument("folder", nargs="?", default=".", help="folder to write to (default: the current folder)")
    init.set_defaults(run=lay_out_files)
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
    listing.set_defaults(run=list_rows)
    schema = command(
        "schema", "Print the JSON Schema of a kind of file, for editors.",
        "ecsim schema experiment > experiment.schema.json",
    )  # fmt: skip
    schema.add_argument("kind", nargs="?", default="scenario", help="kind of file (default: scenario)")
    schema.set_defaults(run=print_schema)


def lay_out_files(given: Namespace) -> int:
    """Copy the shipped configs and experiments into a folder, and print what to do next."""
    from ecsim.scenario.shipped import FOLDERS, lay_out

    folder = Path(given.folder)
    written = lay_out(folder)
    print(f"laid out: {' and '.join(str(folder / name) for name in FOLDERS)} ({counted(len(written), 'file')})")
    if given.folder != ".":
        print(f"next:     cd {shlex.quote(given.folder)}")
    print("then:     ecsim list experiments")
    print("          ecsim compare pooled-vs-per-county --sample 0.005 --replications 2    # a first look, minutes")
    print("to change: copy a policy and a study, name the policy in the study, `ecsim check experiments/my-study`")
    return OK


def list_rows(given: Namespace) -> int:
    """Print what there is of a kind: experiments, scenarios, indicators, events, …"""
    from ecsim.cli.console import print_rows
    from ecsim.cli.listings import rows_of

    rows = rows_of(given.what, given.scenario)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        print_rows(given.what, rows)
    return OK


def print_schema(given: Namespace) -> int:
    """Print the JSON Schema of a kind of file, for editors."""
    from ecsim.experiments.file_schemas import SCHEMAS

    if given.kind not in SCHEMAS:
        raise EcsimError(f"schema {given.kind!r}: choose one of {', '.join(SCHEMAS)}")
    print(json.dumps(SCHEMAS[given.kind].model_json_schema(), ensure_ascii=False, indent=2))
    return OK
