"""An experiment of more runs than can be held is refused before any of them is, with what it would take."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from made_up_experiment import experiment

from ecsim.cli.main import main
from ecsim.experiments.experiment_files import load_experiment
from ecsim.experiments.resolve import resolve_plan
from ecsim.experiments.schema import MOST_RUNS
from ecsim.experiments.uncertainty import points_of
from ecsim.kernel.errors import EcsimError
from ecsim.statistics import designs
from ecsim.statistics.space import Space, Uncertain

SPACE = '[space.x]\nlow = 0.0\nhigh = 1.0\nunit = "1"\nsource = "made up"\n'


def design(kind: str, points: int) -> str:
    return f'[design]\nkind = "{kind}"\npoints = {points}\n{SPACE}'


@pytest.mark.parametrize("command", ["check", "estimate", "compare"])
def test_a_thousand_million_runs_are_refused_with_what_they_would_take(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = experiment(tmp_path, replications=100_000, more=design("latin_hypercube", 5000))
    tracemalloc.start()
    assert main([command, str(home), *(["--out", str(tmp_path / "out")] if command != "check" else [])]) == 2
    assert tracemalloc.get_traced_memory()[1] < 300e6
    tracemalloc.stop()
    told = capsys.readouterr().err
    assert (
        "2 arms x 5,000 points x 100,000 replications: 1,000,000,000 runs, of 1,000,000 at most; they would take "
        "277,778 hours at a second a run and 300.0 GB for the list of runs alone — lower their number" in told
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "more",
    [
        design("saltelli", 1_000_000),
        design("morris", 1_000_000),
        design("grid", 1_000_000),
        design("sobol_sequence", 1_000_000),
        '[stopping]\noutcome = "y"\nhalf_width = 1e-9\nmost = 100_000\n[stress]\nshocks = {a = [], b = [], c = [], '
        'd = [], e = []}\nstrengths = [0, 1, 2]\n[stress.targets]\nlow = {outcome = "y", at_most = 5.0}\n',
        '[selection]\noutcome = "y"\ndifference = 1.0\nmost = 600_000\n',
    ],
    ids=["saltelli", "morris", "grid", "sobol", "stopping rule at every rung", "selection"],
)
def test_every_way_to_too_many_runs_is_refused(more: str, tmp_path: Path) -> None:
    home = experiment(tmp_path, more=more)
    with pytest.raises(EcsimError, match="runs, of 1,000,000 at most"):
        resolve_plan(home)


def test_the_search_of_a_stress_test_is_counted_too(tmp_path: Path) -> None:
    more = (
        '[stress]\nshocks = {a = []}\nstrengths = [0, 1]\n[stress.targets]\nlow = {outcome = "y", at_most = 5.0}\n'
        '[stress.search]\ntargets = ["low"]\npopulation = 10_000\ngenerations = 1_000\n'
    )
    with pytest.raises(EcsimError, match="ecsim stress, the search: 200,200,040 runs, of 1,000,000 at most"):
        resolve_plan(experiment(tmp_path, more=more))


@pytest.mark.parametrize("kind", ["grid", "latin_hypercube", "sobol_sequence", "saltelli", "morris", "one_at_a_time"])
def test_points_are_counted_as_the_design_will_have_them(kind: str, tmp_path: Path) -> None:
    space = Space(
        parameters={
            "x": Uncertain(low=0.0, high=1.0, unit="1", source="made up"),
            "n": Uncertain(distribution="integer", low=1.0, high=3.0, unit="1", source="made up"),
            "c": Uncertain(distribution="choice", values=(False, True), unit="1", source="made up"),
        }
    )
    made = {
        "grid": lambda: designs.grid(space, 8),
        "latin_hypercube": lambda: designs.latin_hypercube(space, 8, 1),
        "sobol_sequence": lambda: designs.sobol_sequence(space, 8, 1),
        "saltelli": lambda: designs.saltelli(space, 8, 1),
        "morris": lambda: designs.morris(space, 8, 1),
        "one_at_a_time": lambda: designs.one_at_a_time(space),
    }[kind]()
    assert designs.points_of(kind, space, 8) == len(made)


def test_a_table_of_points_is_counted_by_its_rows(tmp_path: Path) -> None:
    home = experiment(tmp_path, replications=100_000, more=f'[design]\nkind = "table"\nfile = "points.csv"\n{SPACE}')
    (home / "points.csv").write_text("x\n" + "0.5\n" * 6, encoding="utf-8")
    with pytest.raises(EcsimError, match="2 arms x 6 points x 100,000 replications: 1,200,000 runs"):
        resolve_plan(home)


def test_a_million_runs_are_allowed(tmp_path: Path) -> None:
    home = experiment(tmp_path, replications=100, more=design("latin_hypercube", 5000))
    told, _ = load_experiment(home)
    assert points_of(told, Space.uniform({"x": (0.0, 1.0)})) == 5000
    assert resolve_plan(home).runs == MOST_RUNS
