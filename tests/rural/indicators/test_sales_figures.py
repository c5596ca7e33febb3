"""Online retail sales, those of farm products, and their growth beside the nation's (docs/model.md 7)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ecsim.rural.events import CooperativesTraded, DealerKind, DealersBaselined, OrdersFilled
from ecsim.rural.events.codes import Channel, Stream
from ecsim.rural.events.market import EnterprisesTraded, LotSold, RetailSold
from ecsim.rural.events.opening import EnterprisesBaselined, HouseholdsBaselined
from figures import FIRST_YEAR, SECOND_YEAR, Happened, by_year, day
from tiny import LIVELY, lively_run, made, opening_events

FARM, GOODS, SERVICES = Stream
MERCHANTS, SHOPS = int(DealerKind.MERCHANTS), int(DealerKind.SHOPS)
(_DEALERS,) = (event for event in opening_events() if isinstance(event, DealersBaselined))
DEALERS = list(zip(_DEALERS.dealer_kind.tolist(), _DEALERS.crop.tolist(), strict=True))
"""Kind and crop of the opening's dealers."""


def sold(county: int, stream: Stream, yuan: float) -> RetailSold:
    """Return retail sales of a week."""
    return made(RetailSold, county=[county], stream=[stream], sold_fen=[round(100 * yuan)])


def test_what_counts_worked_by_hand() -> None:
    # Household 3 stands for two: a lot for 300 yuan at its shop is 600; its lot to the trader is nobody's retail. Small
    # merchants of county 0's walnuts and of county 1's strawberries sell for 1,000 and 200 yuan; what shops sell their
    # lots tell. Small retail: goods 3,000, services 4,000; a cooperative and farm products in journals of before: 500
    # and 2,000. Of four weeks of enterprises goods other than farm products count: 1,200 and 900 yuan in counties 0
    # and 1; the farm merchant's 8,000 of farm products do not (they come with its dealer's orders).
    seen = Happened({HouseholdsBaselined: {"weight": {3: 2}}, EnterprisesBaselined: {"enterprise_kind": [1, 0, 0]}})
    when = day(60)
    seen.on(when, made(LotSold, plot=[0, 0], channel=[Channel.OWN_SHOP, Channel.TRADER], retail_fen=[30_000, 0]))
    dealers = [DEALERS.index((kind, crop)) for kind, crop in ((MERCHANTS, 1), (MERCHANTS, 3), (SHOPS, 1))]
    seen.on(when, made(OrdersFilled, dealer=dealers, paid_fen=[100_000, 20_000, 60_000]))
    seen.on(when, made(CooperativesTraded, cooperative=[0], online_fen=[50_000], bulk_fen=[900_000]))
    for stream, yuan in ((FARM, 2000), (GOODS, 3000), (SERVICES, 4000)):
        seen.on(when, sold(0, stream, yuan))
    seen.on(
        when,
        made(EnterprisesTraded, enterprise=[0, 1, 2], farm_fen=[800_000, 0, 0], other_fen=[50_000, 70_000, 90_000]),
    )
    assert seen.outcome("farm_retail", 2019) == pytest.approx([0.0041, 0.0002])  # million yuan
    assert seen.outcome("retail", 2019) == pytest.approx([0.0123, 0.0011])
    assert seen.outcome("retail", 2018) == [0.0, 0.0]


@pytest.mark.parametrize(("week", "year"), [(0, 2018), (51, 2018), (52, 2019), (103, 2019)])
def test_a_week_is_of_the_year_that_most_of_its_days_lie_in(week: int, year: int) -> None:
    seen = Happened().on(7 * week, sold(0, GOODS, 1e6))
    assert {y: seen.outcome("retail", y)[0] for y in (2018, 2019)} == {2018: 0.0, 2019: 0.0} | {year: 1.0}


def test_growth_worked_by_hand() -> None:
    # 10 yuan a week in 2018 and 12 in 2019 are 20 % more, as much as the made-up nation; farm products double: 100 %
    # against 30 %.
    seen = Happened()
    for week in (*FIRST_YEAR, *SECOND_YEAR):
        second = week in SECOND_YEAR
        seen.on(day(week), sold(0, FARM, 2.0 if second else 1.0)).on(day(week), sold(0, GOODS, 10.0 if second else 9.0))
    assert seen.outcome("retail_growth", 2019)[0] == pytest.approx(0.2)
    assert seen.outcome("farm_growth", 2019)[0] == pytest.approx(1.0)
    for date in (dt.date(2019, 6, 30), dt.date(2019, 12, 31)):
        assert seen.value("retail_growth", date)[0] == pytest.approx(0.0)
        assert seen.value("farm_growth", date)[0] == pytest.approx(0.7)
    assert np.isnan(seen.value("retail_growth", dt.date(2018, 12, 30))).all()  # there is no year before


def test_growth_of_a_part_of_a_year_looks_at_the_same_part_of_the_year_before() -> None:
    # Everything of 2019 is sold in its first 13 weeks, everything of 2018 in its last: up to June growth has no base,
    # for the year there is none.
    seen = Happened().on(day(40), sold(0, GOODS, 5.0)).on(day(55), sold(0, GOODS, 5.0))
    assert np.isnan(seen.value("retail_growth", dt.date(2019, 6, 30))[0])
    assert seen.outcome("retail_growth", 2019)[0] == 0.0


def test_a_county_that_sold_nothing_has_no_growth_but_a_figure_of_nothing() -> None:
    seen = Happened().on(day(10), sold(0, GOODS, 5.0)).on(day(60), sold(0, GOODS, 5.0))
    assert np.isnan(seen.outcome("retail_growth", 2019)[1])
    assert seen.outcome("retail", 2019)[1] == 0.0


def test_figures_of_a_run_are_its_events_added_up() -> None:
    region, events = lively_run()
    s = region.world.state
    lots, filled, shops, firms = (events.of(kind) for kind in (LotSold, OrdersFilled, RetailSold, EnterprisesTraded))
    weight = s.households.weight[s.plots.household[lots["plot"]]]
    farm = by_year(lots, s.crops.county[s.plots.crop[lots["plot"]]], lots["retail_fen"] * weight)
    own = s.dealers.kind[filled["dealer"]] < SHOPS
    farm += by_year(filled, s.crops.county[s.dealers.crop[filled["dealer"]]], filled["paid_fen"] * own)
    assert FARM not in shops["stream"]
    other = by_year(shops, shops["county"], shops["sold_fen"] * (shops["stream"] != FARM))
    other += by_year(firms, s.enterprises.county[firms["enterprise"]], firms["other_fen"])
    seen = Happened(LIVELY).all(events.batches)
    for place, year in enumerate((2018, 2019)):
        assert seen.outcome("farm_retail", year) == pytest.approx(list(farm[place] / 1e8))
        assert seen.outcome("retail", year) == pytest.approx(list((farm + other)[place] / 1e8))
    growth = (farm + other)[1] / (farm + other)[0] - 1
    assert seen.outcome("retail_growth", 2019) == pytest.approx(list(growth))
