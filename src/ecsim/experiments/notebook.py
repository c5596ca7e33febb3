"""A comparison as a notebook and a prompt show it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecsim.experiments.summary import main_outcomes

if TYPE_CHECKING:
    from ecsim.experiments.compare import Comparison


def text_of(found: Comparison) -> str:
    """Return a comparison in one line: what was compared, how often, and where it lies."""
    failed = f", {len(found.failed)} failed" if found.failed else ""
    return (
        f"<Comparison {found.experiment.name}: {len(found.experiment.arms)} arms, {len(found.runs)} runs{failed}; "
        f"tables runs and summary, folder {found.folder}>"
    )


def html_of(found: Comparison) -> str:
    """Return a comparison as a table: an outcome a row, an arm a column, with the difference and its interval."""
    head = f"<p><strong>{escape(found.experiment.title_en)}</strong><br>{escape(text_of(found))}</p>"
    if found.summary.empty:
        return head + found.runs.describe().to_html()
    names = main_outcomes(found.runs, found.experiment, found.known.headlines)
    rows = [_row(found, name) for name in names]
    note = (
        f"<p>Means over replications; in brackets the difference to {escape(found.experiment.reference)} with its "
        "95 % interval, which reflects random variation only.</p>"
    )
    return head + pd.DataFrame(rows).to_html(index=False) + note


def _row(found: Comparison, outcome: str) -> dict[str, str]:
    own = found.summary[found.summary.outcome == outcome].set_index("arm")
    title, unit = found.known.title(outcome).en, str(own["unit"].iloc[0] or "")
    cells = {str(arm): _cell(row, is_reference=arm == found.experiment.reference) for arm, row in own.iterrows()}
    return {"outcome": f"{title}, {unit}" if unit else title, **cells}


def _cell(row: Any, *, is_reference: bool) -> str:  # noqa: ANN401 (a row of pandas)
    mean = f"{row['mean']:,.4g}"
    if is_reference or row["n"] < 2:
        return mean
    return f"{mean} ({row['difference']:+,.3g} [{row['low']:+,.3g}, {row['high']:+,.3g}])"
