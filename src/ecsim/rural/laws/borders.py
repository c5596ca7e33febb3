"""The law of borders: nobody delivers in another county but a neighbour's joint pool, in townships lent to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import counted
from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    CountiesBaselined,
    Event,
    LentTownshipServed,
    OperatorsBaselined,
    ParcelsDelivered,
    PoolFormed,
    RoundsDriven,
    Stamp,
    TownshipLent,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.laws.opening_columns import OpeningColumns, named, put
from ecsim.rural.state import State


class LentTownships:
    """Which townships are lent to which pool, and which pool their own county has, from the events alone."""

    listens: tuple[type[Event], ...] = (PoolFormed, TownshipLent)

    def __init__(self, facts: OpeningColumns) -> None:
        self._facts = facts
        self.pool_of_county: dict[int, int] = {}
        self.lent_to: dict[int, int] = {}

    def see(self, event: Event) -> None:
        """Take note."""
        if isinstance(event, PoolFormed):
            self.pool_of_county.update(zip(event.county.tolist(), event.pool.tolist(), strict=True))
        elif isinstance(event, TownshipLent):
            for township, pool in zip(event.township.tolist(), event.pool.tolist(), strict=True):
                self.lent_to[township] = pool
                if pool < 0:
                    del self.lent_to[township]

    def goes_for(self, operator: int, township: int) -> int:
        """Return who goes to a township for an operator: the neighbour's pool for that of its own county."""
        lent_to = self.lent_to.get(township, -1)
        return lent_to if lent_to >= 0 and operator == self.own_pool(township) else operator

    def own_pool(self, township: int) -> int:
        """Return the pool of a township's county, or -1."""
        return self.pool_of_county.get(int(self._facts.of(TownshipsBaselined, "county")[township]), -1)

    def moves(self, event: TownshipLent) -> Iterator[tuple[int, int, int]]:
        """Yield the township, who went there and who goes there from now on, before the event is taken note of."""
        for township, pool in zip(event.township.tolist(), event.pool.tolist(), strict=True):
            own = self.own_pool(township)
            yield township, self.goes_for(own, township), pool if pool >= 0 else own


class Borders:
    """Vans of each operator stay in its county, but for those of pools in townships that neighbours lend them.

    Townships are lent within a prefecture, to a pool of another county; what it is said to bring there and to take up
    is no more than its vans carried in all, or than was handed over there by all.
    """

    name = "borders"
    listens: tuple[type[Event], ...] = (
        CountiesBaselined, OperatorsBaselined, *LentTownships.listens, RoundsDriven, ParcelsDelivered,
        LentTownshipServed,
    )  # fmt: skip

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts, self._lent = facts, LentTownships(facts)
        self._county, self._prefecture = np.zeros((2, 0), np.int64)
        self._up_g: dict[int, int] = {}  # by operator, in the last week in which vans went
        self._served: LentTownshipServed | None = None
        self._wrong: list[Finding] = []
        self.parcels, self.goods_g, self._ever = 0, 0, set[int]()

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of who is where; look at what is lent, at vans and at what they brought."""
        if isinstance(event, CountiesBaselined):
            self._prefecture = event.prefecture.astype(np.int64)
        elif isinstance(event, OperatorsBaselined):
            self._county = put(self._county, event.operator, event.county)
        elif isinstance(event, RoundsDriven):
            self._look_at_vans(event, stamp)
        elif isinstance(event, LentTownshipServed):
            self._look_at_goods(event, stamp)
        elif isinstance(event, ParcelsDelivered):
            self._look_at_parcels(event, stamp)
        else:
            if isinstance(event, PoolFormed):
                self._county = put(self._county, event.pool, event.county)
            self._lent.see(event)
            if isinstance(event, TownshipLent):
                self._look_at_lending(event, stamp)

    def _look_at_lending(self, event: TownshipLent, stamp: Stamp) -> None:
        rows = np.flatnonzero(event.pool >= 0)
        own = self._home(event.township[rows])
        other = self._county[event.pool[rows]]
        pools = np.isin(event.pool[rows], list(self._lent.pool_of_county.values()))
        wrong = (own == other) | (self._prefecture[own] != self._prefecture[other]) | ~pools
        wrong |= ~np.isin(own, list(self._lent.pool_of_county))
        for township, pool in zip(event.township[rows][wrong], event.pool[rows][wrong], strict=True):
            self._find(f"township {township} is lent to operator {pool}, which may not go there", stamp, township)
        self._ever.update(event.township[rows].tolist())

    def _look_at_vans(self, event: RoundsDriven, stamp: Stamp) -> None:
        abroad = self._county[event.operator] != self._home(event.township)
        pairs = set(zip(event.operator[abroad].tolist(), event.township[abroad].tolist(), strict=True))
        for operator, township in sorted(pairs):
            if self._lent.lent_to.get(township) != operator:
                message = f"operator {operator} drove to township {township} of another county, which is not lent to it"
                self._find(message, stamp, township)
        from_hub = ~event.village_tour
        total = np.zeros(len(self._county), np.int64)
        np.add.at(total, event.operator[from_hub], event.goods_g[from_hub])
        self._up_g = {operator: int(total[operator]) for operator in np.flatnonzero(total).tolist()}

    def _look_at_goods(self, event: LentTownshipServed, stamp: Stamp) -> None:
        for row, township in enumerate(event.township.tolist()):
            operator = int(event.operator[row])
            if self._lent.lent_to.get(township) != operator or event.county[row] != self._county[operator]:
                self._find(f"operator {operator} served township {township}, which is not lent to it", stamp, township)
        for operator in np.unique(event.operator).tolist():
            goods = int(event.goods_g[event.operator == operator].sum())
            if goods > self._up_g.get(operator, 0):
                message = f"operator {operator} took {goods:,} g up from lent townships; its vans brought less"
                self._find(message, stamp, int(event.township[event.operator == operator][0]))
        self._served = event
        self.parcels += int(event.parcels.sum())
        self.goods_g += int(event.goods_g.sum())

    def _look_at_parcels(self, event: ParcelsDelivered, stamp: Stamp) -> None:
        served, self._served = self._served, None
        if served is None:
            return
        of_village = self.facts.of(VillagesBaselined, "township")
        total = np.bincount(of_village[event.village], event.parcels, int(of_village.max()) + 1)
        for row in np.flatnonzero((served.parcels < 0) | (served.parcels > total[served.township])).tolist():
            message = f"{served.parcels[row]:,} parcels came over the border, {total[served.township[row]]:,.0f} in all"
            self._find(message, stamp, int(served.township[row]))

    def _home(self, township: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(self.facts.of(TownshipsBaselined, "county")[township])

    def _find(self, message: str, stamp: Stamp, township: int) -> None:
        where = {"township": int(township), "day": stamp.day}
        self._wrong.append(Finding(self.name, f"day {stamp.day}: {message}", where))

    def violations(self, state: State) -> list[Finding]:
        """Return what went wrong, and townships of which the state remembers otherwise."""
        by_events = np.full(len(state.townships), -1)
        by_events[list(self._lent.lent_to)] = list(self._lent.lent_to.values())
        found = [
            Finding(
                self.name,
                f"township {row} is lent to {by_events[row]} by the events, to {state.townships.lent_to[row]} in the "
                "state",
                {"township": row},
            )
            for row in np.flatnonzero(by_events != state.townships.lent_to).tolist()
        ]
        return named(self._wrong) + named(found)

    def summary(self) -> str:
        """Return how much crossed borders."""
        if not self._ever:
            return "no van crossed a county border"
        return (
            f"{counted(len(self._ever), 'township', 'townships')} lent to neighbours' pools at some time: "
            f"{self.parcels:,} parcels brought and {self.goods_g / 1e6:,.1f} t taken up over county borders"
        )
