"""Ways over road networks: against every possible way of tiny ones, against scipy, and round closed links."""

from __future__ import annotations

from itertools import pairwise, permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from ecsim.roads import (
    NO_WAY,
    Network,
    costs_from,
    lexicographic,
    nearest,
    network,
    proximity_links,
    seconds_and_metres,
    way,
    ways_within,
)


def square() -> Network:
    """Four places in a ring of 1, 2, 3 and 4 minutes, and one at the end of a road of 5: links 0 to 4."""
    return network(5, [0, 1, 2, 0, 2], [1, 2, 3, 3, 4], [1, 2, 3, 4, 5])


def scattered(number: int, seed: int) -> tuple[Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    links = proximity_links(rng.random((number, 2)))
    cost = rng.integers(1, 1000, len(links))
    return network(number, links[:, 0], links[:, 1], cost), links, cost


def closed(roads: Network, *links: int) -> np.ndarray:
    return np.isin(np.arange(len(roads.cost)), links)


def by_enumeration(links: np.ndarray, cost: np.ndarray, number: int, origin: int, target: int, shut: np.ndarray) -> int:
    """Return the cost of the cheapest of all ways without a circle."""
    between = {}
    for (a, b), price, no in zip(links.tolist(), cost.tolist(), shut.tolist(), strict=True):
        if not no:
            between[a, b] = between[b, a] = price
    others = [place for place in range(number) if place not in (origin, target)]
    best = int(NO_WAY) if origin != target else 0
    for length in range(len(others) + 1):
        for middle in permutations(others, length):
            stops = (origin, *middle, target)
            steps = [between.get(step) for step in pairwise(stops)]
            if None not in steps:
                best = min(best, sum(step for step in steps if step is not None))
    return best


def test_ways_round_a_ring_by_hand() -> None:
    roads = square()
    none = closed(roads)
    assert costs_from(roads, 0).tolist() == [0, 1, 3, 4, 8]
    cost, links = way(roads, 0, 4, none)
    assert (cost, links.tolist()) == (8, [0, 1, 4])
    cost, links = way(roads, 0, 4, closed(roads, 1))
    assert (cost, links.tolist()) == (12, [3, 2, 4])  # the other way round
    assert way(roads, 0, 4, closed(roads, 4))[0] == NO_WAY  # the only road: cut off
    assert way(roads, 0, 4, closed(roads, 0, 3))[0] == NO_WAY
    cost, links = way(roads, 2, 2, none)
    assert (cost, links.tolist()) == (0, [])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), number=st.integers(2, 6), shut=st.integers(0, 2**12))
def test_the_cheapest_of_all_possible_ways_is_found(seed: int, number: int, shut: int) -> None:
    roads, links, cost = scattered(number, seed)
    out = (shut >> np.arange(len(cost))) % 2 == 1
    for target in range(number):
        found, passed = way(roads, 0, target, out)
        assert found == by_enumeration(links, cost, number, 0, target, out)
        if found < NO_WAY:
            assert cost[passed].sum() == found
            assert not out[passed].any()


def test_it_agrees_with_scipy_and_with_networkx() -> None:
    roads, links, cost = scattered(300, 5)
    table = coo_matrix((cost, (links[:, 0], links[:, 1])), shape=(300, 300)).tocsr()
    expected = dijkstra(table, directed=False, indices=[0, 17, 299])
    for origin, of_it in zip((0, 17, 299), expected, strict=True):
        np.testing.assert_array_equal(costs_from(roads, origin), of_it)
    graph = nx.Graph()
    graph.add_weighted_edges_from((int(a), int(b), int(c)) for (a, b), c in zip(links, cost, strict=True))
    out = closed(roads, *range(0, len(cost), 9))
    graph.remove_edges_from([tuple(links[link]) for link in np.flatnonzero(out)])
    for target in range(1, 300, 13):
        try:
            price = nx.dijkstra_path_length(graph, 0, target)
        except nx.NetworkXNoPath:
            price = NO_WAY
        assert way(roads, 0, target, out)[0] == price


def test_ways_within_groups_may_lead_through_others_and_say_which_links_they_pass() -> None:
    roads, _, cost = scattered(80, 6)
    members, groups = np.array([5, 60, 33, 2, 71]), np.array([0, 3, 3, 5])
    ways = ways_within(roads, groups, members)
    assert ways.first_pair.tolist() == [0, 9, 9, 13]
    for group in range(3):
        own = members[groups[group] : groups[group + 1]]
        for i, origin in enumerate(own):
            for j, target in enumerate(own):
                pair = ways.first_pair[group] + i * len(own) + j
                passed = ways.links[ways.first_link[pair] : ways.first_link[pair + 1]]
                assert ways.cost[pair] == costs_from(roads, origin)[target] == cost[passed].sum()
                assert passed.tolist() == way(roads, origin, target, closed(roads))[1].tolist()


def test_the_nearest_of_the_same_kind_in_order() -> None:
    roads, _, _ = scattered(60, 7)
    kind = np.arange(60) % 3 - 1  # of kind -1 none
    near, cost = nearest(roads, kind, 4)
    for place in range(60):
        if kind[place] < 0:
            assert near[place].tolist() == [-1] * 5
            continue
        price = np.where(kind == kind[place], costs_from(roads, place), NO_WAY)
        order = np.argsort(price, kind="stable")[:5]
        assert near[place, 0] == place
        assert cost[place].tolist() == price[order].tolist()
        assert near[place].tolist() == order.tolist()
    alone, price = nearest(network(3, [0], [1], [4]), [0, 0, 0], 2)
    assert alone.tolist() == [[0, 1, -1], [1, 0, -1], [2, -1, -1]]
    assert price[2].tolist() == [0, NO_WAY, NO_WAY]


def test_of_equally_fast_ways_the_shorter_is_taken_and_both_figures_are_known() -> None:
    seconds, metres = [10, 10, 20, 19], [900, 900, 1500, 3000]
    roads = network(3, [0, 1, 0, 0], [1, 2, 2, 2], lexicographic(seconds, metres))
    cost, links = way(roads, 0, 2, closed(roads, 3))
    assert links.tolist() == [2]
    assert [int(part) for part in seconds_and_metres(cost)] == [20, 1500]
    assert way(roads, 0, 2, closed(roads))[1].tolist() == [3]  # a second less, be it twice as long


@pytest.mark.parametrize("number", [1, 2])
def test_a_place_alone_has_no_ways(number: int) -> None:
    roads = network(number, [], [], [])
    assert costs_from(roads, 0).tolist() == [0, *[NO_WAY] * (number - 1)]
    assert ways_within(roads, [0, number], np.arange(number)).cost[0] == 0
