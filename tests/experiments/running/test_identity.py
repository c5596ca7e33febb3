"""A run of a function is known by what it is given: by value, not by spelling; by data it declares; by its own seed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsim.cli.main import main
from ecsim.experiments.compare import compare, load_plan
from ecsim.experiments.running.executors import InProcess
from ecsim.experiments.running.task import FIRST_SEEDS, SEEDS_APART, canonical, seed_of
from ecsim.kernel.errors import EcsimError

EXPERIMENT = """
name = "known"
title_en = "Known"
title_zh = "识别"
question = "?"
function = "made_up:line"
reference = "base"
replications = 20
{more}
[[arms]]
name = "base"
[[arms]]
name = "other"
changes = {{ {changes} }}
"""
SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)


def runs_of(home: Path, changes: str = "a = 1000, b = 2", more: str = "") -> dict[tuple[str, int], str]:
    """Return the names of the runs of an experiment, by arm and replication."""
    (home / "experiment.toml").write_text(EXPERIMENT.format(changes=changes, more=more), encoding="utf-8")
    plan = load_plan(home)
    return {(task.arm, task.replication): task.run for task in plan.tasks_of(range(plan.experiment.most))}


@pytest.mark.parametrize("spelling", ["b = 2, a = 1000", "a = 1000.0, b = 2", "b = 2.0, a = 1e3", "a = 1_000, b = 0x2"])
def test_the_order_and_spelling_of_values_do_not_matter(tmp_path: Path, spelling: str) -> None:
    assert runs_of(tmp_path, spelling) == runs_of(tmp_path)


@pytest.mark.parametrize("other", ["a = 1000.5, b = 2", "a = 1000, b = true", "a = 1000, b = 1", "a = '1000', b = 2"])
def test_other_values_are_other_runs_and_a_flag_is_no_number(tmp_path: Path, other: str) -> None:
    found = runs_of(tmp_path, other)
    assert not {run for (arm, _), run in found.items() if arm == "other"} & set(runs_of(tmp_path).values())
    assert not set(runs_of(tmp_path, "b = true").values()) & {
        run for (arm, _), run in runs_of(tmp_path, "b = 1").items() if arm == "other"
    }


def test_a_folder_made_with_one_spelling_is_gone_on_with_in_another(tmp_path: Path) -> None:
    for changes in ("a = 1000, b = 2", "b = 2.0, a = 1000.0"):
        runs_of(tmp_path, changes)
        found = compare(tmp_path, tmp_path / "out", executor=InProcess())
        assert found.unused == 0
    assert len((tmp_path / "out" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()) == 40


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_content_is_the_same_text_just_if_it_is_equal_in_value(content: object) -> None:
    def respelled(value: object) -> object:
        if isinstance(value, dict):
            return {key: respelled(value[key]) for key in reversed(value)}
        if isinstance(value, list):
            return tuple(map(respelled, value))
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
        return float(value) if whole else value  # type: ignore[arg-type]

    assert canonical(respelled(content)) == canonical(content)
    assert canonical([content]) != canonical(content)


def test_values_of_different_kinds_are_different_texts() -> None:
    apart = [True, 1, "1", "true", None, "null", 0, False, -1, 1.5, [1], {"1": 1}, dt.date(2019, 1, 1), "2019-01-01"]
    assert len({canonical(value) for value in apart}) == len(apart)
    assert canonical(-0.0) == canonical(0)


def test_a_data_file_that_the_model_declares_belongs_to_its_runs(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("1\n", encoding="utf-8")
    (tmp_path / "weights.csv").write_text("1\n", encoding="utf-8")
    bare, declared = runs_of(tmp_path), runs_of(tmp_path, more='data = ["prices.csv", "weights.csv"]')
    assert runs_of(tmp_path, more='data = ["weights.csv", "prices.csv"]') == declared
    (tmp_path / "prices.csv").write_text("2\n", encoding="utf-8")
    changed = runs_of(tmp_path, more='data = ["prices.csv", "weights.csv"]')
    assert runs_of(tmp_path) == bare
    assert not set(bare.values()) & set(declared.values()) | set(declared.values()) & set(changed.values())


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_data_file_that_cannot_be_read_is_one_message(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EcsimError, match=f"data names '{name}', and .* cannot be read"):
        runs_of(tmp_path, more=f'data = ["{name}"]')
    assert main(["compare", str(tmp_path)]) == 2
    assert capfd.readouterr().err.count("\n") == 1


def test_data_is_of_a_function_alone(tmp_path: Path) -> None:
    text = EXPERIMENT.format(changes="", more='data = ["a.csv"]').replace("function = ", "scenario = ")
    (tmp_path / "experiment.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EcsimError, match="data names files that a function"):
        load_plan(tmp_path)


def test_two_first_seeds_share_no_run(tmp_path: Path) -> None:
    found = [set(runs_of(tmp_path, more=f"first_seed = {first}").values()) for first in (0, 1, 2, 3, 20, 99_999_999)]
    assert len(set.union(*found)) == sum(map(len, found)) == 6 * 40


def test_the_first_seed_1_has_the_seeds_1_2_3_and_all_seeds_are_exact_floats(tmp_path: Path) -> None:
    runs_of(tmp_path)
    assert [task.seed for task in load_plan(tmp_path).tasks_of(range(20)) if task.arm == "base"] == list(range(1, 21))
    assert max(seed_of(first, SEEDS_APART) for first in (0, FIRST_SEEDS - 1)) < 2**53
    with pytest.raises(EcsimError, match="first_seed"):
        runs_of(tmp_path, more="first_seed = 100_000_000")


@given(st.lists(st.tuples(st.integers(0, FIRST_SEEDS - 1), st.integers(0, SEEDS_APART - 1)), unique=True))
def test_every_first_seed_and_replication_has_a_seed_of_its_own(places: list[tuple[int, int]]) -> None:
    assert len({seed_of(*place) for place in places}) == len(places)
