"""Prefetching: one thread reads and hashes while another folds."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue
from threading import Event as Flag
from threading import Thread

from ecsim.kernel.event import Event, Stamp

Batch = tuple[Event, Stamp]
ROWS, DEPTH = 2**16, 64
"""Rows that are handed over together, and how many such parcels may wait."""


def prefetch(source: Iterator[Batch]) -> Iterator[Batch]:
    """Yield batches that another thread takes from their source meanwhile; what the source raises is raised here.

    Parameters
    ----------
    source : read and hashed in the other thread, at most some parcels ahead
    """
    parts: Queue[list[Batch] | BaseException | None] = Queue(DEPTH)
    stop = Flag()
    thread = Thread(target=_read, args=(source, parts, stop), name="read ahead", daemon=True)
    thread.start()
    try:
        while (part := parts.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield from part
    finally:
        stop.set()
        while thread.is_alive() and not parts.empty():
            parts.get()


def _read(source: Iterator[Batch], parts: Queue[list[Batch] | BaseException | None], stop: Flag) -> None:
    try:
        part, rows = list[Batch](), 0
        for event, stamp in source:
            part.append((event, stamp))
            rows += event.rows
            if rows >= ROWS:
                parts.put(part)
                part, rows = [], 0
            if stop.is_set():
                return
        parts.put(part)
        parts.put(None)
    except BaseException as error:
        parts.put(error)  # raised where the batches are taken
