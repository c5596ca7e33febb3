"""Runs of one command spread over processes of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(act: Callable[[Item], Result], items: Sequence[Item], workers: int | None) -> Iterator[Result]:
    """Yield what a function returns for each item, in their order.

    Parameters
    ----------
    act : a function that processes can be told of by its name, or a partial of one
    workers : processes; None: one for each core; 1: this process, and no other is started
    """
    processes = max(1, min(workers or os.cpu_count() or 1, len(items)))
    if processes == 1:
        yield from map(act, items)
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield from pool.map(act, items)
