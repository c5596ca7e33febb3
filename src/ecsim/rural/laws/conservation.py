"""The conservation laws of a run, worked out from its events alone and held against its state.

The checks fold events alone and share no code with the rules that wrote them, so an error of a rule cannot hide
itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.kernel.laws import Watch
from ecsim.rural.laws.carriage import laws_of_carriage
from ecsim.rural.laws.hours import Hours
from ecsim.rural.laws.kilograms import Kilograms
from ecsim.rural.laws.money import Money
from ecsim.rural.laws.opening_columns import OpeningColumns
from ecsim.rural.laws.trade import Trade


class Conservation(Watch):
    """The laws of money, parcels, kilograms, trade, hours and goods up over one run.

    Parameters
    ----------
    counties : names, for what is found
    grants_are_paid, rooms_are_charged, running_is_paid : see `Money`
    wages_are_charged : see `Hours`
    processors_are_named, supply_comes_first : see `Trade`
    losses_are_weighed : see `Kilograms`
    """

    def __init__(
        self, counties: Sequence[str], *, grants_are_paid: bool = True, rooms_are_charged: bool = True,
        wages_are_charged: bool = True, running_is_paid: bool = True, processors_are_named: bool = True,
        supply_comes_first: bool = True, losses_are_weighed: bool = True,
    ) -> None:  # fmt: skip
        facts = OpeningColumns(counties)
        money = Money(
            facts, grants_are_paid=grants_are_paid, rooms_are_charged=rooms_are_charged,
            running_is_paid=running_is_paid,
        )  # fmt: skip
        hours = Hours(facts, wages_are_charged=wages_are_charged)
        trade = Trade(facts, processors_are_named=processors_are_named, supply_comes_first=supply_comes_first)
        parcels, goods_up, operators, borders = laws_of_carriage(facts)
        kilograms = Kilograms(facts, losses_are_weighed=losses_are_weighed)
        laws = (money, parcels, kilograms, trade, hours, goods_up, operators, borders)
        super().__init__(laws, first=(facts,))
