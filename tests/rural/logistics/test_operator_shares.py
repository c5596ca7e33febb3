"""Shares of parcels follow charges and service (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.logistics import OperatorSharesMoved, OperatorsSettled, TariffMoved
from ecsim.rural.logistics.operator_shares import move_shares, weights_of_county
from ecsim.rural.region import Region
from ecsim.rural.units import ONE
from parcels import pooled
from tiny import Events, made, tiny_region

POST, SMALL, LARGE = 3, 4, 5
OPENING = [200_000, 400_000, 400_000]


def settled(
    region: Region, charge: tuple[int, int, int] = (0, 0, 0), days: tuple[float, float, float] = (0, 0, 0)
) -> None:
    """Let the operators of county 1 charge so much above the opening, and parcels wait so much longer."""
    region.world.publish(made(TariffMoved, county=[0, 1], cost_fen=[200, 200]))
    waits = [3000 + round(1440 * each) for each in days]
    region.world.publish(
        made(
            OperatorsSettled, operator=[POST, SMALL, LARGE], charge_fen=charge, wait_minutes=waits,
            usual_wait_minutes=[3000] * 3, hub_mparcels=[1] * 3,
        )
    )  # fmt: skip


def shares_after(
    charge: tuple[int, int, int] = (0, 0, 0), days: tuple[float, float, float] = (0, 0, 0), **numbers: Value
) -> tuple[list[int], Events]:
    """Return shares of county 1 after a review, and what happened."""
    region, events = tiny_region(numbers={f"logistics.{name}": value for name, value in numbers.items()})
    settled(region, charge, days)
    move_shares(region.world, region.terms.logistics)
    return region.world.state.operators.share[POST : LARGE + 1].tolist(), events


def test_where_all_charge_and_serve_as_at_the_opening_shares_stay() -> None:
    shares, events = shares_after()
    assert shares == OPENING
    assert not events.rows(OperatorSharesMoved)
    assert shares_after(charge=(50, 50, 50), days=(1, 1, 1))[0] == OPENING


def test_shares_worked_by_hand() -> None:
    # The small one charges 20 fen more where a parcel cost 200: its log odds fall by 0.1 x 2; at full speed its 0.4
    # are 0.4 e^-0.2 / (0.6 + 0.4 e^-0.2).
    shares, _ = shares_after(charge=(0, 20, 0), share_price=2.0, share_speed=1.0)
    less = 0.4 * np.exp(-0.2)
    np.testing.assert_allclose(shares, ONE * np.array([0.2, less, 0.4]) / (0.6 + less), atol=1)
    shares, _ = shares_after(days=(0, 2, 0), share_delay=0.1, share_speed=1.0)
    np.testing.assert_allclose(shares, ONE * np.array([0.2, less, 0.4]) / (0.6 + less), atol=1)


def test_they_go_a_part_of_the_way() -> None:
    whole, _ = shares_after(charge=(0, 20, 0), share_speed=1.0)
    part, _ = shares_after(charge=(0, 20, 0), share_speed=0.25)
    np.testing.assert_allclose(np.subtract(part, OPENING), 0.25 * np.subtract(whole, OPENING), atol=1)


@pytest.mark.parametrize("numbers", [{"share_price": 0.0, "share_delay": 0.0}, {"share_speed": 0.0}])
def test_at_no_strength_shares_stay(numbers: dict[str, Value]) -> None:
    assert shares_after(charge=(100, -50, 7), days=(0.3, 2, -1), **numbers)[0] == OPENING


@pytest.mark.parametrize("seed", range(5))
def test_shares_add_up_to_one_whatever_is_charged(seed: int) -> None:
    luck = np.random.default_rng(seed)
    charge = tuple(int(each) for each in luck.integers(-5000, 5000, 3))
    shares, _ = shares_after(charge=(charge[0], charge[1], charge[2]), share_speed=float(luck.uniform(0.1, 1)))
    assert sum(shares) == ONE
    assert min(shares) > 0


def test_members_of_a_pool_go_with_it_and_it_has_their_shares() -> None:
    region, _ = tiny_region(numbers={"logistics.share_speed": 1.0})
    settled(region)
    pool = pooled(region, 1, (POST, LARGE))
    columns = {"charge_fen": [-40], "wait_minutes": [3000], "usual_wait_minutes": [3000]}
    region.world.publish(made(OperatorsSettled, operator=[pool], **columns))
    move_shares(region.world, region.terms.logistics)
    share = region.world.state.operators.share
    assert share[SMALL] < 400_000
    assert share[pool] == share[POST] + share[LARGE] == ONE - share[SMALL]
    assert share[LARGE] == pytest.approx(2 * share[POST], abs=2)


def test_weights_are_those_of_the_logit() -> None:
    region, _ = tiny_region()
    settled(region, charge=(-30, 10, 0))
    members = np.array([POST, SMALL, LARGE])
    found = weights_of_county(region.world.state, region.terms.logistics, members)
    pull = np.array([0.2, 0.4, 0.4]) * np.exp(-np.array([-30, 10, 0]) / 200)
    np.testing.assert_allclose(found, pull / pull.sum(), rtol=1e-9)
