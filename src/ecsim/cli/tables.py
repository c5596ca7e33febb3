"""Tables in the terminal."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from ecsim.experiments.analyses.wording import title_of
from ecsim.indicators import TARGETS
from ecsim.report.numbers import changes, figure, half_width, half_width_of, plus_minus

HEADLINES = ("retail_2019", "farm_retail_2019", "parcel_cost_2019", "full_parcel_cost_2019", "poor_income_2019")


def wide() -> Console:
    """Return a console that is wide enough for five columns, also where the output is no terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=140)


def comparison_table(summary: pd.DataFrame, reference: str) -> None:
    """Print sales, delivery cost, income and targets met, arm beside arm, with paired differences."""
    arms = list(summary.arm.unique())
    table = Table(title=f"Mean over replications ± 95 %; below it the difference to {reference} with its 95 % interval")
    table.add_column("outcome")
    table.add_column("unit")
    for arm in arms:
        table.add_column(arm, justify="right")
    for name in (*HEADLINES, "targets_met"):
        rows = summary[summary.outcome == name].set_index("arm")
        if rows.empty:  # the runs end before that year
            continue
        cells = [_cell(rows.loc[arm], is_reference=arm == reference) for arm in arms]
        table.add_row(title_of(name).en, str(rows.unit.iloc[0]), *cells)
    wide().print(table)


def plain_comparison(summary: pd.DataFrame, runs: pd.DataFrame, reference: str) -> None:
    """Print the outcomes of a function: by arm with differences, or their means and spreads where there is one arm."""
    if summary.empty:
        known = [c for c in runs.columns if c not in ("arm", "point", "replication", "seed")]
        means = [{"outcome": c, "mean": _alone(runs[c]), "sd": figure(float(runs[c].std()))} for c in known]
        print_rows(f"{len(runs)} runs", means)
        return
    table = Table(title=f"Mean over runs ± 95 %; below it the difference to {reference} with its 95 % interval")
    arms = list(summary.arm.unique())
    table.add_column("outcome")
    for arm in arms:
        table.add_column(arm, justify="right")
    for name, rows in summary.groupby("outcome", sort=False):
        by_arm = rows.set_index("arm")
        table.add_row(str(name), *(_cell(by_arm.loc[arm], is_reference=arm == reference) for arm in arms))
    wide().print(table)


def _cell(row: Any, *, is_reference: bool) -> str:  # noqa: ANN401 (a row of pandas)
    mean = float(row["mean"])
    spread = plus_minus(half_width_of(float(row["sd"]), int(row["n"])), mean)
    value = f"{figure(mean)} {spread}".strip()
    if is_reference:
        return value
    difference, low, high = changes(float(row["difference"]), float(row["low"]), float(row["high"]), mean)
    return f"{value}\n{difference}" + (f" [{low}, {high}]" if row["n"] > 1 else "")


def _alone(figures: pd.Series[float]) -> str:
    """Return the mean of an only arm with its interval."""
    mean = float(figures.mean())
    return f"{figure(mean)} {plus_minus(half_width(figures.dropna()), mean)}".strip()


def targets_table(summary: pd.DataFrame, reference: str) -> None:
    """Print in how many counties each target is met; mark what is met without any money."""
    arms = list(summary.arm.unique())
    table = Table(title="Counties that meet each target at the end of the run (mean over replications)")
    table.add_column("target")
    for arm in arms:
        table.add_column(arm, justify="right")
    table.add_column("without money")
    for target in TARGETS:
        means = summary[summary.outcome == f"met_{target.name}"].set_index("arm")["mean"].to_dict()
        counties = [float(means[arm]) for arm in arms]
        free = float(means[reference]) if reference == "no_money" else 0.0
        note = f"met in {free:.1f} counties with no money at all" if free >= 0.5 else ""
        table.add_row(f"{target.title_en} {target.title_zh}", *(f"{c:.1f}" for c in counties), note)
    wide().print(table)


def print_rows(title: str, rows: list[dict[str, Any]]) -> None:
    """Print rows as a table; rows share their keys."""
    if not rows:
        print(f"no {title} found here")
        return
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    wide().print(table)
