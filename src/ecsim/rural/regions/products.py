"""Products of a region pack: what its counties grow, in what form it stands at the farm gate, and at what price.

Four tables come together: ``products.csv`` (output, prices, harvest), ``product_forms.csv`` (form, keeping, demand,
processing), ``product_rules.csv`` (net margin, weight in online sales) and what ``pack.toml`` replaces of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ecsim.kernel.errors import EcsimError
from ecsim.rural.events.codes import CropForm
from ecsim.rural.regions import imputation
from ecsim.rural.regions.imputation import ImputationNote
from ecsim.rural.regions.reader import Head, check_named, known, read_table
from ecsim.rural.regions.rows import CROP_FORMS, ProductForm, ProductRow, ProductRule, months


@dataclass(frozen=True)
class Product:
    """One product of one county; output is None where no source gives it, online price 0 where it is not sold so.

    Attributes
    ----------
    form : what stands at the farm gate
    shelf_days : that it keeps there
    cold : whether a cold store makes it keep longer
    months, demand_months : of harvest, and of consumers' orders, 1 to 12
    conversion : kilograms sold online from a kilogram at the gate; 1 where it is not sold online
    processing_yuan : cost of that, a kilogram at the gate
    feed_yuan : feed of a live kilogram a week
    fitness : weight of its value in the county's online sales; 0: not sold online
    household_share : part of the output that households grow, None where no written rule sets it
    growers : resident households that grow it, None where no written rule says
    """

    county: int
    name_zh: str
    name_en: str
    category: str
    output_t: float | None
    farm_yuan: float
    online_yuan: float
    months: tuple[int, ...]
    demand_months: tuple[int, ...]
    form: CropForm
    shelf_days: int
    cold: bool
    conversion: float
    processing_yuan: float
    feed_yuan: float
    net_margin: float
    fitness: float
    household_share: float | None
    growers: int | None


def read_products(
    folder: Path, head: Head, place: Mapping[str, int], keep: frozenset[str] | None = None,
    elsewhere: Collection[str] = (),
) -> tuple[tuple[Product, ...], tuple[ImputationNote, ...]]:  # fmt: skip
    """Return the products of a pack that have a price, and notes on what written rules did.

    Parameters
    ----------
    head : its pack.toml
    place : row of each county by its code
    keep : codes of the counties whose products are wanted; None: all
    elsewhere : codes of counties that were cut away: what pack.toml says of their products is read over

    Raises
    ------
    EcsimError
        If a table is wrong, or a product has no form or no rule.
    """
    reader = ProductReader(folder, head)
    return tuple(reader.products(place, keep, elsewhere)), tuple(reader.notes)


class ProductReader:
    """Reads the tables of products; keeps what the written rules did."""

    def __init__(self, folder: Path, head: Head) -> None:
        self.folder, self.head = folder, head
        self.notes: list[ImputationNote] = []
        self.rules = {rule.key: rule for rule in read_table(folder, ProductRule)}

    def products(
        self, place: Mapping[str, int], keep: frozenset[str] | None, elsewhere: Collection[str]
    ) -> Iterator[Product]:
        rows = sorted(read_table(self.folder, ProductRow), key=lambda row: (row.adcode, row.product_zh))
        forms = {form.key: form for form in read_table(self.folder, ProductForm)}
        for table in ("prices", "outputs", "household_shares", "growers"):
            check_named(self.folder, table, getattr(self.head, table), (row.key for row in rows), elsewhere)
        for row in rows:
            if keep is not None and row.adcode not in keep:
                continue
            product = self.product(row, forms, place)
            if product is not None:
                yield product

    def product(
        self, row: ProductRow, forms: Mapping[str, ProductForm], place: Mapping[str, int]
    ) -> Product | None:  # fmt: skip
        """Return a product, None if it has no price.

        Parameters
        ----------
        forms : by key of the product
        place : row of each county by its code
        """
        if row.key not in forms:
            raise EcsimError(f"{self.folder}/product_forms.csv: no row of {row.key}, which products.csv has; add one")
        farm = self.written(row.key, "prices", "farm_yuan_per_kg", row.farm_gate_price_yuan_per_kg)
        if farm is None:
            self.notes.append(imputation.no_price(row.key))
            return None
        return self._priced(row, forms[row.key], place, farm)

    def _priced(self, row: ProductRow, form: ProductForm, place: Mapping[str, int], farm: float) -> Product:
        where = f"{self.folder}/products.csv: {row.key}"
        rule = self.rule_of(row, where)
        online = self.written(row.key, "prices", "online_yuan_per_kg", row.online_price_yuan_per_kg)
        growers = self.written(row.key, "growers", "households", None)
        return Product(
            county=place[known(row.adcode, place, f"{where} adcode")],
            name_zh=row.product_zh,
            name_en=row.product_en,
            category=row.category,
            output_t=self.written(row.key, "outputs", "tonnes", row.annual_output_t),
            farm_yuan=farm,
            online_yuan=0.0 if form.sold_per_raw is None else online or 0.0,
            months=months(row.harvest_months),
            demand_months=months(form.demand_months),
            form=CROP_FORMS[form.form],
            shelf_days=form.shelf_days_at_gate,
            cold=form.needs_cold == "yes",
            conversion=form.sold_per_raw or 1.0,
            processing_yuan=form.processing_yuan_per_kg_raw or 0.0,
            feed_yuan=form.live_feed_yuan_per_kg_week or 0.0,
            net_margin=rule.net_margin,
            fitness=rule.online_fitness,
            household_share=self.written(row.key, "household_shares", "share", None),
            growers=None if growers is None else round(growers),
        )

    def rule_of(self, row: ProductRow, where: str) -> ProductRule:
        """Return the rule of a product by its name, else by its category."""
        by_name = self.rules.get(f"product:{row.product_zh}")
        if by_name is not None:
            return by_name
        start = "category:"
        categories = [key.removeprefix(start) for key in self.rules if key.startswith(start)]
        return self.rules[start + known(row.category, categories, f"{where} category")]

    def written(self, key: str, table: str, figure: str, given: float | None) -> float | None:
        """Return a figure as given, or as a written rule of pack.toml replaces it."""
        value, note = imputation.replaced(key, figure, given, getattr(self.head, table))
        if note is not None:
            self.notes.append(note)
        return value
