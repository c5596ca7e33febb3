"""Goods of village and township shops that ride on rounds from the hub, where nobody pays more for it (4.9).

Trade's own vans, which bring all else, are outside the model; what a van of its own would cost is reckoned with the
costs of operators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import ParcelsOrdered, TradeCarrierSet
from ecsim.rural.logistics.delivery_plan import Load, planned_shares, rounds_to, trade_carriers, with_shops
from ecsim.rural.logistics.frequencies import DELAY_DAYS, rounds_days_yuan
from ecsim.rural.logistics.hubs import gone_to_by, pool_or_post
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.world import ONE, WEEKS_A_YEAR, State, World, brings_for

F64 = NDArray[np.float64]


class _Reckoned(NamedTuple):
    """What a week costs trade, fen: with vans of its own, and its part of merged rounds; and the operator likewise."""

    alone: float
    pays: float
    operator_alone: float
    operator_pays: float


@dataclass(frozen=True)
class ShopGoods:
    """Small lots that shops of each township get from the county seat.

    Attributes
    ----------
    terms, roads : numbers in force, and the road network
    income_fen : shape (townships,), a year of all households but from sales of their farms, at the opening
    merged : whether hubs take trade's goods
    """

    terms: LogisticsTerms
    roads: RoadWays
    income_fen: F64
    merged: bool

    def planned(self) -> F64:
        """Return the rooms a week that rounds are planned for, shape (townships,): if nobody bought online."""
        return self._rooms(np.zeros(len(self.income_fen)))

    def of_week(self, state: State, orders: ParcelsOrdered) -> F64:
        """Return the rooms that shops of each township get in a week, shape (townships,): of what is bought there."""
        township = state.villages.township[state.households.village[orders.household]]
        return self._rooms(np.bincount(township, orders.spent_fen, len(self.income_fen)).astype(np.float64))

    def _rooms(self, online_fen: F64) -> F64:
        if not self.merged:
            return np.zeros(len(self.income_fen))
        yuan = np.maximum(self.terms.shop_spending * self.income_fen / WEEKS_A_YEAR - online_fen, 0.0) / 100.0
        return np.asarray(self.terms.trade_rooms_a_yuan * self.terms.small_lots * yuan, np.float64)

    def weigh_merging(self, world: World, weekly: F64) -> None:
        """Trade's goods ride with the pool of a county, or the post, from now on, where neither pays more than alone.

        Parameters
        ----------
        weekly : shape (townships,), parcels a week as they are now

        References
        ----------
        docs/model.md 4.9.
        """
        if not self.merged:
            return
        state, now = world.state, trade_carriers(world.state)
        o, rooms, moved = state.operators, self.planned(), []
        for county, operator in enumerate(pool_or_post(state).tolist()):
            fen = self._reckon(state, operator, weekly, rooms) if operator >= 0 else None
            joins = fen is not None and fen.pays <= fen.alone and fen.operator_pays <= fen.operator_alone
            new = operator if joins else -1
            if fen is not None and new != now[county]:
                moved.append((county, operator, new >= 0, round(fen.alone), round(fen.pays)))
        if moved:
            county, operator, joins_, alone, pays = np.array(moved, np.int64).T
            settled = o.settled_seq[operator]
            world.publish(
                TradeCarrierSet(
                    county=county, operator=operator, merged=joins_ > 0, alone_fen=alone, pays_fen=pays
                ),
                cause=np.where(settled > 0, settled, o.seq[operator]),
            )  # fmt: skip

    def _reckon(self, state: State, operator: int, weekly: F64, rooms: F64) -> _Reckoned | None:
        """Return what trade and an operator cost apart and together; None: trade has nothing there to send.

        Together each pays by the room that what it brings takes on each round.
        """
        places, shops = gone_to_by(state, operator), with_shops(state, operator)
        parcels, goods = np.zeros((2, len(rooms)))
        share = planned_shares(state)[brings_for(state, np.full(len(places), operator), places)] / ONE
        parcels[places], goods[shops] = weekly[places] * share, rooms[shops]
        if goods.sum() <= 0:
            return None
        alone, _ = self._week_fen(state, operator, shops, goods, goods)
        its_own, _ = self._week_fen(state, operator, places, parcels, goods)
        both, pays = self._week_fen(state, operator, places, parcels + goods, goods)
        return _Reckoned(alone, pays, its_own, both - pays)

    def _week_fen(
        self, state: State, operator: int, places: NDArray[np.int64], brought: F64, goods: F64
    ) -> tuple[float, float]:
        """Return what it costs a week to bring so much to townships, delay included, as pools reckon, and goods' part.

        Parameters
        ----------
        places : townships that it goes to
        brought, goods : shape (townships,), rooms, and of them those of goods, which pay their part of each round
        """
        kind = int(state.operators.kind[operator])
        goods = np.minimum(goods, brought)
        counted = brought - goods * (1.0 - 1.0 / self.terms.plan_margin)  # rounds are planned for parcels that grow
        load = Load.of(self.terms, kind)
        rounds = rounds_to(state, self.roads, self.terms, operator, load, places, counted[places])
        days, rooms, yuan = rounds_days_yuan(self.terms, rounds, brought[rounds.place], kind)
        fen = 100.0 * (days * yuan + DELAY_DAYS * rooms * self.terms.value_of_delay_yuan / days)
        of_goods, of_all = (np.bincount(rounds.stop_round, of[rounds.place], len(fen)) for of in (goods, brought))
        part = np.divide(of_goods, of_all, out=np.zeros(len(fen)), where=of_all > 0)
        return float(fen[of_all > 0].sum()), float((part * fen).sum())
