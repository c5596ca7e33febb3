"""The law of kilograms: on every plot, what was harvested is spoiled, sold or in stock, and no more is sold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    CropHarvested,
    CropsBaselined,
    Event,
    KeepingCharged,
    LotSold,
    PlotsBaselined,
    Stamp,
    StockSpoiled,
)
from ecsim.rural.laws.opening_columns import I32, I64, OpeningColumns, named
from ecsim.rural.state import ONE, State

_NONE = np.zeros(0, np.int64)


class Kilograms:
    """Grams raw of every plot since the start: harvested, spoiled, sold.

    Parameters
    ----------
    losses_are_weighed : whether events say how much is lost; before, they said the share alone
    """

    name = "kilograms"
    listens: tuple[type[Event], ...] = (PlotsBaselined, CropHarvested, StockSpoiled, LotSold, KeepingCharged)

    def __init__(self, facts: OpeningColumns, *, losses_are_weighed: bool = True) -> None:
        self.facts, self._losses_are_weighed = facts, losses_are_weighed
        self.opening = self.harvested = self.spoiled = self.sold = self._output = self._weight = self._crop = _NONE
        self._household = np.zeros(0, np.int32)
        self._crops = self.lots = 0
        self._short: dict[int, Finding] = {}
        self._backwards: list[Finding] = []

    def see(self, event: Event, stamp: Stamp) -> None:
        """Follow the stocks."""
        if isinstance(event, PlotsBaselined):
            self._open()
        elif isinstance(event, CropHarvested):
            for share in self._shares(event.crop, event.share):
                self.harvested += self._output * share.take(self._crop) // ONE
        elif isinstance(event, StockSpoiled):
            self._spoil(event, stamp)
        elif isinstance(event, LotSold):
            self._sell(event, stamp)
        elif isinstance(event, KeepingCharged):
            self._keep(event, stamp)

    def _open(self) -> None:
        facts = self.facts
        self._crop = facts.of(PlotsBaselined, "crop").astype(np.int64)
        self._household = facts.of(PlotsBaselined, "household")
        self._output, self._weight = facts.of(PlotsBaselined, "output_g"), facts.weight[self._household]
        self._crops = len(facts.of(CropsBaselined, "crop"))
        self.opening = facts.of(PlotsBaselined, "stock_g").astype(np.int64)
        self.harvested, self.spoiled, self.sold = (np.zeros(len(self._crop), np.int64) for _ in range(3))

    def stock(self) -> I64:
        """Return what is in stock on each plot."""
        return self.opening + self.harvested - self.spoiled - self.sold

    def _shares(self, crop: I32, share: I32) -> Iterator[I64]:
        """Yield shares by crop: of all rows at once if no crop comes twice, else row by row."""
        step = len(crop) if len(np.unique(crop)) == len(crop) else 1
        for start in range(0, len(crop), step):
            shares = np.zeros(self._crops, np.int64)
            shares[crop[start : start + step]] = share[start : start + step]
            yield shares

    def _spoil(self, event: StockSpoiled, stamp: Stamp) -> None:
        """Every plot of a product loses a share of its stock; what is said to be lost is what that comes to."""
        before = self.spoiled.copy()
        for share in self._shares(event.crop, event.share):
            self.spoiled += self.stock() * share.take(self._crop) // ONE
        if not self._losses_are_weighed:
            return
        lost, said = np.zeros((2, self._crops), np.int64)
        np.add.at(lost, self._crop, (self.spoiled - before) * self._weight)
        np.add.at(said, event.crop, event.lost_g)
        for crop in np.flatnonzero(lost != said).tolist():
            message = (
                f"{said[crop]:,} g of product {crop} are said to be lost on day {stamp.day}; by its plots' stocks "
                f"it is {lost[crop]:,} g"
            )
            self._backwards.append(Finding("kilograms", message, {"crop": crop, "day": stamp.day}))

    def _sell(self, event: LotSold, stamp: Stamp) -> None:
        self.lots += event.rows
        np.add.at(self.sold, event.plot, event.sold_g)
        left = self.stock()
        for plot in np.flatnonzero(left < 0).tolist():
            self._short.setdefault(plot, self._oversold(plot, -int(left[plot]), stamp.day))
        for row in np.flatnonzero(event.sold_g <= 0).tolist():
            message = f"the lot at seq {stamp.first + row:,} (day {stamp.day}) is of {event.sold_g[row]:,} g"
            self._backwards.append(Finding("kilograms", message, {"seq": stamp.first + row, "day": stamp.day}))

    def _keep(self, event: KeepingCharged, stamp: Stamp) -> None:
        """Growers pay for keeping no more of a product than they have."""
        there = np.zeros(self._crops, np.int64)
        np.add.at(there, self._crop, self.stock() * self._weight)
        for row in np.flatnonzero(event.kept_g > there[event.crop]).tolist():
            crop = int(event.crop[row])
            message = (
                f"{event.kept_g[row]:,} g of product {crop} were kept on day {stamp.day}; there were {there[crop]:,} g"
            )
            self._backwards.append(Finding("kilograms", message, {"crop": crop, "day": stamp.day}))

    def _oversold(self, plot: int, lacking: int, day: int) -> Finding:
        county = self._county(plot)
        message = (
            f"{county}: by day {day} plot {plot} (household {self._household[plot]}) had {self.opening[plot]:,} g, has "
            f"harvested {self.harvested[plot]:,} g, lost {self.spoiled[plot]:,} g and sold {self.sold[plot]:,} g: "
            f"{lacking:,} g more than there was"
        )
        return Finding("kilograms", message, {"county": county, "plot": plot, "day": day, "lacking_g": lacking})

    def _county(self, plot: int) -> str:
        return self.facts.counties[int(self.facts.household_county[self._household[plot]])]

    def violations(self, state: State) -> list[Finding]:
        """Return plots that sold more than they had, and those whose stock is not what the state says."""
        now, then = self.stock(), state.plots.stock_g
        wrong = [
            Finding(
                "kilograms",
                f"{self._county(plot)}: plot {plot} has {now[plot]:,} g in stock by its harvests and sales; the state "
                f"says {then[plot]:,} g",
                {"county": self._county(plot), "plot": plot},
            )
            for plot in np.flatnonzero(now != then).tolist()
        ]
        return named(self._short.values()) + named(self._backwards) + named(wrong)

    def summary(self) -> str:
        """Return how much was added up, in tonnes of all households that the plots stand for."""
        amounts = (self.opening, self.harvested, self.spoiled, self.sold, self.stock())
        tonnes = [f"{int((amount * self._weight).sum()) / 1e6:,.0f} t" for amount in amounts]
        return (
            f"{tonnes[0]} in stock at first + {tonnes[1]} harvested = {tonnes[2]} spoiled + {tonnes[3]} sold in "
            f"{self.lots:,} lots + {tonnes[4]} in stock, on each of {len(self._crop):,} plots"
        )
