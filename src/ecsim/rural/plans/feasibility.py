"""Whether offices and budgets could carry a plan: when desks clear it, and whether local and social money suffice.

Told without a run, from the capacity of offices and the shares of budgets alone; whoever checks a plan sees it beside
the verdict of the rule book. Nothing here is a breach: works wait, and are late.

References
----------
docs/model.md 4.10: a plan clears in about ``Σs·L/C · max(α, 1/w)`` weeks, by the study of offices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Funder, ReportKind
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.offices import MILLE
from ecsim.rural.programme.payments import OWN, budget_fen
from ecsim.rural.programme.procurement import desk_work, office_of, usual_weeks, weights
from ecsim.rural.world import World

I64 = NDArray[np.int64]
YUAN_A_MILLION = 1e8
"""Fen of a million yuan."""
WORDS = {Funder.LOCAL: "local money", Funder.SOCIAL: "social capital"}


@dataclass(frozen=True)
class BudgetShortfall:
    """Money of a place's own that its plan promises beyond what its budget gives in the first year, fen."""

    funder: Funder
    promised_fen: int
    given_fen: int

    def __str__(self) -> str:
        promised, given, short = (
            f"{fen / YUAN_A_MILLION:,.2f}"
            for fen in (self.promised_fen, self.given_fen, self.promised_fen - self.given_fen)
        )
        return f"{WORDS[self.funder]} {given} of {promised} million yuan in the first year, {short} may be short"


@dataclass(frozen=True)
class PlaceLoad:
    """What a plan is to the office and the budgets of one place.

    Attributes
    ----------
    desk_weeks : desk work of its projects, project-weeks
    capacity : project-weeks a week
    clears_weeks : from the first contract until all are open, if plan and office keep to the usual
    clears_on : the day of that
    evaluation : day of the province's, if it comes before that
    short : money of its own that may be missing
    """

    name: str
    projects: int
    desk_weeks: float
    capacity: float
    clears_weeks: int
    clears_on: dt.date
    evaluation: dt.date | None
    short: tuple[BudgetShortfall, ...]

    def __str__(self) -> str:
        late = f", after the provincial evaluation of {self.evaluation}" if self.evaluation else ""
        desks = (
            f"{self.name}: {self.projects:,} projects, {self.desk_weeks:,.1f} project-weeks of desk work at "
            f"{self.capacity:.1f} a week: clears in {self.clears_weeks} weeks, about {self.clears_on}{late}"
        )
        return "; ".join([desks, *map(str, self.short)])


def loads(world: World, office: FundAdministration, names: tuple[list[str], list[str]]) -> Iterator[PlaceLoad]:
    """Yield what the approved projects of a world are to each office that has some.

    Works for all counties of a prefecture are before the office of its seat.

    Parameters
    ----------
    world : in which plans were approved, and nothing else has happened
    names : of counties, and of prefectures, whose offices they are where each has one for all its counties
    """
    state = world.state
    projects = np.arange(state.count("projects"))
    if not projects.size:
        return
    weeks = usual_weeks(state, office, ProjectKinds.of(world.options), projects)
    weight = weights(state, office.works.size_exponent)[projects]
    desks, place = office.desks(state, world.draws), office_of(state, office, projects)
    work = np.bincount(place, desk_work(weight, weeks, office.works.desk_share), len(desks))
    slots = np.bincount(place, weight * weeks, len(desks))
    clears = np.ceil(np.maximum(work / desks.capacity, slots / desks.slots)).astype(np.int64)
    first = office.plan_day + dt.timedelta(days=max(office.lag_days, 7 * office.governance.review_weeks))
    for row in np.unique(place).tolist():
        own = place == row
        starts = np.maximum(state.projects.start_day[projects[own]], (first - office.scenario.start).days)
        by_dates = office.scenario.start + dt.timedelta(days=int((starts + np.ceil(7.0 * weeks[own])).max()))
        clears_on = max(first + dt.timedelta(weeks=int(clears[row])), by_dates)
        yield PlaceLoad(
            name=names[office.one_office][row], projects=int(own.sum()), desk_weeks=float(work[row]) / MILLE,
            capacity=float(desks.capacity[row]) / MILLE, clears_weeks=-(-(clears_on - first).days // 7),
            clears_on=clears_on, evaluation=_passed(office, clears_on),
            short=tuple(_shortfalls(world, office, projects[own])),
        )  # fmt: skip


def _passed(office: FundAdministration, clears_on: dt.date) -> dt.date | None:
    """Return the day of the provincial evaluation, if a plan is not built by then."""
    dates = [r.date for r in office.programme.reports if r.code == ReportKind.PROVINCIAL_EVALUATION and r.date]
    return next((date for date in dates if date < clears_on), None)


def _shortfalls(world: World, office: FundAdministration, projects: I64) -> Iterator[BudgetShortfall]:
    """Yield what budgets give too little of in the first year, as `payments.appropriate` has them."""
    promised = budget_fen(world.state, projects).sum(axis=0)
    for funder, share in zip(OWN, (office.terms.local_budget, office.terms.social_budget), strict=True):
        given = round(share * int(promised[funder]))
        if given < promised[funder]:
            yield BudgetShortfall(funder, int(promised[funder]), given)
