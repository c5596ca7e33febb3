"""Operators of a county: their shares add up to a whole, their costs and charges to the county's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import counted
from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    DeliveryCosted,
    Event,
    OperatorJoinedPool,
    OperatorLeft,
    OperatorLeftPool,
    OperatorsBaselined,
    OperatorSharesMoved,
    OperatorsSettled,
    PoolFormed,
    Stamp,
    TariffMoved,
    TradeCarried,
    TradeCarrierSet,
)
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named
from ecsim.rural.state import State
from ecsim.rural.units import ONE

_CAUSES = ("vehicle", "distance", "crew", "handling", "station_fee")


class Operators:
    """Shares, costs and charges of operators, week by week.

    Shares of those that drive add up to one in each county, and members' shares to their pool's. The mean of operators'
    costs of a parcel, by the parcels on their rounds, is the county's, which moves towards what the week cost all of
    them together; the mean of their charges, by shares, is what the county's households are charged. Shops' goods ride
    with whom trade merged with, no more of them than were to, and trade pays for no more than that.
    """

    name = "operators"
    listens: tuple[type[Event], ...] = (
        OperatorsBaselined, PoolFormed, OperatorJoinedPool, OperatorLeftPool, OperatorLeft, OperatorSharesMoved,
        DeliveryCosted, OperatorsSettled, TariffMoved, TradeCarrierSet, TradeCarried,
    )  # fmt: skip

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        self._county, self._share = np.zeros((2, 0), np.int64)
        self._pool = np.zeros(0, np.int64)
        self._trade = np.full(len(facts.counties), -1)
        self._week: OperatorsSettled | None = None
        self._costed: DeliveryCosted | None = None
        self._cost_fen = np.zeros(len(facts.counties), np.int64)
        self._wrong: list[Finding] = []
        self._weeks = 0

    def see(self, event: Event, stamp: Stamp) -> None:
        """Follow shares; look at each week's accounts when the county's charge is known."""
        if isinstance(event, DeliveryCosted):
            self._costed = event
        elif isinstance(event, OperatorsSettled):
            self._week = event
        elif isinstance(event, TradeCarrierSet):
            self._trade[event.county] = np.where(event.merged, event.operator, -1)
        elif isinstance(event, TradeCarried):
            self._look_at_trade(event, stamp)
        elif isinstance(event, TariffMoved):
            if self._week is not None:
                self._weeks += 1
                self._look(self._week, event, stamp)
            self._cost_fen[event.county] = event.cost_fen
        else:
            self._follow(event)

    def _follow(self, event: Event) -> None:
        """Follow who has which share, and in which pool."""
        if isinstance(event, OperatorsBaselined):
            self._know(event.operator, event.county, event.share)
        elif isinstance(event, PoolFormed):
            self._know(event.pool, event.county, np.zeros(event.rows, np.int64))
        elif isinstance(event, OperatorJoinedPool):
            self._pool[event.operator] = event.pool
            np.add.at(self._share, event.pool, self._share[event.operator])
        elif isinstance(event, OperatorLeftPool):
            self._pool[event.operator] = -1
            np.subtract.at(self._share, event.pool, self._share[event.operator])
        elif isinstance(event, OperatorLeft):
            np.add.at(self._share, event.heir, self._share[event.operator])
            self._share[event.operator] = 0
        elif isinstance(event, OperatorSharesMoved):
            self._share[event.operator] = event.share

    def _know(self, operator: NDArray[Any], county: NDArray[Any], share: NDArray[Any]) -> None:
        more = max(0, int(operator.max(initial=-1)) + 1 - len(self._county))
        self._county, self._share, self._pool = (
            np.append(column, np.full(more, nothing))
            for column, nothing in ((self._county, 0), (self._share, 0), (self._pool, -1))
        )
        self._county[operator], self._share[operator] = county, share

    def _look(self, week: OperatorsSettled, tariff: TariffMoved, stamp: Stamp) -> None:
        counties = len(self.facts.counties)
        alone, members = self._pool < 0, np.flatnonzero(self._pool >= 0)
        shares = _sum(self._county[alone], self._share[alone], counties)
        pooled = _sum(self._pool[members], self._share[members], len(self._share))
        of_pools = np.unique(self._pool[members])
        apart = of_pools[pooled[of_pools] != self._share[of_pools]]
        county, share = self._county[week.operator], self._share[week.operator]
        weight = _sum(county, share, counties)
        charged = (2 * _sum(county, share * week.charge_fen, counties) + weight) // np.maximum(2 * weight, 1)
        brought = _sum(county, week.hub_mparcels, counties)
        cost = _sum(county, week.hub_mparcels * week.cost_fen, counties) / np.maximum(brought, 1)
        for what, wrong, of in (
            ("shares of {here} add up to {of:,} millionths", shares != ONE, shares),
            (
                "members of the pool of {here} have other shares than it",
                _sum(self._county[apart], 1, counties) > 0,
                apart,
            ),
            ("{here} is charged other than its operators charge, {of} fen", charged != tariff.down_fen, charged),
            (
                "operators of {here} have other costs of a parcel than the county, {of:.1f} fen",
                (brought > 0) & (np.abs(cost - tariff.cost_fen) > 1.0),
                cost,
            ),
            ("the cost of {here} does not follow that of its operators, {of:.1f} fen", *self._off_course(tariff)),
        ):
            for row in np.flatnonzero(wrong).tolist():
                here = self.facts.counties[row]
                message = f"day {stamp.day}: " + what.format(here=here, of=of[row] if len(of) > row else 0)
                self._wrong.append(Finding(self.name, message, {"county": here, "day": stamp.day}))

    def _look_at_trade(self, event: TradeCarried, stamp: Stamp) -> None:
        """Hold a week's goods of shops to whom trade merged with, and what it pays to what rode."""
        paid = event.vehicle_fen + event.distance_fen + event.crew_fen
        wrong = (event.carried_rooms > event.asked_rooms) | ((event.carried_rooms == 0) & (paid != 0)) | (paid < 0)
        wrong |= self._trade[self._county[event.operator]] != event.operator
        for row in np.flatnonzero(wrong).tolist():
            here = self.facts.counties[self._county[event.operator[row]]]
            message = (
                f"day {stamp.day}: {event.carried_rooms[row]:,} of {event.asked_rooms[row]:,} rooms of shops' goods in "
                f"{here} rode with operator {event.operator[row]} for {paid[row]:,} fen, which nobody agreed to"
            )
            self._wrong.append(Finding(self.name, message, {"county": here, "day": stamp.day}))

    def _off_course(self, tariff: TariffMoved) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return where the county's smoothed cost moved away from that of the week's rows of operators, and these."""
        counties, costed = len(self.facts.counties), self._costed
        if costed is None:
            return np.zeros(counties, np.bool_), np.zeros(counties)
        total = sum(getattr(costed, f"{name}_fen") for name in _CAUSES) - costed.upward_fen
        parcels = _sum(costed.county, costed.parcels, counties)
        of_week = np.maximum(_sum(costed.county, total, counties), 0) / np.maximum(parcels, 1)
        before = np.where(self._cost_fen > 0, self._cost_fen, of_week)
        low, high = np.minimum(before, of_week) - 1.0, np.maximum(before, of_week) + 1.0
        return (tariff.cost_fen < low) | (tariff.cost_fen > high), of_week

    def violations(self, state: State) -> list[Finding]:
        """Return weeks of counties in which something did not add up, and operators whose share the state has other."""
        remembered = state.operators.share[: len(self._share)]
        found = [
            Finding(
                self.name,
                f"operator {row} has a share of {self._share[row]:,} by the events, {remembered[row]:,} in the state",
                {"operator": row},
            )
            for row in np.flatnonzero(remembered != self._share).tolist()
        ]
        return named(self._wrong) + named(found)

    def summary(self) -> str:
        """Return how much was held."""
        return (
            f"shares, costs and charges of {counted(len(self._share), 'operator', 'operators')} add up in each of "
            f"{counted(len(self.facts.counties), 'county', 'counties')} in each of {counted(self._weeks, 'week')}"
        )


def _sum(place: NDArray[Any], amount: NDArray[Any] | int, places: int) -> I64:
    """Return whole sums by place."""
    total = np.zeros(places, np.int64)
    np.add.at(total, place, amount)
    return total
