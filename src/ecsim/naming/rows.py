"""Finding a row by its name."""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.kernel.errors import EcsimError, listed
from ecsim.kernel.text import Text, catalogue


def row_named(names: Sequence[Text], text: str, table: str) -> int:
    """Return the row of a table by its Chinese or English name, whole or as people shorten it.

    ``澜沧拉祜族自治县``, ``澜沧县``, ``澜沧``, ``Lancang Lahu Autonomous County`` and ``lancang`` are one county.

    Parameters
    ----------
    names : of all rows, in order
    text : as a command or a file gives it
    table : for messages

    Raises
    ------
    EcsimError
        If no row, or more than one, is called so; the message lists what there is.
    """
    words = catalogue("ecsim.naming", "names.toml")
    short = text
    for ending in words["endings"]:
        short = short.removesuffix(ending)
    rows = [row for row, name in enumerate(names) if text in (name.zh, name.en)] or [
        row
        for row, name in enumerate(names)
        if (short and name.zh.startswith(short)) or (text and name.en.lower().startswith(text.lower()))
    ]
    if len(rows) != 1:
        place = words["singular"].get(table, table)
        allowed = listed(f"{name.zh} {name.en.split()[0]}" for name in names[:60])
        count = "no" if not rows else "more than one"
        raise EcsimError(f"{place} {text!r}: {count} such {place}; allowed are {allowed}")
    return rows[0]
