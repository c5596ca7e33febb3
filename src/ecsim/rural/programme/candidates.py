"""Projects that a plan could hold, and what a chooser expects of them (docs/model.md 4.10).

A candidate is one unit of one kind of project in a place. Its benefit is counted in targets met, from what planners
can know at the time, never from outcomes of the run; choosers see it with error.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Category, Level, ProjectKind
from ecsim.rural.programme.kinds import Options, ProjectKinds
from ecsim.rural.programme.needs import NEEDS, covered_worth
from ecsim.rural.programme.notice import Target
from ecsim.rural.scenario import LEAST_YUAN, MOST_UNITS, ONE_A_PLACE, ONE_SERVES_ALL, ProjectType
from ecsim.rural.world import FIRST_SHARED_PLACE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws
    from ecsim.rural.world import State

F64 = NDArray[np.float64]
Need = Callable[["State", int], float]
OWN_KINDS = ProjectKinds()
OF_PREFECTURES = ("brands",)
"""Units of targets that one project meets for all counties of its prefecture (annex 2)."""
NEW, ANY_IDLE = -1, -2
"""In place of a building that stands idle: what a project is housed in is built with it, or whichever there is."""
CATEGORY = {category.name.lower(): category for category in Category}


@dataclass(frozen=True)
class PlanningTerms:
    """Numbers of plans; units in ``parameters/planning.toml``."""

    stations_a_batch: int
    persons_a_batch: int
    need_curvature: float
    need_worth: float
    shared_cost: int
    reuse_cost: float
    fit_out: float
    rent_share: float
    assets_known: float
    evidence: float
    database_clarity: float


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
    uses : what its money is spent on besides what its kind says
    building : that stands idle and is fitted out for it, a row of the state's; `NEW`, or `ANY_IDLE` until one is found
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
    uses: tuple[str, ...] = ()
    building: int = NEW

    @property
    def anew(self) -> bool:
        """Whether a building is put up for it, if it needs one."""
        return self.building == NEW


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

    @cached_property
    def key(self) -> tuple[int, int, int]:
        """What it is, whoever chooses it: kind, place, turn."""
        place = self.county if self.county >= 0 else FIRST_SHARED_PLACE + self.prefecture
        return int(self.kind), place, self.turn


@dataclass(frozen=True)
class NeedOfKind:
    """What counties need a kind of project for, and what planners expect units of it to bring.

    Attributes
    ----------
    amount : shape (counties,), in units of the need
    covers : units of need that one unit of the kind covers
    full_need, curvature : see `ecsim.rural.programme.needs.covered_worth`
    beside_targets : what covering a need counts for beside a target that is met
    targets : of the table, that units work towards
    """

    amount: F64
    covers: float
    full_need: float
    curvature: float
    beside_targets: float
    targets: tuple[Target, ...]

    @classmethod
    def of(
        cls, state: State, kind: int, kind_type: ProjectType, terms: PlanningTerms, table: Sequence[Target],
        need_of: Need | None = None,
    ) -> NeedOfKind:  # fmt: skip
        """Return the need of every county.

        Parameters
        ----------
        kind_type : what `configs/projects.toml` says of the kind
        table : the programme's targets
        need_of : that of a kind of an extension, in place of the file's
        """
        by_file = NEEDS[kind_type.need](state)
        amount = np.array([need_of(state, c) for c in range(len(by_file))]) if need_of else by_file
        of_a_project = {ProjectKind.STATIONS: terms.stations_a_batch, ProjectKind.TRAINING: terms.persons_a_batch}
        covers = float(of_a_project.get(kind, kind_type.covers))  # type: ignore[call-overload]  # an int is one, too
        targets = tuple(target for target in table if target.name in kind_type.targets)
        need, full_need = kind_type.need_share * amount, kind_type.full_need
        return cls(need, covers, full_need, terms.need_curvature, terms.need_worth, targets)

    def units(self, county: int) -> int:
        """Return how many units cover the whole need of a county and meet its targets."""
        whole = max([float(self.amount[county]), *self._wanted(county)])
        return math.ceil(whole / self.covers - 1e-9)

    def _wanted(self, county: int) -> list[float]:
        """Return the need whose covering meets each target: a share of it, persons, or else projects of the kind."""
        a_unit = {"share": float(self.amount[county]), "person-times": 1.0}
        return [target.value * a_unit.get(target.unit, self.covers) for target in self.targets]

    def gain(self, county: int, turn: int, *, shared_targets: bool = True) -> float:
        """Return what one more unit is expected to bring, in targets of the table; later units bring less.

        Parameters
        ----------
        turn : units before it
        shared_targets : whether it works towards targets that one unit meets for a whole prefecture

        References
        ----------
        docs/model.md 4.10.
        """
        need, before, after = float(self.amount[county]), turn * self.covers, (turn + 1) * self.covers
        worth = covered_worth(after, need, self.full_need, self.curvature)
        worth -= covered_worth(before, need, self.full_need, self.curvature)
        return self.beside_targets * worth + sum(
            (min(after, wanted) - min(before, wanted)) / wanted
            for target, wanted in zip(self.targets, self._wanted(county), strict=True)
            if wanted > 0.0 and (shared_targets or target.unit not in OF_PREFECTURES)
        )


def candidates(
    state: State, types: Mapping[str, ProjectType], terms: PlanningTerms, table: Sequence[Target], *,
    station_yuan: float, shared: bool, of: int | None = None, options: Options | None = None,
) -> list[Candidate]:  # fmt: skip
    """Return every unit that could be built, county by county.

    Where all villages have refused stations in the last round of offers, no more of them could be.

    Parameters
    ----------
    table : the programme's targets
    station_yuan : capital cost of a station
    shared : whether those of whole prefectures are among them
    of : the prefecture whose units are wanted; by default those of all
    options : of the model and its extensions, for kinds of projects that they and files add
    """
    units, kinds = [], ProjectKinds.of(options or {})
    prefecture = state.counties.prefecture
    counties = np.flatnonzero((prefecture == of) | (of is None)).tolist()
    refusing = set(state.projects.county[state.projects.untaken > 0].tolist())
    for name, kind_type in types.items():
        kind = kinds.code(name)
        own_need = kinds.by_code[kind].need if kind in kinds.by_code else None
        need = NeedOfKind.of(state, kind, kind_type, terms, table, own_need)
        central = _central_fen(kind, kind_type, terms, station_yuan)
        most = 1 if kind_type.feeds in ONE_A_PLACE else MOST_UNITS
        if kind_type.scope != "prefecture":
            units += [
                _unit(
                    kind,
                    kind_type,
                    county,
                    int(prefecture[county]),
                    turn,
                    central,
                    need.gain(county, turn, shared_targets=not (shared and kind_type.scope == "either")),
                    quantity_of(kind, terms),
                )
                for county in counties
                if kind != ProjectKind.STATIONS or county not in refusing
                for turn in range(min(need.units(county), kind_type.most_a_county, most))
            ]
        if shared and kind_type.scope != "county":
            units += [_shared(state, kind, kind_type, terms, p, central, need) for p in np.unique(prefecture[counties])]
    return _cheaper_of_each(units, {kinds.code(name) for name, kind in types.items() if kind.feeds in ONE_SERVES_ALL})


def _cheaper_of_each(units: Sequence[Candidate], whole: Set[int]) -> list[Candidate]:
    """Return units without the dearer of a shared one and all counties' own, of kinds of which one serves all.

    Parameters
    ----------
    whole : those kinds
    """
    own_fen: Counter[tuple[int, int]] = Counter()
    for unit in units:
        own_fen[unit.kind, unit.prefecture] += unit.central_fen * (unit.county >= 0)
    shares = {
        (unit.kind, unit.prefecture)
        for unit in units
        if unit.county < 0 and unit.kind in whole and unit.central_fen < own_fen[unit.kind, unit.prefecture]
    }
    return [
        unit
        for unit in units
        if unit.kind not in whole or (unit.county < 0) == ((unit.kind, unit.prefecture) in shares)
    ]


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
    need: NeedOfKind,
) -> Candidate:  # fmt: skip
    """Return one asset for all counties of a prefecture: it serves them all.

    What counties have too costs as much as a few counties' own; what only a prefecture has costs what its file says.
    """
    members = np.flatnonzero(state.counties.prefecture == prefecture)
    gain = sum(need.gain(int(county), 0) for county in members)
    unit = _unit(kind, kind_type, -1, int(prefecture), 0, central, float(gain), quantity_of(kind, terms))
    times = 1 if kind_type.scope == "prefecture" else min(terms.shared_cost, len(members))
    return replace(
        unit,
        central_fen=times * unit.central_fen,
        local_fen=times * unit.local_fen,
        social_fen=times * unit.social_fen,
    )


def perceived_benefit(
    candidate: Candidate, draws: Draws, noise: float, bias: float, favoured: int, number: Callable[[int], int] = int
) -> float:
    """Return the benefit of a unit as a chooser sees it: its expected benefit with log-normal error and a tilt.

    Parameters
    ----------
    noise : sd of the log of the error; its mean is one
    bias : added to the log for the favoured county
    favoured : a county, or -1
    number : what the luck of a place hangs on, by the place of a candidate's key

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
    luck = float(draws.normal("seen_gain", kind, [number(place)])[0])
    tilt = bias if candidate.county == favoured else 0.0
    return candidate.gain * float(np.exp(noise * luck - 0.5 * noise * noise + tilt))


def perceived_benefits(
    candidates: Sequence[Candidate], draws: Draws, noise: float, bias: float, favoured: int,
    number: Callable[[int], int] = int,
) -> dict[tuple[int, int, int], float]:  # fmt: skip
    """Return every candidate's benefit as one chooser sees it, by the candidate's key; see `perceived_benefit`.

    Parameters
    ----------
    noise, bias, favoured : of the chooser
    number : what the luck of a place hangs on
    """
    return {c.key: perceived_benefit(c, draws, noise, bias, favoured, number) for c in candidates}
