"""What became of the trained: who of them opened a shop or got work later on, by group (docs/model.md 4.11, 7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Event, Group, SellerStarted, SessionHeld, SkillGained, Stamp, TraineeAttended, WagesPaid
from ecsim.rural.figures.accumulators.accumulator import Accumulator
from ecsim.rural.figures.accumulators.place_index import I64, PlaceIndex

F64 = NDArray[np.float64]
VILLAGE_GROUPS = (Group.YOUTH, Group.FOUNDERS, Group.VILLAGERS)
"""Groups whose members belong to households that are followed."""


class Conversion(Accumulator):
    """Households trained, and of them those that opened a shop, or got work for the first time, after that.

    Series ``trained``, ``shops`` and ``work``, of all and with the code of the group of a household's first session
    (``shops_5``). Of the households that a sampled one stands for as many are trained as came; a shop that opens counts
    for them, or for all of the row where it learned to sell in training: then the row learned with just that chance.
    """

    reads = (SessionHeld, TraineeAttended, SkillGained, SellerStarted, WagesPaid)

    def __init__(self, index: PlaceIndex, weeks: int) -> None:
        super().__init__(index, weeks)
        self._group_of_session: dict[int, int] = {}
        self._taught = (0, 0)
        self._group = np.zeros(0, np.int64)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of a session, of who came, what they learned and what became of them."""
        if isinstance(event, SessionHeld):
            self._group_of_session.update(zip(event.session.tolist(), event.group.tolist(), strict=True))
            return
        self._begin()
        if isinstance(event, TraineeAttended):
            self._train(event, stamp)
        elif isinstance(event, SkillGained):
            first, last = self._taught
            self._by_training[event.household[(stamp.cause >= first) & (stamp.cause < last)]] = True
        elif isinstance(event, SellerStarted):
            self._open_shops(event, stamp)
        elif isinstance(event, WagesPaid):
            self._employ(event, stamp)

    def group_of(self, household: int) -> int:
        """Return the group of a household's first session, -1 if it had none."""
        return int(self._group[household]) if household < len(self._group) else -1

    def _begin(self) -> None:
        """Make room for the households, once the opening has told how many there are."""
        households = len(self.index.weight)
        if len(self._group) < households:
            self._group = np.full(households, -1, np.int64)
            self._trained = np.zeros(households)
            self._by_training, self._opened, self._worked = np.zeros((3, households), np.bool_)

    def _train(self, event: TraineeAttended, stamp: Stamp) -> None:
        self._taught = (stamp.first, stamp.first + event.rows)
        for row in np.flatnonzero(event.household >= 0).tolist():
            household = int(event.household[row])
            if self._group[household] < 0:
                self._group[household] = self._group_of_session.get(int(event.session[row]), int(Group.VILLAGERS))
            more = min(float(event.persons[row]), float(self.index.weight[household]) - self._trained[household])
            self._trained[household] += more
            self._count("trained", stamp, np.array([household]), np.array([more]))

    def _open_shops(self, event: SellerStarted, stamp: Stamp) -> None:
        """Count the first shops of the trained; journals of before say 0 for all households of a row."""
        new = (self._trained[event.household] > 0) & ~self._opened[event.household]
        household = event.household[new].astype(np.int64)
        weight = self.index.weight[household]
        shops = np.where(event.shops[new] > 0, event.shops[new], weight)
        share = np.where(self._by_training[household], 1.0, self._trained[household] / weight)
        self._opened[household] = True
        self._count("shops", stamp, household, shops * share)

    def _employ(self, event: WagesPaid, stamp: Stamp) -> None:
        new = (self._trained[event.household] > 0) & ~self._worked[event.household]
        household = np.unique(event.household[new]).astype(np.int64)
        self._worked[event.household] = True
        self._count("work", stamp, household, self._trained[household])

    def _count(self, series: str, stamp: Stamp, household: I64, amount: F64) -> None:
        county, group = self.index.household_county[household], self._group[household]
        self.add(series, stamp, county, amount)
        for code in np.unique(group).tolist():
            of_group = group == code
            self.add(f"{series}_{code}", stamp, county[of_group], amount[of_group])
