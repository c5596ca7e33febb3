"""Facts held against runs: made ones, recorded ones, and what verdicts come of measures."""

from pathlib import Path

import pytest

from ecsim.experiments.running.toolkit import InProcess
from ecsim.experiments.scenario_runs import RunFigures, RunWanted, ScenarioRuns
from ecsim.experiments.validation import FactJudged, MeasureJudged, judged, measure_facts, validate, validate_recorded
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.stylised_facts import FactList, fact_list
from ecsim.rural.model import MODEL
from ecsim.rural.simulate import simulate
from tiny import tiny_scenario

BOTH = {"en": "x", "zh": "x"}


def measure(figure: str = "a", **more: object) -> dict[str, object]:
    usual = {"title": BOTH, "unit": BOTH, "low": 0.0, "high": 1.0, "basis": "published", "source": "X01"}
    return {"figure": figure, **usual, **more}


def facts(*measures: dict[str, object], **more: object) -> FactList:
    fact = {"id": 1, "statement": BOTH, "source": "X01", "measures": list(measures), **more}
    return fact_list({"until": "2021-12-31", "facts": [fact]}, "facts.toml")


def fact_of(known: FactList, **figures: list[float]) -> FactJudged:
    runs = [dict(zip(figures, values, strict=True)) for values in zip(*figures.values(), strict=True)]
    return judged(known, RunFigures(runs, []))[0]


INSIDE, OUTSIDE, ACROSS = [0.5, 0.501, 0.499], [3.0, 3.001, 2.999], [0.9, 1.1, 1.0]


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        (INSIDE, INSIDE, "reproduced"),
        (INSIDE, OUTSIDE, "contradicted"),
        (INSIDE, ACROSS, "cannot be told"),
        (OUTSIDE, ACROSS, "contradicted"),
    ],
)
def test_a_fact_is_reproduced_by_all_its_measures_and_contradicted_by_one(
    a: list[float], b: list[float], verdict: str
) -> None:
    assert fact_of(facts(measure("a"), measure("b")), a=a, b=b).verdict == verdict


def test_what_the_model_was_given_proves_nothing_but_can_be_contradicted() -> None:
    given = facts(measure(input=True))
    assert fact_of(given, a=INSIDE).verdict == "input"
    assert fact_of(given, a=ACROSS).verdict == "input"
    assert fact_of(given, a=OUTSIDE).verdict == "contradicted"
    mixed = facts(measure(input=True), measure("b"))
    assert fact_of(mixed, a=INSIDE, b=INSIDE).verdict == "reproduced"


def test_a_fact_without_measures_says_why_and_a_figure_that_one_run_lacks_is_not_computed() -> None:
    assert fact_of(facts(reason=BOTH), a=INSIDE).verdict == "not computable"
    assert fact_of(facts(reason=BOTH, given=True), a=INSIDE).verdict == "input"
    assert fact_of(facts(measure()), a=[0.5, float("nan")]).verdict == "not computable"


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"measures": []}, "say in reason why nothing can be compared"),
        ({"measures": [measure(low=None, high=None)]}, "give low, high or both"),
        ({"measures": [measure(low=2.0)]}, "low 2 is above high 1"),
    ],
)
def test_a_list_of_facts_is_refused_in_plain_words(known: dict[str, object], words: str) -> None:
    with pytest.raises(EcsimError, match=words):
        facts(**known)


def test_runs_are_kept_and_those_on_disk_give_the_same_figures(tmp_path: Path) -> None:
    scenario = tiny_scenario({"end": "2018-06-30"})
    runs = ScenarioRuns(scenario, tmp_path / "kept", InProcess(), work=measure_facts)
    made = validate(runs, MODEL, [1, 2])
    ledger = (tmp_path / "kept" / "ledger.jsonl").read_bytes()
    again = validate(runs, MODEL, [1, 2])
    assert (tmp_path / "kept" / "ledger.jsonl").read_bytes() == ledger
    assert again.content() == made.content()
    simulate(scenario, 1, out=tmp_path / "one")
    recorded = validate_recorded([tmp_path / "one"])
    assert _first(made.facts) == _first(recorded.facts)


def _first(found: object) -> list[float]:
    measures: list[MeasureJudged] = [measure for fact in found for measure in fact.measures]  # type: ignore[attr-defined]
    return [m.values[0] for m in measures if m.values[0] == m.values[0]]


def test_a_run_that_is_asked_for_twice_is_made_once_and_others_differ(tmp_path: Path) -> None:
    runs = ScenarioRuns(tiny_scenario({"end": "2018-02-28"}), tmp_path, InProcess())
    figures = runs.figures([RunWanted(1), RunWanted(1), RunWanted(2), RunWanted(1, {"sample": 0.5})], ["buyers_share"])
    same, again, other, half = figures.column("buyers_share")
    assert same == again
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 3
    assert {other, half} != {same}
