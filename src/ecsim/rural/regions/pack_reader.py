"""Reads the folder of a region pack, or some counties of it, and holds its tables against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ecsim.kernel.errors import EcsimError, hint
from ecsim.rural.regions import imputation, whole
from ecsim.rural.regions.imputation import CountyFacts, ImputationNote
from ecsim.rural.regions.products import Product, read_products
from ecsim.rural.regions.reader import check_named, known, read_head, read_rules, read_table
from ecsim.rural.regions.region_pack import County, RegionPack, Township, Village
from ecsim.rural.regions.rows import (
    MOST_PERSONS,
    VILLAGE_KINDS,
    CountyRow,
    ExistingAsset,
    FactRow,
    IdleBuilding,
    NationalRow,
    PackRow,
    RoadFact,
    ThroughPlace,
    TownshipRow,
    TradeFact,
    VillageRow,
    WholeFigure,
)
from ecsim.rural.regions.whole import Codes, CountyOfWhole, Whole

_T = TypeVar("_T")
_Row = TypeVar("_Row", bound=PackRow)
Keep = frozenset[str] | None
"""Codes of the counties that a reading keeps; None: all."""
NEEDED_FACTS: Mapping[str, tuple[float, float]] = {
    "population_resident_est": (1, MOST_PERSONS),
    "population_rural_resident_est": (1, MOST_PERSONS),
    "rural_households_est": (1, MOST_PERSONS),
    "population_agricultural_hukou": (1, MOST_PERSONS),
    "registered_poor_persons_total": (0, MOST_PERSONS),
    "rural_income_per_capita": (1, 1e6),
    "mean_schooling_years": (0, 20),
    "share_age0_14": (0, 100),
    "share_age65plus": (0, 100),
    "poverty_exit_year": (1980, 2100),
}
"""Figures of socioeconomics.csv that every county must have, with the bounds of each."""
OF_THE_YEAR = ("rural_income_per_capita",)
"""Those of the year of the opening's annual amounts; of others the latest is taken."""


class PackReader:
    """Reads one folder, or some counties of it; keeps what the written rules did."""

    def __init__(self, folder: Path, keep: Keep = None) -> None:
        self.folder, self.keep = folder, keep
        self.notes: list[ImputationNote] = []
        self.head = read_head(folder)
        self.rules = read_rules(folder)
        self.facts = CountyFacts(read_table(folder, FactRow), f"{folder}/socioeconomics.csv")

    def pack(self, digest: str) -> RegionPack:
        head = self.head
        rows = sorted(read_table(self.folder, CountyRow), key=lambda row: row.adcode)  # luck hangs on row numbers
        figures = self.optional(WholeFigure)
        elsewhere = {row.code for row in figures if row.what == "prefecture_of"} - {row.adcode for row in rows}
        check_named(self.folder, "slopes", self.head.slopes, (row.adcode for row in rows), elsewhere)
        rows = [row for row in rows if self.keeps(row.adcode)]
        prefectures = tuple(dict.fromkeys((row.prefecture_zh, row.prefecture_en) for row in rows))
        counties = tuple(self.county(row, prefectures) for row in rows)
        place = {county.adcode: row for row, county in enumerate(counties)}
        towns = tuple(sorted(self.townships(place), key=lambda town: town.code))
        national = read_table(self.folder, NationalRow)
        listed = self.villages(towns, counties)
        villages = tuple(sorted(listed, key=lambda unit: (towns[unit.township].county, unit.code)))
        self.check_seats(counties, towns)
        self.check_committees(counties, towns, villages)
        products, notes = read_products(self.folder, head, place, self.keep, elsewhere)
        self.notes += notes
        self.check_farming(counties, products)
        read = RegionPack(
            name=head.name,
            title_en=head.title_en,
            title_zh=head.title_zh,
            vintage=head.vintage,
            licence=head.licence,
            seed=head.seed,
            year=head.year,
            first=head.first,
            last=head.last,
            seasons=head.seasons,
            digest=digest,
            prefectures=prefectures,
            counties=counties,
            townships=towns,
            villages=villages,
            products=products,
            facts=self.facts,
            trade=read_table(self.folder, TradeFact),
            assets=self.assets(counties),
            buildings=self.buildings(counties),
            national=national,
            series={row.id: row.value for row in national},
            rules=self.rules,
            synthetic=tuple(head.synthetic),
            absent=tuple(head.absent),
            notes=tuple(self.notes),
            through=self.optional(ThroughPlace),
            road_facts=self.optional(RoadFact),
            whole=whole.NOWHERE,
        )
        codes, where = read.codes, f"{self.folder}/{WholeFigure.FILE}"
        known_whole = whole.read_whole(figures, codes, where) if figures else _itself(codes, counties)
        return replace(read, whole=known_whole)

    def optional(self, kind: type[_Row]) -> tuple[_Row, ...]:
        """Return the rows of a table that a pack may leave out."""
        return read_table(self.folder, kind) if (self.folder / kind.FILE).is_file() else ()

    def keeps(self, adcode: str) -> bool:
        """Return whether what is read is of a county that is kept."""
        return self.keep is None or adcode in self.keep

    def noted(self, made: tuple[_T, ImputationNote | None]) -> _T:
        """Return what a written rule gave, and keep its note."""
        value, note = made
        if note is not None:
            self.notes.append(note)
        return value

    def county(self, row: CountyRow, prefectures: tuple[tuple[str, str], ...]) -> County:
        adcode, place = row.adcode, row.name_zh
        households = round(self.fact(adcode, "rural_households_est"))
        register = self.fact(adcode, "registered_poor_persons_total")
        hukou = self.fact(adcode, "population_agricultural_hukou")
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
            residents=self.fact(adcode, "population_resident_est"),
            rural_residents=round(self.fact(adcode, "population_rural_resident_est")),
            rural_households=households,
            register_persons=round(register),
            poor_households=self.noted(imputation.resident_poor_households(place, register, hukou, households)),
            poor_villages=self.poor_villages(row),
            committees=row.n_villages,
            income_yuan=self.fact(adcode, "rural_income_per_capita"),
            schooling_years=self.fact(adcode, "mean_schooling_years"),
            children_share=self.fact(adcode, "share_age0_14") / 100.0,
            old_share=self.fact(adcode, "share_age65plus") / 100.0,
            exit_year=round(self.fact(adcode, "poverty_exit_year")),
            slope_class=None if slope is None else slope.slope_class,
        )
        self.check_people(county)
        return county

    def fact(self, adcode: str, variable: str) -> float:
        """Return a figure of a county that every pack must give."""
        low, high = NEEDED_FACTS[variable]
        year = str(self.head.year) if variable in OF_THE_YEAR else ""
        return self.facts.value(adcode, variable, low, high, year)

    def assets(self, counties: tuple[County, ...]) -> tuple[tuple[int, int, ExistingAsset], ...]:
        """Return what earlier programmes built, with its county, or -1 for a whole prefecture's, and prefecture.

        Rows of other places are read over: a pack that was cut out of a larger one may keep the whole file.
        """
        place = {county.adcode: (row, county.prefecture) for row, county in enumerate(counties)}
        place |= {county.adcode[:4]: (-1, county.prefecture) for county in counties}
        return tuple((*place[row.place], row) for row in self.optional(ExistingAsset) if row.place in place)

    def buildings(self, counties: tuple[County, ...]) -> tuple[tuple[int, IdleBuilding], ...]:
        """Return the buildings that stand idle, or may, each after its county; rows of other places are read over."""
        if not (self.folder / IdleBuilding.FILE).is_file():
            return ()
        place = {county.adcode: row for row, county in enumerate(counties)}
        return tuple((place[row.place], row) for row in read_table(self.folder, IdleBuilding) if row.place in place)

    def check_places(self) -> None:
        """Raise EcsimError if an asset or building is of no place of the pack, nor of what it was cut out of."""
        codes = {row.adcode for row in read_table(self.folder, CountyRow)}
        codes |= {row.code for row in self.optional(WholeFigure) if row.what == "prefecture_of"}
        places = codes | {code[:4] for code in codes}
        named = [(row.FILE, row.place) for row in self.optional(ExistingAsset)]
        named += [(row.FILE, row.place) for row in self.optional(IdleBuilding)]
        for file, place in named:
            if place not in places:
                near = hint(place, sorted(places), "write the code of a county, of a prefecture its first four digits")
                raise EcsimError(
                    f"{self.folder}/{file}: place {place!r} is neither in counties.csv nor in what the pack was cut "
                    f"out of; {near}"
                )

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
            if row.in_opening == "1" and self.keeps(row.county_adcode):
                yield self.township(row, place)

    def township(self, row: TownshipRow, place: Mapping[str, int]) -> Township:
        if row.lat is None:
            self.notes.append(imputation.no_position(row.name_zh))
        where = f"{self.folder}/townships.csv: {row.name_zh} county_adcode"
        return Township(
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
        home = {town.code: counties[town.county].adcode for town in towns}
        for row in read_table(self.folder, VillageRow):
            if self.keeps(row.county_adcode):
                yield self.village(row, place, home)

    def village(self, row: VillageRow, place: Mapping[str, int], home: Mapping[str, str]) -> Village:
        """Return a village.

        Parameters
        ----------
        place, home : row of each township, and code of its county, by its code
        """
        where = f"{self.folder}/villages.csv: {row.code12}"
        if row.adcode9 not in place:
            raise EcsimError(f"{where}: adcode9 is {row.adcode9!r}; townships.csv has no such code: mend one of them")
        if row.county_adcode != home[row.adcode9]:
            raise EcsimError(
                f"{where}: county_adcode is {row.county_adcode}, of its township {home[row.adcode9]}; mend one of them"
            )
        return Village(row.code12, row.name_zh, int(VILLAGE_KINDS[row.kind]), place[row.adcode9])

    def check_seats(self, counties: tuple[County, ...], towns: tuple[Township, ...]) -> None:
        """Raise EcsimError if the seat of a county lies in no township, or in several."""
        seats = Counter(town.county for town in towns if town.is_seat)
        for row, county in enumerate(counties):
            if seats[row] != 1:
                raise EcsimError(
                    f"{self.folder}/townships.csv: {county.name_zh} has {seats[row]} rows with is_county_seat 1; its "
                    "hub stands in one township: mark the one of its seat"
                )

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


def _itself(codes: Codes, counties: tuple[County, ...]) -> Whole:
    shares = [
        CountyOfWhole(c.adcode, c.prefecture, c.rural_residents, c.poor_households, c.committees) for c in counties
    ]
    return whole.itself(codes, shares, [county.rural_households for county in counties])
