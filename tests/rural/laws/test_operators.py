"""The law of operators: shares, costs and charges add up in a run, and what does not is named."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events.logistics import (
    DeliveryCosted,
    OperatorJoinedPool,
    OperatorSharesMoved,
    OperatorsSettled,
    TariffMoved,
    TradeCarried,
    TradeCarrierSet,
)
from ecsim.rural.laws.opening_columns import OpeningColumns
from ecsim.rural.laws.operators import Operators
from tiny import LIVELY, lively_run, made, opening_events


def violations(kind: type[Event] | None = None, column: str = "", more: int = 0) -> list[str]:
    """Return what the law finds in a lively run, in which the last row of a kind holds more in a column.

    Of costs of deliveries it is one of the first week: later ones the law holds between last week's and this week's.
    """
    region, events = lively_run()
    facts = OpeningColumns(["East", "West"])
    law = Operators(facts)
    opening = [(event, Stamp(0, 0, np.full(event.rows, -1))) for event in opening_events(LIVELY)]
    batches = [at for at, (event, _) in enumerate(events.batches) if type(event) is kind]
    last = (batches[0] if kind is DeliveryCosted else batches[-1]) if batches else -1
    for at, (event, stamp) in enumerate([*opening, *events.batches], -len(opening)):
        seen = event
        if kind is not None and at == last:
            columns = {each.name: np.array(event.__dict__[each.name]) for each in event.columns}
            columns[column][-1] += more
            seen = made(kind, **columns)
        for watcher in (facts, law):
            if isinstance(seen, watcher.listens):
                watcher.see(seen, stamp)
    return [finding.message for finding in law.violations(region.world.state)]


def test_shares_costs_and_charges_add_up() -> None:
    _, events = lively_run()
    assert events.rows(OperatorSharesMoved) > 0
    assert events.rows(OperatorJoinedPool) > 0
    assert violations() == []


@pytest.mark.parametrize(
    ("kind", "column", "words"),
    [
        (OperatorSharesMoved, "share", "other shares than it"),
        (OperatorsSettled, "charge_fen", "is charged other than its operators charge"),
        (OperatorsSettled, "cost_fen", "other costs of a parcel than the county"),
        (TariffMoved, "down_fen", "is charged other than its operators charge"),
        (TariffMoved, "cost_fen", "does not follow that of its operators"),
        (DeliveryCosted, "crew_fen", "does not follow that of its operators"),
    ],
)
def test_what_does_not_add_up_is_named(kind: type[Event], column: str, words: str) -> None:
    more = 500_000 if kind is DeliveryCosted else 5_000
    assert words in " ".join(violations(kind, column, more))


@pytest.mark.parametrize(
    ("operator", "asked", "carried", "fen", "wrong"),
    [(3, 9, 9, 70, False), (3, 9, 10, 70, True), (3, 9, 0, 1, True), (3, 9, 0, 0, False), (4, 9, 9, 70, True)],
)
def test_shops_goods_ride_with_whom_trade_merged_with_and_no_more_than_were_to(
    operator: int, asked: int, carried: int, fen: int, *, wrong: bool
) -> None:
    region, _ = lively_run()
    facts = OpeningColumns(["East", "West"])
    law, at = Operators(facts), Stamp(0, 0, np.full(1, -1))
    for event in opening_events(LIVELY):
        for watcher in (facts, law):
            if isinstance(event, watcher.listens):
                watcher.see(event, Stamp(0, 0, np.full(event.rows, -1)))
    before = len(law.violations(region.world.state))
    law.see(made(TradeCarrierSet, county=[1], operator=[3], merged=[True]), at)
    rode = {"operator": [operator], "asked_rooms": [asked], "carried_rooms": [carried], "crew_fen": [fen]}
    law.see(made(TradeCarried, **rode), at)
    found = [each.message for each in law.violations(region.world.state)]
    assert len(found) - before == wrong
    assert ("which nobody agreed to" in " ".join(found)) == wrong
