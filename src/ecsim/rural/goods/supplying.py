"""Cooperatives sell raw goods to processors of their county, who pay more for even lots (docs/model.md 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import first_served
from ecsim.rural.events import DealerKind, GoodsSupplied
from ecsim.rural.goods.demand import shared_out
from ecsim.rural.goods.packing_lines import processes
from ecsim.rural.goods.prices import sorting_loss, supply_fen
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class Supply(NamedTuple):
    """What cooperatives sell to processors in a week, shape (dealers,) each, grams raw; by product one is the other."""

    order: I64
    """Cooperatives that may sell, by product, in the week's order."""
    sold_g: I64
    got_g: I64

    @property
    def moved_g(self) -> I64:
        """What each gets; below zero: sells."""
        return self.got_g - self.sold_g


def agreed_supply(world: World, terms: GoodsTerms, lacking_g: F64, offered_g: I64, traders_g: I64) -> Supply:
    """Return what cooperatives sell to processors this week.

    Parameters
    ----------
    lacking_g : shape (dealers,), what each lacks after what it bought of growers
    offered_g : shape (dealers,), what each would else sell in bulk this week
    traders_g : shape (crops,), what traders have in stock

    Notes
    -----
    Processors share what they lack among cooperatives and traders by what these would else sell in bulk and what a
    kilogram fit to be processed costs there, to the power of the response to bids; what traders have not got
    cooperatives sell beside. Cooperatives deliver one after the other, in an order drawn anew each week.
    """
    state = world.state
    d, many = state.dealers, len(state.crops)
    wanted = np.where(d.alive & processes(state), np.maximum(lacking_g, 0.0), 0.0)
    offered = np.where(d.alive & (d.kind == DealerKind.COOPERATIVE), np.maximum(offered_g, 0), 0)
    of_traders = np.where(d.alive & (d.kind == DealerKind.TRADERS), offered_g, 0)
    need, have, other = (np.bincount(d.crop, amount, many) for amount in (wanted, offered, of_traders))
    loss = sorting_loss(state, terms)
    weight = have / (1.0 - loss * (1.0 - terms.supply_bargain)) ** terms.bid_response
    share = np.divide(weight, weight + other, out=np.zeros(many), where=weight > 0)
    asked = np.maximum(need * share, need - traders_g * (1.0 - loss))
    moved = np.floor(np.minimum(asked, np.minimum(have, need))).astype(np.int64)
    order = _order(world, offered)
    return Supply(order, _one_after_the_other(moved, order, offered, d.crop), shared_out(moved, d.crop, wanted))


def _order(world: World, offered_g: I64) -> I64:
    """Return cooperatives with something to sell, by product, in this week's order."""
    d, rows = world.state.dealers, np.flatnonzero(offered_g > 0)
    number = world.state.cooperatives.number[d.cooperative[rows]]
    return rows[np.lexsort((world.draws.uniform("cooperative_supplies", world.week, number), d.crop[rows]))]


def _one_after_the_other(total: I64, order: I64, offered_g: I64, crop: NDArray[np.int32]) -> I64:
    """Return what each sells, shape (dealers,): all it offers until the total of its product is reached.

    Parameters
    ----------
    total : shape (crops,)
    order : rows, those of a product together
    offered_g, crop : shape (dealers,)
    """
    sold = np.zeros(len(offered_g), np.int64)
    sold[order] = first_served(offered_g[order], crop[order], total)
    return sold


def publish_supply(world: World, terms: GoodsTerms, agreed: Supply) -> None:
    """Cooperatives deliver to processors, who pay: each fills up one processor before it goes on to the next."""
    d = world.state.dealers
    sellers = agreed.order[agreed.sold_g[agreed.order] > 0]
    buyers = np.flatnonzero(agreed.got_g)
    buyers = buyers[np.argsort(d.crop[buyers], kind="stable")]
    sold, got = np.cumsum(agreed.sold_g[sellers]), np.cumsum(agreed.got_g[buyers])
    until = np.union1d(sold, got)
    grams = np.diff(until, prepend=0)
    dealer, processor = sellers[np.searchsorted(sold, until)], buyers[np.searchsorted(got, until)]
    price = supply_fen(world.state, terms)[d.crop[dealer]]
    world.publish(
        GoodsSupplied(
            dealer=dealer,
            processor=processor,
            supplied_g=grams,
            paid_fen=np.rint(grams * price / 1000.0).astype(np.int64),
        ),
        cause=d.orders_seq[processor],
    )
