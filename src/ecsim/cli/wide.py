"""Where tables are printed; light, for every command that prints one."""

from __future__ import annotations

from rich.console import Console


def wide(columns: int = 140) -> Console:
    """Return where tables are printed: wide enough also where the output is no terminal, every text as it is.

    Names and values are other people's: square brackets and colons in them are no markup.
    """
    console = Console(markup=False, emoji=False)
    if not console.is_terminal:
        console.width = columns
    return console
