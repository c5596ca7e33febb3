"""What a yuan paid for projects brings over the years that were run whole, beside the reference arm."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from ecsim.experiments.analyses.formats import MONEY
from ecsim.kernel.lazy import later
from ecsim.kernel.strict import Name, Several, Strict
from ecsim.statistics.comparison import paired

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")

_KEYS = ("arm", "seed")


class Returns(Strict):
    """Which outcomes are added up over years and set against what projects were paid."""

    outcomes: Annotated[Several[Name], Field(min_length=1)]
    """Without a period, as ``farm_retail``: of every calendar year that was run whole; in million yuan."""
    discount_rate: Annotated[float, Field(ge=0.0, le=1.0)] = 0.08
    """A year: 0.08 is the social rate of China's rules for appraising public projects (2006); 0 adds years up."""

    def by_year(self, years: Sequence[int]) -> list[str]:
        """Return the outcomes of some calendar years."""
        return [f"{name}@{year}" for name in self.outcomes for year in years]

    def refuse_what_is_no_money(self, outcomes: Sequence[str], unit: Callable[[str], str]) -> None:
        """Refuse outcomes that runs have of no calendar year, or in another unit.

        Parameters
        ----------
        outcomes : that runs have
        unit : of each

        Raises
        ------
        ValueError
            Saying which there are.
        """
        for name in self.outcomes:
            years = years_of(name, outcomes)
            if not years or unit(f"{name}@{years[0]}") != MONEY:
                money = {each.split("@")[0] for each in outcomes if "@" in each and unit(each) == MONEY}
                raise ValueError(
                    f"returns.outcomes names {name!r}; name outcomes of calendar years in {MONEY}, without the year: "
                    f"{', '.join(sorted(money)) or 'this model has none'}"
                )


def years_of(outcome: str, names: Sequence[str]) -> list[int]:
    """Return the calendar years that runs have an outcome of, ascending.

    Parameters
    ----------
    outcome : without a period
    names : of all outcomes that they have
    """
    found = (re.fullmatch(rf"{re.escape(outcome)}@([0-9]{{4}})", name) for name in names)
    return sorted(int(match[1]) for match in found if match)


def returns_table(runs: pd.DataFrame, spending: pd.DataFrame, asked: Returns, reference: str) -> pd.DataFrame:
    """Return for every arm but the reference, and every outcome, what each yuan more brought.

    Parameters
    ----------
    runs : arm, seed and a column an outcome; a row a run
    spending : arm, seed and a column a head, yuan paid for projects
    reference : arm that others are held against under the same random draws

    Returns
    -------
    Columns arm, outcome, first and last (years), n (pairs), sum (of the differences of all years, at their worth in the
    first year, million yuan), paid (the difference, million yuan), per_yuan, low and high (95 % of luck alone). An arm
    that was paid as much as the reference has no row; years without a figure in every run are left out.

    Notes
    -----
    Payments are not discounted: they fall in the first years, which makes what they bring a little less.
    """
    paid = spending.set_index(list(_KEYS)).sum(axis=1).unstack("arm") / 1e6
    rows = []
    for outcome in asked.outcomes:
        years = [year for year in years_of(outcome, list(runs.columns)) if runs[f"{outcome}@{year}"].notna().all()]
        worth = [(1.0 + asked.discount_rate) ** (years[0] - year) for year in years]
        total = sum(
            (runs[f"{outcome}@{year}"] * each for year, each in zip(years, worth, strict=True)), 0.0 * runs.seed
        )
        wide = runs.assign(total=total).pivot(index="seed", columns="arm", values="total")
        for arm in (name for name in dict.fromkeys(runs.arm) if name != reference):
            gain, cost = (table[arm] - table[reference] for table in (wide, paid))
            if not years or not (cost > 0).all():
                continue
            each = (gain / cost).to_numpy(np.float64)
            interval = paired(each, np.zeros(len(each))) if len(each) > 1 else None
            rows.append(
                {"arm": arm, "outcome": outcome, "first": years[0], "last": years[-1], "n": len(each),
                 "sum": gain.mean(), "paid": cost.mean(), "per_yuan": each.mean(),
                 "low": interval.low if interval else np.nan, "high": interval.high if interval else np.nan}
            )  # fmt: skip
    return pd.DataFrame(rows)
