"""Breaches of the rules on central money, recounted from events, beside what the run says of itself."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from ecsim.cli.main import main
from ecsim.kernel.breaches import BreachReport
from ecsim.kernel.runs import open_run
from ecsim.rural.breaches import breaches_of
from ecsim.rural.events import Category, ContractAwarded, Funder, PaymentMade, ProjectApproved, ProjectRefused
from ecsim.rural.plans.written import plan_rows
from ecsim.rural.programme import plans
from ecsim.rural.programme.rule_book import Breach
from ecsim.rural.state.ledger import SUPPLIERS
from ecsim.rural.units import ONE
from evaluated import COUNTY, LAX, SOON, ended_run, evaluated
from tiny import CONFIGS, PACK, tiny_scenario

UNTIL_PLANS: dict[str, Any] = {"start": "2018-11-26", "end": "2018-12-23"}
FLAG = {"policy.rule_book.on_breach": "flag"}
SHARE = 17_600_000.0
"""Central money of one county, yuan."""
CENTRE_AT_MOST = 0.15 * SHARE


def report_of(run: Path) -> BreachReport:
    return breaches_of(open_run(run))


def planned(folder: Path, *rows: dict[str, Any], **changes: Any) -> BreachReport:
    """Return the breaches of a run up to the week of its plan, which is a file of these rows."""
    named = [{"id": f"r{number}", "place": "990101", **row} for number, row in enumerate(rows)]
    says = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "prefecture", "projects": named}
    plan = {"policy.plan": says, "policy.funds.strategy": "plan"}
    return report_of(ended_run(tiny_scenario({**UNTIL_PLANS, **FLAG, **plan, **changes}), folder / "run"))


def dear_centre() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a plan whose centre costs more than its share allows."""
    return (
        {"kind": "service_centre", "central_yuan": CENTRE_AT_MOST + 1000.0},
        {"kind": "cold_store", "units": 20, "central_yuan": CENTRE_AT_MOST + 1000.0},
    )


def test_a_government_that_refuses_leaves_nothing_to_find(capsys: pytest.CaptureFixture[str]) -> None:
    run = evaluated(SOON)
    assert main(["breaches", str(run)]) == 0
    assert "No article was broken" in capsys.readouterr().out


def test_what_is_kept_by_its_owner_breaks_open_access_project_by_project_with_every_payment() -> None:
    run = evaluated(LAX)
    reader, report = open_run(run).reader, report_of(run)
    approved, paid = reader.kind(ProjectApproved), reader.kind(PaymentMade)
    heads = (Category.SERVICE_CENTRE, Category.STATIONS, Category.LOGISTICS, Category.SUPPLY_CHAIN)
    kept = {
        project: (seq, fen)
        for project, seq, fen, head in zip(
            *(approved[name].tolist() for name in ("project", "seq", "central_fen", "category")), strict=True
        )
        if head in heads
    }
    found = {breach.project: breach for breach in report.breaches if breach.rule == "open_access"}
    assert {project: (breach.seq, round(100 * breach.yuan)) for project, breach in found.items()} == kept
    assert {breach.flagged for breach in found.values()} == {"flagged"}
    sums = defaultdict[int, int](int)
    for project, payer, funder, fen in zip(
        *(paid[name].tolist() for name in ("project", "payer", "funder", "paid_fen")), strict=True
    ):
        if project in kept and funder == Funder.CENTRAL:
            sums[project] += -fen if payer == SUPPLIERS else fen
    assert {project: round(100 * breach.paid_yuan) for project, breach in found.items() if breach.payments} == sums
    assert sum(sums.values()) > 0


@pytest.mark.parametrize(("cents", "broken"), [(0, False), (1, True)])
def test_exactly_at_the_limit_is_legal_and_one_fen_over_it_is_not(tmp_path: Path, cents: int, broken: bool) -> None:
    centre = {"kind": "service_centre", "central_yuan": CENTRE_AT_MOST + cents / 100}
    supply = {"kind": "cold_store", "units": 20, "central_yuan": CENTRE_AT_MOST + 1.0}
    report = planned(tmp_path, centre, supply)
    over = [breach for breach in report.breaches if breach.rule == "service_centre_share"]
    assert [(breach.over_yuan, breach.flagged) for breach in over] == ([(0.01, "flagged")] if broken else [])
    if broken:
        assert (over[0].cure.en, over[0].cure.zh) == ("cut 0.01 yuan", "核减0.01元")
        assert (over[0].article, over[0].place.zh) == ("4.1", COUNTY)


def test_a_use_that_a_policy_names_and_the_law_forbids_marks_each_of_its_projects(tmp_path: Path) -> None:
    rows = {"kind": "cold_store", "units": 2, "central_yuan": 250_000.0}, {"kind": "brand", "central_yuan": 700_000.0}
    report = planned(tmp_path, *rows, **{"policy.funds.uses": ["office_building"]})
    assert [(breach.rule, breach.over_yuan, breach.flagged) for breach in report.breaches] == [
        ("forbidden_uses", 125_000.0, "flagged"),
        ("forbidden_uses", 125_000.0, "flagged"),
        ("forbidden_uses", 700_000.0, "flagged"),
    ]
    assert not report.disagreements


def test_a_use_or_an_owner_that_a_row_of_a_plan_names_marks_its_projects_alone(tmp_path: Path) -> None:
    report = planned(
        tmp_path, {"kind": "cold_store", "units": 2, "central_yuan": 250_000.0},
        {"kind": "marketing", "central_yuan": 300_000.0, "uses": ["购买流量"]},
        {"kind": "packing_line", "central_yuan": 450_000.0, "exclusive": True},
    )  # fmt: skip
    found = sorted((breach.rule, breach.over_yuan, breach.flagged) for breach in report.breaches)
    assert found == [("forbidden_uses", 300_000.0, "flagged"), ("open_access", 450_000.0, "flagged")]
    assert not report.disagreements
    rows = plan_rows(open_run(tmp_path / "run").reader)
    assert [(row["kind"], row["uses"], row["exclusive"]) for row in rows] == [
        ("cold_store", [], False), ("marketing", ["bought_traffic"], False), ("packing_line", [], True)
    ]  # fmt: skip


def test_what_one_rule_flags_counts_under_the_others(tmp_path: Path) -> None:
    """Stores that their owner keeps are supply chain all the same: the centre beside them is lawful."""
    report = planned(
        tmp_path, {"kind": "service_centre", "central_yuan": CENTRE_AT_MOST},
        {"kind": "cold_store", "units": 20, "central_yuan": CENTRE_AT_MOST, "exclusive": True},
    )  # fmt: skip
    assert {(breach.rule, breach.flagged) for breach in report.breaches} == {("open_access", "flagged")}
    assert len(report.breaches) == 20
    assert not report.disagreements


@pytest.mark.parametrize("first", ["reused", "new"])
def test_a_plan_that_reuses_what_is_there_and_adds_to_it_is_lawful_in_any_order(first: str, tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "pack")
    (tmp_path / "pack" / "existing_assets.csv").write_text(
        "place,kind,units,programme,chance,year,source,provenance,note\n"
        "990101,cold_store,2,provincial_pilot,1,2016,made up,page,\n",
        encoding="utf-8",
    )
    reused = {"kind": "cold_store", "units": 2, "central_yuan": 60_000.0, "reuses": True}
    new = {"kind": "cold_store", "units": 10, "central_yuan": 1_250_000.0}
    rows = [reused, new] if first == "reused" else [new, reused]
    report = planned(tmp_path, *rows, region=str(tmp_path / "pack"))
    assert (report.commitments, report.breaches) == (12, [])


def test_what_exists_may_be_reused_and_not_be_built_again(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "pack")
    (tmp_path / "pack" / "existing_assets.csv").write_text(
        "place,kind,units,programme,chance,year,source,provenance,note\n"
        "990101,service_centre,1,provincial_pilot,1,2016,made up,page,\n",
        encoding="utf-8",
    )
    centre = {"kind": "service_centre", "central_yuan": 2_400_000.0}
    supply = {"kind": "cold_store", "units": 30, "central_yuan": 3_000_000.0}
    of_pack = {"region": str(tmp_path / "pack")}
    anew = planned(tmp_path / "anew", centre, supply, **of_pack)
    assert [(breach.rule, breach.over_yuan) for breach in anew.breaches] == [("nothing_twice", 2_400_000.0)]
    again = planned(tmp_path / "again", {**centre, "reuses": True}, supply, **of_pack)
    assert (list(again.breaches), list(again.disagreements)) == ([], [])


def test_a_breach_that_the_run_does_not_speak_of_is_found_and_said_to_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plans, "examined_plan", lambda *given: ([*given[3]], [], []))
    report, run = planned(tmp_path, *dear_centre()), tmp_path / "run"
    assert not len(open_run(run).reader.kind(ProjectRefused)["seq"])
    assert [(breach.rule, breach.over_yuan, breach.flagged) for breach in report.breaches] == [
        ("service_centre_share", 1000.0, "not flagged")
    ]
    assert len(report.disagreements) == 1
    assert "the run did not flag it" in report.disagreements[0].en
    assert main(["breaches", str(run)]) == 1
    assert "differs: " in capsys.readouterr().out


def test_a_flag_that_the_events_do_not_bear_out_is_said_to_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slander(world: object, office: object, purse: object, chosen: list[Any]) -> tuple[Any, Any, Any]:
        return [*chosen], [], [Breach(chosen[0], "training_cost", 100, 100)]

    monkeypatch.setattr(plans, "examined_plan", slander)
    report = report_of(ended_run(tiny_scenario(UNTIL_PLANS), tmp_path / "run"))
    assert list(report.breaches) == []
    assert len(report.disagreements) == 1
    assert "the events do not show it" in report.disagreements[0].en
    assert "不成立" in report.disagreements[0].zh


def test_a_contract_below_its_budget_frees_money_for_what_comes_later() -> None:
    """What is committed of a project is the price of its contract, as in the book of the government."""
    run = evaluated(LAX)
    reader = open_run(run).reader
    assert (reader.kind(ContractAwarded)["price_factor"] < ONE).any()
    report = report_of(run)
    assert not [breach for breach in report.breaches if breach.rule == "within_purse"]


def test_the_json_has_every_payment_and_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    run = evaluated(LAX)
    assert main(["breaches", str(run), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    report = report_of(run)
    assert (found["commitments"], len(found["breaches"])) == (report.commitments, len(report.breaches))
    first = next(breach for breach in found["breaches"] if breach["rule"] == "open_access")
    assert first["article"] == "4.3"
    assert first["title"]["zh"] == "公共资金建设设施开放共享"
    assert len(first["payments"]) == len(report.breaches[found["breaches"].index(first)].payments)


def test_a_model_without_rules_on_money_has_no_breaches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(CONFIGS / "examples" / "queue.toml"), "--out", str(tmp_path / "queue")]) == 0
    assert main(["breaches", str(tmp_path / "queue")]) == 2
    assert "has no rules on money to break" in capsys.readouterr().err
