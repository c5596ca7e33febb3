"""Reports: late or in time, true or not, what checks find, and what follows (docs/model.md 4.10; notice, part 5)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import DisclosureCause, Funder, Group, Record, ReportKind
from ecsim.rural.events.funds import PaymentMade, ReportFiled
from ecsim.rural.events.governance import FalseReportFound, TargetsReported
from ecsim.rural.events.quality import DisclosureComplained
from ecsim.rural.events.training import KnowHowMoved
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import OUTSIDE, SUPPLIERS
from tiny import Events, same, take, tiny_region

MONTH, QUARTER, SELF = 56, 65, 77
ONE = 1_000_000
LIES: dict[str, Value] = {"governance.pressure": 1.0, "governance.made_up": 0.5}


def reported(week: int, numbers: dict[str, Value], *, know_how: int = 0) -> tuple[Region, Events]:
    """Return the region in which reports of a week were filed; nothing of the programme is done yet."""
    region, events = tiny_region(numbers={"governance.third_party_yuan": 0.0} | numbers)
    if know_how:
        officials = [int(Group.OFFICIALS)] * 2
        region.world.publish(KnowHowMoved(county=[0, 1], group=officials, share=[know_how] * 2))
    events.clear()
    take(region, "govern", week=week)
    return region, events


def figures(events: Events, record: Record) -> tuple[list[int], list[int]]:
    """Return what counties reported of a figure, and what is so."""
    found = events.of(TargetsReported)
    rows = found["record"] == record
    return found["reported"][rows].tolist(), found["verified"][rows].tolist()


def test_where_there_is_no_pressure_what_is_reported_is_so() -> None:
    _, events = reported(MONTH, {"governance.pressure": 0.0})
    found = events.of(TargetsReported)
    assert len(found["county"]) > 20
    np.testing.assert_array_equal(found["reported"], found["verified"])


def test_under_full_pressure_half_of_what_lacks_is_made_up_worked_by_hand() -> None:
    # Nothing is done: of 3,000 person-times all lack, of half of the villages half: 1,500 and 25 % are made up.
    # Complaints are below their most, so nothing of them lacks and they are reported as they are.
    _, events = reported(MONTH, LIES)
    assert figures(events, Record.TRAINED) == ([1_500 * ONE] * 2, [0, 0])
    assert figures(events, Record.VILLAGE_COVERAGE) == ([250_000] * 2, [0, 0])
    assert figures(events, Record.SERVICE_CENTRES) == ([0, 0], [0, 0])  # half a centre rounds to none
    assert figures(events, Record.COMPLAINTS) == ([0, 0], [0, 0])


def test_who_knows_how_to_report_makes_up_less_often() -> None:
    rows = []
    for know_how in (0, ONE):
        numbers: dict[str, Value] = LIES | {"funds.trained_reporting": 1.0}
        _, events = reported(MONTH, numbers, know_how=know_how)
        found = events.of(TargetsReported)
        rows.append(int((found["reported"] != found["verified"]).sum()))
    assert rows[0] > 10
    assert rows[1] == 0


def test_a_figure_that_there_is_not_is_not_reported() -> None:
    """Nobody was asked yet whether training satisfied."""
    _, events = reported(MONTH, {})
    assert Record.TRAINEE_SATISFACTION not in events.of(TargetsReported)["record"]


@pytest.mark.parametrize("checked", [0.0, 1.0])
def test_checks_find_what_is_false_and_visits_follow(checked: float) -> None:
    numbers: dict[str, Value] = LIES | {"governance.checked": checked, "governance.visit_weeks": 4}
    region, events = reported(QUARTER, numbers)
    told, found = events.of(TargetsReported), events.of(FalseReportFound)
    false = told["reported"] != told["verified"]
    assert false.sum() > 10
    assert len(found["county"]) == (false.sum() if checked else 0)
    if checked:
        same(found, cause=told["seq"][false], reported=told["reported"][false])
        assert region.world.state.counties.false_reports.tolist() == np.bincount(told["county"][false]).tolist()
        assert set(found["visited_until"].tolist()) == {7 * (QUARTER + 4)}
    events.clear()
    take(region, "govern", week=QUARTER + 3)  # a month of 4 weeks: 68
    told = events.of(TargetsReported)
    assert ((told["reported"] != told["verified"]).sum() == 0) == bool(checked)


def test_nobody_checks_a_monthly_report() -> None:
    _, events = reported(MONTH, LIES | {"governance.checked": 1.0})
    assert not events.rows(FalseReportFound)


@pytest.mark.parametrize("rate", [0.0, 50.0])
def test_people_complain_of_what_was_found_false(rate: float) -> None:
    numbers: dict[str, Value] = LIES | {"governance.checked": 1.0, "governance.false_report_rate": rate}
    _, events = reported(QUARTER, numbers)
    found = events.of(DisclosureComplained)
    assert set(found["cause_code"].tolist()) == ({DisclosureCause.FALSE_REPORT} if rate else set())
    if rate:
        false = events.of(FalseReportFound)
        assert set(found["cause"].tolist()) <= set(false["seq"].tolist())
        assert abs(found["complaints"].sum() / len(false["county"]) - rate) < 4 * (rate / len(false["county"])) ** 0.5


@pytest.mark.parametrize(("late", "every"), [(0.0, False), (1.0, True)])
def test_reports_come_late_by_chance_and_are_counted(late: float, every: bool) -> None:
    region, events = reported(MONTH, {"governance.late_report": late, "governance.late_days": 10.0})
    days = events.of(ReportFiled)["late_days"]
    assert ((days > 0) == every).all()
    assert region.world.state.counties.late_reports.tolist() == [int(every)] * 2


@pytest.mark.parametrize(("honesty", "said"), [(0.0, 1_500), (0.6, 600), (1.0, 0)])
def test_a_third_party_takes_out_a_part_of_what_is_made_up_and_is_paid_worked_by_hand(
    honesty: float, said: int
) -> None:
    numbers: dict[str, Value] = LIES | {
        "governance.third_party_honesty": honesty, "governance.third_party_yuan": 30_000.0,
    }  # fmt: skip
    _, events = reported(SELF, numbers)
    assert figures(events, Record.TRAINED) == ([said * ONE] * 2, [0, 0])
    paid, filed = events.of(PaymentMade), events.of(ReportFiled)
    mine = paid["funder"] == Funder.LOCAL
    assert (paid["payer"][mine] == OUTSIDE).all()
    assert (paid["payee"][mine] == SUPPLIERS).all()
    assert paid["paid_fen"][mine].tolist() == [3_000_000] * 2
    assert paid["cause"][mine].tolist() == filed["seq"][filed["report"] == ReportKind.SELF_EVALUATION].tolist()
