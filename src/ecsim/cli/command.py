"""How a command is declared."""

from __future__ import annotations

import argparse
from typing import Protocol


class Command(Protocol):
    """Makes the parser of a command."""

    def __call__(self, name: str, told: str, example: str) -> argparse.ArgumentParser:
        """Return a parser; ``told`` is its one-line help, ``example`` a command line."""
