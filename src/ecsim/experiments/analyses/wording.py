"""How analyses name outcomes and arms, and write figures, in both languages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import pandas as pd

from ecsim.experiments.analyses.analysis import Said
from ecsim.experiments.config import Arm, Experiment
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.summary import MET, better_of, unit_of
from ecsim.experiments.verdicts import ALL, SET, is_set
from ecsim.kernel.errors import EcsimError
from ecsim.rural.indicators import Target, outcome_of
from ecsim.statistics.checked import Sense

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


def title_of(outcome: str, targets: Sequence[Target] = ()) -> Said:
    """Return what an outcome is called; of a function, its name.

    Parameters
    ----------
    targets : the programme's target table
    """
    measure = outcome_of(outcome)
    if measure:
        return Said(measure.title_en, measure.title_zh)
    if outcome == "targets_met":
        return Said(f"Targets met per county (of {len(targets)})", f"每县达标项数（共{len(targets)}项）")
    if outcome.startswith(MET) and is_set(outcome.removeprefix(MET)):
        name = outcome.removeprefix(MET + SET)
        if outcome == MET + ALL:
            return Said("Counties that meet all targets at once", "全部目标同时达成的县数")
        return Said(f"Counties that meet all of set “{name}” at once", f"“{name}”组各项同时达成的县数")
    found = [target for target in targets if MET + target.name == outcome]
    if found:
        return Said(f"Counties that meet: {found[0].title_en}", f"达标县数：{found[0].title_zh}")
    return Said(outcome, outcome)


def named(outcomes: Iterable[str], plan: Plan) -> pd.DataFrame:
    """Return what outcomes are: outcome, title_en, title_zh, unit, better."""
    rows = [
        {"outcome": name, "title_en": title.en, "title_zh": title.zh, "unit": unit_of(name),
         "better": better_of(name, plan.experiment)}
        for name in outcomes
        for title in (title_of(name, plan.targets),)
    ]  # fmt: skip
    return pd.DataFrame(rows).astype(object)


def sense_of(outcome: str, experiment: Experiment, where: str) -> Sense:
    """Return which way an outcome is better.

    Raises
    ------
    EcsimError
        If nothing says so.
    """
    found = better_of(outcome, experiment)
    if found is None:
        there = f"; there is better for {', '.join(experiment.better)}" if experiment.better else ""
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


def with_unit(figure: str, outcome: str) -> Said:
    """Return a figure with its outcome's unit; shares and outcomes of functions have none."""
    unit = unit_of(outcome)
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
    policy = plan.scenarios[arm.name].policy if arm.name in plan.scenarios else None
    return Said(policy.title_en, policy.title_zh) if policy else None


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
