"""Codes as words, in SQL: what the vocabularies in a run's first line say."""

from __future__ import annotations

from collections.abc import Mapping

from ecsim.kernel.sql.identifiers import literal

Vocabularies = Mapping[str, Mapping[str, str]]
"""By ``kind.column``: the word of each code."""


def word(vocabularies: Vocabularies, kind: str, column: str, value: str) -> str:
    """Return the SQL expression of a code's word; flags that add up come as ``woman+young``, or ``none``.

    Parameters
    ----------
    vocabularies : the words of each column's codes, by ``kind.column``
    kind, column : whose codes they are
    value : the SQL expression of the code
    """
    known = {int(code): meaning for code, meaning in vocabularies[f"{kind}.{column}"].items()}
    if _are_flags(known):
        parts = ", ".join(
            f"CASE WHEN {value} & {code} <> 0 THEN {literal(meaning)} END" for code, meaning in known.items()
        )
        return f"COALESCE(NULLIF(concat_ws('+', {parts}), ''), 'none')"
    cases = " ".join(f"WHEN {code} THEN {literal(meaning)}" for code, meaning in known.items())
    return f"CASE {value} {cases} END"


def _are_flags(known: Mapping[int, str]) -> bool:
    return all(code > 0 and code & (code - 1) == 0 for code in known)
