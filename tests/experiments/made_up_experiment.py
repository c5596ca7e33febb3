"""The file of an experiment on a function of `made_up`, and the tables that it comes to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXPERIMENT = """
name = "made-up"
title_en = "Made up"
title_zh = "虚构"
question = "?"
function = "made_up:{function}"
reference = "low"
replications = {replications}
seconds_a_run = {seconds}
{more}
[[arms]]
name = "low"
[arms.changes]
a = 1.0
{changes}
[[arms]]
name = "high"
[arms.changes]
a = 1.5
{changes}
"""


def experiment(folder: Path, function: str = "line", **told: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = EXPERIMENT.format(
        function=function, **{"replications": 12, "seconds": 30, "more": "", "changes": "", **told}
    )
    (folder / "experiment.toml").write_text(text, encoding="utf-8")
    return folder


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in ("runs.parquet", "summary.csv", "plan.csv")}
