"""Where nobody has internet nothing is ordered, and stations that live by parcels close (docs/model.md 4.2, 4.8)."""

from __future__ import annotations

from functools import cache

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import StationStatus
from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed, ParcelsOrdered
from ecsim.rural.events.logistics import RoundsDriven
from ecsim.rural.events.opening import HouseholdsBaselined, InternetBaselined
from ecsim.rural.events.stations import StationClosed, StationOpened, StationsSettled
from ecsim.rural.region import Region
from parcels import pooled
from tiny import Events, run, tiny_region

WEEKS = 260
NOBODY_SELLS: dict[str, Value] = {
    "learning.word_of_mouth": 0.0, "learning.promotion": 0.0,
    "stations.patience_months": 24,  # parcels come to villages only once enough households buy
}  # fmt: skip


@cache
def region_with(internet: int) -> tuple[Region, Events]:
    """Return five years of the region in which so many millionths of households have internet, and nobody sells.

    Operators deliver jointly, so that vans go on to villages.
    """
    opened = {InternetBaselined: {"share": internet}, HouseholdsBaselined: {"seller": False, "weight": 100}}
    region, events = tiny_region(opened=opened, numbers=NOBODY_SELLS)
    pooled(region, 0, (0, 1, 2))
    pooled(region, 1, (3, 4, 5))
    run(region, WEEKS)
    return region, events


def test_nobody_begins_to_buy_and_nothing_is_ordered() -> None:
    region, events = region_with(0)
    assert not events.rows(BuyerAdopted)
    assert not events.rows(ParcelsOrdered)
    assert not events.of(RoundsDriven)["parcels_down"].any()
    assert sorted(events.of(BuyerLapsed)["household"].tolist()) == [4, 5, 10]  # those of the opening
    assert not region.world.state.households.buyer.any()


def test_stations_take_nothing_and_none_is_open_after_five_years() -> None:
    region, events = region_with(0)
    opened = events.rows(StationOpened)
    assert opened > 0
    settled = events.of(StationsSettled)
    for name in ("parcels_in", "proxy_fen"):
        assert not settled[name].any()
    s = region.world.state
    assert (s.stations.status[:opened] != StationStatus.OPEN).all()
    assert events.rows(StationClosed) >= opened - 1


def test_with_internet_they_do_not() -> None:
    """What the others show is no matter of the region's five years."""
    region, events = region_with(1_000_000)
    assert events.rows(ParcelsOrdered) > 500
    opened = events.rows(StationOpened)
    assert (region.world.state.stations.status[:opened] == StationStatus.OPEN).any()
