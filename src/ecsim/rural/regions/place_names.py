"""Names and codes of a region's places as planners write them, and the rows of the state that they stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ecsim.kernel.errors import hint
from ecsim.rural.events.codes import VillageKind
from ecsim.rural.regions.pack import RegionPack

PREFECTURE_DIGITS = 4


class UnknownPlaceError(ValueError):
    """A place that the region has not, or has several of; the message says what to write."""


@dataclass(frozen=True)
class Places:
    """Where plans may build: counties and prefectures of a region, townships and villages of a county."""

    pack: RegionPack

    @cached_property
    def _counties(self) -> dict[str, list[int]]:
        return _rows((row, (c.adcode, c.name_zh, c.name_en)) for row, c in enumerate(self.pack.counties))

    @cached_property
    def _prefectures(self) -> dict[str, list[int]]:
        codes = {county.prefecture: county.adcode[:PREFECTURE_DIGITS] for county in self.pack.counties}
        return _rows((row, (codes[row], *names)) for row, names in enumerate(self.pack.prefectures))

    @cached_property
    def _townships(self) -> dict[int, dict[str, list[int]]]:
        return self._by_county(
            (town.county, row, (town.code, town.name_zh, town.name_en)) for row, town in enumerate(self.pack.townships)
        )

    @cached_property
    def _villages(self) -> dict[int, dict[str, list[int]]]:
        county = [town.county for town in self.pack.townships]
        return self._by_county(
            (county[village.township], row, (village.code, village.name_zh))
            for row, village in enumerate(self.pack.villages)
        )

    @staticmethod
    def _by_county(named: Iterable[tuple[int, int, tuple[str, ...]]]) -> dict[int, dict[str, list[int]]]:
        of_county: dict[int, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
        for county, row, names in named:
            of_county[county].append((row, names))
        return {county: _rows(rows) for county, rows in of_county.items()}

    def county(self, name: str) -> int:
        """Return the row of a county, by code, Chinese or English name."""
        return _one(name, self._counties, "county", "counties")

    def prefecture(self, name: str) -> int:
        """Return the row of a prefecture, by the first four digits of its counties' codes or by name."""
        return _one(name, self._prefectures, "prefecture", "prefectures")

    def township(self, name: str, county: int) -> int:
        """Return the row of a township of a county, by code or name."""
        where = self.pack.counties[county].name_zh
        return _one(name, self._townships.get(county, {}), "township", f"townships of {where}")

    def townships(self, county: int) -> int:
        """Return how many townships a county has."""
        return sum(town.county == county for town in self.pack.townships)

    def village(self, name: str, county: int) -> int:
        """Return the row of a village of a county, by code or name; where several bear a name, by code alone."""
        where = self.pack.counties[county].name_zh
        return _one(name, self._villages.get(county, {}), "village", f"villages of {where}")

    def is_village(self, village: int) -> bool:
        """Return whether a village-level unit is an administrative village: communities of towns are none."""
        return self.pack.villages[village].kind == VillageKind.VILLAGE


def _rows(named: Iterable[tuple[int, tuple[str, ...]]]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, names in named:
        for name in dict.fromkeys(names):
            rows[name].append(row)
    return dict(rows)


def _one(name: str, known: dict[str, list[int]], what: str, among: str) -> int:
    rows = known.get(name, [])
    if len(rows) == 1:
        return rows[0]
    if rows:
        codes = [code for code, of in known.items() if code.isdigit() and of[0] in rows]
        raise UnknownPlaceError(f"{name!r} is the name of {len(rows)} {among}; write its code: {', '.join(codes)}")
    shown = [place for place in known if not place.isdigit()]
    few = f"{among} are {', '.join(shown)}" if len(shown) <= 60 else f"{among} are listed by `ecsim list region`"
    raise UnknownPlaceError(f"{name!r} is no {what} there; {hint(name, known, few)}")
