"""What the synthesis adds up to, beside the source of each figure, and what written rules did to the facts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    CropsBaselined,
    HouseholdsBaselined,
    PlotsBaselined,
    RetailBaselined,
    TownshipsBaselined,
    VillageKind,
    VillagesBaselined,
)
from ecsim.rural.goods.losses import FarmingTerms, usual_feed_fen
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.regions.opening import Opening, default_numbers, open_region
from ecsim.rural.regions.pack import RegionPack, load_pack

F64 = NDArray[np.float64]
OF_THE_YEAR = "of the opening's year"
"""In place of a fact's year: that of the pack's annual amounts."""
_FIGURES = (
    ("rural households", "rural_households_est", ""),
    ("rural residents", "population_rural_resident_est", ""),
    ("resident households on the register (fact: all registered)",
     "registered_poor_households_total", ""),
    ("administrative villages", "administrative_villages", ""),
    ("poor villages", "poor_villages", ""),
    ("area, km²", "land_area", ""),
    ("rural income a head, yuan", "rural_income_per_capita", OF_THE_YEAR),
)  # fmt: skip
_LEVELS = (
    ("farm income of named products over family business, %", "docs/model.md 6: outputs, prices, net margins; capped"),
    ("households that buy online, %", "docs/model.md 6: internet users by schooling, of them shoppers"),
    ("online retail of the county's sellers, million yuan", "docs/model.md 6: poor-county mean a resident (K19g)"),
    ("of it farm products, million yuan", "docs/model.md 6: poor-county mean a resident (K20h)"),
)


def totals(name: str, sample: float = 0.05) -> list[dict[str, Any]]:
    """Return one row a county and figure: what the opening holds, the fact, its source and its uncertainty.

    Rows of figures that no source gives for a county follow; they say by which rule they were made.
    """
    pack = load_pack(name)
    opening = open_region(pack, sample, pack.first)
    held = county_totals(opening, len(pack.counties))
    rows = []
    for row, county in enumerate(pack.counties):
        place = f"{county.name_zh} {county.name_en}"
        for title, variable, year in _FIGURES:
            rows.append(_beside(pack, place, county.adcode, title, float(held[title][row]), variable, year))
        for title, rule in _LEVELS:
            rows.append(_row(place, title, float(held[title][row]), "", "", "assumed", rule))
    return rows


def written_rules(name: str, sample: float = 0.05) -> list[dict[str, Any]]:
    """Return what every written rule for holes and conflicts did: place, figure, value, rule, provenance, source."""
    pack = load_pack(name)
    opening = open_region(pack, sample, pack.first)
    return [
        {
            "place": note.place,
            "figure": note.figure,
            "value": f"{note.value:,.6g}",
            "rule": note.rule,
            "provenance": note.provenance,
            "source": note.source,
        }
        for note in opening.notes
    ]


def county_totals(opening: Opening, counties: int) -> dict[str, F64]:
    """Return what the opening's events add up to in each county, by the title of the figure."""
    h, v = opening.of(HouseholdsBaselined), opening.of(VillagesBaselined)
    village_county = opening.of(TownshipsBaselined).county[v.township]
    county = village_county[h.village]
    farm_fen = net_farm_fen(opening)
    income = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen + farm_fen
    committee = v.unit_kind == VillageKind.VILLAGE

    def held(what: NDArray[Any]) -> F64:
        return np.bincount(county, h.weight * what, counties).astype(np.float64)

    residents = held(h.persons)
    retail = _retail_fen(opening.of(RetailBaselined), counties)
    sums = (
        held(np.ones(h.rows)),
        residents,
        held(h.poor),
        np.bincount(village_county, committee, counties),
        np.bincount(village_county, v.poor, counties),
        np.bincount(village_county, v.area_hectares, counties) / 100.0,
        held(income) / residents / 100.0,
        100.0 * held(farm_fen) / np.maximum(held(h.business_fen + farm_fen), 1.0),
        100.0 * held(h.buyer) / held(np.ones(h.rows)),
        retail.sum(axis=1) / 1e8,
        retail[:, 0] / 1e8,
    )
    titles = [figure[0] for figure in (*_FIGURES, *_LEVELS)]
    return dict(zip(titles, sums, strict=True))


def net_farm_fen(opening: Opening) -> F64:
    """Return the expected net income of each household's plots, fen a year at farm-gate prices, feed taken off."""
    plots, crops, numbers = opening.of(PlotsBaselined), opening.of(CropsBaselined), default_numbers()
    farming, goods = numbers.terms(FarmingTerms, "farming"), numbers.terms(GoodsTerms, "goods")
    feed_fen = usual_feed_fen(crops.feed_fen.astype(np.float64), farming, goods)
    fen_a_kg = crops.farm_price_fen * (crops.net_margin / 1e6) - feed_fen
    earned = plots.output_g / 1000.0 * fen_a_kg[plots.crop]
    return np.bincount(plots.household, earned, opening.of(HouseholdsBaselined).rows).astype(np.float64)


def _retail_fen(event: RetailBaselined, counties: int) -> F64:
    retail_fen = np.zeros((counties, 3))
    retail_fen[event.county, event.stream] = event.yearly_fen
    return retail_fen


def _beside(
    pack: RegionPack, place: str, adcode: str, title: str, held: float, variable: str, year: str
) -> dict[str, Any]:
    fact = pack.facts.find(adcode, variable, str(pack.year) if year == OF_THE_YEAR else year)
    if fact is None:
        return _row(place, title, held, "", "", "derived", "empty in the facts: by a written rule of the pack")
    source = f"{variable} {fact.year}: {fact.source}"
    value = "" if fact.value is None else f"{fact.value:.10g}"
    return _row(place, title, held, value, fact.uncertainty_pct or "", fact.provenance, source)


def _row(
    place: str, title: str, held: float, fact: str, uncertainty: str, provenance: str, source: str
) -> dict[str, Any]:
    difference = f"{100 * (held / float(fact) - 1):+.1f}" if fact and float(fact) else ""
    return {
        "county": place,
        "figure": title,
        "opening": f"{held:,.6g}",
        "fact": fact,
        "difference, %": difference,
        "uncertainty, %": uncertainty,
        "provenance": provenance,
        "source": source,
    }
