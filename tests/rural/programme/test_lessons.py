"""Works of a kind that people know take less time and money (docs/model.md 4.10; notice, part 1 B)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ContractAwarded, ProjectApproved, WorksFinished
from ecsim.rural.programme.lessons import experience, learnt
from tiny import made, take, tiny_region

COLD, LINE = ProjectKind.COLD_STORE, ProjectKind.PACKING_LINE
PLAIN: dict[str, Value] = {
    "governance.copied": 0.0, "governance.earlier_experience": 0.0, "governance.learning_time": 0.0,
    "governance.learning_cost": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(("works", "left"), [(0.0, 1.0), (1.0, 0.9), (3.0, 0.81), (7.0, 0.729)])
def test_each_doubling_takes_off_the_same_share_worked_by_hand(works: float, left: float) -> None:
    assert learnt(0.1, np.array([works]))[0] == pytest.approx(left)
    assert learnt(0.0, np.array([works]))[0] == 1.0


@given(st.floats(0, 0.5), st.floats(0, 1e4), st.floats(0, 1e4))
def test_who_has_done_more_never_takes_longer(fall: float, one: float, other: float) -> None:
    few, many = sorted((one, other))
    assert 0 < learnt(fall, np.array([many]))[0] <= learnt(fall, np.array([few]))[0] <= 1


@pytest.mark.parametrize(
    ("copied", "earlier", "expected"),
    [(0.0, 0.0, [2, 1, 0, 3]), (0.5, 0.0, [2.5, 2, 0, 3]), (1.0, 2.0, [5, 5, 2, 5])],
)
def test_experience_is_ones_own_and_a_part_of_others_worked_by_hand(
    copied: float, earlier: float, expected: list[float]
) -> None:
    # Finished cold stores: two of county 0, one of county 1. Asked are: a cold store of each, a packing line of county
    # 0, and a cold store that the prefecture shares.
    numbers: dict[str, Value] = {"governance.copied": copied, "governance.earlier_experience": earlier}
    region, _ = tiny_region(numbers=numbers)
    kinds, counties = [COLD] * 5 + [LINE, COLD], [0, 0, 1, 0, 1, 0, -1]
    rows = list(range(7))
    region.world.publish(made(ProjectApproved, project=rows, project_kind=kinds, county=counties, township=[-1] * 7))
    region.world.publish(made(ContractAwarded, project=rows[:3], due_day=[0] * 3))
    region.world.publish(WorksFinished(project=rows[:3]))
    assert experience(region.world.state, region.terms.governance, np.arange(3, 7)).tolist() == expected


@pytest.mark.parametrize(("time", "cost"), [(0.0, 0.0), (0.2, 0.0), (0.0, 0.1)])
def test_lessons_shorten_works_and_cheapen_them_worked_by_hand(time: float, cost: float) -> None:
    # One work of a kind was done before: a factor of 1 - fall on time and price.
    found = []
    for earlier in (0.0, 1.0):
        numbers: dict[str, Value] = PLAIN | {
            "governance.earlier_experience": earlier, "governance.learning_time": time,
            "governance.learning_cost": cost, "funds.plan_lag_weeks": 0, "funds.pooled_delay_weeks": 0,
        }  # fmt: skip
        region, events = tiny_region(numbers=numbers)
        for week in (47, 48):
            take(region, "govern", week=week)
        columns = {"project_kind": [COLD], "township": [-1], "central_fen": [1_000_000]}
        region.world.publish(made(ProjectApproved, project=[0], **columns))
        take(region, "govern", week=52)
        award = events.of(ContractAwarded)
        found.append((int(award["due_day"][0] - award["day"][0]), int(award["price_factor"][0])))
    (days, price), (later_days, later_price) = found
    assert later_days == round(days * (1 - time))
    assert later_price == pytest.approx(price * (1 - cost), abs=1)
