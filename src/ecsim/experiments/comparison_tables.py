"""Writing the tables of a comparison into the folder of its results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ecsim.experiments.arm_comparison import Comparison
from ecsim.experiments.chances import chances
from ecsim.experiments.contrasts import contrast_table
from ecsim.experiments.returns import returns_table
from ecsim.experiments.running.toolkit import CompletedRuns, Plan, write_tables
from ecsim.experiments.summary import independent, left_out, main_outcomes, outcomes_of, pairs_compared, summarise
from ecsim.experiments.trade_off import Weighing, trade_off_table


def write_results(ended: CompletedRuns, folder: Path) -> Comparison:
    """Write the tables of what has ended into a folder and return the comparison."""
    experiment = ended.plan.experiment
    with ended.ledger.writing():
        runs = write_tables(ended, folder)
        figures = independent(runs, ended.plan.design)
        figures.to_parquet(folder / "independent.parquet", index=False)
        catalogue = ended.plan.catalogue
        better = {name: catalogue.sense(name) for name in outcomes_of(runs)}
        several = len(ended.plan.arms) > 1
        summary = summarise(figures, experiment.reference, better, catalogue.unit) if several else pd.DataFrame()
        summary.to_csv(folder / "summary.csv", index=False)
        contrasts = _contrasts(ended.plan, runs, figures, folder)
        returns = _returns(ended.plan, runs, folder)
        traded = _trade_off(ended.plan, figures, folder)
    pairs = {name: n for name, n in pairs_compared(runs).items() if n < ended.planned // len(ended.plan.arms)}
    return Comparison(
        experiment, folder, runs, summary, tuple(ended.failures()), ended.stopped, ended.unused(),
        _chances(ended, folder), {name: reason.en for name, reason in ended.plan.lacking.items()}, left_out(runs),
        ended.planned, pairs, catalogue, contrasts, returns, traded,
    )  # fmt: skip


def _contrasts(plan: Plan, runs: pd.DataFrame, figures: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Write and return what the named contrasts came to; a table of an earlier form of the experiment goes."""
    experiment, catalogue = plan.experiment, plan.catalogue
    place, names = folder / "contrasts.csv", main_outcomes(runs, experiment, catalogue.headlines)
    if not experiment.contrasts or not names:
        place.unlink(missing_ok=True)
        return pd.DataFrame()
    better = {name: catalogue.sense(name) for name in names}
    table = contrast_table(figures, experiment.contrasts, {name: catalogue.unit(name) for name in names}, better)
    table.to_csv(place, index=False)
    return table


def _returns(plan: Plan, runs: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Write and return what a yuan paid for projects brings; a table of an earlier form of the experiment goes."""
    place, experiment = folder / "returns.csv", plan.experiment
    spending = folder / "spending.parquet"
    if experiment.returns is None or experiment.design or not spending.is_file():
        place.unlink(missing_ok=True)
        return pd.DataFrame()
    table = returns_table(runs, pd.read_parquet(spending), experiment.returns, experiment.reference)
    table.to_csv(place, index=False)
    return table


def _trade_off(plan: Plan, figures: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Write and return how arms trade cost for time; nothing of a model without such a trade-off, or of one arm."""
    place, reference = folder / "trade_off.csv", plan.experiment.reference
    weighing = Weighing.in_scenario(plan.model, plan.scenarios[reference]) if plan.model else None
    table = trade_off_table(figures, weighing, reference) if weighing else pd.DataFrame()
    if table.empty:
        place.unlink(missing_ok=True)
    else:
        table.to_csv(place, index=False)
    return table


def _chances(ended: CompletedRuns, folder: Path) -> pd.DataFrame:
    """Write how likely a county meets each target and set, and return it; of a model without targets nothing."""
    if not ended.plan.catalogue.targets:
        return pd.DataFrame()
    table = chances(pd.read_parquet(folder / "targets.parquet"), ended.plan.design)
    table.to_parquet(folder / "chances.parquet", index=False)
    return table
