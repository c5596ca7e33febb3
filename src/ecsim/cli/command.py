"""How a command is declared, and what its arguments are."""

from __future__ import annotations

import argparse
from typing import Protocol


class Command(Protocol):
    """Makes the parser of a command."""

    def __call__(self, name: str, told: str, example: str) -> argparse.ArgumentParser:
        """Return a parser; ``told`` is its one-line help, ``example`` a command line."""


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Declare what every command takes that may import what a run names."""
    parser.add_argument(
        "--trust",
        action="store_true",
        help="import code of others that the run names (its model, a strategy module:Class); it runs here",
    )


def place(text: str) -> str:
    """Return a file or folder to write, as an argument names it; an empty one is refused."""
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; name a file or folder")
    return text
