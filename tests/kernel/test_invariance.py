"""Changes that must not matter: each does what it says and nothing else, and says where it makes no sense."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecsim.examples import epidemic
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.invariance import InapplicableError, Variant, interchanged, resized, start_moved
from ecsim.kernel.model import Step
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.text import Text

TITLE = Text("a change", "变动")
SCENARIO = Scenario(
    model="ecsim.examples.epidemic:MODEL", name="x", title_en="x", title_zh="x", start=dt.date(2018, 1, 1),
    end=dt.date(2018, 1, 31),
)  # fmt: skip


class Sampled(Scenario):
    """A scenario with a size."""

    sample: float = 0.25


def variant(number: int) -> Variant:
    return Variant(number, Path())


def test_a_size_is_multiplied_up_to_the_largest_there_is() -> None:
    scenario = Sampled(**SCENARIO.model_dump())
    twice = resized("sample", 2.0, "sample_doubled", TITLE, most=1.0)
    model, larger = twice.apply(epidemic.MODEL, scenario, variant(0))
    assert model is epidemic.MODEL
    assert (larger.sample, larger.start, larger.end) == (0.5, scenario.start, scenario.end)
    with pytest.raises(InapplicableError, match=r"sample is 0\.75, and 2 times that is above 1"):
        twice.apply(epidemic.MODEL, scenario.model_copy(update={"sample": 0.75}), variant(0))


def test_the_start_moves_to_one_weekday_after_the_other_and_the_run_stays_as_long() -> None:
    moved = start_moved((1, 3), "weekday", TITLE)
    scenarios = [moved.apply(epidemic.MODEL, SCENARIO, variant(number))[1] for number in range(3)]
    assert [scenario.start.day for scenario in scenarios] == [2, 4, 2]
    assert {scenario.end - scenario.start for scenario in scenarios} == {SCENARIO.end - SCENARIO.start}
    with pytest.raises(ValueError, match="none a multiple of 7"):
        start_moved((1, 7), "weekday", TITLE)


def test_two_steps_change_places_and_the_others_stay() -> None:
    swap = interchanged("meet", "recover", TITLE)
    assert swap.name == "recover_before_meet"
    model, scenario = swap.apply(epidemic.MODEL, SCENARIO, variant(0))
    assert [step.name for step in model.steps] == ["recover", "meet"]
    assert [step.name for step in epidemic.MODEL.steps] == ["meet", "recover"]
    assert scenario is SCENARIO
    assert swap.apply(epidemic.MODEL, SCENARIO, variant(1))[0] is model


def test_steps_that_another_comes_between_or_that_there_are_not_are_told() -> None:
    def rest(_: Any) -> None:
        """Do nothing."""

    between = replace(epidemic.MODEL, steps=(epidemic.MODEL.steps[0], Step("rest", rest), epidemic.MODEL.steps[1]))
    with pytest.raises(InapplicableError, match="recover does not come right behind meet"):
        interchanged("meet", "recover", TITLE).apply(between, SCENARIO, variant(0))
    with pytest.raises(EcsimError, match=r"swaps the step 'recovr', which there is not; did you mean 'recover'\?"):
        interchanged("meet", "recovr", TITLE).apply(epidemic.MODEL, SCENARIO, variant(0))
