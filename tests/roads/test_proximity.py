"""Proximity graphs: against the definition pair by pair, and what is true of all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import cdist

from ecsim.roads import proximity_links

Points = NDArray[np.float64]


def links(places: Points, beta: float = 1.0) -> set[tuple[int, int]]:
    return {(int(a), int(b)) for a, b in proximity_links(places, beta)}


def spread(number: int, seed: int) -> Points:
    return np.random.default_rng(seed).random((number, 2)) * 100


def joined(number: int, found: set[tuple[int, int]]) -> bool:
    a, b = np.array(sorted(found)).reshape(-1, 2).T
    return connected_components(coo_matrix((np.ones(len(a)), (a, b)), shape=(number, number)))[0] == 1


@pytest.mark.parametrize("number", [2, 5, 30, 64, 65, 200])
def test_a_gabriel_link_has_no_third_place_in_the_disc_between_its_ends(number: int) -> None:
    places = spread(number, number)
    squares = cdist(places, places) ** 2
    blocked = (squares[:, None, :] + squares[None, :, :] < squares[:, :, None]).any(
        axis=2
    )  # an angle beyond 90 degrees
    expected = {(a, b) for a in range(number) for b in range(a + 1, number) if not blocked[a, b]}
    assert links(places) == expected


@pytest.mark.parametrize("number", [5, 64, 90])
def test_relative_neighbours_have_nobody_nearer_to_both(number: int) -> None:
    places = spread(number, 7 + number)
    away = cdist(places, places)
    blocked = (np.maximum(away[:, None, :], away[None, :, :]) < away[:, :, None]).any(axis=2)
    expected = {(a, b) for a in range(number) for b in range(a + 1, number) if not blocked[a, b]}
    assert links(places, 2.0) == expected


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), number=st.integers(2, 120), beta=st.floats(1.0, 2.0))
def test_every_one_joins_all_places_holds_the_shortest_tree_and_thins_out(seed: int, number: int, beta: float) -> None:
    places = spread(number, seed)
    found = links(places, beta)
    tree = minimum_spanning_tree(cdist(places, places)).tocoo()
    assert {(int(min(a, b)), int(max(a, b))) for a, b in zip(tree.row, tree.col, strict=True)} <= found
    assert links(places, 2.0) <= found <= links(places, 1.0)
    assert joined(number, found)


def test_the_four_corners_of_a_rectangle_by_hand() -> None:
    corners = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 2.0], [0.0, 2.0]])
    sides = {(0, 1), (1, 2), (2, 3), (0, 3)}
    middle = np.vstack([corners, [1.5, 1.0]])
    assert links(corners) == sides | {(0, 2), (1, 3)}  # a corner lies on the edge of the disc, not in it
    # One in the middle lies 1 off the long sides' discs of radius 1.5, so in them, and 1.5 off the short ones' of 1.
    assert links(middle) == {(1, 2), (0, 3), (0, 4), (1, 4), (2, 4), (3, 4)}


@pytest.mark.parametrize("number", [10, 100])
def test_places_on_one_line_or_one_spot_are_joined_in_a_row(number: int) -> None:
    line = np.column_stack([np.arange(number) * 2.0, np.zeros(number)])
    assert links(line) == {(row, row + 1) for row in range(number - 1)}
    assert joined(number, links(np.vstack([line[:-1], line[:1]])))


def test_no_order_of_the_places_changes_the_links() -> None:
    places, order = spread(150, 3), np.random.default_rng(4).permutation(150)
    again = {
        (int(min(order[a], order[b])), int(max(order[a], order[b]))) for a, b in proximity_links(places[order], 1.3)
    }
    assert again == links(places, 1.3)


@pytest.mark.parametrize(("places", "beta", "said"), [
    ([[0.0, 1.0, 2.0]], 1.0, "two finite coordinates"),
    ([[0.0, float("nan")]], 1.0, "two finite coordinates"),
    ([[0.0, 0.0]], 0.9, "beta is 0.9"),
    ([[0.0, 0.0]], 2.1, "beta is 2.1"),
])  # fmt: skip
def test_what_is_no_map_or_no_skeleton_is_refused(places: list[list[float]], beta: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        proximity_links(places, beta)
