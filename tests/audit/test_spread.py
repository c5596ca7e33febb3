"""Runs of one command are spread over processes, or made in this one if it is to be alone."""

from __future__ import annotations

import os

import pytest

from ecsim.audit.spread import spread


def where(item: int) -> tuple[int, int]:
    """Return an item with the process that has it."""
    return item, os.getpid()


@pytest.mark.parametrize(("items", "workers"), [([3, 1, 2], 1), ([3], 4)])
def test_one_worker_and_one_item_need_no_other_process(items: list[int], workers: int) -> None:
    assert list(spread(where, items, workers)) == [(item, os.getpid()) for item in items]


def test_of_nothing_comes_nothing() -> None:
    assert list(spread(where, [], None)) == []
