"""Complaints: Poisson in what there is to complain about; service and disclosure never add up (docs/model.md 4.12)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import DisclosureCause, Group, ProjectKind, ServiceCause
from ecsim.rural.events.funds import (
    ContractAwarded,
    PaymentMade,
    ProjectApproved,
    WorksFinished,
)
from ecsim.rural.events.logistics import ParcelsDelivered
from ecsim.rural.events.quality import DisclosureComplained, InformationPublished, ServiceComplained
from ecsim.rural.events.stations import StationClosed, StationIdled, StationOpened, StationReopened
from ecsim.rural.events.training import KnowHowMoved
from ecsim.rural.programme.complaints import publish_information
from ecsim.rural.readings import needs
from ecsim.rural.region import Region
from tiny import Events, facility, made, same, take, tiny_region

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


def works(region: Region, many: int, *, late: bool = True, finished: bool = False) -> None:
    """Let works of county 1 be under way, late or not."""
    for project in range(many):
        approved = made(
            ProjectApproved, project=[project], project_kind=[ProjectKind.COLD_STORE], county=[1], township=[-1],
            turn=[project],
        )  # fmt: skip
        region.world.publish(approved)
        due = 0 if late else 10_000
        region.world.publish(made(ContractAwarded, project=[project], due_day=[due], ready_day=[20_000]))
        if finished:
            region.world.publish(WorksFinished(project=[project]))


def test_late_works_are_reported_project_by_project_worked_by_hand() -> None:
    # At a rate of 1 and half of it disclosed, each late project is reported a Poisson number of mean 0.5 of times.
    region, events = tiny_region(numbers={"quality.project_rate": 1.0, "quality.late_publication": 0.0})
    works(region, 8)
    _, found = complained(region, events)
    lots = [(256 + int(ProjectKind.COLD_STORE)) * 1024 + turn for turn in range(8)]  # of county 1
    counts = poisson.ppf(region.world.draws.uniform("report_LATE_PROJECT", WEEK, lots), 0.5).astype(int)
    rows = events.of(DisclosureComplained)
    same(rows, project=np.flatnonzero(counts), complaints=counts[counts > 0])
    same(rows, cause=region.world.state.projects.seq[np.flatnonzero(counts)])
    assert found == {int(DisclosureCause.LATE_PROJECT): [0, counts.sum()]}
    assert counts.sum() > 0


@pytest.mark.parametrize(("late", "finished"), [(False, False), (True, True)])
def test_works_in_time_or_done_give_no_cause(late: bool, finished: bool) -> None:
    region, events = tiny_region(numbers={"quality.project_rate": 1000.0})
    works(region, 3, late=late, finished=finished)
    assert complained(region, events) == ({}, {})


def test_where_everything_is_disclosed_nobody_reports_it_and_service_is_complained_of_all_the_same() -> None:
    both = []
    for disclosure in (0.0, 1.0):
        numbers: dict[str, Value] = {
            "quality.disclosure": disclosure,
            "quality.project_rate": 5.0,
            "quality.escalation": 1.0,
            "quality.late_publication": 0.0,
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


# Reports on disclosure by cause: each occurs by what happens, and stops when that is taken away.

RATES: dict[str, Value] = {
    f"quality.{name}_rate": 50.0 for name in ("undisclosed", "project", "unpaid", "favouritism", "idle_asset")
}


def causes(region: Region, events: Events, week: int = WEEK) -> set[DisclosureCause]:
    """Return for what there are reports, at rates at which nothing passes unnoticed."""
    return {DisclosureCause(cause) for cause in complained(region, events, week)[1]}


@pytest.mark.parametrize("stage", ["approved", "awarded", "finished"])
def test_what_is_not_published_in_time_is_reported_until_it_is(stage: str) -> None:
    for late, expected in ((1.0, {DisclosureCause.UNDISCLOSED_PROJECT}), (0.0, set())):
        numbers = RATES | {"quality.late_publication": late}
        region, events = tiny_region(numbers=numbers)
        region.world.publish(made(ProjectApproved, project=[0], county=[1], township=[-1]))
        if stage != "approved":
            region.world.publish(made(ContractAwarded, project=[0], due_day=[10_000], ready_day=[10_000]))
        if stage == "finished":
            region.world.publish(WorksFinished(project=[0]))
        found = causes(region, events) - {DisclosureCause.FAVOURITISM}
        assert found == expected
        out = events.of(InformationPublished)
        step = {"approved": 1, "awarded": 2, "finished": 3}[stage]
        assert (out["project"].tolist(), out["stage"].tolist()) == (([], []) if expected else ([0], [step]))
        assert events.rows(InformationPublished) + len(expected) == 1
        events.clear()
        publish_information(region.world, region.terms.quality, 28.0)
        assert events.rows(InformationPublished) == 0  # nothing new is due, or it is late again


@pytest.mark.parametrize(("days", "overdue"), [(27, False), (28, False), (29, True)])
def test_nobody_reports_what_is_not_to_be_public_yet(days: int, overdue: bool) -> None:
    region, events = tiny_region(numbers=RATES | {"quality.late_publication": 1.0, "quality.favouritism_rate": 0.0})
    region.world.day = 7 * WEEK - days
    region.world.publish(made(ProjectApproved, project=[0], county=[1], township=[-1]))
    assert causes(region, events) == ({DisclosureCause.UNDISCLOSED_PROJECT} if overdue else set())


@pytest.mark.parametrize(("days", "late"), [(7, 0), (28, 0), (42, 14)])
def test_a_publication_says_how_late_it_is_worked_by_hand(days: int, late: int) -> None:
    region, events = tiny_region(numbers={"quality.late_publication": 0.0})
    region.world.day = 7 * WEEK - days
    region.world.publish(made(ProjectApproved, project=[0], county=[1], township=[-1]))
    region.world.day = 7 * WEEK
    publish_information(region.world, region.terms.quality, 28.0)
    same(events.of(InformationPublished), project=[0], late_days=[late])


def test_disclosure_prevents_only_where_it_takes_place_worked_by_hand() -> None:
    # County 1 has four projects; of one something should be public and is not: disclosure prevents 3/4 of 1/2.
    region, _ = tiny_region()
    works(region, 4)
    terms = region.terms.quality
    assert terms.kept(region.world.state, np.array([0])).tolist() == [0.5, 1 - 0.75 * 0.5]
    assert terms.kept(region.world.state, np.zeros(0, np.int64)).tolist() == [0.5, 0.5]
    assert terms.kept(region.world.state, np.arange(4)).tolist() == [0.5, 1.0]


def test_each_month_all_but_a_share_of_what_is_due_is_published_and_trained_officials_are_later_less_often() -> None:
    # 400 projects: 30 % are late, 15 % where officials know all.
    shares = []
    for known in (0, 1_000_000):
        region, events = tiny_region()
        region.world.publish(KnowHowMoved(county=[1], group=[int(Group.OFFICIALS)], share=[known]))
        works(region, 100, late=False)
        events.clear()
        publish_information(region.world, region.terms.quality, 28.0)
        shares.append(1 - events.rows(InformationPublished) / 100)
    assert 0.2 < shares[0] < 0.4
    assert 0.05 < shares[1] < 0.25


def test_works_that_are_done_and_not_paid_are_reported_until_they_are() -> None:
    region, events = tiny_region(numbers=RATES | {"quality.late_publication": 0.0})
    approved = made(ProjectApproved, project=[0], county=[1], township=[-1], central_fen=[800_000], local_fen=[200_000])
    region.world.publish(approved)
    region.world.publish(made(ContractAwarded, project=[0], price_factor=[1_000_000], ready_day=[30], due_day=[30]))
    not_due = causes(region, events, week=4)
    due = causes(region, events, week=8)
    region.world.publish(WorksFinished(project=[0]))
    pay = made(PaymentMade, payer=[0], payee=[1], project=[0], paid_fen=[800_000])
    region.world.publish(pay)
    local_part_lacks = causes(region, events, week=12)
    region.world.publish(made(PaymentMade, payer=[5], payee=[1], funder=[1], project=[0], paid_fen=[180_000]))
    paid = causes(region, events, week=16)
    unpaid = DisclosureCause.UNPAID_SUPPLIER
    assert [unpaid in found for found in (not_due, due, local_part_lacks, paid)] == [False, True, True, False]


def test_a_county_that_gets_less_than_its_need_reports_it_while_works_go_on() -> None:
    # All the money goes to county 0: county 1 is passed by. Once all is finished, or it gets its part, nobody reports.
    passed_by = DisclosureCause.FAVOURITISM
    region, events = tiny_region(numbers=RATES | {"quality.late_publication": 0.0})
    assert causes(region, events) == set()
    region.world.publish(made(ProjectApproved, project=[0], county=[0], township=[-1], central_fen=[1_000_000]))
    assert causes(region, events, 12) == {passed_by}
    assert set(events.of(DisclosureComplained)["county"].tolist()) == {1}
    need = needs(region.world.state)
    fair = round(1_000_000 * need[1] / need[0])
    region.world.publish(made(ProjectApproved, project=[1], county=[1], township=[-1], central_fen=[fair]))
    assert causes(region, events, 16) == set()
    region.world.publish(made(ProjectApproved, project=[2], county=[0], township=[-1], central_fen=[20_000_000]))
    assert causes(region, events, 20) == {passed_by}
    region.world.publish(WorksFinished(project=[0, 1, 2]))
    assert causes(region, events, 24) - {DisclosureCause.UNPAID_SUPPLIER} == set()


def test_stations_that_are_idle_closed_or_never_opened_are_reported_as_idle_assets() -> None:
    idle_asset = DisclosureCause.IDLE_ASSET
    region, events = tiny_region(numbers=RATES)
    idle(region, (1,))
    assert causes(region, events) == {idle_asset}
    region.world.publish(made(StationReopened, station=[0]))
    assert causes(region, events, 12) == set()
    region.world.publish(made(StationClosed, station=[0]))
    assert causes(region, events, 16) == {idle_asset}
    region.world.publish(made(StationOpened, station=[1], village=[1], operator=[-1], project=[-1]))
    assert causes(region, events, 20) == set()
    region, events = tiny_region(numbers=RATES | {"quality.late_publication": 0.0})
    kind = ProjectKind.STATIONS
    region.world.publish(made(ProjectApproved, project=[0], project_kind=[kind], county=[1], township=[-1], quantity=2))
    region.world.publish(WorksFinished(project=[0]))
    assert causes(region, events) == {idle_asset}
    for number, village in ((0, 4), (1, 5)):
        region.world.publish(made(StationOpened, station=[number], village=[village], operator=[-1], project=[0]))
    assert causes(region, events, 12) == set()


def test_villages_whose_last_station_has_closed_complain_of_it() -> None:
    region, events = tiny_region(numbers={"quality.closed_rate": 50.0})
    region.world.publish(made(StationOpened, station=[0], village=[1], operator=[-1], project=[-1]))
    assert complained(region, events)[0] == {}
    closed = region.world.publish(made(StationClosed, station=[0]))
    assert set(complained(region, events)[0]) == {int(ServiceCause.CLOSED_STATION)}
    assert set(events.of(ServiceComplained)["cause"].tolist()) == {closed.first}


def test_a_service_centre_settles_complaints_before_they_are_passed_on() -> None:
    passed_on = []
    for response, centre in ((1.0, False), (1.0, True), (0.0, True)):
        numbers: dict[str, Value] = {"quality.escalation": 1.0, "quality.response": response, "quality.disclosure": 0.0}
        region, events = tiny_region(numbers=numbers)
        delivered(region, 60_000, 6_000)
        if centre:
            region.world.publish(facility(ProjectKind.SERVICE_CENTRE, county=[0], township=[-1]))
        passed_on.append(sum(complained(region, events)[1].get(int(DisclosureCause.SERVICE_ESCALATED), [0])))
    assert passed_on[0] == passed_on[2] > 0 == passed_on[1]


def test_trained_staff_damage_less() -> None:
    counts = []
    for care, known in ((0.5, 1_000_000), (0.5, 0), (0.0, 1_000_000)):
        region, events = tiny_region(numbers={"quality.damage_rate": 0.01, "quality.trained_care": care})
        delivered(region, 60_000, 0)
        region.world.publish(KnowHowMoved(county=[0], group=[int(Group.STATION_STAFF)], share=[known]))
        counts.append(complained(region, events)[0][int(ServiceCause.DAMAGED_GOODS)][0])
    assert counts[0] < counts[1] == counts[2]
