"""Projects that a plan could hold, and what a chooser expects of them (docs/model.md 4.10).

A candidate is one unit of one kind of project in a place. Its benefit is counted in targets met, from what planners
can know at the time, never from outcomes of the run; choosers see it with error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Category, Level, ProjectKind
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.scenario import LEAST_YUAN, ProjectType
from ecsim.rural.units import FIRST_SHARED_PLACE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws
    from ecsim.rural.state import State

F64 = NDArray[np.float64]
Need = Callable[["State", int], float]
OWN_KINDS = ProjectKinds()
CATEGORY = {category.name.lower(): category for category in Category}


@dataclass(frozen=True)
class PlanningTerms:
    """Numbers of plans; units in ``parameters/planning.toml``."""

    stations_a_batch: int
    persons_a_batch: int
    after_target: float
    station_targets: float
    largest_need: float
    shared_cost: int
    spoilable_days: int
    reuse_cost: float
    assets_known: float
    evidence: float


@dataclass(frozen=True)
class PlannedTerms:
    """What a plan says of a project beyond kind, place and money; a strategy's own plan says nothing.

    Attributes
    ----------
    design : of stations, a row of the scenario's designs; -1: the policy's
    sites : villages that stations are for, in their order; those that are not named are chosen by the policy's rule
    township : that a transfer point is for; -1: the most populous without one
    start_day : no contract before it
    package : tendered together with others of its number; -1: by itself
    cooperative, enterprise : that gets what is built, or -1
    reuses : whether it brings into service what an earlier programme built there
    exclusive : whether who gets it keeps it for itself alone
    """

    design: int = -1
    sites: tuple[int, ...] = ()
    township: int = -1
    start_day: int = 0
    package: int = -1
    cooperative: int = -1
    enterprise: int = -1
    reuses: bool = False
    exclusive: bool = False


NO_TERMS = PlannedTerms()


@dataclass(frozen=True)
class Candidate:
    """One unit of one kind of project in one county, or shared by a prefecture (county -1)."""

    kind: int
    """A code of `ecsim.rural.programme.kinds.ProjectKinds`."""
    category: Category
    county: int
    prefecture: int
    turn: int
    """The how-manieth of its kind there, from 0."""
    central_fen: int
    local_fen: int
    social_fen: int
    lead_weeks: int
    gain: float
    """What it is expected to bring, in units of one target met in one county."""
    quantity: int = 1
    """Stations or person-times of a project that is for several; else 1."""
    terms: PlannedTerms = NO_TERMS
    """What a plan says of it beyond kind, place and money."""

    @property
    def level(self) -> Level:
        """Who owns it."""
        return Level.COUNTY if self.county >= 0 else Level.PREFECTURE

    @property
    def key(self) -> tuple[int, int, int]:
        """What it is, whoever chooses it: kind, place, turn."""
        place = self.county if self.county >= 0 else FIRST_SHARED_PLACE + self.prefecture
        return int(self.kind), place, self.turn


def candidates(
    state: State, types: dict[str, ProjectType], terms: PlanningTerms, *, station_yuan: float, shared: bool,
    of: int | None = None, kinds: ProjectKinds = OWN_KINDS,
) -> list[Candidate]:  # fmt: skip
    """Return every unit that could be built, county by county.

    Parameters
    ----------
    station_yuan : capital cost of a station
    shared : whether those of whole prefectures are among them
    of : the prefecture whose units are wanted; by default those of all
    kinds : kinds of projects that there are, those of extensions included
    """
    units = []
    prefecture = state.counties.prefecture
    counties = np.flatnonzero((prefecture == of) | (of is None)).tolist()
    for name, kind_type in types.items():
        kind = kinds.code(name)
        need = kinds.by_code[kind].need if kind in kinds.by_code else None
        central = _central_fen(kind, kind_type, terms, station_yuan)
        for county in counties:
            units += [
                _unit(
                    kind,
                    kind_type,
                    county,
                    int(prefecture[county]),
                    turn,
                    central,
                    expected_benefit(state, kind, kind_type, terms, county, turn, need),
                    quantity_of(kind, terms),
                )
                for turn in range(units_needed(state, kind, kind_type, terms, county))
            ]
        if shared and kind_type.scope == "either":
            units += [_shared(state, kind, kind_type, terms, p, central, need) for p in np.unique(prefecture[counties])]
    return units


def units_needed(state: State, kind: int, kind_type: ProjectType, terms: PlanningTerms, county: int) -> int:
    """Return how many units of a kind a county can use.

    Parameters
    ----------
    kind_type : what `configs/projects.toml` says of the kind
    county : its row
    """
    if kind == ProjectKind.TOWNSHIP_POINTS:
        return min(kind_type.most_a_county, int((state.townships.county == county).sum()))
    if kind == ProjectKind.STATIONS:
        return min(kind_type.most_a_county, -(-int(state.counties.villages[county]) // terms.stations_a_batch))
    return kind_type.most_a_county


def expected_benefit(
    state: State, kind: int, kind_type: ProjectType, terms: PlanningTerms, county: int, turn: int,
    need_of: Need | None = None,
) -> float:  # fmt: skip
    """Return the gain of one more unit, in targets of the table; later units of a kind gain less.

    Notes
    -----
    What the target table counts is worth its part of the target until that is met, and little after. What serves
    trade is worth the county's need over ``full_need`` (data, see ``configs/projects.toml``), at most ``largest_need``,
    and falls as 1/(1 + turn). It is what planners can know of a county; no outcome of the run enters. Of a kind that an
    extension adds, ``need_of`` tells the need.
    """
    c = state.counties
    if kind in (ProjectKind.SERVICE_CENTRE, ProjectKind.DISTRIBUTION_CENTRE):
        return 1.0
    if kind == ProjectKind.TRAINING:
        return (1.0 if turn < kind_type.full_need else terms.after_target) / kind_type.full_need
    if kind == ProjectKind.STATIONS:
        villages = max(float(c.villages[county]), float(c.poor_villages[county]))
        wanted = kind_type.full_need * villages / terms.stations_a_batch
        within = float(np.clip(wanted - turn, 0.0, 1.0))
        return (terms.station_targets * within + terms.after_target * (1.0 - within)) / max(wanted, 1.0)
    need = need_of(state, county) if need_of else _need(state, kind, terms, county)
    return min(need / kind_type.full_need, terms.largest_need) / (1.0 + turn)


def _need(state: State, kind: int, terms: PlanningTerms, county: int) -> float:
    """Return what a county needs of a kind that serves trade, in the unit of its table."""
    orders = _tonnes(state, county, state.crops.demand_g)
    return {
        ProjectKind.JOINT_DELIVERY: float(state.counties.households[county]),
        ProjectKind.TOWNSHIP_POINTS: 1.0,
        ProjectKind.COLD_STORE: _spoilable_t(state, terms, county),
        ProjectKind.PACKING_LINE: orders,
        ProjectKind.TRACEABILITY: 1.0,
        ProjectKind.BRAND: 1.0,
        ProjectKind.MARKETING: orders,
    }[ProjectKind(kind)]


def _spoilable_t(state: State, terms: PlanningTerms, county: int) -> float:
    return _tonnes(state, county, state.crops.output_g * (state.crops.shelf_days <= terms.spoilable_days))


def _tonnes(state: State, county: int, grams: NDArray[np.int64]) -> float:
    return float(grams[state.crops.county == county].sum()) / 1e6


def _central_fen(kind: int, kind_type: ProjectType, terms: PlanningTerms, station_yuan: float) -> int:
    """Return what central money pays of a unit; of stations no more than its part of what they cost."""
    yuan = kind_type.central_yuan
    if kind == ProjectKind.STATIONS:
        funders = 1.0 + kind_type.local_share + kind_type.social_share
        yuan = min(yuan, max(terms.stations_a_batch * station_yuan / funders, LEAST_YUAN))
    return round(100 * yuan)


def quantity_of(kind: int, terms: PlanningTerms) -> int:
    """Return how many stations or person-times a project of a strategy's plan is for; of other kinds 1."""
    of_several = {int(ProjectKind.STATIONS): terms.stations_a_batch, int(ProjectKind.TRAINING): terms.persons_a_batch}
    return of_several.get(kind, 1)


def _unit(
    kind: int, kind_type: ProjectType, county: int, prefecture: int, turn: int, central: int, gain: float, quantity: int
) -> Candidate:  # fmt: skip
    return Candidate(
        kind=kind,
        category=CATEGORY[kind_type.category],
        county=county,
        prefecture=prefecture,
        turn=turn,
        central_fen=central,
        local_fen=round(kind_type.local_share * central),
        social_fen=round(kind_type.social_share * central),
        lead_weeks=kind_type.lead_weeks,
        gain=gain,
        quantity=quantity,
    )


def _shared(
    state: State, kind: int, kind_type: ProjectType, terms: PlanningTerms, prefecture: int, central: int,
    need: Need | None,
) -> Candidate:  # fmt: skip
    """Return one asset for all counties of a prefecture: as dear as a few counties' own, it serves them all."""
    members = np.flatnonzero(state.counties.prefecture == prefecture)
    gain = sum(expected_benefit(state, kind, kind_type, terms, int(county), 0, need) for county in members)
    unit = _unit(kind, kind_type, -1, int(prefecture), 0, central, float(gain), quantity_of(kind, terms))
    times = min(terms.shared_cost, len(members))
    return Candidate(
        **{
            **unit.__dict__,
            "central_fen": times * unit.central_fen,
            "local_fen": times * unit.local_fen,
            "social_fen": times * unit.social_fen,
        }
    )


def perceived_benefit(candidate: Candidate, draws: Draws, noise: float, bias: float, favoured: int) -> float:
    """Return the benefit of a unit as a chooser sees it: its expected benefit with log-normal error and a tilt.

    Parameters
    ----------
    noise : sd of the log of the error; its mean is one
    bias : added to the log for the favoured county
    favoured : a county, or -1

    Returns
    -------
    in targets of the table

    Notes
    -----
    One misjudges a kind of project in a place, not each unit of it anew.

    References
    ----------
    docs/model.md 4.10: seen gain = true gain·exp(σ·z + b·1{favoured county} − σ²/2).
    """
    kind, place, _ = candidate.key
    luck = float(draws.normal("seen_gain", kind, [place])[0])
    tilt = bias if candidate.county == favoured else 0.0
    return candidate.gain * float(np.exp(noise * luck - 0.5 * noise * noise + tilt))


def perceived_benefits(
    candidates: Sequence[Candidate], draws: Draws, noise: float, bias: float, favoured: int
) -> dict[tuple[int, int, int], float]:
    """Return every candidate's benefit as one chooser sees it, by the candidate's key; see `perceived_benefit`.

    Parameters
    ----------
    noise, bias, favoured : of the chooser
    """
    return {c.key: perceived_benefit(c, draws, noise, bias, favoured) for c in candidates}
