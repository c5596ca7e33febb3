"""Synthesis of the offline channels that dealers supply at the opening (synthetic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import WEEKS_A_YEAR
from ecsim.rural.events import DealerKind, DealersBaselined, Mark, MarksBaselined, OfflineBaselined
from ecsim.rural.goods.offline import (
    Seeker,
    best_channel,
    offline_channels,
    share_taken,
    usual_part_offline,
    wanted_offline_g,
)
from ecsim.rural.goods.seasons import usual_average
from ecsim.rural.goods.terms import sold_for_raw
from ecsim.rural.regions.dealers import OrdinaryYear, Trade, by_week, deliveries_g

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_OF_ENTERPRISES = 2**30
"""Draw keys from here on are of enterprises, below of cooperatives."""


def opening_offline(
    trade: Trade, draws: Draws, begun: DealersBaselined, marks: MarksBaselined, year: OrdinaryYear
) -> OfflineBaselined:
    """Return the offline channels that cooperatives and enterprises supply: as many as the rules keep in the long run.

    Parameters
    ----------
    begun, marks : dealers of the opening and their marks

    Notes
    -----
    Who supplies one is drawn, with the part of those that look for one who have it in the long run; each, in an order
    of luck, takes the one by the rule by which it would take one later, as long as its buyers have room.
    """
    dealing, crop = year.dealing, begun.crop
    rows = np.flatnonzero(np.isin(begun.dealer_kind, (DealerKind.COOPERATIVE, DealerKind.ENTERPRISE)))
    keys = _keys(trade, begun)[rows]
    has_one = draws.uniform("offline_at_opening", 0, keys) < usual_part_offline(dealing)
    order = np.argsort(draws.uniform("offline_order_at_opening", 0, keys), kind="stable")
    room = wanted_offline_g(dealing, trade.crops.output_g + trade.crops.base_g)
    found = np.ones(len(room), np.bool_)
    seekers = _seekers(trade, begun, marks, year)
    taken = []
    for row in rows[order][has_one[order]].tolist():
        channel, amount = best_channel(dealing, seekers[row], found, room[:, crop[row]])
        if channel >= 0:
            room[channel, crop[row]] -= amount
            taken.append((row, channel, amount))
    dealer, channels, grams = np.array(sorted(taken), np.int64).reshape(-1, 3).T
    return OfflineBaselined(
        dealer=dealer,
        offline_channel=channels,
        offline_g=grams,
        owed_fen=_owed_fen(trade, year, crop[dealer], channels, grams),
    )


def _keys(trade: Trade, begun: DealersBaselined) -> I64:
    """Return what the luck of each dealer hangs on: the number of its cooperative or enterprise, shape (dealers,)."""
    enterprise = _OF_ENTERPRISES + np.append(trade.enterprise_numbers, 0)[begun.enterprise]
    return np.asarray(
        np.where(begun.enterprise >= 0, enterprise, trade.cooperative_numbers[begun.cooperative]), np.int64
    )


def _seekers(trade: Trade, begun: DealersBaselined, marks: MarksBaselined, year: OrdinaryYear) -> list[Seeker]:
    """Return each dealer as one that looks for a channel in an ordinary year."""
    c, crop = trade.crops, begun.crop
    online = WEEKS_A_YEAR * begun.forecast_g / sold_for_raw(c.conversion)[crop]
    brought = deliveries_g(trade, year).sum(axis=1)[begun.cooperative]
    could = np.where(begun.dealer_kind == DealerKind.COOPERATIVE, np.maximum(brought - online, 0.0), online)
    bulk = _bulk_fen(trade, year, crop)
    certified = np.isin(begun.dealer, marks.dealer[marks.mark == Mark.CERTIFICATE])
    cost = 100.0 * year.dealing.offline_yuan_a_year
    columns = (c.form[crop].tolist(), certified.tolist(), could.tolist(), bulk.tolist())
    return [Seeker(*each, cost) for each in zip(*columns, strict=True)]


def _bulk_fen(trade: Trade, year: OrdinaryYear, crop: I64 | NDArray[np.int32]) -> F64:
    """Return the bulk price of a kilogram of some products at the opening, of the shape of ``crop``."""
    return np.asarray(trade.crops.farm_price_fen[crop] * (1.0 + year.goods.resale_margin), np.float64)


def _owed_fen(trade: Trade, year: OrdinaryYear, crop: I64, channel: I64, grams: I64) -> I64:
    """Return what buyers owe at the opening for what they had in an ordinary year, shape (n,).

    Parameters
    ----------
    crop, channel, grams : shape (n,), of each link; grams a year, raw
    """
    c, known = trade.crops, offline_channels()
    price = _bulk_fen(trade, year, crop) * (1.0 + year.dealing.offline_premium * known.premium[channel])
    taken = share_taken(c.form[:, None], by_week(trade.harvest, c.rows))[crop] * grams[:, None]
    weeks = year.dealing.offline_delay * known.weeks[channel]
    billed = usual_average(taken * price[:, None] / 1000.0, 1.0 + weeks, year.week)
    return np.rint(weeks * billed).astype(np.int64)
