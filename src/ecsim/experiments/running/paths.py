"""Paths over time: the mean of every arm and of its difference to the reference, with bands."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ecsim.statistics.confidence_bands import path_band

SERIES = ("retail_yuan", "farm_yuan", "parcels")
WEEKS = 4
"""Weeks of a block: single weeks jump with market days and holidays."""
BANDS = ["low", "high", "path_low", "path_high"]


def write_paths(weekly: pd.DataFrame, arms: list[str], reference: str, folder: Path) -> None:
    """Write ``paths.parquet`` from the weekly figures of every run.

    One row an arm, series and block of four weeks: ``of`` (``level``, or ``difference`` to the reference under the same
    luck), ``series`` (a week's figure: yuan, yuan, parcels), ``week`` (the block's first), ``mean``, ``low``, ``high``
    (95 % at one block chosen beforehand) and ``path_low``, ``path_high`` (95 % for the whole mean path). From a single
    replication there is a mean without bands; runs shorter than a block have no path, and no file is written.
    """
    if weekly["week"].max() + 1 < WEEKS:
        return
    levels = _levels(weekly, arms)
    parts = [_rows("level", arm, series, table) for (arm, series), table in levels.items()]
    parts += [
        _rows("difference", arm, series, table - levels[reference, series])
        for (arm, series), table in levels.items()
        if arm != reference
    ]
    pd.concat(parts, ignore_index=True).to_parquet(folder / "paths.parquet", index=False)


def _levels(weekly: pd.DataFrame, arms: list[str]) -> dict[tuple[str, str], pd.DataFrame]:
    """Return by arm and series a row a replication and a column a block; replications that every arm has."""
    whole = weekly[weekly.week < (weekly.week.max() + 1) // WEEKS * WEEKS]
    blocks = whole.assign(block=whole.week // WEEKS * WEEKS)
    levels: dict[tuple[str, str], pd.DataFrame] = {}
    for series in SERIES:
        wide = blocks.pivot_table(index="seed", columns=["arm", "block"], values=series, aggfunc="mean").dropna()
        levels |= {(arm, series): wide[arm] for arm in arms}
    return levels


def _rows(of: str, arm: str, series: str, table: pd.DataFrame) -> pd.DataFrame:
    if len(table) > 1:
        band = path_band(table)[["time", "mean", *BANDS]]
    else:
        alone = pd.DataFrame({"time": table.columns, "mean": table.mean().to_numpy()})
        band = alone.reindex(columns=["time", "mean", *BANDS], fill_value=float("nan"))
    band.insert(0, "of", of)
    band.insert(1, "arm", arm)
    band.insert(2, "series", series)
    return band.rename(columns={"time": "week"})
