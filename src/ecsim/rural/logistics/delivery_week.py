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
    LotSold,
    ParcelsDelivered,
    ParcelsWaiting,
    RoundsDriven,
)
from ecsim.rural.logistics.delivery_plan import WORKDAYS, DeliveryPlan
from ecsim.rural.logistics.dispatch import Dispatch
from ecsim.rural.logistics.goods_up import GoodsUp
from ecsim.rural.logistics.rounds import DayInput, DayResult, DayTerms, Depots, Rounds
from ecsim.rural.logistics.weekly_flow import WeeklyFlow, part_of_week, whole_parts
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
    hub_wait, hub_age : shape (stops of hub,), parcels that wait at the hub, and the days they have waited in all
    bound, bound_age : shape (villages,), of them those bound for villages
    town, town_age : shape (villages,), parcels that wait at the township for the next tour
    left_behind : shape (villages,), parcels for villages that no tour serves any more, or which have no room for them
        within a week; people fetch them at the township
    hub_out, town_out : what was handed over at townships and in villages
    up : farm goods on their way to the hub
    """

    def __init__(
        self, world: World, run_day: OperatingDay, plan: DeliveryPlan, flow: WeeklyFlow, lots: LotSold, serves: Bool
    ) -> None:  # fmt: skip
        self.world, self.terms, self.plan, self.flow = world, plan.terms, plan, flow
        self.dispatch = Dispatch(world, run_day, plan)
        state = world.state
        self.row = plan.stop_operator.astype(np.int64) * len(state.townships) + plan.hub.place
        self.hub_wait = whole_parts(state.reaches.waiting[self.row] / plan.copies, self.row)
        self.hub_age = whole_parts(state.reaches.waiting_days[self.row] / plan.copies, self.row)
        self.bound = np.zeros(len(state.villages), np.int64)
        self.bound_age = np.zeros(len(state.villages), np.int64)
        self.town = state.villages.waiting.astype(np.int64)
        self.town_age = state.villages.waiting_days.astype(np.int64)
        self.village_week = np.rint(flow.village_week).astype(np.int64)
        self.carries = plan.stop_operator == plan.carrier[state.townships.county[plan.hub.place]]
        self.carries = self.carries & plan.first_copy
        self.hub_out = HandoverTally(len(plan.hub.place))
        self.town_out = HandoverTally(len(state.villages))
        self.up = GoodsUp(state, plan, self.row, serves, lots, self.terms.place_kg)
        tours = self.dispatch.tours
        in_a_week = np.zeros(len(self.town), np.int64)
        in_a_week[plan.tours.place] = tours.room * tours.days[tours.stop_round]
        self.left_behind = np.maximum(self.town - in_a_week, 0)
        self.town_age -= self.town_age * self.left_behind // np.maximum(self.town, 1)
        self.town -= self.left_behind
        self.driven: list[tuple[NDArray[Any], ...]] = []

    def run(self, weekday: int) -> None:
        """One day: parcels arrive, townships send out what came before, hubs send vans, the rest grows a day older."""
        came, bound = part_of_week(self.flow.rounded, weekday), part_of_week(self.village_week, weekday)
        self.hub_wait += came
        self.bound += bound
        self.up.arrive(weekday)
        if weekday < WORKDAYS:
            self._tours(weekday)
            self._hubs(weekday, came, bound)
        for waiting, age in ((self.hub_wait, self.hub_age), (self.bound, self.bound_age), (self.town, self.town_age)):
            np.add(age, waiting, out=age)

    def _hubs(self, weekday: int, came: I64, bound_today: I64) -> None:
        """Vans from the hubs; what is bound for villages waits at the township for the next tour.

        Parameters
        ----------
        came, bound_today : shape (stops of hub,), (villages,), what came today
        """
        state, plan = self.world.state, self.plan
        bound, fresh = (
            np.bincount(state.villages.township, of, len(state.townships)).astype(np.int64)[plan.hub.place]
            for of in (self.bound, bound_today)
        )
        onward_load = np.where(self.carries, bound, 0)
        result = self.dispatch.hubs.drive(
            weekday, self.hub_wait + onward_load, came + np.where(self.carries, fresh, 0), onward_load,
            self.up.places(self.up.at_stop),
        )  # fmt: skip
        goods = self.up.leave_townships(result)
        onward = np.minimum(result.delivered, onward_load)
        self.hub_out.take(result.delivered - onward, self.hub_wait, self.hub_age, result.arrive, self.terms.late_days)
        share = np.zeros(len(state.townships))
        share[plan.hub.place[self.carries]] = (onward / np.maximum(bound, 1))[self.carries]
        self._pass_on(share[state.villages.township])
        self._account(plan.hub, result, goods, weekday, tour=False)

    def _pass_on(self, share: F64) -> None:
        """Parcels bound for villages reach their townships, in the share of them that the van could take."""
        moved = np.floor(self.bound * share).astype(np.int64)
        aged = np.floor(self.bound_age * share).astype(np.int64)
        self.town += moved
        self.town_age += aged
        self.bound -= moved
        self.bound_age -= aged

    def _tours(self, weekday: int) -> None:
        """Village tours of the townships."""
        state, plan = self.world.state, self.plan
        if not len(plan.tours.depot):
            return
        load = self.town[plan.tours.place].astype(np.int64)
        none, pickup = np.zeros_like(load), self.up.places(self.up.at_village[plan.tours.place])
        result = self.dispatch.tours.drive(weekday, load, none, none, pickup)  # sorted by the village when it was sent
        goods = self.up.leave_villages(result, state.villages.township)
        villages = plan.tours.place
        taken, arrive = np.zeros(len(self.town), np.int64), np.full(len(self.town), -1, np.int64)
        taken[villages], arrive[villages] = result.delivered, result.arrive
        self.town_out.take(taken, self.town, self.town_age, arrive, self.terms.late_days)
        self._account(plan.tours, result, goods, weekday, tour=True)

    def _account(self, rounds: Rounds, result: DayResult, goods: I64, weekday: int, *, tour: bool) -> None:
        state = self.world.state
        county = state.townships.county[rounds.depot] if tour else state.operators.county[rounds.depot]
        stop_round = (self.dispatch.tours if tour else self.dispatch.hubs).stop_round
        ran = np.flatnonzero(result.ran)
        operator = self.plan.carrier[county[ran]] if tour else rounds.depot[ran]
        township = rounds.depot[ran] if tour else rounds.place[rounds.first[ran]]
        parcels, up_g = (
            np.bincount(stop_round, of_stops, len(rounds.depot)).astype(np.int64)[ran]
            for of_stops in (result.delivered, goods)
        )
        self.driven.append(
            (
                operator.astype(np.int64), township.astype(np.int64), np.full(len(ran), tour),
                np.full(len(ran), weekday), result.driven_m[ran], result.away[ran], parcels, up_g,
            )
        )  # fmt: skip

    def publish(self) -> tuple[RoundsDriven, I64]:
        """Say what the week came to; return its rounds and their sequence numbers."""
        world, plan = self.world, self.plan
        columns = [np.concatenate(of_days) for of_days in zip(*self.driven, strict=True)]
        operator, township, tour, weekday, metres, seconds, parcels, goods = columns
        rounds = RoundsDriven(
            operator=operator, township=township, village_tour=tour, weekday=weekday, driven_m=metres,
            crew_seconds=seconds, parcels_down=parcels, goods_g=goods,
        )  # fmt: skip
        driven = world.publish(rounds, cause=self._decided(operator, township))
        self._delivered()
        self._waiting(plan)
        self.up.publish_waiting(world, self._decided(plan.stop_operator, plan.hub.place))
        return rounds, np.asarray(driven.seqs, np.int64)

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
        out = [
            np.bincount(place, part, townships)
            for part in (self.hub_out.parcels, self.hub_out.late, self.hub_out.hours)
        ]
        out[0] = out[0] + np.rint(self.flow.at_hub)
        home = self.flow.home_village
        total = np.bincount(v.township, home, townships)
        home = np.where(total[v.township] > 0, home, v.households)  # nobody ordered: what comes is of weeks before
        total = np.bincount(v.township, home, townships)
        share = np.divide(home, total[v.township], out=np.zeros(len(v)), where=home > 0)
        at_town = [whole_parts(part[v.township] * share, v.township) for part in out]
        at_town[0] += self.left_behind  # no station, or none with room: people fetch what had come
        rows = [np.flatnonzero(at_town[0]), np.flatnonzero(self.town_out.parcels)]
        station = [self.town_out.parcels, self.town_out.late, self.town_out.hours]
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
        waiting = np.bincount(self.row, self.hub_wait, every).astype(np.int64)[self.row]
        waited = np.bincount(self.row, self.hub_age, every).astype(np.int64)[self.row]
        changed = (waiting != state.reaches.waiting[self.row]) | (waited != state.reaches.waiting_days[self.row])
        reaches = np.flatnonzero(plan.first_copy & changed)
        left, age = self.town + self.bound, self.town_age + self.bound_age
        villages = np.flatnonzero((left != state.villages.waiting) | (age != state.villages.waiting_days))
        operator = np.concatenate([plan.stop_operator[reaches], plan.carrier[state.villages.county[villages]]])
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


class HandoverTally:
    """Parcels handed over in a week: how many, how many late, hours waited in all."""

    def __init__(self, rows: int) -> None:
        self.parcels, self.late, self.hours = (np.zeros(rows, np.int64) for _ in range(3))

    def take(
        self, given: NDArray[np.integer], waiting: I64, age: I64, arrive: NDArray[np.integer], late_days: int
    ) -> None:
        """Hand over ``given`` of what waits; all of a delivery have waited its mean time."""
        old = age * given // np.maximum(waiting, 1)
        self.parcels += given
        self.hours += 24 * old + given * np.maximum(arrive, 0) // 3600
        self.late += np.where(old > late_days * given, given, 0)
        waiting -= given
        age -= old
