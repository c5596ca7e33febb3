"""What the government would make of a plan, without a run: article, amount and cure of each row, purse by purse."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from typing import Any

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.rural.model import MODEL
from ecsim.rural.plans.filed import RowsRefusedError
from ecsim.rural.plans.verdict import PlanVerdict, verdict_of
from ecsim.scenario.load import load
from tiny import CONFIGS, PACK, tiny_scenario

CENTRAL = 17_600_000.0
"""Yuan of a county; the tiny region has two in one prefecture."""


def verdict(
    *rows: dict[str, Any],
    purse: str = "county",
    level: str = "county",
    numbers: dict[str, float] | None = None,
    offices: str = "lend",
    changes: dict[str, Any] | None = None,
    **head: str,
) -> PlanVerdict:
    of = of_plan(*rows, purse=purse, level=level, **head)
    of |= {"policy.funds.offices": offices, "parameters": numbers or {}, **(changes or {})}
    return verdict_of(tiny_scenario(of), MODEL)


def of_plan(*rows: dict[str, Any], purse: str = "county", level: str = "county", **head: str) -> dict[str, Any]:
    """Return the changes by which a policy has a plan of these rows."""
    named = [{"id": f"r{number}", "place": "990101", **row} for number, row in enumerate(rows, 1)]
    plan = {"name": "p", "title_en": "p", "title_zh": "p", "purse": purse, "projects": named, **head}
    return {
        "policy.plan": plan, "policy.funds.strategy": "plan", "policy.funds.purse": purse,
        "policy.funds.floor_share": 0.0, "policy.rule_book.level": level,
    }  # fmt: skip


def centre(yuan: float) -> dict[str, Any]:
    return {"kind": "service_centre", "central_yuan": yuan}


STORES = {"kind": "cold_store", "units": 20, "central_yuan": 9_000_000.0}


def test_a_centre_that_is_exactly_at_the_limit_is_lawful_and_a_fen_more_is_not() -> None:
    limit = 0.15 * CENTRAL
    assert verdict(centre(limit), STORES).faults == ()
    (fault,) = verdict(centre(limit + 0.01), STORES).faults
    assert (fault.line, fault.row, fault.article) == (1, "r1", "4.1")
    assert fault.cure == "cut 0.01 yuan"


def test_a_centre_of_two_point_seven_million_is_cut_by_sixty_thousand() -> None:
    (fault,) = verdict(centre(2_700_000.0), STORES).faults
    assert str(fault).startswith("row 1 (r1): notice 4.1: ")
    assert str(fault).endswith("— cut 0.06 million yuan")


def test_a_plan_dearer_than_its_purse_says_what_to_cut() -> None:
    stores = {**STORES, "units": 10, "central_yuan": 50_000_000.0}
    whole, *rows = verdict(stores, {**stores, "place": "990102", "central_yuan": 1_000_000.0}).faults
    assert (whole.line, whole.cure) == (0, "cut 32.4 million yuan")
    assert "上河县 Shanghe County plans 50.00 of 17.60 million yuan" in whole.problem
    assert {fault.row for fault in rows} == {"r1"}


def test_a_plan_without_supply_chain_is_no_lawful_plan() -> None:
    (fault,) = verdict({"kind": "stations", "units": 10, "central_yuan": 100_000.0}).faults
    assert "plan more of the supply chain" in fault.cure


def test_all_shares_that_a_plan_breaks_are_told_at_once() -> None:
    """A centre of 9.6 million: 9.6 million where 15 % are 2.64, and of what is left no supply chain."""
    centres = {"kind": "service_centre", "central_yuan": 9_600_000.0}
    faults = verdict(centres).faults
    assert sorted(fault.cure for fault in faults) == [
        "cut 2.64 million yuan, or plan more of the supply chain",
        "cut 6.96 million yuan",
    ]
    cured = verdict(centres, {**STORES, "units": 40, "central_yuan": 8_000_000.0}).faults
    assert [fault.cure for fault in cured if "supply" not in fault.cure] == ["cut 6.96 million yuan"]


def test_cuts_of_several_rows_make_a_plan_lawful_together() -> None:
    """Three trainings for 0.4 million each beside 0.6 million of the supply chain, which has room for 0.6 of them."""
    training = {"kind": "training", "units": 1000, "central_yuan": 400_000.0}
    supply = {"kind": "cold_store", "units": 5, "central_yuan": 600_000.0}
    faults = verdict(training, training, training, supply).faults
    assert [(fault.row, fault.cure.split(",")[0]) for fault in faults] == [
        ("r2", "cut 0.2 million yuan"), ("r3", "cut 0.4 million yuan"),
    ]  # fmt: skip
    assert verdict(training, {**training, "central_yuan": 200_000.0}, supply).faults == ()


def test_what_a_prefecture_shares_is_cut_until_every_countys_part_is_lawful() -> None:
    """A county's 15 % are 2.64 million, 2 of them for its own centre: 0.64 are left for its half of the shared one."""
    stores = {"kind": "cold_store", "units": 30, "central_yuan": 6_000_000.0}
    rest = [centre(2_000_000.0), stores, {**stores, "place": "990102"}]

    def shared(yuan: float) -> PlanVerdict:
        row = {"level": "prefecture", "place": "甲市", "kind": "prefecture_centre", "central_yuan": yuan}
        return verdict(*rest, {**row, "local_yuan": 1_000_000.0}, purse="prefecture")

    assert [fault.cure for fault in shared(2_640_000.0).faults] == ["cut 1.36 million yuan"]
    assert shared(1_280_000.0).faults == ()
    assert [fault.cure for fault in shared(1_280_001.0).faults] == ["cut 1.00 yuan"]


TWICE = (
    "nothing is supported twice, what exists already included — take {} out: it is there or planned already, or its "
    "place can have no more of it"
)
PREFECTURE = {"level": "prefecture", "place": "甲市"}


@pytest.mark.parametrize(
    ("kind", "yuan"),
    [
        ("service_centre", 1.6e6), ("distribution_centre", 2e6), ("joint_delivery", 9e5), ("traceability", 8e5),
        ("standards_testing", 6e5), ("product_database", 2e5), ("o2o_display", 4e5), ("information_system", 4e5),
    ],
)  # fmt: skip
def test_what_one_of_serves_a_county_is_paid_for_once(kind: str, yuan: float) -> None:
    row = {"kind": kind, "central_yuan": yuan}
    faults = verdict(row, row, row, STORES, purse="prefecture", level="purse").faults
    assert [(fault.row, fault.article) for fault in faults] == [("r2", "4.1"), ("r3", "4.1")]
    assert {fault.problem + " — " + fault.cure for fault in faults} == {TWICE.format(f"{yuan / 1e6:g} million yuan")}


def test_a_prefecture_gets_one_traceability_system_and_one_centre() -> None:
    trace = {**PREFECTURE, "kind": "traceability", "units": 3, "central_yuan": 2_400_000.0}
    centre = {**PREFECTURE, "kind": "prefecture_centre", "units": 2, "central_yuan": 2_600_000.0}
    faults = verdict(trace, centre, STORES, purse="prefecture", level="purse").faults
    assert [(fault.row, fault.cure.split(" out")[0]) for fault in faults] == [
        ("r1", "take 1.6 million yuan"), ("r2", "take 1.3 million yuan"),
    ]  # fmt: skip


def test_what_adds_capacity_may_be_planned_several_times() -> None:
    kinds = ("cold_store", "packing_line", "pre_cooling", "first_processing", "marketing", "video", "livestream_base",
             "demonstration_shop", "industry_base", "certification", "brand", "shop_running")  # fmt: skip
    rows = [{"kind": kind, "units": 3, "central_yuan": 2_000_000.0} for kind in kinds]
    training = {"kind": "training", "units": 500, "central_yuan": 150_000.0}
    assert verdict(*rows, *rows[:2], training, training, purse="prefecture", level="purse").faults == ()


def test_a_county_gets_a_station_for_each_village_its_last_project_filled_up() -> None:
    """Four villages: one project of ten."""
    stations = {"kind": "stations", "units": 7, "central_yuan": 84_000.0}
    assert verdict(stations, {**stations, "units": 3, "central_yuan": 36_000.0}, STORES).faults == ()
    (fault,) = verdict(stations, {**stations, "units": 6, "central_yuan": 72_000.0}, STORES).faults
    assert (fault.row, fault.article, fault.cure[:19]) == ("r2", "4.1", "take 0.036 million ")  # three of six
    assert verdict({**stations, "units": 900, "central_yuan": 900_000.0}, STORES).faults[0].row == "r1"


@pytest.mark.parametrize("uses", [["网络交易平台"], ["trading_platform"]])
def test_a_kind_whose_money_goes_to_what_the_law_forbids_is_refused_in_either_language(uses: list[str]) -> None:
    changes = {"projects.marketing.uses": uses}
    (fault,) = verdict(STORES, {"kind": "marketing", "central_yuan": 3e5}, changes=changes).faults
    assert (fault.row, fault.article, fault.cure) == ("r2", "4.1", "take it out, or pay for it from other money")


def test_a_kind_that_is_called_what_the_law_forbids_is_refused() -> None:
    changes = {"projects.marketing.title_zh": "网络交易平台"}
    (fault,) = verdict(STORES, {"kind": "marketing", "central_yuan": 3e5}, changes=changes).faults
    assert fault.row == "r2"


def test_a_policy_whose_money_goes_to_what_the_law_forbids_is_refused_in_chinese() -> None:
    with pytest.raises(
        EcsimError, match=r"funds.uses names 网络交易平台; central money may not pay for it \(notice, part 4"
    ):
        verdict(STORES, changes={"policy.funds.uses": ["网络交易平台"]})


@pytest.mark.parametrize("where", ["policy.funds.uses", "projects.marketing.uses"])
def test_a_use_of_which_no_rule_says_anything_is_told(where: str) -> None:
    with pytest.raises(EcsimError) as told:
        verdict(STORES, changes={where: ["trading_platfrm"]})
    assert f"{where} names 'trading_platfrm', of which no rule says anything" in str(told.value)
    assert "did you mean 'trading_platform'?" in str(told.value)


USUAL = {**STORES, "central_yuan": 2_500_000.0}
BEFORE = (
    "before the notice of 2018-11-30, which asks for plans and brings the money — write a date from then on, or leave "
    "it out: then it is filed on 2018-12-20"
)
OUTSIDE = "outside the run of 2018-01-01 to 2020-03-31 — write a date within it, or leave it out"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"filed": "2017-01-01"}, [f"the plan: filed is 2017-01-01, {OUTSIDE}"]),
        ({"filed": "2031-01-01"}, [f"the plan: filed is 2031-01-01, {OUTSIDE}"]),
        ({"amended": "2031-01-01"}, [f"the plan: amended is 2031-01-01, {OUTSIDE}"]),
        ({"filed": "2020-03-31"}, [f"the plan: filed is 2020-03-31, {OUTSIDE}"]),  # after the last whole week
        (
            {"amended": "2018-12-20"},
            ["the plan: amended is 2018-12-20, and plans are made on 2018-12-20 where filed is left out — a change "
             "comes after the plan: write a later date"],
        ),
        ({"filed": "2018-01-01"}, [f"the plan: filed is 2018-01-01, {BEFORE}"]),
        ({"filed": "2018-11-29"}, [f"the plan: filed is 2018-11-29, {BEFORE}"]),
        ({"filed": "2018-11-30"}, []),
        ({"filed": "2018-11-30", "amended": "2018-12-10"}, []),
    ],
)  # fmt: skip
def test_a_plan_is_filed_and_amended_within_the_run_in_this_order(head: dict[str, str], words: list[str]) -> None:
    changes = {"region": str(PACK), **of_plan(USUAL, **head)}
    with (
        pytest.raises(RowsRefusedError, match="its days cannot be; mend what is wrong")
        if words
        else nullcontext() as run
    ):
        scenario = load(CONFIGS / "baseline.toml", changes)
    told = verdict_of(run.value.scenario if run else scenario, MODEL)
    assert [str(fault) for fault in told.faults] == words
    assert told.purses
    assert told.warnings == ()


def test_a_plan_that_is_filed_late_is_warned_of() -> None:
    (warning,) = verdict(USUAL, filed="2019-03-01").warnings
    assert str(warning) == "the plan: filed is 2019-03-01, and plans are due on 2018-12-20 — file it by then"
    assert verdict(USUAL, filed="2018-12-20").warnings == ()


def test_a_change_is_told_that_what_is_awarded_stays() -> None:
    assert verdict(STORES).notes == ()
    (note,) = verdict(STORES, amended="2019-07-01").notes
    assert note.startswith("what is under contract by 2019-07-01 can no longer be withdrawn")
    assert note in str(verdict(STORES, amended="2019-07-01"))


def test_a_pooled_purse_is_one_purse() -> None:
    """One county's centre takes more than 15 % of its own part, and less than that of the prefecture's purse."""
    rows = (centre(4_000_000.0), STORES)
    assert verdict(*rows, purse="prefecture", level="purse").faults == ()
    assert len(verdict(*rows, purse="prefecture").faults) == 1
    (purse,) = verdict(*rows, purse="prefecture", level="purse").purses
    assert str(purse).startswith("甲市 Jia City: 21 projects, 13.00 of 35.20 million yuan (supply_chain 69.2%")


def test_nothing_is_planned_for_a_song() -> None:
    """Twenty stores of 100 t cost 125,000 yuan of central money each, with half as much again of others'."""
    assert verdict({**STORES, "central_yuan": 20 * 93_750.0}).faults == ()
    (fault,) = verdict({**STORES, "central_yuan": 20 * 93_750.0 - 20.0}).faults
    assert fault.cure == "add 20.00 yuan, whoever pays"
    assert verdict({**STORES, "central_yuan": 20 * 62_500.0, "social_yuan": 20 * 31_250.0}).faults == ()


def test_an_owner_who_is_not_there_is_told() -> None:
    assert verdict({**STORES, "owner": "enterprise:0"}).faults == ()
    (fault,) = verdict({**STORES, "owner": "enterprise:99999"}).faults
    assert (fault.row, fault.problem) == ("r1", "there is no enterprise 99999 at the opening")


def test_an_owner_is_of_the_county_or_prefecture_of_its_row() -> None:
    """Enterprise 0 is of the first county."""
    faults = verdict({**STORES, "owner": "enterprise:0"}, {**STORES, "place": "990102", "owner": "enterprise:0"}).faults
    assert [str(fault) for fault in faults] == [
        "row 2 (r2): enterprise 0 is of another county — name one of the county, or leave it empty"
    ]
    shared = {**PREFECTURE, "kind": "traceability", "central_yuan": 8e5, "owner": "enterprise:0"}
    assert verdict(shared, purse="prefecture", level="purse").faults == ()


def test_a_fen_too_much_is_told_as_a_fen() -> None:
    (whole, *_) = verdict({**STORES, "units": 10, "central_yuan": CENTRAL + 0.01}).faults
    assert (whole.line, whole.cure) == (0, "cut 0.01 yuan")


def test_what_is_not_there_cannot_be_reused_and_makes_nothing_cheaper() -> None:
    # Reuse costs 0.3 of building anew, half of which is the least.
    told, cheap = verdict({**STORES, "central_yuan": 20 * 70_000.0, "reuses": True}).faults
    assert told.problem == "nothing of the kind is there to be reused"
    assert cheap.cure == "add 0.475 million yuan, whoever pays"


PLAIN = {"offices.capacity_sigma": 0.0, "funds.local_budget": 0.8, "funds.social_budget": 1.0}


def test_desks_clear_a_plan_of_equal_works_in_the_studys_weeks_worked_by_hand() -> None:
    # 20 works of 16 weeks at weight 1: 160 project-weeks of desk work, half of their time, at 6 a week; 320
    # project-weeks in 12 slots. Both take 26.7 weeks, from twelve weeks after 20 December 2018 on.
    (place,) = verdict(STORES, numbers=PLAIN).places
    assert (place.name, place.projects, place.desk_weeks, place.capacity) == ("上河县 Shanghe County", 20, 160.0, 6.0)
    assert (place.clears_weeks, place.clears_on, place.evaluation) == (27, dt.date(2019, 9, 19), None)
    assert place.short == ()
    assert "clears in 27 weeks, about 2019-09-19" in str(place)


def test_half_the_desks_take_twice_as_long_and_pass_the_evaluation() -> None:
    (place,) = verdict(STORES, numbers=PLAIN | {"funds.county_capacity": 3.0}).places
    assert (place.clears_weeks, place.evaluation) == (54, dt.date(2020, 3, 15))
    assert str(place).endswith("after the provincial evaluation of 2020-03-15")


def test_a_plan_that_begins_late_clears_late() -> None:
    (place,) = verdict(dict(STORES, start=dt.date(2019, 12, 5)), numbers=PLAIN).places
    assert place.clears_on == dt.date(2019, 12, 5) + dt.timedelta(weeks=16)


def test_local_money_that_may_fall_short_is_told_worked_by_hand() -> None:
    row = {**STORES, "local_yuan": 1_000_000.0, "social_yuan": 1_000_000.0}
    (place,) = verdict(row, numbers=PLAIN).places
    assert [(short.promised_fen, short.given_fen) for short in place.short] == [(100_000_000, 80_000_000)]
    assert str(place).endswith("local money 0.80 of 1.00 million yuan in the first year, 0.20 may be short")
    assert verdict(row, numbers=PLAIN | {"funds.local_budget": 1.0}).places[0].short == ()


def test_one_office_of_a_prefecture_has_all_desks() -> None:
    rows = (STORES, {**STORES, "place": "990102"})
    (place,) = verdict(
        *rows, purse="prefecture", numbers=PLAIN | {"funds.prefecture_factor": 1.0}, offices="one"
    ).places
    assert (place.name, place.projects, place.capacity) == ("甲市 Jia City", 40, 12.0)
    assert place.clears_weeks == 27


@pytest.mark.parametrize("name", ["bought_traffic", "购买流量"])
def test_a_forbidden_use_is_refused_row_by_row_with_article_and_cure(name: str) -> None:
    (fault,) = verdict(STORES, {"kind": "marketing", "central_yuan": 300_000.0, "uses": [name]}).faults
    assert (fault.line, fault.article) == (2, "4.1")
    assert str(fault).endswith("uses that central money may not pay for — take it out, or pay for it from other money")


def test_what_its_owner_keeps_for_itself_is_refused_with_the_article() -> None:
    (fault,) = verdict(STORES, {**STORES, "units": 1, "central_yuan": 125_000.0, "exclusive": True}).faults
    assert (fault.line, fault.article, fault.cure) == (2, "4.3", "open it to all")


STORE = {"kind": "cold_store", "units": 1}
USUAL = {"kind": "cold_store", "units": 20, "central_yuan": 2_500_000.0}
CENTRAL_MONEY, ALL = "yuan of central money, usually", "yuan of all funders, usually"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({**STORE, "central_yuan": 150_000.0}, ""),
        ({**STORE, "central_yuan": 15_000_000.0}, f"15,000,000 {CENTRAL_MONEY} 60,000 to 150,000"),
        ({**STORE, "central_yuan": 125_000.0, "local_yuan": 9e6}, f"9,125,000 {ALL} 90,000 to 225,000"),
        ({**STORE, "central_yuan": 50_000.0, "social_yuan": 60_000.0}, ""),
        ({"kind": "certification", "central_yuan": 85_000.0}, f"85,000 {ALL} 88,000 to 440,000"),
        ({"kind": "stations", "units": 5, "central_yuan": 80_000.0}, ""),
        ({"kind": "stations", "units": 5, "central_yuan": 80_001.0}, f"80,001 {CENTRAL_MONEY} 10,000 to 80,000"),
        ({"kind": "training", "units": 100, "central_yuan": 60_000.0}, ""),
        ({"kind": "training", "units": 100, "central_yuan": 60_001.0}, f"60,001 {CENTRAL_MONEY} 10,000 to 60,000"),
    ],
)
def test_a_sum_that_is_not_what_its_kind_usually_costs_draws_a_warning_and_no_fault(
    row: dict[str, Any], told: str
) -> None:
    found = verdict(row, {**USUAL, "place": "990102"}, purse="prefecture", level="purse")
    assert [warning.problem for warning in found.warnings] == ([told] if told else [])
    assert not found.faults
    assert ("warning: row 1 (r1): " in str(found)) == bool(told)


def test_what_a_prefecture_shares_costs_as_much_as_two_counties_own() -> None:
    row = {"kind": "traceability", "level": "prefecture", "place": "甲市", "central_yuan": 2_800_000.0}
    assert [each.line for each in verdict(USUAL, row, purse="prefecture").warnings] == []
    (warning,) = verdict(USUAL, {**row, "central_yuan": 2_800_001.0}, purse="prefecture").warnings
    assert warning.problem.endswith("usually 800,000 to 2,800,000")


def test_what_reuses_or_is_housed_may_cost_less() -> None:
    row = {"kind": "service_centre", "central_yuan": 1_000_000.0}
    assert [each.line for each in verdict(USUAL, row).warnings] == [2]
    assert [each.line for each in verdict(USUAL, {**row, "idle_building": True}).warnings] == []
