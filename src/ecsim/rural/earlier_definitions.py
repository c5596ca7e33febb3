"""Figures that earlier definitions gave, as those of today write them: what `ecsim verify` holds an old run against.

A run of an earlier version published figures under names and by rules of its time. Both sides are brought to what
they have in common, so that a difference is one of the run and not of a definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecsim.kernel.measures import Row, Sheet
from ecsim.rural.indicators import GROWTH, base_of, of_period, outcome_of

DEFINITIONS = 6
"""Which definitions of the figures hold, raised when any changes its meaning or its name."""
FIRST = {*GROWTH, "poverty_service", "poor_villages_served", "poor_households_served"}
"""Figures that the first definitions counted otherwise, or not at all, beside all of a year: weeks went to the year of
their first day."""
INCOMES = {"poor_income", "income", "below_line"}
"""Figures that definitions before the fourth counted otherwise: what is left of a sale was a share of the receipt,
others' stations and wages were left out, and who is below the line was told by farm sales and a middle week."""

SERVED = {"poor_households_served"}
"""Figures that definitions before the fifth counted otherwise: all that a row stands for, were one of them served."""
RETAIL = {"retail", "retail_growth", "targets_met"}
"""Figures that definitions before the sixth counted otherwise: without other goods of farm enterprises."""


def both(then: Sheet, now: Sheet, definitions: int) -> tuple[Sheet, Sheet]:
    """Return figures of earlier definitions and those of today, as far as both say the same, alike in form.

    Parameters
    ----------
    then : figures that an earlier version published
    now : those of the same run by today's definitions
    definitions : which definitions the earlier figures follow, from 1
    """
    earlier = _common(_of_today(then, definitions), now)
    today = _common(now, earlier)
    return earlier, _with_verdicts_alone(today) if definitions == 1 else today


def _of_today(sheet: Sheet, definitions: int) -> Sheet:
    """Return figures of earlier definitions under today's names, without those that were counted otherwise."""
    changed = ((4, INCOMES), (5, SERVED), (6, RETAIL))
    otherwise = set().union(*(figures for since, figures in changed if definitions < since))
    outcomes = [_outcome(row) for row in sheet.outcomes]
    outcomes = [row for row in outcomes if base_of(str(row["outcome"])) not in otherwise]
    indicators = [row for row in sheet.indicators if row["indicator"] not in otherwise]
    if definitions > 1:
        return replace(sheet, outcomes=outcomes, indicators=indicators)
    kept = [row for row in outcomes if "@" not in row["outcome"] and row["outcome"] not in FIRST]
    return Sheet(sheet.places, [row for row in indicators if row["indicator"] not in FIRST], kept)


def _outcome(row: Row) -> Row:
    """Return a row of an outcome under today's name and unit."""
    name = str(row["outcome"])
    base = base_of(name)
    name = name if base == name or "@" in name else of_period(base, name.removeprefix(f"{base}_"))
    measure = outcome_of(name)
    return {**row, "outcome": name, "unit": measure.unit if measure else row["unit"]}


def _with_verdicts_alone(sheet: Sheet) -> Sheet:
    """Return the figures as the first definitions wrote verdicts: missed where there is no figure."""
    return replace(sheet, indicators=[{**row, "met": [bool(yes) for yes in row["met"]]} for row in sheet.indicators])


def _common(sheet: Sheet, other: Sheet) -> Sheet:
    """Return the figures that another sheet has too, in its order and with its columns."""

    def rows(ours: Sequence[Row], theirs: Sequence[Row], keys: tuple[str, ...]) -> list[Row]:
        by_key = {tuple(row.get(key) for key in keys): row for row in ours}
        wanted = [(tuple(row.get(key) for key in keys), row) for row in theirs]
        return [{k: by_key[key][k] for k in row if k in by_key[key]} for key, row in wanted if key in by_key]

    return Sheet(
        sheet.places,
        rows(sheet.indicators, other.indicators, ("indicator", "date")),
        rows(sheet.outcomes, other.outcomes, ("outcome",)),
    )
