"""Complaints: about the service, and on disclosure; two streams that are never added up (docs/model.md 4.12).

Counts are Poisson in what there is to complain about. On the service: late parcels, damage, stations that are idle or
closed. On disclosure: what was not published in time, late works, works done and not paid, counties that get less than
their need, idle assets, and service complaints that are passed on; all in the part that disclosure does not prevent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    Area,
    DisclosureCause,
    DisclosureComplained,
    Group,
    InformationPublished,
    ProjectKind,
    ProjectStatus,
    ServiceCause,
    ServiceComplained,
    StationStatus,
)
from ecsim.rural.facilities import area_share
from ecsim.rural.programme.administration import FundTerms
from ecsim.rural.programme.commissioning import draw_keys_of_projects
from ecsim.rural.programme.payments import owed_fen
from ecsim.rural.readings import know_how, needs
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class QualityTerms:
    """Numbers of complaints; units in ``parameters/quality.toml``."""

    late_rate: float
    damage_rate: float
    trained_care: float
    idle_rate: float
    closed_rate: float
    escalation: float
    response: float
    late_publication: float
    trained_publication: float
    undisclosed_rate: float
    project_rate: float
    unpaid_rate: float
    favouritism_rate: float
    favouritism_borne: float
    idle_asset_rate: float
    disclosure: float
    trained_disclosure: float

    def kept(self, state: State, overdue: I64) -> F64:
        """Return the share of reports that disclosure and answers do not prevent, shape (counties,).

        Parameters
        ----------
        overdue : counties' projects of which something is to be public and is not; where it is, nothing is prevented
        """
        p, counties = state.projects, len(state.counties)
        told = np.bincount(p.county[overdue], minlength=counties)
        planned = np.bincount(p.county[(p.status > ProjectStatus.ABSENT) & (p.county >= 0)], minlength=counties)
        public = 1.0 - told / np.maximum(planned, 1)
        trained = self.trained_disclosure * know_how(state, Group.OFFICIALS)
        return np.asarray((1.0 - self.disclosure * public) * (1.0 - trained), np.float64)


def complain(world: World, terms: QualityTerms, funds: FundTerms, disclosure_days: float) -> None:
    """Four weeks of complaints, Poisson in what there is to complain about.

    Parameters
    ----------
    disclosure_days : within which the course of a project is to be published

    References
    ----------
    docs/model.md 4.12.
    """
    publish_information(world, terms, disclosure_days)
    shut = _stations_by_county(world.state)
    service = _complain_of_service(world, terms, shut)
    overdue = undisclosed(world.state)
    overdue = overdue[step_days(world.state, overdue) + disclosure_days < world.day]
    kept = terms.kept(world.state, overdue)
    _report_projects(world, terms, funds, overdue, kept)
    _report_counties(world, terms, shut, service, kept)


def publish_information(world: World, terms: QualityTerms, disclosure_days: float) -> None:
    """Counties publish how far their projects have come: each month all but a share of what is not public yet."""
    state = world.state
    p = state.projects
    due = undisclosed(state)
    know = know_how(state, Group.OFFICIALS)
    late = terms.late_publication * (1.0 - terms.trained_publication * know[p.county[due]])
    keys = draw_keys_of_projects(state, due) * 8 + p.status[due]
    out = due[world.draws.uniform("publish_information", world.week, keys) >= late]
    if not out.size:
        return
    late_days = np.maximum(world.day - step_days(state, out) - np.rint(disclosure_days).astype(np.int64), 0)
    world.publish(InformationPublished(project=out, stage=p.status[out], late_days=late_days), cause=p.seq[out])


def step_days(state: State, projects: I64) -> I64:
    """Return the day on which each project came as far as it is, shape (projects,).

    What was given up or recalled counts from the step before.
    """
    p = state.projects
    status = p.status[projects]
    finished = np.where(status == ProjectStatus.FINISHED, p.finished_day[projects], 0)
    return np.maximum(np.maximum(p.approved_day[projects], p.awarded_day[projects]), finished).astype(np.int64)


def undisclosed(state: State) -> I64:
    """Return counties' projects that have come farther than was published."""
    p = state.projects
    return np.flatnonzero((p.status > p.published) & (p.county >= 0))


@dataclass(frozen=True)
class _Stations:
    """Public stations that do not serve, by county, and the event behind one of them; shape (counties,) each."""

    idle: I64
    closed: I64
    """Villages whose last station has closed."""
    never_opened: I64
    """Paid for in projects that are finished, and never opened."""
    seq: I64
    """What shut one of them, or the county's opening if none is."""


def _stations_by_county(state: State) -> _Stations:
    s, p, counties = state.stations, state.projects, len(state.counties)
    last = state.villages.station[state.villages.station >= 0]
    idle = last[s.status[last] == StationStatus.IDLE]
    closed = last[s.status[last] == StationStatus.CLOSED]
    built = np.flatnonzero((p.kind == ProjectKind.STATIONS) & (p.status == ProjectStatus.FINISHED))
    lacking = built[p.done[built] < p.quantity[built]]
    seq = state.counties.opened_seq.copy()
    seq[p.county[lacking]] = p.seq[lacking]
    for rows in (closed, idle):
        seq[state.villages.county[s.village[rows]]] = s.status_seq[rows]

    def by_county(rows: NDArray[np.int32]) -> I64:
        return np.bincount(state.villages.county[s.village[rows]], minlength=counties)

    never = np.bincount(p.county[lacking], p.quantity[lacking] - p.done[lacking], counties).astype(np.int64)
    return _Stations(by_county(idle), by_county(closed), never, seq)


def _complain_of_service(world: World, terms: QualityTerms, shut: _Stations) -> I64:
    """Complain of late parcels, damage and stations that do not serve; return complaints, shape (counties,)."""
    c = world.state.counties
    months = max(1, world.week // 4)
    care = 1.0 - terms.trained_care * know_how(world.state, Group.STATION_STAFF)
    means = {
        ServiceCause.LATE_PARCEL: terms.late_rate * c.late_parcels / months,
        ServiceCause.DAMAGED_GOODS: terms.damage_rate * care * c.delivered_parcels / months,
        ServiceCause.IDLE_STATION: terms.idle_rate * shut.idle,
        ServiceCause.CLOSED_STATION: terms.closed_rate * shut.closed,
    }
    why = {
        ServiceCause.LATE_PARCEL: c.late_seq,
        ServiceCause.DAMAGED_GOODS: c.delivered_seq,
        ServiceCause.IDLE_STATION: shut.seq,
        ServiceCause.CLOSED_STATION: shut.seq,
    }
    count = np.stack(
        [world.draws.poisson(f"complain_{cause.name}", world.week, c.number, mean) for cause, mean in means.items()]
    )
    cause, county = np.nonzero(count)
    world.publish(
        ServiceComplained(
            county=county,
            cause_code=np.array([int(code) for code in means])[cause],
            complaints=count[cause, county],
            station=np.full(len(county), -1),
        ),
        cause=np.stack([why[code] for code in means])[cause, county],
    )
    return np.asarray(count.sum(axis=0), np.int64)


def _report_projects(world: World, terms: QualityTerms, funds: FundTerms, overdue: I64, kept: F64) -> None:
    """Report projects one by one: not published in time, late, done and not paid in full."""
    state, day = world.state, world.day
    p = state.projects
    counties_own = p.county >= 0
    under_way = (p.status == ProjectStatus.CONTRACTED) & counties_own
    not_accepted = under_way & (p.ready_day <= day) & (p.desk_left <= 0)
    unpaid = not_accepted | (owed_fen(state, funds, day, np.arange(len(p.kind))) > 0) & counties_own
    rates = {
        DisclosureCause.UNDISCLOSED_PROJECT: (overdue, terms.undisclosed_rate),
        DisclosureCause.LATE_PROJECT: (np.flatnonzero(under_way & (p.due_day < day)), terms.project_rate),
        DisclosureCause.UNPAID_SUPPLIER: (np.flatnonzero(unpaid), terms.unpaid_rate),
    }
    reported: list[tuple[I64, I64, I64]] = []
    for reason, (projects, rate) in rates.items():
        keys = draw_keys_of_projects(state, projects)
        count = world.draws.poisson(f"report_{reason.name}", world.week, keys, kept[p.county[projects]] * rate)
        rows = np.flatnonzero(count)
        reported.append((np.full(len(rows), int(reason)), count[rows], projects[rows]))
    reason_code, complaints, project = (np.concatenate(column) for column in zip(*reported, strict=True))
    world.publish(
        DisclosureComplained(
            county=p.county[project], cause_code=reason_code, complaints=complaints, project=project
        ),
        cause=p.seq[project],
    )  # fmt: skip


def _report_counties(world: World, terms: QualityTerms, shut: _Stations, service: I64, kept: F64) -> None:
    """Report what is of a county: that others are favoured, idle assets, service complaints that nobody settled."""
    state = world.state
    below, awarded = _below_need(state)
    passed_on = terms.escalation * (1.0 - terms.response * area_share(state, Area.GOVERNMENT)) * service
    reasons: Mapping[DisclosureCause, tuple[NDArray[np.floating[Any]], I64]] = {
        DisclosureCause.FAVOURITISM: (
            terms.favouritism_rate * np.maximum(below - terms.favouritism_borne, 0.0), awarded,
        ),
        DisclosureCause.IDLE_ASSET: (terms.idle_asset_rate * (shut.idle + shut.closed + shut.never_opened), shut.seq),
        DisclosureCause.SERVICE_ESCALATED: (passed_on, state.counties.complaint_seq),
    }  # fmt: skip
    count = np.stack(
        [
            world.draws.poisson(f"report_{reason.name}", world.week, state.counties.number, kept * mean)
            for reason, (mean, _) in reasons.items()
        ]
    )
    reason_row, county = np.nonzero(count)
    world.publish(
        DisclosureComplained(
            county=county,
            cause_code=np.array([int(reason) for reason in reasons])[reason_row],
            complaints=count[reason_row, county],
            project=np.full(len(county), -1),
        ),
        cause=np.stack([why for _, why in reasons.values()])[reason_row, county],
    )


def _below_need(state: State) -> tuple[F64, I64]:
    """Return how far counties' projects stay below their need, and the last event of a project of their prefecture.

    Returns
    -------
    Share of the central money that the county would have if its prefecture placed it by need, 0 where it gets that
    much or no works of the prefecture go on; shape (counties,). The event is the county's opening where there is none.
    """
    p, c = state.projects, state.counties
    in_plan = (p.status > ProjectStatus.ABSENT) & (p.status <= ProjectStatus.FINISHED)
    prefectures, own = state.prefecture_count, np.flatnonzero(in_plan & (p.county >= 0))
    money = np.bincount(p.county[own], p.central_fen[own] - p.returned_fen[own], len(c))
    need = needs(state)
    placed = np.bincount(c.prefecture, money, prefectures)[c.prefecture]
    due = placed * need / np.bincount(c.prefecture, need, prefectures)[c.prefecture]
    going_on = np.bincount(p.prefecture[own], p.status[own] < ProjectStatus.FINISHED, prefectures)[c.prefecture] > 0
    below = 1.0 - np.divide(money, due, out=np.ones(len(c)), where=due > 0)
    last = np.full(prefectures, -1, np.int64)
    np.maximum.at(last, p.prefecture[own], p.seq[own])
    seq = np.where(last[c.prefecture] >= 0, last[c.prefecture], c.opened_seq)
    return np.where(going_on, np.maximum(below, 0.0), 0.0), seq
