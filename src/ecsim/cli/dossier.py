"""The command that writes the evaluation file of a county."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ecsim.cli.command import OK, Command, add_run, add_trust, place


def add(command: Command) -> None:
    """Declare the command."""
    dossier = command(
        "dossier", "Write the evaluation file of a county: targets, evidence, money, contracts, findings, breaches.",
        "ecsim dossier results/first --county 会泽县 --lang zh --pdf",
    )  # fmt: skip
    add_run(dossier)
    dossier.add_argument("--county", required=True, help="Chinese or English name")
    dossier.add_argument("--lang", choices=["en", "zh"], help="language (default: both)")
    dossier.add_argument("--out", type=place, metavar="FOLDER", help="folder to write (default: RUN-dossier)")
    dossier.add_argument("--pdf", action="store_true", help="also write each page as PDF (needs the extra: pdf)")
    add_trust(dossier)
    dossier.set_defaults(run=write_file)


def write_file(given: Namespace) -> int:
    """Write the evaluation file of a county from the journal of a run."""
    from ecsim.report.dossier import write_dossier
    from ecsim.report.report import LANGUAGES

    run = Path(given.folder)
    folder = Path(given.out) if given.out else run.with_name(f"{run.resolve().name}-dossier")
    languages = [given.lang] if given.lang else LANGUAGES
    for path in write_dossier(run, given.county, folder, languages, pdf=given.pdf, trust=given.trust):
        print(path)
    return OK
