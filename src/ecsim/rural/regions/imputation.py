"""The written rules for holes and conflicts in a region's facts: a function each, every use noted (docs/model.md 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ecsim.kernel.errors import EcsimError
from ecsim.rural.regions.reader import ReplacementFigure
from ecsim.rural.regions.rows import CountyRow, FactRow


@dataclass(frozen=True)
class ImputationNote:
    """A figure that a written rule made or replaced."""

    place: str
    figure: str
    value: float
    rule: str
    provenance: str
    """``derived`` from facts of the pack, or ``assumed``."""
    source: str


@dataclass(frozen=True)
class CountyFacts:
    """The figures of socioeconomics.csv, found by county, variable and year."""

    rows: tuple[FactRow, ...]
    where: str = field(compare=False)

    @cached_property
    def _by_figure(self) -> dict[tuple[str, str], list[FactRow]]:
        """Rows that hold a value, by county and variable, the latest year last."""
        rows: dict[tuple[str, str], list[FactRow]] = {}
        for row in sorted(self.rows, key=lambda row: row.year):
            if row.value is not None:
                rows.setdefault((row.adcode, row.variable), []).append(row)
        return rows

    def find(self, adcode: str, variable: str, year: str = "") -> FactRow | None:
        """Return the row of a county's figure: of the year asked for, else the latest; None where it is empty."""
        rows = [row for row in self._by_figure.get((adcode, variable), []) if year in ("", row.year)]
        return rows[-1] if rows else None

    def value(self, adcode: str, variable: str, low: float, high: float, year: str = "") -> float:
        """Return a figure that must be there, within bounds."""
        row = self.find(adcode, variable, year)
        if row is None or row.value is None:
            raise EcsimError(f"{self.where}: {adcode} has no {variable} {year}".rstrip() + "; add a row with it")
        if not low <= row.value <= high:
            raise EcsimError(
                f"{self.where}: {variable} of {adcode} is {row.value:.10g}; allowed are {low:.10g} to {high:.10g}: "
                "mend the figure"
            )
        return row.value


def resident_poor_households(place: str, register: float, hukou: float, households: int) -> tuple[int, ImputationNote]:
    """Return households on the register that live in the county.

    The register counts people by where they are registered, so its share is taken of the agricultural hukou population
    and never of residents: two fifths of those registered live away.

    Parameters
    ----------
    place : the county's name, for the note
    register : persons on the register, wherever they live
    hukou : persons with an agricultural hukou of the county
    households : resident rural households

    Returns
    -------
    Households, and the note on the rule
    """
    count = round(min(1.0, register / hukou) * households)
    rule = f"register {register:.0f} over agricultural hukou {hukou:.0f}, of {households} resident households"
    source = "registered_poor_persons_total (30 % uncertain where shared out), population_agricultural_hukou"
    return count, ImputationNote(place, "registered poor households, resident", count, rule, "derived", source)


def poor_villages(place: str, register: float, each: float, most: int) -> tuple[int, ImputationNote]:
    """Return a county's poor villages where the figure is empty: registered persons over persons a poor village.

    Parameters
    ----------
    register : persons on the register
    each : persons on the register a poor village
    most : administrative villages of the county
    """
    count = min(round(register / each), most)
    rule = f"empty: register {register:.0f} over {each:.0f} persons a poor village, at most all {most}"
    return count, ImputationNote(
        place, "poor villages", count, rule, "derived", "opening_places.persons_a_poor_village"
    )


def area_km2(row: CountyRow) -> tuple[float, ImputationNote | None]:
    """Return a county's area: the published figure, else that of a polygon."""
    if row.area_published_km2 is not None:
        return row.area_published_km2, None
    assert row.area_polygon_km2 is not None  # a row has one of the two
    rule = "no published area: that of a polygon, within 3 %"
    return row.area_polygon_km2, ImputationNote(
        row.name_zh, "area, km2", row.area_polygon_km2, rule, "derived", "counties.csv area_polygon_km2"
    )


def replaced(
    key: str, figure: str, given: float | None, rules: Mapping[str, ReplacementFigure]
) -> tuple[float | None, ImputationNote | None]:
    """Return a figure of a product, or what the pack's written rule puts in its place; None if there is neither.

    Parameters
    ----------
    key : of the product
    figure : column of the table
    given : what the table holds, None if the cell is empty
    rules : written rules of pack.toml by product
    """
    rule = rules.get(key)
    if rule is None or getattr(rule, figure) is None:
        return given, None
    value = float(getattr(rule, figure))
    before = "an empty cell" if given is None else f"{given:.10g}"
    return value, ImputationNote(key, figure, value, f"replaces {before}", "assumed", rule.source)


def no_price(key: str) -> ImputationNote:
    """Return the note on a product left out: without a farm-gate price its income is unknown."""
    return ImputationNote(key, "product left out", 0.0, "no farm-gate price in the facts", "assumed", "products.csv")


def no_position(place: str) -> ImputationNote:
    """Return the note on a township whose position is synthesised."""
    rule = "no position in the facts: the candidate in the county's disc that is farthest from the townships known"
    return ImputationNote(place, "position", 1.0, rule, "assumed", "townships.csv")


def empty_output(place: str, product: str, tonnes: float, share: float) -> ImputationNote:
    """Return the note on a product whose empty output became a share of family-business income.

    Parameters
    ----------
    tonnes : a year, that the rule gave
    share : of the county's family-business income
    """
    rule = f"empty: net income of {share:.0%} of the county's family-business income"
    return ImputationNote(
        f"{place}/{product}", "households' output, t", tonnes, rule, "assumed", "opening_farming.empty_share"
    )


def capped_output(place: str, factor: float, cap: float) -> ImputationNote:
    """Return the note on a county whose named products would earn more than family business may.

    Parameters
    ----------
    factor : on all outputs of the county, below 1
    cap : share of family-business income that named products may earn
    """
    rule = f"all outputs times this, so that named products earn {cap:.0%} of family-business income"
    return ImputationNote(place, "households' output, factor", factor, rule, "assumed", "opening_farming.business_cap")
