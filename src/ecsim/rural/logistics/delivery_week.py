"""Seven operating days: what vans bring down and take up, what waits for the next (docs/model.md 4.9).

Parcels arrive evenly over seven days; vans go on six. What is bound for a village goes to the township first and on
from there on a later day. Parcels of a delivery have all waited its mean time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    DeliveriesCounted,
    DeliveryFate,
    LentTownshipServed,
    LotSold,
    ParcelsDelivered,
    ParcelsWaiting,
    RoundsDriven,
)
from ecsim.rural.logistics.delivery_plan import DeliveryPlan
from ecsim.rural.logistics.dispatch import Dispatch
from ecsim.rural.logistics.goods_up import GoodsUp
from ecsim.rural.logistics.rounds import WORKDAYS, DayInput, DayResult, DayTerms, Depots, Rounds
from ecsim.rural.logistics.weekly_flow import Handover, Waiting, WeeklyFlow, handed_on, part_of_week, whole_parts
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
OperatingDay: TypeAlias = Callable[[Rounds, Depots, DayTerms, DayInput], DayResult]
"""Runs the rounds of a day, and says what came of them."""


class DeliveryWeek:
    """Seven days of one week; arrays of the hubs' rounds are by stop of the plan.

    Attributes
    ----------
    at_hub : by stop of the hubs' rounds, parcels that wait at the hub
    goes_on : villages that somebody goes on to
    bound, at_town : by village, parcels bound for villages that wait at the hub, and at the township for the next tour
    hub_out, left_out, town_out : what was handed over at townships, by stop; there too, by village, where no tour comes
        any more or there is no room within a week; and in villages
    up : farm goods on their way to the hub
    trade : by stop of the hubs' rounds, rooms of shops' goods that wait
    trade_on_rounds : of each day's hub rounds and tours, rooms of such goods on each
    """

    def __init__(
        self, world: World, run_day: OperatingDay, plan: DeliveryPlan, flow: WeeklyFlow, lots: LotSold, serves: Bool,
        slowness: float,
    ) -> None:  # fmt: skip
        self.world, self.terms, self.plan, self.flow = world, plan.terms, plan, flow
        self.dispatch = Dispatch(world, run_day, plan, slowness)
        state = world.state
        self.row = plan.stop_operator.astype(np.int64) * len(state.townships) + plan.hub.place
        self.county = state.townships.county[plan.hub.place]
        at_hubs = handed_on(state, self.terms.handed_on_days)
        waits, days = (whole_parts(of[self.row] / plan.copies, self.row) for of in at_hubs)
        none = np.zeros(len(state.villages), np.int64)
        self.at_hub, self.bound = Waiting(waits, days), Waiting(none, none)
        self.at_town = Waiting(state.villages.waiting.astype(np.int64), state.villages.waiting_days.astype(np.int64))
        self.village_week = np.rint(flow.village_week).astype(np.int64)
        self.goes_on = np.flatnonzero(plan.from_stop >= 0)
        places, counties = (len(plan.hub.place), len(state.villages), len(state.villages)), len(state.counties)
        self.hub_out, self.left_out, self.town_out = (Handover.begin(many, counties) for many in places)
        self.up = GoodsUp(state, plan, self.row, serves, lots, self.terms.place_kg)
        self.trade = np.zeros(len(plan.hub.place), np.int64)
        tours = self.dispatch.tours
        in_a_week = np.zeros(len(state.villages), np.int64)
        in_a_week[plan.tours.place] = tours.room * tours.days[tours.stop_round]
        left = np.maximum(self.at_town.parcels() - in_a_week, 0)
        self.left_out.take(left, self.at_town, np.zeros_like(left), 0, state.villages.county, self.terms.late_days)
        self.driven: list[tuple[NDArray[Any], ...]] = []
        self.trade_on_rounds: list[I64] = []

    def run(self, weekday: int) -> None:
        """One day: parcels arrive, townships send out what came before, hubs send vans, the rest waits."""
        came, bound = part_of_week(self.flow.rounded, weekday), part_of_week(self.village_week, weekday)
        self.at_hub.arrive(weekday, came)
        self.bound.arrive(weekday, bound)
        self.up.arrive(weekday)
        if weekday < WORKDAYS:
            self.trade += part_of_week(self.flow.trade_week, weekday, WORKDAYS)
            self._tours(weekday)
            self._hubs(weekday, came, bound)

    def _hubs(self, weekday: int, came: I64, bound_today: I64) -> None:
        """Vans from the hubs; what is bound for villages waits at the township for the next tour.

        Parameters
        ----------
        came, bound_today : shape (stops of hub,), (villages,), what came today
        """
        plan = self.plan
        waits = self.bound.parcels()
        rows, stops = self.goes_on, len(plan.hub.place)
        bound, fresh = (
            np.bincount(plan.from_stop[rows], of[rows], stops).astype(np.int64) for of in (waits, bound_today)
        )
        parcels, unsorted = self.at_hub.parcels() + bound, came + fresh
        pickup = self.up.places(self.up.at_stop)
        trade = self._trade_offered(parcels, bound)
        result = self.dispatch.hubs.drive(weekday, parcels, unsorted, bound, trade, pickup)
        of_parcels = self._parcels_of(result.delivered, parcels, unsorted, bound, trade)
        rides = np.asarray(result.delivered - of_parcels, np.int64)
        self.trade -= rides
        result = result._replace(delivered=of_parcels)
        goods = self.up.leave_townships(result)
        onward = np.minimum(result.delivered, bound)
        home = np.asarray(result.delivered - onward, np.int64)
        self.hub_out.take(home, self.at_hub, result.arrive, weekday, self.county, self.terms.late_days)
        moved = np.zeros_like(waits)
        moved[rows] = np.floor(waits[rows] * (onward / np.maximum(bound, 1))[plan.from_stop[rows]])
        self.bound.pass_on(moved, self.at_town)
        self._account(plan.hub, result, goods, rides, weekday, tour=False)

    def _trade_offered(self, parcels: I64, bound: I64) -> I64:
        """Return the rooms of shops' goods that a van may take for each stop: what parcels of its round leave of it.

        Parameters
        ----------
        parcels, bound : by stop, what waits, and of it what goes on and needs no shelf
        """
        rounds, of = self.plan.hub, self.dispatch.hubs.stop_round
        wanted = np.minimum(parcels, self.dispatch.hubs.room + bound)
        free = np.maximum(rounds.capacity - np.bincount(of, wanted, len(rounds.depot)), 0)
        before = np.cumsum(self.trade) - self.trade
        ahead = before - before[rounds.first[of]]  # of stops that the round comes to earlier
        return np.asarray(np.clip(free[of] - ahead, 0, self.trade), np.int64)

    def _parcels_of(self, delivered: I32, parcels: I64, unsorted: I64, bound: I64, trade: I64) -> I32:
        """Return the parcels among what vans handed over; the rest were shops' goods, which give way to parcels.

        Parameters
        ----------
        parcels, unsorted, bound : by stop, what waited, of it what came today, and what goes on and needs no shelf
        trade : by stop, shops' goods that might ride
        """
        handed = delivered.astype(np.int64)
        sorted_in_time = np.maximum(handed - (parcels + trade - unsorted), 0)
        shelved = bound + np.minimum(parcels - bound, self.dispatch.hubs.room)
        of_parcels = np.minimum(handed, np.minimum(parcels - unsorted + sorted_in_time, shelved))
        return np.asarray(of_parcels, np.int32)

    def _tours(self, weekday: int) -> None:
        """Village tours of the townships."""
        state, plan = self.world.state, self.plan
        if not len(plan.tours.depot):
            return
        load = self.at_town.parcels()[plan.tours.place]
        none, pickup = np.zeros_like(load), self.up.places(self.up.at_village[plan.tours.place])
        # what goes on is sorted by the village when it was sent, and no tour takes shops' goods
        result = self.dispatch.tours.drive(weekday, load, none, none, none, pickup)
        goods = self.up.leave_villages(result, state.villages.township)
        villages = plan.tours.place
        taken, arrive = np.zeros((2, len(state.villages)), np.int64)
        taken[villages], arrive[villages] = result.delivered, result.arrive
        self.town_out.take(taken, self.at_town, arrive, weekday, state.villages.county, self.terms.late_days)
        self._account(plan.tours, result, goods, np.zeros_like(load), weekday, tour=True)

    def _account(
        self, rounds: Rounds, result: DayResult, goods: I64, trade: I64, weekday: int, *, tour: bool
    ) -> None:  # fmt: skip
        stop_round = (self.dispatch.tours if tour else self.dispatch.hubs).stop_round
        ran = np.flatnonzero(result.ran)
        operator = self.plan.tour_operator[ran] if tour else rounds.depot[ran]
        township = rounds.depot[ran] if tour else rounds.place[rounds.first[ran]]
        parcels, up_g, rooms = (
            np.bincount(stop_round, of_stops, len(rounds.depot)).astype(np.int64)[ran]
            for of_stops in (result.delivered, goods, trade)
        )
        self.trade_on_rounds.append(rooms)
        shift = round(3600 * self.terms.shift_hours)
        left, back = (np.maximum(at - shift, 0) for at in (result.back[ran] - result.away[ran], result.back[ran]))
        self.driven.append(
            (
                operator.astype(np.int64), township.astype(np.int64), np.full(len(ran), tour),
                np.full(len(ran), weekday), result.driven_m[ran], result.away[ran], back - left, parcels, up_g,
            )
        )  # fmt: skip

    def publish(self) -> tuple[RoundsDriven, I64]:
        """Say what the week came to; return its rounds and their sequence numbers."""
        world, plan = self.world, self.plan
        columns = [np.concatenate(of_days) for of_days in zip(*self.driven, strict=True)]
        operator, township, tour, weekday, metres, seconds, overtime, parcels, goods = columns
        rounds = RoundsDriven(
            operator=operator, township=township, village_tour=tour, weekday=weekday, driven_m=metres,
            crew_seconds=seconds, overtime_seconds=overtime, parcels_down=parcels, goods_g=goods,
        )  # fmt: skip
        driven = world.publish(rounds, cause=self._decided(operator, township))
        self._lent()
        self._delivered()
        self._waiting(plan)
        self._counted()
        self.up.publish_waiting(world, self._decided(plan.stop_operator, plan.hub.place))
        return rounds, np.asarray(driven.seqs, np.int64)

    def _lent(self) -> None:
        """Say what neighbours' pools brought to lent townships, and took up from there."""
        state, plan = self.world.state, self.plan
        lent = np.flatnonzero(state.townships.lent_to >= 0)
        if not lent.size:
            return
        pool, townships = state.townships.lent_to[lent], len(state.townships)
        at_stop = plan.whose != plan.stop_operator
        onward = plan.goes_on == state.townships.lent_to[state.villages.township]
        brought = np.bincount(plan.hub.place, at_stop * self.hub_out.parcels, townships)
        brought += np.bincount(state.villages.township, onward * self.town_out.parcels, townships)
        goods = np.bincount(plan.hub.place, at_stop * self.up.at_hub, townships)
        self.world.publish(
            LentTownshipServed(
                township=lent,
                operator=pool,
                county=state.operators.county[pool],
                parcels=brought[lent].astype(np.int64),
                goods_g=goods[lent].astype(np.int64),
            ),
            cause=self._decided(pool, lent),
        )

    def trade_asked(self) -> I64:
        """Return the rooms of shops' goods that were to ride with each operator, shape (operators,)."""
        every = len(self.world.state.operators)
        return np.bincount(self.plan.stop_operator, self.flow.trade_week, every).astype(np.int64)

    def trade_rode(self) -> I64:
        """Return the rooms of shops' goods on each of the week's rounds, as `publish` names them, shape (rounds,)."""
        return np.concatenate(self.trade_on_rounds)

    def left_by_operator(self) -> I64:
        """Return parcels that stayed at hubs for want of a van, on each day anew, shape (operators,)."""
        every = len(self.world.state.operators)
        return np.bincount(self.plan.hub.depot, self.dispatch.hubs.left, every).astype(np.int64)

    def _decided(self, operator: NDArray[Any], township: NDArray[Any]) -> I64:
        """Return what set how often an operator comes to a township; what made it an operator if nothing did."""
        state = self.world.state
        seq = state.reaches.seq[np.asarray(operator, np.int64) * len(state.townships) + township]
        return np.asarray(np.where(seq > 0, seq, state.operators.seq[operator]), np.int64)

    def _delivered(self) -> None:
        """Parcels at outlets go to villages in proportion to what their people ordered."""
        state = self.world.state
        v, townships = state.villages, len(state.townships)
        place = self.plan.hub.place
        out = [np.bincount(place, part, townships) for part in self.hub_out[:3]]
        out[0] = out[0] + np.rint(self.flow.at_hub)
        home = self.flow.home_village
        total = np.bincount(v.township, home, townships)
        home = np.where(total[v.township] > 0, home, v.households)  # nobody ordered: what comes is of weeks before
        total = np.bincount(v.township, home, townships)
        share = np.divide(home, total[v.township], out=np.zeros(len(v)), where=home > 0)
        at_town = [whole_parts(part[v.township] * share, v.township) for part in out]
        for part, left in zip(at_town, self.left_out[:3], strict=True):
            np.add(part, left, out=part)  # no station, or none with room: people fetch what had come
        rows = [np.flatnonzero(at_town[0]), np.flatnonzero(self.town_out.parcels)]
        station = self.town_out
        reached = state.reaches.seq.reshape(-1, townships).max(axis=0)[v.township]
        opened = np.where(v.station >= 0, state.stations.opened_seq[np.maximum(v.station, 0)], v.opened_seq)
        cause = [np.where(reached > 0, reached, v.opened_seq)[rows[0]], opened[rows[1]]]
        self.world.publish(
            ParcelsDelivered(
                village=np.concatenate(rows),
                to_station=np.repeat([False, True], [len(r) for r in rows]),
                parcels=np.concatenate([at_town[0][rows[0]], station[0][rows[1]]]),
                late=np.concatenate([np.minimum(at_town[1], at_town[0])[rows[0]], station[1][rows[1]]]),
                delay_hours=np.concatenate([at_town[2][rows[0]], station[2][rows[1]]]),
            ),
            cause=np.concatenate(cause),
        )

    def _waiting(self, plan: DeliveryPlan) -> None:
        state = self.world.state
        every = len(state.reaches)
        waiting, waited = (
            np.bincount(self.row, of, every).astype(np.int64)[self.row]
            for of in (self.at_hub.parcels(), self.at_hub.days())
        )
        changed = (waiting != state.reaches.waiting[self.row]) | (waited != state.reaches.waiting_days[self.row])
        reaches = np.flatnonzero(plan.first_copy & changed)
        left, age = self.at_town.parcels() + self.bound.parcels(), self.at_town.days() + self.bound.days()
        villages = np.flatnonzero((left != state.villages.waiting) | (age != state.villages.waiting_days))
        operator = np.concatenate([plan.stop_operator[reaches], plan.goes_on[villages]])
        township = np.concatenate([plan.hub.place[reaches], state.villages.township[villages]])
        self.world.publish(
            ParcelsWaiting(
                operator=operator,
                township=township,
                village=np.concatenate([np.full(len(reaches), -1), villages]),
                parcels=np.concatenate([waiting[reaches], left[villages]]),
                waited_days=np.concatenate([waited[reaches], age[villages]]),
            ),
            cause=self._decided(operator, township),
        )

    def _counted(self) -> None:
        """Say in how many days parcels came, and what held some of them up."""
        world, counties = self.world, self.world.state.counties
        last = np.where(counties.delivered_seq > 0, counties.delivered_seq, counties.opened_seq)
        by_days = self.hub_out.by_days + self.left_out.by_days + self.town_out.by_days
        at_hub = np.bincount(world.state.townships.county, np.rint(self.flow.at_hub), len(counties))
        by_days[:, 0] += at_hub.astype(np.int64)
        came, held_up = np.nonzero(by_days), self.dispatch.hubs.held_up + self.dispatch.tours.held_up
        kind, where = np.nonzero(held_up)
        county = np.concatenate([came[0], where])
        world.publish(
            DeliveriesCounted(
                county=county,
                fate=np.concatenate([np.full(len(came[0]), int(DeliveryFate.HANDED_OVER)), kind + DeliveryFate.DUE]),
                days=np.concatenate([came[1], np.zeros(len(where), np.int64)]),
                parcels=np.concatenate([by_days[came], held_up[kind, where]]),
            ),
            cause=last[county],
        )
