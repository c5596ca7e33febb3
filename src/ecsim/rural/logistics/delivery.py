"""A week of parcels: how often operators come, seven days, what reached whom, what it cost (docs/model.md 4.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.events import (
    DeliveryCosted,
    DeliveryReachSet,
    LotSold,
    OperatorJoinedPool,
    ParcelsDelivered,
    ParcelsOrdered,
    ParcelsWaiting,
    PoolFormed,
    RoundsDriven,
    TariffMoved,
)
from ecsim.rural.events.codes import Channel, OperatorKind
from ecsim.rural.households.access import AccessTerms, Neighbourhood, fetching_hours, open_stations
from ecsim.rural.logistics import compiled_day
from ecsim.rural.logistics import day as simpy_day
from ecsim.rural.logistics.plan import WORKDAYS, KnownChains, Plan, active_operators, make_plan
from ecsim.rural.logistics.rounds import CLOSED, DayInput, DayResult, DayTerms, Depots, Rounds
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
OperatingDay = Callable[[Rounds, Depots, DayTerms, DayInput], DayResult]
OPERATING_DAYS: dict[str, OperatingDay] = {"compiled": compiled_day.run_day, "simpy": simpy_day.run_day}
"""Operators think anew about how often they come once a quarter."""


@dataclass
class Delivery:
    """The operators of a region; it holds a plan only as long as the state it was made from stays the same."""

    terms: LogisticsTerms
    access: AccessTerms
    near: Neighbourhood
    run_day: OperatingDay
    expected: F64
    """Shape (townships,), parcels a week at the opening."""
    _key: bytes = b""
    _plan: Plan | None = field(default=None, repr=False)
    _known: KnownChains = field(default_factory=dict, repr=False)

    def plan(self, state: State, serves: Bool) -> Plan:
        """Return the rounds in force."""
        key = serves.tobytes() + state.operators.pool.tobytes() + state.counties.distribution.tobytes()
        if self._plan is None or key != self._key:
            self._plan = make_plan(state, self.terms, self.expected, serves, self._known)
            self._key = key
        return self._plan

    def week(self, world: World, orders: ParcelsOrdered, lots: LotSold, serves: Bool) -> None:
        """Bring a week's parcels as far as they go, and settle what it cost."""
        plan = self.plan(world.state, serves)
        flow = _Flow(world.state, plan, orders)
        if world.week % self.terms.review_weeks == 0 or not world.state.reaches.township_days.any():
            self._review(world, plan, flow)
        self._review_new(world, plan, flow)
        today = _Days(self, world, plan, flow)
        for weekday in range(7):
            today.run(weekday)
        today.publish(serves, lots)

    def _review(self, world: World, plan: Plan, flow: _Flow) -> None:
        """Operators weigh the cost of coming once more a week against the parcels' delay."""
        onward = np.bincount(world.state.villages.township, flow.village_week, len(world.state.townships))
        carries = plan.first_copy & (plan.stop_operator == plan.carrier[world.state.townships.county[plan.hub.place]])
        hub_days = self._days(plan.hub, flow.stop_week + np.where(carries, onward[plan.hub.place], 0.0))
        tour_days = self._days(plan.tours, np.asarray(flow.village_week[plan.tours.place], np.float64))
        state = world.state
        village_days = np.zeros(len(state.townships), np.int64)
        stops = plan.tours.stop_round
        np.maximum.at(village_days, plan.tours.depot[stops], tour_days[stops])
        place = plan.hub.place
        carries = plan.stop_operator == plan.carrier[state.townships.county[place]]
        world.publish(
            DeliveryReachSet(
                operator=plan.stop_operator,
                township=place,
                township_days=hub_days[plan.hub.stop_round],
                village_days=np.where(carries, village_days[place], 0),
            ),
            cause=state.operators.seq[plan.stop_operator],
        )

    def _review_new(self, world: World, plan: Plan, flow: _Flow) -> None:
        """Whoever just began to drive sets its days at once."""
        state = world.state
        row = plan.stop_operator.astype(np.int64) * len(state.townships) + plan.hub.place
        if (state.reaches.township_days[row] == 0).any():
            self._review(world, plan, flow)

    def _days(self, rounds: Rounds, weekly: F64) -> I64:
        """Return days a week for each round: the root rule that balances its cost and the parcels' delay.

        Notes
        -----
        d visits cost d·C; w parcels then wait 7/(2d) days at v yuan a day: d* = √(3.5·w·v / C); never so few that vans
        would have to be more than four fifths full.
        """
        many = len(rounds.depot)
        stops = rounds.stop_round
        parcels = np.bincount(stops, weekly, many)
        seconds = np.bincount(stops, rounds.leg_seconds, many) + rounds.back_seconds
        seconds = seconds + self.terms.stop_seconds * np.diff(rounds.first)
        metres = np.bincount(stops, rounds.leg_m, many) + rounds.back_m
        yuan = np.array([self.terms.round_yuan(s, m) for s, m in zip(seconds, metres, strict=True)])
        best = np.sqrt(3.5 * parcels * self.terms.value_of_delay_yuan / np.maximum(yuan, 1.0))
        full = np.ceil(parcels / (self.terms.planned_fill * self.terms.capacity))
        days: I64 = np.clip(np.maximum(np.rint(best), full), 1, WORKDAYS).astype(np.int64)
        return days


class _Flow:
    """This week's parcels: by stop of the hubs' rounds, by village they go on to, and those fetched at the hub."""

    def __init__(self, state: State, plan: Plan, orders: ParcelsOrdered) -> None:
        h, v, t = state.households, state.villages, state.townships
        self.village_week, self.home_village = np.zeros(len(v)), np.zeros(len(v))
        _arrive(
            orders.household, orders.parcels, orders.stop, h.weight, h.village, self.village_week, self.home_village
        )
        self.township_week = np.bincount(v.township, self.home_village, len(t))
        self.at_hub = np.where(t.outlet, 0.0, self.township_week)
        share = state.operators.share[plan.stop_operator] / ONE
        self.stop_week = self.township_week[plan.hub.place] * share / plan.copies
        self.rounded = _spread(self.stop_week, plan.hub.place)


@njit(cache=True, nogil=True)
def _arrive(household: I32, parcels: I32, stop: I32, weight: I32, village: I32, handed_over: F64, fetched: F64) -> None:
    """Add up parcels by the village that hands them over, or else by the home of who fetches them further off."""
    for row in range(len(household)):
        who = household[row]
        many = np.int64(parcels[row]) * weight[who]
        if stop[row] >= 0:
            handed_over[stop[row]] += many
        else:
            fetched[village[who]] += many


class _Days:
    """Seven days of one week; all arrays by stop of the plan."""

    def __init__(self, delivery: Delivery, world: World, plan: Plan, flow: _Flow) -> None:
        self.delivery, self.world, self.plan, self.flow = delivery, world, plan, flow
        self.terms = delivery.terms.day()
        state = world.state
        self.row = plan.stop_operator.astype(np.int64) * len(state.townships) + plan.hub.place
        self.hub_wait = _spread(state.reaches.waiting[self.row] / plan.copies, self.row)
        self.hub_age = _spread(state.reaches.waiting_days[self.row] / plan.copies, self.row)
        self.bound = np.zeros(len(state.villages), np.int64)
        self.bound_age = np.zeros(len(state.villages), np.int64)
        self.town = state.villages.waiting.astype(np.int64)
        self.town_age = state.villages.waiting_days.astype(np.int64)
        self.village_week = np.rint(flow.village_week).astype(np.int64)
        self.carries = plan.stop_operator == plan.carrier[state.townships.county[plan.hub.place]]
        self.carries = self.carries & plan.first_copy
        self.left_behind = np.where(np.isin(np.arange(len(self.town)), plan.tours.place), 0, self.town)
        self.town, self.town_age = self.town - self.left_behind, self.town_age * (self.left_behind == 0)
        self.hub_out = _Tally(len(plan.hub.place))
        self.town_out = _Tally(len(state.villages))
        counties = len(state.counties)
        self.away, self.metres = np.zeros(counties, np.int64), np.zeros(counties, np.int64)
        days = state.reaches.township_days[self.row].astype(np.int64)
        self.hub_round, self.tour_round = plan.hub.stop_round, plan.tours.stop_round
        self.round_days = np.zeros(len(plan.hub.depot), np.int64)
        np.maximum.at(self.round_days, self.hub_round, days)
        self.driven: list[tuple[I64, I64, Bool, int, I32, I32, I64]] = []

    def run(self, weekday: int) -> None:
        """One day: parcels arrive, townships send out what came before, hubs send vans, the rest grows a day older."""
        self.hub_wait += _part(self.flow.rounded, weekday)
        self.bound += _part(self.village_week, weekday)
        if weekday < WORKDAYS:
            self._tours(weekday)
            self._hubs(weekday)
        for waiting, age in ((self.hub_wait, self.hub_age), (self.bound, self.bound_age), (self.town, self.town_age)):
            np.add(age, waiting, out=age)

    def _hubs(self, weekday: int) -> None:
        """Vans from the hubs; what is bound for villages waits at the township for the next tour."""
        state, plan = self.world.state, self.plan
        bound = np.bincount(state.villages.township, self.bound, len(state.townships)).astype(np.int64)
        load = self.hub_wait + np.where(self.carries, bound[plan.hub.place], 0)
        some = np.bincount(self.hub_round, load, len(self.round_days)) > 0
        result = self.delivery.run_day(
            plan.hub,
            plan.hub_depots,
            self.terms,
            DayInput(
                goes=_goes(self.round_days, weekday) & some,
                load=load.astype(np.int32),
                wait=self._waits(plan.hub.place, weekday),
            ),
        )
        onward = np.where(self.carries, np.minimum(result.delivered, bound[plan.hub.place]), 0)
        self.hub_out.take(
            result.delivered - onward, self.hub_wait, self.hub_age, result.arrive, self.delivery.terms.late_days
        )
        share = np.zeros(len(state.townships))
        share[plan.hub.place[self.carries]] = (onward / np.maximum(bound[plan.hub.place], 1))[self.carries]
        self._pass_on(share[state.villages.township])
        self._account(plan.hub, result, weekday, tour=False)

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
        carrier = plan.carrier[state.townships.county[plan.tours.depot]].astype(np.int64)
        days = state.reaches.village_days[carrier * len(state.townships) + plan.tours.depot].astype(np.int64)
        load = self.town[plan.tours.place]
        some = np.bincount(self.tour_round, load, len(days)) > 0
        result = self.delivery.run_day(
            plan.tours,
            plan.tour_depots,
            self.terms,
            DayInput(
                goes=_goes(np.maximum(days, 1), weekday) & some,
                load=load.astype(np.int32),
                wait=self._waits(len(state.townships) + plan.tours.place, weekday),
            ),
        )
        here = plan.tours.place
        taken, arrive = np.zeros(len(self.town), np.int64), np.full(len(self.town), -1, np.int64)
        taken[here], arrive[here] = result.delivered, result.arrive
        self.town_out.take(taken, self.town, self.town_age, arrive, self.delivery.terms.late_days)
        self._account(plan.tours, result, weekday, tour=True)

    def _waits(self, road: I32, weekday: int) -> I32:
        """Return the seconds a van loses at each stop's road today, or CLOSED."""
        roads, now = self.world.state.roads, 24 * (self.world.day + weekday) + self.delivery.terms.first_round_hour
        closed = (roads.closed_from_hour[road] <= now) & (roads.closed_until_hour[road] > now)
        seconds = np.where(closed, 3600 * (roads.closed_until_hour[road].astype(np.int64) - now), 0)
        return np.where(seconds > self.delivery.terms.patience_seconds, CLOSED, seconds).astype(np.int32)

    def _account(self, rounds: Rounds, result: DayResult, weekday: int, *, tour: bool) -> None:
        state = self.world.state
        county = state.townships.county[rounds.depot] if tour else state.operators.county[rounds.depot]
        counties, stop_round = len(state.counties), self.tour_round if tour else self.hub_round
        self.away += np.bincount(county, result.away, counties).astype(np.int64)
        self.metres += np.bincount(county, result.driven_m, counties).astype(np.int64)
        ran = np.flatnonzero(result.ran)
        operator = self.plan.carrier[county[ran]] if tour else rounds.depot[ran]
        township = rounds.depot[ran] if tour else rounds.place[rounds.first[ran]]
        parcels = np.bincount(stop_round, result.delivered, len(rounds.depot)).astype(np.int64)[ran]
        self.driven.append(
            (
                operator.astype(np.int64), township.astype(np.int64), np.full(len(ran), tour), weekday,
                result.driven_m[ran], result.away[ran], parcels,
            )
        )  # fmt: skip

    def publish(self, serves: Bool, lots: LotSold) -> None:
        """Say what the week came to."""
        world, plan = self.world, self.plan
        columns = [np.concatenate([np.atleast_1d(d[i]) for d in self.driven]) for i in (0, 1, 2, 4, 5, 6)]
        weekday = np.concatenate([np.full(len(d[0]), d[3]) for d in self.driven])
        operator, township, tour, metres, seconds, parcels = columns
        driven = world.publish(
            RoundsDriven(
                operator=operator, township=township, village_tour=tour, weekday=weekday, driven_m=metres,
                crew_seconds=seconds, parcels_down=parcels,
            ),
            cause=self._decided(operator, township),
        )  # fmt: skip
        self._delivered()
        self._waiting(plan)
        last = world.state.counties.opened_seq.copy()
        last[world.state.operators.county[operator]] = driven.seqs
        self._costs(serves, lots, last)

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
        at_town = [_spread(part[v.township] * share, v.township) for part in out]
        at_town[0] += self.left_behind  # its station closed: people fetch at the township what had come
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

    def _waiting(self, plan: Plan) -> None:
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

    def _costs(self, serves: Bool, lots: LotSold, driven: I64) -> None:
        """What the week cost the operators, by part, and the tariffs that follow; ``driven`` by county is why."""
        state, terms = self.world.state, self.delivery.terms
        counties, v = len(state.counties), state.villages
        parcels = np.bincount(state.townships.county[self.plan.hub.place], self.hub_out.parcels, counties)
        parcels += np.bincount(state.townships.county, np.rint(self.flow.at_hub), counties)
        at_village = np.bincount(v.county, self.town_out.parcels, counties)
        at_station = np.bincount(v.county, self.town_out.parcels * open_stations(state), counties)
        hours = self.away / 3600.0
        upward = _upward_g(state, lots)
        kg = np.bincount(v.county, upward, counties) / 1000.0
        collected = np.bincount(v.county, upward * serves, counties) / 1000.0
        parts = {
            "vehicle": terms.van_yuan_a_day * hours / terms.day_hours,
            "distance": terms.van_yuan_a_km * self.metres / 1000.0,
            "crew": terms.crew_yuan_an_hour * hours,
            "handling": terms.handling_yuan * (parcels + at_village) + terms.upward_handling_yuan_a_kg * collected,
            "fee": terms.station_fee_yuan * at_station,
        }
        fen = {name: np.rint(100.0 * yuan).astype(np.int64) for name, yuan in parts.items()}
        moving = fen["vehicle"] + fen["distance"] + fen["crew"]
        bears = (
            np.where(collected > 0, terms.upward_share * moving, 0.0)
            + 100.0 * terms.upward_handling_yuan_a_kg * collected
        )
        total = parcels + at_village
        costed = self.world.publish(
            DeliveryCosted(
                county=np.arange(counties),
                joint=state.counties.pool >= 0,
                parcels=np.rint(total).astype(np.int64),
                upward_g=np.rint(1000.0 * kg).astype(np.int64),
                vehicle_fen=fen["vehicle"],
                distance_fen=fen["distance"],
                crew_fen=fen["crew"],
                handling_fen=fen["handling"],
                station_fee_fen=fen["fee"],
                upward_fen=np.rint(bears).astype(np.int64),
            ),
            cause=driven,
        )
        down = np.maximum(sum(fen.values()) - bears, 0.0) / np.maximum(total, 1.0)
        self._tariffs(costed.seqs, np.asarray(down, np.float64), serves, bears / np.maximum(collected, 1.0))

    def _tariffs(self, cause: I64, cost_fen: F64, serves: Bool, served_fen: F64) -> None:
        """Charges follow smoothed costs, in part."""
        state, terms, near = self.world.state, self.delivery.terms, self.delivery.near
        c, v = state.counties, state.villages
        slow = np.where(c.cost_fen > 0, c.cost_fen + terms.smoothing * (cost_fen - c.cost_fen), cost_fen)
        base = np.where(c.opening_cost_fen > 0, c.opening_cost_fen, slow)
        access = self.delivery.access
        hours = fetching_hours(np.zeros(len(v), np.int32), near.township_m, access)
        km = near.township_m / 1000.0
        trip = 200.0 * (hours * access.value_of_time_yuan_an_hour + km * access.vehicle_yuan_a_km) / terms.kg_a_trip
        weight = v.households.astype(np.float64)
        each = np.where(serves, np.minimum(served_fen[v.county], trip), trip)
        up = np.bincount(v.county, each * weight, len(c)) / np.maximum(np.bincount(v.county, weight, len(c)), 1.0)
        self.world.publish(
            TariffMoved(
                county=np.arange(len(c)),
                down_fen=np.rint(terms.pass_through * (slow - base)).astype(np.int64),
                up_fen=np.rint(up).astype(np.int64),
                cost_fen=np.rint(slow).astype(np.int64),
            ),
            cause=cause,
        )


class _Tally:
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


def _part(week: I64, weekday: int) -> I64:
    return week * (weekday + 1) // 7 - week * weekday // 7


def _goes(days: I64, weekday: int) -> Bool:
    """Return whether a round of so many days a week goes on a weekday, spread evenly over the workdays."""
    return np.asarray((weekday + 1) * days // WORKDAYS > weekday * days // WORKDAYS)


def _spread(wanted: NDArray[Any], group: NDArray[Any]) -> I64:
    """Return whole parts near ``wanted`` that add up to the whole totals of their groups; each group by itself."""
    parts = np.empty(len(wanted), np.int64)
    order = np.argsort(group, kind="stable")
    _spread_sorted(order, np.asarray(wanted, np.float64), np.asarray(group, np.int64), parts)
    return parts


@njit(cache=True, nogil=True)
def _spread_sorted(order: I64, wanted: F64, group: I64, parts: I64) -> None:
    running, given, last = 0.0, np.int64(0), np.int64(-1)
    for row in order:
        if group[row] != last:
            running, given, last = 0.0, np.int64(0), group[row]
        running += wanted[row]
        whole = np.int64(np.rint(running))
        parts[row] = whole - given
        given = whole


def _upward_g(state: State, lots: LotSold) -> F64:
    """Return grams that households send from each village to buyers online."""
    online = lots.channel >= Channel.STATION
    household = state.plots.household[lots.plot[online]]
    grams = lots.sold_g[online] * state.households.weight[household].astype(np.float64)
    return np.asarray(np.bincount(state.households.village[household], grams, len(state.villages)), np.float64)


def form_pool(world: World, county: int, terms: LogisticsTerms, cause: int) -> None:
    """A joint pool is offered in a county; the post joins, couriers join by their own choice."""
    state = world.state
    if state.counties.pool[county] >= 0:
        return
    pool = state.count("operators")
    formed = world.publish(PoolFormed(county=[county], pool=[pool]), cause=cause)
    if not formed.count:  # taken out of the run
        return
    here = active_operators(state)
    here = here[(state.operators.county[here] == county) & (state.operators.kind[here] != OperatorKind.POOL)]
    post = state.operators.kind[here] == OperatorKind.POST
    joins = post | (world.draws.uniform("join_pool", 0, here) < terms.pool_willingness)
    world.publish(OperatorJoinedPool(operator=here[joins], pool=np.full(joins.sum(), pool)), cause=formed.first)
