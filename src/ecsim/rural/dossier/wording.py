"""How an evaluation file writes: texts of its catalogue, money, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecsim.kernel.catalogue import Catalogue
from ecsim.kernel.dossier import Entry, FactColumn, FactTable
from ecsim.kernel.recorded import Columns, Text

phrase = Catalogue("ecsim.rural.dossier", "texts.toml")
"""Returns a text of an evaluation file by key, with values put in."""
MILLIONTHS = 1e6
FEN_A_YUAN, FEN_A_WAN = 100.0, 1e6
SMALL_FEN = 10_000
"""Below it, a hundred yuan, a sum is told to the fen: in 万元 it would read as nothing."""


def same(words: object) -> Text:
    """Return what is written alike in both languages."""
    return Text(str(words), str(words))


def yuan(fen: float) -> Text:
    """Return a sum as tables hold it: in yuan, in Chinese in 万元; a small one to the fen, in Chinese in 元."""
    if 0 < abs(fen) < SMALL_FEN:
        return Text(f"{fen / FEN_A_YUAN:.2f}", f"{fen / FEN_A_YUAN:.2f} 元")
    return Text(f"{fen / FEN_A_YUAN:,.0f}", f"{fen / FEN_A_WAN:,.2f}")


def sum_of_money(fen: float) -> Text:
    """Return a sum in words: in million yuan, in Chinese in 万元; a small one to the fen, in yuan and 元."""
    if 0 < abs(fen) < SMALL_FEN:
        return Text(f"{fen / FEN_A_YUAN:.2f} yuan", f"{fen / FEN_A_YUAN:.2f} 元")
    return Text(f"{fen / (FEN_A_YUAN * MILLIONTHS):,.2f} million yuan", f"{fen / FEN_A_WAN:,.2f} 万元")


def table(title: str, columns: Iterable[str], rows: Sequence[Sequence[Entry | Text]], empty: str) -> FactTable:
    """Return a table.

    Parameters
    ----------
    title, empty : keys of texts: of its title, and of what is said where there is no row
    columns : names in the group ``columns``; one that ends in ``#`` holds numbers
    """
    heads = tuple(FactColumn(phrase(f"columns.{name.rstrip('#')}"), name.endswith("#")) for name in columns)
    cells = tuple(tuple(cell if isinstance(cell, Entry) else Entry(cell) for cell in row) for row in rows)
    return FactTable(phrase(title), heads, cells, phrase(empty))


def each(rows: Columns) -> Sequence[dict[str, int]]:
    """Return rows one by one, by column."""
    columns = {name: column.tolist() for name, column in rows.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
