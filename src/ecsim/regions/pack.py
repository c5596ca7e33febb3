"""Region packs: a folder of facts with their sources, and the written rules that fill holes and settle conflicts.

Nothing here knows Yunnan: another region is another folder of the same files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, TypeVar

from ecsim.errors import EcsimError, shown
from ecsim.events.codes import VillageKind
from ecsim.regions import holes
from ecsim.regions.holes import Facts, Note
from ecsim.regions.reader import Row, check_files, check_unique, known, months, number, read_head, read_table
from ecsim.scenario.parameter import Parameters, load_parameters

VILLAGE_KINDS = {
    "village": VillageKind.VILLAGE,
    "community": VillageKind.COMMUNITY,
    "quasi_village": VillageKind.QUASI_VILLAGE,
}
_T = TypeVar("_T")
_HEAD: dict[str, type] = {
    "name": str,
    "title_en": str,
    "title_zh": str,
    "seed": int,
    "vintage": str,
    "licence": str,
    "synthetic": list,
    "absent": list,
    "prices": dict,
    "outputs": dict,
    "household_shares": dict,
    "slopes": dict,
}


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
class Product:
    """One product of one county; output is None where no source gives it, online price 0 where it is not sold so."""

    county: int
    name_zh: str
    name_en: str
    category: str
    output_t: float | None
    farm_yuan: float
    online_yuan: float
    months: tuple[int, ...]
    shelf_days: int
    cold: bool
    conversion: float
    net_margin: float
    processing_yuan: float
    fitness: float
    household_share: float | None
    """Part of the output that households grow, where a written rule sets it; else None."""


@dataclass(frozen=True)
class RegionPack:
    """A region as the facts and the written rules give it."""

    name: str
    title_en: str
    title_zh: str
    vintage: str
    licence: str
    seed: int
    digest: str
    """SHA-256 of all its files."""
    prefectures: tuple[tuple[str, str], ...]
    """Chinese and English name."""
    counties: tuple[County, ...]
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    products: tuple[Product, ...]
    facts: Facts
    """Every figure of a county with source, provenance and uncertainty."""
    national: tuple[Mapping[str, str], ...]
    """Rows of national.csv."""
    series: Mapping[str, float]
    """National and provincial figures by id (K19b, …)."""
    rules: Parameters
    synthetic: tuple[str, ...]
    """What is made up so that it adds up to the facts."""
    absent: tuple[str, ...]
    """What nobody should look for here."""
    notes: tuple[Note, ...]


def load_pack(name: str) -> RegionPack:
    """Return a region pack, by the name of one that comes with ecsim or by the path of a folder.

    Raises
    ------
    EcsimError
        If there is no such pack, or one of its files or figures is missing or wrong.
    """
    with _folder_of(name) as folder:
        return _Reader(folder).pack()


def pack_digest(name: str) -> str:
    """Return the digest of a region pack, its files unread otherwise.

    Raises
    ------
    EcsimError
        If there is no such pack.
    """
    with _folder_of(name) as folder:
        return _digest(folder)


@contextmanager
def _folder_of(name: str) -> Iterator[Path]:
    packs = files("ecsim.regions").joinpath("packs")
    with as_file(packs) as inside:
        own = sorted(item.name for item in inside.iterdir() if item.is_dir())
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
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


class _Reader:
    """Reads one folder; keeps what the written rules did."""

    def __init__(self, folder: Path) -> None:
        check_files(folder)
        self.folder = folder
        self.notes: list[Note] = []
        self.head = read_head(folder, _HEAD)
        self.rules = load_parameters(folder / "rules")
        self.facts = Facts(tuple(read_table(folder, "socioeconomics.csv")), f"{folder}/socioeconomics.csv")
        self.product_rules = {row["key"]: row for row in read_table(folder, "product_rules.csv")}

    def pack(self) -> RegionPack:
        head = self.head
        county_rows = read_table(self.folder, "counties.csv")
        check_unique(county_rows, "adcode", f"{self.folder}/counties.csv")
        prefectures = tuple(dict.fromkeys((row["prefecture_zh"], row["prefecture_en"]) for row in county_rows))
        counties = tuple(self.county(row, prefectures) for row in county_rows)
        self.check_written(head["slopes"], {row["adcode"] for row in county_rows}, "slopes", "class")
        place = {county.adcode: row for row, county in enumerate(counties)}
        towns = tuple(self.townships(place))
        national = tuple(read_table(self.folder, "national.csv"))
        return RegionPack(
            name=head["name"],
            title_en=head["title_en"],
            title_zh=head["title_zh"],
            vintage=head["vintage"],
            licence=head["licence"],
            seed=head["seed"],
            digest=_digest(self.folder),
            prefectures=prefectures,
            counties=counties,
            townships=towns,
            villages=tuple(self.villages(towns)),
            products=tuple(self.products(place)),
            facts=self.facts,
            national=national,
            series={row["id"]: number(row["value"], f"national.csv: {row['id']}", -1e9, 1e9) for row in national},
            rules=self.rules,
            synthetic=tuple(head["synthetic"]),
            absent=tuple(head["absent"]),
            notes=tuple(self.notes),
        )

    def noted(self, made: tuple[_T, Note | None]) -> _T:
        """Return what a written rule gave, and keep its note."""
        value, note = made
        if note is not None:
            self.notes.append(note)
        return value

    def county(self, row: Row, prefectures: tuple[tuple[str, str], ...]) -> County:
        adcode, place = row["adcode"], row["name_zh"]
        where = f"{self.folder}/counties.csv"
        households = round(self.facts.value(adcode, "rural_households_est", 1, 1e7))
        register = self.facts.value(adcode, "registered_poor_persons_total", 0, 1e7)
        hukou = self.facts.value(adcode, "population_agricultural_hukou", 1, 1e7)
        given = self.facts.find(adcode, "poor_villages")
        total = round(number(row["n_villages"], f"{where}: n_villages of {place}", 1, 10_000))
        slope = self.head["slopes"].get(adcode)
        if slope is not None:
            self.notes.append(Note(place, "slope class", slope["class"], "set by hand", "assumed", slope["source"]))
        return County(
            adcode=adcode,
            name_zh=place,
            name_en=row["name_en"],
            prefecture=prefectures.index((row["prefecture_zh"], row["prefecture_en"])),
            latitude=number(row["lat"], f"{where}: lat of {place}", -90, 90),
            longitude=number(row["lon"], f"{where}: lon of {place}", -180, 180),
            area_km2=self.noted(holes.area_km2(row, where)),
            residents=self.facts.value(adcode, "population_resident_est", 1, 1e8),
            rural_residents=round(self.facts.value(adcode, "population_rural_resident_est", 1, 1e8)),
            rural_households=households,
            register_persons=round(register),
            poor_households=self.noted(holes.resident_poor_households(place, register, hukou, households)),
            poor_villages=round(number(given["value"], f"{place} poor_villages", 0, total)) if given else None,
            committees=total,
            income_yuan=self.facts.value(adcode, "rural_income_per_capita", 1, 1e6, "2018"),
            schooling_years=self.facts.value(adcode, "mean_schooling_years", 0, 20),
            children_share=self.facts.value(adcode, "share_age0_14", 0, 100) / 100.0,
            old_share=self.facts.value(adcode, "share_age65plus", 0, 100) / 100.0,
            exit_year=round(self.facts.value(adcode, "poverty_exit_year", 1980, 2100)),
            slope_class=None if slope is None else int(slope["class"]),
        )

    def townships(self, place: Mapping[str, int]) -> Iterator[Township]:
        path = f"{self.folder}/townships.csv"
        rows = [row for row in read_table(self.folder, "townships.csv") if row["in_2018"] == "1"]
        check_unique(rows, "adcode9", path)
        for row in rows:
            where = f"{path}: {row['name_zh']}"
            if not row["lat"]:
                self.notes.append(holes.no_position(row["name_zh"]))
            yield Township(
                code=row["adcode9"],
                name_zh=row["name_zh"],
                name_en=row["name_pinyin"],
                county=place[known(row["county_adcode"], place, f"{where} county_adcode")],
                is_seat=row["is_county_seat"] == "1",
                latitude=number(row["lat"], f"{where} lat", -90, 90) if row["lat"] else None,
                longitude=number(row["lon"], f"{where} lon", -180, 180) if row["lat"] else None,
                elevation_m=number(row["elev_m"], f"{where} elev_m", -500, 9000) if row["elev_m"] else None,
            )

    def villages(self, towns: tuple[Township, ...]) -> Iterator[Village]:
        place = {town.code: row for row, town in enumerate(towns)}
        path = f"{self.folder}/villages.csv"
        rows = read_table(self.folder, "villages.csv")
        check_unique(rows, "code12", path)
        for row in rows:
            where = f"{path}: {row['code12']}"
            kind = VILLAGE_KINDS[known(row["kind"], VILLAGE_KINDS, f"{where} kind")]
            town = place[known(row["adcode9"], place, f"{where} adcode9")]
            yield Village(row["code12"], row["name_zh"], int(kind), town)

    def products(self, place: Mapping[str, int]) -> Iterator[Product]:
        path = f"{self.folder}/products.csv"
        rows = read_table(self.folder, "products.csv")
        keys = {f"{row['adcode']}/{row['product_zh']}" for row in rows}
        for table, figure in (("prices", "farm_yuan_per_kg"), ("outputs", "tonnes"), ("household_shares", "share")):
            self.check_written(self.head[table], keys, table, figure)
        for row in rows:
            key = f"{row['adcode']}/{row['product_zh']}"
            farm = self.written(key, "prices", "farm_yuan_per_kg", row["farm_gate_price_yuan_per_kg"])
            if farm is None:
                self.notes.append(holes.no_price(key))
                continue
            yield self.product(row, key, f"{path}: {key}", place, farm)

    def product(self, row: Row, key: str, where: str, place: Mapping[str, int], farm: float) -> Product:
        rule = self.rule_of(row, where)
        bounds = {"conversion": (0.01, 10), "net_margin": (0.01, 1), "processing_yuan_per_kg": (0, 1000)}
        made = {
            name: number(rule[name], f"{self.folder}/product_rules.csv: {rule['key']} {name}", *bound)
            for name, bound in {**bounds, "online_fitness": (0, 10)}.items()
        }
        online = row["online_price_yuan_per_kg"]
        return Product(
            county=place[known(row["adcode"], place, f"{where} adcode")],
            name_zh=row["product_zh"],
            name_en=row["product_en"],
            category=row["category"],
            output_t=self.written(key, "outputs", "tonnes", row["annual_output_t"]),
            farm_yuan=farm,
            online_yuan=number(online, f"{where} online price", 0.01, 1e5) if online else 0.0,
            months=months(row["harvest_months"], where),
            shelf_days=int(number(row["shelf_life_days"], f"{where} shelf life", 1, 10_000)),
            cold=known(row["cold_chain_needed"], ("yes", "no"), f"{where} cold_chain_needed") == "yes",
            conversion=made["conversion"],
            net_margin=made["net_margin"],
            processing_yuan=made["processing_yuan_per_kg"],
            fitness=made["online_fitness"],
            household_share=self.written(key, "household_shares", "share", ""),
        )

    def rule_of(self, row: Row, where: str) -> Row:
        """Return the rule of a product by its name, else by its category."""
        by_name = self.product_rules.get(f"product:{row['product_zh']}")
        if by_name is not None:
            return by_name
        start = "category:"
        categories = [key.removeprefix(start) for key in self.product_rules if key.startswith(start)]
        return self.product_rules[start + known(row["category"], categories, f"{where} category")]

    def written(self, key: str, table: str, figure: str, given: str) -> float | None:
        """Return a figure as given, or as a written rule of pack.toml replaces it."""
        return self.noted(holes.replaced(key, figure, given, self.head[table], f"{self.folder}/{table}"))

    def check_written(self, rules: Mapping[str, Any], allowed: set[str], table: str, figure: str) -> None:
        """Raise EcsimError if a written rule names nothing of this pack, or lacks its figure or source."""
        for key, rule in rules.items():
            known(key, sorted(allowed), f"{self.folder}/pack.toml: [{table}]")
            if not isinstance(rule, dict) or rule.keys() != {figure, "source"}:
                raise EcsimError(f"{self.folder}/pack.toml: [{table}] {key} needs exactly {figure} and source")
