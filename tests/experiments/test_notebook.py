"""A comparison shows itself in a line at a prompt, and as a table in a notebook."""

from pathlib import Path

import pandas as pd

from ecsim.experiments.arm_comparison import Comparison
from ecsim.experiments.schema import Experiment
from ecsim.experiments.summary import summarise

EXPERIMENT = {
    "name": "shop", "title_en": "Shops <or not>", "title_zh": "商店", "question": "?", "function": "a:b",
    "reference": "none", "arms": [{"name": "none"}, {"name": "large"}],
}  # fmt: skip


def comparison(*arms: str) -> Comparison:
    rows = [
        {"arm": arm, "point": 0, "replication": n, "seed": n, "sales": 100.0 + 6.0 * (arm == "large") + n}
        for arm in arms
        for n in range(3)
    ]
    runs = pd.DataFrame(rows)
    figures = runs.rename(columns={"replication": "unit"})[["unit", "arm", "sales"]]
    summary = summarise(figures, "none") if len(arms) > 1 else pd.DataFrame()
    experiment = Experiment.model_validate({**EXPERIMENT, "arms": [{"name": arm} for arm in arms]})
    return Comparison(experiment, Path("results/shop"), runs, summary, ())


def test_a_prompt_shows_one_line() -> None:
    assert repr(comparison("none", "large")) == (
        "<Comparison shop: 2 arms, 6 runs; tables runs and summary, folder results/shop>"
    )


def test_a_notebook_shows_means_and_differences_and_escapes_titles() -> None:
    page = comparison("none", "large")._repr_html_()
    assert "Shops &lt;or not&gt;" in page
    assert "<th>none</th>" in page
    assert "<td>107 (+6 [+6, +6])</td>" in page
    assert "random variation only" in page


def test_a_single_arm_is_described() -> None:
    assert "<td>101.0" in comparison("none")._repr_html_()
