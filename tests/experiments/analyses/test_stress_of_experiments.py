"""Stress tests from the file to the analyses, on functions whose breaking points are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ecsim.cli.main import main
from ecsim.experiments.analyses.stress import stress
from ecsim.experiments.compare import load_plan
from ecsim.experiments.running.executors import InProcess
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.proportions import wilson

HERE = Path(__file__).parents[1]

LADDER = """
name = "made-up-stress"
title_en = "Made up"
title_zh = "虚构"
question = "?"
function = "made_up_stress:{function}"
reference = "plain"
replications = {replications}

[[arms]]
name = "plain"

[[arms]]
name = "dear"
changes = {{ extra = 0.5 }}

[stress]
strengths = [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0]

[stress.shocks]
storm = []
flood = []
{more}

[stress.targets]
cheap = {{ outcome = "cost", at_most = 3.0 }}
{targets}
"""
SEARCH = """
[stress.search]
targets = ["cheap"]
step = 0.25
replications = 20
generations = 15
population = 20
"""


def experiment(folder: Path, **told: Any) -> Path:
    given = {"function": "works", "replications": 20, "more": "drought = []", **told}
    targets = given.pop("targets", 'much = { outcome = "sales", at_least = 7.0 }')
    (folder / "experiment.toml").write_text(LADDER.format(**given, targets=targets), encoding="utf-8")
    return folder


def stressed(folder: Path, **told: Any) -> dict[str, Any]:
    stress(load_plan(experiment(folder, **told)), folder / "out", InProcess())
    files = (folder / "out" / "analysis").glob("*.json")
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return stressed(tmp_path_factory.mktemp("ladder"), targets='much = { outcome = "sales", at_least = 7.0 }' + SEARCH)


def rows(analysis: dict[str, Any], table: str, **where: Any) -> pd.DataFrame:
    found = pd.DataFrame(analysis["tables"][table]["rows"])
    for column, value in where.items():
        found = found[found[column] == value]
    return found


def test_a_target_breaks_where_the_function_says_so(ladder: dict[str, Any]) -> None:
    found = rows(ladder["stress"], "breaking", arm="plain", target="cheap", level=0.5).set_index("shock")
    assert found.loc["storm", "strength"] == pytest.approx(2.0, abs=0.3)  # 1 + storm = 3
    assert found.loc["flood", "strength"] == pytest.approx(2 / 3, abs=0.15)  # 1 + 3 flood = 3
    assert found.loc["drought", "verdict"] == "never breaks within the strengths tried"
    dear = rows(ladder["stress"], "breaking", arm="dear", target="cheap", level=0.5).set_index("shock")
    assert dear.loc["storm", "strength"] == pytest.approx(1.5, abs=0.3)


def test_shares_of_holding_fall_from_all_to_none(ladder: dict[str, Any]) -> None:
    found = rows(ladder["stress"], "holding", arm="plain", target="cheap", shock="flood").set_index("strength")
    assert found.loc[0.0, "share"] == 1.0
    assert found.loc[1.0, "share"] == 0.0


def test_the_target_that_fails_first_is_named(ladder: dict[str, Any]) -> None:
    found = rows(ladder["stress"], "first_to_fail", arm="plain", shock="flood").set_index("target")
    assert found.loc["cheap", "first"] == 1.0  # at 2/3; much fails at 1.5
    assert rows(ladder["stress"], "first_to_fail", arm="plain", shock="drought").set_index("target").loc[
        "none", "first"
    ] == 1.0  # fmt: skip


def test_the_mildest_combination_is_that_of_a_full_search(ladder: dict[str, Any]) -> None:
    steps = [0.25 * k for k in range(13)]
    least = min(a + b for a in steps for b in steps if 1.0 + a + 3.0 * b + 4.0 * a * b > 3.0)
    found = rows(ladder["search"], "mildest", arm="plain").iloc[0]
    assert found.severity == least == 0.75
    assert found.drought == 0.0
    assert found.fresh_share < 0.5


def test_an_arm_with_less_room_breaks_no_later(ladder: dict[str, Any]) -> None:
    found = rows(ladder["search"], "mildest").set_index("arm").severity
    assert found["dear"] <= found["plain"]


def test_findings_are_told_in_both_languages(ladder: dict[str, Any]) -> None:
    for analysis in ladder.values():
        for said in (*analysis["findings"], *analysis["notes"], analysis["title"]):
            assert said["en"]
            assert any("\u4e00" <= letter <= "\u9fff" for letter in said["zh"])


def test_a_stress_test_gone_on_with_tells_the_same(tmp_path: Path) -> None:
    first = stressed(tmp_path, replications=4)
    lines = (tmp_path / "out" / "ledger.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "out" / "ledger.jsonl").write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    assert stressed(tmp_path, replications=4) == first


BOXED = """
[design]
kind = "latin_hypercube"
points = 300

[space.price]
low = 0.0
high = 1.0
unit = "yuan"
source = "made up"

[space.idle]
low = 0.0
high = 1.0
unit = "1"
source = "made up"

[space."shocks.storm"]

[discovery]
target = "cheap"
"""


def test_a_known_box_is_found_and_measured_on_other_cases(tmp_path: Path) -> None:
    found = stressed(tmp_path, function="boxed", replications=2, more="", targets=BOXED)["discovery"]
    limits = rows(found, "boxes", arm="plain", box=1).set_index("parameter")
    assert set(limits.index) == {"price", "shocks.storm"}
    assert limits.loc["price", "density"] > 0.8  # 0.3 without a box
    assert limits.loc["price", "coverage"] > 0.85
    often = rows(found, "reproduced", arm="plain").set_index("parameter").share
    assert often["price"] > often["idle"]


ABSENT = """
[design]
kind = "grid"
points = 60

[space.x1]
low = 0.0
high = 1.0
unit = "1"
source = "made up"

[discovery]
target = "high"
counties = 1.0
"""


@pytest.mark.parametrize("replications", [1, 3])
def test_a_target_on_a_figure_that_does_not_exist_is_neither_met_nor_missed(tmp_path: Path, replications: int) -> None:
    high = 'high = { outcome = "y", at_least = 0.5 }'
    told = {"function": "gone_above", "replications": replications, "more": ""}
    found = stressed(tmp_path, **told, targets=high + ABSENT)["discovery"]
    runs, lost, missed = 60 * replications, 6 * replications, 24 * replications
    assert found["findings"][0]["en"] == (
        f"plain: {lost} of {runs} runs gave no figure; "
        f"of the other {runs - lost} the target is missed in {missed} (44 %)."
    )
    cases = rows(found, "cases", arm="plain")
    assert (len(cases), cases.hit.sum()) == (54, 24)
    assert found["settings"]["base"] == {"plain": 24 / 54, "dear": 24 / 54}


def test_a_ladder_leaves_out_what_has_no_figure_and_says_so(tmp_path: Path) -> None:
    targets = 'high = { outcome = "y", at_least = 0.5 }\nlow = { outcome = "cost", below = 1.0 }' + SEARCH.replace(
        "cheap", "high"
    )
    found = stressed(tmp_path, function="gone_above", more="", targets=targets)
    shares = rows(found["stress"], "holding", arm="plain", shock="storm", target="high").set_index("strength")
    assert shares.loc[[0.0, 0.5, 0.75], "share"].tolist() == [1.0, 1.0, 0.0]
    assert pd.isna(shares.loc[1.0, "share"])
    assert shares.no_figure.tolist() == [0.0] * 4 + [1.0] * 5
    note = "plain: 100 of 340 runs gave no figure of “y ≥ 0.5”; there it is neither met nor missed."
    assert note in [said["en"] for said in found["stress"]["notes"]]
    mildest = rows(found["search"], "mildest", arm="plain").iloc[0]
    assert (mildest.storm, mildest.flood, mildest.severity) == (0.75, 0.0, 0.75)
    assert mildest.combinations_without_figure > 0


def test_all_targets_at_once_are_counted_run_by_run(tmp_path: Path) -> None:
    sets = '[sets]\nboth = ["heads", "tails"]\n\n[stress.shocks]\nstorm = []'
    targets = 'heads = { outcome = "coin", above = 0.0 }\ntails = { outcome = "coin", at_most = 0.0 }'
    place = experiment(tmp_path, function="coin", more="", targets=targets)
    text = (place / "experiment.toml").read_text(encoding="utf-8").replace("[stress.shocks]\nstorm = []", sets)
    (place / "experiment.toml").write_text(text, encoding="utf-8")
    stress(load_plan(place), place / "out", InProcess())
    told = json.loads((place / "out" / "analysis" / "stress.json").read_text(encoding="utf-8"))
    found = rows(told, "holding", arm="plain", shock="storm", strength=0.0).set_index("target")
    assert found.loc["heads", "share"] + found.loc["tails", "share"] == 1.0  # their mean is a half
    assert found.loc[["all_targets", "set_both"], "share"].tolist() == [0.0, 0.0]
    low, high = wilson([0.0], [20.0])
    assert found.loc["all_targets", ["low", "high", "n"]].tolist() == [low[0], high[0], 20.0]
    assert told["settings"]["targets"]["set_both"]["en"] == "Set “both”, all at once"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"targets": 'much = { outcome = "profit", at_least = 1.0 }'}, "outcome 'profit'; the runs have"),
        ({"targets": SEARCH.replace("cheap", "dear")}, "stress.search.targets names 'dear'; targets are cheap"),
        ({"replications": 1}, "a share needs at least 2"),
        ({"more": 'drought = ["x.toml"]'}, "stress.shocks.drought needs no file"),
        ({"targets": 'much = { outcome = "sales" }'}, "give at_least, at_most, above or below, one of the four"),
        ({"targets": BOXED.replace("300", "10"), "function": "boxed"}, "10 points, too few"),
        ({"targets": BOXED.replace("shocks.storm", "shocks.hail")}, "space names shocks.hail; shocks of"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, told: dict[str, Any], words: str) -> None:
    (tmp_path / "x.toml").write_text("", encoding="utf-8")
    with pytest.raises(EcsimError) as error:
        stressed(tmp_path, **{"replications": 2, **told})
    assert words in str(error.value)


def test_an_experiment_without_shocks_cannot_be_stress_tested(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", "experiments/pooled-vs-per-county"]) == 2
    assert "has no [stress]" in capsys.readouterr().err
