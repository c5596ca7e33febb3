"""Offline channels, money and stock of dealers at the opening, worked by hand in the tiny region."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.calendar import Calendar
from ecsim.rural.events import CooperativesBaselined, DealersBaselined, OfflineBaselined, OfflineChannel
from ecsim.rural.goods.offline import usual_part_offline
from ecsim.rural.goods.terms import DealingTerms
from ecsim.rural.regions.dealers import OrdinaryYear
from ecsim.rural.regions.opening import Opening, default_numbers, open_region
from ecsim.rural.regions.pack import load_pack
from tiny import PACK, at_other_values, tiny_scenario

POTATO = 0
BOTH: dict[str, Value] = {
    "dealing.offline_finding": 1.0, "dealing.offline_ending": 0.0, "dealing.offline_yuan_a_year": 0.0,
    "farming.loss_kept": 0.0,
}  # fmt: skip
"""All that would supply a channel do; growers lose no potatoes."""


def opened(rules: dict[str, Value], numbers: dict[str, Value]) -> Opening:
    pack, start = load_pack(str(PACK)), tiny_scenario().start
    year = OrdinaryYear.of(at_other_values(default_numbers(), numbers), Calendar(start, pack.seasons))
    return open_region(pack, 1.0, start, at_other_values(pack.rules, rules), year)


def cooperatives(opening: Opening) -> np.ndarray:
    """Return the dealers that are cooperatives with members who grow potatoes."""
    begun, capacity = opening.of(DealersBaselined), opening.of(CooperativesBaselined).capacity_g
    of = (begun.crop == POTATO) & (begun.cooperative >= 0)
    return np.flatnonzero(of & (capacity[begun.cooperative] > 0))


def test_who_looks_for_a_channel_has_what_the_rule_would_take() -> None:
    # Members bring each of three cooperatives 16 t a year. Restaurants pay 10 % more and take 500 * 0.003 of 20 t:
    # 16 t of one cooperative and 14 t of another. The third sells to communities, at 8 % more.
    opening = opened({"opening_farming.member_share": 3.0}, BOTH | {"dealing.offline_volume": 500.0})
    found = opening.of(OfflineBaselined)
    assert set(found.dealer) == set(cooperatives(opening))
    channels, tonnes = found.offline_channel, found.offline_g / 1e6
    assert sorted(tonnes[channels == OfflineChannel.RESTAURANT]) == pytest.approx([14.0, 16.0])
    assert tonnes[channels == OfflineChannel.COMMUNITY] == pytest.approx([16.0])


def test_buyers_owe_for_the_weeks_until_they_pay() -> None:
    # 16 t a year in equal parts at 2 yuan, 15 % for the bulk trade, 8 % more; communities pay after two weeks.
    opening = opened({"opening_farming.member_share": 3.0}, BOTH | {"dealing.offline_volume": 500.0})
    found = opening.of(OfflineBaselined)
    owed = found.owed_fen[found.offline_channel == OfflineChannel.COMMUNITY] / 100
    assert owed == pytest.approx([2 * 16_000 / 52 * 2 * 1.15 * 1.08], rel=1e-4)


@pytest.mark.parametrize("changes", [{"dealing.offline_finding": 0.0}, {"dealing.offline_volume": 1.0}])
def test_none_is_there_that_nobody_finds_or_that_has_no_room(changes: dict[str, Value]) -> None:
    found = opened({"opening_farming.member_share": 3.0}, BOTH | {"dealing.offline_volume": 500.0} | changes)
    assert found.of(OfflineBaselined).rows == 0


@pytest.mark.parametrize(("finding", "ending", "part"), [(0.25, 0.15, 0.625), (0.25, 0.0, 1.0), (0.0, 0.0, 0.0)])
def test_the_part_that_has_a_channel_in_the_long_run(finding: float, ending: float, part: float) -> None:
    # In a year 0.25 of those without find one, 0.15 of those with one lose it: 0.25 * 0.375 = 0.15 * 0.625.
    numbers = at_other_values(default_numbers(), {"dealing.offline_finding": finding, "dealing.offline_ending": ending})
    assert usual_part_offline(numbers.terms(DealingTerms, "dealing")) == pytest.approx(part)


@pytest.mark.parametrize(("shares", "yuan"), [(0.0, 8 * 16_000 / 52 * 2), (6_000.0, 6_000)])
def test_a_cooperative_has_its_reserve_and_at_least_its_members_shares(shares: float, yuan: float) -> None:
    # 16 t a year at 2 yuan, nothing online: eight weeks of them.
    rules: dict[str, Value] = {"opening_farming.member_share": 3.0, "opening_farming.cooperative_cash_yuan": shares}
    opening = opened(rules, BOTH)
    cash = opening.of(DealersBaselined).cash_fen[cooperatives(opening)] / 100
    assert cash == pytest.approx([yuan] * 3, rel=1e-4)


def test_stock_that_cooperatives_sell_in_bulk_is_not_the_traders() -> None:
    # Three cooperatives bring in a fifteenth each of what households grow, four fifths of 20 t: a fifth of it.
    begun = opened({}, BOTH).of(DealersBaselined)
    alone = opened({"opening_farming.cooperative_capacity": 0.0}, BOTH).of(DealersBaselined)
    of = begun.crop == POTATO
    assert begun.stock_g[of].sum() == pytest.approx(alone.stock_g[of].sum(), abs=4)
    assert begun.stock_g[0] / alone.stock_g[0] == pytest.approx(1 - 0.8 / 5, rel=1e-4)


def test_what_members_brought_is_averaged_over_the_weeks_before() -> None:
    # Of what comes in evenly from July to September an eighth is offered a week: at the end of the year less than the
    # mean week of the quarters with offers, more than that of the year; all that is offered is wanted.
    opening = opened({}, BOTH)
    begun, of = opening.of(DealersBaselined), cooperatives(opening)
    assert (begun.wanted_g[of] == begun.offered_g[of]).all()
    assert (begun.offered_g[of] > 16e6 / 15 / 52).all()
    assert not begun.offered_g[begun.cooperative < 0].any()
