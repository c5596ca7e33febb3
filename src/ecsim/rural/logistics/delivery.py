"""A week of parcels: how often operators come, seven days, what reached whom, what it cost (docs/model.md 4.9)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    LotSold,
    ParcelsOrdered,
)
from ecsim.rural.logistics.costs import TariffTerms, settle_costs, trip_fen_a_kg
from ecsim.rural.logistics.delivery_plan import (
    DeliveryPlan,
    KnownChains,
    make_delivery_plan,
    weekly_now,
)
from ecsim.rural.logistics.delivery_week import DeliveryWeek, OperatingDay
from ecsim.rural.logistics.frequencies import review_frequencies, set_new_frequencies
from ecsim.rural.logistics.tenders import tender_tours
from ecsim.rural.logistics.tour_costs import TourCosts
from ecsim.rural.logistics.trade import ShopGoods
from ecsim.rural.logistics.village_lots import VillageLots
from ecsim.rural.logistics.weekly_flow import WeeklyFlow
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass
class Delivery:
    """The operators of a region; it holds a plan only as long as the state it was made from stays the same."""

    tariffs: TariffTerms
    roads: RoadWays
    run_day: OperatingDay
    expected: F64
    """Shape (townships,), parcels a week at the opening."""
    shops: ShopGoods
    _key: bytes = b""
    _plan: DeliveryPlan | None = field(default=None, repr=False)
    _known: KnownChains = field(default_factory=dict, repr=False)

    def plan(self, state: State, serves: Bool) -> DeliveryPlan:
        """Return the rounds in force."""
        o, columns = state.operators, (
            state.counties.distribution, state.counties.carrier, state.counties.trade, state.townships.point,
            state.townships.lent_to,
            state.villages.carrier,
        )  # fmt: skip
        key = b"".join(column.tobytes() for column in (serves, o.pool, o.share, o.vans, *columns))
        if self._plan is None or key != self._key:
            self._plan = make_delivery_plan(
                state, self.roads, self.tariffs.logistics, self.expected, serves, self._known, self.shops.planned()
            )
            self._key = key
        return self._plan

    def week(
        self, world: World, orders: ParcelsOrdered, lots: LotSold, serves: Bool, hosts: Bool, slowness: float
    ) -> None:
        """Bring a week's parcels as far as they go, and settle what it cost.

        Parameters
        ----------
        serves : shape (villages,), where parcels are handed out
        hosts : shape (villages,), where they could be if somebody brought them, outlets of partners aside
        slowness : time a way takes over that when roads are dry
        """
        plan, terms = self.plan(world.state, serves), self.tariffs.logistics
        rooms = self.shops.of_week(world.state, orders)
        flow = WeeklyFlow(world.state, plan, orders, rooms)
        if world.week % terms.review_weeks == 0 or not world.state.reaches.township_days.any():
            tender_tours(world, terms, plan, flow)
            tours = TourCosts(terms, self.roads, self.expected, self._known)
            weekly = weekly_now(world.state, self.expected)
            VillageLots(tours, self.tariffs.access.served_share, weekly, hosts).take_on(world)
            self.shops.weigh_merging(world, weekly)
            plan = self.plan(world.state, serves)
            flow = WeeklyFlow(world.state, plan, orders, rooms)
            review_frequencies(world, terms, plan, flow)
        set_new_frequencies(world, terms, plan, flow)
        week = DeliveryWeek(world, self.run_day, plan, flow, lots, serves, slowness)
        trip_fen = trip_fen_a_kg(world.state, self.tariffs)
        week.up.publish_sent(world, trip_fen)
        for weekday in range(7):
            week.run(weekday)
        rounds, seqs = week.publish()
        settle_costs(world, self.tariffs, week, rounds, seqs, trip_fen)
