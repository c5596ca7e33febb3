"""Laws that the rural model obeys when an input is pushed to its limit (docs/model.md 10)."""

from __future__ import annotations

import math

from ecsim.kernel.limits import LimitLaw
from ecsim.kernel.samples import SampleTolerance
from ecsim.kernel.text import Text
from ecsim.rural.laws.access_laws import ACCESS_LAWS
from ecsim.rural.laws.fund_limits import FUND_LAWS
from ecsim.rural.laws.instrument_laws import ACTOR_LAWS

SAMPLES = SampleTolerance(absolute={"below_line": 0.005})
"""What the sample of households may do to outcomes: 1 % and chance, and half a point to a share of the poor."""
_YEAR = {"end": "2019-12-31"}
_HALF_YEAR = {"end": "2018-06-30"}
_INPUT_GROWTH = {2019: 0.28, 2020: 0.35, 2021: 0.12}
_TO_2021 = {
    "end": "2022-01-02", "market.county_sigma": 0.0,
    "market.growth": _INPUT_GROWTH[2019], "market.growth_2020": _INPUT_GROWTH[2020],
    "market.growth_2021": _INPUT_GROWTH[2021],
}  # fmt: skip
"""Demand grows alike in every county, by a rate that bends from year to year, so that the input path is known."""
_POINT = 0.01
_RANGES = {"goods.outside": (1.0, 30.0), "goods.price_sensitivity": (1.5, 4.0), "market.elasticity": (0.9, 2.5)}
"""What the signs of prices must hold over: ends of the ranges of what demand makes of a price."""
_ONLINE = "farm_retail@2019"
_FALL = Text("farm sales online fall", "农产品网销额下降")
_RISE = Text("farm sales online rise", "农产品网销额上升")


def _growth(year: int) -> LimitLaw:
    """Return the law that farm sales grow as demand does where no money comes."""
    return LimitLaw(
        name=f"growth_{year}",
        title=Text(f"no money, {year}", f"无资金，{year}年"),
        expectation=Text(
            "farm sales online over those of a year before: the growth of demand within a point, but for chance",
            "除随机波动外，农产品网销额与上年同期各周之比等于需求增速，误差不超过1个百分点",
        ),
        setting=_TO_2021,
        outcome=f"on_year_before@{year}",
        against="none",
        low=1.0 + _INPUT_GROWTH[year] - _POINT,
        high=1.0 + _INPUT_GROWTH[year] + _POINT,
        beyond_chance=True,
    )


def _signs() -> list[LimitLaw]:
    """Return the laws that carriage and fees move sales the way they should over the ranges of demand."""
    settings = {
        f"{name.partition('.')[2]}_{end}": {name: value}
        for name, values in _RANGES.items()
        for end, value in zip(("low", "high"), values, strict=True)
    }
    carriage, fees = Text("carriage × 10", "运费×10"), Text("platform fees 0", "平台费为零")
    return [
        law
        for name, setting in settings.items()
        for law in (
            _sign(f"carriage_{name}", carriage, _FALL, {"selling.carriage_level": 10.0}, setting, high=0.98),
            _sign(f"fees_{name}", fees, _RISE, {"selling.fee_level": 0.0}, setting, low=1.001),
        )
    ]


def _sign(
    name: str, pushed: Text, expectation: Text, changes: dict[str, float], setting: dict[str, float], *,
    low: float = -math.inf, high: float = math.inf,
) -> LimitLaw:  # fmt: skip
    says = ", ".join(f"{key} {value:g}" for key, value in setting.items())
    title = Text(f"{pushed.en}, {says}", f"{pushed.zh}，{says}")
    return LimitLaw(name, title, expectation, _ONLINE, low, high, changes, setting={**_YEAR, **setting})


def _conserved(name: str, en: str, zh: str) -> LimitLaw:
    """Return the law that a law of conservation is nowhere broken, as `ecsim verify` holds a recorded run to it."""
    return LimitLaw(
        name=f"conserved_{name}",
        title=Text("nothing", "无改动"),
        expectation=Text(en, zh),
        setting=_YEAR,
        outcome=f"broken_{name}",
        against="none",
        low=0.0,
        high=0.0,
        each=True,
    )


def _festival(year: int) -> LimitLaw:
    """Return the law that the week of double eleven shows in sales."""
    return LimitLaw(
        name=f"festival_{year}",
        title=Text(f"no money, November {year}", f"无资金，{year}年11月"),
        expectation=Text(
            "farm sales online in the week of double eleven over those of weeks around it: a tenth more at least",
            "双十一当周农产品网销额比前后各周高一成以上",
        ),
        setting=_TO_2021,
        outcome=f"festival@{year}",
        against="none",
        low=1.1,
    )


def _sold(form: str, title: Text) -> LimitLaw:
    """Return the law that nearly all is sold of what can wait for a buyer."""
    return LimitLaw(
        name=f"sold_{form}",
        title=Text("nothing", "无改动"),
        expectation=Text(
            f"growers sell at least 95 % of what they harvest of {title.en}", f"农户售出{title.zh}收成的95%以上"
        ),
        setting=_YEAR,
        outcome=f"sold_of_harvest_{form}",
        against="none",
        low=0.95,
    )


_HALVED = (
    ("farm_retail", 0.01, Text("farm sales online", "农产品网销额")),
    ("poor_income", 0.01, Text("incomes of the registered poor", "建档立卡户收入")),
    ("parcel_cost", 0.03, Text("what a parcel costs operators", "企业每件快递成本")),
    ("upward_cost", 0.03, Text("what a kilogram up costs operators", "企业每公斤上行成本")),
)
"""What half the sample may not change, and by which share."""


def _sample(outcome: str, within: float, title: Text) -> LimitLaw:
    """Return the law that how many households are sampled decides nothing."""
    return LimitLaw(
        name=f"sample_{outcome}",
        title=Text("half the sample", "样本减半"),
        expectation=Text(f"{title.en} within {100 * within:g} %", f"{title.zh}相差不超过{100 * within:g}%"),
        changes={"sample": 0.01},
        setting={**_YEAR, "sample": 0.02},
        outcome=f"{outcome}@2019",
        low=1.0 - within,
        high=1.0 + within,
    )


_KEEPS = {
    "live": Text("live animals", "活畜禽"),
    "standing": Text("standing crops", "田间作物"),
    "dried": Text("dried goods", "干制品"),
}
"""Forms at the farm gate that lose next to nothing while they wait."""
_NO_PRICE = {
    "name": "no_price",
    "title_en": "Farm products for nothing",
    "title_zh": "农产品白送",
    "source": "a limit, no forecast",
    "since": "2019-01-01",
    "until": "2019-12-31",
    "effects": [{"parameter": "market.price_level", "add": -1.0, "lowest": 0.0}],
}
"""The year before has sales to grow from."""

LAWS: tuple[LimitLaw, ...] = (
    LimitLaw(
        name="online_of_supply",
        title=Text("nothing", "无改动"),
        expectation=Text(
            "of no product of a county more is sold online than harvest and opening stock",
            "各县各产品网销量不超过收成与期初存货之和",
        ),
        setting=_YEAR,
        outcome="online_of_supply",
        against="none",
        high=1.0,
        each=True,
    ),
    *(_sold(form, title) for form, title in _KEEPS.items()),
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
        outcome=_ONLINE,
        low=0.0,
        high=0.0,
    ),
    LimitLaw(
        name="no_price_target",
        title=Text("farm prices × 0 from 2019 on", "2019年起农产品价格×0"),
        expectation=Text("no county meets the target on growth of farm sales", "没有县达到农产品网销增速目标"),
        changes={"shocks": [{"shock": _NO_PRICE}]},
        setting=_YEAR,
        outcome="met_farm_growth",
        against="none",
        low=0.0,
        high=0.0,
    ),
    LimitLaw(
        name="dear_carriage",
        title=Text("carriage × 10", "运费×10"),
        expectation=Text("farm sales online fall by more than a third", "农产品网销额下降三分之一以上"),
        changes={"selling.carriage_level": 10.0},
        setting=_YEAR,
        outcome=_ONLINE,
        high=0.667,
    ),
    LimitLaw(
        name="dear_carriage_volume",
        title=Text("carriage × 10", "运费×10"),
        expectation=Text(
            "farm sales online at opening prices fall by more than half", "按期初价格计农产品网销额下降一半以上"
        ),
        changes={"selling.carriage_level": 10.0},
        setting=_YEAR,
        outcome="at_opening@2019",
        high=0.5,
    ),
    LimitLaw(
        name="no_fees",
        title=Text("platform fees 0", "平台费为零"),
        expectation=_RISE,
        changes={"selling.fee_level": 0.0},
        setting=_YEAR,
        outcome=_ONLINE,
        low=1.001,
    ),
    *_signs(),
    *(_growth(year) for year in (2019, 2020, 2021)),
    *(_festival(year) for year in (2019, 2020, 2021)),
    _conserved(
        "trade",
        "orders and waiting before = filled + lost + waiting; goods and fen pass from holder to holder",
        "上期待发与新增订单等于已发、流失与待发之和；货物和货款在持有者间流转",
    ),
    _conserved(
        "kilograms",
        "stock and harvest = spoilt + sold + stock now, on every plot",
        "各地块存货与收成等于损耗、售出与现存之和",
    ),
    _conserved("money", "every ledger sums to 0, no purse is overdrawn", "各账户合计为零且无透支"),
    _conserved(
        "hours",
        "hours due = hours in the accounts = hours paid, by county and kind of work",
        "各县各类用工的应计工时、入账工时与付酬工时一致",
    ),
    _conserved("parcels", "ordered = delivered + waiting, in every county and week", "各县每周下单等于送达与滞留之和"),
    _conserved(
        "goods_up",
        "farm goods sent = brought to the hub + waiting; costs add up by cause and direction",
        "上行农产品寄出等于送达县级仓与待运之和；成本按成因和方向相加一致",
    ),
    _conserved(
        "operators",
        "operators' shares add up to one; their costs and charges make the county's",
        "各企业份额合计为一；成本和运价与全县数一致",
    ),
    _conserved(
        "borders",
        "no van delivers in another county but a neighbour pool's, in a township lent to it",
        "除受托代配乡镇的邻县共配车辆外，无车辆跨县配送",
    ),
    *(_sample(outcome, within, title) for outcome, within, title in _HALVED),
    LimitLaw(
        name="order_of_files",
        title=Text("another order of the counties in their file", "各县在文件中改按其他顺序排列"),
        expectation=Text("the same run, to the bit", "运行结果逐位相同"),
        setting=_HALF_YEAR,
        invariance="order_of_counties",
        outcome="root",
        low=1.0,
        high=1.0,
        each=True,
    ),
    LimitLaw(
        name="order_of_runs",
        title=Text("a run of another seed before it in the same process", "同一进程先运行另一随机种子"),
        expectation=Text("the same run, to the bit", "运行结果逐位相同"),
        setting=_HALF_YEAR,
        after_another=True,
        outcome="root",
        low=1.0,
        high=1.0,
        each=True,
    ),
    *ACCESS_LAWS,
    *ACTOR_LAWS,
    *FUND_LAWS,
)
"""Laws by subject: goods, prices, growth without money, conservation, what must not matter, internet, stations, who
decides, money and its purse.

To add one, add it here; those that hang on a scenario's kinds of projects or targets stand in `laws.scenario_laws`."""
