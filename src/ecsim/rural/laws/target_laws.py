"""What counties meet of the target table without money over the ranges of inputs, and whether policy moves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecsim.kernel.limits import LimitLaw
from ecsim.kernel.parameters import Parameter
from ecsim.kernel.text import Text
from ecsim.rural.regions import pack_of
from ecsim.rural.rules import rule_defaults
from ecsim.rural.scenario import Scenario

INPUTS = (
    "opening_assets.level", "opening_trade.retail_yuan", "opening_trade.farm_yuan", "opening_people.seller_share",
    "market.growth", "market.goods_growth", "market.services_growth", "market.county_sigma",
    "buying.parcels_per_head", "commerce.founding", "commerce.example_sales_yuan", "commerce.example_household_yuan",
    "quality.late_rate", "quality.escalation", "quality.disclosure", "training.satisfied",
)  # fmt: skip
"""Numbers that the model is given and by which a county may meet a target without any project."""
POINTS = 7
"""A prime number: settings of the inputs that are tried."""
_SETTING = {"end": "2020-03-31"}
"""When the target table is evaluated."""
_NO_MONEY, _FUNDED = "no_money", "pooled_by_project"


def target_laws(scenario: Scenario) -> Iterator[LimitLaw]:
    """Yield two laws a target of the programme: what is met without money, and whether policy moves it."""
    points = design({**rule_defaults().by_name, **pack_of(scenario).rules.by_name})
    for target in scenario.programme.targets:
        yield LimitLaw(
            name=f"free_{target.name}",
            title=Text(
                f"{target.title_en}, no money, inputs over their ranges", f"{target.title_zh}，无资金，输入取遍范围"
            ),
            expectation=Text("share of counties that meet it; printed, never tuned", "达标县占比；仅列示，不作调校"),
            setting=_SETTING,
            outcome=f"met_{target.name}",
            against="counties",
            policy=_NO_MONEY,
            points=points,
        )
        yield LimitLaw(
            name=f"moved_{target.name}",
            title=Text(
                f"{target.title_en}, pooled less no money, inputs over their ranges",
                f"{target.title_zh}，统筹减无资金，输入取遍范围",
            ),
            expectation=Text(
                "policy moves how many counties meet it by more than chance", "政策对达标县数的影响超出随机波动"
            ),
            setting=_SETTING,
            outcome=f"met_{target.name}",
            against="difference",
            policy=_FUNDED,
            policy_beside=_NO_MONEY,
            moves=True,
            points=points,
        )  # fmt: skip


def design(ranges: Mapping[str, Parameter]) -> tuple[Mapping[str, Any], ...]:
    """Return settings of the inputs in which each takes as many levels as there are settings, its ends among them.

    Notes
    -----
    A lattice of rank one: input j takes level ``(a_j k + b_j) mod n`` of n in setting k, with another ``a_j`` or
    ``b_j`` for each; n is prime, so that every input takes each level once.
    """
    return tuple(
        {name: _level(ranges[name], _place(number, point)) for number, name in enumerate(INPUTS)}
        for point in range(POINTS)
    )


def _place(number: int, point: int) -> float:
    """Return where in its range an input lies in a setting, in [0, 1]."""
    shift, multiple = divmod(number, POINTS - 1)
    return ((multiple + 1) * point + 2 * shift + multiple) % POINTS / (POINTS - 1)


def _level(of: Parameter, place: float) -> Any:  # noqa: ANN401 (of its own type)
    value = of.low + place * (of.high - of.low)
    return round(value) if of.kind is int else value
