"""Region packs: a folder of facts with their sources, and the written rules that fill holes and settle conflicts.

Nothing here knows Yunnan: another region is another folder of the same files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from ecsim.kernel.errors import EcsimError, shown
from ecsim.kernel.parameters import Parameters, load_parameters
from ecsim.rural.calendar import Seasons
from ecsim.rural.regions import imputation
from ecsim.rural.regions.imputation import CountyFacts, ImputationNote
from ecsim.rural.regions.products import Product, read_products
from ecsim.rural.regions.reader import bytes_of, check_files, check_named, known, read_head, read_table
from ecsim.rural.regions.rows import (
    MOST_PERSONS,
    VILLAGE_KINDS,
    CountyRow,
    ExistingAsset,
    FactRow,
    NationalRow,
    TownshipRow,
    TradeFact,
    VillageRow,
)

_T = TypeVar("_T")


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
    national: tuple[NationalRow, ...]
    series: Mapping[str, float]
    """National and provincial figures by id (K19b, …)."""
    rules: Parameters
    synthetic: tuple[str, ...]
    """What is made up so that it adds up to the facts."""
    absent: tuple[str, ...]
    """What nobody should look for here."""
    notes: tuple[ImputationNote, ...]


def load_pack(name: str) -> RegionPack:
    """Return a region pack, by the name of one that comes with ecsim or by the path of a folder.

    Raises
    ------
    EcsimError
        If there is no such pack, or one of its files or figures is missing or wrong.
    """
    with folder_of(name) as folder:
        check_files(folder)
        return _read_pack(folder, _digest(folder))


@lru_cache(maxsize=8)
def _read_pack(folder: Path, digest: str) -> RegionPack:
    """Return the pack that a folder holds while its files have a digest; it is read once a process."""
    return _Reader(folder).pack(digest)


def pack_digest(name: str) -> str:
    """Return the digest of a region pack, its files unread otherwise.

    Raises
    ------
    EcsimError
        If there is no such pack, or one of its files is missing.
    """
    with folder_of(name) as folder:
        check_files(folder)
        return _digest(folder)


def pack_identity(name: str) -> tuple[str, str]:
    """Return the name that a region pack gives itself, and its digest; its tables unread otherwise."""
    with folder_of(name) as folder:
        check_files(folder)
        return read_head(folder).name, _digest(folder)


def seasons_of(name: str) -> Seasons:
    """Return the seasons of a region pack; its tables unread."""
    with folder_of(name) as folder:
        return _seasons(folder, bytes_of(folder / "pack.toml"))


@lru_cache(maxsize=8)
def _seasons(folder: Path, content: bytes) -> Seasons:  # noqa: ARG001 (another content is read anew)
    """Return the seasons that a folder's pack.toml names while it holds a content; they are read once a process."""
    return read_head(folder).seasons


def shipped_packs() -> list[str]:
    """Return the names of the packs that come with ecsim."""
    with as_file(files("ecsim.rural.regions").joinpath("packs")) as inside:
        return sorted(item.name for item in inside.iterdir() if item.is_dir())


@contextmanager
def folder_of(name: str) -> Iterator[Path]:
    """Yield the folder of a region pack, by the name of one that comes with ecsim or by its path."""
    packs = files("ecsim.rural.regions").joinpath("packs")
    own = shipped_packs()
    with as_file(packs) as inside:
        folder = inside / name if name in own else Path(name)
        if not _is_pack(folder):
            raise EcsimError(
                f"region {shown(name)}: not a region pack: no pack.toml in it; allowed are {', '.join(own)}, or the "
                "path of a folder like them"
            )
        yield folder


def _is_pack(folder: Path) -> bool:
    """Return whether a folder is meant as a pack, before anything else of it is read."""
    try:
        return (folder / "pack.toml").is_file()
    except OSError:  # a name that is too long for the system
        return False


def _digest(folder: Path) -> str:
    """Return the SHA-256 of all files of a pack, by name."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + bytes_of(path) + b"\0")
    return total.hexdigest()


class _Reader:
    """Reads one folder; keeps what the written rules did."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[ImputationNote] = []
        self.head = read_head(folder)
        self.rules = load_parameters(folder / "rules")
        self.facts = CountyFacts(read_table(folder, FactRow), f"{folder}/socioeconomics.csv")

    def pack(self, digest: str) -> RegionPack:
        head = self.head
        rows = sorted(read_table(self.folder, CountyRow), key=lambda row: row.adcode)  # luck hangs on row numbers
        check_named(self.folder, "slopes", self.head.slopes, (row.adcode for row in rows))
        prefectures = tuple(dict.fromkeys((row.prefecture_zh, row.prefecture_en) for row in rows))
        counties = tuple(self.county(row, prefectures) for row in rows)
        place = {county.adcode: row for row, county in enumerate(counties)}
        towns = tuple(sorted(self.townships(place), key=lambda town: town.code))
        national = read_table(self.folder, NationalRow)
        listed = self.villages(towns, counties)
        villages = tuple(sorted(listed, key=lambda unit: (towns[unit.township].county, unit.code)))
        self.check_committees(counties, towns, villages)
        products, notes = read_products(self.folder, head, place)
        self.notes += notes
        self.check_farming(counties, products)
        return RegionPack(
            name=head.name,
            title_en=head.title_en,
            title_zh=head.title_zh,
            vintage=head.vintage,
            licence=head.licence,
            seed=head.seed,
            year=head.year,
            first=head.first,
            last=head.last,
            digest=digest,
            prefectures=prefectures,
            counties=counties,
            townships=towns,
            villages=villages,
            products=products,
            facts=self.facts,
            trade=read_table(self.folder, TradeFact),
            assets=self.assets(counties),
            national=national,
            series={row.id: row.value for row in national},
            rules=self.rules,
            synthetic=tuple(head.synthetic),
            absent=tuple(head.absent),
            notes=tuple(self.notes),
        )

    def noted(self, made: tuple[_T, ImputationNote | None]) -> _T:
        """Return what a written rule gave, and keep its note."""
        value, note = made
        if note is not None:
            self.notes.append(note)
        return value

    def county(self, row: CountyRow, prefectures: tuple[tuple[str, str], ...]) -> County:
        adcode, place, facts = row.adcode, row.name_zh, self.facts
        households = round(facts.value(adcode, "rural_households_est", 1, MOST_PERSONS))
        register = facts.value(adcode, "registered_poor_persons_total", 0, MOST_PERSONS)
        hukou = facts.value(adcode, "population_agricultural_hukou", 1, MOST_PERSONS)
        slope = self.head.slopes.get(adcode)
        if slope is not None:
            self.notes.append(
                ImputationNote(place, "slope class", slope.slope_class, "set by hand", "assumed", slope.source)
            )
        county = County(
            adcode=adcode,
            name_zh=place,
            name_en=row.name_en,
            prefecture=prefectures.index((row.prefecture_zh, row.prefecture_en)),
            latitude=row.lat,
            longitude=row.lon,
            area_km2=self.noted(imputation.area_km2(row)),
            residents=facts.value(adcode, "population_resident_est", 1, MOST_PERSONS),
            rural_residents=round(facts.value(adcode, "population_rural_resident_est", 1, MOST_PERSONS)),
            rural_households=households,
            register_persons=round(register),
            poor_households=self.noted(imputation.resident_poor_households(place, register, hukou, households)),
            poor_villages=self.poor_villages(row),
            committees=row.n_villages,
            income_yuan=facts.value(adcode, "rural_income_per_capita", 1, 1e6, str(self.head.year)),
            schooling_years=facts.value(adcode, "mean_schooling_years", 0, 20),
            children_share=facts.value(adcode, "share_age0_14", 0, 100) / 100.0,
            old_share=facts.value(adcode, "share_age65plus", 0, 100) / 100.0,
            exit_year=round(facts.value(adcode, "poverty_exit_year", 1980, 2100)),
            slope_class=None if slope is None else slope.slope_class,
        )
        self.check_people(county)
        return county

    def assets(self, counties: tuple[County, ...]) -> tuple[tuple[int, int, ExistingAsset], ...]:
        """Return what earlier programmes built, with its county, or -1 for a whole prefecture's, and prefecture.

        Rows of other places are read over: a pack that was cut out of a larger one may keep the whole file.
        """
        if not (self.folder / ExistingAsset.FILE).is_file():
            return ()
        place = {county.adcode: (row, county.prefecture) for row, county in enumerate(counties)}
        place |= {county.adcode[:4]: (-1, county.prefecture) for county in counties}
        rows = read_table(self.folder, ExistingAsset)
        return tuple((*place[row.place], row) for row in rows if row.place in place)

    def poor_villages(self, row: CountyRow) -> int | None:
        """Return how many villages of a county are poor, None where no source gives it."""
        if self.facts.find(row.adcode, "poor_villages") is None:
            return None
        return round(self.facts.value(row.adcode, "poor_villages", 0, row.n_villages))

    def check_people(self, county: County) -> None:
        """Raise EcsimError if figures of a county's people cannot be true together."""
        where = f"{self.facts.where}: {county.adcode} has"
        if county.rural_residents > county.residents:
            raise EcsimError(f"{where} more rural residents ({county.rural_residents}) than residents; mend one figure")
        if county.rural_households > county.rural_residents:
            raise EcsimError(
                f"{where} more rural households ({county.rural_households}) than rural residents; mend one figure"
            )
        if county.children_share + county.old_share >= 1.0:
            raise EcsimError(
                f"{where} nobody between 15 and 64: its shares of the young and the old add up to 100; mend one"
            )

    def townships(self, place: Mapping[str, int]) -> Iterator[Township]:
        for row in read_table(self.folder, TownshipRow):
            if row.in_opening == "0":
                continue
            if row.lat is None:
                self.notes.append(imputation.no_position(row.name_zh))
            where = f"{self.folder}/townships.csv: {row.name_zh} county_adcode"
            yield Township(
                code=row.adcode9,
                name_zh=row.name_zh,
                name_en=row.name_pinyin,
                county=place[known(row.county_adcode, place, where)],
                is_seat=row.is_county_seat == "1",
                latitude=row.lat,
                longitude=row.lon,
                elevation_m=row.elev_m,
            )

    def villages(self, towns: tuple[Township, ...], counties: tuple[County, ...]) -> Iterator[Village]:
        """Yield the villages as listed."""
        place = {town.code: row for row, town in enumerate(towns)}
        for row in read_table(self.folder, VillageRow):
            where = f"{self.folder}/villages.csv: {row.code12}"
            town = place.get(row.adcode9)
            if town is None:
                raise EcsimError(
                    f"{where}: adcode9 is {row.adcode9!r}; townships.csv has no such code: mend one of them"
                )
            home = counties[towns[town].county].adcode
            if row.county_adcode != home:
                raise EcsimError(
                    f"{where}: county_adcode is {row.county_adcode}, of its township {home}; mend one of them"
                )
            yield Village(row.code12, row.name_zh, int(VILLAGE_KINDS[row.kind]), town)

    def check_committees(
        self, counties: tuple[County, ...], towns: tuple[Township, ...], villages: tuple[Village, ...]
    ) -> None:
        """Raise EcsimError if a county has not as many administrative villages as it says."""
        listed = Counter(towns[v.township].county for v in villages if v.kind == VILLAGE_KINDS["village"])
        for number, county in enumerate(counties):
            if listed[number] != county.committees:
                raise EcsimError(
                    f"{self.folder}/counties.csv: n_villages of {county.name_zh} is {county.committees}; villages.csv "
                    f"lists {listed[number]} of kind village: mend one of them"
                )

    def check_farming(self, counties: tuple[County, ...], products: tuple[Product, ...]) -> None:
        """Raise EcsimError if a county has no product that its households and cooperatives could grow for money."""
        growing = {product.county for product in products}
        for number, county in enumerate(counties):
            if number not in growing:
                raise EcsimError(
                    f"{self.folder}/products.csv: {county.adcode} ({county.name_zh}) has no product with a farm-gate "
                    "price; each county needs one: add it, or its price"
                )
