"""What a fork may change, and when it is too late: values that are read on a date of the notice and never again.

A fork after that date may change them, but nothing comes of it; `without_effect` says so. What is not listed here is
read in every week, or whenever works are awarded, accepted or served.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.rural.scenario import Scenario

PLAN_TIME = (
    "policy.funds.strategy",
    "policy.funds.choice",
    "policy.funds.floor_share",
    "policy.funds.shares",
    "policy.funds.uses",
    "policy.station_design",
    "parameters.funds.county_noise",
    "parameters.funds.prefecture_noise",
    "parameters.funds.seat_bias",
    "parameters.funds.shared_assets",
    "parameters.planning.stations_a_batch",
    "parameters.planning.persons_a_batch",
    "parameters.planning.need_curvature",
    "parameters.planning.need_worth",
    "parameters.planning.shared_cost",
    "parameters.planning.reuse_cost",
    "parameters.planning.fit_out",
    "parameters.planning.rent_share",
    "parameters.planning.assets_known",
    "parameters.planning.database_clarity",
    "parameters.planning.evidence",
    "policy.funds.held_back",
    "projects.*.category",
    "projects.*.central_yuan",
    "projects.*.most_a_county",
    "projects.*.scope",
    "projects.*.local_share",
    "projects.*.social_share",
    "projects.*.full_need",
    "projects.*.need",
    "projects.*.need_share",
    "projects.*.covers",
    "projects.*.targets",
    "projects.*.premises",
    "projects.*.building_share",
)
"""Read when plans are made, on the programme's ``plan_due``."""
AMENDED = ("policy.plan", "policy.funds.strategy")
"""Read again on the day on which a plan file says that it takes the place of what was filed before."""
TRANCHE_TIME = (
    "policy.funds.central",
    "policy.funds.multiplier",
    "policy.funds.split",
    "parameters.funds.first_tranche",
)
"""Read when plans are made and when a tranche comes: on the programme's ``notice`` and ``second_tranche``."""


def branch(before: Scenario, after: Scenario, day: int) -> list[str]:
    """Return in words which changes of a fork come too late, by the day on which it begins.

    Raises
    ------
    EcsimError
        If the scenario would have made another past, or moves a purse out of which contracts are paid.
    """
    if why_not := purse_kept(before, after, day):
        raise EcsimError(why_not)
    dates = before.programme.dates, after.programme.dates
    notice = min(each.notice for each in dates)
    if dates[0] != dates[1] and before.start + dt.timedelta(days=day) > notice:
        raise EcsimError(
            f"a fork after {notice} cannot change programme.dates: money has come by them; fork on {notice} or before, "
            "or run a scenario of its own"
        )
    for key in ("region", "counties", "prefectures", "sample"):
        was = getattr(before, key)
        if was != getattr(after, key):
            told = ", ".join(was) if isinstance(was, tuple) else "all" if was is None else was
            raise EcsimError(f"a fork cannot change {key} ({told}), it lies in the past; run a scenario of its own")
    opening = {k for k in before.parameters.keys() | after.parameters.keys() if k.startswith("opening_")}
    moved = sorted(k for k in opening if before.parameters.get(k) != after.parameters.get(k))
    if moved:
        raise EcsimError(f"a fork cannot change {', '.join(moved)}: it set the opening; run anew")
    names = [design.name for design in before.designs]
    if [design.name for design in after.designs[: len(names)]] != names:
        raise EcsimError(f"a fork keeps the designs {', '.join(names)} in this order; add new ones")
    return without_effect(before, after, day)


def without_effect(before: Scenario, after: Scenario, day: int) -> list[str]:
    """Return in words which changes of a fork come too late, by the day on which it begins.

    Parameters
    ----------
    before, after : the scenario of the run, and that of its fork
    day : of the fork, counted from the start
    """
    date, dates = before.start + dt.timedelta(days=day), before.programme.dates
    changed = [key for key in _changed(before, after) if not (_amends(after, date) and _matches_any(key, AMENDED))]
    told = []
    if date > dates.plan_due and _listed(changed, AMENDED[:1]):
        told.append(
            f"no effect any more: policy.plan (read when plans are made, on {dates.plan_due}); write in the plan the "
            "day on which the change is filed, as amended = 2019-07-01"
        )
    if date > dates.plan_due and (late := _listed(changed, PLAN_TIME)):
        told.append(f"no effect any more: {', '.join(late)} (read when plans are made, on {dates.plan_due})")
    if date > dates.second_tranche and (late := _listed(changed, TRANCHE_TIME)):
        told.append(
            f"no money moves by it any more: {', '.join(late)} (the last tranche came on {dates.second_tranche}); "
            "shares of the rule book are of what it says was allotted"
        )
    elif date > dates.plan_due and (late := _listed(changed, TRANCHE_TIME)):
        told.append(
            f"no effect on plans, made on {dates.plan_due}: {', '.join(late)} "
            f"(only the tranche of {dates.second_tranche} follows)"
        )
    return told


def purse_kept(before: Scenario, after: Scenario, day: int) -> str:
    """Return why a fork may not change who holds the purse; empty if it may, or does not."""
    was, now, notice = before.policy.funds.purse, after.policy.funds.purse, before.programme.dates.notice
    if was == now or before.start + dt.timedelta(days=day) <= notice:
        return ""
    return (
        f"a fork after {notice} cannot change funds.purse ({was} to {now}): the first tranche came that day, and plans "
        f"and contracts rest on the accounts it lies in; fork on {notice} or before, or run a scenario of its own"
    )


def _listed(changed: list[str], keys: tuple[str, ...]) -> list[str]:
    """Return which of some changed values are listed, themselves or with the table they stand in."""
    return [name for name in changed if _matches_any(name, keys)]


def _matches_any(name: str, keys: tuple[str, ...]) -> bool:
    return any(_matches(name.split("."), key.split(".")) for key in keys)


def _amends(after: Scenario, date: dt.date) -> bool:
    """Return whether the plan file of a fork that begins on a date takes the place of what was filed before."""
    plan = after.policy.plan
    return plan is not None and plan.amended is not None and plan.amended >= date


def _matches(name: list[str], key: list[str]) -> bool:
    return len(name) >= len(key) and all(value in ("*", theirs) for value, theirs in zip(key, name, strict=False))


def _changed(before: Scenario, after: Scenario) -> Iterator[str]:
    """Yield the dotted key of each value that differs."""
    yield from _differing(before.model_dump(mode="json"), after.model_dump(mode="json"), "")


def _differing(path: Mapping[str, Any], theirs: Mapping[str, Any], place: str) -> Iterator[str]:
    for key in sorted({*path, *theirs}):
        field, other = path.get(key), theirs.get(key)
        if isinstance(field, dict) and isinstance(other, dict):
            yield from _differing(field, other, f"{place}{key}.")
        elif field != other:
            yield f"{place}{key}"
