"""Whose purse it is, and when it is placed: the neutral point, plans in parts at supervision (docs/model.md 4.10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ProjectStatus
from ecsim.rural.events.funds import ContractAwarded, ProjectApproved, ProjectRefused, WorksFinished
from ecsim.rural.programme.plans import plannable_units, view_of
from ecsim.rural.programme.purse_facts import committed_units
from ecsim.rural.programme.rule_book import Purse
from ecsim.rural.region import Region
from tiny import Events, made, take, tiny_region

PLANS_WEEK = 3
SUPERVISED = 13
"""Weeks of the plan and of the first quarterly supervision after it, from the Monday before the first money."""
NEUTRAL: dict[str, Value] = {
    "funds.county_noise": 0.3, "funds.prefecture_noise": 0.3, "funds.seat_bias": 0.0, "funds.shared_assets": False,
    "planning.assets_known": 1.0, "funds.pooled_delay_weeks": 0, "funds.prefecture_factor": 1.0,
}  # fmt: skip
"""Every mechanism by which pooling helps or hurts at none: choosers see alike, nothing is shared, nothing is late."""
ENOUGH = {"policy.funds.multiplier": 1.5, "policy.funds.floor_share": 0.0}
"""So much money that no county could use another's."""


def planned(
    policy: str, weeks: int = PLANS_WEEK, numbers: dict[str, Value] | None = None, **changes: Any
) -> tuple[Region, Events]:
    region, events = tiny_region({"start": "2018-11-26", **changes}, policy=policy, numbers=numbers)
    for week in range(weeks + 1):
        take(region, "govern", week=week)
    return region, events


def projects(events: Events, kind: type = ProjectApproved) -> dict[int, list[tuple[Any, ...]]]:
    """Return what was approved or refused, county by county, in the order of the plan."""
    names = ("project_kind", "turn", "central_fen", "county")
    found = events.of(kind)
    rows = list(zip(*(found[name].tolist() for name in names), strict=True))
    return {county: [row for row in rows if row[3] == county] for county in sorted({row[3] for row in rows})}


@pytest.mark.parametrize("choice", ["ranked", "default_shares", "optimised"])
def test_at_the_neutral_point_the_purse_alone_changes_no_plan(choice: str) -> None:
    """The same projects in the same order in every county, and the same refused: to the bit."""
    own = {**ENOUGH, "policy.funds.choice": choice}
    _, pooled = planned("pooled_by_project", numbers=NEUTRAL, **own)
    _, split = planned("split_by_project", numbers=NEUTRAL, **own)
    assert projects(pooled)
    assert projects(pooled) == projects(split)
    assert projects(pooled, ProjectRefused) == projects(split, ProjectRefused)


def test_away_from_it_it_does() -> None:
    for one in ({"funds.prefecture_noise": 1.0}, {"funds.shared_assets": True}):
        short = {"policy.funds.multiplier": 0.5, "policy.funds.floor_share": 0.0}
        _, pooled = planned("pooled_by_project", numbers={**NEUTRAL, **one}, **short)
        _, split = planned("split_by_project", numbers={**NEUTRAL, **one}, **short)
        assert projects(pooled) != projects(split)


def test_an_adaptive_choice_places_part_first_and_more_at_supervision() -> None:
    _, first = planned("adaptive")
    region, later = planned("adaptive", SUPERVISED)
    whole = 2 * 1_760_000_000
    placed = first.of(ProjectApproved)["central_fen"].sum()
    assert 0.6 * whole < placed <= 0.7 * whole
    found = later.of(ProjectApproved)
    assert set((found["day"] // 7).tolist()) == {PLANS_WEEK, SUPERVISED}
    assert 0.8 * whole < found["central_fen"].sum() <= whole
    keys = list(zip(*(found[name].tolist() for name in ("project_kind", "county", "turn")), strict=True))
    assert len(set(keys)) == len(keys)
    assert found["project"].tolist() == list(range(region.world.state.count("projects")))


def test_an_adaptive_choice_that_keeps_nothing_back_begins_as_the_ranking_does() -> None:
    _, ranked = planned("pooled_by_project")
    _, adaptive = planned("adaptive", **{"policy.funds.held_back": 0.0})
    assert projects(adaptive) == projects(ranked)


def test_who_plans_again_sees_more_clearly_what_was_built() -> None:
    """After n works of a kind the error of its gain is that of a mean of 1 + n looks."""
    region, _ = planned("pooled_by_project", numbers={"funds.seat_bias": 0.0}, **{"policy.funds.multiplier": 0.3})
    office, world = region.office, region.world
    purse = Purse(0, (0, 1), 10**12, (5 * 10**11, 5 * 10**11))
    before = view_of(world, office, purse, plannable_units(world, office, 0))
    weighed = [unit for unit in before.candidates if unit.gain > 0.0]
    planned_kinds = world.state.projects.kind[: world.state.count("projects")]
    kind = next(int(kind) for kind in planned_kinds if any(unit.kind == kind for unit in weighed))
    built = np.flatnonzero(planned_kinds == kind)
    world.publish(WorksFinished(project=built))
    after = view_of(world, office, purse, plannable_units(world, office, 0))
    looks, variance = 1 + len(built), office.terms.prefecture_noise**2
    assert {kind} < {unit.kind for unit in weighed}
    for unit in weighed:
        seen, now = (np.log(view.expected[unit.key] / unit.gain) for view in (before, after))
        if unit.kind == kind:
            assert now + variance / (2 * looks) == pytest.approx((seen + variance / 2) / np.sqrt(looks))
        else:
            assert now == pytest.approx(seen)


def test_what_a_contract_saves_may_be_placed_again() -> None:
    region, _ = planned("pooled_by_project")
    world, purse = region.world, Purse(0, (0, 1), 10**12, (5 * 10**11, 5 * 10**11))
    before = {unit.key: unit.central_fen for unit in committed_units(world.state, purse)}
    world.publish(made(ContractAwarded, project=[0], due_day=[1], price_factor=[900_000]))
    after = {unit.key: unit.central_fen for unit in committed_units(world.state, purse)}
    changed = {key: (fen, after[key]) for key, fen in before.items() if fen != after[key]}
    assert len(before) == world.state.count("projects")
    ((fen, now),) = changed.values()
    assert now == 9 * fen // 10
    assert world.state.projects.status[0] == ProjectStatus.CONTRACTED
    assert not committed_units(world.state, replace(purse, counties=(), prefecture=5))
