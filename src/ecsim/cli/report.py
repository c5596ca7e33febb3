"""The command that writes a report."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, Command


def add(command: Command) -> None:
    """Declare the command."""
    report = command(
        "report", "Write the report of a results folder: pages that need no network, and PDF.",
        "ecsim report results/pooled-vs-per-county --lang zh --pdf",
    )  # fmt: skip
    report.add_argument("results", help="folder that `ecsim compare` or an analysis wrote")
    report.add_argument("--lang", choices=["en", "zh"], help="language (default: both)")
    report.add_argument(
        "--pdf", action="store_true", help="also write report.pdf and report.zh.pdf (needs the extra: pdf)"
    )
    report.set_defaults(run=write_pages)


def write_pages(given: Namespace) -> int:
    """Write a report from the tables and analyses of a results folder."""
    from ecsim.report.report import LANGUAGES, write_report

    for path in write_report(Path(given.results), [given.lang] if given.lang else LANGUAGES, pdf=given.pdf):
        print(path)
    return OK
