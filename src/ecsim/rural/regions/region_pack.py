"""What a region pack holds once it is read: its counties, townships, villages, products and facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ecsim.kernel.parameters import Parameters
from ecsim.rural.calendar import Seasons
from ecsim.rural.regions.imputation import CountyFacts, ImputationNote
from ecsim.rural.regions.products import Product
from ecsim.rural.regions.rows import ExistingAsset, IdleBuilding, NationalRow, RoadFact, ThroughPlace, TradeFact
from ecsim.rural.regions.whole import Codes, Whole, households_before


@dataclass(frozen=True)
class County:
    """The facts of a county that the opening needs; money in yuan a year."""

    adcode: str
    name_zh: str
    name_en: str
    prefecture: int
    latitude: float
    longitude: float
    area_km2: float
    residents: float
    rural_residents: int
    rural_households: int
    register_persons: int
    poor_households: int
    poor_villages: int | None
    """None where no source gives it."""
    committees: int
    """Villagers' committees: administrative villages."""
    income_yuan: float
    schooling_years: float
    children_share: float
    """Persons under 15."""
    old_share: float
    """Persons of 65 and more."""
    exit_year: int
    slope_class: int | None
    """Set by a written rule where heights of township seats hide the relief, else None."""


@dataclass(frozen=True)
class Township:
    """A township-level unit; position and height are None where no source gives them."""

    code: str
    name_zh: str
    name_en: str
    county: int
    is_seat: bool
    latitude: float | None
    longitude: float | None
    elevation_m: float | None


@dataclass(frozen=True)
class Village:
    """A village-level unit."""

    code: str
    name_zh: str
    kind: int
    township: int


@dataclass(frozen=True)
class RegionPack:
    """A region as the facts and the written rules give it."""

    name: str
    title_en: str
    title_zh: str
    vintage: str
    licence: str
    seed: int
    year: int
    """Year of the annual amounts that the opening is made of."""
    first: dt.date
    last: dt.date
    """What the series behind the model cover: no run leaves it."""
    seasons: Seasons
    digest: str
    """SHA-256 of all its files."""
    prefectures: tuple[tuple[str, str], ...]
    """Chinese and English name."""
    counties: tuple[County, ...]
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    products: tuple[Product, ...]
    facts: CountyFacts
    """Every figure of a county with source, provenance and uncertainty."""
    trade: tuple[TradeFact, ...]
    """What is known of trade in its counties and around; no rule reads it."""
    assets: tuple[tuple[int, int, ExistingAsset], ...]
    """What earlier programmes built, each after its county (or -1) and prefecture."""
    buildings: tuple[tuple[int, IdleBuilding], ...]
    """Buildings of others that stand idle, each after its county."""
    national: tuple[NationalRow, ...]
    series: Mapping[str, float]
    """National and provincial figures by id (K19b, …)."""
    rules: Parameters
    synthetic: tuple[str, ...]
    """What is made up so that it adds up to the facts."""
    absent: tuple[str, ...]
    """What nobody should look for here."""
    notes: tuple[ImputationNote, ...]
    through: tuple[ThroughPlace, ...]
    """Places outside its counties that roads go through."""
    road_facts: tuple[RoadFact, ...]
    """Printed distances and times by road; no rule reads them."""
    whole: Whole
    """The larger region that it was cut out of; itself, where it was not."""
    larger: RegionPack | None = None
    """The pack of that, where the cut was made for a run."""

    @property
    def household_shift(self) -> tuple[int, ...]:
        """Of each county, how much farther on its households are numbered in the whole than by its own rows."""
        own = households_before([county.rural_households for county in self.counties])
        return tuple(there - here for there, here in zip(self.whole.first_households, own, strict=True))

    @property
    def codes(self) -> Codes:
        """What identifies its rows."""
        return Codes(
            prefectures=[chinese for chinese, _ in self.prefectures],
            counties=[county.adcode for county in self.counties],
            townships=[town.code for town in self.townships],
            villages=[village.code for village in self.villages],
            products=[f"{self.counties[p.county].adcode}/{p.name_zh}" for p in self.products],
        )
