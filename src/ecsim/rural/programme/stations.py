"""Village stations: monthly accounts of all, and each one's decision to go on (docs/model.md 4.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    Area,
    Category,
    Funder,
    Group,
    Mechanism,
    PaymentMade,
    Reason,
    Rows,
    StationClosed,
    StationIdled,
    StationReopened,
    StationsSettled,
    StationStatus,
)
from ecsim.rural.facilities import area_share, has_area, kept_share, reached, serving
from ecsim.rural.programme.service_use import OfferedServices, ServiceUse, possible_use
from ecsim.rural.programme.siting import SiteNeeds
from ecsim.rural.readings import internet_level, know_how
from ecsim.rural.scenario import StationDesign
from ecsim.rural.world import ONE, OPERATORS, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
DAYS_A_MONTH = 28


@dataclass(frozen=True)
class StationTerms:
    """Numbers of stations; units in ``parameters/stations.toml``."""

    fee_yuan: float
    sent_fee_yuan: float
    commission: float
    proxy_yuan_a_household: float
    proxy_share: float
    settle_weeks: float
    services_spread: float
    grant_yuan_a_month: float
    grant_months: int
    reservation_yuan: float
    capital_months: int
    memory_months: int
    patience_months: int
    idle_months: int
    optimism_sigma: float
    poor_operator_share: float
    proxy_order_yuan: float
    service_yuan: float
    collection_yuan: float
    idle_chance: float
    return_chance: float
    keeper_exit: float
    reach_km: float
    settle_rate: float
    visits_a_month: float
    trained_services: float
    joint_supply: float
    network_half: float
    keepers_support: float
    can_wait: float
    wage_sigma: float
    keepers_asked: int
    reoffer_weeks: int
    offer_rounds: int
    learning_months: float
    unserved_at_first: float
    hours_learned: float
    neighbours_weight: float

    def kept_visits(self, days_a_week: F64) -> F64:
        """Return the share of visits that a timetable leaves: those on open days, and those that can wait for one."""
        return np.asarray(self.can_wait + (1.0 - self.can_wait) * days_a_week / 7.0, np.float64)

    def footfall_share(self, visits: F64) -> F64:
        """Return the share of a design's footfall that a month's visits bring: none without any."""
        return np.asarray(-np.expm1(-visits / max(self.visits_a_month, 1e-9)), np.float64)

    def skill(self, months: NDArray[Any]) -> F64:
        """Return what keepers know of all that keeping a station teaches, after the months that each has kept it."""
        return np.asarray(-np.expm1(-months / max(self.learning_months, 1e-9)), np.float64)


class StationDesignTable:
    """Station designs as columns, in fen, hours and flags."""

    def __init__(self, designs: tuple[StationDesign, ...]) -> None:
        def column(name: str) -> F64:
            return np.array([getattr(design, name).value for design in designs], np.float64)

        self.rent_fen = 100.0 * column("rent_power_network_yuan_a_month")
        self.days_a_week = column("days_a_week")
        self.hours_a_month = DAYS_A_MONTH / 7.0 * self.days_a_week * column("added_hours_a_day")
        self.hours_a_parcel = column("hours_a_parcel")
        self.wage_fen = 100.0 * column("wage_yuan_an_hour")
        self.services = tuple(OfferedServices.of(design) for design in designs)
        self.footfall_fen = 100.0 * column("footfall_yuan_a_month")
        self.footfall_parcel_fen = 100.0 * column("footfall_yuan_a_parcel")
        self.capex_fen = 100.0 * column("capex_yuan")
        self.parcels = np.array([design.parcels for design in designs])
        self.proxy = np.array([design.proxy_buying for design in designs])
        self.collects = np.array([design.collects_farm_products for design in designs])
        self.of_network = np.array([design.builds_on == "network_shop" for design in designs])
        self.needs = tuple(SiteNeeds.of(design) for design in designs)


def keepers_wage(world: World, terms: StationTerms, villages: I64, turn: int) -> F64:
    """Return what an hour is worth to a keeper of each village, over what it is to the mean one of the design.

    Parameters
    ----------
    turn : how many of the village were asked before him
    """
    return world.draws.lognormal("keepers_wage", turn, world.state.villages.number[villages], terms.wage_sigma)


def lose_keepers(world: World, terms: StationTerms) -> None:
    """Some keepers leave, whatever their stations earn."""
    s = world.state.stations
    rows = np.flatnonzero(s.status == StationStatus.OPEN)
    helped = network_share(world.state)[world.state.villages.county[s.village[rows]]]
    leaves = terms.keeper_exit * (1.0 - terms.keepers_support * helped)
    gone = rows[world.draws.uniform("keeper_leaves", world.week, world.state.villages.number[s.village[rows]]) < leaves]
    reason = np.full(len(gone), int(Reason.OPERATOR_LEFT))
    world.publish(StationClosed(station=gone, reason=reason), cause=s.status_seq[gone])


def network_size(state: State) -> F64:
    """Return the open stations that are supplied and helped together with those of each county, shape (counties,).

    Notes
    -----
    A county's centre with a hub makes one network of the county's stations, a prefecture's centre one of all counties
    it serves; where there is neither, each station is on its own: 0.
    """
    s, c = state.stations, state.counties
    open_ = s.village[: state.count("stations")][s.status[: state.count("stations")] == StationStatus.OPEN]
    own = np.bincount(state.villages.county[open_], minlength=len(c))
    joint = np.bincount(c.prefecture, own)[c.prefecture]
    return np.where(serving(state, Mechanism.NETWORK) > 0, joint, np.where(has_area(state, Area.HUB), own, 0)).astype(
        np.float64
    )


def network_share(state: State) -> F64:
    """Return how far the network of each county's stations is open to them, shape (counties,): 0 without one."""
    return np.maximum(area_share(state, Area.HUB), reached(state, Mechanism.NETWORK))


def settle(
    world: World, terms: StationTerms, designs: StationDesignTable, parcel_g: float, commission: float, purses: I64,
    outage: float,
) -> None:  # fmt: skip
    """Settle the accounts of every station in service over four weeks, in one batch, and pay the running grants.

    Parameters
    ----------
    parcel_g : mean weight of a parcel sent, grams
    commission : share of what consumers pay for villagers' goods, which these leave to the station
    purses : the account that each county's grants are paid from, shape (counties,)
    outage : share of lines that are down
    """
    state = world.state
    s = state.stations
    rows = np.flatnonzero(s.status[: state.count("stations")] == StationStatus.OPEN)
    if not rows.size:
        return
    d, purse = s.design[rows].astype(np.int64), purses[state.villages.county[s.village[rows]]]
    month = _month(world, terms, designs, rows, parcel_g, outage)
    services, footfall = month.earned_in_place(world, terms, designs, rows)
    takings = terms.commission * month.proxy_fen + commission * month.collected_fen + services + footfall
    takings += month.parcels_in * (100.0 * terms.fee_yuan + designs.footfall_parcel_fen[d])
    takings += month.parcels_out * 100.0 * terms.sent_fee_yuan
    labour = month.hours(terms, designs, d) * designs.wage_fen[d] * _wage_of_keepers(world, terms, rows)
    young = world.day - s.opened_day[rows] < DAYS_A_MONTH * terms.grant_months
    grants = _affordable(_whole(young * 100.0 * terms.grant_yuan_a_month), purse, state.accounts.balance_fen)
    settled = world.publish(
        StationsSettled(
            station=rows,
            parcels_in=month.parcels_in.astype(np.int64),
            parcels_out=month.parcels_out.astype(np.int64),
            proxy_fen=_whole(month.proxy_fen),
            collected_fen=_whole(month.collected_fen),
            service_uses=_whole(month.served.uses),
            services_fen=_whole(services),
            takings_fen=_whole(takings),
            grant_fen=grants,
            costs_fen=_whole(designs.rent_fen[d]),
            labour_fen=_whole(labour),
            transactions=month.transactions(terms, footfall).astype(np.int64),
            memory=np.full(len(rows), terms.memory_months),
        ),
        cause=s.opened_seq[rows],
    )
    _pay_grants(world, grants, purse, settled)


class _Month(NamedTuple):
    """What came to stations in four weeks, each of shape (stations,)."""

    parcels_in: F64
    parcels_out: F64
    collected_fen: F64
    proxy_fen: F64
    many: F64
    """By how much more or less people come than to a settled station that is open every day."""
    served: ServiceUse
    skill: F64

    def visits(self, terms: StationTerms) -> F64:
        """Return those who came for something."""
        visits = self.parcels_in + self.parcels_out + self.proxy_fen / (100.0 * terms.proxy_order_yuan)
        visits += self.served.uses
        return np.asarray(visits + self.collected_fen / (100.0 * terms.collection_yuan), np.float64)

    def earned_in_place(
        self, world: World, terms: StationTerms, designs: StationDesignTable, rows: I64
    ) -> tuple[F64, F64]:
        """Return what small services and what footfall bring, fen."""
        stations = world.state.stations
        margin = _joint_margin(world.state, terms, stations.village[rows].astype(np.int64))
        footfall = margin * self.many * designs.footfall_fen[stations.design[rows]]
        return self.served.fen * margin, footfall * terms.footfall_share(self.visits(terms))

    def hours(self, terms: StationTerms, designs: StationDesignTable, design: I64) -> F64:
        """Return the keepers' hours."""
        hours = designs.hours_a_parcel[design] * (self.parcels_in + self.parcels_out) + self.served.hours
        return np.asarray(designs.hours_a_month[design] + hours * (1.0 - terms.hours_learned * self.skill), np.float64)

    def transactions(self, terms: StationTerms, footfall_fen: F64) -> F64:
        """Return what was done in all, each kind rounded."""
        orders = np.rint(self.proxy_fen / (100.0 * terms.proxy_order_yuan))
        used = self.parcels_in + self.parcels_out + orders + np.rint(self.served.uses)
        used += np.rint(footfall_fen / (100.0 * terms.service_yuan))
        return np.asarray(used + np.rint(self.collected_fen / (100.0 * terms.collection_yuan)), np.float64)


def _month(
    world: World, terms: StationTerms, designs: StationDesignTable, rows: I64, parcel_g: float, outage: float
) -> _Month:
    """Return what came to stations since their last accounts."""
    state = world.state
    s, villages = state.stations, state.villages
    v, d = s.village[rows].astype(np.int64), s.design[rows].astype(np.int64)
    kept = terms.kept_visits(designs.days_a_week[d]) * (1.0 - kept_share(state, s.project[rows]))
    many = kept * _use_in_place(world, terms, rows)
    skill = terms.skill(s.months[rows])
    possible = possible_use(state, designs.services, internet_level(state, world.day), v, d, outage)
    return _Month(
        parcels_in=(villages.handed_parcels[v] - s.settled_parcels[rows]) * designs.parcels[d],
        parcels_out=np.rint((villages.sent_g[v] - s.settled_g[rows]) / parcel_g) * designs.parcels[d],
        collected_fen=(villages.collected_fen[v] - s.settled_fen[rows]) * designs.collects[d],
        proxy_fen=_proxy_fen(world, terms, rows) * designs.proxy[d] * (1.0 - outage) * kept,
        many=many,
        served=possible.times(many * (1.0 - terms.unserved_at_first * (1.0 - skill))),
        skill=skill,
    )


def _use_in_place(world: World, terms: StationTerms, rows: I64) -> F64:
    """Return by how much more or less small services and footfall come to each station than to a settled one.

    It differs by village, grows until use has settled, and is more where staff are trained.
    """
    s, villages = world.state.stations, world.state.villages
    v = s.village[rows]
    spread = world.draws.lognormal("station_services", 0, villages.number[v], terms.services_spread)
    settled = np.minimum(1.0, (world.day - s.opened_day[rows] + DAYS_A_MONTH) / 7.0 / terms.settle_weeks)
    trained = 1.0 + terms.trained_services * know_how(world.state, Group.STATION_STAFF)[villages.county[v]]
    return np.asarray(spread * settled * trained, np.float64)


def _joint_margin(state: State, terms: StationTerms, villages: I64) -> F64:
    """Return the margin on small services and footfall of stations over what it is to one that is on its own."""
    county = state.villages.county[villages]
    size = network_size(state)[county]
    return 1.0 + terms.joint_supply * network_share(state)[county] * size / (size + terms.network_half)


def _wage_of_keepers(world: World, terms: StationTerms, rows: I64) -> F64:
    """Return what an hour is worth to the keeper of each station, over what it is to the mean one of its design."""
    s, wage = world.state.stations, np.ones(len(rows))
    for turn in np.unique(s.turn[rows]):
        here = s.turn[rows] == turn
        wage[here] = keepers_wage(world, terms, s.village[rows[here]], int(turn))
    return wage


def _affordable(wanted: I64, purse: I64, balance_fen: I64) -> I64:
    """Return what the purses can pay of grants, the stations that opened first before the others."""
    paid = np.zeros_like(wanted)
    for account in np.unique(purse):
        of_purse = np.flatnonzero(purse == account)
        left = max(0, int(balance_fen[account, Funder.CENTRAL]))
        upto = np.minimum(np.cumsum(wanted[of_purse]), left)
        paid[of_purse] = np.diff(upto, prepend=0)
    return paid


def _pay_grants(world: World, grants: I64, purse: I64, settled: Rows[StationsSettled]) -> None:
    """Pay the grants of a settlement, those of a purse in one payment."""
    rows = np.flatnonzero(grants)
    if not rows.size or not settled.count:
        return
    payers, first = np.unique(purse[rows], return_index=True)
    paid = np.bincount(np.searchsorted(payers, purse[rows]), grants[rows]).astype(np.int64)
    n = len(payers)
    world.publish(
        PaymentMade(
            payer=payers,
            payee=np.full(n, OPERATORS),
            funder=np.full(n, int(Funder.CENTRAL)),
            category=np.full(n, int(Category.STATIONS)),
            project=np.full(n, -1),
            paid_fen=paid,
        ),
        cause=settled.seqs[rows[first]],
    )


def _whole(fen: NDArray[Any]) -> I64:
    whole: I64 = np.rint(fen).astype(np.int64)
    return whole


def _proxy_fen(world: World, terms: StationTerms, rows: I64) -> F64:
    """Return goods ordered for households without internet, growing until use has settled; none if nobody has any."""
    state = world.state
    s, v = state.stations, state.villages
    village = s.village[rows]
    level = internet_level(state, world.day)[v.county[village]]
    offline = np.where(level > 0, 1.0 - level / ONE, 0.0)
    weeks = (world.day - s.opened_day[rows]) / 7.0
    used = terms.proxy_share * -np.expm1(-terms.settle_rate * weeks / terms.settle_weeks)
    return np.asarray(100.0 * terms.proxy_yuan_a_household * v.households[village] * offline * used, np.float64)


class Station(mesa.Agent):
    """A village station: it serves, earns, and gives up when it cannot live (docs/model.md 4.8)."""

    def __init__(self, model: mesa.Model, world: World, station: int, terms: StationTerms) -> None:
        super().__init__(model)
        self.world, self.station, self.terms = world, station, terms

    def step(self) -> None:
        """Decide, after the month's accounts, whether to go on."""
        s, in_service = self.world.state.stations, self.station
        cause, status = int(s.settled_seq[in_service]), s.status[in_service]
        lean = int(s.lean_months[in_service])
        if status == StationStatus.OPEN and lean >= self.terms.patience_months + self.terms.idle_months:
            self.world.publish(StationClosed(station=[in_service], reason=[int(Reason.UNPROFITABLE)]), cause=cause)
        elif (
            status == StationStatus.OPEN
            and lean >= self.terms.patience_months
            and self._luck("station_tired") < self.terms.idle_chance * self._alone()
        ):
            self.world.publish(StationIdled(station=[in_service]), cause=cause)
        elif status == StationStatus.IDLE:
            self._reconsider(int(s.status_seq[in_service]))

    def _alone(self) -> float:
        """Return the share of reasons to give up that a centre's support leaves."""
        state = self.world.state
        county = state.villages.county[state.stations.village[self.station]]
        return 1.0 - self.terms.keepers_support * float(network_share(state)[county])

    def _luck(self, process: str) -> float:
        """Return a draw that hangs on the village, so that it is alike in every arm."""
        state = self.world.state
        village = state.villages.number[state.stations.village[self.station]]
        return float(self.world.draws.uniform(process, self.world.week, [village])[0])

    def _reconsider(self, cause: int) -> None:
        """An idle keeper comes back, where anybody still orders, or gives up; most are never opened again."""
        luck, village = self._luck("station_back"), self.world.state.stations.village[self.station]
        if luck < self.terms.return_chance and self.world.state.villages.buyers[village]:
            self.world.publish(StationReopened(station=[self.station]), cause=cause)
        elif luck < self.terms.return_chance + 1.0 / max(1, self.terms.idle_months):
            self.world.publish(StationClosed(station=[self.station], reason=[int(Reason.OPERATOR_LEFT)]), cause=cause)


def stations_to_wake(state: State, terms: StationTerms) -> I64:
    """Return the stations that have something to decide: lean for long, or idle."""
    s = state.stations
    lean = (s.status == StationStatus.OPEN) & (s.lean_months >= terms.patience_months)
    return np.flatnonzero(lean | (s.status == StationStatus.IDLE))
