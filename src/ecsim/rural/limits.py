"""Laws that the rural model obeys when an input is pushed to its limit (docs/model.md 10)."""

from __future__ import annotations

from ecsim.kernel.limits import LimitLaw
from ecsim.kernel.text import Text

_YEAR = {"end": "2019-12-31"}
_TO_2021 = {"end": "2021-12-31", "market.county_sigma": 0.05}
_INPUT_GROWTH = 0.28
_POINT = 0.01


def _growth(year: int) -> LimitLaw:
    """Return the law that farm sales grow as demand does where no money comes."""
    return LimitLaw(
        name=f"growth_{year}",
        title=Text(f"no money, {year}", f"无资金，{year}年"),
        expectation=Text(
            "farm sales over those of the year before: the growth of demand, within a point and a half",
            "农产品网销额与上年之比等于需求增速，误差不超过1.5个百分点",
        ),
        setting=_TO_2021,
        outcome=f"farm_retail@{year}",
        against=f"farm_retail@{year - 1}",
        low=1.0 + _INPUT_GROWTH - 1.5 * _POINT,
        high=1.0 + _INPUT_GROWTH + 1.5 * _POINT,
    )


LAWS: tuple[LimitLaw, ...] = (
    LimitLaw(
        name="no_harvest",
        title=Text("harvest × 0.0001", "收成×0.0001"),
        expectation=Text(
            "once the stocks of the opening are sold, farm sales online fall below 1 %",
            "期初存货售完后，农产品网销额降到1%以下",
        ),
        changes={"farming.yield_level": 0.0001},
        setting={"end": "2021-01-31"},
        outcome="farm_retail@2020",
        high=0.01,
    ),
    LimitLaw(
        name="no_price",
        title=Text("farm prices × 0", "农产品价格×0"),
        expectation=Text("nothing is earned online with farm products", "农产品网销额为零"),
        changes={"market.price_level": 0.0},
        setting=_YEAR,
        outcome="farm_retail@2019",
        low=0.0,
        high=0.0,
    ),
    LimitLaw(
        name="dear_carriage",
        title=Text("carriage × 10", "运费×10"),
        expectation=Text("farm sales online fall by more than a third", "农产品网销额下降三分之一以上"),
        changes={"selling.carriage_level": 10.0},
        setting=_YEAR,
        outcome="farm_retail@2019",
        high=0.667,
    ),
    LimitLaw(
        name="no_fees",
        title=Text("platform fees 0", "平台费为零"),
        expectation=Text("farm sales online rise", "农产品网销额上升"),
        changes={"selling.fee_level": 0.0},
        setting=_YEAR,
        outcome="farm_retail@2019",
        low=1.001,
    ),
    LimitLaw(
        name="sample",
        title=Text("half the sample", "样本减半"),
        expectation=Text("farm sales online within 1 %", "农产品网销额相差不超过1%"),
        changes={"sample": 0.01},
        setting={**_YEAR, "sample": 0.02},
        outcome="farm_retail@2019",
        low=0.99,
        high=1.01,
    ),
    _growth(2019),
    _growth(2021),
)
