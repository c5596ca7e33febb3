"""How a command is declared."""

from __future__ import annotations

import argparse
from typing import Protocol


class Command(Protocol):
    """Makes the parser of a command."""

    def __call__(self, name: str, told: str, example: str) -> argparse.ArgumentParser:
        """Return a parser; ``told`` is its one-line help, ``example`` a command line."""


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Declare what every command takes that simulates from what a run names."""
    parser.add_argument(
        "--trust", action="store_true", help="import the strategy module:Class that the run names; its code runs here"
    )
