"""Plans as files, from a policy to a file and back into a run; named villages get stations, nothing begins early."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.rural.events import (
    Category,
    ContractAwarded,
    Event,
    PlanDelayed,
    ProjectApproved,
    ProjectKind,
    SiteChosen,
    StationOffered,
    StationOpened,
)
from ecsim.rural.events.funds import ProjectRefused
from ecsim.rural.events.governance import NOT_RECKONED
from ecsim.rural.plans.tables import write_rows
from ecsim.rural.plans.written import plan_worth
from ecsim.rural.programme.strategies import Allocation, BudgetView
from ecsim.rural.scenario import STRATEGIES, Scenario
from ecsim.scenario.load import load
from ecsim.scenario.parts import load_policy
from ecsim.scenario.plans import load_plan, read_plan
from tiny import CONFIGS, PACK, Events, take, tiny_region

QUICK: dict[str, Any] = {"start": "2018-11-26", "end": "2020-03-31"}
ON_TINY = ["--set", f"region={PACK}", "--set", "sample=1.0", "--set", f"start={QUICK['start']}"]


def planned(changes: dict[str, Any], weeks: int = 4) -> Events:
    """Return what happens until the plan is made, or longer."""
    region, events = tiny_region(QUICK | changes)
    for week in range(weeks):
        take(region, "govern", "begin_service", week=week)
    return events


def filed(*rows: dict[str, Any], **head: Any) -> dict[str, Any]:
    """Return the changes by which a policy has a plan of these rows."""
    named = [{"id": f"r{number}", "place": "990101", **row} for number, row in enumerate(rows)]
    says = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "prefecture", "projects": named, **head}
    stations_alone_may = {"policy.rule_book.rules.supply_chain_share.on_breach": "flag"}
    return {"policy.plan": says, "policy.funds.strategy": "plan", **stations_alone_may}


def test_a_solvers_plan_quotes_its_worth_and_the_bound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = tmp_path / "best.toml"
    assert main(["plan-from", "optimised", "--out", str(head), *ON_TINY]) == 0
    note = head.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    assert note in capsys.readouterr().out
    found = re.fullmatch(r"worth ([\d.]+) targets .* no lawful plan passes ([\d.]+) \(gap ([\d.]+)%\)", note)
    assert found is not None
    worth, bound, gap = map(float, found.groups())
    assert 0 < worth <= bound
    assert gap == pytest.approx(100 * (1 - worth / bound), abs=0.006)
    assert load_plan(head).projects


def test_a_plan_of_which_a_part_is_late_quotes_its_worth_too(tmp_path: Path) -> None:
    notes = set()
    for late in (0.0, 0.5):
        head = tmp_path / f"{late}.toml"
        numbers = ["--set", f"governance.late_report={late}", "--set", "governance.late_days=30", "--seed", "2"]
        assert main(["plan-from", "optimised", "--out", str(head), *ON_TINY, *numbers]) == 0
        notes.add(head.read_text(encoding="utf-8").splitlines()[0])
    (note,) = notes
    assert note.startswith("# worth ")


class ToldPlans:
    """A journal of plans: filed of prefecture 0, filed after a delay of 1, still late of 2; changes of two of them."""

    def __init__(self, bound_of_last: int = 9_000_000) -> None:
        self.bound_of_last = bound_of_last

    def kind(self, kind: type[Event]) -> dict[str, NDArray[np.int64]]:
        late, filed = (
            [(11, 1, 4, 5_000_000), (12, 2, 8, self.bound_of_last), (30, 2, NOT_RECKONED, NOT_RECKONED)],
            [(10, 0, 2, 3_000_000), (20, 1, 4, 5_000_000), (40, 0, NOT_RECKONED, NOT_RECKONED), (41, 1, 7, 7)],
        )
        rows = np.array(late if kind is PlanDelayed else filed, np.int64)
        return dict(zip(("seq", "prefecture", "worth", "bound"), rows.T, strict=True))


def test_worth_and_bound_are_of_the_first_plans_of_all_prefectures() -> None:
    assert plan_worth(cast(Any, ToldPlans())) == (14e-6, 17.0)
    assert plan_worth(cast(Any, ToldPlans(NOT_RECKONED))) is None


IN_QUJING = ["--set", 'prefectures=["曲靖市"]', "--set", "sample=0.0001"]


@pytest.mark.parametrize("policy", sorted(set(STRATEGIES) - {"no_money", "plan"}))
def test_the_plan_of_a_shipped_policy_passes_the_check_that_is_named(
    policy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = tmp_path / "mine.toml"
    assert main(["plan-from", policy, "--out", str(head), *IN_QUJING]) == 0
    said, funds = capsys.readouterr().out, load_policy(CONFIGS / "policies" / f"{policy}.toml").funds
    assert f"then `ecsim check {head}`" in said
    assert f'strategy = "plan", purse = "{funds.purse}", split = "{funds.split}"' in said
    plan = load_plan(head)
    assert (plan.purse, plan.split) == (funds.purse, funds.split)
    assert main(["check", str(head)]) == 0


def test_a_plan_of_other_money_is_checked_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = tmp_path / "mine.toml"
    twice = ["--set", "funds.multiplier=2.0"]
    assert main(["plan-from", "pooled_by_default", "--out", str(head), *IN_QUJING, *twice]) == 0
    assert (
        "`ecsim check` a scenario whose policy names mine.toml "
        f"(`ecsim check {head}` holds it against the baseline, whose policy.funds.multiplier is another)"
    ) in capsys.readouterr().out


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project"])
@pytest.mark.parametrize("excel", [[], ["--excel", "--zh"]])
def test_the_plan_that_is_written_is_approved_project_by_project_as_the_policys_own(
    tmp_path: Path, policy: str, excel: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    head = tmp_path / "plans" / "mine.toml"
    assert main(["plan-from", policy, "--out", str(head), *excel, *ON_TINY]) == 0
    assert "projects in" in capsys.readouterr().out
    policy_file = (CONFIGS / "policies" / f"{policy}.toml").read_text(encoding="utf-8")
    own = head.parent / "own.toml"
    own.write_text('plan = "mine.toml"\n' + policy_file.replace(f'strategy = "{policy}"', 'strategy = "plan"'), "utf-8")
    runs = []
    for named in (CONFIGS / "policies" / f"{policy}.toml", own):
        (tmp_path / "scenario.toml").write_text(
            f'extends = "{CONFIGS / "baseline.toml"}"\npolicy = "{named}"\n', encoding="utf-8"
        )
        of = load(tmp_path / "scenario.toml", {"region": str(PACK), "sample": 1.0, **QUICK})
        runs.append(planned({"policy": of.policy.model_dump(mode="json")}).of(ProjectApproved))
    theirs, read = runs
    assert len(theirs["project"]) > 20
    assert {name: theirs[name].tolist() for name in theirs if name not in ("seq", "cause")} == {
        name: read[name].tolist() for name in theirs if name not in ("seq", "cause")
    }


def test_stations_are_offered_in_the_villages_that_are_named_and_then_by_rule() -> None:
    villages = ["990101002201", "990101001202"]
    events = planned(
        filed({"kind": "stations", "units": 3, "design": "mobile", "sites": villages, "central_yuan": 36_000.0}), 60
    )
    chosen, offered = events.of(SiteChosen), events.of(StationOffered)
    assert chosen["village"].tolist() == [2, 1]
    assert offered["village"][:2].tolist() == [2, 1]
    assert set(offered["village"][2:4].tolist()) == {0, 3}, "nobody takes it there: the next villages are asked"
    assert offered["accepted"].sum() <= 3
    assert set(offered["design"].tolist()) == {3}
    assert set(events.of(StationOpened)["design"].tolist()) <= {3}


def test_a_village_that_is_named_is_left_to_its_project() -> None:
    """The first project is early and takes any village but the one that the second names."""
    rows = [
        {"kind": "stations", "units": 3, "central_yuan": 36_000.0},
        {"kind": "stations", "sites": ["990101002201"], "start": "2019-10-07", "central_yuan": 12_000.0},
    ]
    offered = planned(filed(*rows), 80).of(StationOffered)
    first, named = (offered["village"][offered["project"] == project].tolist() for project in (0, 1))
    assert set(first) == {0, 1, 3}
    assert named[0] == 2


def test_no_contract_comes_before_the_start_of_a_project() -> None:
    at_once, later = (
        {"kind": "cold_store", "central_yuan": 1e5},
        {"kind": "brand", "start": "2019-09-02", "central_yuan": 1.2e6},
    )
    awarded = planned(filed(at_once, later), 60).of(ContractAwarded)
    first = dict(zip(awarded["project"].tolist(), awarded["day"].tolist(), strict=True))
    assert first[0] < 280 <= first[1]


def test_a_plan_is_approved_in_the_week_in_which_it_is_filed() -> None:
    approved = planned(filed({"kind": "brand", "central_yuan": 1.2e6}, filed="2019-02-20"), 20).of(ProjectApproved)
    assert approved["day"].tolist() == [84]  # the week of 18 February, 84 days after the start


def test_points_without_a_name_go_to_townships_that_no_other_row_has() -> None:
    """The first row would take 城关镇, the more populous, which the second names."""
    point = {"kind": "township_points", "central_yuan": 5e4}
    approved = planned(filed(point, {**point, "sites": ["990101001"]})).of(ProjectApproved)
    assert approved["township"].tolist() == [1, 0]


class MorePoints:
    """A strategy that plans a transfer point for more townships than there are, and one township twice."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return five points of the first county: of turns 0 to 3, and once more that of the first."""
        first = next(c for c in view.candidates if c.kind == ProjectKind.TOWNSHIP_POINTS and c.county == 0)
        named = replace(first, terms=replace(first.terms, township=1))
        chain = [c for c in view.candidates if c.category == Category.SUPPLY_CHAIN and c.county == 0]
        return Allocation(
            [*chain, named, *(replace(first, turn=turn) for turn in (1, 2, 3, -7)), replace(named, turn=1)]
        )


def test_a_class_that_plans_too_many_points_is_refused_them() -> None:
    events = planned({"policy.funds.strategy": f"{__name__}:MorePoints"})
    approved, refused = events.of(ProjectApproved), events.of(ProjectRefused)
    points = approved["project_kind"] == ProjectKind.TOWNSHIP_POINTS
    assert sorted(approved["township"][points].tolist()) == [0, 1]
    assert set(refused["rule"].tolist()) == {4}
    assert len(refused["rule"]) == 4


def test_projects_hold_what_the_plan_says_of_them() -> None:
    row = {"kind": "packing_line", "central_yuan": 4e5, "package": "A", "owner": "enterprise:1"}
    approved = planned(filed(row, {**row, "owner": "cooperative:0", "package": ""})).of(ProjectApproved)
    assert [approved[name].tolist() for name in ("package", "cooperative", "enterprise")] == [[0, -1], [-1, 0], [1, -1]]
    assert set(approved["project_kind"].tolist()) == {int(ProjectKind.PACKING_LINE)}


def scenario_of(tmp_path: Path, policy: str) -> Scenario:
    (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
    (tmp_path / "scenario.toml").write_text(
        f'extends = "{CONFIGS / "baseline.toml"}"\npolicy = "policy.toml"\n', encoding="utf-8"
    )
    return load(tmp_path / "scenario.toml", {"region": str(PACK)})


POLICY = (CONFIGS / "policies" / "pooled_by_project.toml").read_text(encoding="utf-8")
OF_A_PLAN = POLICY.replace('strategy = "pooled_by_project"', 'strategy = "plan"')
HEAD = 'name = "p"\ntitle_en = "p"\ntitle_zh = "p"\npurse = "prefecture"\nprojects = "rows.csv"\n'


@pytest.mark.parametrize(
    ("policy", "head", "words"),
    [
        (OF_A_PLAN, HEAD, "funds.strategy is 'plan' and no plan is given"),
        ('plan = "head.toml"\n' + POLICY, HEAD, "funds.strategy is 'pooled_by_project' and a plan is given"),
        ('plan = "other.toml"\n' + OF_A_PLAN, HEAD, "other.toml: no such file, named by"),
        ('plan = "head.toml"\n' + OF_A_PLAN, HEAD.replace("rows", "none"), "none.csv: no such file"),
        ('plan = "head.toml"\n' + OF_A_PLAN, HEAD.replace("prefecture", "county"), "the purse of plan p is 'county'"),
        ('plan = "head.toml"\n' + OF_A_PLAN, HEAD + 'split = "formula"\n', "the split of plan p is 'formula'"),
        ('plan = "head.toml"\n' + OF_A_PLAN, HEAD, "1 row cannot be taken; mend what is wrong:\n  row 2 (b): 'No"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_file(tmp_path: Path, policy: str, head: str, words: str) -> None:
    (tmp_path / "head.toml").write_text(head, encoding="utf-8")
    rows = [{"id": "a", "place": "990101", "kind": "brand", "central_yuan": 1}]
    write_rows(tmp_path / "rows.csv", [*rows, {"id": "b", "place": "Nowhere", "kind": "brand", "central_yuan": 1}])
    with pytest.raises(EcsimError) as refused:
        scenario_of(tmp_path, policy)
    assert words in str(refused.value)


def test_money_that_no_row_can_have_is_told_by_the_id_of_the_row_once(tmp_path: Path) -> None:
    (tmp_path / "head.toml").write_text(HEAD, encoding="utf-8")
    row = {"id": "a", "place": "990101", "kind": "brand"}
    write_rows(tmp_path / "rows.csv", [{**row, "central_yuan": -5}, {**row, "id": "b"}])
    with pytest.raises(EcsimError) as refused:
        load_plan(tmp_path / "head.toml")
    assert str(refused.value).replace(f"{tmp_path / 'head.toml'}: ", "").splitlines() == [
        "projects.0 (a).central_yuan is -5.0; it must be greater than or equal to 0.01",
        "projects.1 (b).central_yuan is required but missing",
    ]


def test_an_id_stands_in_one_row(tmp_path: Path) -> None:
    (tmp_path / "head.toml").write_text(HEAD, encoding="utf-8")
    write_rows(tmp_path / "rows.csv", [{"id": "a", "place": "990101", "kind": "brand", "central_yuan": 1}] * 2)
    with pytest.raises(EcsimError, match="the id 'a' stands in two rows"):
        load_plan(tmp_path / "head.toml")
    assert len(read_plan(tmp_path / "head.toml")["projects"]) == 2


def test_a_plan_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("mine")
    assert main(["plan-from", "pooled_by_project", "--out", str(tmp_path / "a.toml"), *ON_TINY]) == 2
    assert "there already" in capsys.readouterr().err
    assert (tmp_path / "a.csv").read_text() == "mine"


def test_a_run_without_money_has_no_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan-from", "no_money", "--out", str(tmp_path / "a.toml"), *ON_TINY]) == 2
    assert "no project was approved in it; name a policy with money" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
