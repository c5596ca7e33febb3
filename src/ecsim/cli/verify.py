"""`ecsim verify`: whether a run is what it was published as."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ecsim.cli.command import Command, add_run, add_trust, progress_bar

if TYPE_CHECKING:
    from ecsim.audit.verify.checks import Check

_SIGNS = {"good": "ok ", "bad": "BAD", "not checked": " - "}
_MOST = 5
"""Findings of one check that are printed; `--json` has them all."""


def add(command: Command) -> None:
    """Declare the command."""
    verify = command(
        "verify",
        "Check a run: its bytes and root, its state and figures recomputed, money, parcels and kilograms.",
        "ecsim verify results/first --rerun",
    )
    add_run(verify)
    verify.add_argument("--root", help="a root known from elsewhere")
    verify.add_argument("--manifest", metavar="HASH", help="hash of the manifest's last line, known from elsewhere")
    verify.add_argument(
        "--rerun", action="store_true", help="simulate it again up to the first leaf that differs and name the event"
    )
    add_trust(verify)
    verify.add_argument("--json", action="store_true", help="print one JSON object with every check")
    verify.set_defaults(run=check_run)


def check_run(given: Namespace) -> int:
    """Verify a run and print every check.

    Returns
    -------
    int
        0: the run matches its root; 1: it does not; 2: it was to be simulated again and could not be.
    """
    from ecsim.audit.verify import verify_run

    with progress_bar("verify") as bar:
        report = verify_run(
            Path(given.folder),
            root=given.root,
            manifest=given.manifest,
            again=given.rerun,
            progress=lambda _, done, total: bar(done, total),
            trust=given.trust,
        )
    if given.json:
        print(json.dumps(report.data(), ensure_ascii=False))
        return report.status
    print(f"{given.folder}: {report.events:,} events")
    for check in report.checks:
        _print(check)
    speed = report.events / report.seconds
    verdict = "Verified: the run matches its root" if report.good else "NOT verified: the run does not match its root"
    print(f"{verdict} ({report.seconds:.1f} s, {speed:,.0f} events per second)")
    return report.status


def _print(check: Check) -> None:
    """Print a check; if much was found, one line each of the first."""
    count = len(check.findings)
    summary = check.summary if count < 2 else f"{count} findings"
    print(f"{_SIGNS[check.result]} {check.name:<10} {summary}")
    if count > 1:
        for finding in check.findings[:_MOST]:
            print(f"      {finding.message}")
        if count > _MOST:
            print(f"      and {count - _MOST} more; --json has them all")
