"""Tables in the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from ecsim.cli.console import print_rows, wide, words
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.verdicts import ALL, SET, is_set
from ecsim.kernel.lazy import later
from ecsim.report.numbers import changes, figure, half_width, half_width_of, of_all_years, plus_minus

if TYPE_CHECKING:
    import pandas as pd

    from ecsim.experiments import summary as figures
    from ecsim.statistics import breaking
else:
    pd = later("pandas")
    figures = later("ecsim.experiments.summary")
    breaking = later("ecsim.statistics.breaking")


def comparison_table(summary: pd.DataFrame, reference: str, known: OutcomeCatalogue, asked: Sequence[str] = ()) -> None:
    """Print the model's headlines and what was asked for, arm beside arm, with paired differences.

    Parameters
    ----------
    summary : means and differences by outcome and arm
    reference : the arm that others are compared with
    known : titles, units and headlines of outcomes
    asked : outcomes that the experiment names
    """
    arms = list(summary.arm.unique())
    table = Table(title=f"Mean over replications ± 95 %; below it the difference to {reference} with its 95 % interval")
    table.add_column("outcome")
    table.add_column("unit")
    for arm in arms:
        table.add_column(arm, justify="right")
    for name in dict.fromkeys([*known.headlines, *asked]):
        rows = summary[summary.outcome == name].set_index("arm")
        if rows.empty:  # not available; `not_available` says why
            continue
        cells = [_cell(rows.loc[arm], is_reference=arm == reference) for arm in arms]
        table.add_row(known.title(name).en, str(rows.unit.iloc[0]), *cells)
    wide().print(table)


def returns_table(found: pd.DataFrame, rate: float, reference: str, known: OutcomeCatalogue) -> None:
    """Print what a yuan paid for projects brings, an arm and outcome a row.

    Parameters
    ----------
    found : what `ecsim.experiments.returns.returns_table` gave, a row at least
    rate : at which years are discounted
    reference, known : as of `comparison_table`
    """
    first, last = int(found["first"].min()), int(found["last"].max())
    table = Table(
        title=f"What a yuan paid for projects brings beside {reference}, {first} to {last}, "
        f"discounted at {100.0 * rate:g} % a year to {first}"
    )
    for name in ("arm", "outcome", "sum, million yuan", "paid, million yuan", "per yuan", "95 % of luck"):
        table.add_column(name, justify="left" if name in ("arm", "outcome") else "right")
    for row in found.to_dict("records"):
        title = of_all_years(known.title(f"{row['outcome']}@{row['last']}").en, row["first"], row["last"])
        numbers = [figure(float(row[name])) for name in ("sum", "paid", "per_yuan", "low", "high")]
        interval = f"[{numbers[3]}, {numbers[4]}]" if row["n"] > 1 else "–"
        table.add_row(str(row["arm"]), title, *numbers[:3], interval)
    wide().print(table)


def trade_off_table(found: pd.DataFrame, reference: str) -> None:
    """Print how arms trade cost for time beside the reference, an arm and period a row.

    Parameters
    ----------
    found : what `ecsim.experiments.trade_off.trade_off_table` gave, a row at least
    reference : as of `comparison_table`
    """
    said, several = words("trade_off"), found.period.nunique() > 1
    table = Table(title=said["title"].format(reference=reference))
    table.add_column(said["arm"])
    for name in ("cost", "days", "late", "break_even"):
        table.add_column(said[name], justify="right")
    table.add_column(said["full"].format(yuan=f"{found.day_yuan.iloc[0]:g}"), justify="right")
    table.add_column(said["trade"])
    for row in found.to_dict("records"):
        arm = f"{row['arm']}, {row['period']}" if several else str(row["arm"])
        change = {name: _traded(row, name, 100.0 if name == "late" else 1.0) for name in ("cost", "days", "late")}
        even = figure(float(row["break_even"]))
        table.add_row(arm, *change.values(), even, _traded(row, "full", 1.0), said[str(row["trade"])])
    wide(150).print(table)
    print(said["rule"])


def _traded(row: Any, name: str, factor: float) -> str:  # noqa: ANN401 (a row of pandas)
    """Return a difference of the trade-off, with its interval where there are several pairs."""
    value, least, most = (factor * float(row[key]) for key in (name, f"{name}_low", f"{name}_high"))
    difference, low, high = changes(value, least, most, 1.0)
    return f"{difference} [{low}, {high}]" if math.isfinite(least) else difference


def plain_comparison(summary: pd.DataFrame, runs: pd.DataFrame, reference: str, known: OutcomeCatalogue) -> None:
    """Print the outcomes of a function, or of a model without targets: by arm with differences, or means alone.

    Parameters
    ----------
    summary, reference, known : as of `comparison_table`
    runs : a row for each run, with its outcomes
    """
    if summary.empty:
        means = [
            {"outcome": known.title(name).en, "mean": _alone(runs[name]), "sd": figure(float(runs[name].std()))}
            for name in figures.outcomes_of(runs)
        ]
        print_rows(f"Means over runs: {len(runs):,}", means)
        return
    table = Table(title=f"Mean over runs ± 95 %; below it the difference to {reference} with its 95 % interval")
    arms = list(summary.arm.unique())
    table.add_column("outcome")
    for arm in arms:
        table.add_column(arm, justify="right")
    for name, rows in summary.groupby("outcome", sort=False):
        by_arm = rows.set_index("arm")
        table.add_row(
            known.title(str(name)).en, *(_cell(by_arm.loc[arm], is_reference=arm == reference) for arm in arms)
        )
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


def not_available(lacking: Mapping[str, str], known: OutcomeCatalogue) -> None:
    """Print which outcomes are not available and why, those of one reason together."""
    for reason in dict.fromkeys(lacking.values()):
        names = [known.title(name).en for name, why in lacking.items() if why == reason]
        wide().print(f"Not available ({reason}): {', '.join(names)}.", markup=False, highlight=False)


def chances_table(chances: pd.DataFrame, sets: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> None:
    """Print the chance that a county meets several targets at once, with its 95 % interval, by arm.

    Parameters
    ----------
    chances : proportions by arm, county and target or set of targets
    sets : targets of each set that the experiment names
    titles : of the targets, by name
    """
    region = chances[(chances.county == breaking.REGION) & chances.target.map(is_set)]
    arms = list(chances.arm.unique())
    table = Table(
        title="Chance that a county meets several targets at once, counted run by run, with its 95 % interval"
    )
    table.add_column("targets at once")
    for arm in arms:
        table.add_column(arm, justify="right")
    for name, rows in region.groupby("target", sort=False):
        of = [titles.get(target, target) for target in sets.get(str(name).removeprefix(SET), ())]
        members = "all of them" if name == ALL else f"{str(name).removeprefix(SET)}: {' + '.join(of)}"
        by_arm = rows.set_index("arm")
        table.add_row(members, *(_chance(by_arm.loc[arm]) for arm in arms))
    wide().print(table)


def _chance(row: Any) -> str:  # noqa: ANN401 (a row of pandas)
    if pd.isna(row["share"]):
        return "no figure"
    return f"{100 * row['share']:.0f} % [{100 * row['low']:.0f}, {100 * row['high']:.0f}]"


def targets_table(summary: pd.DataFrame, reference: str, chances: pd.DataFrame, known: OutcomeCatalogue) -> None:
    """Print how many counties meet each target at the end of the run, arm by arm.

    Parameters
    ----------
    summary, reference, known : as of `comparison_table`
    chances : proportions by arm, county and target, for targets of which there is no figure
    """
    absent = chances[(chances.county == breaking.REGION) & chances.share.isna()]
    none = set(zip(absent.arm, absent.target, strict=True))
    arms = list(summary.arm.unique())
    table = Table(title="Counties that meet each target at the end of the run (mean over replications)")
    table.add_column("target")
    for arm in arms:
        table.add_column(arm, justify="right")
    table.add_column("without money")
    for target in known.targets:
        means = summary[summary.outcome == f"met_{target.name}"].set_index("arm")["mean"].to_dict()
        if not means:
            table.add_row(f"{target.title.en} {target.title.zh}", *("not available" for _ in arms), "")
            continue
        counties = ["no figure" if (arm, target.name) in none else f"{means[arm]:.1f}" for arm in arms]
        free = float(means[reference]) if reference == "no_money" else 0.0
        note = f"met in {free:.1f} counties on average even without the programme" if free >= 0.5 else ""
        table.add_row(f"{target.title.en} {target.title.zh}", *counties, note)
    wide().print(table)
