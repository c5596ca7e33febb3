"""Complaints: Poisson in what there is to complain about; service and disclosure never add up (docs/model.md 4.12)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import DisclosureCause, ProjectKind, ServiceCause
from ecsim.rural.events.funds import ContractAwarded, ProjectApproved, WorksFinished, WorksSlipped
from ecsim.rural.events.logistics import ParcelsDelivered
from ecsim.rural.events.quality import DisclosureComplained, ServiceComplained
from ecsim.rural.events.stations import StationIdled, StationOpened
from ecsim.rural.region import Region
from tiny import Events, made, same, take, tiny_region

WEEK = 8
"""Two months on: what was delivered and late since the start is halved."""


def delivered(region: Region, parcels: int, late: int) -> None:
    """Let parcels of village 3 be delivered, some late."""
    region.world.publish(made(ParcelsDelivered, village=[3], parcels=[parcels], late=[late]))


def idle(region: Region, villages: tuple[int, ...]) -> None:
    """Let stations of some villages shut."""
    for number, village in enumerate(villages):
        region.world.publish(made(StationOpened, station=[number], village=[village], operator=[-1], project=[-1]))
        region.world.publish(StationIdled(station=[number]))


def complained(region: Region, events: Events, week: int = WEEK) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return complaints on the service and on disclosure by cause, each by county."""
    events.clear()
    take(region, "complain", week=week)
    streams = []
    for kind in (ServiceComplained, DisclosureComplained):
        found, by_cause = events.of(kind), {}
        for cause in np.unique(found["cause_code"]):
            rows = found["cause_code"] == cause
            by_cause[int(cause)] = np.bincount(found["county"][rows], found["complaints"][rows], 2).astype(int).tolist()
        streams.append(by_cause)
    return streams[0], streams[1]


def drawn(region: Region, process: str, means: list[float], week: int = WEEK) -> list[int]:
    """Return Poisson counts of two counties by inversion."""
    luck = region.world.draws.uniform(process, week, [0, 1])
    return poisson.ppf(luck, means).astype(int).tolist()


def test_service_complaints_worked_by_hand() -> None:
    # In two months 60,000 parcels, 6,000 of them late: 0.001 x 3,000 = 3 of late parcels, 0.00005 x 30,000 = 1.5 of
    # damaged goods. Of three idle stations two are county 0's: 0.05 x 2 = 0.1 and 0.05.
    total = 0
    for seed in range(10):
        region, events = tiny_region(seed=seed)
        delivered(region, 60_000, 6_000)
        idle(region, (1, 2, 4))
        found, _ = complained(region, events)
        expected = {
            ServiceCause.LATE_PARCEL: drawn(region, "complain_LATE_PARCEL", [3.0, 0.0]),
            ServiceCause.DAMAGED_GOODS: drawn(region, "complain_DAMAGED_GOODS", [1.5, 0.0]),
            ServiceCause.IDLE_STATION: drawn(region, "complain_IDLE_STATION", [0.1, 0.05]),
        }
        assert found == {int(cause): counts for cause, counts in expected.items() if any(counts)}
        total += sum(sum(counts) for counts in found.values())
    assert 25 < total < 70  # 46.5 are expected


def test_disclosure_is_complained_of_apart_and_for_service_that_nobody_mended() -> None:
    # Half of what there is comes out with disclosure at 0.5; two in a hundred service complaints are taken further.
    numbers: dict[str, Value] = {"quality.escalation": 0.5, "quality.idle_asset_rate": 0.8}
    escalated = 0
    for seed in range(10):
        region, events = tiny_region(seed=seed, numbers=numbers)
        delivered(region, 60_000, 6_000)
        idle(region, (1, 2, 4))
        service, found = complained(region, events)
        counts = np.sum(list(service.values()), axis=0) if service else np.zeros(2)
        expected = {
            DisclosureCause.IDLE_ASSET: drawn(region, "report_IDLE_ASSET", [0.5 * 0.8 * 2, 0.5 * 0.8]),
            DisclosureCause.SERVICE_ESCALATED: drawn(region, "report_SERVICE_ESCALATED", list(0.5 * 0.5 * counts)),
        }
        assert found == {int(cause): row for cause, row in expected.items() if any(row)}
        escalated += sum(expected[DisclosureCause.SERVICE_ESCALATED])
        c = region.world.state.counties
        assert c.service_complaints.tolist() == counts.tolist()
        assert c.disclosure_complaints.sum() == sum(sum(row) for row in found.values())
    assert escalated > 3


def works(region: Region, many: int, *, slipped: bool = True, finished: bool = False) -> None:
    """Let works of county 1 be under way, late or not."""
    for project in range(many):
        approved = made(
            ProjectApproved, project=[project], project_kind=[ProjectKind.COLD_STORE], county=[1], township=[-1],
            turn=[project],
        )  # fmt: skip
        region.world.publish(approved)
        region.world.publish(made(ContractAwarded, project=[project], due_day=[10_000]))
        if slipped:
            region.world.publish(made(WorksSlipped, project=[project], due_day=[20_000]))
        if finished:
            region.world.publish(WorksFinished(project=[project]))


def test_late_works_are_reported_project_by_project_worked_by_hand() -> None:
    # At a rate of 1 and half of it disclosed, each late project is reported a Poisson number of mean 0.5 of times.
    region, events = tiny_region(numbers={"quality.project_rate": 1.0})
    works(region, 8)
    _, found = complained(region, events)
    lots = [(256 + int(ProjectKind.COLD_STORE)) * 1024 + turn for turn in range(8)]  # of county 1
    counts = poisson.ppf(region.world.draws.uniform("report_LATE_PROJECT", WEEK, lots), 0.5).astype(int)
    rows = events.of(DisclosureComplained)
    same(rows, project=np.flatnonzero(counts), complaints=counts[counts > 0])
    same(rows, cause=region.world.state.projects.seq[np.flatnonzero(counts)])
    assert found == {int(DisclosureCause.LATE_PROJECT): [0, counts.sum()]}
    assert counts.sum() > 0


@pytest.mark.parametrize(("slipped", "finished"), [(False, False), (True, True)])
def test_works_in_time_or_done_give_no_cause(slipped: bool, finished: bool) -> None:
    region, events = tiny_region(numbers={"quality.project_rate": 1000.0})
    works(region, 3, slipped=slipped, finished=finished)
    assert complained(region, events) == ({}, {})


def test_where_everything_is_disclosed_nobody_reports_it_and_service_is_complained_of_all_the_same() -> None:
    both = []
    for disclosure in (0.0, 1.0):
        numbers: dict[str, Value] = {
            "quality.disclosure": disclosure,
            "quality.project_rate": 5.0,
            "quality.escalation": 1.0,
        }
        region, events = tiny_region(numbers=numbers)
        delivered(region, 60_000, 6_000)
        works(region, 3)
        both.append(complained(region, events))
    assert both[0][0] == both[1][0] != {}
    assert both[0][1] != {}
    assert both[1][1] == {}


def test_where_nothing_happened_nobody_complains() -> None:
    region, events = tiny_region(
        numbers={"quality.late_rate": 1e6, "quality.damage_rate": 1e6, "quality.idle_rate": 1e6}
    )
    assert complained(region, events) == ({}, {})


def test_each_complaint_points_at_what_brought_it_about() -> None:
    region, events = tiny_region(
        numbers={"quality.late_rate": 1.0, "quality.damage_rate": 1.0, "quality.idle_rate": 9.0}
    )
    came = region.world.publish(made(ParcelsDelivered, village=[3], parcels=[100], late=[10]))
    region.world.publish(made(StationOpened, station=[0], village=[3], operator=[-1], project=[-1]))
    shut = region.world.publish(StationIdled(station=[0]))
    complained(region, events)
    found = events.of(ServiceComplained)
    causes = dict(zip(found["cause_code"].tolist(), found["cause"].tolist(), strict=True))
    assert causes == {
        int(ServiceCause.LATE_PARCEL): came.first, int(ServiceCause.DAMAGED_GOODS): came.first,
        int(ServiceCause.IDLE_STATION): shut.first,
    }  # fmt: skip
