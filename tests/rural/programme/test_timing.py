"""What a fork changes too late is named, and it is true of all that is listed: nothing comes of it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.journal import JournalReader
from ecsim.rural.events import EVENTS
from ecsim.rural.programme.timing import PLAN_TIME, TRANCHE_TIME, without_effect
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import Run, simulate
from ecsim.scenario.load import changed
from runs import scenario

START = dt.date(2018, 11, 5)
OTHER: dict[str, Any] = {
    "policy.funds.strategy": "equal_split",
    "policy.funds.choice": "default_shares",
    "policy.funds.floor_share": 0.9,
    "policy.funds.shares": {"supply_chain": 0.2, "stations": 0.6},
    "policy.funds.uses": ["bought_traffic"],
    "policy.station_design": "upgraded_shop",
    "parameters.funds.county_noise": 0.1,
    "parameters.funds.prefecture_noise": 0.5,
    "parameters.funds.seat_bias": 0.2,
    "parameters.funds.shared_assets": False,
    "parameters.planning.stations_a_batch": 20,
    "parameters.planning.persons_a_batch": 250,
    "parameters.planning.need_curvature": 2.0,
    "parameters.planning.need_worth": 2.0,
    "parameters.planning.shared_cost": 1,
    "parameters.planning.reuse_cost": 0.5,
    "parameters.planning.fit_out": 0.7,
    "parameters.planning.rent_share": 0.1,
    "parameters.planning.assets_known": 0.9,
    "parameters.planning.evidence": 0.5,
    "parameters.planning.database_clarity": 0.5,
    "policy.funds.held_back": 0.5,
    "policy.funds.central": {"value": 16e6, "unit": "yuan", "source": "none"},
    "policy.funds.multiplier": 0.5,
    "policy.funds.split": "formula",
    "parameters.funds.first_tranche": 0.5,
}
"""Another value for every key that is listed; projects have theirs below."""
PROJECTS: dict[str, Any] = {
    "category": "other", "central_yuan": 9e5, "most_a_county": 1, "scope": "county", "local_share": 0.5,
    "social_share": 0.4, "full_need": 0.5, "need": "products", "need_share": 0.5, "covers": 7.0,
    "targets": ["complaints"], "premises": "hall", "building_share": 0.1,
}  # fmt: skip


UNBOUND = {
    "policy.rule_book.rules.service_centre_share.limit.value": 1.0,
    "policy.rule_book.rules.supply_chain_share.limit.value": 0.0,
    "policy.rule_book.rules.forbidden_uses.on_breach": "flag",
}
"""Shares are held at every award and payment, on what was allotted: here they let everything through; uses too."""
HOUSED = ("premises", "building_share")
"""Keys of kinds that need a building alone."""


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scenario, Run]:
    folder = tmp_path_factory.mktemp("timing") / "parent"
    of = changed(scenario(sample=0.0005, start=START, end=dt.date(2019, 7, 28)), UNBOUND, "test")
    return folder, of, simulate(of, 3, out=folder)


def changes(of: Scenario, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return another value for every one of some listed keys."""
    found: dict[str, Any] = {}
    for key in keys:
        first, *rest = key.split(".")
        kinds = [kind for kind, of_kind in of.projects.items() if of_kind.premises or rest[-1] not in HOUSED]
        names = [f"projects.{kind}.{rest[-1]}" for kind in kinds] if first == "projects" else [key]
        found |= dict.fromkeys(names, PROJECTS[rest[-1]] if first == "projects" else OTHER[key])
    return found


def day_of(date: dt.date) -> int:
    return (date - START).days // 7 * 7


AFTER_PLANS, AFTER_TRANCHES = day_of(dt.date(2018, 12, 24)), day_of(dt.date(2019, 7, 1))


@pytest.mark.parametrize(
    ("keys", "day", "words"),
    [
        (PLAN_TIME, AFTER_PLANS, "read when plans are made, on 2018-12-20"),
        (TRANCHE_TIME, AFTER_TRANCHES, "the last tranche came on 2019-06-30"),
    ],
)
def test_of_all_that_is_listed_nothing_comes_once_it_was_read(
    keys: tuple[str, ...], day: int, words: str, parent: tuple[Path, Scenario, Run]
) -> None:
    """Changed all at once, after its date: the root is the parent's; before: another, and nothing is said."""
    folder, of, run = parent
    other = changed(of, changes(of, keys), "test")
    (told,) = without_effect(of, other, day)
    assert words in told
    for key in keys:
        assert re.search(re.escape(key).replace(r"\*", r"\w+"), told), key
    out = folder.parent / f"late-{day}"
    assert fork(folder, day, other, out=out).root.root == run.root.root
    assert JournalReader(out, EVENTS).genesis["parent"]["without_effect"] == [told]
    early = day_of(dt.date(2018, 11, 26))
    assert without_effect(of, other, early) == []
    assert fork(folder, early, other).root.root != run.root.root


def test_more_money_after_the_plans_is_said_to_move_the_next_tranche_alone(parent: tuple[Path, Scenario, Run]) -> None:
    _, of, _ = parent
    richer = changed(of, {"funds.multiplier": 2.0}, "test")
    (told,) = without_effect(of, richer, AFTER_PLANS)
    assert told == (
        "no effect on plans, made on 2018-12-20: policy.funds.multiplier (only the tranche of 2019-06-30 follows)"
    )


def test_what_is_read_all_along_is_not_named(parent: tuple[Path, Scenario, Run]) -> None:
    _, of, _ = parent
    other = {
        "funds.county_capacity": 5.0,
        "market.growth": 0.3,
        "policy.siting": "population",
        "projects.brand.lead_weeks": 9,
    }
    assert without_effect(of, changed(of, other, "test"), AFTER_TRANCHES) == []


@pytest.mark.parametrize("purse", ["county", "none"])
def test_the_purse_changes_hands_before_money_came_and_not_after(
    purse: str, parent: tuple[Path, Scenario, Run]
) -> None:
    folder, of, run = parent
    other = changed(of, {"funds.purse": purse}, "test")
    for date in (dt.date(2018, 12, 3), dt.date(2019, 7, 1)):
        with pytest.raises(
            EcsimError, match=rf"cannot change funds\.purse \(prefecture to {purse}\).*fork on 2018-11-30"
        ):
            fork(folder, day_of(date), other)
    assert fork(folder, day_of(dt.date(2018, 11, 26)), other).root.root != run.root.root


@pytest.mark.parametrize("end", [dt.date(2018, 12, 2), dt.date(2018, 12, 30)])
def test_a_fork_does_not_end_before_it_begins(end: dt.date, parent: tuple[Path, Scenario, Run]) -> None:
    folder, of, _ = parent
    with pytest.raises(EcsimError, match=rf"a fork on 2018-12-31 needs a week or more to go, and its end is {end}"):
        fork(folder, day_of(dt.date(2018, 12, 31)), changed(of, {"end": end.isoformat()}, "test"))


def test_the_command_says_what_comes_too_late(
    parent: tuple[Path, Scenario, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _, _ = parent
    out = str(folder.parent / "said")
    assert main(["fork", str(folder), "--at", "2019-07-15", "--set", "funds.floor_share=0.5", "--out", out]) == 0
    told = capsys.readouterr()
    words = "no effect any more: policy.funds.floor_share (read when plans are made, on 2018-12-20)"
    assert f"ecsim: {words}" in told.err
    assert words in told.out
    assert main(["fork", str(folder), "--at", "2019-07-15", "--set", "end=2019-01-01", "--out", f"{out}-2"]) == 2
    assert "needs a week or more to go" in capsys.readouterr().err
    assert not Path(f"{out}-2").exists()
