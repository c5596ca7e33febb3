"""Figures of laws of limits that are no outcomes: what was sold of what there was, festivals, what does not add up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.figures import Period, Periods
from ecsim.rural.laws.conservation import Conservation
from ecsim.rural.laws.goods_flows import GoodsFlows, InternetUse
from ecsim.rural.laws.side_by_side import EventDigests, FinishedWorks
from ecsim.rural.regions import pack_of
from ecsim.rural.scenario import Scenario

DOUBLE_ELEVEN = (11, 11)
"""Month and day of the festival that sales must show."""
BESIDE = (-5, -4, -3, -2, 2, 3, 4, 5)
"""Weeks around it that it is held against."""


class LimitFigures:
    """Watches a run of the rural model for figures of laws of limits."""

    def __init__(self, scenario: Scenario) -> None:
        self.periods = Periods(scenario.start, scenario.weeks)
        self.flows = GoodsFlows(scenario.weeks)
        self.digests, self.works, self.internet = EventDigests(), FinishedWorks(scenario.weeks), InternetUse()
        names = [county.name_zh for county in pack_of(scenario).counties]
        self.conservation, self._counties = Conservation(names), len(names)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        if type(event) in self.flows.listens:
            self.flows.see(event, stamp)
        if type(event) in self.works.listens:
            self.works.see(event, stamp)
        if type(event) in self.internet.listens:
            self.internet.see(event, stamp)
        self.digests.see(event, stamp)
        self.conservation.see(event, stamp)

    def figures(self, state: Any) -> Mapping[str, float]:  # noqa: ANN401 (as laws take it)
        """Return the figures by name; NaN where a year was not run whole.

        ``online_of_supply`` is the largest share of a county's product that went to online buyers;
        ``sold_of_harvest_<form>`` what growers sold over what they harvested, by form at the gate; ``at_opening@Y``
        what was sold online in a year at the opening's prices, million yuan; ``festival@Y`` sales of the week of double
        eleven over those of weeks around it; ``on_year_before@Y`` sales of a year over the same weeks of the year
        before (some years have a week more); ``broken_<law>`` how often a law of conservation does not hold;
        ``counties`` how many there are; and those of `EventDigests`, `FinishedWorks` and `InternetUse`.
        """
        flows = self.flows
        share = np.divide(flows.online, flows.supply, out=np.zeros(len(flows.supply)), where=flows.supply > 0)
        share[(flows.supply <= 0) & (flows.online > 0)] = np.inf
        broken = {f"broken_{law.name}": float(len(law.violations(state))) for law in self.conservation.laws}
        years = {y: self.periods.run_of(y) for y in self.periods.years if self.periods.lacks(y) is None}
        return {
            "online_of_supply": float(share.max()) if len(share) else 0.0,
            **{f"sold_of_harvest_{form}": part for form, part in flows.sold_of_harvest().items()},
            **{f"at_opening@{year}": float(flows.sold_fen[weeks].sum()) / 1e8 for year, weeks in years.items()},
            **{f"festival@{year}": self._festival(year) for year in years},
            **{f"on_year_before@{year}": self._on_year_before(year) for year in years if year - 1 in years},
            **broken,
            "counties": float(self._counties),
            **self.internet.figures(),
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
