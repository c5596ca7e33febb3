"""How analyses name outcomes and arms, and write figures, in both languages."""

from __future__ import annotations

import math
from collections.abc import Iterable
from difflib import get_close_matches

import pandas as pd

from ecsim.experiments.analyses.analysis import Said
from ecsim.experiments.config import Arm
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.running.plan import Plan
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.validate import Sense

UNITS = {
    "million yuan": "百万元",
    "yuan": "元",
    "days": "天",
    "stations": "个站点",
    "complaints": "件",
    "targets a county": "项",
    "counties": "个县",
}
"""Units as Chinese writes them after a figure."""


def title_of(outcome: str, known: OutcomeCatalogue) -> Said:
    """Return what an outcome is called; of a function, its name."""
    return Said(*known.title(outcome))


def named(outcomes: Iterable[str], known: OutcomeCatalogue) -> pd.DataFrame:
    """Return what outcomes are: outcome, title_en, title_zh, unit, better."""
    rows = [
        {"outcome": name, "title_en": known.title(name).en, "title_zh": known.title(name).zh, "unit": known.unit(name),
         "better": known.sense(name)}
        for name in outcomes
    ]  # fmt: skip
    return pd.DataFrame(rows).astype(object)


def sense_of(outcome: str, known: OutcomeCatalogue, where: str) -> Sense:
    """Return which way an outcome is better.

    Raises
    ------
    EcsimError
        If nothing says so.
    """
    found = known.sense(outcome)
    if found is None:
        there = f"; there is better for {', '.join(known.better)}" if known.better else ""
        raise EcsimError(
            f'{where}: nothing says which way {outcome} is better; add better.{outcome} = "max" where more of it is'
            f' better, or "min"{there}'
        )
    return found


def refuse_unknown(asked: str, known: list[str], where: str) -> None:
    """Refuse an outcome that runs do not have.

    Raises
    ------
    EcsimError
        If it is not among those known; the nearest of them are named.
    """
    if asked in known:
        return
    near = get_close_matches(asked, known, n=3)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"there are {', '.join(known)}"
    raise EcsimError(f"{where}: no outcome {asked!r}; {hint}")


def with_unit(figure: str, outcome: str, known: OutcomeCatalogue) -> Said:
    """Return a figure with its outcome's unit; shares and outcomes of functions have none."""
    unit = known.unit(outcome)
    return Said(f"{figure} {unit}", f"{figure}{UNITS[unit]}") if unit in UNITS else Said(figure, figure)


def tidied(sentences: Iterable[Said | None]) -> tuple[Said, ...]:
    """Return the sentences that there are; Chinese sets no space before a percent sign."""
    return tuple(Said(said.en, said.zh.replace(" %", "%")) for said in sentences if said is not None)


def arm_names(plan: Plan) -> dict[str, Said]:
    """Return what arms are called in sentences: by the title of the arm or its policy if that tells them apart."""
    titles = {arm.name: _arm_title(plan, arm) for arm in plan.experiment.arms}
    alone = [title for title in titles.values() if list(titles.values()).count(title) == 1]
    return {
        name: Said(f"“{title.en}”", f"“{title.zh}”") if title and title in alone else Said(name, name)
        for name, title in titles.items()
    }


def _arm_title(plan: Plan, arm: Arm) -> Said | None:
    if arm.title:
        return Said(arm.title.en, arm.title.zh)
    if plan.model is None:
        return None
    told = plan.model.hooks.arm(plan.scenarios[arm.name])
    return Said(told["title_en"], told["title_zh"])


def number(value: float) -> str:
    """Return a figure with as many digits as tell something: four significant ones."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0.0:
        return "0"
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    return (f"{value:,.{digits}f}" if digits <= 6 else f"{value:.4g}").replace("-", "−")


def signed(value: float) -> str:
    """Return a figure with its sign."""
    return ("+" if value > 0.0 else "") + number(value)


def share(value: float) -> str:
    """Return an index or another figure of size 1 with two digits."""
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "−")


def percent(value: float) -> str:
    """Return a share in percent; one that only rounds to 0 or 100 says so."""
    if math.isnan(value):
        return "–"
    if 0.0 < value < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 < value < 1.0 else f"{100.0 * value:.0f} %"


def with_interval(value: float, low: float, high: float) -> str:
    """Return a figure with its interval, if it has one."""
    return f"{number(value)}{between(number(low), number(high))}"


def between(low: str, high: str) -> str:
    """Return an interval in brackets; nothing where there is none."""
    return "" if "–" in (low, high) else f" [{low}, {high}]"
