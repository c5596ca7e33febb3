"""The root of a run against published answers, and whatever the batching."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsim.kernel.columns import Fen, Flags
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.merkle import LEAF_SEQS, LeafHasher, tree_root
from ecsim.rural.events.ids import HouseholdIds

CERTIFICATE_TRANSPARENCY = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Paid(Event):
    """A payment."""

    kind = "paid"
    household: HouseholdIds
    fen: Fen


class Moved(Event):
    """A move."""

    kind = "moved"
    household: HouseholdIds
    far: Flags


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_published_for_certificate_transparency(size: int) -> None:
    import hashlib

    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(data)).digest() for data in CERTIFICATE_TRANSPARENCY[:size]]
    assert tree_root(leaves).hex() == ROOTS[size - 1]


def rows(n: int) -> list[tuple[Event, Stamp]]:
    first, made = 0, []
    for number in range(n):
        size = 1 + (number * 7919) % 5000
        kind = Paid if number % 3 else Moved
        values = np.arange(size) % 97
        event = Paid(household=values, fen=values * 3) if kind is Paid else Moved(household=values, far=values > 50)
        made.append((event, Stamp(first, number // 4, np.full(size, -1, np.int64))))
        first += size
    return made


def root_of(batches: list[tuple[Event, Stamp]]) -> str:
    hasher = LeafHasher()
    for event, stamp in batches:
        hasher.add(event, stamp)
    return hasher.root()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=20))
def test_the_root_does_not_depend_on_batching(cuts: list[int]) -> None:
    whole = rows(14)
    pieces, turn = [], 0
    for event, stamp in whole:
        start = 0
        while start < event.rows:
            stop = min(event.rows, start + cuts[turn % len(cuts)])
            pieces.append((event.slice(start, stop), Stamp(stamp.first + start, stamp.day, stamp.cause[start:stop])))
            start, turn = stop, turn + 1
    assert sum(event.rows for event, _ in whole) > LEAF_SEQS
    assert root_of(pieces) == root_of(whole)


def test_any_change_of_a_value_changes_the_root() -> None:
    whole = rows(5)
    event, stamp = whole[2]
    other = Paid(household=event.household, fen=event.fen + (np.arange(event.rows) == 3))
    assert root_of([*whole[:2], (other, stamp), *whole[3:]]) != root_of(whole)


def test_a_gap_is_refused() -> None:
    hasher = LeafHasher()
    with pytest.raises(ValueError, match="0 is next"):
        hasher.add(Paid(household=[1], fen=[2]), Stamp(4, 0, np.array([-1])))
