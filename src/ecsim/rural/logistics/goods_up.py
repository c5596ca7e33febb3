"""Farm goods on their way up: from villages and townships to the hub, with vans that go back (docs/model.md 4.9).

Goods are in grams; in a van they take the room of parcels, ``place_g`` grams each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Channel, GoodsSent, GoodsWaiting, LotSold
from ecsim.rural.logistics.delivery_plan import DeliveryPlan
from ecsim.rural.logistics.rounds import DayResult
from ecsim.rural.logistics.weekly_flow import part_of_week, whole_parts
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


class GoodsUp:
    """Goods of one week, and those that waited before.

    Parameters
    ----------
    row : shape (stops of hub,), the reach of each stop
    serves : shape (villages,), where parcels are handed out and goods taken in
    lots : what households sold this week
    place_kg : kilograms that take the room of a parcel

    Attributes
    ----------
    sent : shape (villages,), sent this week
    collected, to_hub : shape (villages,), whether a tour takes them in the village, or people take them to the hub
    at_stop, at_village : shapes (stops of hub,), (villages,), waiting for a van
    at_hub : shape (stops of hub,), brought to the hub so far
    """

    def __init__(
        self, state: State, plan: DeliveryPlan, row: I64, serves: Bool, lots: LotSold, place_kg: float
    ) -> None:
        v, townships = state.villages, len(state.townships)
        self.plan, self.row, self.place_g = plan, row, round(1000 * place_kg)
        self.sent = sent_up_g(state, lots)
        stop = np.arange(len(plan.hub.place))
        self.first_stop = np.full(townships, -1)
        self.first_stop[plan.hub.place[::-1]] = stop[::-1]
        on_tour = np.isin(np.arange(len(v)), plan.tours.place)
        self.collected = serves & on_tour & (plan.from_stop >= 0)
        self.to_hub = ~self.collected & (self.first_stop[v.township] < 0)
        self.village_week = np.where(self.collected, self.sent, 0)
        brought = np.where(self.collected | self.to_hub, 0, self.sent)
        by_township = np.bincount(v.township, brought, townships)
        share = state.operators.share[plan.whose] / plan.copies
        share = share / np.bincount(plan.hub.place, share, townships)[plan.hub.place]
        self.stop_week = whole_parts(by_township[plan.hub.place] * share, plan.hub.place)
        self.at_stop = whole_parts(state.reaches.goods_g[row] / plan.copies, row)
        self.at_village = v.goods_g.astype(np.int64)
        left = np.flatnonzero((self.at_village > 0) & ~self.collected)  # no tour comes any more: people take them on
        np.add.at(self.at_stop, self._onward(left, v.township), self.at_village[left])
        self.at_village[left] = 0
        self.on_tour, self.at_hub = np.zeros((2, len(stop)), np.int64)

    def _onward(self, village: NDArray[np.integer], township: I32) -> I64:
        """Return the stop from which goods of villages go on to the hub: their carrier's, or the first of another.

        Parameters
        ----------
        township : shape (villages,)
        """
        stop = self.plan.from_stop[village]
        return np.asarray(np.where(stop >= 0, stop, self.first_stop[township[village]]), np.int64)

    def arrive(self, weekday: int) -> None:
        """What is sent on a day, and what tours brought to townships the day before, waits from now on."""
        self.at_stop += part_of_week(self.stop_week, weekday) + self.on_tour
        self.at_village += part_of_week(self.village_week, weekday)
        self.on_tour[:] = 0

    def places(self, waiting: I64) -> I32:
        """Return goods as rooms of a parcel that they take in a van.

        Parameters
        ----------
        waiting : shape (stops,), grams
        """
        return np.asarray(-(-waiting // self.place_g), np.int32)

    def leave_villages(self, result: DayResult, township: I32) -> I64:
        """Let tours take goods to townships, from where they go on another day.

        Parameters
        ----------
        township : shape (villages,)

        Returns
        -------
        shape (stops of tours,), grams
        """
        village = self.plan.tours.place
        taken = np.minimum(self.at_village[village], result.picked.astype(np.int64) * self.place_g)
        self.at_village[village] -= taken
        np.add.at(self.on_tour, self._onward(village, township), taken)
        return np.asarray(taken, np.int64)

    def leave_townships(self, result: DayResult) -> I64:
        """Let vans take goods to the hub; return grams, shape (stops of hub,)."""
        taken = np.minimum(self.at_stop, result.picked.astype(np.int64) * self.place_g)
        self.at_stop -= taken
        self.at_hub += taken
        return np.asarray(taken, np.int64)

    def publish_sent(self, world: World, trip_fen_a_kg: F64) -> None:
        """Say what villages send, and what it costs those who take it to the township or the hub themselves.

        Parameters
        ----------
        trip_fen_a_kg : shape (villages,)
        """
        village = np.flatnonzero(self.sent)
        if not village.size:
            return
        trip = np.where(self.collected, 0.0, trip_fen_a_kg * self.sent / 1000.0)[village]
        world.publish(
            GoodsSent(
                village=village,
                collected=self.collected[village],
                to_hub=self.to_hub[village],
                goods_g=self.sent[village],
                trip_fen=np.rint(trip).astype(np.int64),
            ),
            cause=world.state.villages.seller_seq[village],
        )

    def publish_waiting(self, world: World, decided: I64) -> None:
        """Say what waits at the end of the week, where that has changed.

        Parameters
        ----------
        decided : shape (stops of hub,), sequence numbers of what set how often an operator comes
        """
        state, plan = world.state, self.plan
        self.at_stop += self.on_tour
        waiting = np.bincount(self.row, self.at_stop, len(state.reaches)).astype(np.int64)[self.row]
        stops = np.flatnonzero(plan.first_copy & (waiting != state.reaches.goods_g[self.row]))
        villages = np.flatnonzero(self.at_village != state.villages.goods_g)
        if not stops.size + villages.size:
            return
        township = state.villages.township[villages]
        onward = self._onward(villages, state.villages.township)
        world.publish(
            GoodsWaiting(
                operator=np.concatenate([plan.stop_operator[stops], plan.stop_operator[onward]]),
                township=np.concatenate([plan.hub.place[stops], township]),
                village=np.concatenate([np.full(len(stops), -1), villages]),
                goods_g=np.concatenate([waiting[stops], self.at_village[villages]]),
            ),
            cause=np.concatenate([decided[stops], decided[onward]]),
        )


def sent_up_g(state: State, lots: LotSold) -> I64:
    """Return grams that households of each village send to buyers online, shape (villages,).

    Parameters
    ----------
    lots : what households sold in a week
    """
    online = (lots.channel == Channel.STATION) | (lots.channel == Channel.OWN_SHOP)
    household = state.plots.household[lots.plot[online]]
    grams = np.zeros(len(state.villages), np.int64)
    weighted = lots.sold_g[online].astype(np.int64) * state.households.weight[household]
    np.add.at(grams, state.households.village[household], weighted)
    return grams
