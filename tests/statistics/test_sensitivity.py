"""Sensitivity: functions whose indices are known in closed form, coverage of intervals, luck, missing outcomes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from SALib.analyze import morris as salib_morris
from SALib.analyze import pawn as salib_pawn
from SALib.analyze import sobol as salib_sobol

from ecsim.kernel.draws import Draws
from ecsim.kernel.errors import EcsimError
from ecsim.statistics import designs, sensitivity
from ecsim.statistics.function import evaluate, resolve, takes_seed
from ecsim.statistics.outcomes import outcome_of
from ecsim.statistics.sensitivity import LUCK, NO_EFFECT, Sensitivity
from ecsim.statistics.space import Space, Uncertain

F64 = NDArray[np.float64]
Columns = Mapping[str, F64]
ANGLES = Space.uniform(dict.fromkeys(("x1", "x2", "x3"), (-np.pi, np.pi)))
UNIT = Space.uniform({f"x{i}": (0.0, 1.0) for i in range(1, 5)})
WEIGHTS = {"x1": 3.0, "x2": -2.0, "x3": 1.0, "x4": 0.0}
NOISE = 1.2
LINEAR_VARIANCE = sum(w**2 for w in WEIGHTS.values()) / 12.0
LUCK_SHARE = NOISE**2 / (NOISE**2 + LINEAR_VARIANCE)


def ishigami(p: Columns) -> F64:
    return np.sin(p["x1"]) + 7.0 * np.sin(p["x2"]) ** 2 + 0.1 * p["x3"] ** 4 * np.sin(p["x1"])


def ishigami_indices() -> dict[tuple[str, str], float]:
    """Ishigami and Homma (1990), a = 7, b = 0.1."""
    one, two, both = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    parts = {"first": [one, two, 0.0], "total": [one + both, two, both]}
    return {(f"x{i + 1}", kind): part[i] / (one + two + both) for kind, part in parts.items() for i in range(3)}


G_WEIGHTS = np.array([0.0, 1.0, 4.5, 99.0])


def g_function(p: Columns) -> F64:
    """Saltelli and Sobol (1995)."""
    x = np.stack([p[f"x{i}"] for i in range(1, 5)], axis=-1)
    return np.prod((np.abs(4.0 * x - 2.0) + G_WEIGHTS) / (1.0 + G_WEIGHTS), axis=-1)


def g_indices() -> dict[tuple[str, str], float]:
    part = 1.0 / (3.0 * (1.0 + G_WEIGHTS) ** 2)
    whole = np.prod(1.0 + part) - 1.0
    total = part * np.prod(1.0 + part) / (1.0 + part)
    return {(f"x{i + 1}", kind): v[i] / whole for kind, v in (("first", part), ("total", total)) for i in range(4)}


def linear(p: Columns) -> Any:
    return sum(weight * p[name] for name, weight in WEIGHTS.items())


def noisy_alike(p: Columns, seed: NDArray[np.int64]) -> F64:
    """The same luck at every point of a block."""
    return linear(p) + NOISE * Draws(5).normal("noise", 0, seed)


def noisy_apart(p: Columns, seed: NDArray[np.int64]) -> F64:
    """Other luck at every point, though the seed be the same."""
    place = np.asarray(p["x1"] + 3.0 * p["x2"] + 5.0 * p["x3"] + 7.0 * p["x4"]).view(np.uint64)
    return linear(p) + NOISE * Draws(5).normal("noise", 0, seed.astype(np.uint64) ^ place)


def inside(found: Sensitivity, true: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], bool]:
    return {key: found.of(*key).low <= value <= found.of(*key).high for key, value in true.items()}


@pytest.mark.parametrize(
    ("model", "space", "true"), [(ishigami, ANGLES, ishigami_indices()), (g_function, UNIT, g_indices())]
)
def test_sobol_indices_in_closed_form_are_inside_their_intervals(
    model: Callable[[Columns], F64], space: Space, true: dict[tuple[str, str], float]
) -> None:
    found = sensitivity.sobol(model, space, 1024, 3, vectorised=True)
    assert all(inside(found, true).values())
    assert max(found.of(*key).high - found.of(*key).low for key in true) < 0.25
    assert all(abs(found.of(*key).value - value) < 0.03 for key, value in true.items())
    assert found.notes == ()


def test_intervals_of_sobol_indices_cover_as_often_as_they_say() -> None:
    true = ishigami_indices()
    runs = [sensitivity.sobol(ishigami, ANGLES, 128, s, vectorised=True, resamples=100) for s in range(60)]
    covered = pd.DataFrame([inside(run, true) for run in runs])
    assert covered.to_numpy().mean() >= 0.93  # a Sobol sequence is more even than the bootstrap thinks
    assert covered.mean().min() >= 0.85


def test_without_luck_the_indices_are_those_of_salib() -> None:
    design = designs.saltelli(ANGLES, 64, 1)
    y = ishigami({name: design.values[name].to_numpy() for name in ANGLES.names})
    found = sensitivity.sobol_from_table(design, y)
    theirs = salib_sobol.analyze({"num_vars": 3, "names": ANGLES.names}, y, calc_second_order=False, seed=1)
    assert found.indices.value.to_numpy() == pytest.approx(np.concatenate([theirs["S1"], theirs["ST"]]), abs=1e-12)


@pytest.mark.parametrize("model", [noisy_alike, noisy_apart])
def test_a_noisy_linear_model_has_the_indices_and_the_luck_that_it_should(model: Callable[..., F64]) -> None:
    found = sensitivity.sobol(model, UNIT, 1024, 2, replications=2, vectorised=True)
    true = {}
    for name, weight in WEIGHTS.items():
        share = weight**2 / 12.0 / LINEAR_VARIANCE
        true |= {(name, "first"): share, (name, "total"): share}
        true |= {(name, kind): share * (1.0 - LUCK_SHARE) for kind in ("first_share", "total_share")}
    true[LUCK, "luck_share"] = LUCK_SHARE
    held = inside(found, true)
    idle = {("x4", kind) for kind in ("first", "total", "first_share", "total_share")}
    # luck that all points share leaves a parameter that does nothing at exactly 0, up to rounding
    assert all(held[key] or (key in idle and abs(found.of(*key).value) < 1e-9) for key in true)
    assert found.of(LUCK, "luck_share").high - found.of(LUCK, "luck_share").low < 0.12


def test_luck_does_not_count_as_an_effect_of_the_parameters() -> None:
    runs = [
        sensitivity.sobol(noisy_apart, UNIT, 128, s, replications=2, vectorised=True, resamples=50) for s in range(30)
    ]
    idle = np.array([run.of("x4", "total").value for run in runs])
    assert abs(idle.mean()) < 3.0 * idle.std(ddof=1) / np.sqrt(len(idle))
    once = [sensitivity.sobol(noisy_apart, UNIT, 128, s, vectorised=True, resamples=50) for s in range(5)]
    assert np.mean([run.of("x4", "total").value for run in once]) > 0.4  # what it would be if luck were not taken away
    assert "one run a point" in once[0].notes[0]


def test_intervals_of_a_noisy_model_cover_as_often_as_they_say() -> None:
    runs = [
        sensitivity.sobol(noisy_apart, UNIT, 128, s, replications=3, vectorised=True, resamples=100) for s in range(60)
    ]
    share = {name: w**2 / 12.0 / LINEAR_VARIANCE for name, w in WEIGHTS.items()}
    true = {(name, kind): value for name, value in share.items() for kind in ("first", "total")}
    true[LUCK, "luck_share"] = LUCK_SHARE
    covered = pd.DataFrame([inside(run, true) for run in runs])
    assert 0.90 <= covered.to_numpy().mean() <= 0.99
    assert covered.mean().min() >= 0.85


def test_pure_luck_is_told() -> None:
    found = sensitivity.sobol(
        lambda _, seed: Draws(1).normal("n", 0, seed), UNIT, 64, 1, replications=2, vectorised=True
    )
    assert found.of(LUCK, "luck_share").high == 1.0
    assert found.of(LUCK, "luck_share").low > 0.5
    assert any("random variation drowns them" in note for note in found.notes)


def test_morris_on_a_linear_function_is_exact() -> None:
    space = Space.uniform({"x1": (0.0, 2.0), "x2": (-5.0, 5.0), "x3": (0.0, 1.0), "x4": (0.0, 1.0)})
    found = sensitivity.morris(linear, space, 8, 1)
    for name, mu in {"x1": 6.0, "x2": -20.0, "x3": 1.0, "x4": 0.0}.items():
        assert found.of(name, "mu").value == pytest.approx(mu, abs=1e-12)
        assert found.of(name, "mu_star").value == pytest.approx(abs(mu), abs=1e-12)
        assert found.of(name, "sigma").value == pytest.approx(0.0, abs=1e-12)
        assert found.of(name, "mu_star").low == pytest.approx(abs(mu), abs=1e-12)
    assert found.ranking("mu_star") == ["x2", "x1", "x3", "x4"]


def test_morris_is_exact_for_whole_numbers_and_choices_too() -> None:
    space = Space(
        parameters={
            "weeks": Uncertain(distribution="integer", low=2, high=12, unit="weeks", source="test"),
            "kind": Uncertain(distribution="choice", values=("a", "b"), unit="-", source="test"),
        }
    )
    found = sensitivity.morris(lambda p: 3.0 * p["weeks"] + 7.0 * (p["kind"] == "b"), space, 10, 1)
    assert found.of("weeks", "mu").value == pytest.approx(30.0)
    assert found.of("kind", "mu").value == pytest.approx(7.0)
    assert found.indices[found.indices["index"] == "sigma"].value.max() == pytest.approx(0.0, abs=1e-9)


def test_morris_effects_are_those_of_salib() -> None:
    design = designs.morris(ANGLES, 20, 4)
    y = ishigami({name: design.values[name].to_numpy() for name in ANGLES.names})
    problem = {"num_vars": 3, "names": ANGLES.names, "bounds": [[0.0, 1.0]] * 3}
    theirs = salib_morris.analyze(problem, design.unit, y, num_levels=4, seed=1)
    found = sensitivity.morris_from_table(design, y)
    for index in ("mu", "mu_star", "sigma"):
        mine = [found.of(name, index).value for name in ANGLES.names]
        assert mine == pytest.approx(np.asarray(theirs[index]), rel=1e-9)


def test_morris_tells_what_luck_alone_would_show() -> None:
    found = sensitivity.morris(noisy_apart, UNIT, 400, 1, replications=2, vectorised=True)
    expected = np.sqrt(2.0 * NOISE**2 / 2.0) / (2.0 / 3.0)  # difference of two means of two, over the step
    assert found.of("x4", "luck_sd").value == pytest.approx(expected, rel=0.1)
    assert found.of("x4", "mu_star").value == pytest.approx(np.sqrt(2.0 / np.pi) * expected, rel=0.15)
    shared = sensitivity.morris(noisy_alike, UNIT, 10, 1, replications=2, vectorised=True)
    assert shared.of("x1", "mu_star").value == pytest.approx(3.0)
    assert shared.of("x1", "luck_sd").value == pytest.approx(0.0, abs=1e-9)


def test_pawn_ranks_parameters_and_shows_what_chance_finds() -> None:
    found = sensitivity.pawn(linear, UNIT, 1000, 1, vectorised=True)
    assert found.ranking("median") == ["x1", "x2", "x3", "x4"]
    assert found.of("x3", "median").value > found.of(NO_EFFECT, "median").high > found.of("x4", "median").value
    assert ((found.indices.low <= found.indices.value) & (found.indices.value <= found.indices.high)).all()


def test_pawn_is_salibs_where_the_largest_value_does_not_matter() -> None:
    design = designs.latin_hypercube(ANGLES, 2000, 1)
    y = ishigami({name: design.values[name].to_numpy() for name in ANGLES.names})
    theirs = salib_pawn.analyze({"num_vars": 3, "names": ANGLES.names}, design.unit, y, S=10)
    found = sensitivity.pawn_from_table(design, y, resamples=20)
    for index in ("median", "mean", "maximum"):
        assert [found.of(n, index).value for n in ANGLES.names] == pytest.approx(theirs[index], abs=2.5 / 200)


def test_pawn_sees_every_value_of_a_choice() -> None:
    kind = Uncertain(distribution="choice", values=("a", "b"), unit="-", source="test")
    space = Space(parameters={"kind": kind, **Space.uniform({"x": (0.0, 1.0)}).parameters})
    found = sensitivity.pawn(lambda p: p["x"] + 10.0 * (p["kind"] == "b"), space, 200, 1)
    assert found.of("kind", "median").value == pytest.approx(0.5)  # each half against both


def test_pawn_gives_the_share_of_luck_too() -> None:
    found = sensitivity.pawn(noisy_apart, UNIT, 1000, 1, replications=2, vectorised=True)
    assert inside(found, {(LUCK, "luck_share"): LUCK_SHARE}) == {(LUCK, "luck_share"): True}


def test_a_tornado_has_the_ends_of_a_linear_function() -> None:
    found = sensitivity.tornado(noisy_alike, UNIT, 1, replications=4, vectorised=True)
    assert found.of("x2", "low_end").value == pytest.approx(1.0)
    assert found.of("x2", "high_end").value == pytest.approx(-1.0)
    assert found.of("x2", "high_end").high == pytest.approx(-1.0)  # the same luck: no spread in the difference
    assert found.ranking("swing") == ["x1", "x2", "x3", "x4"]


@pytest.mark.parametrize("run", [sensitivity.sobol, sensitivity.morris, sensitivity.pawn])
def test_an_outcome_that_is_no_number_is_refused_with_its_point(run: Callable[..., Sensitivity]) -> None:
    def broken(p: Columns) -> float:
        return float("nan") if p["x1"] > 0.9 else float(p["x2"])

    with pytest.raises(EcsimError, match=r"outcome at point \d+, replication 0 is nan \(x1 = 0\.9\d+|x1 = 1") as error:
        run(broken, UNIT, 64, 1)
    assert "missing = 'drop' to leave out" in str(error.value)


def test_an_infinite_outcome_is_refused_too() -> None:
    design = designs.saltelli(UNIT, 4, 1)
    y = np.ones((24, 2))
    y[7, 1] = np.inf
    with pytest.raises(EcsimError, match=r"point 7, replication 1 is inf .* 1 of 48 runs .* leave out 1 of 4 blocks"):
        sensitivity.sobol_from_table(design, y)


def test_whole_blocks_are_left_out_if_asked() -> None:
    design = designs.saltelli(ANGLES, 64, 1)
    y = ishigami({name: design.values[name].to_numpy() for name in ANGLES.names})
    spoiled = y.copy()
    spoiled[[12, 13, 200]] = np.nan  # blocks 2 and 40
    found = sensitivity.sobol_from_table(design, spoiled, missing="drop", lucky=False)
    kept = np.delete(y.reshape(64, 5), [2, 40], axis=0).ravel()
    theirs = salib_sobol.analyze({"num_vars": 3, "names": ANGLES.names}, kept, calc_second_order=False, seed=1)
    assert found.blocks == 62
    assert "2 of 64 blocks of 5 points were left out" in found.notes[0]
    assert found.indices.value.to_numpy() == pytest.approx(np.concatenate([theirs["S1"], theirs["ST"]]), abs=1e-12)


@pytest.mark.parametrize("run", [sensitivity.sobol, sensitivity.morris, sensitivity.pawn])
def test_an_outcome_that_never_changes_is_told(run: Callable[..., Sensitivity]) -> None:
    found = run(lambda _: 3.5, UNIT, 64, 1)
    assert found.notes == (
        "the outcome is 3.5 at every run: no parameter moves it, and there is no variance to share out",
    )
    nothing = found.indices[~found.indices.parameter.isin([NO_EFFECT])].value
    assert nothing.isna().all() if run is sensitivity.sobol else (nothing == 0.0).all()


def test_rounding_is_no_effect() -> None:
    found = sensitivity.sobol(lambda p: 0.1 + 0.2 + 1e-17 * p["x1"], UNIT, 8, 1)
    assert found.indices.value.isna().all()


def test_the_same_seed_gives_the_same_figures() -> None:
    one, two, other = (sensitivity.sobol(noisy_apart, UNIT, 32, s, replications=2, vectorised=True) for s in (0, 0, 1))
    assert one.indices.equals(two.indices)
    assert not one.indices.equals(other.indices)


def test_a_point_at_a_time_and_all_at_once_are_the_same() -> None:
    def one(p: Mapping[str, float], seed: int) -> dict[str, float]:
        columns = {name: np.array([value]) for name, value in p.items()}
        return {"noisy": float(noisy_apart(columns, np.array([seed]))[0]), "zero": 0.0}

    slow = sensitivity.sobol(one, UNIT, 8, 1, replications=2, outcome="noisy")
    fast = sensitivity.sobol(noisy_apart, UNIT, 8, 1, replications=2, vectorised=True)
    pd.testing.assert_frame_equal(slow.indices, fast.indices, rtol=1e-9)


def test_a_model_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_models.py").write_text("def twice(p):\n    return 2 * p['x1']\nTEN = 10\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = sensitivity.tornado("my_models:twice", UNIT)
    assert found.of("x1", "swing").value == 2.0
    with pytest.raises(EcsimError, match="thrice is not in my_models"):
        resolve("my_models:thrice")
    with pytest.raises(EcsimError, match="TEN is no function in my_models"):
        resolve("my_models:TEN")
    with pytest.raises(EcsimError, match="No module named 'no_models'"):
        resolve("no_models:twice")
    with pytest.raises(EcsimError, match=r"write package\.module:function"):
        resolve("my_models.twice")
    sys.modules.pop("my_models")


def test_what_is_no_model_is_refused() -> None:
    values, once, twice = designs.latin_hypercube(UNIT, 4, 1).values, np.zeros((4, 1)), np.zeros((4, 2))
    with pytest.raises(ValueError, match="2 replications of a model without random variation"):
        evaluate(linear, values, twice)
    with pytest.raises(ValueError, match="needs 'rng' beside the parameters"):
        takes_seed(lambda p, rng: p["x1"] + rng.random())
    with pytest.raises(ValueError, match="outcome is None; the model gives a, b") as error:
        evaluate(lambda _: {"a": 1.0, "b": 2.0}, values, once)
    assert error.value.__notes__[0].startswith("at point 0: {'x1': ")
    with pytest.raises(ValueError, match=r"gave shape \(2,\) for 4 runs"):
        evaluate(lambda _: np.zeros(2), values, once, vectorised=True)


def test_runs_of_a_table_find_their_points() -> None:
    runs = pd.DataFrame({"point": [1, 0, 1], "replication": [1, 0, 0], "income": [5.0, 3.0, 4.0]})
    found = outcome_of(runs, "income", 3)
    assert np.array_equal(found, [[3.0, np.nan], [4.0, 5.0], [np.nan, np.nan]], equal_nan=True)
    with pytest.raises(EcsimError, match="no column 'wages'"):
        outcome_of(runs, "wages", 3)
    with pytest.raises(EcsimError, match="points 0 to 1; the design has 0 to 0"):
        outcome_of(runs, "income", 1)
    with pytest.raises(EcsimError, match="twice"):
        outcome_of(pd.concat([runs, runs]), "income", 3)


def test_what_was_found_is_json_with_nothing_for_no_number() -> None:
    found = json.loads(json.dumps(sensitivity.sobol(lambda _: 3.5, UNIT, 8, 1).content(), allow_nan=False))
    assert found["indices"][0] == {"parameter": "x1", "index": "first", "value": None, "low": None, "high": None}
    assert (found["method"], found["blocks"], found["replications"], found["level"]) == ("sobol", 8, 1, 0.95)


def test_a_design_of_another_method_is_refused() -> None:
    hypercube = designs.latin_hypercube(UNIT, 60, 1)
    with pytest.raises(ValueError, match="sobol of a latin_hypercube design; it needs saltelli"):
        sensitivity.sobol_from_table(hypercube, np.zeros(60))
    with pytest.raises(ValueError, match=r"outcomes of shape \(59, 1\); the design has 60 points"):
        sensitivity.pawn_from_table(hypercube, np.zeros(59))
    with pytest.raises(ValueError, match="40 points and 10 slices"):
        sensitivity.pawn_from_table(designs.latin_hypercube(UNIT, 40, 1), np.zeros(40))
    with pytest.raises(ValueError, match="level is 95"):
        sensitivity.sobol(linear, UNIT, 8, 1, level=95)
    with pytest.raises(ValueError, match="missing is 'ignore'; it is 'refuse' or 'drop'"):
        sensitivity.sobol(linear, UNIT, 8, 1, missing="ignore")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="replications is 0; at least 1"):
        sensitivity.sobol(linear, UNIT, 8, 1, replications=0)
    with pytest.raises(ValueError, match="resamples is 1; an interval needs at least 2"):
        sensitivity.sobol(linear, UNIT, 8, 1, resamples=1)
    with pytest.raises(KeyError, match="no first of x9; there are x1 first"):
        sensitivity.sobol(linear, UNIT, 8, 1).of("x9", "first")
