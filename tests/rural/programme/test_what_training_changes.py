"""What each group's training changes, with and without, by the same luck; at no effect it changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import DealerKind, Group, ProjectKind, ReportKind
from ecsim.rural.events.funds import ContractAwarded, ProjectApproved, ReportFiled
from ecsim.rural.events.market import EnterpriseFounded
from ecsim.rural.events.opening import EnterprisesBaselined, HouseholdsBaselined, InternetBaselined
from ecsim.rural.events.stations import StationOpened, StationsSettled
from ecsim.rural.events.training import KnowHowMoved, SessionHeld, TraineeAttended
from ecsim.rural.goods.demand import attractions
from ecsim.rural.households.learning import _effort_now
from ecsim.rural.programme.reports import file_reports
from ecsim.rural.region import Region
from parcels import orders_of
from tiny import LIVELY, Events, facility, made, take, tiny_region


def know(region: Region, group: Group, share: float = 1.0) -> None:
    """Let a group of both counties know a share of all that training could bring it."""
    region.world.publish(KnowHowMoved(county=[0, 1], group=[int(group)] * 2, share=[round(1e6 * share)] * 2))


def capacity(region: Region, _: Events) -> float:
    return float(region.office.desks(region.world.state, region.world.draws).capacity.sum())


def reported(region: Region, events: Events) -> float:
    approved = made(
        ProjectApproved, project=[0, 1], project_kind=[ProjectKind.COLD_STORE] * 2, county=[0, 1], township=[-1] * 2
    )
    region.world.publish(approved)
    region.world.publish(made(ContractAwarded, project=[0, 1], due_day=[10_000] * 2))
    file_reports(region.world, region.office, ReportKind.MONTHLY_REPORT)
    return -float(events.of(ReportFiled)["reported"].sum())


def prevented(region: Region, _: Events) -> float:
    return -float(region.terms.quality.kept(region.world.state, np.zeros(0, np.int64)).sum())


def attraction(region: Region, _: Events) -> float:
    state, terms = region.world.state, region.terms
    region.goods.take_orders(outage=0.0)
    found = attractions(state, terms.goods, region.setting.goods, region.goods.prices, region.goods.listed)
    return float(found[state.dealers.kind[: len(found)] < DealerKind.SHOPS].sum())


def founded(region: Region, events: Events) -> float:
    for week in range(0, 24, 4):
        take(region, "trade_enterprises", week=week)
    return float(events.rows(EnterpriseFounded))


def takings(region: Region, events: Events) -> float:
    region.world.publish(made(StationOpened, station=[0], village=[3], design=[2], operator=[-1], project=[-1]))
    region.world.publish(orders_of([4], [30], [3]))
    take(region, "settle_stations", week=8)
    return float(events.of(StationsSettled)["takings_fen"].sum())


EFFECTS: list[tuple[Group, str, Callable[[Region, Events], float]]] = [
    (Group.OFFICIALS, "funds.trained_capacity", capacity),
    (Group.OFFICIALS, "funds.trained_reporting", reported),
    (Group.OFFICIALS, "quality.trained_disclosure", prevented),
    (Group.FIRMS, "goods.trained_attraction", attraction),
    (Group.FOUNDERS, "commerce.trained_founding", founded),
    (Group.STATION_STAFF, "stations.trained_services", takings),
]


def found(
    group: Group | None, name: str, reading: Callable[[Region, Events], float], value: Value | None = None
) -> float:
    """Return a reading where a group knows all, or nobody knows anything; a number of the rules may be replaced."""
    numbers: dict[str, Value] = {"commerce.founding": 1.0} | ({} if value is None else {name: value})
    opened = LIVELY | {InternetBaselined: {"share": 250_000}, EnterprisesBaselined: {"yearly_fen": 900_000_000}}
    total = 0.0
    for seed in range(12 if reading is founded else 1):
        region, events = tiny_region(opened=opened, numbers=numbers, seed=seed)
        if group is not None:
            know(region, group)
        events.clear()
        total += reading(region, events)
    return total


@pytest.mark.parametrize(("group", "name", "reading"), EFFECTS, ids=[name for _, name, _ in EFFECTS])
def test_what_a_group_knows_changes_what_it_should_and_nothing_at_no_effect(
    group: Group, name: str, reading: Callable[[Region, Events], float]
) -> None:
    untrained = found(None, name, reading)
    assert found(group, name, reading) > untrained
    assert found(group, name, reading, 0.0) == untrained
    for other in set(Group) - {group}:
        assert found(other, name, reading) == untrained


def test_offices_of_both_purses_manage_more_by_their_own_countys_officials() -> None:
    # A quarter known: 1 + 0.2 x 0.25 of county 0's capacity; a pooled purse's offices have that at its factor.
    for policy in ("split_by_project", "pooled_by_project"):
        region, _ = tiny_region(policy=policy)
        state, draws = region.world.state, region.world.draws
        ordinary = region.office.desks(state, draws).capacity
        region.world.publish(KnowHowMoved(county=[0], group=[int(Group.OFFICIALS)], share=[250_000]))
        assert region.office.desks(state, draws).capacity / ordinary == pytest.approx([1.05, 1.0], rel=1e-3)


def test_know_how_has_diminishing_returns() -> None:
    steps = []
    region, _ = tiny_region()
    for share in (0.0, 0.25, 0.5, 1.0):
        know(region, Group.OFFICIALS, share)
        steps.append(capacity(region, Events()))
    assert np.diff(steps)[0] == pytest.approx(np.diff(steps)[1], abs=2)  # linear in what is known,
    assert (steps[-1] - steps[0]) / steps[0] == pytest.approx(
        0.2, rel=1e-3
    )  # which closes ever less of what is lacking


def test_follow_up_by_a_centre_makes_the_shop_of_the_trained_less_work() -> None:
    # Half an hour at 100 yuan a day of eight hours is 625 fen, the shop 200: 10 % of the hours are 62.5; households 0
    # and 1 of county 0, where 0 was trained, and 8 of county 1 which was trained without a centre.
    nobody_poor = {HouseholdsBaselined: {"poor": False}}
    for follow_up, trained in ((0.1, 762.5), (0.0, 825.0)):
        region, _ = tiny_region(opened=nobody_poor, numbers={"learning.follow_up": follow_up})
        region.world.publish(facility(ProjectKind.SERVICE_CENTRE, county=[0], township=[-1]))
        region.world.publish(made(SessionHeld, session=[0, 1], county=[0, 1], village=[-1] * 2, project=[-1] * 2))
        region.world.publish(made(TraineeAttended, session=[0, 1], household=[0, 8], persons=[1, 1]))
        effort = _effort_now(region.world.state, np.array([0, 1, 8]), region.terms.learning)
        assert effort == pytest.approx([trained, 825.0, 825.0])
