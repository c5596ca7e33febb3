"""A run as it is read for people: its rows kind by kind, and what its places, projects and firms are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.runs import open_run
from ecsim.kernel.toolkit import Columns, Text
from ecsim.kernel.vocabulary import further_words
from ecsim.rural.events import (
    CooperativeFounded,
    CooperativesBaselined,
    CropsBaselined,
    DealerKind,
    DealerListed,
    DealersBaselined,
    EnterpriseFounded,
    EnterpriseKind,
    EnterprisesBaselined,
    Event,
    FacilityOpened,
    Founder,
    HouseholdsBaselined,
    JunctionsBaselined,
    OperatorKind,
    OperatorsBaselined,
    PlotsBaselined,
    PoolFormed,
    ProjectApproved,
    ProjectKind,
    StationOpened,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.naming import DEALERS, PAYERS
from ecsim.rural.programme.programme_files import numbered_rules
from ecsim.rural.regions import HUB, Names, junction_names, names, pack_of, road_ends
from ecsim.rural.texts import code_label, flag_labels, text

Entity = tuple[str, int]
"""A table and a row of it."""


class RunTables:
    """A run on disk, each kind of event read once; code that the run names is trusted by whoever asks.

    Raises
    ------
    EcsimError
        If the folder holds no run, or kept less than all its events.
    """

    def __init__(self, run: Path) -> None:
        stored = open_run(run, trust=True)
        self.reader, self.kinds = stored.reader, stored.model.events
        self.words = stored.model.words
        self.reader.needs_all()
        self.run = run
        self.scenario: dict[str, Any] = self.reader.genesis["scenario"]
        self.start = dt.date.fromisoformat(self.scenario["start"])
        self._rows: dict[type[Event], Columns] = {}

    def rows(self, kind: type[Event]) -> Columns:
        """Return all rows of a kind as columns, by sequence number."""
        if kind not in self._rows:
            self._rows[kind] = self.reader.kind(kind)
        return self._rows[kind]

    def column(self, kind: type[Event], name: str) -> NDArray[Any]:
        """Return one column of a kind."""
        return self.rows(kind)[name]

    def date(self, day: int) -> dt.date:
        """Return the date of a day of the run."""
        return self.start + dt.timedelta(days=int(day))

    def moment(self, hour: int) -> str:
        """Return date and hour of an hour of the run."""
        return f"{self.date(hour // 24)} {hour % 24:02d}:00"

    @cached_property
    def weeks(self) -> int:
        """How many whole weeks the run has."""
        marks = self.reader.marks()
        return marks[-1][1] // 7 if marks else 0

    @cached_property
    def names(self) -> Names:
        """Names of places and products."""
        return names(pack_of(self.reader.genesis["scenario"]))

    @cached_property
    def road_ends(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Places at both ends of each road; see `ecsim.rural.road_names`."""
        return road_ends(self.reader)

    def roads_at(self, *places: int) -> NDArray[np.integer[Any]]:
        """Return the roads that end at any of some places."""
        return np.flatnonzero(np.any([np.isin(ends, places) for ends in self.road_ends], axis=0))

    @cached_property
    def junctions(self) -> list[Text]:
        """Names of the places outside the run's counties that roads go through."""
        return junction_names(self.rows(JunctionsBaselined), pack_of(self.reader.genesis["scenario"]))

    @cached_property
    def many(self) -> dict[str, int]:
        """How many rows each table has."""
        made = {"stations": StationOpened, "projects": ProjectApproved, "facilities": FacilityOpened}
        sizes: dict[str, int] = dict(self.reader.genesis["sizes"])
        sizes |= {table: len(self.rows(kind)["seq"]) for table, kind in made.items()}
        founded = len(self.rows(EnterpriseFounded)["seq"])
        sizes["enterprises"] = len(self.rows(EnterprisesBaselined)["seq"]) + founded
        sizes["cooperatives"] = len(self.cooperatives["cooperative"])
        sizes["dealers"] = len(self.dealers["dealer"])
        return sizes

    @cached_property
    def cooperatives(self) -> Columns:
        """What is said of cooperatives as they begin, those of the opening first, in the order of their numbers."""
        opened, founded = self.rows(CooperativesBaselined), self.rows(CooperativeFounded)
        return {name: np.concatenate([opened[name], founded[name]]) for name in ("cooperative", "township", "crop")}

    @cached_property
    def dealers(self) -> Columns:
        """What is said of dealers as they begin, those of the opening first, in the order of their numbers."""
        opened, listed = self.rows(DealersBaselined), self.rows(DealerListed)
        columns = ("dealer", "crop", "dealer_kind", "cooperative", "enterprise")
        return {name: np.concatenate([opened[name], listed[name]]) for name in columns}


@dataclass
class Naming:
    """What the rows of a run's tables are called in one language.

    Attributes
    ----------
    language : "en" or "zh"
    followed : what a text is about; it is called "the household" and so on
    """

    reading: RunTables
    language: str
    followed: Entity | None = None
    _known: dict[Entity, str] = field(default_factory=dict, repr=False)

    def say(self, key: str, **values: object) -> str:
        """Return a text of the catalogue in the language, with values put in for names in braces."""
        return self.of(text(key, **values))

    def of(self, words: Text) -> str:
        """Return the words of the language."""
        return words.zh if self.language == "zh" else words.en

    def word(self, vocabulary: type[IntEnum], code: int) -> str:
        """Return what a code is called."""
        if further := further_words(vocabulary, self.reading.words).get(code):
            return self.of(further.title)
        return self.of(flag_labels(Founder, code) if vocabulary is Founder else code_label(vocabulary, code))

    def call(self, table: str, row: int) -> str:
        """Return what a row of a table is called; -1 is none."""
        entity = self._owner(row) if table == "dealers" and row >= 0 else (table, row)
        if entity == self.followed:
            return self.say(f"followed.{entity[0]}")
        if row < 0:
            return self.say("names.none")
        if (table, row) not in self._known:
            self._known[table, row] = self.full(table, row)
        return self._known[table, row]

    def _owner(self, dealer: int) -> Entity:
        """Return the cooperative or enterprise that a dealer is if that is followed, else the dealer."""
        if self.followed is None or self.followed[0] not in ("cooperatives", "enterprises"):
            return ("dealers", dealer)
        table, row = self.followed
        owns = int(self.reading.dealers[table.removesuffix("s")][dealer]) == row
        return self.followed if owns else ("dealers", dealer)

    def title(self, table: str, row: int) -> str:
        """Return the name of a row of a table, and where it is."""
        if table not in ("households", "stations"):
            return self.full(table, row)
        village = self.station_village(row) if table == "stations" else self._at(HouseholdsBaselined, "village", row)
        town = self.village_township(village)
        where = [self._name("townships", town), self.county(self.township_county(town))]
        name = self.full(table, row)
        return "".join([*reversed(where), name]) if self.language == "zh" else ", ".join([name, *where])

    def full(self, table: str, row: int) -> str:
        """Return the name of a row of a table, enough to find it."""
        named: dict[str, Callable[[int], str]] = {
            "prefectures": self.prefecture,
            "counties": self.county,
            "townships": self.township,
            "villages": self.village,
            "roads": self.road,
            "households": self._household,
            "plots": lambda plot: self.product(int(self._at(PlotsBaselined, "crop", plot))),
            "crops": self.product,
            "stations": self._station,
            "projects": self._project,
            "cooperatives": self._cooperative,
            "enterprises": self._enterprise,
            "dealers": self._dealer,
            "operators": self.operator,
            "brands": self.brand,
            "accounts": self.account,
        }
        if table in named:
            return named[table](row)
        return f"{self.say(_NUMBERED[table]) if table in _NUMBERED else table} {row}"

    def _at(self, kind: type[Event], column: str, row: int) -> int:
        """Return a value of the opening, whose rows lie in the order of their ids."""
        return int(self.reading.column(kind, column)[row])

    def _name(self, table: str, row: int) -> str:
        names = self.reading.names[table][row]
        if self.language == "zh":
            return names["zh"]
        return names.get("en") or names.get("pinyin") or names["zh"]

    def both(self, table: str, row: int) -> dict[str, str]:
        """Return the Chinese and the English name of a place or product; villages have a Chinese one only."""
        names = self.reading.names[table][row]
        return {"zh": names["zh"], "en": names.get("en") or names.get("pinyin") or names["zh"]}

    def prefecture(self, row: int) -> str:
        """Return the name of a prefecture."""
        return self._name("prefectures", row)

    def county(self, row: int) -> str:
        """Return the name of a county."""
        return self._name("counties", row)

    def township(self, row: int) -> str:
        """Return the name of a township with its county."""
        return self._in(self._name("townships", row), [self.county(self.township_county(row))])

    def village(self, row: int) -> str:
        """Return the name of a village with its township and county."""
        town = self.village_township(row)
        county = self.county(self.township_county(town))
        return self._in(self.short_village(row), [self._name("townships", town), county])

    def short_village(self, row: int) -> str:
        """Return the Chinese name of a village alone."""
        return self.reading.names["villages"][row]["zh"]

    def village_township(self, village: int) -> int:
        """Return the township of a village."""
        return self._at(VillagesBaselined, "township", village)

    def township_county(self, township: int) -> int:
        """Return the county of a township."""
        return self._at(TownshipsBaselined, "county", township)

    def _in(self, name: str, where: list[str]) -> str:
        """Return a name with what it lies in, from the nearest on."""
        if self.language == "zh":
            return "".join(reversed(where)) + name
        return f"{name} ({', '.join(where)})"

    def road(self, link: int) -> str:
        """Return the name of a road by the places that it joins."""
        start, end = (self._end(int(ends[link])) for ends in self.reading.road_ends)
        return self.say("names.road", start=start, end=end)

    def _end(self, place: int) -> str:
        townships, villages = len(self.reading.names["townships"]), len(self.reading.names["villages"])
        if place == HUB:
            return self.say("names.hub")
        if place >= townships + villages:
            return self.of(self.reading.junctions[place - townships - villages])
        return self.township(place) if place < townships else self.village(place - townships)

    def product(self, crop: int) -> str:
        """Return the name of a crop's product."""
        return self._name("products", self._at(CropsBaselined, "product", crop))

    def operator(self, row: int) -> str:
        """Return what a logistics operator is, and where."""
        opened = len(self.reading.column(OperatorsBaselined, "operator"))
        if row < opened:
            kind, county = (self._at(OperatorsBaselined, name, row) for name in ("operator_kind", "county"))
        else:
            pools = self.reading.rows(PoolFormed)
            kind, county = int(OperatorKind.POOL), int(pools["county"][pools["pool"] == row][0])
        key = "names.courier" if kind == OperatorKind.COURIER else "names.operator"  # a county has several couriers
        return self.say(key, kind=self.word(OperatorKind, kind), number=row, county=self.county(county))

    def brand(self, row: int) -> str:
        """Return whose brand it is: a county's, or a prefecture's."""
        counties = len(self.reading.names["counties"])
        owner = self.county(row) if row < counties else self.prefecture(row - counties)
        return self.say("names.brand", owner=owner)

    def account(self, row: int) -> str:
        """Return whose account it is (the order is that of `ecsim.rural.state.ledger`)."""
        if row < len(PAYERS):
            return self.say(PAYERS[row])
        place, prefectures = row - len(PAYERS), len(self.reading.names["prefectures"])
        return self.prefecture(place) if place < prefectures else self.county(place - prefectures)

    def design(self, code: int) -> str:
        """Return the title of a station design of the scenario."""
        design = self.reading.scenario["designs"][code]
        return self.of(Text(design["title_en"], design["title_zh"]))

    def rule(self, code: int) -> str:
        """Return the title of a rule on central money, with its article."""
        rule = numbered_rules(self.reading.scenario)[code]
        title = self.of(Text(rule["title_en"], rule["title_zh"]))
        return self.say("names.rule", title=title, article=rule["article"])

    def _household(self, row: int) -> str:
        village = self.short_village(self._at(HouseholdsBaselined, "village", row))
        return self.say("names.household", number=row, village=village)

    def station_village(self, station: int) -> int:
        """Return the village of a station."""
        opened = self.reading.rows(StationOpened)
        return int(opened["village"][opened["station"] == station][0])

    def _station(self, row: int) -> str:
        village = self.short_village(self.station_village(row))
        return self.say("names.station", number=row, village=village)

    def _project(self, row: int) -> str:
        approved = self.reading.rows(ProjectApproved)
        (place,) = np.flatnonzero(approved["project"] == row)
        kind = self.word(ProjectKind, int(approved["project_kind"][place]))
        county = int(approved["county"][place])
        owner = self.county(county) if county >= 0 else self.prefecture(int(approved["prefecture"][place]))
        return self.say("names.project", number=row, kind=kind, owner=owner)

    def _cooperative(self, row: int) -> str:
        product = self.product(int(self.reading.cooperatives["crop"][row]))
        town = self._name("townships", int(self.reading.cooperatives["township"][row]))
        return self.say("names.cooperative", number=row, product=product, township=town)

    def enterprise_facts(self, row: int) -> tuple[int, int]:
        """Return county and kind of an enterprise."""
        opened = self.reading.rows(EnterprisesBaselined)
        if row < len(opened["seq"]):
            return int(opened["county"][row]), int(opened["enterprise_kind"][row])
        founded = self.reading.rows(EnterpriseFounded)
        (place,) = np.flatnonzero(founded["enterprise"] == row)
        return int(founded["county"][place]), int(founded["enterprise_kind"][place])

    def _enterprise(self, row: int) -> str:
        county, kind = self.enterprise_facts(row)
        called = self.word(EnterpriseKind, kind).removeprefix("a ")
        return self.say("names.enterprise", number=row, kind=called, county=self.county(county))

    def _dealer(self, row: int) -> str:
        """Return who a dealer is: the cooperative, the enterprise and its product, or all of a kind together."""
        crop, kind, cooperative, enterprise = (
            int(self.reading.dealers[name][row]) for name in ("crop", "dealer_kind", "cooperative", "enterprise")
        )
        if kind == DealerKind.COOPERATIVE:
            return self._cooperative(cooperative)
        county, product = self.county(self._at(CropsBaselined, "county", crop)), self.product(crop)
        if kind == DealerKind.ENTERPRISE:
            return self.say("names.enterprise_dealer", number=enterprise, county=county, product=product)
        return self.say(DEALERS[DealerKind(kind)], product=product, county=county)


_NUMBERED = {"sessions": "names.training_session", "facilities": "names.facility"}
"""Texts of rows that have no more of a name than their number."""
