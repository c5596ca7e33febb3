"""Region packs: a folder of facts with their sources, and the written rules that fill holes and settle conflicts.

Nothing here knows Yunnan: another region is another folder of the same files.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from ecsim.errors import EcsimError
from ecsim.scenario.parameter import Parameters, load_parameters

VILLAGE_KINDS = {"village": 0, "community": 1, "quasi_village": 2}
FILES = ("pack.toml", "counties.csv", "townships.csv", "villages.csv", "socioeconomics.csv", "products.csv")


@dataclass(frozen=True)
class Note:
    """A figure that a written rule made or replaced."""

    place: str
    figure: str
    value: float
    rule: str
    source: str


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
    poor_villages: int
    income_yuan: float
    schooling_years: float
    exit_year: int


@dataclass(frozen=True)
class Township:
    """A township-level unit; latitude is None where no source gives a position."""

    code: str
    name_zh: str
    name_en: str
    county: int
    is_seat: bool
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Village:
    """A village-level unit."""

    code: str
    name_zh: str
    kind: int
    township: int


@dataclass(frozen=True)
class Product:
    """One product of one county; output is None where no source gives it."""

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
    household_share: float


@dataclass(frozen=True)
class RegionPack:
    """A region as the facts and the written rules give it."""

    name: str
    title_en: str
    title_zh: str
    seed: int
    digest: str
    prefectures: tuple[tuple[str, str], ...]
    counties: tuple[County, ...]
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    products: tuple[Product, ...]
    facts: tuple[dict[str, str], ...]
    """Rows of socioeconomics.csv: every figure with source, provenance and uncertainty."""
    series: dict[str, float]
    """National and provincial figures by id (K19b, …)."""
    rules: Parameters
    synthetic: tuple[str, ...]
    notes: tuple[Note, ...]


def load_pack(name: str) -> RegionPack:
    """Return a region pack, by the name of one that comes with ecsim or by the path of a folder.

    Raises
    ------
    EcsimError
        If there is no such pack, or one of its files or figures is missing or wrong.
    """
    own = files("ecsim.regions").joinpath("packs", name)
    with as_file(own) as inside:
        folder = Path(name) if Path(name).is_dir() else inside
        if not folder.is_dir():
            known = ", ".join(sorted(item.name for item in files("ecsim.regions").joinpath("packs").iterdir()))
            raise EcsimError(f"region {name!r}: no such pack; allowed are {known}, or the path of a folder like them")
        return _Reader(folder).pack()


class _Reader:
    """Reads one folder; keeps what the written rules did."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise EcsimError(f"{folder}: missing {', '.join(missing)}; a region pack has {', '.join(FILES)}")
        self.notes: list[Note] = []
        self.head: dict[str, Any] = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
        self.facts = self.rows("socioeconomics.csv", "adcode", "variable", "value", "year", "source")
        self.rules = load_parameters(folder / "rules")
        self.product_rules = {row["key"]: row for row in self.rows("product_rules.csv", "key", "conversion")}

    def rows(self, name: str, *needed: str) -> list[dict[str, str]]:
        """Return the rows of a table that must have the columns named."""
        path = self.folder / name
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            lacking = sorted(set(needed) - set(reader.fieldnames or ()))
            if lacking:
                raise EcsimError(f"{path}: missing column {', '.join(lacking)}; add it or take the pack's own file")
            return list(reader)

    def pack(self) -> RegionPack:
        head = self.head
        county_rows = self.rows("counties.csv", "adcode", "name_zh", "name_en", "prefecture_zh", "lat", "lon")
        prefectures = tuple(dict.fromkeys((row["prefecture_zh"], row["prefecture_en"]) for row in county_rows))
        counties = tuple(self.county(row, prefectures) for row in county_rows)
        place = {county.adcode: number for number, county in enumerate(counties)}
        towns = tuple(self.townships(place))
        return RegionPack(
            name=head["name"],
            title_en=head["title_en"],
            title_zh=head["title_zh"],
            seed=head["seed"],
            digest=self.digest(),
            prefectures=prefectures,
            counties=counties,
            townships=towns,
            villages=tuple(self.villages(towns)),
            products=tuple(self.products(place)),
            facts=tuple(self.facts),
            series=self.series(),
            rules=self.rules,
            synthetic=tuple(head["synthetic"]),
            notes=tuple(self.notes),
        )

    def digest(self) -> str:
        """Return the SHA-256 of all files of the pack, by name."""
        total = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes())
        return total.hexdigest()

    def fact(self, adcode: str, variable: str, year: str = "") -> float | None:
        """Return a figure of a county, of the year asked for or the latest there is."""
        found = [r for r in self.facts if r["adcode"] == adcode and r["variable"] == variable and r["value"]]
        found = [r for r in found if r["year"] == year] if year else sorted(found, key=lambda r: r["year"])
        return float(found[-1]["value"]) if found else None

    def needed(self, adcode: str, variable: str, year: str = "") -> float:
        value = self.fact(adcode, variable, year)
        if value is None:
            raise EcsimError(f"{self.folder}/socioeconomics.csv: {adcode} has no {variable} {year}; add a row with it")
        return value

    def county(self, row: dict[str, str], prefectures: tuple[tuple[str, str], ...]) -> County:
        adcode = row["adcode"]
        households = round(self.needed(adcode, "rural_households_est"))
        register = self.needed(adcode, "registered_poor_persons_total")
        hukou = self.needed(adcode, "population_agricultural_hukou")
        poor = round(min(1.0, register / hukou) * households)
        self.note(row["name_zh"], "registered poor households, resident", poor, "register over agricultural hukou")
        area = float(row["area_published_km2"] or row["area_polygon_km2"])
        return County(
            adcode=adcode,
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            prefecture=[zh for zh, _ in prefectures].index(row["prefecture_zh"]),
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            area_km2=area,
            residents=self.needed(adcode, "population_resident_est"),
            rural_residents=round(self.needed(adcode, "population_rural_resident_est")),
            rural_households=households,
            register_persons=round(register),
            poor_households=poor,
            poor_villages=self.poor_villages(row, register),
            income_yuan=self.needed(adcode, "rural_income_per_capita", "2018"),
            schooling_years=self.needed(adcode, "mean_schooling_years"),
            exit_year=round(self.needed(adcode, "poverty_exit_year")),
        )

    def poor_villages(self, row: dict[str, str], register: float) -> int:
        """Where the number is empty: registered poor over the persons a poor village has, at most all villages."""
        given = self.fact(row["adcode"], "poor_villages")
        total = int(row["n_villages"])
        if given is not None:
            return min(round(given), total)
        each = float(self.rules.by_name["opening_places.persons_a_poor_village"].value)
        number = min(round(register / each), total)
        self.note(row["name_zh"], "poor villages", number, "registered poor over persons a poor village")
        return number

    def townships(self, place: dict[str, int]) -> Iterator[Township]:
        for row in self.rows("townships.csv", "adcode9", "name_zh", "county_adcode", "lat", "lon"):
            if row["in_2018"] != "1":
                continue
            yield Township(
                code=row["adcode9"],
                name_zh=row["name_zh"],
                name_en=row["name_pinyin"],
                county=place[row["county_adcode"]],
                is_seat=row["is_county_seat"] == "1",
                latitude=float(row["lat"]) if row["lat"] else None,
                longitude=float(row["lon"]) if row["lon"] else None,
            )

    def villages(self, towns: tuple[Township, ...]) -> Iterator[Village]:
        place = {town.code: number for number, town in enumerate(towns)}
        path = self.folder / "villages.csv"
        for row in self.rows("villages.csv", "code12", "name_zh", "kind", "adcode9"):
            if row["kind"] not in VILLAGE_KINDS or row["adcode9"] not in place:
                raise EcsimError(
                    f"{path}: {row['code12']} has kind {row['kind']!r} or an unknown township; mend the row"
                )
            yield Village(row["code12"], row["name_zh"], VILLAGE_KINDS[row["kind"]], place[row["adcode9"]])

    def products(self, place: dict[str, int]) -> Iterator[Product]:
        for row in self.rows("products.csv", "adcode", "product_zh", "category", "farm_gate_price_yuan_per_kg"):
            key = f"{row['adcode']}/{row['product_zh']}"
            farm = self.replaced(key, "prices", "farm_yuan_per_kg", row["farm_gate_price_yuan_per_kg"])
            if farm is None:
                self.note(key, "farm-gate price", 0.0, "left out: no farm-gate price in the facts")
                continue
            output = self.replaced(key, "outputs", "tonnes", row["annual_output_t"])
            rule = self.product_rules.get(f"product:{row['product_zh']}") or self.rule_of(row)
            share = self.head["household_shares"].get(key, {}).get("share", 0.8)
            yield Product(
                county=place[row["adcode"]],
                name_zh=row["product_zh"],
                name_en=row["product_en"],
                category=row["category"],
                output_t=output,
                farm_yuan=farm,
                online_yuan=float(row["online_price_yuan_per_kg"] or 0.0),
                months=_months(row["harvest_months"]),
                shelf_days=int(row["shelf_life_days"]),
                cold=row["cold_chain_needed"] == "yes",
                conversion=float(rule["conversion"]),
                net_margin=float(rule["net_margin"]),
                processing_yuan=float(rule["processing_yuan_per_kg"]),
                fitness=float(rule["online_fitness"]),
                household_share=share,
            )

    def rule_of(self, row: dict[str, str]) -> dict[str, str]:
        rule = self.product_rules.get(f"category:{row['category']}")
        if rule is None:
            known = ", ".join(
                key.removeprefix("category:") for key in self.product_rules if key.startswith("category:")
            )
            raise EcsimError(f"{self.folder}/products.csv: category {row['category']!r} has no rule; known are {known}")
        return rule

    def replaced(self, key: str, table: str, figure: str, given: str) -> float | None:
        """Return a figure of products.csv, or what the pack's written rule puts in its place."""
        rule = self.head.get(table, {}).get(key)
        if rule is None:
            return float(given) if given else None
        self.notes.append(Note(key, figure, float(rule[figure]), f"replaces {given or 'nothing'}", rule["source"]))
        return float(rule[figure])

    def series(self) -> dict[str, float]:
        found = {}
        for row in self.rows("evidence.csv", "id", "value"):
            try:
                found[row["id"]] = float(row["value"])
            except ValueError:
                continue  # a range, a sign or a list: read by people
        return found

    def note(self, place: str, figure: str, value: float, rule: str) -> None:
        self.notes.append(Note(place, figure, float(value), rule, "written rule of the pack"))


def _months(text: str) -> tuple[int, ...]:
    """Return the months of ``11-3`` or ``3-5;7-10``, 1 to 12."""
    months: list[int] = []
    for part in text.split(";"):
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        months += [(month - 1) % 12 + 1 for month in range(start, end + 1 if end >= start else end + 13)]
    return tuple(dict.fromkeys(months))
