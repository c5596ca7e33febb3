"""Values of event columns in words: money, mass, dates, names; of one row, or of many summed up or listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import (
    Column,
    Counts,
    Fen,
    Flags,
    Grams,
    LargeMillionths,
    Millionths,
)
from ecsim.kernel.journal.objects import Columns
from ecsim.rural.biography.names import Naming
from ecsim.rural.events import (
    BasesHarvested,
    Channel,
    CooperativesTraded,
    DealerDelisted,
    DealerKind,
    DealersAdjusted,
    DealersBaselined,
    DealerSizesMoved,
    DealersTraded,
    EnterprisesTraded,
    Event,
    GrowersContracted,
    HouseholdsBaselined,
    KeepingPaid,
    LotSold,
    OfflineBaselined,
    OfflineEntered,
    OrdersFilled,
    ParcelsOrdered,
    PlotsBaselined,
    RefundsPaid,
    RoadClosed,
    SellerStarted,
    StationsSettled,
)
from ecsim.rural.events.ids import CropIds, DealerIds, HouseholdIds

Array = NDArray[Any]
LISTED = 6
"""Names that a list tells before it says how many more there are."""
AGES = ("ages.under_35", "ages.from_35", "ages.from_50", "ages.from_65")
"""Age classes of a household's head, in the order of their codes."""
WHOLE_FEN = 100_000
"""From here on money is told in whole yuan."""
FIRMS = (DealerKind.COOPERATIVE, DealerKind.ENTERPRISE)
"""Dealers that are one firm each; the others are many together."""


def money(fen: float, naming: Naming) -> str:
    """Return an amount in yuan."""
    return naming.say("units.yuan", amount=f"{fen / 100:,.0f}" if abs(fen) >= WHOLE_FEN else f"{fen / 100:,.2f}")


def mass(grams: float, naming: Naming) -> str:
    """Return a mass in kilograms."""
    amount = f"{grams / 1000:,.0f}" if abs(grams) >= 10_000 else f"{grams / 1000:,.1f}"
    return naming.say("units.kilograms", amount=amount)


def length(metres: float, naming: Naming) -> str:
    """Return a length in kilometres."""
    return naming.say("units.kilometres", amount=f"{metres / 1000:,.1f}")


def duration(seconds: float, naming: Naming) -> str:
    """Return a duration in hours."""
    return naming.say("units.hours", amount=f"{seconds / 3600:,.1f}")


@dataclass(frozen=True)
class SelectedRows:
    """Rows of one kind that tell of what is followed.

    Attributes
    ----------
    columns : envelope and own columns, and those that `DERIVED` adds
    weight : how many households each row stands for, shape (rows,); 1 where that means nothing
    """

    kind: type[Event]
    columns: Columns
    weight: Array

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.columns["seq"])

    @property
    def counts(self) -> Array:
        """By how many an amount of each row counts, shape (rows,); 1 where it is of all households already."""
        each = self.kind.counted_each
        return np.where(self.columns[each], self.weight, 1) if each else self.weight

    def at(self, rows: Array) -> SelectedRows:
        """Return some of the rows."""
        some = {name: values[rows] for name, values in self.columns.items()}
        return SelectedRows(self.kind, some, self.weight[rows])


class Values:
    """A column of some rows, as a template asks for it.

    ``{name}`` is the sum of what adds up, the name of what is one and the same, else a list of names; ``{name:max}``
    and ``{name:last}`` are the largest and the last.
    """

    def __init__(self, values: Array, weight: Array, tell: Callable[[float], str], *, adds_up: bool) -> None:
        self.values, self.weight, self.tell, self.adds_up = values, weight, tell, adds_up

    def __str__(self) -> str:
        return format(self)

    def __format__(self, spec: str) -> str:
        if spec == "max":
            return self.tell(self.values.max())
        if spec == "last":
            return self.tell(self.values[-1])
        if self.adds_up:
            return self.tell(int((self.values.astype(np.int64) * self.weight).sum()))
        return self._listed()

    def _listed(self) -> str:
        names = list(dict.fromkeys(self.tell(value) for value in self.values.tolist()))
        more = len(names) - LISTED
        return ", ".join(names[:LISTED]) + (f" (+{more})" if more > 0 else "")


class Row(Mapping[str, Any]):
    """What a template may name of some rows.

    Their columns; ``n``, how many they are; ``households``, how many households they stand for, unless a column says
    it; ``followed``, what the biography is about; ``a/b``, the sum of one column over that of another, money over mass
    being a price a kilogram.
    """

    def __init__(self, selected: SelectedRows, naming: Naming, *, weighted: bool = False) -> None:
        self.selected, self.naming = selected, naming
        self.weight = selected.counts if weighted else np.ones(selected.rows, np.int64)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (whatever a template can format)
        if name == "n":
            return f"{self.selected.rows:,}"
        if name == "households" and name not in self.selected.columns:
            return f"{int(self.selected.weight.sum()):,}"
        if name == "followed":
            assert self.naming.followed is not None
            return self.naming.call(*self.naming.followed)
        if "/" in name:
            return self._ratio(*name.split("/"))
        column = column_of(self.selected.kind, name)
        values = self.selected.columns[name]
        return Values(values, self.weight, _teller(column, self.naming), adds_up=_adds_up(column))

    def _ratio(self, over: str, under: str) -> str:
        base = self.selected.rows if under == "n" else self._sum(under)
        unit = 1000 if under.endswith("_g") else 1
        return _teller(column_of(self.selected.kind, over), self.naming)(unit * self._sum(over) / max(base, 1))

    def _sum(self, name: str) -> int:
        return int((self.selected.columns[name].astype(np.int64) * self.weight).sum())

    def __iter__(self) -> Iterator[str]:
        return iter(self.selected.columns)

    def __len__(self) -> int:
        return len(self.selected.columns)


def column_of(kind: type[Event], name: str) -> Column:
    """Return a column of a kind, or one that `DERIVED` adds."""
    for column in (*kind.columns, *(column for column, _ in DERIVED.get(kind, ()))):
        if column.name == name:
            return column
    raise ValueError(f"{kind.__name__} has no column {name!r} to tell of")


NUMBERED = ("design", "rule", "session", "age_class")
"""Columns that number things: no sum of them says anything."""


def _adds_up(column: Column) -> bool:
    points = column.name.endswith(("_day", "_hour")) or isinstance(column, Millionths | Flags)
    return not (points or column.table or column.vocabulary or column.name in NUMBERED)


def _teller(column: Column, naming: Naming) -> Callable[[float], str]:
    """Return what tells a value of a column."""
    table, vocabulary = column.table, column.vocabulary
    if table is not None:
        return lambda value: naming.call(table, int(value))
    if vocabulary is not None:
        return lambda value: naming.word(vocabulary, int(value))
    if isinstance(column, Fen | Grams):
        tell = money if isinstance(column, Fen) else mass
        return lambda value: tell(value, naming)
    if isinstance(column, Millionths):
        return _rate_teller(column, naming)
    if isinstance(column, Flags):
        return lambda value: naming.say("units.yes" if value else "units.no")
    return lambda value: _number(column.name, value, naming)


def _rate_teller(column: Millionths, naming: Naming) -> Callable[[float], str]:
    """Return what tells a rate in per cent; a figure of a target table or points, of whatever unit, as it is."""
    if isinstance(column, LargeMillionths):
        return lambda value: f"{round(value / 1e6, 4):,}".removesuffix(".0")
    return lambda value: naming.say("units.percent", amount=f"{value / 1e4:,.0f}")


def _number(name: str, value: float, naming: Naming) -> str:
    """Return a plain number as what the name of its column says it is."""
    if name == "age_class":
        return naming.say(AGES[int(value)])
    if name == "design":
        return naming.design(int(value))
    if name == "rule":
        return naming.rule(int(value))
    for ending, tell in _ENDINGS.items():
        if name.endswith(ending):
            return tell(value, naming)
    return f"{value:,.0f}"


_ENDINGS: Mapping[str, Callable[[float, Naming], str]] = {
    "_day": lambda day, naming: str(naming.reading.date(int(day))),
    "_hour": lambda hour, naming: naming.reading.moment(int(hour)),
    "_seconds": duration,
    "_m": length,
}


def told_plainly(selected: SelectedRows, naming: Naming) -> str:
    """Return rows of a kind without a wording: its title and its columns."""
    row = Row(selected, naming)
    columns = ", ".join(f"{column.name} {row[column.name]}" for column in selected.kind.columns)
    return f"{naming.of(selected.kind.title)}: {columns}"


Derive = Callable[[Naming, Columns], Array]


def _net(*parts: str, less: tuple[str, ...] = ()) -> Derive:
    """Return what adds some columns up and takes others away."""

    def derive(_: Naming, rows: Columns) -> Array:
        added: Array = np.sum([rows[name].astype(np.int64) for name in parts], axis=0)
        return np.asarray(added - sum(rows[name].astype(np.int64) for name in less))

    return derive


def _of_those(amount: str, which: str) -> Derive:
    """Return an amount where a flag holds or an id points at something, else 0."""

    def derive(_: Naming, rows: Columns) -> Array:
        holds = rows[which] > 0 if rows[which].dtype == np.uint8 else rows[which] >= 0
        return np.asarray(rows[amount].astype(np.int64) * holds)

    return derive


def _of_dealer(column: str) -> Derive:
    """Return what is said of a dealer as it begins."""
    return lambda naming, rows: naming.reading.dealers[column][rows["dealer"]]


def _is_of_kind(*kinds: DealerKind) -> Derive:
    """Return whether a dealer is of one of some kinds."""
    return lambda naming, rows: np.isin(_of_dealer("dealer_kind")(naming, rows), kinds).astype(np.uint8)


def _handed_over(amount: str) -> Derive:
    """Return what traders passed on to other dealers; an amount below zero is one that they gave."""
    return lambda _, rows: np.maximum(-rows[amount].astype(np.int64), 0)


def _buyer(_: Naming, rows: Columns) -> Array:
    """Return the cooperative, enterprise or merchants that bought a lot; -1: traders, or consumers from the grower."""
    bought = np.isin(rows["channel"], (Channel.COOPERATIVE, Channel.FIRM))
    return np.asarray(np.where(bought, rows["dealer"], -1))


def _grower_is_poor(naming: Naming, rows: Columns) -> Array:
    """Return whether the household a lot came from is on the register."""
    household = _of_plot("household")(naming, rows)
    return np.asarray(naming.reading.column(HouseholdsBaselined, "poor")[household].astype(np.uint8))


def _row_of_several(naming: Naming, rows: Columns) -> Array:
    """Return whether the shops are some of those of a row that stands for several households."""
    weight = naming.reading.column(HouseholdsBaselined, "weight")[rows["household"]]
    return ((weight > 1) & (rows["shops"] > 0)).astype(np.uint8)


def _of_plot(column: str) -> Derive:
    """Return what the opening says of the plot a lot came from."""
    return lambda naming, rows: naming.reading.column(PlotsBaselined, column)[rows["plot"]]


def _together(naming: Naming, rows: Columns) -> Array:
    """Return which orders are of several households together."""
    weight = naming.reading.column(HouseholdsBaselined, "weight")[rows["household"]]
    return np.asarray((weight > 1) & (rows["each"] == 0), np.uint8)


DERIVED: Mapping[type[Event], tuple[tuple[Column, Derive], ...]] = {
    HouseholdsBaselined: (
        (Counts("all_poor"), _of_those("weight", "poor")),
        (Counts("all_buyers"), _of_those("weight", "buyer")),
        (Flags("several"), lambda _, rows: (rows["weight"] > 1).astype(np.uint8)),
    ),
    LotSold: (
        (CropIds("crop"), _of_plot("crop")),
        (HouseholdIds("household"), _of_plot("household")),
        (DealerIds("buyer"), _buyer),
        (Flags("poor"), _grower_is_poor),
    ),
    SellerStarted: ((Flags("several"), _row_of_several),),
    DealersBaselined: ((Flags("trades"), _is_of_kind(*FIRMS)),),
    DealerDelisted: ((CropIds("crop"), _of_dealer("crop")),),
    GrowersContracted: ((CropIds("crop"), _of_dealer("crop")),),
    OfflineBaselined: ((CropIds("crop"), _of_dealer("crop")),),
    OfflineEntered: ((CropIds("crop"), _of_dealer("crop")),),
    KeepingPaid: ((HouseholdIds("household"), _of_plot("household")),),
    RefundsPaid: ((HouseholdIds("household"), _of_plot("household")),),
    BasesHarvested: ((CropIds("crop"), _of_dealer("crop")),),
    OrdersFilled: ((CropIds("crop"), _of_dealer("crop")),),
    DealersTraded: (
        (Flags("traders"), _is_of_kind(DealerKind.TRADERS)),
        (Flags("in_bulk"), _is_of_kind(DealerKind.COOPERATIVE)),
        (Grams("given_g"), _handed_over("passed_g")),
        (Fen("given_fen"), _handed_over("passed_fen")),
    ),
    DealersAdjusted: ((Flags("trades"), _is_of_kind(*FIRMS)),),
    DealerSizesMoved: ((CropIds("crop"), _of_dealer("crop")),),
    ParcelsOrdered: ((Flags("together"), _together),),
    CooperativesTraded: ((Fen("left_fen"), _net("online_fen", "bulk_fen", less=("paid_members_fen", "costs_fen"))),),
    EnterprisesTraded: ((Fen("sales_fen"), _net("farm_fen", "other_fen")),),
    RoadClosed: ((Counts("hours"), _net("until_hour", less=("from_hour",))),),
    StationsSettled: ((Fen("profit_fen"), _net("takings_fen", "grant_fen", less=("costs_fen", "labour_fen"))),),
}
"""What biographies tell of rows that follows from their columns."""
