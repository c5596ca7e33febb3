"""What arms cost and how long they take beside the reference arm, and the value of time that weighs one by the other.

An arm that is cheaper and slower pays where a day is worth less than what it saves by the day of delay; one that is
dearer and faster where a day is worth more than what it costs by the day gained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecsim.kernel.lazy import later
from ecsim.kernel.toolkit import Scenario
from ecsim.kernel.trade_off import TradeOff
from ecsim.statistics.comparison import Difference, paired

if TYPE_CHECKING:
    import pandas as pd

    from ecsim.kernel.toolkit import Model
else:
    pd = later("pandas")

KINDS = {
    (True, False): "cheaper_slower", (False, True): "dearer_faster", (True, True): "cheaper_faster",
    (False, False): "dearer_slower",
}  # fmt: skip
"""By whether an arm is cheaper, and whether it is faster."""
OPEN = "open"
"""Neither cost nor days differ by more than luck explains, or one of them does not: which way it goes is not known."""


@dataclass(frozen=True)
class Weighing:
    """A trade-off of a model and what a day is worth in an experiment's reference arm, yuan a piece."""

    of: TradeOff
    day_yuan: float

    @classmethod
    def in_scenario(cls, model: Model[Any, Any], scenario: Scenario) -> Weighing | None:
        """Return how a scenario weighs cost by time; None where its model has no such trade-off."""
        of: TradeOff | None = model.view("trade_off")
        return cls(of, float(model.parameters(scenario)[of.value])) if of else None


def trade_off_table(figures: pd.DataFrame, weighing: Weighing, reference: str) -> pd.DataFrame:
    """Return for every arm but the reference how it trades cost for time.

    Parameters
    ----------
    figures : unit (replication or block), arm and a column an outcome: what `summary.independent` gave
    weighing : which outcomes, and what a day is worth
    reference : arm that others are held against under the same random draws

    Returns
    -------
    Columns period, arm, n (pairs); ``cost``, ``days``, ``late`` and ``full``, each the mean difference, with ``_low``
    and ``_high`` (95 % of luck alone, not a number of one pair): yuan a piece, days a piece, share, and yuan a piece
    with days at their worth; ``day_yuan``, what a day is worth; ``trade``, one of `KINDS` or `OPEN`; ``break_even``,
    the value of a day at which both cost the same, yuan, not a number where one of them is better at both or it is
    open. A row an arm and period of which runs have cost and days; ``late`` is not a number where they lack it.
    """
    rows = [
        _row(table, period, arm, weighing.day_yuan)
        for period, columns in _periods(figures, weighing.of)
        for arm, table in _differences(figures, columns, reference)
    ]
    return pd.DataFrame(rows)


def _periods(figures: pd.DataFrame, of: TradeOff) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the periods of which cost and days are known, with the names of outcomes, of late ones where known."""
    known = {str(name) for name in figures.columns}
    for base, at, period in (name.partition("@") for name in map(str, figures.columns)):
        columns = {"cost": f"{of.cost}@{period}", "days": f"{of.time}@{period}", "late": f"{of.late}@{period}"}
        if at and base == of.cost and columns["days"] in known:
            yield period, {part: name for part, name in columns.items() if name in known}


def _differences(
    figures: pd.DataFrame, columns: Mapping[str, str], reference: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each arm with what it differs by, pair by pair: columns cost, days, late."""
    wide = {part: figures.pivot(index="unit", columns="arm", values=name) for part, name in columns.items()}
    for arm in (str(name) for name in dict.fromkeys(figures.arm) if name != reference):
        gaps = pd.DataFrame({part: table[arm] - table[reference] for part, table in wide.items()})
        yield arm, gaps.reindex(columns=["cost", "days", "late"]).dropna(subset=["cost", "days"])


def _row(gaps: pd.DataFrame, period: str, arm: str, day_yuan: float) -> dict[str, Any]:
    """Return the row of an arm, given what it differs by in each pair."""
    full = gaps.assign(full=gaps.cost + day_yuan * gaps.days)
    means = {str(name): float(full[name].mean()) for name in full}
    intervals = {name: _interval(full[name].to_numpy(np.float64)) for name in means}
    ends = {
        f"{name}_{end}": getattr(interval, end) if interval else np.nan
        for name, interval in intervals.items()
        for end in ("low", "high")
    }
    trade = _trade(means["cost"], means["days"], [intervals["cost"], intervals["days"]])
    against_each_other = trade in ("cheaper_slower", "dearer_faster")
    worth = -means["cost"] / means["days"] if against_each_other else np.nan
    row = {"period": period, "arm": arm, "n": len(gaps), **means, **ends}
    return {**row, "day_yuan": day_yuan, "trade": trade, "break_even": worth}


def _interval(values: np.ndarray) -> Difference | None:
    """Return the interval of some differences; None of one pair, or where they are not known."""
    return paired(values, np.zeros(len(values))) if len(values) > 1 and np.isfinite(values).all() else None


def _trade(cost: float, days: float, intervals: list[Difference | None]) -> str:
    """Return which way an arm trades; of several pairs only what luck does not explain counts."""
    if not cost or not days or any(interval and not interval.clear for interval in intervals):
        return OPEN
    return KINDS[cost < 0.0, days < 0.0]
