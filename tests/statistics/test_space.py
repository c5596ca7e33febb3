"""Parameter spaces: bounds, shapes, the way to the unit cube and back, words of refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ecsim.experiments.experiment_files import load_space
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.validation import checked
from ecsim.statistics.space import Distribution, Space, Uncertain

EVERY: dict[str, dict[str, Any]] = {
    "uniform": {"low": -2, "high": 3},
    "loguniform": {"low": 0.01, "high": 100},
    "triangular": {"low": 0, "mode": 1, "high": 4},
    "normal": {"low": 0, "mean": 5, "sd": 2, "high": 9},
    "lognormal": {"low": 1, "median": 5, "sigma": 1.3, "high": 60},
    "integer": {"low": -3, "high": 12},
    "choice": {"values": ["a", 2, 0.5, True, "b"]},
}


def parameter(distribution: str, **changes: Any) -> Uncertain:
    return Uncertain(distribution=distribution, unit="h", source="test", **(EVERY[distribution] | changes))


def space() -> Space:
    return Space(parameters={name: parameter(name) for name in EVERY})


def test_every_distribution_is_tried_here() -> None:
    assert set(EVERY) == set(get_args(Distribution))


def test_values_go_to_the_unit_cube_and_back() -> None:
    places = np.random.default_rng(1).random((200, len(EVERY)))
    values = space().scaled(places)
    back = space().unscaled(values)
    smooth = [i for i, name in enumerate(EVERY) if name not in {"integer", "choice"}]
    assert np.allclose(back[:, smooth], places[:, smooth], atol=1e-9)
    pd.testing.assert_frame_equal(space().scaled(back), values, rtol=1e-9)


@pytest.mark.parametrize("name", [n for n in EVERY if n != "choice"])
def test_the_ends_of_the_cube_are_the_bounds_and_nothing_lies_outside(name: str) -> None:
    p = parameter(name)
    values = p.scaled(np.linspace(0.0, 1.0, 1001))
    assert values[0] == pytest.approx(EVERY[name]["low"])
    assert values[-1] == pytest.approx(EVERY[name]["high"])
    assert (np.diff(values) >= 0).all()
    assert all(p.holds(values.tolist()))


@pytest.mark.parametrize("name", ["integer", "choice"])
def test_each_of_few_values_gets_the_same_part_of_the_interval(name: str) -> None:
    p = parameter(name)
    many = p.levels or 0
    found = p.scaled((np.arange(many * 100) + 0.5) / (many * 100)).tolist()
    counts = [found.count(value) for value in dict.fromkeys(found)]
    assert counts == [100] * many


def test_a_triangle_and_a_cut_bell_have_the_middle_they_should() -> None:
    u = (np.arange(20_000) + 0.5) / 20_000
    assert parameter("triangular").scaled(u).mean() == pytest.approx(5 / 3, abs=1e-3)
    cut = stats.truncnorm(-2.5, 2.0, loc=5, scale=2)
    assert parameter("normal").scaled(u).mean() == pytest.approx(cut.mean(), abs=1e-3)
    wide = parameter("lognormal", low=1e-6, high=1e9)
    assert np.median(wide.scaled(u)) == pytest.approx(5.0, rel=1e-3)


def test_choices_keep_their_types() -> None:
    assert [type(v) for v in parameter("choice").scaled([0.1, 0.3, 0.5, 0.7]).tolist()] == [str, int, float, bool]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"low": 4}, "low is 4 and high is 3; low must be less than high"),
        ({"mode": 1}, "'uniform' has no use for mode; it takes exactly low, high"),
        ({"distribution": "triangular"}, "'triangular' lacks mode; it takes exactly low, mode, high"),
        ({"distribution": "triangular", "mode": 7}, "mode is 7; it must lie between low -2 and high 3"),
        ({"distribution": "loguniform"}, "low is -2; a loguniform parameter must be above 0"),
        ({"distribution": "integer", "high": 2.5}, "an integer needs whole numbers"),
        ({"distribution": "normal", "mean": 50, "sd": 1}, "holds 0 of the normal; at least 0.001"),
        ({"value": 9}, "value is 9; it must be one that the distribution gives: -2 to 3 h"),
        ({"lo": 1}, "unknown key parameters.storms.rate.lo; did you mean 'low'?"),
        ({"unit": None}, "unit is None"),
        ({"distribution": "bell"}, "parameters.storms.rate.distribution is 'bell'"),
    ],
)
def test_what_is_no_parameter_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    content = {"low": -2, "high": 3, "unit": "h", "source": "test"} | changes
    with pytest.raises(EcsimError) as error:
        checked(Space, {"parameters": {"storms.rate": content}}, "space.toml")
    assert words in str(error.value)
    assert str(error.value).startswith("space.toml: ")


@pytest.mark.parametrize("values", [["a"], ["a", "a"], [1, True]])
def test_choices_must_differ(values: list[Any]) -> None:
    with pytest.raises(ValueError, match="at least two that differ"):
        parameter("choice", values=values)


def test_names_of_columns_are_no_parameters() -> None:
    with pytest.raises(ValueError, match="a parameter is called seed"):
        Space.uniform({"seed": (0, 1)})
    with pytest.raises(ValueError, match="name at least one"):
        Space.uniform({})


def test_a_space_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "space.toml"
    file.write_text(
        '[parameters."logistics.wet"]\nlow = 0.1\nhigh = 0.3\nunit = "1/100 km-day"\nsource = "assumed"\n'
        '[parameters.design]\ndistribution = "choice"\nvalues = ["shop", "new"]\nunit = "-"\nsource = "test"\n',
        encoding="utf-8",
    )
    found = load_space(file)
    assert found.names == ["logistics.wet", "design"]
    assert found.scaled([[0.5, 0.9]]).to_dict("records") == [{"logistics.wet": pytest.approx(0.2), "design": "new"}]


def test_a_value_outside_is_named_with_row_and_parameter() -> None:
    small = Space(parameters={"hours": parameter("uniform"), "kind": parameter("choice", values=["a", "b"])})
    with pytest.raises(EcsimError, match=r"values: row 2: hours is 7; allowed is -2 to 3 h"):
        small.unscaled({"hours": [1, 7], "kind": ["a", "b"]})
    with pytest.raises(EcsimError, match=r"row 1: kind is c; allowed is one of a, b"):
        small.unscaled({"hours": [1, 2], "kind": ["c", "b"]})
    with pytest.raises(EcsimError, match=r"row 1: hours is nan"):
        small.unscaled({"hours": [np.nan, 2], "kind": ["a", "b"]})
    with pytest.raises(EcsimError, match=r"no column kind"):
        small.unscaled({"hours": [1, 2]})


@pytest.mark.parametrize("unit", [[[0.5]], [[0.5, 1.5]], [0.5, 0.5]])
def test_places_outside_the_cube_are_refused(unit: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"2 columns of numbers in \[0, 1\] are needed"):
        Space.uniform({"a": (0, 1), "b": (0, 1)}).scaled(unit)
