"""What finished works bring into service: facilities, pools, stations, brands (docs/model.md 4.8 to 4.10).

A finished project opens a facility, forms a pool, builds a brand, markets, or has stations offered to keepers
(`take_up`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    AccessKept,
    BrandBuilt,
    BrandRegistered,
    Group,
    KnowHowMoved,
    Level,
    Mark,
    MarketingDone,
    Mechanism,
    ProjectKind,
    ProjectStatus,
    Rows,
    SellerStarted,
    WorksFinished,
)
from ecsim.rural.facilities import kept_share, serving
from ecsim.rural.logistics import PoolOffer
from ecsim.rural.programme.administration import FundTerms
from ecsim.rural.programme.facilities import Built, open_facilities
from ecsim.rural.programme.kinds import ProjectKinds, feeding
from ecsim.rural.programme.take_up import StationOffer
from ecsim.rural.readings import internet_level, online
from ecsim.rural.scenario import NOBODYS, ProjectType, Scenario
from ecsim.rural.world import FIRST_SHARED_PLACE, ONE, State, World

I64 = NDArray[np.int64]


def served_counties(world: World, project: int) -> NDArray[np.int64]:
    """Return the counties a project serves: its own, or all of its prefecture."""
    p, c = world.state.projects, world.state.counties
    if p.level[project] == Level.PREFECTURE:
        return np.flatnonzero(c.prefecture == p.prefecture[project])
    return np.array([int(p.county[project])])


def draw_keys_of_projects(state: State, projects: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what the luck of projects hangs on: kind, place and turn, so alike whoever plans them."""
    p = state.projects
    county, prefecture = p.county[projects], state.reviews.number[p.prefecture[projects]]
    place = np.where(county >= 0, state.counties.number[county], FIRST_SHARED_PLACE + prefecture)
    return (place * 256 + p.kind[projects]) * 1024 + p.turn[projects]


class Works(NamedTuple):
    """Finished works that feed one mechanism."""

    world: World
    terms: FundTerms
    project: I64
    cause: I64
    """The events that finished them."""
    of: list[ProjectType]
    """What the file says of the kind of each."""


def commission(world: World, scenario: Scenario, terms: FundTerms, finished: Rows[WorksFinished]) -> None:
    """Bring into service what finished projects built, mechanism by mechanism.

    Parameters
    ----------
    terms : numbers of money and works: what marketing and shop running add
    finished : works of this week, as they happened

    References
    ----------
    docs/model.md 4.10.
    """
    project = finished.event.project.astype(np.int64)
    kinds, kind = ProjectKinds.of(world.options), world.state.projects.kind[project].tolist()
    of = [scenario.projects[kinds.names[code]] for code in kind]
    _keep_access(world, scenario.policy.funds.exclusive_use, Works(world, terms, project, finished.seqs, of))
    own = [kinds.by_code[code].commission if code in kinds.by_code else None for code in kind]
    built: list[Built] = []
    for mechanism in Mechanism:
        rows = [row for row, each in enumerate(of) if own[row] is None and each.feeds == mechanism.name.lower()]
        if rows and mechanism in BEGINS:
            types = [of[row] for row in rows]
            BEGINS[mechanism](Works(world, terms, project[rows], finished.seqs[rows], types))
        elif rows:
            built += [Built(int(project[row]), int(finished.seqs[row]), of[row]) for row in rows]
    if built:
        open_facilities(world, built)
    for row, begin_own in enumerate(own):
        if begin_own is not None:
            begin_own(world, project[row : row + 1], finished.seqs[row : row + 1])


def _keep_access(world: World, share: float, works: Works) -> None:
    """Say which finished works their owners keep for themselves, in part or, where their plan says so, whole.

    Parameters
    ----------
    share : that all owners keep
    """
    shared = np.array([of.feeds not in NOBODYS for of in works.of], np.bool_)
    kept = np.where(world.state.projects.exclusive[works.project], ONE, round(ONE * share)) * shared
    some = np.flatnonzero(kept)
    if some.size:
        world.publish(AccessKept(project=works.project[some], kept=kept[some]), cause=works.cause[some])


def _begins_later(_: Works) -> None:
    """Nothing yet: what is built begins by a rule of its own (`begin_service`, `training.train`)."""


def _build_brands(works: Works) -> None:
    p, counties = works.world.state.projects, len(works.world.state.counties)
    projects = works.project
    shared = p.level[projects] == Level.PREFECTURE
    brand = np.where(shared, counties + p.prefecture[projects], p.county[projects])
    spent = (p.central_fen + p.local_fen + p.social_fen)[projects] * (p.quality[projects] / ONE)
    works.world.publish(BrandBuilt(brand=brand, spent_fen=np.rint(spent).astype(np.int64)), cause=works.cause)


def _market(works: Works) -> None:
    """Say how visible each county is that a project serves; the more it is so, the less one more project adds."""
    world, terms = works.world, works.terms
    visible = world.state.counties.visibility.astype(np.int64)
    county, visibility, why = [], [], []
    for project, seq in zip(works.project.tolist(), works.cause.tolist(), strict=True):
        served = served_counties(world, project)
        room = np.maximum(terms.highest_visibility - visible[served] / ONE, 0.0) / (terms.highest_visibility - 1.0)
        lift = terms.marketing_lift * int(world.state.projects.quality[project])
        lift *= 1.0 - float(kept_share(world.state, project))
        visible[served] += np.rint(lift * room).astype(np.int64)
        county.append(served)
        visibility.append(visible[served])
        why.append(np.full(len(served), seq))
    marketed = MarketingDone(county=np.concatenate(county), visibility=np.concatenate(visibility))
    world.publish(marketed, cause=np.concatenate(why))


def _show_how_to_list(works: Works) -> None:
    """Firms whose shops are run for them see how it is done: as many as a project has places for, as if taught."""
    world, terms = works.world, works.terms
    known = world.state.counties.know_how[:, Group.FIRMS] / ONE
    county, share, why = [], [], []
    for project, seq, of in zip(works.project.tolist(), works.cause.tolist(), works.of, strict=True):
        served = served_counties(world, project)
        firms = of.places * int(world.state.projects.quality[project]) / ONE / len(served)
        firms *= 1.0 - float(kept_share(world.state, project))
        known[served] = 1.0 - (1.0 - known[served]) * np.exp(-firms / terms.firms_shown)
        county.append(served)
        share.append(np.rint(ONE * known[served]).astype(np.int64))
        why.append(np.full(len(served), seq))
    shown = np.concatenate(county)
    group = np.full(len(shown), int(Group.FIRMS))
    world.publish(KnowHowMoved(county=shown, group=group, share=np.concatenate(share)), cause=np.concatenate(why))


def _open_demonstration_shops(works: Works) -> None:
    """A registered poor household opens a shop with all it takes: of the poor village with fewest shops for its poor.

    It grows what sells online at the highest value in a year; like any other it gives the shop up where that does not
    pay. One household of a row opens one, however many the row stands for.
    """
    state = works.world.state
    p, c = state.plots, state.crops
    showable, plots, causes = _Showable.of(works.world), list[int](), list[int]()
    for project, seq in zip(works.project.tolist(), works.cause.tolist(), strict=True):
        plot = showable.next_plot(state, int(state.projects.county[project]))
        if plot >= 0:
            plots.append(plot)
            causes.append(seq)
    if plots:
        gain = np.maximum(c.shop_gain_fen[p.crop[plots]], 0)
        started = SellerStarted(
            household=p.household[plots], plot=plots, shops=np.ones(len(plots), np.int64), expected_fen=gain
        )
        works.world.publish(started, cause=np.array(causes))


@dataclass
class _Showable:
    """Plots whose growers may open a demonstration shop, as shops open one after the other.

    Attributes
    ----------
    plots, value : of poor households on the internet without a shop, and what the harvest of a year sells for online
    sellers : shape (villages,), shops so far
    """

    plots: I64
    value: NDArray[np.float64]
    sellers: I64

    @classmethod
    def of(cls, world: World) -> _Showable:
        """Return all that may open a shop."""
        state = world.state
        p, h, c = state.plots, state.households, state.crops
        value = p.output_g * np.where(c.demand_g > 0, c.online_price_fen, 0)[p.crop].astype(np.float64)
        may = h.poor & (h.shops == 0) & online(state, internet_level(state, world.day))
        plots = np.flatnonzero((value > 0) & may[p.household])
        return cls(plots, value[plots].astype(np.float64), state.villages.sellers.astype(np.int64))

    def next_plot(self, state: State, county: int) -> int:
        """Take the plot whose grower opens the next demonstration shop of a county; return -1 if there is none."""
        h, v = state.households, state.villages
        who = state.plots.household[self.plots]
        rows = np.flatnonzero(h.county[who] == county)
        if not rows.size:
            return -1
        village = h.village[who[rows]]
        shops = self.sellers[village] / np.maximum(v.poor_households[village], 1)
        first = np.lexsort((self.plots[rows], -self.value[rows], shops, ~v.poor[village]))[0]
        plot, others = int(self.plots[rows[first]]), who != who[rows[first]]
        self.sellers[village[first]] += 1
        self.plots, self.value = self.plots[others], self.value[others]
        return plot


BEGINS: Mapping[Mechanism, Callable[[Works], None]] = {
    Mechanism.BRAND: _build_brands,
    Mechanism.VISIBILITY: _market,
    Mechanism.LISTING_SKILL: _show_how_to_list,
    Mechanism.DEMONSTRATION_SHOP: _open_demonstration_shops,
    Mechanism.STATIONS: _begins_later,
    Mechanism.TRAINING: _begins_later,
}
"""How works begin that open no facility; what these change is read where it acts. All others open one."""


def register_brands(world: World, users_needed: int) -> None:
    """A brand is registered once its project is finished, a standard is in force and enough dealers have joined it.

    References
    ----------
    docs/model.md 4.10.
    """
    state = world.state
    b, p, d, c = state.brands, state.projects, state.dealers, state.counties
    joined = d.alive & d.marks[:, Mark.REGIONAL_BRAND]
    for brand in np.flatnonzero((b.stock_fen > 0) & ~b.registered):
        counties = np.arange(len(c)) == brand if brand < len(c) else c.prefecture == brand - len(c)
        if not ((c.traceable > 0) | (serving(state, Mechanism.TESTING) > 0))[counties].any():
            continue
        own = p.county == brand if brand < len(c) else (p.county < 0) & (p.prefecture == brand - len(c))
        finished = own & (p.kind == ProjectKind.BRAND) & (p.status == ProjectStatus.FINISHED)
        users = int((joined & counties[state.crops.county[d.crop]]).sum())
        if finished.any() and users >= users_needed:
            world.publish(BrandRegistered(brand=[brand], users=[users]), cause=int(b.seq[brand]))


def begin_service(world: World, offers: StationOffer, pools: PoolOffer, types: Mapping[str, ProjectType]) -> None:
    """What finished works lead to: stations are offered, again where too few took one up, and joint delivery begins.

    After its last round of offers a project gives back what nobody took.

    Projects of different counties offer together; the next of a county sees which villages have a station by then.

    Parameters
    ----------
    types : kinds of projects of the scenario, those that its file adds too

    References
    ----------
    docs/model.md 4.8, 4.10.
    """
    p = world.state.projects
    finished = np.flatnonzero(
        (p.status == ProjectStatus.FINISHED) & (p.finished_day == world.day) & (p.done == 0) & (p.quantity > 0)
    )
    for projects in _different_counties(world.state, offers.due(world.state, world.day)):
        offers.offer(world, projects)
    offers.end(world)
    for project in finished[np.isin(p.kind[finished], feeding(types, world.options, Mechanism.JOINT_DELIVERY))]:
        kept = float(kept_share(world.state, project))
        pools.form(world, int(p.county[project]), int(p.seq[project]), kept)


def _different_counties(state: State, projects: I64) -> list[I64]:
    """Return projects in their order, cut wherever a county would come twice in a piece."""
    pieces: list[list[int]] = []
    seen: set[int] = set()
    for project in projects.tolist():
        county = int(state.projects.county[project])
        if not pieces or county in seen:
            pieces.append([])
            seen.clear()
        pieces[-1].append(project)
        seen.add(county)
    return [np.array(piece, np.int64) for piece in pieces]
