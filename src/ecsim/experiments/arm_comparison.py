"""The comparison of an experiment's arms, as tables, and how a prompt and a notebook show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.schema import Experiment
from ecsim.experiments.summary import main_outcomes
from ecsim.kernel.errors import counted
from ecsim.statistics.stopping import Decision, Verdict


@dataclass(frozen=True, repr=False)
class Comparison:
    """The comparison of an experiment's arms, as tables.

    Attributes
    ----------
    experiment, folder : what was compared, and where its results lie
    runs : a row a run: arm, point, replication, seed, and a column an outcome
    summary : a row an outcome and arm, see `summary.summarise`; empty with one arm
    failed : runs that failed and were not made since, in words
    stopped : what the stopping rule said last, where there is one
    unused : finished runs in the folder that the plan does not have: of another configuration, or other code
    chances : how likely a county meets each target, all at once and each set (`ecsim.experiments.chances`)
    not_available : outcomes that the runs cannot give, since their period was not run whole, with the reason
    left_out : runs that gave no number, by outcome; there the other arms' runs are left out of the summary too
    planned : runs that would be there if all had ended with a figure
    pairs : pairs in which every arm has a figure, by outcome that lacks some
    catalogue : what outcomes and targets are called, in which unit, and which way they are better
    contrasts : what the experiment's named contrasts came to, by contrast and main outcome; empty where it names none
    """

    experiment: Experiment
    folder: Path
    runs: pd.DataFrame
    summary: pd.DataFrame
    failed: tuple[str, ...]
    stopped: Decision | None = None
    unused: int = 0
    chances: pd.DataFrame = field(default_factory=pd.DataFrame)
    not_available: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    planned: int = 0
    pairs: Mapping[str, int] = field(default_factory=dict)
    catalogue: OutcomeCatalogue = field(default_factory=OutcomeCatalogue)
    contrasts: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What the experiment's named contrasts came to, by contrast and main outcome; empty where it names none."""
    returns: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What a yuan paid for projects brings, by arm and outcome (`ecsim.experiments.returns`); empty if not asked."""
    trade_off: pd.DataFrame = field(default_factory=pd.DataFrame)
    """How arms trade cost for time (`ecsim.experiments.trade_off`); empty where the model has no such trade-off."""

    @property
    def met(self) -> bool:
        """Whether the stopping rule was met, where there is one."""
        return self.stopped is None or self.stopped.verdict is Verdict.ENOUGH

    def json(self) -> str:
        """Return summary, named contrasts, returns and trade-off as one JSON object; what is no number is null."""
        tables = {
            "summary": self.summary, "contrasts": self.contrasts, "returns": self.returns,
            "trade_off": self.trade_off,
        }  # fmt: skip
        parts = (f'"{name}":{table.to_json(orient="records", force_ascii=False)}' for name, table in tables.items())
        return "{" + ",".join(parts) + "}"

    def __repr__(self) -> str:
        return _text(self)

    def _repr_html_(self) -> str:
        return _html(self)


def _text(comparison: Comparison) -> str:
    """Return a comparison in one line: what was compared, how often, and where it lies."""
    failed = f", {len(comparison.failed)} failed" if comparison.failed else ""
    counts = f"{counted(len(comparison.experiment.arms), 'arm')}, {counted(len(comparison.runs), 'run')}{failed}"
    return f"<Comparison {comparison.experiment.name}: {counts}; tables runs and summary, folder {comparison.folder}>"


def _html(comparison: Comparison) -> str:
    """Return a comparison as a table: an outcome a row, an arm a column, with the difference and its interval."""
    head = f"<p><strong>{escape(comparison.experiment.title_en)}</strong><br>{escape(_text(comparison))}</p>"
    if comparison.summary.empty:
        return head + comparison.runs.describe().to_html()
    names = main_outcomes(comparison.runs, comparison.experiment, comparison.catalogue.headlines)
    lines = [_row(comparison, name) for name in names]
    note = (
        f"<p>Means over replications; in brackets the difference to {escape(comparison.experiment.reference)} with its "
        "95 % interval, which reflects random variation only.</p>"
    )
    return head + pd.DataFrame(lines).to_html(index=False) + note


def _row(comparison: Comparison, outcome: str) -> dict[str, str]:
    rows = comparison.summary[comparison.summary.outcome == outcome].set_index("arm")
    title, unit = comparison.catalogue.title(outcome).en, str(rows["unit"].iloc[0] or "")
    cells = {str(arm): _cell(row, is_reference=arm == comparison.experiment.reference) for arm, row in rows.iterrows()}
    return {"outcome": f"{title}, {unit}" if unit else title, **cells}


def _cell(row: Any, *, is_reference: bool) -> str:  # noqa: ANN401 (a row of pandas)
    mean = f"{row['mean']:,.4g}"
    if is_reference or row["n"] < 2:
        return mean
    difference, low, high = (_signed(float(row[name])) for name in ("difference", "low", "high"))
    return f"{mean} ({difference} [{low}, {high}])"


def _signed(value: float) -> str:
    """Return a difference with its sign; 0 has none."""
    return f"{value:+,.3g}" if value else "0"
