"""The root of a run: a Merkle tree (RFC 6962) over its events, not over its files.

A leaf covers 16,384 sequence numbers of all kinds. So the root does not depend on batching, sealing, compression or
forking, and where two roots differ, the first leaf that differs names the stretch of events to look at.

References
----------
RFC 6962, section 2.1: Merkle Hash Trees.
"""

from __future__ import annotations

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp

LEAF_SEQS = 16_384
"""Sequence numbers that one leaf covers."""
_LEAF, _NODE = b"\x00", b"\x01"
_SEQ = np.dtype("<i8")


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle root of leaf hashes (RFC 6962, 2.1), 32 bytes; of no leaves, the hash of nothing."""
    stack = RootStack()
    for leaf in leaves:
        stack.push(leaf)
    return stack.root()


class RootStack:
    """A Merkle root under way: leaf hashes folded as they come, one hash kept for each complete subtree."""

    def __init__(self) -> None:
        self.count = 0
        self._subtrees: list[bytes] = []

    def push(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        self._subtrees.append(leaf)
        self.count += 1
        size = self.count
        while size % 2 == 0:
            right, left = self._subtrees.pop(), self._subtrees.pop()
            self._subtrees.append(hashlib.sha256(_NODE + left + right).digest())
            size //= 2

    def root(self) -> bytes:
        """Return the root over the leaves so far."""
        if not self._subtrees:
            return hashlib.sha256(b"").digest()
        node = self._subtrees[-1]
        for left in reversed(self._subtrees[:-1]):
            node = hashlib.sha256(_NODE + left + node).digest()
        return node


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one kind in the window under way: seq, day, cause, then the class's own columns."""

    version: int
    rows: int
    columns: list[Any]
    """What is hashed of each, as little-endian bytes or an array of them."""

    @classmethod
    def of(cls, event: Event, stamp: Stamp, start: int, stop: int) -> _Part:
        """Return some rows of an event."""
        seq = np.arange(stamp.first + start, stamp.first + stop, dtype=_SEQ)
        day = struct.pack("<i", stamp.day) * (stop - start)
        columns = [stamp.cause, *event.arrays()]
        if stop - start < event.rows:
            columns = [column[start:stop] for column in columns]
        return cls(event.version, stop - start, [seq, day, *columns])


class LeafHasher:
    """Leaf hashes of events as they come, in batches of any size.

    Attributes
    ----------
    tree : RootStack
        Over the complete leaves.
    leaves : list of bytes
        Hashes of the complete leaves.
    events : int
        How many events were taken: the next sequence number.
    """

    def __init__(self) -> None:
        self.tree = RootStack()
        self.leaves: list[bytes] = []
        self.events = 0
        self._window: dict[str, list[_Part]] = defaultdict(list)

    def add(self, event: Event, stamp: Stamp) -> None:
        """Take the next rows.

        Raises
        ------
        ValueError
            If they do not follow the last ones without a gap or a repeat.
        """
        if stamp.first != self.events:
            raise ValueError(f"{event.kind} begins at seq {stamp.first}; {self.events} is next")
        start = 0
        while start < event.rows:
            room = LEAF_SEQS - self.events % LEAF_SEQS
            stop = min(event.rows, start + room)
            self._window[event.kind].append(_Part.of(event, stamp, start, stop))
            self.events += stop - start
            start = stop
            if self.events % LEAF_SEQS == 0:
                self._close()

    def add_sealed(self, tables: Mapping[type[Event], Mapping[str, NDArray[Any]]], upto: int) -> None:
        """Take the rows of several kinds that fill the next sequence numbers, without a gap or a repeat.

        Parameters
        ----------
        tables : seq, day, cause and own columns of each kind, by seq
        upto : the sequence number behind the last of them
        """
        first_edge = (self.events // LEAF_SEQS + 1) * LEAF_SEQS
        edges = [self.events, *range(first_edge, upto, LEAF_SEQS), upto]
        cuts = {kind: np.searchsorted(columns["seq"], edges).tolist() for kind, columns in tables.items()}
        names = {kind: ("seq", "day", "cause", *(column.name for column in kind.columns)) for kind in tables}
        for place, edge in enumerate(edges[1:]):
            for kind, columns in tables.items():
                start, stop = cuts[kind][place : place + 2]
                if start < stop:
                    part = _Part(kind.version, stop - start, [columns[name][start:stop] for name in names[kind]])
                    self._window[kind.kind].append(part)
            self.events = edge
            if edge % LEAF_SEQS == 0:
                self._close()

    def start_at(self, leaf: int) -> None:
        """Begin with a leaf that is not the first; there is no root then."""
        self.events = leaf * LEAF_SEQS

    def restore(self, leaves: Iterable[str]) -> None:
        """Begin after leaves whose hashes are known; `catch_up` passes over their rows."""
        for leaf in leaves:
            self.leaves.append(bytes.fromhex(leaf))
            self.tree.push(self.leaves[-1])
        self.events = len(self.leaves) * LEAF_SEQS

    def catch_up(self, event: Event, stamp: Stamp) -> None:
        """Take rows that were recorded before; those that a known leaf covers are passed over.

        Raises
        ------
        ValueError
            If they do not follow the last ones without a gap.
        """
        known = self.events - stamp.first
        if known >= event.rows:
            return
        if known > 0:
            event, stamp = event.slice(known, event.rows), Stamp(self.events, stamp.day, stamp.cause[known:])
        self.add(event, stamp)

    def every_leaf(self) -> list[bytes]:
        """Return the hashes of all leaves so far; the last one may be short."""
        return [*self.leaves, leaf_hash(self._window)] if self._window else list(self.leaves)

    def root(self) -> str:
        """Return the root over all events so far, in hex; the last leaf may be short."""
        return (tree_root(self.every_leaf()) if self._window else self.tree.root()).hex()

    def _close(self) -> None:
        leaf = leaf_hash(self._window)
        self.leaves.append(leaf)
        self.tree.push(leaf)
        self._window = defaultdict(list)


def leaf_hash(window: dict[str, list[_Part]]) -> bytes:
    """Return the hash of the rows of one window of sequence numbers, 32 bytes.

    Hashed are, after the leaf prefix 0x00, for each kind by name in ASCII order: length of the name (u8), name, version
    (u16), rows (u32), then whole columns: seq (i64), day (i32), cause (i64), the class's own as declared; all
    little-endian, flags as bytes.

    Parameters
    ----------
    window : rows by kind, in parts that follow one another
    """
    pieces: list[Any] = [_LEAF]
    for kind in sorted(window):
        parts = window[kind]
        name = kind.encode("ascii")
        rows = sum(part.rows for part in parts)
        pieces.append(struct.pack("<B", len(name)) + name + struct.pack("<HI", parts[0].version, rows))
        for columns in zip(*(part.columns for part in parts), strict=True):
            pieces += columns
    return hashlib.sha256(b"".join(pieces)).digest()  # one call: pieces are many and small
