"""The tables of a region pack: what every column holds, within which bounds, and which columns tell rows apart.

A row is read from the words of a CSV file; an empty cell is None where a figure may be missing, else an error.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ecsim.rural.events.codes import CropForm, Premises, ProjectKind, VillageKind

VILLAGE_KINDS = {
    "village": VillageKind.VILLAGE,
    "community": VillageKind.COMMUNITY,
    "quasi_village": VillageKind.QUASI_VILLAGE,
}
CROP_FORMS = {form.name.lower(): form for form in CropForm}
NUMBERED = ("prefecture", "county", "township", "village", "product")
"""What random draws tell apart by number."""
SHARED_BY = ("prefecture_of", "residents_of", "poor_households_of", "villages_of")
"""What a prefecture shares out money by, of every county of a larger pack."""
WHOLE_FIGURES = (*(f"{what}_number" for what in NUMBERED), "first_household", "metres_a_km", *SHARED_BY)
LARGEST_KM2 = 300_000
"""No county of the world is larger; the largest of China has 208,000 km²."""
MOST_PERSONS = 1e7
"""No county has more residents."""


def _needed(wanted: str, *, empty: bool, **rules: Any) -> Any:  # noqa: ANN401 (a field of any type, as pydantic's own)
    """Return a field whose description says what a cell must hold."""
    return Field(None if empty else ..., description=wanted, **rules)


def text(*, empty: bool = False) -> Any:  # noqa: ANN401
    """Return a column of words."""
    return _needed("a text", empty=empty)


def figure(low: float, high: float, *, empty: bool = False) -> Any:  # noqa: ANN401
    """Return a column of numbers from low to high.

    Parameters
    ----------
    low, high : bounds of the figure
    empty : whether a cell may be empty
    """
    return _needed(f"a number from {_plain(low)} to {_plain(high)}", empty=empty, ge=low, le=high, allow_inf_nan=False)


def whole(low: int, high: int) -> Any:  # noqa: ANN401
    """Return a column of whole numbers from low to high."""
    return _needed(f"a whole number from {_plain(low)} to {_plain(high)}", empty=False, ge=low, le=high)


def code(digits: int) -> Any:  # noqa: ANN401
    """Return a column of codes of so many digits."""
    return _needed(f"a code of {digits} digits", empty=False, pattern=f"^[0-9]{{{digits}}}$")


def one_of(*words: str) -> Any:  # noqa: ANN401
    """Return a column of words of a list."""
    return _needed(f"one of {', '.join(words)}", empty=False, pattern=f"^({'|'.join(words)})$")


_MONTH = "(0?[1-9]|1[0-2])"
_MONTHS = f"{_MONTH}(-{_MONTH})?(;{_MONTH}(-{_MONTH})?)*"


def _plain(bound: float) -> str:
    return f"{bound:,.10g}"


class PackRow(BaseModel):
    """A row of a table of the pack; columns that no model needs are read over."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    FILE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    """Columns that no two rows share."""
    MAY_BE_EMPTY: ClassVar[bool] = False
    """Whether the table may have a header alone."""


class CountyRow(PackRow):
    """A county."""

    FILE = "counties.csv"
    KEY = ("adcode",)
    adcode: str = code(6)
    name_zh: str = text()
    name_en: str = text()
    prefecture_zh: str = text()
    prefecture_en: str = text()
    lat: float = figure(-90, 90)
    lon: float = figure(-180, 180)
    n_villages: int = whole(1, 10_000)
    area_polygon_km2: float | None = figure(1, LARGEST_KM2, empty=True)
    area_published_km2: float | None = figure(1, LARGEST_KM2, empty=True)

    @model_validator(mode="after")
    def _has_an_area(self) -> CountyRow:
        if self.area_polygon_km2 is None and self.area_published_km2 is None:
            raise ValueError("area_published_km2 and area_polygon_km2 are both empty; fill one")
        return self


class TownshipRow(PackRow):
    """A township-level unit."""

    FILE = "townships.csv"
    KEY = ("adcode9",)
    adcode9: str = code(9)
    name_zh: str = text()
    name_pinyin: str = text()
    county_adcode: str = code(6)
    is_county_seat: str = one_of("0", "1")
    in_opening: str = one_of("0", "1")
    lat: float | None = figure(-90, 90, empty=True)
    lon: float | None = figure(-180, 180, empty=True)
    elev_m: float | None = figure(-500, 9000, empty=True)

    @model_validator(mode="after")
    def _has_a_whole_position(self) -> TownshipRow:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon need each other; fill both or none")
        return self


class VillageRow(PackRow):
    """A village-level unit."""

    FILE = "villages.csv"
    KEY = ("code12",)
    code12: str = code(12)
    name_zh: str = text()
    kind: str = one_of(*VILLAGE_KINDS)
    adcode9: str = code(9)
    county_adcode: str = code(6)


class FactRow(PackRow):
    """A figure of a county with its source."""

    FILE = "socioeconomics.csv"
    KEY = ("adcode", "variable", "year")
    adcode: str = code(6)
    variable: str = text()
    value: float | None = figure(-1e15, 1e15, empty=True)
    unit: str = text()
    year: str = text()
    provenance: str = text()
    source: str = text()
    uncertainty_pct: str | None = text(empty=True)
    note: str | None = text(empty=True)


class ProductRow(PackRow):
    """A product of a county."""

    FILE = "products.csv"
    KEY = ("adcode", "product_zh")
    adcode: str = code(6)
    product_zh: str = text()
    product_en: str = text()
    category: str = text()
    annual_output_t: float | None = figure(0, 1e8, empty=True)
    farm_gate_price_yuan_per_kg: float | None = figure(0.01, 1e5, empty=True)
    online_price_yuan_per_kg: float | None = figure(0.01, 1e5, empty=True)
    harvest_months: str = _needed("months from 1 to 12 (as 11-3 or 3-5;7-10)", empty=False, pattern=f"^{_MONTHS}$")

    @property
    def key(self) -> str:
        """The name by which pack.toml knows it."""
        return f"{self.adcode}/{self.product_zh}"


class ProductForm(PackRow):
    """What a product is at the farm gate, and what it takes to sell it online; one row for each of `ProductRow`.

    Attributes
    ----------
    form : as what it stands at the farm gate: alive, on the field, fresh, kept as it is, or dried
    shelf_days_at_gate : days that it keeps in that form
    needs_cold : whether a cold store makes it keep longer
    demand_months : in which consumers order it; ``all``: evenly over the year
    live_feed_yuan_per_kg_week : feed of a live kilogram; empty where it needs none
    sold_per_raw : kilograms of what is sold online from a kilogram at the gate; empty: it is not sold online
    processing_yuan_per_kg_raw : cost of that, a kilogram at the gate
    """

    FILE = "product_forms.csv"
    KEY = ("adcode", "product_zh")
    adcode: str = code(6)
    product_zh: str = text()
    form: str = one_of(*CROP_FORMS)
    shelf_days_at_gate: int = whole(1, 10_000)
    needs_cold: str = one_of("yes", "no")
    demand_months: str = _needed(
        "all, or months from 1 to 12 (as 11-3 or 3-5;7-10)", empty=False, pattern=f"^(all|{_MONTHS})$"
    )
    live_feed_yuan_per_kg_week: float | None = figure(0, 100, empty=True)
    processing_chain: str = text()
    sold_per_raw: float | None = figure(0.01, 10, empty=True)
    processing_yuan_per_kg_raw: float | None = figure(0, 1000, empty=True)
    provenance: str = text()
    note: str | None = text(empty=True)

    @property
    def key(self) -> str:
        """The name by which pack.toml knows the product."""
        return f"{self.adcode}/{self.product_zh}"

    @model_validator(mode="after")
    def _is_sold_at_a_known_cost(self) -> ProductForm:
        if (self.sold_per_raw is None) != (self.processing_yuan_per_kg_raw is None):
            raise ValueError("sold_per_raw and processing_yuan_per_kg_raw need each other; fill both or none")
        if self.live_feed_yuan_per_kg_week is not None and self.form != "live":
            raise ValueError(f"live_feed_yuan_per_kg_week is for form live; form is {self.form}: empty the cell")
        return self


class ProductRule(PackRow):
    """What is assumed of a product, or of a category of products."""

    FILE = "product_rules.csv"
    KEY = ("key",)
    key: str = _needed("product:… or category:…", empty=False, pattern=r"^(product|category):.")
    net_margin: float = figure(0.01, 1)
    online_fitness: float = figure(0, 10)
    source: str = text()


class TradeFact(PackRow):
    """A fact on trade with its source: firms, cooperatives, outlets and online sales there were, or other context.

    Attributes
    ----------
    place : a county by its English name, or a prefecture, the province, the country, a neighbour or an analogue
    topic : what it is about (firms, cooperatives, online sales, existing assets, …)
    value : a number, or a date as ``2018-08``
    year : one, or a span as ``2015-2019``
    """

    FILE = "county_trade.csv"
    KEY = ("place", "topic", "quantity", "year")
    MAY_BE_EMPTY = True
    place: str = text()
    topic: str = text()
    quantity: str = text()
    value: str = _needed(
        "a number, or a date (as 2018-08 or 2018-08-31)",
        empty=False,
        pattern=r"^([0-9]+(\.[0-9]+)?|[0-9]{4}(-[0-9]{2}){1,2})$",
    )
    unit: str = text()
    year: str = _needed("a year, or a span (as 2015-2019)", empty=False, pattern="^[0-9]{4}(-[0-9]{4})?$")
    source: str = text()
    provenance: str = text()
    uncertainty_pct: float = figure(0, 1000)
    note: str | None = text(empty=True)


class NationalRow(PackRow):
    """A national or provincial figure."""

    FILE = "national.csv"
    KEY = ("id",)
    id: str = text()
    quantity: str = text()
    value: float = figure(-1e9, 1e9)
    low: float | None = figure(-1e9, 1e9, empty=True)
    high: float | None = figure(-1e9, 1e9, empty=True)
    unit: str = text()
    year: str = text()
    place: str = text()
    source: str = text()
    provenance: str = text()

    @model_validator(mode="after")
    def _lies_between_its_bounds(self) -> NationalRow:
        low, high = (self.value if bound is None else bound for bound in (self.low, self.high))
        if not low <= self.value <= high:
            raise ValueError(f"value is {self.value}, low {low}, high {high}; low <= value <= high is needed")
        return self


def _check_sure_or_assumed(chance: float, provenance: str) -> None:
    """Raise ValueError unless what is not sure to be there is said to be assumed."""
    if chance < 1 and provenance != "assumed":
        raise ValueError(f"chance is {chance}, provenance {provenance}; what is not sure is assumed")


class ExistingAsset(PackRow):
    """What an earlier programme built, or may have built: a plan that builds it again is refused.

    Attributes
    ----------
    place : a county by its code, or a prefecture by its first four digits
    chance : that it was there at the start; 1 where a source says so
    """

    FILE = "existing_assets.csv"
    KEY = ("place", "kind", "programme")
    MAY_BE_EMPTY = True
    place: str = _needed("a code of 6 digits, or of 4 for a prefecture", empty=False, pattern="^[0-9]{4}([0-9]{2})?$")
    kind: str = one_of(*(kind.name.lower() for kind in ProjectKind))
    units: int = whole(1, 1000)
    programme: str = one_of("national_demonstration", "provincial_pilot", "border_action", "other")
    chance: float = figure(0, 1)
    year: str = _needed("a year, or a span (as 2015-2017)", empty=False, pattern="^[0-9]{4}(-[0-9]{4})?$")
    source: str = text()
    provenance: str = one_of("page", "official", "recall", "assumed")
    note: str | None = text(empty=True)

    @model_validator(mode="after")
    def _is_sure_or_assumed(self) -> ExistingAsset:
        _check_sure_or_assumed(self.chance, self.provenance)
        return self


class IdleBuilding(PackRow):
    """A building of others that stands idle, or may: a project that is housed in it costs less.

    Attributes
    ----------
    place : the county, by its code
    name : what it is, told apart from others of the county
    premises : what it has room for: rooms for people and desks, or a hall for goods
    owner : ``public``: no rent is asked; ``private`` (a firm, a supply co-op): it is
    chance : that each of its units stands idle at the start; 1 where a source says so
    """

    FILE = "idle_buildings.csv"
    KEY = ("place", "name")
    MAY_BE_EMPTY = True
    place: str = code(6)
    name: str = text()
    premises: str = one_of(*(premises.name.lower() for premises in Premises))
    owner: str = one_of("public", "private")
    units: int = whole(1, 100)
    chance: float = figure(0, 1)
    source: str = text()
    provenance: str = one_of("page", "official", "recall", "assumed")
    note: str | None = text(empty=True)

    @model_validator(mode="after")
    def _is_sure_or_assumed(self) -> IdleBuilding:
        _check_sure_or_assumed(self.chance, self.provenance)
        return self


class WholeFigure(PackRow):
    """What a pack that was cut out of a larger one knows of that: nobody fills it in by hand, `ecsim pack cut` does.

    Attributes
    ----------
    what : of which place or product, and which figure of it. ``…_number``: the number that it had there, on which
        random draws hang; ``first_household``: the number of a county's first household there; ``metres_a_km``: of a
        township, how steep the land is about its seat, neighbours across the border included. The others are of
        every county of the larger pack: by them a prefecture shares out money
    """

    FILE = "whole.csv"
    KEY = ("what", "code")
    what: str = one_of(*WHOLE_FIGURES)
    code: str = text()
    value: float = figure(0, 1e15)


class ThroughPlace(PackRow):
    """A place outside the counties of a pack that roads of its prefectures go through.

    Attributes
    ----------
    code : statistical code of 6, 9 or 12 digits; the first six tell its county
    kind : a seat joins main roads; township and village as those of the pack
    lat, lon : degrees
    metres_a_km : how steep the land is about it, or about the seat of its township
    slope_class : 0 gentle to 2 steep, where that is known instead
    number : by which random draws know it: of a township or village its number in the whole region (villages from
        1,000,000 on), of others any from 2,000,000 on
    """

    FILE = "through_places.csv"
    KEY = ("code",)
    MAY_BE_EMPTY = True
    code: str = _needed("a code of 6, 9 or 12 digits", empty=False, pattern="^[0-9]{6}([0-9]{3}){0,2}$")
    kind: str = one_of("seat", "township", "village")
    name_zh: str = text()
    name_en: str = text()
    prefecture_zh: str = text()
    lat: float = figure(-90, 90)
    lon: float = figure(-180, 180)
    metres_a_km: float | None = figure(0, 10_000, empty=True)
    slope_class: int | None = _needed("a whole number from 0 to 2", empty=True, ge=0, le=2)
    number: int = whole(0, 9_999_999)
    source: str = text()

    @model_validator(mode="after")
    def _is_steep_in_one_way(self) -> ThroughPlace:
        if (self.metres_a_km is None) == (self.slope_class is None):
            raise ValueError("metres_a_km and slope_class exclude each other; fill one")
        return self


class RoadFact(PackRow):
    """A distance or time by road as a page prints it: a check of the roads that are synthesised, never their input.

    Attributes
    ----------
    from_adcode, to_adcode : of a township (9 digits), a county for its seat, or a place of through_places.csv
    used : yes, or why the figure says nothing of the roads at the start
    """

    FILE = "road_facts.csv"
    KEY = ("from_adcode", "to_adcode", "road_km", "hours", "vintage")
    MAY_BE_EMPTY = True
    from_adcode: str = _needed("a code of 6 or 9 digits", empty=False, pattern="^[0-9]{6}([0-9]{3})?$")
    from_zh: str = text()
    to_adcode: str = _needed("a code of 6 or 9 digits", empty=False, pattern="^[0-9]{6}([0-9]{3})?$")
    to_zh: str = text()
    road_km: float | None = figure(0.1, 10_000, empty=True)
    hours: str | None = _needed(
        "hours, or a span (as 3-4)", empty=True, pattern=r"^[0-9]+(\.[0-9]+)?(-[0-9]+(\.[0-9]+)?)?$"
    )
    used: str = text()
    vintage: str = text()
    source: str = text()
    note: str | None = text(empty=True)


TABLES: tuple[type[PackRow], ...] = (
    CountyRow, TownshipRow, VillageRow, FactRow, ProductRow, ProductForm, ProductRule, TradeFact, NationalRow,
)  # fmt: skip
OPTIONAL: tuple[type[PackRow], ...] = (ExistingAsset, IdleBuilding, WholeFigure, ThroughPlace, RoadFact)
"""Tables that a pack may leave out: it then has none of it."""


def months(season: str) -> tuple[int, ...]:
    """Return the months of ``11-3`` or ``3-5;7-10``, 1 to 12 in the order of the season; of ``all``, every one."""
    if season == "all":
        return tuple(range(1, 13))
    parts: list[int] = []
    for part in re.findall(r"[0-9-]+", season):
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        parts += [(month - 1) % 12 + 1 for month in range(start, end + 1 if end >= start else end + 13)]
    return tuple(dict.fromkeys(parts))
