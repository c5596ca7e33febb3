"""What analyses of an experiment come to: printed, and written as a report."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis


def report_analyses(given: Namespace, folder: Path, *analyses: tuple[Analysis, list[dict[str, str]]]) -> None:
    """Print analyses, each with the rows of its table, and write the report of their folder."""
    from ecsim.report.report import write_report

    pages = write_report(folder)
    for analysis, rows in analyses:
        if given.json:
            print(analysis.json())
        else:
            _print_analysis(analysis, rows)
    if not given.json:
        for written in (*(analysis.path(folder) for analysis, _ in analyses), *pages):
            print(f"written: {written}")


def _print_analysis(analysis: Analysis, rows: list[dict[str, str]]) -> None:
    from ecsim.cli.console import print_rows

    print_rows(f"{analysis.title.en} {analysis.title.zh}", rows)
    for said in analysis.findings:
        print(f"* {said.en}")
    for said in analysis.notes:
        print(f"  note: {said.en}")
