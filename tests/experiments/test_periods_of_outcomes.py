"""An experiment names outcomes of any period: its runs give them; names that cannot be are refused before any run."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ecsim.experiments.resolve import resolve_plan
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.running.simulation_task import run_simulation_task
from ecsim.kernel.errors import EcsimError

HERE = Path(__file__).parents[1]
CONFIGS, TINY = HERE.parent / "configs", HERE / "packs" / "tiny"
TARGET = '{name = "trained", title_en = "x", title_zh = "x", unit = "person-times", sense = "above", value = 1}'
ARM = f'changes = {{"programme.targets" = [{TARGET}]}}\n'


def plan(folder: Path, outcomes: str, more: str = "", arm: str = "") -> Plan:
    """Return a study of the tiny region in the first half of 2018."""
    folder.mkdir(exist_ok=True)
    (folder / "tiny.toml").write_text(
        f'extends = "{CONFIGS / "baseline.toml"}"\nname = "tiny"\nregion = "{TINY}"\nsample = 1.0\nend = 2018-06-30\n',
        encoding="utf-8",
    )
    (folder / "experiment.toml").write_text(
        'name = "study"\ntitle_en = "x"\ntitle_zh = "x"\nquestion = "x"\nscenario = "tiny.toml"\nreference = "none"\n'
        f"replications = 2\noutcomes = [{outcomes}]\n{more}"
        f'[[arms]]\nname = "none"\npolicy = "{CONFIGS}/policies/no_money.toml"\n'
        f'[[arms]]\nname = "pooled"\npolicy = "{CONFIGS}/policies/pooled_by_project.toml"\n{arm}',
        encoding="utf-8",
    )
    return resolve_plan(folder)


def test_runs_give_the_outcomes_of_further_periods_that_are_named_and_those_are_part_of_their_identity(
    tmp_path: Path,
) -> None:
    named = plan(tmp_path / "named", '"stations_open", "retail@last13weeks", "income@2019"')
    assert named.catalogue.further == ("retail@last13weeks",)
    (task, *_) = named.tasks(0)
    (other, *_) = plan(tmp_path / "other", '"stations_open"').tasks(0)
    assert task.run != other.run
    found = run_simulation_task(task).outcomes
    assert math.isfinite(found["retail@last13weeks"])
    assert found["retail@last13weeks"] > 0.0
    assert math.isnan(found["income@2019"])
    assert "retail@last13weeks" not in run_simulation_task(other).outcomes


@pytest.mark.parametrize(
    ("outcomes", "more", "words"),
    [
        ('"retail_2019"', "", "outcomes names 'retail_2019'; it is written retail@2019 now"),
        ('"retail"', "", "say of which period: retail@2019"),
        (
            '"stations_open"',
            '[stopping]\noutcome = "retail@2018"\nhalf_width = 1.0\nleast = 2\nmost = 4\n',
            "stopping.outcome names 'retail@2018', which is not available: 2018 was run until 2018-06-24",
        ),
        (
            '"stations_open"',
            '[stopping]\noutcome = "met_buyers_share"\nhalf_width = 1.0\nleast = 2\nmost = 4\n',
            "names 'met_buyers_share'; targets are service_centres",
        ),
    ],
)
def test_names_that_no_run_can_give_are_refused_before_any_run(
    outcomes: str, more: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(EcsimError) as refused:
        plan(tmp_path, outcomes, more)
    assert words in str(refused.value)


def test_arms_whose_figures_are_held_against_other_targets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=r"arms none and pooled differ in programme\.targets"):
        plan(tmp_path, '"stations_open"', arm=ARM)
