"""What must not matter to the rural model: each change does what it says, keeps the facts, and steps swap in place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.cli.main import main
from ecsim.experiments.running.simulation_task import changed
from ecsim.kernel.simulate import simulate
from ecsim.rural.events import HouseholdsBaselined, PlotsBaselined
from ecsim.rural.invariances import INVARIANCES
from ecsim.rural.model import MODEL
from ecsim.rural.regions import load_pack
from ecsim.rural.scenario import Scenario
from ecsim.rural.week import INTERCHANGEABLE, WEEK
from tiny import CONFIGS, PACK, tiny_scenario


@contextmanager
def opened(name: str, number: int = 0, **changes: Any) -> Iterator[tuple[Any, Scenario, dict[type, Any]]]:
    """Yield model, scenario and opening events of the tiny region under a change."""
    with changed(MODEL, tiny_scenario(changes), name, number) as (model, scenario):
        yield model, scenario, {type(event): event for event in model.opening(scenario).events}


def plain() -> dict[type, Any]:
    return {type(event): event for event in MODEL.opening(tiny_scenario()).events}


def test_steps_that_may_swap_stand_next_to_each_other_in_the_week() -> None:
    """Whoever moves a step asks anew whether its order matters."""
    names = [step.name for step in WEEK]
    for first, second, _ in INTERCHANGEABLE:
        assert names[names.index(first) + 1] == second
    assert len({change.name for change in INVARIANCES}) == len(INVARIANCES)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("order_of_counties", "counties.csv"),
        ("order_of_villages", "villages.csv"),
        ("order_of_products", "products.csv"),
    ],
)
def test_the_order_of_rows_in_files_changes_no_event(name: str, file: str) -> None:
    """Counties, villages and products stand by code in a run, so that nobody's luck hangs on a row of a file."""
    scenario = tiny_scenario({"end": "2018-02-11"})
    listed = (PACK / file).read_text("utf-8").splitlines()
    moved = 0
    for number in range(3):
        with changed(MODEL, scenario, name, number) as (model, other):
            rows = (Path(other.region) / file).read_text("utf-8").splitlines()
            assert sorted(rows) == sorted(listed)
            moved += rows != listed
            assert simulate(model, other, 1).root.root == simulate(MODEL, scenario, 1).root.root
    assert moved


@pytest.mark.parametrize(
    ("name", "file"), [("order_of_counties", "counties.csv"), ("order_of_products", "products.csv")]
)
def test_rows_of_a_file_stand_in_another_order_in_another_replication(name: str, file: str) -> None:
    head, *rows = (PACK / file).read_text("utf-8").splitlines()
    orders = set()
    for number in range(6):
        with changed(MODEL, tiny_scenario(), name, number) as (_, scenario):
            first, *others = (Path(scenario.region) / file).read_text("utf-8").splitlines()
            assert (first, sorted(others)) == (head, sorted(rows))
            orders.add(tuple(others))
            counties = load_pack(scenario.region).counties
        assert sorted(county.adcode for county in counties) == ["990101", "990102"]
    assert len(orders) > 1
    assert not Path(scenario.region).exists()


def test_households_change_numbers_within_their_village_and_take_their_plots_along() -> None:
    before = plain()
    houses, plots = before[HouseholdsBaselined], before[PlotsBaselined]
    with opened("order_of_households", 1) as (_, _, events):
        others, others_plots = events[HouseholdsBaselined], events[PlotsBaselined]
    assert list(others.village) == list(houses.village)
    assert list(others.way_m) != list(houses.way_m)

    def kept(event: Any, of_plots: Any) -> list[tuple[Any, ...]]:
        """Return households as what is known of them, with what their plots yield."""
        columns = [column.name for column in event.columns if column.name != "household"]
        yields = [tuple(sorted(of_plots.output_g[of_plots.household == row])) for row in event.household]
        known = zip(*(event.__dict__[name].tolist() for name in columns), yields, strict=True)
        return sorted(known)

    assert kept(others, others_plots) == kept(houses, plots)
    assert np.all(np.diff(others_plots.household) >= 0)
    assert list(others_plots.plot) == list(plots.plot)


def test_another_synthesis_is_of_other_people_who_add_up_to_the_same_facts() -> None:
    before = plain()[HouseholdsBaselined]
    with opened("synthesis", 0) as (_, _, events):
        other = events[HouseholdsBaselined]
    assert list(other.way_m) != list(before.way_m)
    assert other.weight.sum() == before.weight.sum()
    with opened("synthesis", 1) as (_, _, events):
        assert list(events[HouseholdsBaselined].way_m) != list(other.way_m)


def test_a_run_starts_on_another_weekday_of_the_same_year_of_weeks() -> None:
    starts = []
    for number in range(3):
        with opened("weekday", number) as (_, scenario, _):
            starts.append(scenario.start)
            assert (scenario.end - scenario.start) == (tiny_scenario().end - tiny_scenario().start)
    assert [start.isoweekday() for start in starts] == [2, 3, 4]


CLAIMED = f"""
name = "tiny-claims"
title_en = "x"
title_zh = "某"
question = "?"
scenario = "tiny.toml"
reference = "none"
replications = 2
[[claims]]
name = "buying"
statement = {{ en = "Some buy online" }}
outcome = "buyers_share"
arm = "none"
relation = ">"
tolerance = 0.2
[[arms]]
name = "none"
policy = "{CONFIGS}/policies/no_money.toml"
"""
TINY = f"""
extends = "{CONFIGS}/baseline.toml"
name = "tiny"
region = "{PACK}"
sample = 0.5
end = 2018-01-21
"""


def test_claims_of_a_study_of_the_region_are_tried_under_every_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    (tmp_path / "experiment.toml").write_text(CLAIMED, encoding="utf-8")
    assert main(["claims", str(tmp_path), "--out", str(tmp_path / "out"), "--workers", "1", "--json"]) in (0, 1)
    rows = json.loads(capsys.readouterr().out)["tables"]["changes"]["rows"]
    assert [row["change"] for row in rows] == ["seeds", *(change.name for change in INVARIANCES)]
    assert all(row["replications"] == 2 and row["after"] > 0.0 for row in rows)
    assert main(["claims", str(tmp_path), "--out", str(tmp_path / "late"), "--workers", "1", "--set",
                 "scenario.start=2022-11-21", "--set", "scenario.end=2022-12-31", "--runs", "2",
                 "--changes", "weekday"]) == 2  # fmt: skip
    assert "--changes weekday: makes no sense here" in capsys.readouterr().err
