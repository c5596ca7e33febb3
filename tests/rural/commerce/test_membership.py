"""Growers join and leave cooperatives by what members got and others did not (docs/model.md 4.7)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from dealing import POTATO, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.commerce.membership import membership
from ecsim.rural.events import (
    CooperativesBaselined,
    DealerKind,
    DealersTraded,
    HouseholdsBaselined,
    MembershipMoved,
    MembersJoined,
    MembersLeft,
    PlotsBaselined,
    RefundsPaid,
)
from ecsim.rural.region import Region
from tiny import Events, made, same, take

ALL_WEIGH: dict[str, Value] = {"commerce.membership_speed": 10_000.0, "commerce.membership_hurdle_yuan": 0.0}
TRADERS, OURS, FIRM = POTATO, 4, 5
LARGE, SMALL = 0, 2
"""Plots of potatoes: 3 t of household 3, 1 t of household 7. Traders pay 2 yuan a kilogram, over 14 weeks."""


def quarter(
    numbers: Mapping[str, Value] | None = None, *, bought_kg: int = 800, firm_kg: int = 0, capacity_kg: float = 1_000.0,
    share: int = 250_000, refunded_fen: int = 0, member: tuple[int, ...] = (), weights: Mapping[int, int] | None = None,
    bid: int = 100_000, seed: int = 1,
) -> tuple[Region, Events]:  # fmt: skip
    """Return the region after the first quarter's turn of cooperative 4, which pays a tenth above traders.

    Parameters
    ----------
    bought_kg, firm_kg : of 4 t that were sold at the gate, by the cooperative, and by a firm that bids 15 % more
    member : households that are its members
    """
    owns = dict.fromkeys(member, OURS)
    opened = {
        PlotsBaselined: {"output_g": {LARGE: 3_000_000, SMALL: 1_000_000}},
        CooperativesBaselined: {"member_share": {OURS: share}, "capacity_g": {OURS: round(1000 * capacity_kg)}},
        HouseholdsBaselined: {"cooperative": owns, "weight": dict(weights or {})},
    }
    ours = dealer(DealerKind.COOPERATIVE, POTATO, cooperative=OURS, bid=bid)
    firm = dealer(DealerKind.ENTERPRISE, POTATO, enterprise=0, bid=150_000)
    region, events = dealing(ours, firm, opened=opened, numbers=ALL_WEIGH | dict(numbers or {}), seed=seed)
    world = region.world
    bought = np.array([4_000 - bought_kg - firm_kg, bought_kg, firm_kg]) * 1000
    world.publish(made(DealersTraded, dealer=[TRADERS, OURS, FIRM], bought_g=bought))
    if refunded_fen:
        world.publish(made(RefundsPaid, plot=[LARGE], dealer=[OURS], paid_fen=[refunded_fen]))
    events.clear()
    take(region, "weigh_membership", week=12)
    return region, events


def test_what_members_got_worked_by_hand() -> None:
    # Members bring in a quarter of 4 t; 0.8 t of it were bought at 2.20, the rest at 2.00. Refunds are
    # 100 yuan, over the ton that members bring in a year: 0.10 a kilogram.
    region, _ = quarter({"commerce.membership_speed": 0.0}, refunded_fen=10_000)
    seen = membership(region.world.state, region.world.day)
    assert seen.member_fen[OURS] == pytest.approx(200 + 0.8 * (20 + 10))
    assert seen.other_fen[OURS] == pytest.approx(200)
    # A firm bought half of what the cooperative did not, at 2.30: elsewhere is 2.15.
    region, _ = quarter({"commerce.membership_speed": 0.0}, firm_kg=1_600)
    assert membership(region.world.state, 84).member_fen[OURS] == pytest.approx(215 + 0.8 * (220 - 215))


def test_others_get_what_is_bought_beyond_what_members_bring() -> None:
    # It bought 1.6 t: all of its members' one, and 0.6 of the others' three.
    region, _ = quarter({"commerce.membership_speed": 0.0}, bought_kg=1_600)
    seen = membership(region.world.state, 84)
    assert seen.member_fen[OURS] == pytest.approx(220)
    assert seen.other_fen[OURS] == pytest.approx(200 + 20 * 0.2)


@pytest.mark.parametrize("speed", [0.0, 10_000.0])
def test_nobody_weighs_it_where_the_rate_is_nothing(speed: float) -> None:
    _, events = quarter({"commerce.membership_speed": speed})
    assert bool(events.batches) is (speed > 0)


def test_growers_join_for_whom_it_is_worth_it_up_to_the_room() -> None:
    # 0.16 yuan more a kilogram: 480 yuan a year of 3 t, 160 of 1 t. Two others have a fifteenth each.
    region, events = quarter({"commerce.membership_hurdle_yuan": 200.0}, capacity_kg=10_000)
    same(events.of(MembersJoined), household=[3], cooperative=[OURS])
    moved = events.of(MembershipMoved)
    same(moved, cooperative=[OURS], member_share=[866_666], member_fen=[216], other_fen=[200])
    assert events.of(MembersJoined)["cause"].tolist() == moved["seq"].tolist()
    assert region.world.state.households.cooperative[3] == OURS
    assert region.world.state.cooperatives.members[OURS] == 1
    # In a mean week of 14 it handles half of 4 t over the year: room for another quarter, and then no more.
    _, events = quarter(capacity_kg=2_000 / 14)
    assert events.of(MembershipMoved)["member_share"] == pytest.approx(500_000, abs=2)
    assert not quarter(capacity_kg=1_000 / 14)[1].rows(MembersJoined)
    assert not quarter({"commerce.membership_hurdle_yuan": 500.0})[1].rows(MembersJoined)


def test_members_leave_for_what_others_get() -> None:
    # The rest went to the firm at 2.30, so members got 0.8 · 0.30 less a kilogram: 720 and 240 yuan a year.
    less = {"firm_kg": 3_200, "bid": 0, "member": (3, 7), "share": 250_000}
    region, events = quarter({"commerce.membership_hurdle_yuan": 300.0}, **less)  # type: ignore[arg-type]
    same(events.of(MembersLeft), household=[3], cooperative=[OURS])
    assert region.world.state.households.cooperative[[3, 7]].tolist() == [-1, OURS]
    assert region.world.state.cooperatives.members[OURS] == 1
    assert events.of(MembershipMoved)["member_share"].tolist() == [0]
    assert not quarter({"commerce.membership_hurdle_yuan": 800.0}, **less)[1].batches  # type: ignore[arg-type]


def test_rows_join_whole_with_the_chance_by_which_the_share_moves() -> None:
    # A third of growers weigh it in a quarter; household 7 stands for three: 1 t each of 6 t.
    rate: dict[str, Value] = {"commerce.membership_speed": -4.0 * float(np.log(2 / 3))}
    many = 200
    runs = [quarter(rate, capacity_kg=10_000, share=100_000, weights={7: 3}, seed=seed)[1] for seed in range(many)]
    assert {int(run.of(MembershipMoved)["member_share"][0]) for run in runs} == {433_333}
    joined = np.concatenate([run.of(MembersJoined)["household"] for run in runs])
    for household in (3, 7):
        assert np.sum(joined == household) / many == pytest.approx(1 / 3, abs=0.1)
