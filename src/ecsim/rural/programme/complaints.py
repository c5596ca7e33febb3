"""Complaints: about the service, and on disclosure; two streams that are never added up (docs/model.md 4.12).

Counts are Poisson in what there is to complain about: late parcels, damage, idle stations; late works, idle assets,
and service complaints that are passed on; the latter three in the part that is not disclosed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    DisclosureCause,
    DisclosureComplained,
    ProjectStatus,
    ServiceCause,
    ServiceComplained,
    StationStatus,
)
from ecsim.rural.programme.commissioning import draw_keys_of_projects
from ecsim.rural.world import World


@dataclass(frozen=True)
class QualityTerms:
    """Numbers of complaints; units in ``parameters/quality.toml``."""

    late_rate: float
    damage_rate: float
    idle_rate: float
    escalation: float
    project_rate: float
    idle_asset_rate: float
    disclosure: float


def complain(world: World, terms: QualityTerms) -> None:
    """Four weeks of complaints, Poisson in what there is to complain about."""
    state, week = world.state, world.week
    c, s, p = state.counties, state.stations, state.projects
    counties = np.arange(len(c))
    months = max(1, week // 4)
    idle = np.bincount(state.villages.county[s.village[s.status == StationStatus.IDLE]], minlength=len(counties))
    means = {
        ServiceCause.LATE_PARCEL: terms.late_rate * c.late_parcels / months,
        ServiceCause.DAMAGED_GOODS: terms.damage_rate * c.delivered_parcels / months,
        ServiceCause.IDLE_STATION: terms.idle_rate * idle,
    }
    service = np.zeros(len(counties))
    shut = _idle_seq(world)
    why = {
        ServiceCause.LATE_PARCEL: c.late_seq,
        ServiceCause.DAMAGED_GOODS: c.delivered_seq,
        ServiceCause.IDLE_STATION: shut,
    }
    for cause, mean in means.items():
        count = world.draws.poisson(f"complain_{cause.name}", week, counties, mean)
        service += count
        rows = np.flatnonzero(count)
        world.publish(
            ServiceComplained(
                county=rows, cause_code=np.full(len(rows), int(cause)), complaints=count[rows],
                station=np.full(len(rows), -1),
            ),
            cause=why[cause][rows],
        )  # fmt: skip
    kept = 1.0 - terms.disclosure
    slipped = np.flatnonzero((p.status == ProjectStatus.CONTRACTED) & (p.slips > 0) & (p.county >= 0))
    draw_keys = draw_keys_of_projects(state, slipped)
    late = world.draws.poisson("report_late_project", week, draw_keys, kept * terms.project_rate)
    rows = slipped[late > 0]
    world.publish(
        DisclosureComplained(
            county=p.county[rows], cause_code=np.full(len(rows), int(DisclosureCause.LATE_PROJECT)),
            complaints=late[late > 0], project=rows,
        ),
        cause=p.seq[rows],
    )  # fmt: skip
    others = {
        DisclosureCause.IDLE_ASSET: kept * terms.idle_asset_rate * idle,
        DisclosureCause.SERVICE_ESCALATED: kept * terms.escalation * service,
    }
    for reason, mean in others.items():
        count = world.draws.poisson(f"report_{reason.name}", week, counties, mean)
        rows = np.flatnonzero(count)
        world.publish(
            DisclosureComplained(
                county=rows, cause_code=np.full(len(rows), int(reason)), complaints=count[rows],
                project=np.full(len(rows), -1),
            ),
            cause=(shut if reason == DisclosureCause.IDLE_ASSET else c.complaint_seq)[rows],
        )  # fmt: skip


def _idle_seq(world: World) -> NDArray[np.int64]:
    """Return, for each county, what shut one of its idle stations, or its opening if none is."""
    state = world.state
    idle = np.flatnonzero(state.stations.status == StationStatus.IDLE)
    seqs = state.counties.opened_seq.copy()
    seqs[state.villages.county[state.stations.village[idle]]] = state.stations.status_seq[idle]
    return seqs
