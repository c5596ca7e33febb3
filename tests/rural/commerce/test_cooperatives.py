"""Cooperatives are founded by growers that are in none (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural import commerce
from ecsim.rural.commerce.cooperatives import free_growers
from ecsim.rural.events import (
    CooperativeFounded,
    DealerKind,
    DealerListed,
    HouseholdsBaselined,
    MembersJoined,
    ProjectKind,
)
from tiny import Events, facility, tiny_region

MANY: dict[str, Value] = {"commerce.cooperative_founding": 26.0, "commerce.joining_share": 0.5}


def founded(week: int = 0, centre: bool = False, **numbers: Value) -> tuple[Events, object]:
    """Return what is founded in a month of the tiny region in which growers are in no cooperative."""
    opened = {HouseholdsBaselined: {"cooperative": -1}}
    region, events = tiny_region(opened=opened, numbers=MANY | numbers)
    if centre:
        opening = facility(ProjectKind.SERVICE_CENTRE, county=[0], township=[-1])
        region.world.publish(opening)
        events.clear()
    region.world.day = 7 * week
    commerce.found_cooperatives(region.world, region.terms.commerce, region.terms.goods)
    return events, region.world.state


def test_nobody_founds_where_the_rate_is_nothing() -> None:
    assert not founded(**{"commerce.cooperative_founding": 0.0})[0].batches


def test_each_is_of_a_product_that_free_growers_of_its_township_have_and_none_twice() -> None:
    events, _ = founded()
    rows = events.of(CooperativeFounded)
    assert len(rows["cooperative"]) > 2
    region, _ = tiny_region(opened={HouseholdsBaselined: {"cooperative": -1}})
    state = region.world.state
    growers = free_growers(state)
    place = rows["township"] * len(state.crops) + rows["crop"]
    assert (growers.value_fen[place] > 0).all()
    assert len(set(place.tolist())) == len(place)
    np.testing.assert_allclose(rows["member_share"] / 1e6, 0.5)
    strongest = state.crops.season[rows["crop"]].max(axis=1) / 1e6
    np.testing.assert_allclose(rows["capacity_g"], 0.5 * growers.output_g[place] * strongest, rtol=1e-6, atol=1)


def test_members_grow_its_product_in_its_township() -> None:
    events, state = founded(**{"commerce.joining_share": 1.0})
    rows, joined = events.of(CooperativeFounded), events.of(MembersJoined)
    assert len(joined["household"])
    of = {int(number): at for at, number in enumerate(rows["cooperative"])}
    p, h, v = state.plots, state.households, state.villages  # type: ignore[attr-defined]
    for household, cooperative in zip(joined["household"], joined["cooperative"], strict=True):
        at = of[int(cooperative)]
        assert v.township[h.village[household]] == rows["township"][at]
        assert rows["crop"][at] in p.crop[p.household == household]
        assert h.cooperative[household] == cooperative
    assert len(set(joined["household"].tolist())) == len(joined["household"])


def test_it_deals_in_its_product_from_then_on() -> None:
    events, state = founded()
    rows, listed = events.of(CooperativeFounded), events.of(DealerListed)
    assert listed["cooperative"].tolist() == rows["cooperative"].tolist()
    assert listed["crop"].tolist() == rows["crop"].tolist()
    assert set(listed["dealer_kind"].tolist()) == {int(DealerKind.COOPERATIVE)}
    assert state.dealers.alive[listed["dealer"]].all()  # type: ignore[attr-defined]
    assert (listed["size"] >= 0).all()
    assert not founded(**{"commerce.new_cooperative_size": 0.0})[0].of(DealerListed)["size"].any()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_service_centre_helps(share: float) -> None:
    numbers: dict[str, Value] = {"commerce.cooperative_founding": 1.0, "commerce.incubation": share}
    without = sum(founded(week, **numbers)[0].rows(CooperativeFounded) for week in range(0, 80, 4))
    helped = sum(founded(week, centre=True, **numbers)[0].rows(CooperativeFounded) for week in range(0, 80, 4))
    assert (helped > without) is (share > 0)
