"""Claims on dealers and of dealers: refunds, profits and offline bills of which one number is otherwise are named."""

from __future__ import annotations

import numpy as np
import pytest
from test_conservation import EAST, ENTERPRISE, MERCHANTS, Made, event, lots

from ecsim.kernel.event import Event
from ecsim.rural.events import (
    Channel,
    DealerDelisted,
    DealerListed,
    DealersBaselined,
    DealersTraded,
    EnterprisesBaselined,
    OfflineBaselined,
    OfflineEntered,
    OfflineLeft,
    ProfitsDrawn,
    RefundsPaid,
)
from ecsim.rural.laws.claims import contradictions

REFUNDS: dict[str, list[int]] = {"plot": [0, 1], "dealer": [2, 2], "delivered_g": [100, 60], "paid_fen": [500, 300]}
"""Households stand for 10 and 20: 11,000 fen for 2,200 g, 5 fen a gram."""


@pytest.fixture
def dealing() -> Made:
    """A run in which the cooperative has 11,000 fen; two plots delivered to it, 100 g and, in two lots, 60 g."""
    cash = {DealersBaselined: {"cash_fen": [0, 0, 11_000, 100, 0, 0], "enterprise": [-1] * 6}}
    made = Made(cash)
    made.add(7, lots((0, Channel.COOPERATIVE, 100, 0, 0, 2), (1, Channel.COOPERATIVE, 40, 0, 0, 2)), to_state=False)
    made.add(7, lots((1, Channel.COOPERATIVE, 20, 0, 0, 2), (1, Channel.TRADER, 9, 0, 0, 0)), to_state=False)
    return made


def found_of(made: Made, day: int, each: Event) -> list[str]:
    """Return what is found of claims once an event has happened, besides what the rest of trade would have to say."""
    made.add(day, each, to_state=False)
    return [message for message in made.violations("trade") if "(seq" in message]


def test_refunds_of_what_was_delivered_since_the_last_hold(dealing: Made) -> None:
    assert found_of(dealing, 28, event(RefundsPaid, **REFUNDS)) == []
    dealing.add(35, lots((0, Channel.COOPERATIVE, 7, 0, 0, 2)), to_state=False)
    again = event(RefundsPaid, plot=[0], dealer=[2], delivered_g=[107], paid_fen=[1])
    found = found_of(dealing, 56, again)
    assert any("refunded plot 0 for 107 g; its lots since the last refund are of 7 g" in message for message in found)


def test_what_was_delivered_to_another_cooperative_before_counts_no_more(dealing: Made) -> None:
    both = lots((0, Channel.COOPERATIVE, 5, 0, 0, 3), (0, Channel.COOPERATIVE, 8, 0, 0, 2))
    dealing.add(14, both, to_state=False)
    assert found_of(dealing, 28, event(RefundsPaid, plot=[0], dealer=[2], delivered_g=[8], paid_fen=[1])) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"delivered_g": [110, 60]}, "refunded plot 0 for 110 g; its lots since the last refund are of 100 g"),
        ({"plot": [0, 2]}, "refunded plot 2 for 60 g; its lots since the last refund are of 0 g"),
        ({"dealer": [3, 2]}, "dealer 3 refunded plot 0 for 100 g; its lots since the last refund are of 0 g"),
        ({"paid_fen": [500, 301]}, "dealer 2 paid members 11,020 fen and had 11,000 fen"),
        ({"paid_fen": [500, 0]}, "dealer 2 paid members 5,000 fen and had 11,000 fen"),
        ({"paid_fen": [450, 300]}, "refunded plot 1 300 fen for 60 g, and plot 0 450 fen for 100 g"),
    ],
)
def test_a_refund_of_which_one_number_is_otherwise_is_named(
    changed: dict[str, list[int]], says: str, dealing: Made
) -> None:
    found = found_of(dealing, 28, event(RefundsPaid, **REFUNDS | changed))
    assert any(message.startswith("East, product 0, week of day 28: ") and says in message for message in found), found
    finding = next(each for each in dealing.law("trade").violations(dealing.state) if says in each.message)
    assert finding.where["seq"] in (dealing.first - 1, dealing.first - 2)


def founded(made: Made) -> None:
    """Household 1 founds an enterprise, whose dealer has 50 fen."""
    made.add(7, event(EnterprisesBaselined, enterprise=[0], county=[EAST], founder_household=[1]), to_state=False)
    listed = {"dealer": [6], "crop": [0], "dealer_kind": [ENTERPRISE], "enterprise": [0], "cash_fen": [50]}
    made.add(7, event(DealerListed, **listed), to_state=False)


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        ({"household": [1, -1], "drawn_fen": [50, 100]}, ""),
        ({"household": [1, -1], "drawn_fen": [51, 100]}, "dealer 6 drew 51 fen and had 50 fen"),
        ({"household": [1, -1], "drawn_fen": [50, 0]}, "dealer 3 drew 0 fen and had 100 fen"),
        (
            {"household": [2, -1], "drawn_fen": [5, 5]},
            "dealer 6 paid 5 fen of profits to household 2; its founder is 1",
        ),
        (
            {"household": [1, 0], "drawn_fen": [5, 5]},
            "dealer 3 paid 5 fen of profits to household 0; its founder is -1",
        ),
    ],
)
def test_owners_draw_what_there_is_and_none_but_founders(drawn: dict[str, list[int]], says: str, dealing: Made) -> None:
    founded(dealing)
    found = found_of(dealing, 28, event(ProfitsDrawn, dealer=[6, MERCHANTS], **drawn))
    assert len(found) == bool(says)
    assert says in "".join(found)


@pytest.mark.parametrize(("drawn", "says"), [(50, ""), (45, "dealer 6 ended and left 5 fen that nobody drew")])
def test_owners_of_a_dealer_that_ends_draw_all(drawn: int, says: str, dealing: Made) -> None:
    founded(dealing)
    dealing.add(28, event(DealerDelisted, dealer=[6]), to_state=False)
    found = found_of(dealing, 28, event(ProfitsDrawn, dealer=[6], household=[1], drawn_fen=[drawn]))
    assert len(found) == bool(says)
    assert says in "".join(found)


@pytest.mark.parametrize(
    ("received", "says"),
    [
        ([33, 100, 7], ""),
        ([133, 100, 7], "dealer 0 got 133 fen of bills of 132 fen"),
        ([-1, 100, 7], "dealer 0 got -1 fen of bills of 132 fen"),
        ([33, 110, 7], "dealer 2 got 110 fen of bills of 400 fen, and dealer 0 33 fen of 132 fen"),
        ([33, 90, 7], "dealer 0 got 33 fen of bills of 132 fen, and dealer 2 90 fen of 400 fen"),
    ],
)
def test_offline_buyers_pay_of_what_they_owe_those_of_a_channel_the_same_share(
    received: list[int], says: str, dealing: Made
) -> None:
    channels = {"dealer": [0, 2, MERCHANTS], "offline_channel": [1, 0, 2]}
    dealing.add(0, event(OfflineBaselined, **channels, owed_fen=[32, 400, 7]), to_state=False)
    dealing.add(0, event(OfflineLeft, dealer=[2, MERCHANTS]), to_state=False)
    dealing.add(0, event(OfflineEntered, dealer=[2], offline_channel=[1]), to_state=False)
    traded = event(DealersTraded, dealer=[0, 2, MERCHANTS], offline_fen=[100, 0, 0], received_fen=received)
    found = found_of(dealing, 7, traded)
    assert bool(found) == bool(says)
    assert says in "".join(found)


def test_rows_that_can_share_no_number_are_two_of_each_group() -> None:
    group = np.array([5, 3, 5, 3, 5], np.int32)
    low, high = np.array([1.0, 1.0, 4.0, 2.0, 2.0]), np.array([5.0, 2.0, 6.0, 3.0, 3.0])
    assert list(contradictions(group, low, high)) == [(2, 4)]
    assert list(contradictions(group[:0], low[:0], high[:0])) == []
