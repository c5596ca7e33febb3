"""Events in words: what their columns point at by name, money in yuan, codes as their vocabulary has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from ecsim.kernel.columns import Codes, Column, Fen, Flags, Grams, Ids, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.journal.objects import Columns
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ProjectApproved
from ecsim.rural.indicators.register import Register
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.state.ledger import OPERATORS, OUTSIDE, PROVINCE, SUPPLIERS, county_account

_ACCOUNTS = {PROVINCE: "province", SUPPLIERS: "suppliers", OPERATORS: "station operators", OUTSIDE: "other capital"}
_MEASURES: tuple[tuple[type[Column], str, float, str, str], ...] = (
    (Fen, " fen", 100.0, ",.2f", " yuan"),
    (Grams, " g", 1000.0, ",.1f", " kg"),
    (Millionths, "", 1e6, ",.4g", ""),
)
"""How a measure is told: what its name loses, what makes one unit, how that is written, the unit."""
_TELLING = ("project", "station", "payee", "village", "township", "county", "prefecture", "household", "enterprise")
"""Columns that tell most of an event, the first that it has."""


class Places:
    """Names of what events point at.

    Parameters
    ----------
    register : where households, stations, sessions and the like belong
    projects : every project approved, as columns
    designs : names of the station designs, by code
    offered : the design of the stations that each project offered, by project
    start : first day of the run
    """

    def __init__(
        self, pack: RegionPack, register: Register, projects: Columns, designs: Sequence[str],
        offered: Mapping[int, int], start: dt.date,
    ) -> None:  # fmt: skip
        self._offered = offered
        self._pack, self._register, self._designs, self._start = pack, register, designs, start
        rows = (projects["project"], projects["project_kind"], projects["county"], projects["prefecture"])
        self._projects = {p: (k, c, f) for p, k, c, f in zip(*(column.tolist() for column in rows), strict=True)}
        self._named: dict[str, Callable[[int], str]] = {
            "counties": self._county,
            "prefectures": lambda row: " ".join(pack.prefectures[row]),
            "townships": lambda row: f"{pack.townships[row].name_zh} {pack.townships[row].name_en}",
            "villages": self._village,
            "roads": self._road,
            "households": lambda row: f"{row} in {self._village(int(register.household_village[row]))}",
            "plots": lambda row: (
                f"{self._crop(int(register.plot_crop[row]))} of household {register.plot_household[row]}"
            ),
            "crops": self._crop,
            "stations": lambda row: f"{row} in {self._village(int(register.station_village[row]))}",
            "projects": self._project,
            "brands": self._brand,
            "accounts": self._account,
        }

    def name(self, table: str, row: int) -> str:
        """Return what people call a row of a table; by number and county where it has no name."""
        if table in self._named:
            return self._named[table](row)
        county = self._register.county.get(table)
        return f"{row} in {self._county(int(county[row]))}" if county is not None and row < len(county) else str(row)

    def _county(self, row: int) -> str:
        county = self._pack.counties[row]
        return f"{county.name_zh} {county.name_en.split()[0]}"

    def _village(self, row: int) -> str:
        village = self._pack.villages[row]
        township = self._pack.townships[village.township]
        return f"{village.name_zh}, {township.name_zh}, {self._county(township.county)}"

    def _road(self, row: int) -> str:
        many = len(self._pack.townships)
        return f"to {self.name('townships', row) if row < many else self._village(row - many)}"

    def _crop(self, row: int) -> str:
        product = self._pack.products[row]
        return f"{product.name_zh} {product.name_en} of {self._county(product.county)}"

    def _project(self, row: int) -> str:
        if row not in self._projects:
            return str(row)
        kind, county, prefecture = self._projects[row]
        where = self._county(county) if county >= 0 else " ".join(self._pack.prefectures[prefecture])
        return f"{ProjectKind(kind).name.lower().replace('_', ' ')} {row}, {where}"

    def _brand(self, row: int) -> str:
        many = len(self._pack.counties)
        return self._county(row) if row < many else " ".join(self._pack.prefectures[row - many])

    def _account(self, row: int) -> str:
        first = county_account(len(self._pack.prefectures), 0)
        if row in _ACCOUNTS:
            return _ACCOUNTS[row]
        if row >= first:
            return self._county(row - first)
        return " ".join(self._pack.prefectures[row - first + len(self._pack.prefectures)])

    def briefly(self, kind: type[Event], rows: Columns) -> str:
        """Return the name that tells most of one event: its project, its station, whom it pays, …"""
        columns = {column.name: column for column in kind.columns if isinstance(column, Ids)}
        for name in (*_TELLING, *columns):
            if name in columns and (row := int(rows[name][0])) >= 0:
                told = self.name(str(columns[name].table), row)
                return told if name == "payee" or told[0] not in "0123456789" else f"{name} {told}"
        return ""

    def told(self, kind: type[Event], rows: Columns, row: int) -> str:
        """Return one event in words, without its kind and date: what it names, counts and costs."""
        words = [self._word(column, self._value(kind, column.name, rows, row)) for column in kind.columns]
        return "; ".join(word for word in words if word)

    def _value(self, kind: type[Event], column: str, rows: Columns, row: int) -> int:
        """Return a value as it is told: the design of a project is that of the stations it offered, -1 if of none."""
        if kind is ProjectApproved and column == "design":
            return self._offered.get(int(rows["project"][row]), -1)
        return int(rows[column][row])

    def _word(self, column: Column, value: int) -> str:
        title = column.name.replace("_", " ")
        if column.name == "design" and value < 0:
            return ""
        if isinstance(column, Ids):
            return f"{title} {self.name(str(column.table), value)}" if value >= 0 else ""
        if isinstance(column, Flags):
            return title if value else ""
        if isinstance(column, Codes):
            return f"{title} {self._code(column, value)}"
        return self._amount(column, title, value)

    def _amount(self, column: Column, title: str, value: int) -> str:
        if title.endswith(" day"):
            return f"{title.removesuffix(' day')} {self._start + dt.timedelta(days=value)}"
        for measure, ending, one, shown, unit in _MEASURES:
            if isinstance(column, measure):
                return f"{title.removesuffix(ending)} {value / one:{shown}}{unit}" if value else ""
        return f"{title} {value:,}"

    def _code(self, column: Column, value: int) -> str:
        if column.name == "design" and value < len(self._designs):
            return self._designs[value]
        if column.vocabulary is None:
            return str(value)
        known = {int(code): code.name.lower().replace("_", " ") for code in column.vocabulary}
        parts = [word for code, word in known.items() if code & value]
        return known.get(value) or " + ".join(parts) or "none"
