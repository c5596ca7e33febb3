"""Rules read the state and publish; only what applies events writes. A rule that writes fails, or is found out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError
from numpy.typing import NDArray

from ecsim.kernel.apply import apply_event
from ecsim.rural.model import MODEL
from ecsim.rural.region import Region
from ecsim.rural.state import State
from tiny import LIVELY, Events, run, tiny_region

STATE = tiny_region()[0].world.state
COLUMNS = [(table, column) for table, rows in STATE.tables().items() for column in rows.columns()]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}.{column}" for table, column in COLUMNS])
def test_every_column_refuses_to_be_written(table: str, column: str) -> None:
    values = getattr(STATE, table).columns()[column]
    with pytest.raises(ValueError, match="read-only"):
        values[...] = 1
    with pytest.raises(ValueError, match="read-only"):
        values |= values


def test_a_compiled_rule_that_writes_does_not_compile() -> None:
    @njit
    def grab(buyers: NDArray[np.int32]) -> None:
        buyers[0] += 1

    with pytest.raises(TypingError, match="readonly"):
        grab(STATE.villages.buyers)


def test_nobody_but_what_applies_events_may_note_that_rows_are_filled() -> None:
    with pytest.raises(ValueError, match="read-only"):
        STATE.filled("stations", 1)


class Accumulator:
    """A second state that follows the events alone, beside a region that runs."""

    def __init__(self, region: Region, events: Events) -> None:
        self.region, self.events, self.done = region, events, 0
        world = region.world
        self.state = MODEL.state.allocate({name: len(table) for name, table in world.state.tables().items()})
        for name, table in self.state.tables().items():
            for column, values in table.columns().items():
                values[...] = getattr(world.state, name).columns()[column]
        self.state.used[:] = world.state.used

    def differs(self) -> list[str]:
        """Return the columns in which the region's state is not what its events say."""
        for event, stamp in self.events.batches[self.done :]:
            apply_event(MODEL.changes_by_kind, self.state, event, stamp)
        self.done = len(self.events.batches)
        return self.region.world.state.differences(self.state)


@pytest.mark.parametrize("policy", ["pooled_by_project", "no_money"])
def test_after_every_step_the_state_is_what_the_events_say(policy: str) -> None:
    region, events = tiny_region(policy=policy, opened=LIVELY)
    fold = Accumulator(region, events)
    for week in range(91):
        region.world.day = 7 * week
        for step in MODEL.steps:
            if step.due(week):
                step.act(region)
                if week % 7 == 0 or week % 13 == 12:  # each step has its turn in some of these weeks
                    assert fold.differs() == [], f"{step.name} in week {week}"


def behind_the_world(region: Region) -> None:
    """Write where only what applies events may."""
    region.world.writable.households.buyer[0] ^= True


def by_ufunc_at(region: Region) -> None:
    """Add by the one way of writing that numpy lets through on a read-only array (seen in 2.4.6)."""
    np.add.at(region.world.state.villages.buyers, [0, 0], 1)


def another_column(region: Region) -> None:
    """Put a column of its own in the place of the state's."""
    region.world.state.counties.jobs = np.ones(2, np.int32)


def more_rows(region: Region) -> None:
    """Claim rows that no event filled."""
    region.world.writable.filled("stations", 1)


@pytest.mark.parametrize(
    ("cheat", "column"),
    [
        (behind_the_world, "households.buyer"),
        (by_ufunc_at, "villages.buyers"),
        (another_column, "counties.jobs"),
        (more_rows, "used"),
    ],
)
def test_a_rule_that_writes_past_the_read_only_state_is_found_out(cheat: Callable[[Region], None], column: str) -> None:
    region, events = tiny_region(opened=LIVELY)
    fold = Accumulator(region, events)
    run(region, 1)
    assert fold.differs() == []
    cheat(region)
    assert fold.differs() == [column]


def test_views_show_what_is_applied_at_once() -> None:
    region, _ = tiny_region()
    assert isinstance(region.world.state, State)
    for name, table in region.world.state.tables().items():
        for column, values in table.columns().items():
            assert np.shares_memory(values, getattr(region.world.writable, name).columns()[column]) or not values.size
