"""The terminal: letters that it cannot show, output that cannot be written, arguments that are no text."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ecsim.kernel.errors import EcsimError, shortened

if TYPE_CHECKING:
    from rich.console import Console

_SUBSTITUTE = "ecsim.substitute"
MOST_WORD, MOST_LINE = 160, 380
"""Characters that the terminal shows of a word, such as a path, and of a line of a message."""
_LONG = re.compile(rf"\S{{{MOST_WORD},}}")


def _substitute(error: UnicodeError) -> tuple[str, int]:
    """Return letters that an encoding lacks as JSON escapes them, so that JSON stays JSON."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(_SUBSTITUTE, _substitute)


def prepare() -> None:
    """Let the terminal show a substitute for a letter that it has not."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_SUBSTITUTE)


def for_terminal(error: object) -> str:
    """Return an error as the terminal shows it: no word and no line of it without end."""
    lines = (_LONG.sub(lambda word: shortened(word.group(), MOST_WORD), line) for line in str(error).splitlines())
    return "\n".join(shortened(line, MOST_LINE) for line in lines)


def check_text(arguments: Sequence[str]) -> None:
    """Raise EcsimError if an argument holds bytes that are no text."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            shown = argument.encode("ascii", "backslashreplace").decode()
            raise EcsimError(
                f"the argument {shown[:80]!r} is not readable text; write it in UTF-8, where the locale is "
                "UTF-8 too (LANG=C.UTF-8)"
            ) from None


def flush() -> None:
    """Bring what was printed to its reader, while what goes wrong can still be told."""
    if sys.stdout is not None:
        sys.stdout.flush()


def drop_output() -> None:
    """Print no more: whoever reads has gone, or the disk is full; what waits to be printed is thrown away."""
    with suppress(OSError, AttributeError):  # a stream that is no file has nothing to drop
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def words(group: str) -> dict[str, Any]:
    """Return a group of the texts of the terminal (``texts.toml``)."""
    from ecsim.kernel.text import catalogue

    texts: dict[str, Any] = catalogue("ecsim.cli", "texts.toml")[group]
    return texts


def wide(columns: int = 140) -> Console:
    """Return the console on which tables are printed, wide enough also where the output is no terminal.

    Names and values are other people's: square brackets and colons in them are no markup.

    Parameters
    ----------
    columns : least width, in characters
    """
    from rich.console import Console

    console = Console(markup=False, emoji=False)
    if not console.is_terminal:
        console.width = columns
    return console


def print_rows(title: str, rows: list[dict[str, Any]]) -> None:
    """Print rows as a table; what a row does not have is left empty.

    Parameters
    ----------
    title : above it, and in the message if there is no row
    rows : cells by column
    """
    if not rows:
        print(f"no {title} found here")
        return
    from rich.table import Table

    table = Table(title=title)
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(row.get(name, "")) for name in names))
    wide().print(table)
