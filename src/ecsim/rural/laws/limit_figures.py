"""Figures of laws of limits that are no outcomes: what was sold of what there was, festivals, what does not add up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import (
    BasesHarvested,
    CropHarvested,
    CropsBaselined,
    DealerListed,
    DealersBaselined,
    HouseholdsBaselined,
    OrdersFilled,
    PlotsBaselined,
)
from ecsim.rural.figures import Period, Periods
from ecsim.rural.laws.conservation import Conservation
from ecsim.rural.laws.digests import EventDigests
from ecsim.rural.laws.works import FinishedWorks
from ecsim.rural.regions import load_pack
from ecsim.rural.scenario import Scenario
from ecsim.rural.units import ONE

F64 = NDArray[np.float64]
DOUBLE_ELEVEN = (11, 11)
"""Month and day of the festival that sales must show."""
BESIDE = (-5, -4, -3, -2, 2, 3, 4, 5)
"""Weeks around it that it is held against."""


class GoodsFlows:
    """What came in of each product of a county, what of it went to online buyers, and for how much."""

    listens: tuple[type[Event], ...] = (
        CropsBaselined, HouseholdsBaselined, PlotsBaselined, DealersBaselined, DealerListed, BasesHarvested,
        CropHarvested, OrdersFilled,
    )  # fmt: skip

    def __init__(self, weeks: int) -> None:
        self.supply = self.online = np.zeros(0)
        """Grams raw of each product: of the opening and the harvests; sent to online buyers."""
        self.sold_fen = np.zeros(weeks)
        """What was sold online in each week, at the opening's prices."""
        self.paid_fen = np.zeros(weeks)
        """What consumers paid for it."""
        self._price: F64 = np.zeros(0)
        self._output = self._weight = self._plot_crop = np.zeros(0, np.int64)
        self._crop_of: dict[int, int] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add the rows of an event."""
        week = min(stamp.day // 7, len(self.sold_fen) - 1)
        if isinstance(event, CropsBaselined):
            self.supply, self.online = np.zeros(event.rows), np.zeros(event.rows)
            self._price = event.online_price_fen / 1000.0
        elif isinstance(event, HouseholdsBaselined):
            self._weight = event.weight.astype(np.int64)
        elif isinstance(event, PlotsBaselined):
            weight = self._weight[event.household]
            self._weight, self._plot_crop, self._output = weight, event.crop, event.output_g * weight
            np.add.at(self.supply, event.crop, event.stock_g * weight)
        elif isinstance(event, DealersBaselined | DealerListed):
            self._crop_of.update(zip(event.dealer.tolist(), event.crop.tolist(), strict=True))
            if isinstance(event, DealersBaselined):
                np.add.at(self.supply, event.crop, event.stock_g)
        elif isinstance(event, BasesHarvested):
            np.add.at(self.supply, self._crops(event.dealer), event.harvested_g)
        elif isinstance(event, CropHarvested):
            shares = np.zeros(len(self.supply))
            np.add.at(shares, event.crop, event.share / ONE)
            self.supply += np.bincount(self._plot_crop, self._output * shares[self._plot_crop], len(self.supply))
        elif isinstance(event, OrdersFilled):
            self._fill(event, week)

    def _fill(self, event: OrdersFilled, week: int) -> None:
        crop = self._crops(event.dealer)
        np.add.at(self.online, crop, event.sent_g)
        self.sold_fen[week] += float((event.filled_g * self._price[crop]).sum())
        self.paid_fen[week] += float(event.paid_fen.sum())

    def _crops(self, dealers: NDArray[np.int32]) -> NDArray[np.int64]:
        return np.array([self._crop_of[dealer] for dealer in dealers.tolist()], np.int64)


class LimitFigures:
    """Watches a run of the rural model for figures of laws of limits."""

    def __init__(self, scenario: Scenario) -> None:
        self.periods = Periods(scenario.start, scenario.weeks)
        self.flows = GoodsFlows(scenario.weeks)
        self.digests, self.works = EventDigests(), FinishedWorks(scenario.weeks)
        names = [county.name_zh for county in load_pack(scenario.region).counties]
        self.conservation = Conservation(names)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        if type(event) in self.flows.listens:
            self.flows.see(event, stamp)
        if type(event) in self.works.listens:
            self.works.see(event, stamp)
        self.digests.see(event, stamp)
        self.conservation.see(event, stamp)

    def figures(self, state: Any) -> Mapping[str, float]:  # noqa: ANN401 (as laws take it)
        """Return the figures by name; NaN where a year was not run whole.

        ``online_of_supply`` is the largest share of a county's product that went to online buyers; ``at_opening@Y``
        what was sold online in a year at the opening's prices, million yuan; ``festival@Y`` sales of the week of double
        eleven over those of weeks around it; ``on_year_before@Y`` sales of a year over the same weeks of the year
        before (some years have a week more); ``broken_<law>`` how often a law of conservation does not hold; and
        those of `EventDigests` and `FinishedWorks`.
        """
        flows = self.flows
        share = np.divide(flows.online, flows.supply, out=np.zeros(len(flows.supply)), where=flows.supply > 0)
        share[(flows.supply <= 0) & (flows.online > 0)] = np.inf
        broken = {f"broken_{law.name}": float(len(law.violations(state))) for law in self.conservation.laws}
        years = {y: self.periods.run_of(y) for y in self.periods.years if self.periods.lacks(y) is None}
        return {
            "online_of_supply": float(share.max()) if len(share) else 0.0,
            **{f"at_opening@{year}": float(flows.sold_fen[weeks].sum()) / 1e8 for year, weeks in years.items()},
            **{f"festival@{year}": self._festival(year) for year in years},
            **{f"on_year_before@{year}": self._on_year_before(year) for year in years if year - 1 in years},
            **broken,
            **self.digests.figures(),
            **self.works.figures(),
        }

    def _festival(self, year: int) -> float:
        week = (dt.date(year, *DOUBLE_ELEVEN) - self.periods.start).days // 7
        around = [week + beside for beside in BESIDE if 0 <= week + beside < len(self.flows.paid_fen)]
        usual = float(self.flows.paid_fen[around].mean())
        return float(self.flows.paid_fen[week]) / usual if usual else float("nan")

    def _on_year_before(self, year: int) -> float:
        now, before = self.periods.growth_in(Period.of(str(year)))
        usual = float(self.flows.paid_fen[before].sum())
        return float(self.flows.paid_fen[now].sum()) / usual if usual else float("nan")
