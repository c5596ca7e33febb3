"""Who takes up a station that a finished project offers (docs/model.md 4.8).

A project goes from village to village in the order of the siting rule until as many stations as it pays for are taken
up. In each village keepers are asked one by one; each weighs what he expects to be left with against his own wage
elsewhere. What is refused everywhere is offered again a while later; after the last round its money is the purse's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import WEEKS_A_MONTH
from ecsim.rural.events import (
    OffersEnded,
    ProjectKind,
    ProjectStatus,
    StationOffered,
    StationOpened,
    StationStatus,
)
from ecsim.rural.programme.purse_facts import untaken_fen
from ecsim.rural.programme.service_use import possible_use
from ecsim.rural.programme.siting import Siting, possible_sites, ranked_villages
from ecsim.rural.programme.stations import StationDesignTable, StationTerms, keepers_wage
from ecsim.rural.readings import internet_level
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


@dataclass(frozen=True)
class StationOffer:
    """What a keeper reckons with when a station is offered."""

    terms: StationTerms
    designs: StationDesignTable
    siting: Siting
    parcels_a_buyer: F64
    """Shape (counties,), parcels a month that a buyer household gets at a station."""

    def due(self, state: State, day: int) -> I64:
        """Return the projects that offer stations today: just finished, or short of takers some rounds later."""
        rows, since = self._short(state, day)
        apart = 7 * self.terms.reoffer_weeks
        return np.asarray(rows[(since % apart == 0) & (since < apart * self.terms.offer_rounds)], np.int64)

    def end(self, world: World) -> None:
        """Tell which projects have offered stations for the last time; what nobody took is the purse's again."""
        rows, since = self._short(world.state, world.day)
        over = rows[since >= 7 * self.terms.reoffer_weeks * (self.terms.offer_rounds - 1)]
        if over.size:
            p = world.state.projects
            untaken = p.quantity[over] - p.done[over]
            returned = untaken_fen(world.state, over)
            world.publish(OffersEnded(project=over, untaken=untaken, returned_fen=returned), cause=p.seq[over])

    @staticmethod
    def _short(state: State, day: int) -> tuple[I64, I64]:
        """Return the finished projects that are short of takers and still offer, and for how many days each is."""
        p = state.projects
        finished = (p.status == ProjectStatus.FINISHED) & (p.kind == ProjectKind.STATIONS)
        rows = np.flatnonzero(finished & (p.done < p.quantity) & (p.untaken == 0))
        return rows, np.asarray(day - p.finished_day[rows], np.int64)

    def offer(self, world: World, projects: I64) -> None:
        """Offer the stations of projects, all of different counties; keepers take them up or not."""
        state, p = world.state, world.state.projects
        wanted = [self._villages(state, int(project)) for project in projects]
        village = np.concatenate(wanted)
        if not village.size:
            return
        lengths = [len(rows) for rows in wanted]
        project = np.repeat(projects, lengths)
        taker = self._takers(world, village, project)
        short = (p.quantity - p.done)[projects]
        asked = np.concatenate(
            [_until(rows >= 0, most) for rows, most in zip(_cut(taker, lengths), short, strict=True)]
        )
        village, project, taker = village[asked], project[asked], taker[asked]
        taken = taker >= 0
        offered = world.publish(
            StationOffered(village=village, project=project, design=p.design[project], accepted=taken),
            cause=p.seq[project],
        )
        if taken.any():
            self._open(world, village[taken], project[taken], taker[taken], offered.seqs[taken])

    def _open(self, world: World, village: I64, project: I64, turn: I64, cause: I64) -> None:
        """Let stations begin to serve, each kept by whoever took it up."""
        state, design = world.state, world.state.projects.design[project]
        operator = np.where(self.designs.of_network[design], -1, self._operators(world, village, turn))
        world.publish(
            StationOpened(
                station=state.count("stations") + np.arange(len(village)),
                village=village,
                design=design,
                operator=operator,
                poor_operator=(operator >= 0) & state.households.poor[np.maximum(operator, 0)],
                project=project,
                turn=turn,
            ),
            cause=cause,
        )

    def _villages(self, state: State, project: int) -> I64:
        """Return the villages that a project may offer stations: those its plan names, then the next of its county."""
        p, planned = state.projects, state.villages.planned
        county, needs = int(p.county[project]), self.designs.needs[p.design[project]]
        named = planned[possible_sites(state, county, needs)] == project
        by_rule = max(0, int(p.quantity[project] - p.done[project] - named.sum()))
        ranked = ranked_villages(state, county, self.siting, needs, count=by_rule)
        return np.concatenate([ranked[planned[ranked] == project], ranked[planned[ranked] < 0]])

    def _takers(self, world: World, village: I64, project: I64) -> I64:
        """Return which of the keepers asked in each village takes its station, 0 the first asked, or -1: none."""
        design = world.state.projects.design[project]
        needed = self.own_part_fen(world.state, project) / self.terms.capital_months
        needed += 100.0 * self.terms.reservation_yuan
        takings, hours = self.expected(world, village, project)
        before_labour = takings - self.designs.rent_fen[design]
        taker = np.full(len(village), -1, np.int64)
        for turn in reversed(range(self.terms.keepers_asked)):
            wage = self.designs.wage_fen[design] * keepers_wage(world, self.terms, village, turn)
            takes = before_labour - hours * wage > needed
            taker[takes & ((turn == 0) | ~self.designs.of_network[design])] = turn
        return taker

    def own_part_fen(self, state: State, projects: I64) -> F64:
        """Return what is left to a keeper of the capital cost of a station, when its project has paid its part."""
        p = state.projects
        paid = (p.central_fen[projects] + p.local_fen[projects] + p.social_fen[projects]) / p.quantity[projects]
        left: F64 = np.maximum(0.0, self.designs.capex_fen[p.design[projects]] - paid)
        return left

    def expected(self, world: World, villages: I64, projects: I64) -> tuple[F64, F64]:
        """Return what a keeper expects a station to bring a month, fen, grant included, and the hours that it takes.

        Parameters
        ----------
        villages, projects : shape (stations,), where each would be, and which project offers it
        """
        terms, design = self.terms, world.state.projects.design[projects].astype(np.int64)
        state, hope = world.state, self._hope(world, villages, projects)
        kept = self._settled(state)
        places = np.concatenate([villages, state.stations.village[kept]])
        designs = np.concatenate([design, state.stations.design[kept]])
        takings, hours = (np.split(of, [len(villages)]) for of in self._reckoned(world, places, designs))
        seen = self._seen(state, kept, takings[1])[state.villages.county[villages], design]
        believed = np.where(np.isnan(seen), hope, hope + terms.neighbours_weight * (seen - hope))
        grant = 100.0 * terms.grant_yuan_a_month * min(1.0, terms.grant_months / terms.capital_months)
        return believed * takings[0] + grant, hours[0]

    def _reckoned(self, world: World, villages: I64, design: I64) -> tuple[F64, F64]:
        """Return what a station of a design would take a month once use has settled, fen, and the hours that it takes.

        Parameters
        ----------
        villages, design : shape (stations,)
        """
        state, designs, terms = world.state, self.designs, self.terms
        v, d, county, level = state.villages, design, state.villages.county[villages], internet_level(state, world.day)
        online = level[county] > 0
        parcels = self.parcels_a_buyer[county] * v.buyers[villages] * designs.parcels[d] * online
        kept = terms.kept_visits(designs.days_a_week[d])
        proxy_yuan = terms.proxy_share * terms.proxy_yuan_a_household * v.households[villages] * online * kept
        proxy_yuan *= designs.proxy[d]
        served = possible_use(state, designs.services, level, villages, d).times(kept)
        visits = parcels + proxy_yuan / terms.proxy_order_yuan + served.uses
        takings = kept * designs.footfall_fen[d] * terms.footfall_share(visits) + served.fen
        takings += parcels * (100.0 * terms.fee_yuan + designs.footfall_parcel_fen[d])
        takings += 100.0 * terms.commission * proxy_yuan
        hours = (designs.hours_a_parcel[d] * parcels + served.hours) * (1.0 - terms.hours_learned)
        return takings, designs.hours_a_month[d] + hours

    def _settled(self, state: State) -> I64:
        """Return the open stations whose use has settled."""
        s = state.stations
        return np.flatnonzero((s.status == StationStatus.OPEN) & (s.months * WEEKS_A_MONTH >= self.terms.settle_weeks))

    def _seen(self, state: State, stations: I64, reckoned: F64) -> F64:
        """Return what stations of each county and design took last month over what is reckoned of them.

        NaN where there is none. Shape (counties, designs).

        Parameters
        ----------
        reckoned : shape (stations,), fen
        """
        s, shape = state.stations, (len(state.counties), len(self.designs.needs))
        place = state.villages.county[s.village[stations]] * shape[1] + s.design[stations]
        took, should = (np.bincount(place, fen, shape[0] * shape[1]) for fen in (s.takings_fen[stations], reckoned))
        seen = np.divide(took, should, out=np.full(len(took), np.nan), where=should > 0)
        return np.asarray(seen.reshape(shape), np.float64)

    def _hope(self, world: World, villages: I64, projects: I64) -> F64:
        """Return by how much keepers of each village over- or underrate takings; anew in each round of offers."""
        number = world.state.villages.number[villages]
        rounds = (world.day - world.state.projects.finished_day[projects]) // (7 * self.terms.reoffer_weeks)
        hope = np.ones(len(villages))
        for round_ in np.unique(rounds):
            here = rounds == round_
            draw = world.draws.lognormal("keepers_hope", int(round_), number[here], self.terms.optimism_sigma)
            hope[here] = draw
        return hope

    def _operators(self, world: World, villages: I64, turn: I64) -> I64:
        """Return the household that runs each station, a registered poor one first where it is offered so, or -1."""
        luck = world.draws.uniform("poor_operator", 0, world.state.villages.number[villages])
        poor_first = luck < self.terms.poor_operator_share
        poor, other = (_keepers(world.state, villages, turn, poor=poor) for poor in (True, False))
        return np.where(poor_first & (poor >= 0), poor, other)


def _cut(rows: I64, lengths: list[int]) -> list[I64]:
    """Return the pieces of a column, by their lengths."""
    return np.split(rows, np.cumsum(lengths)[:-1])


def _until(taken: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """Return which villages are asked at all: all up to the one where the last station is taken up."""
    return np.asarray(np.cumsum(taken) - taken < most)


def _keepers(state: State, villages: I64, turn: I64, *, poor: bool) -> I64:
    """Return the household of each village, on the register or not, that is fit to keep a station and next, or -1.

    Parameters
    ----------
    turn : shape (villages,), how many that are fitter were asked before
    """
    h = state.households
    eligible = _households_of(state, villages)
    fits = eligible[(h.poor[eligible] == poor) & (h.age_class[eligible] <= 1) & (h.workers[eligible] > 0)]
    order = fits[np.lexsort((-h.schooling_years[fits].astype(np.int64), h.village[fits]))]
    upto = np.concatenate([[0], np.cumsum(h.weight[order].astype(np.int64))])
    before = upto[np.searchsorted(h.village[order], villages)]
    place = np.searchsorted(upto, before + turn, side="right") - 1  # a row stands for several who may be asked
    keepers = place < len(order)
    keepers[keepers] = h.village[order[place[keepers]]] == villages[keepers]
    found = np.full(len(villages), -1, np.int64)
    found[keepers] = order[place[keepers]]
    return found


def _households_of(state: State, villages: I64) -> I64:
    """Return the households of villages; those of a village lie side by side."""
    first, stop = (np.searchsorted(state.households.village, villages.astype(np.int32), side) for side in _SIDES)
    ranges = [np.arange(a, b) for a, b in zip(first, stop, strict=True)]
    return np.concatenate([np.zeros(0, np.int64), *ranges])
