"""Tables in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.table import Table

from ecsim.cli.console import wide
from ecsim.experiments.analyses.wording import title_of
from ecsim.experiments.summary import headlines
from ecsim.experiments.verdicts import ALL, SET, is_set
from ecsim.report.numbers import changes, figure, half_width, half_width_of, plus_minus
from ecsim.rural.indicators import Target, base_of
from ecsim.statistics.breaking import REGION

SHOWN = ("retail", "farm_retail", "parcel_cost", "full_parcel_cost", "poor_income", "targets_met")
"""What the terminal has room for, of whatever period."""


def comparison_table(
    summary: pd.DataFrame, reference: str, targets: Sequence[Target], asked: Sequence[str] = ()
) -> None:
    """Print sales, delivery cost, income, targets met and what was asked for, arm beside arm, with differences."""
    arms = list(summary.arm.unique())
    table = Table(title=f"Mean over replications ± 95 %; below it the difference to {reference} with its 95 % interval")
    table.add_column("outcome")
    table.add_column("unit")
    for arm in arms:
        table.add_column(arm, justify="right")
    known = summary.outcome.unique()
    shown = [name for name in headlines(known) if base_of(name) in SHOWN]
    for name in dict.fromkeys([*shown, *(name for name in asked if name in known)]):
        rows = summary[summary.outcome == name].set_index("arm")
        cells = [_cell(rows.loc[arm], is_reference=arm == reference) for arm in arms]
        table.add_row(title_of(name, targets).en, str(rows.unit.iloc[0]), *cells)
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


def not_available(lacking: Mapping[str, str], targets: Sequence[Target]) -> None:
    """Print which outcomes are not available and why, those of one reason together."""
    for reason in dict.fromkeys(lacking.values()):
        names = [title_of(name, targets).en for name, why in lacking.items() if why == reason]
        wide().print(f"Not available ({reason}): {', '.join(names)}.", markup=False, highlight=False)


def chances_table(chances: pd.DataFrame, sets: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> None:
    """Print how likely a county meets all targets at once, and each named set, arm beside arm."""
    mine = chances[(chances.county == REGION) & chances.target.map(is_set)]
    arms = list(chances.arm.unique())
    table = Table(
        title="Chance that a county meets several targets at once, counted run by run, with its 95 % interval"
    )
    table.add_column("targets at once")
    for arm in arms:
        table.add_column(arm, justify="right")
    for name, rows in mine.groupby("target", sort=False):
        of = [titles.get(target, target) for target in sets.get(str(name).removeprefix(SET), ())]
        told = "all of them" if name == ALL else f"{str(name).removeprefix(SET)}: {' + '.join(of)}"
        by_arm = rows.set_index("arm")
        table.add_row(told, *(_chance(by_arm.loc[arm]) for arm in arms))
    wide().print(table)


def _chance(row: Any) -> str:  # noqa: ANN401 (a row of pandas)
    if pd.isna(row["share"]):
        return "no figure"
    return f"{100 * row['share']:.0f} % [{100 * row['low']:.0f}, {100 * row['high']:.0f}]"


def targets_table(summary: pd.DataFrame, reference: str, chances: pd.DataFrame, targets: Sequence[Target]) -> None:
    """Print in how many counties each target is met, or that there is no figure; mark what is met without any money."""
    absent = chances[(chances.county == REGION) & chances.share.isna()]
    none = set(zip(absent.arm, absent.target, strict=True))
    arms = list(summary.arm.unique())
    table = Table(title="Counties that meet each target at the end of the run (mean over replications)")
    table.add_column("target")
    for arm in arms:
        table.add_column(arm, justify="right")
    table.add_column("without money")
    for target in targets:
        means = summary[summary.outcome == f"met_{target.name}"].set_index("arm")["mean"].to_dict()
        if not means:
            table.add_row(f"{target.title_en} {target.title_zh}", *("not available" for _ in arms), "")
            continue
        counties = ["no figure" if (arm, target.name) in none else f"{means[arm]:.1f}" for arm in arms]
        free = float(means[reference]) if reference == "no_money" else 0.0
        note = f"met in {free:.1f} counties on average even without the programme" if free >= 0.5 else ""
        table.add_row(f"{target.title_en} {target.title_zh}", *counties, note)
    wide().print(table)


def contrast_sentences(contrasts: pd.DataFrame, targets: Sequence[Target]) -> None:
    """Print what each named contrast of an experiment came to, a sentence an outcome."""
    if contrasts.empty:
        return
    from ecsim.report.sections.contrasts import plain_sentences
    from ecsim.report.texts import Texts

    texts = Texts("en")
    titles = {name: title_of(name, targets).en for name in contrasts.outcome}
    for contrast, sentences in plain_sentences(contrasts, texts, titles).items():
        print(f"{contrast}:")
        for sentence in sentences:
            print(f"  {sentence}")
    print(f"{texts('contrasts.told', rows=len(contrasts))} {texts('contrasts.caution')}")


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
