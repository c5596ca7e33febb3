"""Names of arms and outcomes, and values of parameters, stay what they are wherever they are read: ``01``, ``NA``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ecsim.experiments.analyses.robustness import robustness
from ecsim.experiments.analyses.selection import select
from ecsim.experiments.analyses.sensitivity import sensitivity
from ecsim.experiments.analyses.stress import stress
from ecsim.experiments.compare import compare, load_plan, merge
from ecsim.experiments.running.executors import InProcess
from ecsim.report.report import write_report
from ecsim.report.results import read_csv
from ecsim.statistics import designs
from ecsim.statistics.space import Space, Uncertain

NAMES = {
    "name": "names", "title_en": "Names", "title_zh": "名称", "question": "?", "function": "test_names:shade",
    "replications": 2,
}  # fmt: skip
VARIANTS: list[tuple[list[str], str, list[Any]]] = [
    (["01", "1", "2018"], "1", ["red", "green", "blue"]),
    (["NA", "None", "nan"], "NA", ["NA", "01", "1"]),
    (["True", "inf", "-inf"], "True", [1, 2.5, 4]),
    (["a, b", "c 'd'"], "nan", ["x, y", "z"]),
    (["null", "1e5"], "None", ["1", 2.5, True]),
]


def shade(parameters: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return 0 where the colour is the first and the flag is up, else 1; what an arm gains; a little luck."""
    fails = parameters.get("colour") == parameters["first"] and bool(parameters.get("a flag, or not"))
    return {parameters["outcome"]: (0.0 if fails else 1.0) + parameters["gain"] + 1e-3 * (seed % 7)}


def written(home: Path, arms: list[str], outcome: str, values: list[Any], points: int, kind: str = "") -> Path:
    """Write an experiment whose names and values are these."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in NAMES.items()]
    lines += [f"reference = {json.dumps(arms[0])}", f'better = {{ {json.dumps(outcome)} = "max" }}']
    for place, name in enumerate(arms):
        told = f"gain = {0.1 * place}, first = {json.dumps(values[0])}, outcome = {json.dumps(outcome)}"
        lines += ["[[arms]]", f"name = {json.dumps(name)}", f"changes = {{ {told} }}"]
    if kind:
        made_up = 'unit = "1", source = "made up" }'
        lines += [
            "[design]", f'kind = "{kind}"', f"points = {points}", "[discovery]", 'target = "good"', "[space]",
            f'colour = {{ distribution = "choice", values = {json.dumps(values)}, {made_up}',
            f'"a flag, or not" = {{ distribution = "choice", values = [true, false], {made_up}',
            f"x = {{ low = 0.0, high = 1.0, {made_up}", '[stress.shocks]', '"a, b" = []', "[stress.targets]",
            f"good = {{ outcome = {json.dumps(outcome)}, at_least = 0.5 }}",
        ]  # fmt: skip
    lines += ["[selection]", f"outcome = {json.dumps(outcome)}", "difference = 0.05", "first = 5", "most = 10"]
    home.mkdir(exist_ok=True)
    (home / "experiment.toml").write_text("\n".join(lines), encoding="utf-8")
    return home


@pytest.mark.parametrize(("arms", "outcome", "values"), VARIANTS, ids=str)
def test_a_comparison_and_a_choice_of_arms_of_any_name_are_reported(
    tmp_path: Path, arms: list[str], outcome: str, values: list[Any]
) -> None:
    home = written(tmp_path, arms, outcome, values, 1)
    found = compare(home, home / "out", executor=InProcess())
    read = read_csv(home / "out" / "summary.csv")
    assert read.arm.tolist() == arms
    assert read.outcome.tolist() == [outcome] * len(arms)
    pd.testing.assert_frame_equal(read, found.summary.reset_index(drop=True), check_dtype=False)
    assert merge(load_plan(home), home / "whole", [home / "out"]).runs.equals(found.runs)
    chosen, _ = select(load_plan(home), home / "out", InProcess())
    assert chosen.tables["arms"].rows.set_index("arm").chosen.to_dict() == {arm: arm == arms[-1] for arm in arms}
    write_report(home / "out", ["en"])
    page = (home / "out" / "report.html").read_text(encoding="utf-8")
    assert all(f">{arm}<" in page.replace("&#39;", "'") for arm in (*arms, outcome))


@pytest.mark.parametrize(("arms", "outcome", "values"), VARIANTS[::2], ids=str)
def test_analyses_over_categories_of_any_name_find_the_box_and_are_drawn(
    tmp_path: Path, arms: list[str], outcome: str, values: list[Any]
) -> None:
    home = written(tmp_path, arms, outcome, values, 200, "latin_hypercube")
    plan = load_plan(home)
    analyses = [robustness(plan, home / "out", InProcess())[0], *stress(plan, home / "out", InProcess())[1]]
    boxes = analyses[-1].tables["boxes"].rows
    first = boxes[(boxes.arm == arms[0]) & (boxes.box == 1)].set_index("parameter").limit_en
    assert first["a flag, or not"] == "a flag, or not is true"
    number = all(isinstance(value, int | float) for value in values)
    assert first["colour"] == (f"colour ≤ {values[0]}" if number else f"colour is {values[0]}")
    sensitivity(load_plan(home, changes={"design.kind": "morris", "design.points": 4}), home / "morris", InProcess())
    for folder in (home / "out", home / "morris"):
        write_report(folder, ["en"])
    page = (home / "out" / "report.html").read_text(encoding="utf-8")
    assert page.replace("&#39;", "'").count(f"<td>{arms[1]}</td>") > 3
    assert "discovery-boxes" in (home / "out" / "report.html").read_text(encoding="utf-8")


def test_a_table_of_points_keeps_values_that_look_like_numbers_or_nothing(tmp_path: Path) -> None:
    made_up = {"unit": "1", "source": "made up"}
    space = Space(parameters={
        "code": Uncertain(distribution="choice", values=("01", "NA", "1"), **made_up),
        "year": Uncertain(distribution="choice", values=(2018, 2019.5), **made_up),
        "flag": Uncertain(distribution="choice", values=(True, False), **made_up),
        "x": Uncertain(low=0.0, high=1.0, **made_up),
    })  # fmt: skip
    (tmp_path / "points.csv").write_text("code,year,flag,x\n01,2018.0,true,0\nNA,2019.5,False,1e-1\n", encoding="utf-8")
    found = designs.given(space, tmp_path / "points.csv").values
    assert found.to_dict("list") == {
        "code": ["01", "NA"], "year": [2018, 2019.5], "flag": [True, False], "x": [0.0, 0.1]
    }  # fmt: skip
