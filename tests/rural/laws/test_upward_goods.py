"""The law of farm goods up: it holds in a run, and names what is broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events.logistics import DeliveryCosted, GoodsSent, RoundsDriven
from ecsim.rural.laws.carriage import UpwardGoods
from ecsim.rural.laws.opening_columns import OpeningColumns
from tiny import LIVELY, lively_run, made, opening_events


@dataclass
class Changed:
    """One change of the run's first event of a kind that has some goods."""

    kind: type[Event]
    column: str
    words: str


def violations(change: Changed | None = None) -> list[str]:
    """Return what the law finds in a lively run, in which one event is other than it was."""
    region, events = lively_run()
    facts = OpeningColumns(["East", "West"])
    law = UpwardGoods(facts)
    opening = [(event, Stamp(0, 0, np.full(event.rows, -1))) for event in opening_events(LIVELY)]
    for event, stamp in [*opening, *events.batches]:
        seen = event
        if change and type(event) is change.kind and event.__dict__[change.column].any():
            columns = {column.name: np.array(event.__dict__[column.name]) for column in event.columns}
            columns[change.column][np.flatnonzero(columns[change.column])[0]] += 1
            seen, change = made(change.kind, **columns), None
        for watcher in (facts, law):
            if isinstance(seen, watcher.listens):
                watcher.see(seen, stamp)
    return [finding.message for finding in law.violations(region.world.state)]


def test_goods_sent_are_brought_or_wait_and_their_costs_add_up() -> None:
    _, events = lively_run()
    assert events.of(RoundsDriven)["goods_g"].sum() > 0
    assert violations() == []


@pytest.mark.parametrize(
    "change",
    [
        Changed(GoodsSent, "goods_g", "g sold online by households"),
        Changed(RoundsDriven, "goods_g", "what goods bear does not add up"),
        Changed(DeliveryCosted, "upward_fen", "what goods bear does not add up"),
    ],
)
def test_what_does_not_add_up_is_named(change: Changed) -> None:
    assert change.words in " ".join(violations(change))
