"""Finding a row by its name."""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.text import Text

SINGULAR = {"counties": "county", "prefectures": "prefecture", "townships": "township", "villages": "village"}


def row_named(names: Sequence[Text], told: str, table: str) -> int:
    """Return the row of a table by its Chinese or English name, whole or as people shorten it.

    ``澜沧拉祜族自治县``, ``澜沧县``, ``澜沧``, ``Lancang Lahu Autonomous County`` and ``lancang`` are one county.

    Raises
    ------
    EcsimError
        If no row, or more than one, is called so.
    """
    short = told.removesuffix("县").removesuffix("市")
    rows = [row for row, name in enumerate(names) if told in (name.zh, name.en)] or [
        row
        for row, name in enumerate(names)
        if (short and name.zh.startswith(short)) or (told and name.en.lower().startswith(told.lower()))
    ]
    if len(rows) != 1:
        one = SINGULAR.get(table, table)
        allowed = ", ".join(f"{name.zh} {name.en.split()[0]}" for name in names[:60])
        raise EcsimError(f"{one} {told!r}: {'no' if not rows else 'more than one'} such {one}; allowed are {allowed}")
    return rows[0]
