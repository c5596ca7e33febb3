"""Named contrasts: what a factor of the policy changes, as the mean of some arms less the mean of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import ConfigDict, Field, model_validator

from ecsim.kernel.errors import hint
from ecsim.kernel.lazy import later
from ecsim.kernel.strict import Name, Several, Strict
from ecsim.statistics.comparison import intervals
from ecsim.statistics.validate import Sense, sign

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")

ArmNames = Annotated[Several[Name], Field(min_length=1)]
UNCLEAR, NONE = "unclear", "none"
"""Verdicts: the interval holds zero; the two sides are the same in every replication."""


class Title(Strict):
    """A name in both languages."""

    en: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]


class Contrast(Strict):
    """A question answered by arms: the mean of the arms in ``compare`` less the mean of those in ``with``.

    In a two-by-two with both arms of a level on each side it is the main effect of a factor; with one arm on each side
    it is a paired difference.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    title: Title
    compare: ArmNames
    against: ArmNames = Field(alias="with")

    @model_validator(mode="after")
    def _has_two_sides(self) -> Contrast:
        refuse_shared_arms(self.compare, self.against)
        return self


def refuse_shared_arms(compare: Sequence[str], against: Sequence[str]) -> None:
    """Refuse the two sides of a difference if an arm stands twice in them.

    Raises
    ------
    ValueError
        Naming it.
    """
    for key, names in (("compare", compare), ("with", against)):
        if len(set(names)) < len(names):
            raise ValueError(f"{key} is {', '.join(names)}; name each arm once")
    shared = [name for name in compare if name in against]
    if shared:
        raise ValueError(f"{shared[0]} stands in compare and in with; leave it out of one of the two")


def refuse_unknown_arms(contrasts: Mapping[str, Contrast], arms: Sequence[str]) -> None:
    """Refuse contrasts of arms that there are not.

    Raises
    ------
    ValueError
        If a contrast names one; the nearest arm is told.
    """
    for name, contrast in contrasts.items():
        for key, names in (("compare", contrast.compare), ("with", contrast.against)):
            refuse_unknown_arm(f"contrasts.{name}.{key}", names, arms)


def refuse_unknown_arm(key: str, names: Iterable[str], arms: Sequence[str]) -> None:
    """Refuse an arm that there is not.

    Parameters
    ----------
    key : of the file, which names the arms

    Raises
    ------
    ValueError
        The nearest arm is told.
    """
    unknown = next((name for name in names if name not in arms), None)
    if unknown is not None:
        near = hint(unknown, arms, f"arms are {', '.join(arms)}")
        raise ValueError(f"{key} names {unknown!r}; {near}")


def contrast_table(
    figures: pd.DataFrame,
    contrasts: Mapping[str, Contrast],
    units: Mapping[str, str],
    better: Mapping[str, Sense | None] | None = None,
) -> pd.DataFrame:
    """Return for every contrast and outcome the paired difference and how sure it is.

    Parameters
    ----------
    figures : what `summary.independent` gave
    units : unit of every outcome to look at, by name
    better : which way outcomes are better, by name

    Returns
    -------
    Columns contrast, title_en, title_zh, outcome, unit, n (independent figures), difference; low, high (95 %, this row
    alone); family_low, family_high and p_family (95 %, all rows at once, so that any reading of them holds); better;
    verdict: ``better``, ``worse``, or ``higher``, ``lower`` where nobody says which way is better; ``unclear`` where
    the interval over all rows holds zero or there is one figure only; ``none`` where the two sides never differ.
    Only rows in which every outcome is known are used: they share their random draws.
    """
    gaps = _gaps(figures, contrasts, list(units))
    differences = intervals(gaps) if len(gaps) > 1 else _of_one(gaps)
    keys = [(name, outcome) for name in contrasts for outcome in units]
    rows = [
        {"contrast": name, "title_en": contrasts[name].title.en, "title_zh": contrasts[name].title.zh,
         "outcome": outcome, "unit": units[outcome], "better": (better or {}).get(outcome)}
        for name, outcome in keys
    ]  # fmt: skip
    numbers = differences.rename(columns={"mean": "difference"})[
        ["n", "difference", "low", "high", "family_low", "family_high", "p_family"]
    ]
    table = pd.concat([pd.DataFrame(rows), numbers], axis=1)
    table["verdict"] = [_verdict(row) for row in table.itertuples()]
    return table


def _gaps(figures: pd.DataFrame, contrasts: Mapping[str, Contrast], outcomes: Sequence[str]) -> np.ndarray:
    """Return a column a contrast and outcome, a row an independent figure in which all of them are known."""
    wide = figures.pivot(index="unit", columns="arm", values=list(outcomes)).dropna()

    def mean_of(outcome: str, arms: Sequence[str]) -> np.ndarray:
        return np.asarray(wide[[(outcome, arm) for arm in arms]].to_numpy(np.float64).mean(axis=1))

    columns = [
        mean_of(outcome, contrast.compare) - mean_of(outcome, contrast.against)
        for contrast in contrasts.values()
        for outcome in outcomes
    ]
    return np.column_stack(columns)


def _of_one(gaps: np.ndarray) -> pd.DataFrame:
    """Return the differences of a single figure, or of none: there is nothing to say how far chance moves them."""
    means = gaps[0] if len(gaps) else np.full(gaps.shape[1], np.nan)
    unknown = dict.fromkeys(("low", "high", "family_low", "family_high", "p_family"), np.nan)
    return pd.DataFrame({"mean": means, "n": len(gaps), **unknown})


def _verdict(row: object) -> str:
    low, high, difference, sense = (
        getattr(row, name) for name in ("family_low", "family_high", "difference", "better")
    )
    if low == high == difference == 0.0:
        return NONE
    if not (low > 0.0 or high < 0.0):
        return UNCLEAR
    if sense is None:
        return "higher" if difference > 0.0 else "lower"
    return "better" if sign(sense) * difference > 0.0 else "worse"
