"""Owners of what public money built pay registered poor households a part of it (docs/model.md 4.10)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import FIRM, dealing
from ecsim.rural.events import DividendsPaid, Funder, HouseholdsBaselined, Mechanism, PaymentMade, ProjectApproved
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import PROVINCE, SUPPLIERS
from tiny import Events, facility, made, same, take

POOR = (1, 4)
"""Households of county 0 on the register; household 4 stands for three."""


def year(
    rate: float = 0.06, *, cash_fen: int = 10**9, week: int = 103, owner: int = 4, opened: int = 0, facilities: int = 1
) -> tuple[Region, Events]:
    """Return the region after the yearly turn of what 1,000,000 fen of public money built for a firm, each."""
    register = {HouseholdsBaselined: {"poor": [row in (*POOR, 8) for row in range(12)], "weight": {4: 3}}}
    region, events = dealing(
        {**FIRM, "cash_fen": cash_fen}, opened=register, numbers={"facilities.dividend_rate": rate}
    )
    world = region.world
    for row in range(facilities):
        world.publish(made(ProjectApproved, project=[row], county=[0], township=[-1]))
        for funder, fen in ((Funder.CENTRAL, 900_000), (Funder.LOCAL, 100_000), (Funder.SOCIAL, 500_000)):
            paid = {"payer": [PROVINCE], "payee": [SUPPLIERS], "funder": [funder], "project": [row]}
            world.publish(made(PaymentMade, paid_fen=[fen], **paid))
        world.day = 7 * opened
        world.publish(facility(Mechanism.PACKING, facility=[row], county=[0], owner=[owner], project=[row]))
    events.clear()
    take(region, "pay_dividends", week=week)
    return region, events


def test_the_register_gets_its_share_of_the_public_money_worked_by_hand() -> None:
    # 6 % of 1,000,000 fen are 60,000; four households: 15,000 each. Those of the other county have nothing.
    region, events = year()
    same(events.of(DividendsPaid), facility=[0, 0], dealer=[4, 4], household=POOR, due_fen=15_000, paid_fen=15_000)
    assert region.world.state.dealers.cash_fen[4] == 10**9 - 60_000


@pytest.mark.parametrize(("rate", "owner"), [(0.0, 4), (0.06, -1)])
def test_nothing_is_paid_at_a_rate_of_nothing_or_of_what_the_county_runs(rate: float, owner: int) -> None:
    assert not year(rate, owner=owner)[1].batches


def test_an_owner_pays_as_far_as_it_has_the_money() -> None:
    # 20,001 fen are 5,000 each of four; a fen stays. A second facility finds a fen left, and who owes pays nothing.
    region, events = year(cash_fen=20_001)
    same(events.of(DividendsPaid), due_fen=[15_000, 15_000], paid_fen=[5_000, 5_000])
    assert region.world.state.dealers.cash_fen[4] == 1
    same(year(cash_fen=20_001, facilities=2)[1].of(DividendsPaid), facility=[0, 0, 1, 1], paid_fen=[5_000, 5_000, 0, 0])
    assert not year(cash_fen=-5)[1].of(DividendsPaid)["paid_fen"].any()


def test_of_its_first_year_it_owes_the_days() -> None:
    # From week 77 to week 103 are half of 52 weeks.
    same(year(opened=77)[1].of(DividendsPaid), due_fen=[7_500, 7_500])


def test_an_owner_that_has_ended_owes_nothing() -> None:
    region, events = year()
    events.clear()
    region.world.writable.dealers.alive[4] = False
    take(region, "pay_dividends", week=103)
    assert not events.batches


def test_money_of_an_owner_is_that_of_households() -> None:
    region, events = year(0.0317, facilities=3)
    rows, h = events.of(DividendsPaid), region.world.state.households
    got = np.sum(rows["paid_fen"] * h.weight[rows["household"]])
    assert 0 < got == 10**9 - region.world.state.dealers.cash_fen[4]
