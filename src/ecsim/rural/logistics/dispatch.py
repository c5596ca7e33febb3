"""Sending vans: which rounds go on a day, past which stops, and what they find there (docs/model.md 4.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.logistics.delivery_plan import DeliveryPlan, weekly_now
from ecsim.rural.logistics.hubs import informed, outlet_room, station_room
from ecsim.rural.logistics.rounds import CLOSED, WORKDAYS, DayInput, DayResult, DayTerms, Depots, Rounds
from ecsim.rural.logistics.routes import DaysLegs, Driving, Route, legs_of_day
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import Groups
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
RunDay = Callable[[Rounds, Depots, DayTerms, DayInput], DayResult]
KM_OF_BREAKDOWNS = 10_000.0
"""Breakdowns are counted by so many."""
OPERATORS = 4096
"""More than operators of the opening: random draws of a township's stop hang on whose it is, too."""


class Dispatch:
    """Dispatch of one week.

    Parameters
    ----------
    slowness : time a way takes over that when roads are dry

    Attributes
    ----------
    hubs, tours : the rounds from hubs, and the village tours
    """

    def __init__(self, world: World, run_day: RunDay, plan: DeliveryPlan, slowness: float) -> None:
        state, townships, terms = world.state, len(world.state.townships), plan.terms
        row = plan.stop_operator.astype(np.int64) * townships + plan.hub.place
        stop_days = state.reaches.township_days[row].astype(np.int64)
        hub_days = np.zeros(len(plan.hub.depot), np.int64)
        np.maximum.at(hub_days, plan.hub.stop_round, stop_days)
        usual = np.maximum(weekly_now(state, plan.expected), plan.expected)
        room = outlet_room(state, terms, plan.whose, plan.hub.place, usual, hub_days[plan.hub.stop_round])
        of_tours = state.reaches.village_days[plan.tour_operator.astype(np.int64) * townships + plan.tours.depot]
        tour_days = np.maximum(of_tours, 1).astype(np.int64)
        knows, villages = informed(state), state.villages
        told = 1.0 - terms.known_share * knows
        hub_county, tour_county = state.townships.county[plan.hub.place], villages.county[plan.tours.place]
        numbers = state.townships.number[plan.hub.place] * OPERATORS + state.operators.number[plan.stop_operator]
        driving = Driving(plan.roads, terms.patience_seconds, slowness)
        self.hubs = DayRounds(
            world, run_day, terms,
            Planned(plan.hub, plan.hub_route, plan.roads.hubs, plan.hub_depots, hub_days, driving),
            Stops(
                room=np.ceil(room / plan.copies).astype(np.int64),
                knows=knows[state.operators.county[plan.stop_operator]], missed=np.zeros(len(hub_county)),
                county=hub_county, number=numbers,
            ), "hub",
        )  # fmt: skip
        self.tours = DayRounds(
            world, run_day, terms,
            Planned(plan.tours, plan.tour_route, plan.roads.tours, plan.tour_depots, tour_days, driving),
            Stops(
                room=station_room(terms, tour_days)[plan.tours.stop_round],
                knows=knows[tour_county], missed=terms.failed_attempts * told[tour_county].astype(np.float64),
                county=tour_county, number=villages.number[plan.tours.place],
            ), "tour",
        )  # fmt: skip


class Planned(NamedTuple):
    """Rounds of one kind as they are planned."""

    rounds: Rounds
    route: Route
    groups: Groups
    depots: Depots
    days: I64
    """Shape (rounds,), on how many days a week each goes."""
    driving: Driving


class Stops(NamedTuple):
    """What there is to know of stops, shape (stops,) each."""

    room: I64
    """Parcels that there is room for."""
    knows: F64
    """Whether dispatch has an information system."""
    missed: F64
    """Chance that nobody is there."""
    county: I32
    number: I64
    """What random draws hang on."""


class DayRounds:
    """Rounds of one kind, day by day.

    Parameters
    ----------
    name : of their kind, by which random draws are told apart

    Attributes
    ----------
    held_up : shape (4, counties), parcels that were due on the days so far, and of them those behind a closed road,
        those that there was no room for, and those that nobody was there to take
    left : shape (rounds,), parcels that stayed at home on the days so far, since no van was free for the round
    """

    def __init__(
        self, world: World, run_day: RunDay, terms: LogisticsTerms, planned: Planned, stops: Stops, name: str
    ) -> None:  # fmt: skip
        self._world, self._run_day, self._terms, self._day_terms = world, run_day, terms, terms.day()
        self._planned, self._stops, self._name = planned, stops, name
        self.days, self.room, self.stop_round = planned.days, stops.room, planned.rounds.stop_round
        self.held_up = np.zeros((4, len(world.state.counties)), np.int64)
        self.left = np.zeros(len(planned.rounds.depot), np.int64)

    def drive(self, weekday: int, load: I64, fresh: I64, onward: I64, trade: I64, pickup: I32) -> DayResult:
        """Return what came of the rounds of a day.

        Parameters
        ----------
        load, fresh, onward : shape (stops,), parcels for a stop, of them those that came today and are not sorted, and
            those that go on from there and need no room
        trade, pickup : shape (stops,), shops' goods for it, which shops take at once, and goods that wait there, in
            rooms of a parcel
        """
        goes, left = _goes(self.days, weekday), self._seconds_left(weekday)
        roads = self._legs(goes, np.ones(len(load), np.bool_), left)
        something, room = load + trade + pickup, self.room + onward
        shut = self._shut(something, weekday)
        _count(goes[self.stop_round], load, room, roads.wait, shut, self._stops.county, self.held_up)
        roads = self._informed(goes, roads, something, left, weekday)
        goes = goes & roads.reaches & self._some(something)
        wait = self._break_down(roads.rounds, goes, roads.wait, weekday)
        today = DayInput(
            goes=goes,
            load=(load + trade).astype(np.int32),
            fresh=fresh.astype(np.int32),
            room=(room + trade).astype(np.int32),
            wait=wait,
            shut=shut,
            pickup=pickup,
        )
        result = self._run_day(roads.rounds, self._planned.depots, self._day_terms, today)
        reached = np.where(wait == CLOSED, 0, np.minimum(today.load, today.room))
        of_rounds = np.bincount(self.stop_round, reached, len(goes)).astype(np.int64)
        self.left += np.where(goes & ~result.ran, np.minimum(of_rounds, self._planned.rounds.capacity), 0)
        return result

    def _some(self, of_stops: NDArray[Any]) -> Bool:
        """Return which rounds have anything at their stops."""
        return np.asarray(np.bincount(self.stop_round, of_stops, len(self.days)) > 0)

    def _luck(self, process: str, weekday: int, stops: I64) -> F64:
        """Return one draw of a day for each of some stops."""
        return self._world.draws.uniform(
            f"{process}_{self._name}", self._world.day + weekday, self._stops.number[stops]
        )

    def _seconds_left(self, weekday: int) -> I64:
        """Return how long each road is closed yet when vans set out today, 0 where it is open; shape (links,)."""
        roads, now = self._world.state.roads, 24 * (self._world.day + weekday) + self._terms.first_round_hour
        closed = (roads.closed_from_hour <= now) & (roads.closed_until_hour > now)
        return np.where(closed, 3600 * (roads.closed_until_hour.astype(np.int64) - now), 0)

    def _legs(self, goes: Bool, visited: Bool, left: I64) -> DaysLegs:
        planned = self._planned
        return legs_of_day(planned.route, planned.groups, planned.rounds, goes, visited, left, planned.driving)

    def _shut(self, something: I64, weekday: int) -> Bool:
        """Return at which stops nobody is there today to take what comes or to give what goes."""
        shut = np.zeros(len(something), np.bool_)
        asked = np.flatnonzero((something > 0) & (self._stops.missed > 0))
        shut[asked] = self._luck("failed_attempt", weekday, asked) < self._stops.missed[asked]
        return shut

    def _break_down(self, rounds: Rounds, goes: Bool, wait: I32, weekday: int) -> I32:
        """Return waits at stops, with what repairs take of vans that break down on the way to one of them."""
        going = np.flatnonzero(goes)
        km = (np.bincount(self.stop_round, rounds.leg_m, len(goes)) + rounds.back_m)[going] / 1000.0
        first, last = rounds.first[going].astype(np.int64), rounds.first[going + 1].astype(np.int64)
        chance = 1.0 - np.exp(-self._terms.breakdowns * km / KM_OF_BREAKDOWNS)
        down = np.flatnonzero(self._luck("breakdown", weekday, first) < chance)
        if not down.size:
            return wait
        first, last = first[down], last[down]
        stop = first + np.floor(self._luck("breakdown_at", weekday, first) * (last - first)).astype(np.int64)
        stop, wait = stop[wait[stop] != CLOSED], wait.copy()
        wait[stop] += round(3600 * self._terms.repair_hours)
        return wait

    def _informed(self, goes: Bool, roads: DaysLegs, something: I64, left: I64, weekday: int) -> DaysLegs:
        """Return the day's legs: with an information system vans pass over stops that would be for nothing."""
        known = self._terms.known_share * self._stops.knows
        idle = np.flatnonzero((known > 0.0) & ((something == 0) | (roads.wait == CLOSED)))
        if not idle.size:
            return roads
        visited = np.ones(len(something), np.bool_)
        visited[idle[self._luck("dispatch_knows", weekday, idle) < known[idle]]] = False
        return self._legs(goes, visited, left)


def _goes(days: I64, weekday: int) -> Bool:
    """Return whether a round of so many days a week goes on a weekday, spread evenly over the workdays."""
    return np.asarray((weekday + 1) * days // WORKDAYS > weekday * days // WORKDAYS)


@njit(cache=True, nogil=True)
def _count(goes: Bool, load: I64, room: I64, wait: I32, shut: Bool, county: I32, held_up: I64) -> None:
    """Add up parcels that vans were to bring today, and what held them up, the first of the reasons, by county.

    Parameters
    ----------
    goes : shape (stops,), whether the round of each goes
    """
    for stop in range(len(load)):
        if not goes[stop] or load[stop] <= 0:
            continue
        held_up[0, county[stop]] += load[stop]
        if wait[stop] == CLOSED:
            held_up[1, county[stop]] += load[stop]
            continue
        no_room = min(max(load[stop] - room[stop], 0), load[stop])
        held_up[2, county[stop]] += no_room
        held_up[3, county[stop]] += (load[stop] - no_room) * shut[stop]
