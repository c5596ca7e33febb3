"""Sharing a joint cost: worked answers, and what must hold of every game."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsim.logistics import in_proportion, share_cost
from ecsim.logistics.sharing import Partners


def runway(lengths: list[int]):  # noqa: ANN201
    """Return the cost of a road that must be as long as the farthest of a group needs it."""
    return lambda group: max(lengths[each] for each in group)


def test_a_road_that_each_needs_to_another_length_worked_by_hand() -> None:
    # Littlechild and Owen (1973): all share the first part, those who need more the next: 300/3, + 300/2, + 300.
    found = share_cost(runway([300, 600, 900]), [1, 1, 1])
    assert (found.pays, found.alone, found.saves) == ((100, 250, 550), (300, 600, 900), (200, 350, 350))
    assert (found.stable, found.better_apart) == (True, ())


def test_couriers_who_visit_the_same_villages_share_by_what_each_adds() -> None:
    # Courier i alone visits n(1 − e^−λi) of n villages, together n(1 − e^−Σλ), at 20 yuan each (a convex saving).
    rate = [0.5, 1.0, 2.0, 0.1]

    def visits(group: Partners) -> int:
        return round(2000 * 100 * (1 - np.exp(-sum(rate[each] for each in group))))

    found = share_cost(visits, [50, 100, 200, 10])
    assert found.stable
    assert sum(found.pays) == visits((0, 1, 2, 3))
    assert all(pays <= alone for pays, alone in zip(found.pays, found.alone, strict=True))


def test_where_pairs_do_better_apart_they_are_named() -> None:
    # Alone 1,000, in pairs 1,100, all three 1,800: each pays 600, and any pair 1,200 where 1,100 would do.
    cost = {1: 1000, 2: 1100, 3: 1800}
    found = share_cost(lambda group: cost[len(group)], [1, 1, 1])
    assert found.pays == (600, 600, 600)
    assert not found.stable
    assert found.better_apart == ((0, 1), (0, 2), (1, 2))


def test_by_parcels_nobody_pays_more_than_alone() -> None:
    # 900 together, by parcels 450, 300 and 150; the last would pay 100 alone, so 50 more fall on the two others, who
    # still save 550 and 300: 32.35 and 17.65.
    alone, parcels = [1000, 600, 100], [3, 2, 1]
    found = share_cost(lambda group: 900 if len(group) == 3 else sum(alone[i] for i in group), parcels, "parcels")
    assert found.pays == (482, 318, 100)
    by_parcels = share_cost(lambda group: 900 if len(group) == 3 else 2000, parcels, "parcels")
    assert by_parcels.pays == (450, 300, 150)


def test_more_partners_than_groups_can_be_looked_at_share_by_parcels() -> None:
    found = share_cost(lambda group: 100 + 10 * len(group), [1] * 9, "parcels")
    assert sum(found.pays) == 190
    assert found.stable is None
    with pytest.raises(ValueError, match="worked out for 8"):
        share_cost(lambda group: 100, [1] * 9)  # noqa: ARG005


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 2**32), st.sampled_from(["shapley", "parcels"]))
def test_shares_add_up_to_the_fen_and_nobody_pays_more_than_alone(partners: int, seed: int, rule: str) -> None:
    luck = np.random.default_rng(seed)
    alone, saving = luck.integers(1, 10_000, partners), luck.uniform(0, 0.5)

    def cost(group: Partners) -> int:
        return int(alone[list(group)].sum() * (1 - saving * (len(group) > 1)))

    found = share_cost(cost, luck.integers(0, 50, partners).tolist(), rule)  # type: ignore[arg-type]
    assert sum(found.pays) == cost(tuple(range(partners)))
    assert all(pays <= by_itself for pays, by_itself in zip(found.pays, found.alone, strict=True))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=4))
def test_the_value_is_the_mean_over_all_orders_of_joining(lengths: list[int]) -> None:
    cost, added = runway(lengths), np.zeros(len(lengths))
    orders = list(permutations(range(len(lengths))))
    for order in orders:
        for place, partner in enumerate(order):
            before = cost(tuple(sorted(order[:place]))) if place else 0
            added[partner] += cost(tuple(sorted(order[: place + 1]))) - before
    found = share_cost(cost, [1] * len(lengths))
    assert np.abs(np.array(found.pays) - added / len(orders)).max() <= 1.0
    like = [pays for pays, length in zip(found.pays, lengths, strict=True) if length == lengths[0]]
    assert max(like) - min(like) <= 1  # who is alike pays alike, but for a fen


def test_parts_in_proportion_worked_by_hand() -> None:
    assert in_proportion(100, [1, 1, 1]) == (34, 33, 33)
    assert in_proportion(7, [0, 0]) == (4, 3)
    assert in_proportion(10, [0, 5]) == (0, 10)


def test_a_pool_that_does_not_pay_is_told() -> None:
    with pytest.raises(ValueError, match="somebody would pay more than alone"):
        share_cost(lambda group: 100 if len(group) < 2 else 201, [1, 1])
    with pytest.raises(ValueError, match="one number from 0 on"):
        share_cost(lambda group: 100, [])  # noqa: ARG005
    with pytest.raises(ValueError, match="allowed are shapley, parcels"):
        share_cost(lambda group: 100, [1], "alphabet")  # type: ignore[arg-type]  # noqa: ARG005
