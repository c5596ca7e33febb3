"""What dealers trade beside online orders: purchases of growers, goods passed on by traders, bulk, what spoils.

Kilograms and fen of a week add up by product: what traders pass on others get, at the price they pay.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm, DealerKind, DealersTraded, LotSold, Mechanism
from ecsim.rural.goods.cold_rooms import keep_cold
from ecsim.rural.goods.demand import shared_out
from ecsim.rural.goods.facility_fees import charge
from ecsim.rural.goods.losses import FarmingTerms
from ecsim.rural.goods.offline import offline_price, paid_share, weekly_offline_g
from ecsim.rural.goods.packing_lines import processes
from ecsim.rural.goods.prices import sorting_loss
from ecsim.rural.goods.sourcing import Sourcing
from ecsim.rural.goods.supplying import Supply, agreed_supply, publish_supply
from ecsim.rural.goods.terms import DealingTerms, GoodsTerms
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def trade(
    world: World, terms: GoodsTerms, dealing: DealingTerms, farming: FarmingTerms, sourcing: Sourcing, lots: LotSold,
    let_g: I64, week_of_year: int,
) -> None:  # fmt: skip
    """Dealers take in what they bought, get the rest of cooperatives and traders, sell offline and in bulk.

    Cooperatives take in what they bought, then supply processors, who trade last: nobody gives what it has not yet.

    Parameters
    ----------
    sourcing : what each wanted
    lots : what households sold this week, by every channel
    let_g : shape (crops,), what growers left in public cold stores this week

    References
    ----------
    docs/model.md 4.6, 4.7.
    """
    state = world.state
    d, c = state.dealers, state.crops
    holds = d.alive & (d.kind < DealerKind.SHOPS)
    bought, paid = _of_growers(state, lots)
    cold = keep_cold(state, terms, farming, let_g)
    spoilt = np.where(holds, np.floor(d.stock_g * cold.lost), 0.0).astype(np.int64)
    stock = np.where(holds, d.stock_g + bought - spoilt, 0)
    lacking, wanted_offline = sourcing.needed_g - bought, weekly_offline_g(state, week_of_year) * holds
    agreed = _of_cooperatives(world, terms, lacking, stock, sourcing.kept_g + wanted_offline)
    passed, refuse = _from_traders(state, terms, lacking - agreed.got_g, stock)
    spoilt = spoilt + refuse
    stock = stock + agreed.moved_g + passed - refuse
    offline = np.floor(np.clip(stock - sourcing.kept_g, 0.0, wanted_offline)).astype(np.int64)
    beside = agreed.sold_g  # of what it sells in a week
    bulk = np.maximum(_in_bulk(state, terms, stock - offline + beside, sourcing.kept_g) - beside, 0)
    resale = c.price_fen[d.crop] * (1.0 + terms.resale_margin)
    passed_fen = np.rint(np.where(passed > 0, passed * resale / 1000.0, 0.0)).astype(np.int64)
    got = np.bincount(d.crop, passed_fen, len(c)).astype(np.int64)
    passed_fen = np.where(d.kind == DealerKind.TRADERS, -got[d.crop], passed_fen) * holds
    billed_fen = np.rint(offline * resale * offline_price(state, dealing) / 1000.0).astype(np.int64)
    received_fen = np.where(holds, np.floor((d.owed_fen + billed_fen) * paid_share(state, dealing)), 0).astype(np.int64)
    _pay_rent(world, farming, cold.rented_g)
    moved = (bought, passed, bulk, spoilt, offline, received_fen, cold.cooled_g)
    rows = np.flatnonzero(holds & np.any([amount != 0 for amount in moved], axis=0))
    columns = {
        "bought_g": bought, "paid_fen": paid, "passed_g": passed, "passed_fen": passed_fen, "bulk_g": bulk,
        "bulk_fen": np.rint(bulk * resale / 1000.0).astype(np.int64), "spoilt_g": spoilt, "offline_g": offline,
        "offline_fen": billed_fen, "received_fen": received_fen, "cooled_g": cold.cooled_g, "rented_g": cold.rented_g,
        "cooling_fen": cold.cost_fen,
    }  # fmt: skip
    supplied = agreed.got_g[rows] > 0
    _publish_trade(world, columns, rows[~supplied])
    publish_supply(world, terms, agreed)
    _publish_trade(world, columns, rows[supplied])


def _publish_trade(world: World, columns: Mapping[str, I64], rows: I64) -> None:
    """Some dealers have traded; each has in stock what it gives.

    Parameters
    ----------
    columns : shape (dealers,) each
    """
    d, stock_seq = world.state.dealers, world.state.crops.stock_seq
    world.publish(
        DealersTraded(dealer=rows, **{name: amounts[rows] for name, amounts in columns.items()}),
        cause=np.maximum(d.orders_seq[rows], stock_seq[d.crop[rows]]),
    )


def _pay_rent(world: World, farming: FarmingTerms, rented_g: I64) -> None:
    """Those who run public stores have the rent."""
    county, many = world.state.crops.county[world.state.dealers.crop], len(world.state.counties)
    fees = np.rint(rented_g * farming.room_fee_yuan / 10.0)
    used, paid = (np.bincount(county, amount, many).astype(np.int64) for amount in (rented_g, fees))
    charge(world, Mechanism.COLD_ROOM, used, paid)


def _of_growers(state: State, lots: LotSold) -> tuple[I64, I64]:
    """Return grams and fen that each dealer bought of growers for itself, shape (dealers,) each."""
    d = state.dealers
    bought, paid = np.zeros(len(d), np.int64), np.zeros(len(d), np.int64)
    own = np.flatnonzero(d.kind[lots.dealer] < DealerKind.SHOPS)
    dealer = lots.dealer[own]
    weight = state.households.weight[state.plots.household[lots.plot[own]]].astype(np.int64)
    np.add.at(bought, dealer, lots.sold_g[own] * weight)
    np.add.at(paid, dealer, lots.received_fen[own] * weight)
    return bought, paid


def _of_cooperatives(world: World, terms: GoodsTerms, lacking_g: F64, stock_g: I64, kept_g: F64) -> Supply:
    """Return what processors get of cooperatives.

    Parameters
    ----------
    lacking_g : shape (dealers,), after what each bought of growers
    stock_g, kept_g : shape (dealers,), what each has, and holds back for orders and for offline buyers
    """
    d, c = world.state.dealers, world.state.crops
    traders = d.kind == DealerKind.TRADERS
    there = np.bincount(d.crop[traders], stock_g[traders], len(c)).astype(np.int64)
    return agreed_supply(world, terms, lacking_g, _in_bulk(world.state, terms, stock_g, kept_g), there)


def _from_traders(state: State, terms: GoodsTerms, lacking_g: F64, stock_g: I64) -> tuple[I64, I64]:
    """Return what each dealer gets from the traders of its product, and what processors sort out of it.

    As far as traders have it; what they pass on themselves is below zero.
    """
    d, c = state.dealers, state.crops
    traders = d.kind == DealerKind.TRADERS
    lost = np.where(processes(state), sorting_loss(state, terms)[d.crop], 0.0)
    buys = d.alive & ~traders & (d.kind < DealerKind.SHOPS)
    wanted = np.where(buys, np.maximum(lacking_g, 0.0) / (1.0 - lost), 0.0)
    there = np.bincount(d.crop[traders], stock_g[traders], len(c))
    moved = np.minimum(there, np.floor(np.bincount(d.crop, wanted, len(c)))).astype(np.int64)
    got = shared_out(moved, d.crop, wanted)
    refuse = np.floor(got * lost).astype(np.int64)
    return np.asarray(np.where(traders & d.alive, -moved[d.crop], got), np.int64), refuse


def _in_bulk(state: State, terms: GoodsTerms, stock_g: I64, ahead_g: F64) -> I64:
    """Return what each dealer sells in bulk: traders of their stock, cooperatives of what orders do not need."""
    d, c = state.dealers, state.crops
    over = np.where(
        d.kind == DealerKind.TRADERS, stock_g, np.where(d.kind == DealerKind.COOPERATIVE, stock_g - ahead_g, 0.0)
    )
    share = np.where(c.form == CropForm.FRESH, 1.0, terms.bulk_share)[d.crop]
    return np.asarray(np.floor(np.maximum(over, 0.0) * share), np.int64)
