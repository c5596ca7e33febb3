"""A shock moves the numbers in force from its first day to its last, and nothing before or after (docs/model.md 8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from itertools import takewhile
from typing import Any

import pytest

from ecsim.kernel.shocks import Shock
from ecsim.rural.region import Region
from ecsim.scenario.parts import load_shock
from tiny import CONFIGS, LIVELY, Events, run, take, tiny_region

SHOCKS = sorted(path.stem for path in (CONFIGS / "shocks").glob("*.toml"))
START = dt.date(2018, 1, 1)


def shock_of(name: str) -> Shock:
    """Return a shipped shock."""
    return load_shock(CONFIGS / "shocks" / f"{name}.toml")


def under(name: str, strength: float = 1.0, **dates: dt.date) -> tuple[Region, Events]:
    """Return the lively region that a shock will come to, perhaps on other dates than its own."""
    told = {"shock": shock_of(name).model_copy(update=dates).model_dump(mode="json"), "strength": strength}
    return tiny_region({"shocks": [told]}, opened=LIVELY)


def numbers(region: Region) -> dict[str, Any]:
    """Return every number that rules read now, by its full name; what differs between kinds of operators follows."""
    groups = asdict(region.terms).items()
    return {f"{group}.{name}": of for group, terms in groups for name, of in terms.items() if name != "kinds"}


ORDINARY = numbers(tiny_region()[0])


def moved(region: Region) -> set[str]:
    """Return which numbers are others than in ordinary times."""
    return {name for name, value in numbers(region).items() if value != ORDINARY[name]}


@pytest.mark.parametrize("name", SHOCKS)
def test_the_numbers_of_a_shock_are_in_force_from_its_first_week_to_its_last(name: str) -> None:
    shock, (region, _) = shock_of(name), under(name)
    mine = {effect.parameter for effect in shock.effects}
    for week in range(117):
        take(region, "follow_shocks", week=week)
        assert moved(region) == (mine if shock.holds(START + dt.timedelta(days=7 * week)) else set()), f"week {week}"


@pytest.mark.parametrize("name", SHOCKS)
def test_at_no_strength_no_number_moves(name: str) -> None:
    region, _ = under(name, 0.0)
    for week in (0, 20, 60, 80, 110):
        take(region, "follow_shocks", week=week)
        assert moved(region) == set()


def test_twice_as_strong_moves_a_number_twice_as_far() -> None:
    # Prices of farm products 30 % lower in 2019, 60 % at strength 2.
    for strength, level in ((0.5, 0.85), (1.0, 0.7), (2.0, 0.4)):
        region, _ = under("price_slump", strength)
        take(region, "follow_shocks", week=60)
        assert region.terms.market.price_level == pytest.approx(level)


def test_whoever_acts_reckons_with_the_numbers_in_force() -> None:
    # Stations get half a yuan for a parcel in ordinary times, half of it in a price war of couriers.
    region, _ = under("courier_price_war")
    fees = []
    for week in (0, 60):
        take(region, "follow_shocks", week=week)
        fees.append((region.terms.stations.fee_yuan, region.station_offer.terms.fee_yuan))
    assert fees == [(0.5, 0.5), (0.25, 0.25)]
    assert region.delivery.tariffs.logistics == region.terms.logistics


@pytest.mark.parametrize("name", ["price_slump", "broadband_outage"])
def test_before_a_shock_nothing_differs_and_from_then_on_something_does(name: str) -> None:
    (shocked, mine), (plain, theirs) = under(name, since=dt.date(2018, 3, 5)), tiny_region(opened=LIVELY)
    for region in (shocked, plain):
        run(region, 14)
    same = list(takewhile(lambda pair: pair[0][0] == pair[1][0], zip(mine.batches, theirs.batches, strict=False)))
    assert len(same) < len(theirs.batches)
    assert 63 <= theirs.batches[len(same)][1].day < 7 * 14  # the shock begins with the week of day 63
