"""Probabilities that a county meets each target, all of them at once, and each named set, counted run by run.

That all are met at once is another figure than the mean, or the product, of the single probabilities.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecsim.experiments.summary import units
from ecsim.statistics.breaking import REGION
from ecsim.statistics.designs import Design
from ecsim.statistics.proportions import shares_held

KEYS = ("arm", "point", "replication", "indicator")
"""Columns of the table of targets that are no counties."""


def chances(targets: pd.DataFrame, design: Design | None = None) -> pd.DataFrame:
    """Return how often each county met each target or set, and a county taken at random.

    Parameters
    ----------
    targets : a row a run and target or set; a column a county, 1 met, 0 missed, NaN no figure
    design : at whose points the runs were made

    Returns
    -------
    ``arm``, ``target``, ``county``, ``share``, ``low``, ``high``, ``n``, ``no_figure``. County ``region`` is a county
    taken at random, of those with a figure. The interval is Wilson's over the ``n`` replications, or blocks of points
    that were drawn: the runs of one block, and the counties of one run, share their luck. ``no_figure`` is the share of
    runs that could not tell.
    """
    counties = [str(name) for name in targets.columns if name not in KEYS]
    points, replications = (targets[name].to_numpy(np.int64) for name in ("point", "replication"))
    unit = units(points, replications, design)
    parts = []
    for (arm, target), rows in targets.groupby(["arm", "indicator"], sort=False):
        marks = rows[counties].astype(np.float64)
        marks[REGION] = marks.mean(axis=1)
        by_unit = marks.groupby(unit[targets.index.get_indexer(rows.index)]).mean()
        share, low, high, n = shares_held(by_unit.to_numpy())
        parts.append(
            pd.DataFrame(
                {"arm": arm, "target": target, "county": by_unit.columns, "share": share, "low": low, "high": high,
                 "n": n.astype(np.int64), "no_figure": marks.isna().mean().to_numpy()}
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)
