"""What finished works bring into service: facilities, joint pools, stations, brands, visibility (MODEL 4.8 to 4.10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Level, ProjectKind, ProjectStatus
from ecsim.rural.events.funds import FacilityOpened
from ecsim.rural.events.market import BrandBuilt, BrandRegistered, MarketingDone
from ecsim.rural.events.stations import StationOffered, StationOpened
from ecsim.rural.logistics.delivery import form_pool
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.programme.siting import ranked_villages
from ecsim.rural.programme.stations import DAYS_A_MONTH, DesignColumns, StationTerms
from ecsim.rural.scenario import Scenario
from ecsim.rural.state import State
from ecsim.rural.world import World

FACILITIES = (
    ProjectKind.SERVICE_CENTRE,
    ProjectKind.DISTRIBUTION_CENTRE,
    ProjectKind.JOINT_DELIVERY,
    ProjectKind.TOWNSHIP_POINTS,
    ProjectKind.COLD_STORE,
    ProjectKind.PACKING_LINE,
    ProjectKind.TRACEABILITY,
)


def served_counties(world: World, project: int) -> NDArray[np.int64]:
    """Return the counties a project serves: its own, or all of its prefecture."""
    p, c = world.state.projects, world.state.counties
    if p.level[project] == Level.PREFECTURE:
        return np.flatnonzero(c.prefecture == p.prefecture[project])
    return np.array([int(p.county[project])])


def project_lots(state: State, projects: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what the luck of projects hangs on: kind, place and turn, so alike whoever plans them."""
    p = state.projects
    place = np.where(p.county[projects] >= 0, p.county[projects], 10_000 + p.prefecture[projects]).astype(np.int64)
    return (place * 256 + p.kind[projects]) * 1024 + p.turn[projects]


def deliver(world: World, scenario: Scenario, marketing_lift: float, project: int, cause: int) -> None:
    """Bring into service what a finished project built; stations and training go on from their own rules."""
    p = world.state.projects
    kind = ProjectKind(int(p.kind[project]))
    if kind in FACILITIES:
        _open_facility(world, scenario, project, kind, cause)
    elif kind == ProjectKind.BRAND:
        shared = p.level[project] == Level.PREFECTURE
        brand = len(world.state.counties) + int(p.prefecture[project]) if shared else int(p.county[project])
        spent = int(p.central_fen[project] + p.local_fen[project] + p.social_fen[project])
        world.publish(BrandBuilt(brand=[brand], spent_fen=[spent]), cause=cause)
    elif kind == ProjectKind.MARKETING:
        counties = served_counties(world, project)
        lift = round(marketing_lift * int(p.quality[project]))
        visible = world.state.counties.visibility[counties].astype(np.int64) + lift
        world.publish(MarketingDone(county=counties, visibility=visible), cause=cause)


def _open_facility(world: World, scenario: Scenario, project: int, kind: ProjectKind, cause: int) -> None:
    p = world.state.projects
    tonnes = scenario.projects[kind.name.lower()].capacity_t
    world.publish(
        FacilityOpened(
            facility=[world.state.count("facilities")],
            facility_kind=[int(kind)],
            level=p.level[project : project + 1],
            county=p.county[project : project + 1],
            prefecture=p.prefecture[project : project + 1],
            township=p.township[project : project + 1],
            crop=[-1],
            capacity_g=[round(tonnes * 1e6)],
            project=[project],
        ),
        cause=cause,
    )


@dataclass(frozen=True)
class Offers:
    """What a keeper reckons with when a station is offered."""

    terms: StationTerms
    designs: DesignColumns
    rule: str
    design: int
    parcels_a_buyer: NDArray[np.float64]
    """Shape (counties,), parcels a month that a buyer household gets at a station."""

    def offer(self, world: World, project: int) -> None:
        """Offer the stations of a finished project to the next villages; keepers take them up or not."""
        state = world.state
        p = state.projects
        county = int(p.county[project])
        reuses = bool(self.designs.reuses[self.design])
        villages = ranked_villages(state, county, self.rule, needs_outlet=reuses, reach_km=self.terms.reach_km)
        villages = villages[: int(p.quantity[project])]
        if not villages.size:
            return
        expects = self.expected_left_fen(world, villages)
        taken = expects > 100.0 * self.terms.reservation_yuan
        n = len(villages)
        offered = world.publish(
            StationOffered(
                village=villages, project=np.full(n, project), design=np.full(n, self.design), accepted=taken
            ),
            cause=int(p.seq[project]),
        )
        new = villages[taken]
        operator = self._poor_operators(world, new)
        world.publish(
            StationOpened(
                station=state.count("stations") + np.arange(len(new)),
                village=new,
                design=np.full(len(new), self.design),
                operator=operator,
                poor_operator=operator >= 0,
                project=np.full(len(new), project),
            ),
            cause=offered.seqs[taken],
        )

    def expected_left_fen(self, world: World, villages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each keeper expects to be left with a month, grant included, after the hours it takes."""
        v, d, designs, terms = world.state.villages, self.design, self.designs, self.terms
        parcels = self.parcels_a_buyer[v.county[villages]] * v.buyers[villages] * designs.parcels[d]
        takings = designs.services_fen[d] + designs.footfall_fen[d]
        takings += parcels * (100.0 * terms.fee_yuan + designs.footfall_parcel_fen[d])
        takings += 100.0 * terms.commission * terms.proxy_share * terms.proxy_yuan_a_household * v.households[villages]
        hours = DAYS_A_MONTH * designs.hours_a_day[d] + designs.hours_a_parcel[d] * parcels
        hope = world.draws.lognormal("keepers_hope", 0, villages, terms.optimism_sigma)
        grant = 100.0 * terms.grant_yuan_a_month * (terms.grant_months > 0)
        left: NDArray[np.float64] = hope * takings + grant - designs.rent_fen[d] - hours * designs.wage_fen[d]
        return left

    def _poor_operators(self, world: World, villages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the registered poor household that runs each station, or -1."""
        h = world.state.households
        operator = np.full(len(villages), -1, np.int64)
        wants = world.draws.uniform("poor_operator", 0, villages) < self.terms.poor_operator_share
        fits = np.flatnonzero(h.poor & (h.age_class <= 1) & (h.workers > 0))
        order = fits[np.lexsort((-h.schooling_years[fits].astype(np.int64), h.village[fits]))]
        place = np.searchsorted(h.village[order], villages)
        found = place < len(order)
        found[found] = h.village[order[place[found]]] == villages[found]
        operator[wants & found] = order[place[wants & found]]
        return operator


def register_brands(world: World, users_needed: int, user_rate: float) -> None:
    """A brand is registered once its project is finished, a standard is in force and enough cooperatives use it."""
    state = world.state
    b, p, k, c = state.brands, state.projects, state.cooperatives, state.counties
    for brand in np.flatnonzero((b.stock_fen > 0) & ~b.registered):
        counties = np.arange(len(c)) == brand if brand < len(c) else c.prefecture == brand - len(c)
        if not (c.traceable[counties] > 0).any():
            continue
        built = np.flatnonzero((p.kind == ProjectKind.BRAND) & (p.status == ProjectStatus.FINISHED))
        weeks = (world.day - int(p.finished_day[built].min())) / 7.0
        members = np.flatnonzero(k.alive & counties[k.county] & (k.members > 0))
        uses = world.draws.uniform("uses_brand", int(brand), members) < -np.expm1(-user_rate * weeks)
        if int(uses.sum()) >= users_needed:
            world.publish(BrandRegistered(brand=[brand], users=[int(uses.sum())]), cause=int(b.seq[brand]))


def begin_service(world: World, offers: Offers, logistics: LogisticsTerms) -> None:
    """What works finished this week lead to: stations are offered, joint delivery begins."""
    p = world.state.projects
    finished = np.flatnonzero((p.status == ProjectStatus.FINISHED) & (p.done == 0) & (p.quantity > 0))
    for project in finished[p.kind[finished] == ProjectKind.STATIONS]:
        if p.finished_day[project] == world.day:
            offers.offer(world, int(project))
    for project in finished[p.kind[finished] == ProjectKind.JOINT_DELIVERY]:
        if p.finished_day[project] == world.day:
            form_pool(world, int(p.county[project]), logistics, int(p.seq[project]))
