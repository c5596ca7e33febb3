"""A plan that names an owner, or something to reuse, that is not there: a run refuses it in the words of a check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.rural.model import MODEL
from ecsim.rural.plans.filed import RowsRefusedError
from ecsim.rural.plans.verdict import verdict_of
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from ecsim.scenario.checks import check_scenario
from ecsim.scenario.openings import check_openings
from tiny import CONFIGS, PACK, tiny_scenario

SHORT: dict[str, Any] = {"start": "2018-11-26", "end": "2018-12-30"}
STORES = {"kind": "cold_store", "units": 20, "central_yuan": 2_500_000.0}
NOBODY = {**STORES, "owner": "enterprise:99999"}
WRONG = [
    (NOBODY, "there is no enterprise 99999 at the opening"),
    ({**STORES, "owner": "cooperative:900"}, "there is no cooperative 900 at the opening"),
    ({**STORES, "place": "990102", "owner": "enterprise:0"}, "enterprise 0 is of another county"),
    ({**STORES, "reuses": True}, "nothing of the kind is there to be reused"),
    (
        {"kind": "service_centre", "central_yuan": 2_400_000.0, "idle_building": True},
        "no building stands idle for it there, or another row has it",
    ),
]


def filed(*rows: dict[str, Any], **head: Any) -> dict[str, Any]:
    named = [{"id": f"r{number}", "place": "990101", **row} for number, row in enumerate(rows, 1)]
    says = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "county", "projects": named, **head}
    funds = {"policy.funds.purse": "county", "policy.funds.strategy": "plan", "policy.funds.floor_share": 0.0}
    return {**SHORT, "policy.plan": says, **funds}


def unfounded(scenario: Scenario) -> list[str]:
    """Return what a check says of rows that no plan of this region can have."""
    return [str(fault) for fault in verdict_of(scenario, MODEL).faults if not fault.article]


@pytest.mark.parametrize(("row", "problem"), WRONG)
def test_a_run_refuses_what_a_check_does_in_its_words_and_leaves_no_folder(
    row: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    scenario = tiny_scenario(filed(STORES, row))
    (said,) = unfounded(scenario)
    assert said.startswith(f"row 2 (r2): {problem} — ")
    with pytest.raises(RowsRefusedError) as refused:
        simulate(scenario, 1, out=tmp_path / "run")
    assert str(refused.value) == f"plan p: 1 row cannot be taken; mend what is wrong:\n  {said}"
    assert not (tmp_path / "run").exists()


def test_all_such_rows_of_a_plan_are_told_at_once() -> None:
    scenario = tiny_scenario(filed(*(row for row, _ in WRONG)))
    with pytest.raises(RowsRefusedError) as refused:
        simulate(scenario, 1)
    assert str(refused.value).splitlines()[1:] == [f"  {said}" for said in unfounded(scenario)]
    assert len(unfounded(scenario)) == len(WRONG)


def test_a_plan_that_names_what_is_there_runs() -> None:
    scenario = tiny_scenario(filed({**STORES, "owner": "enterprise:0"}))
    assert unfounded(scenario) == []
    assert simulate(scenario, 1).root.events > 0


def test_a_fork_refuses_a_changed_plan_that_names_what_is_not_there(tmp_path: Path) -> None:
    simulate(tiny_scenario(filed(STORES)), 1, out=tmp_path / "run")
    change = filed(STORES, NOBODY, amended="2018-12-27")
    with pytest.raises(RowsRefusedError, match=r"row 2 \(r2\): there is no enterprise 99999 at the opening"):
        fork(tmp_path / "run", 28, tiny_scenario(change), out=tmp_path / "fork")
    assert not (tmp_path / "fork").exists()
    fork(tmp_path / "run", 28, tiny_scenario(filed(STORES, amended="2018-12-27")), out=tmp_path / "fork")
    assert (tmp_path / "fork").exists()


def test_arms_of_an_experiment_are_refused_before_anything_runs() -> None:
    with pytest.raises(EcsimError, match="there is no enterprise 99999 at the opening"):
        check_openings(MODEL, {"arm": tiny_scenario(filed(NOBODY))})


TABLE = """id,place,kind,units,central_yuan,owner
r1,990101,service_centre,1,2640000.01,
r2,990101,cold_store,40,5000000,enterprise:99999
"""


def test_a_check_of_a_scenario_tells_such_rows_with_what_else_its_plan_breaks(tmp_path: Path) -> None:
    head = 'name = "p"\ntitle_en = "p"\ntitle_zh = "p"\npurse = "county"\nprojects = "p.csv"\n'
    policy = 'name = "p"\ntitle_en = "p"\ntitle_zh = "p"\nplan = "plan.toml"\n'
    policy += '[funds]\npurse = "county"\nstrategy = "plan"\ncentral = {value = 17.6e6, unit = "y", source = "F02"}\n'
    scenario = f'extends = "{CONFIGS / "baseline.toml"}"\nregion = "{PACK}"\npolicy = "policy.toml"\n'
    for name, text in (("p.csv", TABLE), ("plan.toml", head), ("policy.toml", policy), ("scenario.toml", scenario)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(EcsimError) as told:
        check_scenario(tmp_path / "scenario.toml")
    assert "2 faults in a plan of 2 rows" in str(told.value)
    assert "row 1 (r1): notice 4.1: county service centres" in str(told.value)
    assert "row 2 (r2): there is no enterprise 99999 at the opening" in str(told.value)
