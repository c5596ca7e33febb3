"""The summary of an experiment's runs: by outcome and arm the mean, the paired difference and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.lazy import later
from ecsim.statistics.comparison import against, probability_of_best
from ecsim.statistics.designs import BY_HAND, Design
from ecsim.statistics.rounding import deviation, less
from ecsim.statistics.validate import Sense

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")

if TYPE_CHECKING:
    from ecsim.experiments.schema import Experiment

I64 = NDArray[np.int64]
BLOCKS = 200
"""Means of replications from which the bootstrap draws, at most."""
KEYS = ("arm", "point", "replication", "seed", "root", "events")
"""Columns of the table of runs that are no outcomes."""


def outcomes_of(runs: pd.DataFrame) -> list[str]:
    """Return the outcomes of a table of runs of which any is known."""
    return [str(name) for name in runs.columns if name not in KEYS and not runs[name].isna().all()]


def main_outcomes(runs: pd.DataFrame, experiment: Experiment, headlines: Sequence[str]) -> list[str]:
    """Return the outcomes that are shown first: the experiment's own choice, the model's headlines, or all.

    Parameters
    ----------
    runs : a row a run
    experiment : whose choice comes first
    headlines : of the model
    """
    known = outcomes_of(runs)
    wanted = experiment.outcomes or headlines or known
    return [name for name in wanted if name in known]


def independent(runs: pd.DataFrame, design: Design | None = None) -> pd.DataFrame:
    """Return the figures that are independent of each other, from those of runs.

    Without a design these are the replications. Of points that were drawn, blocks are independent: a row is the mean
    over a block's points and replications. Points that were chosen by hand are no sample: a row is a replication's mean
    over all of them. Arms are compared by what is common to them: where an outcome is no number in one run, the runs of
    other arms at that point and replication are left out too, and so is a row that would then lack a point.

    Returns
    -------
    Columns ``unit`` (replication or block), ``arm``, then one an outcome, not a number where it was left out.
    """
    parts = [_of_outcome(runs, name, design) for name in outcomes_of(runs)]
    wide = pd.concat(parts, axis=1)
    return wide.reset_index()


def _of_outcome(runs: pd.DataFrame, name: str, design: Design | None) -> pd.Series[float]:
    every = runs.pivot(index=["point", "replication"], columns="arm", values=name)[list(dict.fromkeys(runs.arm))]
    known = every.dropna()
    points, replications = (known.index.get_level_values(level).to_numpy(np.int64) for level in (0, 1))
    by_hand = design is None or design.kind in BY_HAND
    unit = units(points, replications, design)
    size = 1 if design is None else len(design) if by_hand else design.size
    whole = pd.Series(points).groupby(unit).nunique() == size
    means = known.groupby(pd.Index(unit, name="unit")).mean()
    return pd.Series(means[whole.to_numpy()].stack(), name=name)


def units(points: I64, replications: I64, design: Design | None) -> I64:
    """Return which runs are independent of each other: those of another number.

    Parameters
    ----------
    points, replications : shape (runs,), of each run
    design : at whose points the runs were made; None without one

    Returns
    -------
    Shape (runs,): the replication, or the block of points that were drawn.
    """
    return replications if design is None or design.kind in BY_HAND else np.asarray(design.block[points], np.int64)


def left_out(runs: pd.DataFrame) -> dict[str, int]:
    """Return how many runs gave no number, by outcome; outcomes that no run gave a number of are not told."""
    counts = {name: int(runs[name].isna().sum()) for name in outcomes_of(runs)}
    return {name: count for name, count in counts.items() if count}


def pairs_compared(runs: pd.DataFrame) -> dict[str, int]:
    """Return at how many points and replications every arm has a figure, by outcome."""
    keys = [runs.point, runs.replication]
    arms = runs.arm.nunique()
    return {name: int((runs[name].notna().groupby(keys).sum() == arms).sum()) for name in outcomes_of(runs)}


def summarise(
    figures: pd.DataFrame, reference: str, better: Mapping[str, Sense | None] | None = None,
    unit_of: Callable[[str], str] = lambda _: "",
) -> pd.DataFrame:  # fmt: skip
    """Return for every outcome and arm the mean, the paired difference to the reference and how sure it is.

    Parameters
    ----------
    figures : what `independent` gave
    better : which way outcomes are better, by name
    unit_of : returns the unit of an outcome

    Returns
    -------
    Columns outcome, unit, arm, mean, sd, n (independent figures), difference, low, high (95 %, this row alone),
    family_low, family_high (all arms at once), p_holm, best (share of bootstrap samples in which the arm's mean is
    best). What one figure alone cannot tell, and ``best`` where nobody says which way is better, is not a number.
    """
    names = [name for name in figures if name not in ("unit", "arm")]
    parts = [_rows(figures, str(name), reference, (better or {}).get(str(name))) for name in names]
    return pd.concat([rows.assign(unit=unit_of(str(rows.outcome.iloc[0]))) for rows in parts])


def _rows(figures: pd.DataFrame, name: str, reference: str, sense: Sense | None) -> pd.DataFrame:
    wide = figures.pivot(index="unit", columns="arm", values=name)[list(dict.fromkeys(figures.arm))].dropna()
    rows = pd.DataFrame(
        {"outcome": name, "unit": "", "arm": wide.columns, "mean": wide.mean().to_numpy(),
         "sd": deviation(wide.to_numpy(), axis=0) if len(wide) > 1 else np.nan, "n": len(wide),
         "difference": less(wide.mean(), wide[reference].mean())}
    )  # fmt: skip
    for column in ("low", "high", "family_low", "family_high", "p_holm", "best"):
        rows[column] = float("nan")
    if len(wide) < 2:
        return rows
    table = wide.reset_index(drop=True)
    gaps = against(table, reference).set_index("arm")
    for place, arm in enumerate(rows.arm):
        if arm == reference:
            rows.loc[place, ["low", "high", "family_low", "family_high", "p_holm"]] = 0.0, 0.0, 0.0, 0.0, 1.0
            continue
        gap = gaps.loc[arm]
        rows.loc[place, ["difference", "low", "high"]] = gap["mean"], gap["low"], gap["high"]
        rows.loc[place, ["family_low", "family_high", "p_holm"]] = gap["family_low"], gap["family_high"], gap["p_holm"]
    if sense is not None:
        rows["best"] = probability_of_best(_in_blocks(table), sense)["best_mean"].to_numpy()
    return rows


def _in_blocks(table: pd.DataFrame) -> pd.DataFrame:
    """Return means of equally many replications each, as many as the bootstrap of a mean needs; few are left alone.

    Means of independent blocks are as good as the replications themselves, and 50,000 of these would take gigabytes.
    """
    size = -(-len(table) // BLOCKS)
    if size == 1:
        return table
    whole = table.iloc[: len(table) // size * size]
    return whole.groupby(np.arange(len(whole)) // size).mean()
