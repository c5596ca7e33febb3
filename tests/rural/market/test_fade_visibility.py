"""What marketing added fades by the year (docs/model.md 4.6)."""

from __future__ import annotations

import pytest

from ecsim.rural.events.market import MarketingDone, VisibilityFaded
from tiny import same, take, tiny_region


def test_a_year_of_fading_worked_by_hand() -> None:
    # 35 % of what was added is gone in a year: of 0.4 more than at the opening, 0.26 is left after 52 weeks.
    region, events = tiny_region()
    shown = region.world.publish(MarketingDone(county=[1], visibility=[1_400_000]))
    events.clear()
    for week in range(52):
        take(region, "move_markets", week=week)
    found = events.of(VisibilityFaded)
    same(found, county=[1] * 52, cause=[shown.first] * 52)
    # 0.65^(1/52) = 0.991750: the first week leaves 1 + 0.4 x 0.99175 = 1.3967
    assert found["visibility"][0] == 1_396_700
    assert found["visibility"][-1] == pytest.approx(1_260_000, abs=30)
    assert (found["visibility"][1:] < found["visibility"][:-1]).all()


def test_what_was_never_shown_does_not_fade() -> None:
    region, events = tiny_region()
    take(region, "move_markets")
    assert not events.rows(VisibilityFaded)


def test_it_fades_to_the_openings_and_no_further() -> None:
    region, events = tiny_region(numbers={"market.visibility_fading": 1.0})
    region.world.publish(MarketingDone(county=[0], visibility=[1_500_000]))
    for week in range(3):
        take(region, "move_markets", week=week)
    same(events.of(VisibilityFaded), visibility=[1_000_000])


def test_where_nothing_fades_it_stays() -> None:
    region, events = tiny_region(numbers={"market.visibility_fading": 0.0})
    region.world.publish(MarketingDone(county=[0], visibility=[1_500_000]))
    take(region, "move_markets")
    assert not events.rows(VisibilityFaded)
