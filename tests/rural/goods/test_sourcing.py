"""What dealers want of growers, what they offer it, and what they buy (docs/model.md 4.5, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from dealing import CROPS, STRAWBERRY, WALNUT, dealer, dealing, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural.events import CooperativesBaselined, CropsBaselined, CropSeasonsBaselined, DealerKind
from ecsim.rural.goods.demand import attractions
from ecsim.rural.goods.prices import Listed, growers_sale_fen
from ecsim.rural.goods.sourcing import Sourcing, dealer_of_crop, household_orders, purchases_of, source
from ecsim.rural.households.selling import Lots, Offers
from ecsim.rural.region import Region
from tiny import SHOPS, Opened

ALL_YEAR: Opened = {
    CropsBaselined: {"output_g": 5_200_000, "demand_g": [0, 520_000, 0, 520_000]},
    CropSeasonsBaselined: {
        "crop": np.repeat(np.arange(CROPS), 52), "week_of_year": np.tile(np.arange(52), CROPS), "share": 19_231,
    },
    CooperativesBaselined: {"member_share": {5: 200_000}, "capacity_g": {5: 10_000}},
}  # fmt: skip
"""Ten times as much grows as is ordered online; a fifth of growers are members of cooperative 5."""
FIRM = dealer(DealerKind.MERCHANTS, size=10**6, forecast_g=10_000, bid=80_000, cash_fen=10**9)
COOPERATIVE = dealer(DealerKind.COOPERATIVE, cooperative=5, bid=100_000, cash_fen=10**9, packing_g=0)


def sourced(
    *dealers: Mapping[str, int], numbers: Mapping[str, Value] | None = None, offered_g: int = 100_000,
    waiting_g: int = 0,
) -> tuple[Sourcing, Region]:  # fmt: skip
    """Return what dealers 4, 5, … source where walnut growers offer 100 kg, all of the township of cooperative 5."""
    region, _ = dealing(*dealers, opened=ALL_YEAR, numbers=numbers)
    region.world.writable.dealers.waiting_g[4] = waiting_g
    state, terms = region.world.state, region.terms
    prices = prices_of(region)
    places = region.setting.goods.places
    place_g = np.zeros(len(places.village), np.int64)
    place_g[places.crop_start[WALNUT]] = offered_g
    crop_g = np.array([0, offered_g, 0, 0])
    offers = Offers(lots=Lots.empty(0), plot_g=np.zeros(6, np.int64), place_g=place_g, crop_g=crop_g)
    return source(state, terms.goods, terms.dealing, region.setting.goods, prices, offers, np.ones(CROPS), 20), region


def test_a_firm_wants_the_orders_to_come_less_its_stock_worked_by_hand() -> None:
    # Three weeks of 10 kg and 2 kg that wait, less 5 kg in stock: 27 kg, half of it straight of growers.
    found, _ = sourced({**FIRM, "stock_g": 5_000}, waiting_g=2_000)
    assert found.needed_g[4] == pytest.approx(27_000, abs=2)
    assert found.wanted_g[4] == pytest.approx(13_500, abs=1)
    assert sourced({**FIRM, "stock_g": 10**6})[0].wanted_g[4] == 0.0


@pytest.mark.parametrize(("bid", "factor"), [(80_000, 1.0), (150_000, (1.15 / 1.08) ** 6), (0, (1 / 1.08) ** 6)])
def test_what_a_firm_is_offered_is_a_logit_share_in_its_bid_worked_by_hand(bid: int, factor: float) -> None:
    # Firms buy half of 520 kg of 5.2 t straight, 5 % of the harvest, at a bid of 8 %: that share is s. At another bid
    # x times as many choose it as choose traders: s x/(1 - s + s x).
    found, _ = sourced({**FIRM, "bid": bid})
    share = 0.05 * factor / (1 + 0.05 * (factor - 1))
    assert found.offered_g[4] == pytest.approx(100_000 * share, rel=1e-6)
    assert found.bought_g[4] == int(min(found.wanted_g[4], found.offered_g[4]))


def test_more_bid_brings_more_and_no_more_than_there_is() -> None:
    brought = [sourced({**FIRM, "bid": bid, "size": 10**9})[0].offered_g[4] for bid in range(0, 160_000, 10_000)]
    assert (np.diff(brought) >= 0).all()
    assert max(brought) <= 100_000


def test_a_cooperative_buys_what_its_members_bring_up_to_its_room_worked_by_hand() -> None:
    # A fifth of 100 kg is 20 kg; it handles 10.
    found, _ = sourced(COOPERATIVE)
    assert found.offered_g[4] == pytest.approx(20_000)
    assert found.wanted_g[4] == 10_000
    assert found.bought_g[4] == 10_000
    # Where orders need more it buys more: three weeks of 6 kg.
    assert sourced({**COOPERATIVE, "forecast_g": 6_000})[0].wanted_g[4] == pytest.approx(18_000, abs=2)


def test_money_and_credit_bind_worked_by_hand() -> None:
    # Walnuts cost 15 yuan and 8 %: 16.20. With 8.10 yuan and no credit that is 500 g; 8 weeks of expected sales of
    # 10 kg at 30 yuan are 2,400 yuan of credit, 148 kg, which does not bind.
    poor = {**FIRM, "cash_fen": 810}
    assert sourced(poor, numbers={"goods.credit_weeks": 0.0})[0].bought_g[4] == 500
    assert sourced(poor)[0].bought_g[4] == 5_000
    assert sourced({**FIRM, "cash_fen": -(10**9)}, numbers={"goods.credit_weeks": 0.0})[0].bought_g[4] == 0


def test_nobody_sources_for_orders_at_a_loss() -> None:
    # Carriage ten times as dear leaves 3.76 yuan of what the trader pays 15 for.
    found, _ = sourced(FIRM, numbers={"selling.carriage_level": 10.0})
    assert found.needed_g[4] == found.bought_g[4] == 0


def test_where_nothing_is_offered_nothing_is_bought() -> None:
    found, _ = sourced(FIRM, COOPERATIVE, offered_g=0)
    assert found.bought_g.sum() == 0


def test_purchases_are_cut_to_what_is_offered_and_sorted_by_crop() -> None:
    tea = dealer(DealerKind.ENTERPRISE, 2, enterprise=0)
    found, region = sourced(FIRM, tea, {**FIRM, "bid": 50_000}, COOPERATIVE)
    bought = np.zeros(len(region.world.state.dealers), np.int64)
    bought[[4, 6, 7]] = 90_000, 60_000, 50_000
    offers = Offers(
        lots=Lots.empty(0), plot_g=np.zeros(6, np.int64), place_g=np.zeros(5, np.int64),
        crop_g=np.array([0, 100_000, 0, 0]),
    )  # fmt: skip
    wants = Sourcing(found.needed_g, found.kept_g, found.wanted_g, found.offered_g, bought)
    cut = purchases_of(region.world.state, region.setting.goods.places, wants, offers)
    assert cut.firm_dealer.tolist() == [4, 6, 5]
    assert cut.firm_start.tolist() == [0, 0, 2, 3, 3]
    assert cut.firm_g.tolist() == [45_000, 30_000, 0]
    assert cut.cooperative_dealer.tolist() == [-1] * 5 + [7] + [-1] * 18
    assert cut.cooperative_g.tolist() == [0] * 5 + [25_000] + [0] * 18
    assert cut.bid[[4, 6, 7]].tolist() == [1.08, 1.05, 1.1]


def test_orders_of_households_are_raw_and_by_shop_and_net_of_sale() -> None:
    # 6 kg of strawberries among three shops; stations have 1 kg and 500 g that wait. A sale leaves 22.20 yuan;
    # a station keeps a tenth of the 40 yuan that consumers pay.
    region, _ = dealing(
        dealer(DealerKind.SHOPS, STRAWBERRY, forecast_g=3_000), dealer(DealerKind.STATIONS, STRAWBERRY), opened=SHOPS
    )
    region.world.writable.dealers.waiting_g[5] = 500
    state, terms = region.world.state, region.terms
    prices = prices_of(region)
    ordered = np.zeros(len(state.dealers), np.int64)
    ordered[[4, 5]] = 6_000, 1_000
    found = household_orders(
        state, prices, ordered,
        Listed(
            state.households.shops, np.array([0.0, 1.0, 0.0, 3.0]), np.ones(6, np.bool_),
            growers_sale_fen(state, prices, terms.selling),
        ),
    )  # fmt: skip
    assert found.shop_g.tolist() == [0, 0, 0, 2_000]
    assert found.usual_g.tolist() == [0, 0, 0, 1_000]
    assert found.station_g.tolist() == [0, 0, 0, 1_500]
    assert found.shops.tolist() == [-1, -1, -1, 4]
    assert found.stations.tolist() == [-1, -1, -1, 5]
    assert found.shop_fen[STRAWBERRY] == pytest.approx(2_220.0)
    assert found.station_fen[STRAWBERRY] == pytest.approx(1_820.0)


@pytest.mark.parametrize(
    ("gate_fen", "shop_fen", "station_fen"), [(1_820, 2_220, 1_820), (1_821, 2_220, 0), (2_221, 0, 0)]
)
def test_nobody_sells_online_for_less_than_traders_pay_at_the_gate(
    gate_fen: int, shop_fen: float, station_fen: float
) -> None:
    shops, stations = dealer(DealerKind.SHOPS, STRAWBERRY, size=500_000), dealer(DealerKind.STATIONS, STRAWBERRY)
    region, _ = dealing(shops, stations, opened=SHOPS)
    state = region.world.state
    region.world.writable.crops.price_fen[STRAWBERRY] = gate_fen
    found = growers_sale_fen(state, prices_of(region), region.terms.selling)
    assert found[[4, 5]].tolist() == pytest.approx([shop_fen, station_fen])
    region.goods.take_orders(outage=0.0)
    drawn = attractions(
        state, region.terms.goods, region.setting.goods, region.goods.prices,
        region.goods.listed._replace(collecting=np.ones(len(state.villages), np.bool_)),
    )  # fmt: skip
    assert (drawn[[4, 5]] > 0).tolist() == [shop_fen > 0, station_fen > 0]


def test_a_dealer_that_is_gone_is_no_crops_dealer() -> None:
    region, _ = dealing(dealer(DealerKind.SHOPS))
    assert dealer_of_crop(region.world.state, DealerKind.SHOPS).tolist() == [-1, 4, -1, -1]
    region.world.writable.dealers.alive[4] = False
    assert dealer_of_crop(region.world.state, DealerKind.SHOPS).tolist() == [-1] * 4
