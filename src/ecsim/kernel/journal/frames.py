"""The tail of a journal while its run goes on: framed batches, written without a buffer, checked one by one.

A frame without rows marks the end of a week: what follows it is not yet a whole week.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.lines import LAST_DAY, MOST_EVENTS

_HEADER = struct.Struct("<4sHqiiQ32s")
_MAGIC = b"ECS2"
_MARK = 0xFFFF


@dataclass(frozen=True, slots=True)
class Damage:
    """Where a tail stops being readable, and why: path, byte offset, reason."""

    path: Path
    offset: int
    why: str


@dataclass(frozen=True, slots=True)
class WeekMark:
    """The end of a week in a tail.

    Attributes
    ----------
    next : int
        Sequence number of the next event.
    next_day : int
        Day on which the next week begins.
    offset : int
        Bytes of the tail up to and with the mark.
    """

    next: int
    next_day: int
    offset: int


def frame(event: Event, stamp: Stamp, number: int) -> bytes:
    """Return one batch as bytes: a header with the digest of all, then causes and columns.

    Parameters
    ----------
    event, stamp : the batch
    number : the place of its kind in the genesis line
    """
    columns = [stamp.cause, *event.arrays()]
    head = (number, stamp.first, event.rows, stamp.day, sum(column.nbytes for column in columns))
    return _framed(head, [column.data for column in columns])


def tail_files(folder: Path) -> list[Path]:
    """Return the tails in a run's folder, in order."""
    return sorted(path for path in folder.glob("tail-*.bin") if path.stem.removeprefix("tail-").isdecimal())


def week_mark(next_seq: int, next_day: int) -> bytes:
    """Return the frame that ends a week."""
    return _framed((_MARK, next_seq, 0, next_day, 0), [])


def _framed(head: tuple[int, ...], payload: Sequence[memoryview]) -> bytes:
    return b"".join([_HEADER.pack(_MAGIC, *head, _digest(head, payload)), *payload])


def read_frames(
    path: Path, data: bytes, kinds: Sequence[type[Event]]
) -> Iterator[tuple[Event, Stamp] | WeekMark | Damage]:
    """Yield the valid batches and week marks of a tail; a damaged or short one ends it with a `Damage`.

    Parameters
    ----------
    path : of the tail, for messages
    data : its bytes
    kinds : in the order of the genesis line

    Yields
    ------
    (Event, Stamp), WeekMark or Damage
        In the order of the file.
    """
    offset = 0
    while offset < len(data):
        if offset + _HEADER.size > len(data):
            yield Damage(path, offset, "a header is cut short")
            return
        magic, number, first, rows, day, length, digest = _HEADER.unpack_from(data, offset)
        payload = data[offset + _HEADER.size : offset + _HEADER.size + length]
        whole = magic == _MAGIC and (number < len(kinds) or number == _MARK) and len(payload) == length
        if not whole or digest != _digest((number, first, rows, day, length), [payload]):
            yield Damage(path, offset, "a batch is cut short or altered")
            return
        if problem := _nonsense(None if number == _MARK else kinds[number], first, rows, day, length):
            yield Damage(path, offset, problem)
            return
        offset += _HEADER.size + length
        if number == _MARK:
            yield WeekMark(first, day, offset)
        else:
            yield _unpacked(kinds[number], payload, first, rows, day)


def _nonsense(kind: type[Event] | None, first: int, rows: int, day: int, length: int) -> str:
    """Return what no writer of ours says of a batch, or of the end of a week (no kind)."""
    if not (0 <= first < MOST_EVENTS and 0 <= day <= LAST_DAY):
        return f"a batch says that it is event {first} of day {day}"
    size = 8 + sum(column.dtype.itemsize for column in kind.columns) if kind else 0
    if rows < (1 if kind else 0) or length != rows * size:
        return f"a batch says that it has {rows} rows in {length} bytes"
    return ""


def _unpacked(kind: type[Event], payload: bytes, first: int, rows: int, day: int) -> tuple[Event, Stamp]:
    cause = np.frombuffer(payload, np.int64, rows)
    arrays, at = {}, 8 * rows
    for column in kind.columns:
        arrays[column.name] = np.frombuffer(payload, column.dtype, rows, at)
        at += rows * column.dtype.itemsize
    return kind.of(arrays), Stamp(first, day, cause)


def _digest(head: tuple[int, ...], payload: Sequence[bytes | memoryview]) -> bytes:
    total = hashlib.sha256(struct.pack("<HqiiQ", *head))
    for part in payload:
        total.update(part)
    return total.digest()
