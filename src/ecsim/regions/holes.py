"""The written rules for holes and conflicts in a region's facts: one function a rule, each use noted (MODEL 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ecsim.errors import EcsimError
from ecsim.regions.reader import Row, number


@dataclass(frozen=True)
class Note:
    """A figure that a written rule made or replaced."""

    place: str
    figure: str
    value: float
    rule: str
    provenance: str
    """``derived`` from facts of the pack, or ``assumed``."""
    source: str


@dataclass(frozen=True)
class Facts:
    """The figures of socioeconomics.csv, found by county, variable and year."""

    rows: tuple[Row, ...]
    where: str = field(compare=False)

    def find(self, adcode: str, variable: str, year: str = "") -> Row | None:
        """Return the row of a county's figure: of the year asked for, else the latest; None where it is empty."""
        found = [row for row in self.rows if row["adcode"] == adcode and row["variable"] == variable and row["value"]]
        found = [row for row in found if row["year"] == year] if year else sorted(found, key=lambda row: row["year"])
        return found[-1] if found else None

    def value(self, adcode: str, variable: str, low: float, high: float, year: str = "") -> float:
        """Return a figure that must be there, within bounds."""
        row = self.find(adcode, variable, year)
        if row is None:
            raise EcsimError(f"{self.where}: {adcode} has no {variable} {year}".rstrip() + "; add a row with it")
        return number(row["value"], f"{self.where}: {variable} of {adcode}", low, high)


def resident_poor_households(place: str, register: float, hukou: float, households: int) -> tuple[int, Note]:
    """Return households on the register that live in the county.

    The register counts people by where they are registered, so its share is taken of the agricultural hukou population
    and never of residents: two fifths of those registered live away.
    """
    count = round(min(1.0, register / hukou) * households)
    rule = f"register {register:.0f} over agricultural hukou {hukou:.0f}, of {households} resident households"
    source = "registered_poor_persons_total (30 % uncertain where shared out), population_agricultural_hukou"
    return count, Note(place, "registered poor households, resident", count, rule, "derived", source)


def poor_villages(place: str, register: float, each: float, most: int) -> tuple[int, Note]:
    """Return a county's poor villages where the figure is empty: registered persons over persons a poor village."""
    count = min(round(register / each), most)
    rule = f"empty: register {register:.0f} over {each:.0f} persons a poor village, at most all {most}"
    return count, Note(place, "poor villages", count, rule, "derived", "opening_places.persons_a_poor_village")


def area_km2(row: Row, where: str) -> tuple[float, Note | None]:
    """Return a county's area: the published figure, else that of a polygon."""
    if row["area_published_km2"]:
        return number(row["area_published_km2"], f"{where}: area of {row['name_zh']}", 1, 1e6), None
    area = number(row["area_polygon_km2"], f"{where}: area of {row['name_zh']}", 1, 1e6)
    rule = "no published area: that of a polygon, within 3 %"
    return area, Note(row["name_zh"], "area, km2", area, rule, "derived", "counties.csv area_polygon_km2")


def replaced(
    key: str, figure: str, given: str, rules: Mapping[str, Any], where: str
) -> tuple[float | None, Note | None]:
    """Return a figure of a product, or what the pack's written rule puts in its place; None if there is neither."""
    rule = rules.get(key)
    if rule is None:
        return (number(given, f"{where}: {figure} of {key}", 0, 1e9) if given else None), None
    value = number(str(rule[figure]), f"{where}: {figure} of {key}", 0, 1e9)
    return value, Note(key, figure, value, f"replaces {given or 'an empty cell'}", "assumed", rule["source"])


def no_price(key: str) -> Note:
    """Return the note on a product left out: without a farm-gate price its income is unknown."""
    return Note(key, "product left out", 0.0, "no farm-gate price in the facts", "assumed", "products.csv")


def no_position(place: str) -> Note:
    """Return the note on a township whose position is synthesised."""
    rule = "no position in the facts: the candidate in the county's disc that is farthest from the townships known"
    return Note(place, "position", 1.0, rule, "assumed", "townships.csv")


def empty_output(place: str, product: str, tonnes: float, share: float) -> Note:
    """Return the note on a product whose empty output became a share of family-business income."""
    rule = f"empty: net income of {share:.0%} of the county's family-business income"
    return Note(f"{place}/{product}", "households' output, t", tonnes, rule, "assumed", "opening_farming.empty_share")


def capped_output(place: str, factor: float, cap: float) -> Note:
    """Return the note on a county whose named products would earn more than family business may."""
    rule = f"all outputs times this, so that named products earn {cap:.0%} of family-business income"
    return Note(place, "households' output, factor", factor, rule, "assumed", "opening_farming.business_cap")
