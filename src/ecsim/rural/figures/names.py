"""Names of figures: what there is, and what to write in place of a name that is none.

Names of outcomes of a period are ``base@period``; a period is a calendar year, a quarter or month of one, or the
last weeks of the run. Versions before wrote ``retail_2019``; such names are recognised and the new one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from ecsim.kernel.errors import hint
from ecsim.rural.figures.accumulators import F64
from ecsim.rural.figures.components import Component
from ecsim.rural.figures.figure import Measure
from ecsim.rural.figures.of_a_date import DATE_FIGURES
from ecsim.rural.figures.of_a_period import PERIOD_FIGURES
from ecsim.rural.figures.period import Period

FIGURES: Mapping[str, str] = {figure.name: figure.unit for figure in DATE_FIGURES if figure.unit}
"""What a target may be of, with the unit in which it is measured by county on any date."""
BENCHMARKS: Mapping[str, str] = {figure.name: figure.benchmark for figure in DATE_FIGURES if figure.benchmark}
"""Targets that are scored as the gap to an official growth, and the benchmark that gives it."""
AT_THE_END: dict[str, Measure] = {figure.name: figure.measure for figure in DATE_FIGURES if figure.measure}
"""Outcomes of the end of the run."""
KEPT_BESIDE = tuple(figure.name for figure in DATE_FIGURES if not figure.unit and not figure.measure)
"""Figures of the end that are kept with every run, but not compared."""
OF_A_PERIOD: Mapping[str, Measure] = {figure.name: figure.measure for figure in PERIOD_FIGURES}
"""Outcomes of a period; a run gives each of any calendar year, quarter and month it covers, and of its last
weeks."""
GROWTH = tuple(figure.name for figure in PERIOD_FIGURES if figure.compares_years)
"""Those that compare a period with the same weeks of the year before; targets of these names do so to a date."""
OF_YEARS_ALONE = tuple(figure.name for figure in PERIOD_FIGURES if figure.years_alone)
"""Those that are of calendar years alone: income lines are."""
AT_SHOP_PRICES = tuple(figure.name for figure in PERIOD_FIGURES if figure.at_shop_prices)
"""Those that need the programme's share of income that households consume."""
_COMPONENTS = {figure.name: figure.components for figure in DATE_FIGURES}
_COMPONENTS_OF_A_PERIOD = {figure.name: figure.components for figure in PERIOD_FIGURES}


def of_period(base: str, period: str) -> str:
    """Return the name of an outcome of a period: ``retail@2019``."""
    return f"{base}@{period}"


def base_of(name: str) -> str:
    """Return the name of an outcome without its period, be it written as now or as earlier versions did."""
    base, at, _ = name.partition("@")
    return base if at else _EARLIER.sub(r"\1", name)


def outcomes_of(period: str) -> dict[str, Measure]:
    """Return the outcomes that are shown side by side, of a period and of the end, by name."""
    wanted = Period.of(period)
    bases = {base: m for base, m in OF_A_PERIOD.items() if wanted.whole_year is not None or base not in OF_YEARS_ALONE}
    return {of_period(base, period): measure.of(wanted) for base, measure in bases.items()} | AT_THE_END


def parted(name: str) -> tuple[str, Period] | None:
    """Return the base and the period of an outcome that has one; None if it has none, or there is no such outcome."""
    base, _, text = name.partition("@")
    try:
        period = Period.of(text)
    except ValueError:
        return None
    if base not in OF_A_PERIOD or (period.whole_year is None and base in OF_YEARS_ALONE):
        return None
    return base, period


def outcome_of(name: str) -> Measure | None:
    """Return an outcome by its name, its period included; None if there is none."""
    base_and_period = parted(name)
    return AT_THE_END.get(name) if base_and_period is None else OF_A_PERIOD[base_and_period[0]].of(base_and_period[1])


def not_an_outcome(name: str, known: Iterable[str]) -> str:
    """Return in words what to write in place of a name that is no outcome.

    Parameters
    ----------
    known : names that would be taken there, of which the nearest is offered
    """
    base, at, text = name.partition("@")
    earlier = _EARLIER.fullmatch(name)
    if earlier:
        return f"it is written {of_period(*earlier.groups())} now"
    if base in OF_A_PERIOD and not at:
        return f"say of which period: {of_period(base, '2019')} of a calendar year" + (
            ""
            if base in OF_YEARS_ALONE
            else f", {of_period(base, '2019Q3')} or {of_period(base, '2019M07')} of a quarter or month of one, "
            f"{of_period(base, 'last52weeks')} of the last weeks of the run"
        )
    if base in OF_A_PERIOD:
        need = "a calendar year, as 2019"
        if base not in OF_YEARS_ALONE:
            need += ", a quarter or month of one, as 2019Q3 or 2019M07, or the last weeks, as last52weeks"
        return f"its period is {text!r}; {need}, is needed"
    names = list(known)
    return hint(name, names, f"allowed are {', '.join(names)}")


_EARLIER = re.compile(rf"({'|'.join(sorted(OF_A_PERIOD, key=len, reverse=True))})_([0-9]{{4}})")
"""How versions before periods wrote outcomes of a year: ``retail_2019``."""


def region_of(name: str, values: F64) -> float:
    """Return a region's figure, the sum or the plain mean of its counties; NaN if none is known."""
    known, measure = values[np.isfinite(values)], outcome_of(name)
    if measure is None:
        raise ValueError(f"outcome {name!r}: {not_an_outcome(name, AT_THE_END)}")
    if not known.size:
        return float("nan")
    return float(known.sum() if measure.region == "sum" else known.mean())


def composition_of(name: str) -> tuple[Component, ...]:
    """Return the parts of a figure or an outcome, its period included: ``village_coverage``, ``retail@2019``.

    Raises
    ------
    ValueError
        If there is none; the message says what to write.
    """
    of_a_period = parted(name)
    if of_a_period is not None:
        base, period = of_a_period
        return _COMPONENTS_OF_A_PERIOD[base](period)
    if name not in _COMPONENTS:
        raise ValueError(not_an_outcome(name, _COMPONENTS))
    return _COMPONENTS[name]
