"""Every field of a scenario, and every parameter, changes what happens: nothing that can be set is there for show.

A field is changed in a base scenario in which its mechanism is at work (`scenes.py`), and something must happen
otherwise than before, beside what only says the field again (`perturbing.RESTATED`). Fields are enumerated from the
types and files: one that is new is tried in every scene with values that its type suggests, and fails until a rule
reads it or it stands on a list below with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import filter as fnfilter
from fnmatch import fnmatchcase
from typing import Any

import pytest
from perturbing import Place, Scene, changed, fields, other_ends, others, rules, value_at
from pydantic import BaseModel
from scenes import SCENES, scene

from ecsim.kernel.parameters import Parameter
from ecsim.kernel.shocks import ActiveShock, Effect, Shock
from ecsim.rural.programme.notice import Dates, Deductions, Evaluation, Programme, Report, Target
from ecsim.rural.programme.rules import Rule, RuleBook
from ecsim.rural.programme.strategies import Allocation, BudgetView
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.scenario import Funds, Policy, Procurement, ProjectType, Scenario, StationDesign
from ecsim.rural.sourced_number import SourcedNumber
from tiny import PACK

LABELS = {
    "name": "what people call a scenario, policy, design or shock",
    "title_en": "what people call it in English",
    "title_zh": "what people call it in Chinese",
    "description": "what people read of it",
    "unit": "what a number is counted in, for people",
    "acts_through": "the outcome that a kind of project moves first, for people and laws",
    "source": "where a number comes from",
    "article": "the part of the notice that a rule stands in",
    "low": "the range of a number with source: it refuses values at the door",
    "high": "the range of a number with source: it refuses values at the door",
    "keep": "how much of the journal is kept, not what happens",
}
"""Fields that decide nothing of a run and should not, by their last key, and why."""
ELSEWHERE = {
    "model": "another model is another world: the examples hold it",
    "extensions": "what an extension adds: its own tests hold it",
    "counties": "which counties of the region are run: tests/rural/regions/test_scope.py holds it",
    "prefectures": "as above",
    "policy.plan": "the plan of a file: tests/rural/plans hold it",
    "policy.funds.held_back": "what an adaptive choice keeps back: test_purses_compared.py holds it",
    "operating_day": "two ways to reckon one day, equal to the second: test_runs.py and the tests of the day hold it",
}
"""Fields that a test of another kind holds."""
THE_BOOK = (
    "policy.rule_book.rules.*.kind", "policy.rule_book.rules.*.kinds", "policy.rule_book.rules.*.uses",
    *(f"policy.rule_book.rules.{rule}.*" for rule in (
        "enough_to_build", "forbidden_uses", "nothing_twice", "open_access", "training_cost", "within_purse",
    )),
)  # fmt: skip
"""Fields of rules by pattern that bind nobody who keeps the law of his own accord: test_rule_book.py holds them."""
MEASURED = (
    "programme.period",
    "programme.least_transactions",
    "programme.consumption_share",
    "programme.dates.table",
    "programme.targets",
    "programme.benchmarks",
    "programme.income_lines",
)
"""Beginnings of fields that say what a run is held against, not what happens: test_programmes.py holds them."""
DEFAULTS = ("programme.rule_book",)
"""Beginnings of fields that stand in where another has no value: test_programmes.py holds them."""
DEBTS = {
    "policy.funds.uses": "governments: uses of money become lines of a plan, held against the rule book",
    "opening_places.network_share": "stations: a retail network's outlet costs less to build on",
    "opening_places.broadband_poor": "stations: services that need a line",
    "opening_places.broadband_other": "stations: as above",
}
"""Fields that no rule reads yet, each with the subject whose rules will read it."""
BY_RULE = {
    "commerce.tariff_drag": "test_enter_and_exit.py: tariffs up hardly move within a scene",
    "learning.stay": "test_open_and_close_shops.py: shops of the opening are such as stay, and none lapses in a scene",
    "goods.own_processing": "test_processors.py: the small regions have hardly any processor",
    "goods.processing_spare": "test_processing.py: as above",
    "learning.age_slope": "test_hear_of_selling.py: few learn by themselves within a scene",
    "learning.schooling_slope": "test_model_equations.py: as above",
    "logistics.longest_hours": "test_known_rounds.py: rounds of small regions are shorter than any limit",
    "learning.follow_up": "test_what_training_changes.py: no scene has a centre by the time its trained decide",
    "training.misfit_lost": "test_train.py: as above",
    "training.teaches_field": "test_train.py: few of a scene's sessions are of such a mode and change who learns",
    "training.teaches_goods": "test_train.py: as above",
    "planning.reuse_cost": "test_existing_assets.py: no scene has an asset that its planners know of",
    "planning.assets_known": "test_existing_assets.py: as above",
    "planning.evidence": "test_purses_compared.py: no scene plans twice",
    "goods.offered_live": "test_sell_lots.py: no small region has live animals",
    "farming.feed_level": "test_keeping.py: as above",
    "facilities.patience_months": "test_mechanisms.py: nobody fails to pay for so long within a scene",
    "governance.change_weeks": "test_review.py: supervision of a scene moves nothing to another county",
}
"""Parameters that the test of a rule holds, and why no scene does."""
HOMES = {
    "policy.rule_book": "tight",
    "projects.*.uses": "ranked",
    "policy.funds.exclusive_use": "ranked",
    "opening_assets.level": "ranked",
    "policy.funds.shares": "shared out",
    "projects.*.category": "shared out",
    "projects.*.full_need": "ranked",
    "projects.*.need": "ranked",
    "projects.*.covers": "ranked",
    "projects.*.targets": "ranked",
    "projects.*.most_a_county": "shared out",
    "projects.*.central_yuan": "ranked",
    "projects.*.scope": "tight",
    "planning.need_curvature": "ranked",
    "planning.need_worth": "ranked",
    "designs.*.collects_farm_products": "collecting",
    "policy.siting": "lean",
    "funds.county_noise": "ranked",
    "stations.capital_months": "costly",
    "stations.collection_": "collecting",
    "stations.memory_months": "lean",
    "stations.patience_months": "lean",
    "stations.idle_": "lean",
    "stations.return_chance": "lean",
    "stations.optimism_sigma": "costly",
    "quality.": "lean",
    "training.skill_youth": "collecting",
    "training.skill_poor": "programme",
    "training.skill": "cold",
    "market.brand_complaints": "lean",
    "commerce.incubation": "lean",
    "commerce.processor_share": "lean",
    "commerce.founder_skilled_odds": "lean",
    "commerce.examples_a_quarter": "hard",
    "buying.innovation": "collecting",
    "buying.schooling_slope": "collecting",
    "buying.contagion_schooling": "collecting",
    "selling.station_": "collecting",
    "commerce.job_wage_yuan_an_hour": "collecting",
    "opening_people.seller_schooling": "collecting",
    "commerce.example_household_yuan": "hard",
    "commerce.households_a_quarter": "late",
    "commerce.example_before": "late",
    "opening_farming.grower_cap": "hard",
    "opening_farming.business_cap": "hard",
    "opening_farming.cooperative_cash_yuan": "hard",
    "opening_internet.on_2018": "hard",
    "opening_internet.on_2020_03": "lockdown",
    "opening_internet.on_202": "late",
    "income.lockdown_": "lockdown",
    "market.lockdown_": "lockdown",
    "market.*growth_2020": "lockdown",
    "market.*growth_2021": "late",
    "learning.lapse_weeks": "glut",
    "learning.poor_effort": "programme",
    "learning.": "collecting",
    "logistics.planned_fill": "collecting",
    "dealing.patience_months": "lean",
    "farming.loss_kept": "cold",
    "goods.offered_kept": "cold",
    "end": "tight",
    "farming.room_fee_yuan": "cold",
    "farming.precooling_fee_yuan": "cold",
    "selling.precooling_care": "cold",
    "stations.reach_km": "covering",
    "logistics.centre_": "planned",
    "logistics.pool_willingness": "planned",
    "logistics.tour_vans": "planned",
    "training.centre_bonus": "planned",
    "offices.": "offices",
    "procurement.": "offices",
    "policy.procurement": "offices",
    "policy.funds.offices": "offices",
    "funds.half_way": "offices",
    "funds.retention": "offices",
    "funds.local_budget": "offices",
    "funds.social_budget": "offices",
    "funds.prefecture_factor": "offices",
    "market.lowest_price": "glut",
    "governance.": "overseen",
    "policy.funds.supervision": "overseen",
    "programme.evaluation.good_mark": "programme",
    "programme.evaluation": "overseen",
    "programme.disclosure_days": "overseen",
    "learning.example_weight": "overseen",
    "opening_trade.vans": "crowded",
    "opening_trade.parcels_a_": "crowded",
}
"""Where to try a field first, by the beginning of its name (``*``: anything); it is only a matter of time."""
OTHER: dict[str, list[Any]] = {
    "region": [str(PACK)],
    "policy.funds.strategy": [f"{__name__}:Nothing"],
    "programme.reports.*.kind": ["monthly_report", "self_evaluation"],
    "policy.station_design": ["mobile"],
    "projects.*.feeds": ["nothing", "visibility"],
    "projects.*.need": ["county"],
    "projects.*.life_years": [0.1],
    "projects.*.targets": [["trained"], []],
    "projects.*.areas": [["data"], []],
    "projects.*.channels": [["wholesale", "restaurant"], []],
    "shocks.*.shock.effects.*.parameter": ["market.price_response"],
    "projects.*.uses": [["bought_traffic"]],
    **{
        f"policy.rule_book.rules.{rule}.{key}": values
        for rule, heads in (("service_centre_share", ["stations"]), ("supply_chain_share", ["logistics"]))
        for key, values in (("heads", [heads]), ("level", ["purse"]), ("on_breach", ["flag"]))
    },
}
"""Other values of fields whose type does not tell them."""


class Nothing:
    """A strategy that builds nothing."""

    def allocate(self, _: BudgetView) -> Allocation:
        """Return an empty plan."""
        return Allocation()


def name_of(place: Place) -> str:
    """Return the dotted name of a field, the same for every row and every kind of project.

    What each kind changes is held by ``programme/test_mechanisms.py``.
    """
    if place[0] == "projects":
        return f"projects.*.{place[2]}"
    return ".".join("*" if isinstance(key, int) else key for key in place)


def _names() -> list[str]:
    """Return the name of each field of the fullest scene, once."""
    return list(dict.fromkeys(name_of(place) for place, _ in fields(scene(SCENES[0]).scenario)))


def _parameters() -> dict[str, Parameter]:
    return {**rules().by_name, **load_pack("yunnan_2018").rules.by_name}


def _is_label(name: str) -> bool:
    """Return whether a field is for people alone."""
    return name.rsplit(".", maxsplit=1)[-1] in LABELS


NAMES, PARAMETERS = _names(), _parameters()
DECIDING = [
    name
    for name in NAMES
    if not _is_label(name)
    and name not in ELSEWHERE | DEBTS
    and not name.startswith(MEASURED + DEFAULTS)
    and not any(fnmatchcase(name, pattern) for pattern in THE_BOOK)
]


def _in_turn(name: str) -> list[Scene]:
    """Return the scenes to try a field in, its home first."""
    home = next((home for start, home in HOMES.items() if fnmatchcase(name, f"{start}*")), SCENES[0])
    return [scene(each) for each in sorted(SCENES, key=lambda each: each != home)]


def _attempts(of: Scene, name: str) -> list[tuple[Place, Any]]:
    """Return other values of a field and where to put them: the first of each of its places, then the second.

    Places where it is nothing now come after the others.
    """
    found = []
    for place, info in fields(of.scenario):
        if name_of(place) == name:
            now = value_at(of.scenario, place)
            found += [(turn, not now, place, value) for turn, value in enumerate(OTHER.get(name) or others(now, info))]
    return [(place, value) for *_, place, value in sorted(found, key=lambda attempt: attempt[:2])]


def _decides(of: Scene, place: Place, value: Any) -> bool:
    other = changed(of.scenario, place, value)
    return other is not None and bool(of.first_difference(other))


@pytest.mark.parametrize("name", DECIDING)
def test_a_field_of_a_scenario_changes_what_happens(name: str) -> None:
    assert any(_decides(of, place, value) for of in _in_turn(name) for place, value in _attempts(of, name)), (
        f"{name} decides nothing: let a rule read it, or take it out"
    )


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name not in DEBTS | BY_RULE])
def test_a_parameter_changes_what_happens(name: str) -> None:
    """At one end of its own range, in one of the scenes."""
    assert any(
        _decides(of, ("parameters", name), value)
        for of in _in_turn(name)
        for value in other_ends(PARAMETERS[name], of.scenario.parameters.get(name))
    ), f"{name} decides nothing: let a rule read it, or take it out"


def _all_changed(of: Scene, names: Iterable[str]) -> Scenario:
    """Return the scenario of a scene with another value wherever a field of some names stands."""
    wanted, other = set(names), of.scenario
    for place, info in fields(of.scenario):
        if name_of(place) in wanted:
            tries = [changed(other, place, value) for value in others(value_at(other, place), info)]
            other = next((each for each in tries if each is not None), other)
    for name in wanted & PARAMETERS.keys():
        tries = [changed(other, ("parameters", name), value) for value in other_ends(PARAMETERS[name], None)]
        other = next(each for each in tries if each is not None)
    return other


def test_labels_change_nothing() -> None:
    of = scene(SCENES[0])
    labels = [name for name in NAMES if _is_label(name)]
    other = _all_changed(of, labels)
    assert other != of.scenario
    assert of.first_difference(other) == "", "a label decides something: take it off the list"


@pytest.mark.parametrize("of", ["programme", "hard"])
def test_debts_change_nothing_yet(of: str) -> None:
    """Whoever lets a rule read one takes it off the list."""
    other = _all_changed(scene(of), DEBTS)
    assert other != scene(of).scenario
    assert scene(of).first_difference(other) == "", "a debt is paid: take it off the list"


def test_the_lists_name_fields_that_there_are() -> None:
    there = {*NAMES, *PARAMETERS}
    assert not {*DEBTS, *BY_RULE} - there
    assert not {*ELSEWHERE, *OTHER} - there
    assert {*LABELS} == {name.rpartition(".")[2] for name in NAMES if _is_label(name)}
    assert not [start for start in MEASURED + DEFAULTS if not any(name.startswith(start) for name in NAMES)]
    assert not [start for start in HOMES if not fnfilter(there, f"{start}*")]


@pytest.mark.parametrize(
    "kind",
    [
        Scenario,
        Programme,
        Dates,
        Report,
        Target,
        Evaluation,
        Deductions,
        Policy,
        Procurement,
        Funds,
        RuleBook,
        Rule,
        SourcedNumber,
        StationDesign,
        ProjectType,
        ActiveShock,
        Shock,
        Effect,
    ],
)
def test_no_field_is_passed_over(kind: type[BaseModel]) -> None:
    """The fullest scene has every kind of thing, so every field of its type is among the names."""
    told = {key for name in NAMES for key in name.split(".")}
    assert not kind.model_fields.keys() - told - {"parameters"}
