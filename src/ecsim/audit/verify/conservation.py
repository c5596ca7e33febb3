"""The conservation laws of a run, worked out from its events alone, beside `state.apply` and held against its state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ecsim.audit.verify.facts import Facts, Law
from ecsim.audit.verify.kilograms import Kilograms
from ecsim.audit.verify.money import Money
from ecsim.audit.verify.parcels import Parcels
from ecsim.audit.verify.trade import Trade
from ecsim.kernel.event import Event, Stamp


class Conservation:
    """The laws of money, parcels, kilograms and trade over one run.

    Parameters
    ----------
    counties : names, for what is found
    grants_are_paid : see `Money`
    """

    def __init__(self, counties: Sequence[str], *, grants_are_paid: bool = True) -> None:
        facts = Facts(counties)
        self.laws: tuple[Law, ...] = (
            Money(grants_are_paid=grants_are_paid),
            Parcels(facts),
            Kilograms(facts),
            Trade(facts),
        )
        self._by_kind: dict[type[Event], list[Facts | Law]] = defaultdict(list)
        for listener in (facts, *self.laws):
            for kind in listener.listens:
                self._by_kind[kind].append(listener)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of an event."""
        for listener in self._by_kind.get(type(event), ()):
            listener.see(event, stamp)
