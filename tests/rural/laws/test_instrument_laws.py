"""Laws that kinds of projects and actors move what they say: each has its law, and what moves nothing is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from ecsim.kernel.limits import LawRun, LawTried, LimitLaw, tried
from ecsim.rural.laws.instrument_laws import ACTOR_LAWS, figure_of, kind_laws
from ecsim.rural.laws.switches import switches
from ecsim.rural.measures import RuralMeasures
from ecsim.rural.programme.kinds import OWN_NAMES
from tiny import tiny_scenario

SCENARIO = tiny_scenario()
KINDS = {law.name: law for law in kind_laws(SCENARIO)}
ACTORS = {"households", "cooperatives", "enterprises", "merchants", "keepers", "operators", "counties", "prefectures"}


def _at(effects: Sequence[float], law: LimitLaw, paid: float = 2.0) -> LawTried:
    """Return a law at as many seeds as there are effects of what is switched off."""

    def made(effect: float) -> list[Mapping[str, float]]:
        return [{law.outcome: 10.0 + effect, law.per: paid}, {law.outcome: 10.0}]

    return LawTried.over_seeds([tried([law], lambda _wanted, _names, e=e: made(e))[0] for e in effects])  # type: ignore[misc]


def test_every_kind_of_project_has_a_law_on_the_outcome_that_its_file_names() -> None:
    for name in OWN_NAMES:
        assert KINDS[f"kind_{name}"].outcome == figure_of(SCENARIO.projects[name].acts_through)
        assert KINDS[f"kind_{name}"].without_beside == (f"contracts:{name}",)


def test_what_acts_through_a_target_of_its_own_must_move_something_beside_it() -> None:
    own = {name for name in OWN_NAMES if SCENARIO.projects[name].acts_through in SCENARIO.projects[name].targets}
    assert own == {"stations", "training"}
    assert {name for name in KINDS if name.endswith("_beside")} == {f"kind_{name}_beside" for name in own}


def test_every_kind_of_actor_has_a_decision_that_is_switched_off() -> None:
    names = {law.name.removeprefix("decides_") for law in ACTOR_LAWS}
    assert all(any(name.startswith(actor) for name in names) for actor in ACTORS)
    for law in (*ACTOR_LAWS, *KINDS.values()):
        switches(law.without_beside, SCENARIO)  # refuses a name that is none
        assert {*law.without_beside} - {"contracts:"}


def test_every_outcome_is_one_that_runs_have() -> None:
    known = RuralMeasures().names
    for law in (*ACTOR_LAWS, *KINDS.values()):
        assert law.outcome == "poor_income_but_works" or law.outcome.partition("@")[0] in known, law.name


@pytest.mark.parametrize(
    ("effects", "verdict"),
    [
        ((1.0, 1.1, 0.9), "holds"), ((-1.0, -1.1, -0.9), "broken"), ((1.0, -1.1, 0.9), "does not move"),
        ((0.0, 0.0, 0.0), "does not move"), ((1.0,), "cannot be told"),
    ],
)  # fmt: skip
def test_a_kind_moves_its_outcome_beyond_chance_and_the_right_way_or_is_told(
    effects: tuple[float, ...], verdict: str
) -> None:
    assert _at(effects, KINDS["kind_brand"]).verdict == verdict


def test_costs_must_fall_and_decisions_may_move_either_way() -> None:
    assert _at((-1.0, -1.1, -0.9), KINDS["kind_joint_delivery"]).verdict == "holds"
    assert _at((1.0, 1.1, 0.9), KINDS["kind_joint_delivery"]).verdict == "broken"
    for effects in ((-1.0, -1.1, -0.9), (1.0, 1.1, 0.9)):
        assert _at(effects, ACTOR_LAWS[0]).verdict == "holds"


def test_what_a_million_yuan_of_central_money_moves_is_shown_beside() -> None:
    assert _at((1.0, 3.0), KINDS["kind_brand"], paid=4.0).per_unit == pytest.approx(0.5)


def test_runs_of_all_kinds_share_the_one_that_lacks_nothing() -> None:
    asked: list[LawRun] = []

    def make(wanted: Sequence[LawRun], _: Sequence[str]) -> list[Mapping[str, float]]:
        asked.extend(wanted)
        return [{} for _ in wanted]

    tried([KINDS["kind_brand"], KINDS["kind_training"], KINDS["kind_stations"]], make)
    assert [run.without for run in asked] == [
        ("contracts:",), ("contracts:brand",), ("contracts:training",), ("contracts:stations",)
    ]  # fmt: skip
