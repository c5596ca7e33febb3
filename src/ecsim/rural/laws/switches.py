"""Switches of laws: what does not happen in a run, though all of its random draws are the same (docs/model.md 10).

A switch has a name; `switches` makes them. What rules publish in the first week stands, since it sets a run up; what is
of the opening goes where a switch names an event of the opening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError, hint
from ecsim.kernel.limits import Switch
from ecsim.rural.events import (
    PARTNERS,
    BuyerAdopted,
    ContractAwarded,
    DealerKind,
    DealerListed,
    DealersBaselined,
    DeliveryReachSet,
    EnterpriseClosed,
    EnterpriseFounded,
    Event,
    GrowersContracted,
    InternetBaselined,
    MarkDropped,
    MarkSupported,
    MarkTaken,
    OffersEnded,
    OfflineEntered,
    OfflineLeft,
    OperatorEntered,
    OperatorKind,
    OperatorsBaselined,
    PoolFormed,
    ProjectApproved,
    SellerStarted,
    Stamp,
    StationClosed,
    StationIdled,
    StationOpened,
    TariffMoved,
    VillageCarrierSet,
)
from ecsim.rural.laws.contract_figures import ContractFigures
from ecsim.rural.laws.village_trade import VillageTrade
from ecsim.rural.programme.kinds import OWN_NAMES
from ecsim.rural.scenario import Scenario

Bool = NDArray[np.bool_]
FIRST_DAY = 7
"""Decisions are taken out from the second week on."""
CONTRACTS = "contracts:"
"""Before the name of a kind of project: its contracts are not awarded; before nothing: all are, for figures alone."""
PARTNERS_OF = "partners_"
"""Before the name of a kind of partner: none of it comes to a county or takes a village on."""
DEALS: tuple[type[Event], ...] = (
    MarkTaken, MarkSupported, MarkDropped, GrowersContracted, OfflineEntered, OfflineLeft
)  # fmt: skip
"""What cooperatives and enterprises decide when they review what they do."""


class WithoutKinds:
    """Events of some kinds do not happen from a day on.

    Parameters
    ----------
    kinds : of events
    first_day : days since the start
    """

    def __init__(self, *kinds: type[Event], first_day: int = FIRST_DAY) -> None:
        self._kinds, self._first_day = kinds, first_day

    def mask(self, event: Event, day: int) -> Bool | None:
        """Return which rows of an event still happen; None: all of them."""
        if day < self._first_day or type(event) not in self._kinds:
            return None
        return np.zeros(event.rows, np.bool_)

    def see(self, event: Event, _: Stamp) -> None:
        """Nothing is noted."""

    def figures(self) -> Mapping[str, float]:
        """Return nothing."""
        return {}


class WithoutDeals(WithoutKinds):
    """Dealers of a kind take no mark, make no contract with growers and enter no offline channel.

    Parameters
    ----------
    of : the dealers
    """

    def __init__(self, of: DealerKind) -> None:
        super().__init__(*DEALS)
        self._of, self._kind = of, dict[int, int]()

    def see(self, event: Event, _: Stamp) -> None:
        """Note of what kind dealers are."""
        if isinstance(event, DealersBaselined | DealerListed):
            self._kind.update(zip(event.dealer.tolist(), event.dealer_kind.tolist(), strict=True))

    def mask(self, event: Event, day: int) -> Bool | None:
        """Return which decisions are of other dealers."""
        if super().mask(event, day) is None:
            return None
        dealers: Any = event.__dict__["dealer"]
        return np.array([self._kind[dealer] != self._of for dealer in dealers.tolist()], np.bool_)


class WithoutPartner(WithoutKinds):
    """Partners of a kind come to no county and take no village on.

    Parameters
    ----------
    of : the partners
    """

    def __init__(self, of: OperatorKind) -> None:
        super().__init__(OperatorEntered, VillageCarrierSet)
        self._of, self._mine = of, np.zeros(0, np.int64)

    def see(self, event: Event, _: Stamp) -> None:
        """Note of what kind operators are."""
        if isinstance(event, OperatorsBaselined):
            self._mine = np.asarray(event.operator[event.operator_kind == self._of], np.int64)

    def mask(self, event: Event, day: int) -> Bool | None:
        """Return which decisions are of other operators, or give a village back."""
        if super().mask(event, day) is None:
            return None
        operators: Any = event.__dict__["operator"]
        return np.asarray(~np.isin(operators, self._mine), np.bool_)


class WithoutContracts(WithoutKinds):
    """No contract of a kind of project is awarded; money, sales and incomes are watched (`ContractFigures`).

    Parameters
    ----------
    kind : number of the kind; None: all are awarded
    """

    def __init__(self, scenario: Scenario, kind: int | None) -> None:
        super().__init__(ContractAwarded)
        self._kind, self._projects = kind, set[int]()
        self._watcher = ContractFigures(scenario)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Note of which kind projects are, and what figures are made of."""
        if isinstance(event, ProjectApproved) and self._kind is not None:
            self._projects.update(event.project[event.project_kind == self._kind].tolist())
        self._watcher.see(event, stamp)

    def mask(self, event: Event, day: int) -> Bool | None:
        """Return which contracts are of other kinds."""
        if not isinstance(event, ContractAwarded) or super().mask(event, day) is None:
            return None
        return np.array([project not in self._projects for project in event.project.tolist()], np.bool_)

    def figures(self) -> Mapping[str, float]:
        """Return the figures of `ContractFigures`."""
        return self._watcher.figures()


class OneStationApart:
    """The first village of each county that would get a station gets none, or does; its trade is watched.

    All else stays equal: in either run a county has the stations of its first batch and no others, which would go to
    other villages where one is short; carriage keeps its prices; no money of stations that nobody took is placed anew.

    Parameters
    ----------
    away : whether those stations do not open
    """

    def __init__(self, *, away: bool) -> None:
        self._away, self._trade = away, VillageTrade()
        self._else = WithoutKinds(TariffMoved, OffersEnded)

    def mask(self, event: Event, day: int) -> Bool | None:
        """Return which rows still happen: of stations those of first batches, without the one if it is away."""
        if not isinstance(event, StationOpened):
            return self._else.mask(event, day)
        stays = self._trade.first_batch(event.village)
        return stays & ~self._trade.chosen(event.village) if self._away else stays

    def see(self, event: Event, stamp: Stamp) -> None:
        """Note what villages buy and sell."""
        self._trade.see(event, stamp)

    def figures(self) -> Mapping[str, float]:
        """Return the figures of `VillageTrade`."""
        return self._trade.figures()


_SWITCHES: Mapping[str, Callable[[], Switch]] = {
    "internet": lambda: WithoutKinds(InternetBaselined, first_day=0),
    "adoption": lambda: WithoutKinds(BuyerAdopted),
    "tariffs": lambda: WithoutKinds(TariffMoved),
    "own_shops": lambda: WithoutKinds(SellerStarted),
    "stations": lambda: WithoutKinds(StationOpened),
    "giving_up": lambda: WithoutKinds(StationClosed, StationIdled),
    "deals_of_cooperatives": lambda: WithoutDeals(DealerKind.COOPERATIVE),
    "deals_of_enterprises": lambda: WithoutDeals(DealerKind.ENTERPRISE),
    "founding": lambda: WithoutKinds(EnterpriseFounded),
    "closing": lambda: WithoutKinds(EnterpriseClosed),
    "pools": lambda: WithoutKinds(PoolFormed),
    "days_of_delivery": lambda: WithoutKinds(DeliveryReachSet),
    **{f"{PARTNERS_OF}{kind.name.lower()}": partial(WithoutPartner, kind) for kind in PARTNERS},
    "contracts": lambda: WithoutKinds(ContractAwarded),
    "one_station": lambda: OneStationApart(away=True),
    "one_station_kept": lambda: OneStationApart(away=False),
}
"""What can be switched off by name; contracts of one kind of project beside these (`CONTRACTS`)."""


class Switches:
    """Several switches as one."""

    def __init__(self, switches: Sequence[Switch]) -> None:
        self._switches = switches

    def mask(self, event: Event, day: int) -> Bool | None:
        """Return which rows none of them takes out; None: all rows stay."""
        masks = [mask for switch in self._switches if (mask := switch.mask(event, day)) is not None]
        return np.logical_and.reduce(masks) if masks else None

    def see(self, event: Event, stamp: Stamp) -> None:
        """Let each take note."""
        for switch in self._switches:
            switch.see(event, stamp)

    def figures(self) -> Mapping[str, float]:
        """Return the figures of all."""
        return {name: value for switch in self._switches for name, value in switch.figures().items()}


def switches(names: Sequence[str], scenario: Scenario) -> Switches:
    """Return switches by their names, as one.

    Raises
    ------
    EcsimError
        If there is none of a name.
    """
    return Switches([_switch(name, scenario) for name in names])


def _switch(name: str, scenario: Scenario) -> Switch:
    known = [*_SWITCHES, *(f"{CONTRACTS}{kind}" for kind in ("", *OWN_NAMES))]
    if name not in known:
        near = hint(name, known, f"switches are {', '.join(known)}")
        raise EcsimError(f"switch {name}: there is none of that name; {near}")
    if name in _SWITCHES:
        return _SWITCHES[name]()
    kind = name.removeprefix(CONTRACTS)
    return WithoutContracts(scenario, OWN_NAMES.index(kind) if kind else None)
