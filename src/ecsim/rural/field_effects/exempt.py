"""What need not change what happens, and why: labels, what a run is held against, and what other tests hold."""

from __future__ import annotations

LABELS = {
    "name": "what people call a scenario, policy, design or shock",
    "title_en": "what people call it in English",
    "title_zh": "what people call it in Chinese",
    "uses_zh": "what people call heads of spending in Chinese",
    "description": "what people read of it",
    "unit": "what a number is counted in, for people",
    "acts_through": "the outcome that a kind of project moves first, for people and laws",
    "source": "where a number comes from",
    "article": "the part of the notice that a rule stands in",
    "low": "the range of a number with source: it refuses values at the door",
    "high": "the range of a number with source: it refuses values at the door",
    "central_low_yuan": "the usual range of a cost: a check of a plan warns outside it",
    "central_high_yuan": "the usual range of a cost: a check of a plan warns outside it",
    "keep": "how much of the journal is kept, not what happens",
}
"""Fields that decide nothing of a run and should not, by their last key, and why."""
ELSEWHERE = {
    "model": "another model is another world: the examples hold it",
    "extensions": "what an extension adds: its own tests hold it",
    "counties": "which counties of the region are run: tests/rural/regions/test_scope.py holds it",
    "prefectures": "which prefectures of the region are run: tests/rural/regions/test_scope.py holds it",
    "policy.plan": "the plan of a file: tests/rural/plans hold it",
    "policy.funds.uses": "a use that is forbidden and only flagged: tests/rural/breaches hold it",
    "policy.funds.held_back": "what an adaptive choice keeps back: test_purses_compared.py holds it",
    "programme.evaluation.good_mark.value": "what a county's score is called: test_evaluation.py holds it",
    "programme.evaluation.deductions.closing_breach.value": "accounts close after scenes end: test_closing.py holds it",
    "operating_day": "two ways to reckon one day, equal to the second: test_runs.py and the tests of the day hold it",
}
"""Fields that tests of another kind hold."""
THE_BOOK = (
    "policy.rule_book.rules.*.kind", "policy.rule_book.rules.*.kinds", "policy.rule_book.rules.*.uses",
    *(f"policy.rule_book.rules.{rule}.*" for rule in (
        "enough_to_build", "forbidden_uses", "nothing_twice", "open_access", "training_cost", "within_purse",
    )),
)  # fmt: skip
"""Fields of rules, by pattern."""
LAWFUL = "a rule that binds nobody who keeps the law of his own accord: test_rule_book.py holds it"
MEASURED = (
    "programme.period",
    "programme.least_transactions",
    "programme.consumption_share",
    "programme.dates.table",
    "programme.targets",
    "programme.benchmarks",
    "programme.income_lines",
)
"""Beginnings of fields of what a run is held against."""
MEASURED_BY = "what a run is held against, not what happens: test_programmes.py holds it"
DEFAULTS = ("programme.rule_book",)
"""Beginnings of fields that stand in for others."""
DEFAULTS_OF = "stands in where another field has no value: test_programmes.py holds it"
BY_RULE = {
    "commerce.tariff_drag": "test_enter_and_exit.py: tariffs up hardly move within a scene",
    "planning.database_clarity": "test_mechanisms.py: no database is there when plans of scenes are made",
    "learning.stay": "test_open_and_close_shops.py: shops of the opening are such as stay, and none lapses in a scene",
    "goods.own_processing": "test_processors.py: the small regions have hardly any processor",
    "goods.processing_spare": "test_processing.py: as above",
    "goods.cooperative_lines": "test_hired_lines.py: as above",
    "goods.sorting_loss": "test_supplying.py: as above",
    "goods.supply_bargain": "test_supplying.py: as above",
    "learning.age_slope": "test_hear_of_selling.py: few learn by themselves within a scene",
    "learning.schooling_slope": "test_model_equations.py: as above",
    "logistics.longest_hours": "test_known_rounds.py: rounds of small regions are shorter than any limit",
    "learning.follow_up": "test_what_training_changes.py: no scene has a centre by the time its trained decide",
    "training.centre_bonus": "test_train.py: no scene has a centre by the time its trained decide",
    "training.misfit_lost": "test_train.py: as above",
    "training.skill": "test_train.py: of a scene's trained who are neither poor, young nor founders nobody learns",
    "training.teaches_field": "test_train.py: few of a scene's sessions are of such a mode and change who learns",
    "training.teaches_goods": "test_train.py: as above",
    "training.online_field": "test_train.py: no session of a scene is held so and online",
    "training.online_visit": "test_train.py: as above",
    "training.online_hands_on": "test_train.py: as above",
    "planning.reuse_cost": "test_existing_assets.py: no scene has an asset that its planners know of",
    "planning.assets_known": "test_existing_assets.py: as above",
    "planning.evidence": "test_purses_compared.py: no scene plans twice",
    "selling.precooling_care": "test_net_sale.py: no pre-cooling is done before a scene ends",
    "selling.van_days": "test_net_sale.py: no shop or station of a scene with cold vans sells what spoils",
    "goods.offered_live": "test_sell_lots.py: no small region has live animals",
    "farming.feed_level": "test_keeping.py: as above",
    "facilities.patience_months": "test_mechanisms.py: nobody fails to pay for so long within a scene",
    "access.wait_km_a_day": "test_pick_up.py: no scene has stations that parcels reach and that are not open every day",
    "stations.reoffer_weeks": "test_begin_service.py: a scene ends before what was refused is offered again",
    "governance.change_weeks": "test_review.py: supervision of a scene moves nothing to another county",
}
"""Parameters that the test of a rule holds, and why no scene does."""
