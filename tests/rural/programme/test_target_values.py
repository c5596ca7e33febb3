"""Other target values, as trained 5,000 and coverage 60 %: by a copy of the programme's file, by --set or by arms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.experiments.resolve import resolve_plan
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.runs import open_run
from ecsim.report.document import Table
from ecsim.report.dossier import compose, read_file
from ecsim.rural.events import CountyEvaluated, TargetsReported
from ecsim.rural.events.codes import Record
from ecsim.rural.indicators import CountyScorecard, report_dates
from ecsim.rural.programme.evaluation import points_of
from ecsim.rural.scenario import Scenario
from ecsim.scenario.load import load
from evaluated import COUNTY, SOON, evaluated
from tiny import CONFIGS, PACK

OTHER_VALUES = {"programme.targets.trained.value": 5000, "programme.targets.village_coverage.value": 0.6}
EASY = {
    "programme.targets.trained.value": 1,
    "programme.targets.village_coverage.value": 0.001,
    "programme.targets.demo_enterprises.value": 0,
}


def values(scenario: Any) -> dict[str, float]:
    return {target.name: target.value for target in scenario.programme.targets}


def test_a_copy_of_the_programmes_file_and_a_set_give_the_same_scenario(tmp_path: Path) -> None:
    copy = (CONFIGS / "programmes" / "yunnan_2018.toml").read_text(encoding="utf-8")
    copy = copy.replace("value = 3000\n", "value = 5000\n").replace("../rules", str(CONFIGS / "rules"))
    head, coverage, rest = copy.partition('name = "village_coverage"')
    (tmp_path / "mine.toml").write_text(head + coverage + rest.replace("value = 0.5", "value = 0.6", 1), "utf-8")
    (tmp_path / "s.toml").write_text(f'extends = "{CONFIGS}/baseline.toml"\nprogramme = "mine.toml"\n', "utf-8")
    by_file, by_set = load(tmp_path / "s.toml"), load(CONFIGS / "baseline.toml", OTHER_VALUES)
    assert by_file.programme == by_set.programme
    known = values(load(CONFIGS / "baseline.toml"))
    assert values(by_set) == known | {"trained": 5000, "village_coverage": 0.6}


def test_all_arms_of_an_experiment_may_have_other_values(tmp_path: Path) -> None:
    changes = 'changes = {"programme.targets.trained.value" = 5000}\n'
    (tmp_path / "tiny.toml").write_text(
        f'extends = "{CONFIGS}/baseline.toml"\nname = "tiny"\nregion = "{PACK}"\nsample = 1.0\nend = 2018-06-30\n'
    )
    (tmp_path / "experiment.toml").write_text(
        'name = "study"\ntitle_en = "x"\ntitle_zh = "x"\nquestion = "x"\nscenario = "tiny.toml"\nreference = "none"\n'
        'replications = 2\noutcomes = ["stations_open"]\n'
        f'[[arms]]\nname = "none"\npolicy = "{CONFIGS}/policies/no_money.toml"\n{changes}'
        f'[[arms]]\nname = "pooled"\npolicy = "{CONFIGS}/policies/pooled_by_project.toml"\n{changes}',
        encoding="utf-8",
    )
    arms = resolve_plan(tmp_path).tasks(0)
    assert {values(Scenario.model_validate(task.payload["scenario"]))["trained"] for task in arms} == {5000}


@pytest.mark.parametrize(
    ("target", "value", "words"),
    [
        ("village_coverage", 60, "value of village_coverage is 60, in share; it must lie between 0 and 1, as 0.6"),
        ("village_coverage", -5, "value of village_coverage is -5, in share; it must lie between 0 and 1"),
        ("trained", -1, "value of trained is -1, in person-times; it must lie between 0 and 100,000,000"),
        ("trained", 1e9, "value of trained is 1e+09, in person-times; it must lie between 0 and 100,000,000"),
        ("poverty_service", 3, "value of poverty_service is 3, in of 2 services; it must lie between 0 and 2"),
        ("retail_growth", -2, "value of retail_growth is -2, in share a year; it must lie between -1 and 10"),
    ],
)  # fmt: skip
def test_a_value_that_nothing_can_reach_is_refused(target: str, value: float, words: str) -> None:
    with pytest.raises(EcsimError) as refused:
        load(CONFIGS / "baseline.toml", {f"programme.targets.{target}.value": value})
    assert words in str(refused.value)
    assert values(load(CONFIGS / "baseline.toml", {"programme.targets.retail_growth.value": -0.1}))["retail_growth"] < 0


def test_a_table_of_one_target_in_a_scenario_is_told_what_to_do(tmp_path: Path) -> None:
    table = "[programme.targets.village_coverage]\nvalue = 0.6\n"
    (tmp_path / "s.toml").write_text(f'extends = "{CONFIGS}/baseline.toml"\n{table}', "utf-8")
    with pytest.raises(EcsimError) as refused:
        load(tmp_path / "s.toml")
    assert (
        "edit a copy of the programme's file and name it, or use --set programme.targets.village_coverage.value="
        in str(refused.value)
    )
    assert "tuple" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("programme.targets.trainee.value", "targets has no 'trainee'; did you mean 'trained'?"),
        ("programme.targets.trained", "trained is a table; set a value of it, as targets.trained.value"),
        ("programme.targets.trained.valu", "unknown key"),
        ("programme.reports.audit.date", "is a single value, not a table"),
    ],
)
def test_a_target_that_there_is_not_is_refused_in_a_sentence(key: str, words: str) -> None:
    with pytest.raises(EcsimError) as refused:
        load(CONFIGS / "baseline.toml", {key: 1})
    assert words in str(refused.value)


def indicators(run: Path) -> dict[str, dict[str, Any]]:
    """Return the target table of the last date."""
    rows = json.loads((run / "indicators.json").read_text(encoding="utf-8"))["indicators"]
    return {row["indicator"]: row for row in rows}


def test_indicators_and_the_number_of_targets_met_follow() -> None:
    easy, plain = indicators(evaluated(SOON | EASY)), indicators(evaluated(SOON))
    assert (easy["trained"]["target"], plain["trained"]["target"]) == (1, 3000)
    assert easy["trained"]["met"] == [value >= 1 for value in easy["trained"]["value"]]
    run = open_run(evaluated(SOON | EASY))
    card = CountyScorecard.of(run.scenario).read(run.reader.batches())
    met = np.nansum(list(card.met(report_dates(run.scenario)[-1]).values()), axis=0)
    assert met.tolist() == [sum(bool(row["met"][county]) for row in easy.values()) for county in (0, 1)]


def test_the_score_of_the_evaluation_follows_the_values() -> None:
    """Points are those of the figures that evaluators saw, by the values of the run."""
    for changes in (SOON, SOON | EASY):
        run = open_run(evaluated(changes))
        told, scored = run.reader.kind(TargetsReported), run.reader.kind(CountyEvaluated)
        last = scored["day"].max()
        now = told["day"] == last
        targets = [target for target in run.scenario.programme.targets if target.name.upper() in Record.__members__]
        figures = np.full((len(targets), 2), np.nan)
        for county, record, figure in zip(
            told["county"][now], told["record"][now], told["verified"][now] / 1e6, strict=True
        ):
            names = [target.name.upper() for target in targets]
            if Record(record).name in names:
                figures[names.index(Record(record).name), county] = figure
        points, met = points_of(run.scenario.programme.evaluation, targets, figures)
        of = scored["day"] == last
        expected = np.maximum(points - scored["deducted"][of] / 1e6, 0.0)
        np.testing.assert_allclose(scored["score"][of] / 1e6, expected, atol=1e-4)
        assert scored["met"][of].tolist() == met.tolist()


def test_easier_values_are_met_more_often() -> None:
    # Planners see which targets are met already, so the plans differ too: not in every county more are met.
    easy, plain = (open_run(evaluated(changes)).reader.kind(CountyEvaluated) for changes in (SOON | EASY, SOON))
    assert easy["met"].sum() > plain["met"].sum()


def test_the_dossier_shows_the_values_of_the_run() -> None:
    content = read_file(evaluated(SOON | EASY), COUNTY)
    shown = next(block for block in compose(content, "zh").sections[0].blocks if isinstance(block, Table))
    asked = {row[0].text: row[1].text for row in shown.rows}
    assert (asked["培训人次"], asked["行政村覆盖率"]) == ("≥ 1", "≥ 0.1%")
