"""Rows that lie group after group: places, sums before, who is served first."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecsim.kernel.groups import before_in_group, first_served, place_in_group

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=20).map(sorted)


@given(ROWS, st.lists(st.integers(0, 15), min_size=5, max_size=5))
def test_groups_give_what_going_through_them_row_by_row_does(rows: list[tuple[int, int]], room: list[int]) -> None:
    group = np.array([of for of, _ in rows], np.int64)
    amount = np.array([much for _, much in rows], np.int64)
    left, seen, before = list(room), [0] * 5, [0] * 5
    for row, (of, much) in enumerate(rows):
        assert place_in_group(group)[row] == seen[of]
        assert before_in_group(amount, group)[row] == before[of]
        assert first_served(amount, group, np.array(room))[row] == min(much, left[of])
        seen[of] += 1
        before[of] += much
        left[of] -= min(much, left[of])
    assert len(place_in_group(group)) == len(rows)
