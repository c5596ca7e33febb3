"""Rounds that are kept from one plan to the next are those that would be made anew."""

from dataclasses import fields, replace

import numpy as np

from ecsim.rural.events.opening import RoadsBaselined
from ecsim.rural.logistics.delivery_plan import DeliveryPlan, make_delivery_plan
from tiny import tiny_region


def columns(plan: DeliveryPlan) -> dict[str, np.ndarray]:
    found = {}
    for field in fields(plan):
        value = getattr(plan, field.name)
        inner = value._asdict() if isinstance(value, tuple) else {}
        found |= {f"{field.name}.{name}": part for name, part in inner.items()} or {field.name: value}
    return found


def test_a_plan_from_known_rounds_is_the_one_made_without_them() -> None:
    region, _ = tiny_region()
    state, terms, roads = region.world.writable, region.terms.logistics, region.setting.roads
    weekly, known = 40.0 * np.arange(1, len(state.townships) + 1), {}
    villages, drives = len(state.villages), np.flatnonzero(state.operators.share > 0)
    rounds = set()
    for turn in range(8):
        serves = np.arange(villages) % (turn % 4 + 1) == 0
        state.operators.share[drives] = 1_000_000 // (1 + turn // 4)
        kept, anew = (columns(make_delivery_plan(state, roads, terms, weekly, serves, of)) for of in (known, {}))
        assert all(np.array_equal(kept[name], anew[name]) for name in anew)
        rounds.add(kept["tours.place"].tobytes())
    assert len(rounds) == 4  # each set of villages has tours of its own
    assert len(known) < 8 * (len(drives) + len(state.townships))  # some were known


def test_a_round_is_planned_for_so_many_hours_at_most() -> None:
    # Villages an hour and a half from their township: two on one tour take more than two hours and less than twelve.
    region, _ = tiny_region(opened={RoadsBaselined: {"seconds": {4: 5400}}})
    state, terms, roads = region.world.writable, region.terms.logistics, region.setting.roads
    weekly, serves = np.ones(len(state.townships)), np.isin(np.arange(len(state.villages)), (2, 3))
    rounds = {
        each.longest_hours: len(make_delivery_plan(state, roads, each, weekly, serves, {}).tours.depot)
        for each in (replace(terms, longest_hours=hours) for hours in (2.0, 12.0))
    }
    assert rounds == {2.0: 2, 12.0: 1}
