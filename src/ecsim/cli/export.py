"""The command that writes a run for other tools."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, Command, add_run, add_trust, place, progress_bar
from ecsim.kernel.errors import EcsimError

_ENDINGS = {"ocel": "-ocel.sqlite", "parquet": "-parquet", "ro-crate": "-ro-crate"}
"""What follows the name of a run in the name of an export of it, by format."""


def add(command: Command) -> None:
    """Declare the command."""
    parser = command(
        "export", "Export a run for other tools: process mining (OCEL), R and polars (Parquet), archives (RO-Crate).",
        "ecsim export results/first --format ocel --county 会泽县 --out huize.sqlite",
    )  # fmt: skip
    add_run(parser)
    parser.add_argument(
        "--format", required=True, choices=list(_ENDINGS), help="OCEL 2.0, Parquet files or an RO-Crate"
    )
    parser.add_argument(
        "--out", type=place, help="file (ocel) or new folder; default: beside the run, with the format in its name"
    )
    parser.add_argument("--county", help="only the events of one county (ocel), by Chinese or English name")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_trust(parser)
    parser.set_defaults(run=export_run)


def export_run(given: Namespace) -> int:
    """Write a run in a format of other tools, and print how much was written."""
    from ecsim.export import write_crate, write_ocel, write_parquet_files

    run = Path(given.folder)
    out = Path(given.out) if given.out else run.with_name(run.name + _ENDINGS[given.format])
    if given.county and given.format != "ocel":
        raise EcsimError("--county limits an OCEL log alone; in Parquet, filter by the column county_name")
    counts: dict[str, int]
    if given.format == "ocel":
        counts = write_ocel(run, out, given.county, trust=given.trust)
    else:
        with progress_bar("files") as progress:
            if given.format == "parquet":
                rows = write_parquet_files(run, out, progress=progress, trust=given.trust)
                counts = {"files": len(rows), "rows": sum(rows.values())}
            else:
                write_crate(run, out, progress=progress, trust=given.trust)
                counts = {"files": sum(path.is_file() for path in out.rglob("*"))}
    if given.json:
        print(json.dumps({"out": str(out), **counts}, ensure_ascii=False))
    else:
        print(f"{out}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items()))
    return OK
