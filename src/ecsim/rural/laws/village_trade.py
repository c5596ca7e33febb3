"""What villages buy online and sell from the day on which one of them would get the first station of its county."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import (
    HouseholdsBaselined,
    LotSold,
    ParcelsOrdered,
    PlotsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)

I64 = NDArray[np.int64]
_NONE = np.zeros(0, np.int64)


class VillageTrade:
    """Adds up by village what its households order online and get for lots, all that a row stands for together."""

    def __init__(self) -> None:
        self._county_of_township = self._county = self._village = self._weight = self._household = _NONE
        self._bought_fen = self._sold_fen = _NONE
        self._batches = dict[int, list[int]]()
        """Villages of each county that would get the first stations, the one looked at first."""
        self._before = dict[int, tuple[int, int]]()

    def chosen(self, villages: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which of some villages are looked at: in each county the first that would get a station.

        Parameters
        ----------
        villages : about to get one, shape (rows,); those of a county's first call are its first batch
        """
        self._note(villages)
        return np.isin(villages, [batch[0] for batch in self._batches.values()])

    def first_batch(self, villages: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which of some villages were offered a station together with the one looked at in their county."""
        self._note(villages)
        return np.isin(villages, [village for batch in self._batches.values() for village in batch])

    def _note(self, villages: NDArray[np.int32]) -> None:
        """Take the villages of a county that had none yet as its first batch; asking again changes nothing."""
        county = self._county[villages]
        for new in [county_ for county_ in dict.fromkeys(county.tolist()) if county_ not in self._batches]:
            self._batches[new] = villages[county == new].tolist()
            village = self._batches[new][0]
            self._before[village] = (int(self._bought_fen[village]), int(self._sold_fen[village]))

    def see(self, event: Event, _: Stamp) -> None:
        """Add up the rows of an event."""
        if isinstance(event, TownshipsBaselined):
            self._county_of_township = event.county.astype(np.int64)
        elif isinstance(event, VillagesBaselined):
            self._county = self._county_of_township[event.township]
            self._bought_fen, self._sold_fen = (np.zeros(event.rows, np.int64) for _ in range(2))
        elif isinstance(event, HouseholdsBaselined):
            self._village, self._weight = event.village.astype(np.int64), event.weight.astype(np.int64)
        elif isinstance(event, PlotsBaselined):
            self._household = event.household.astype(np.int64)
        elif isinstance(event, ParcelsOrdered):
            np.add.at(self._bought_fen, self._village[event.household], event.spent_fen)
        elif isinstance(event, LotSold):
            household = self._household[event.plot]
            np.add.at(self._sold_fen, self._village[household], event.received_fen * self._weight[household])

    def figures(self) -> Mapping[str, float]:
        """Return ``bought:<village>`` and ``sold:<village>`` of those chosen, yuan since they were."""
        bought = {f"bought:{v}": (self._bought_fen[v] - fen) / 100.0 for v, (fen, _) in self._before.items()}
        sold = {f"sold:{v}": (self._sold_fen[v] - fen) / 100.0 for v, (_, fen) in self._before.items()}
        means = {"bought_mean": bought, "sold_mean": sold}
        return {
            **bought,
            **sold,
            **{name: float(np.mean(list(of.values()))) if of else float("nan") for name, of in means.items()},
        }
