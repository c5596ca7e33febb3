"""Laws of limits on the programme's money, the purse that holds it and what stands in its way (docs/model.md 4.10)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from ecsim.kernel.limits import LimitLaw, Term
from ecsim.kernel.text import Text

_YEAR = {"end": "2019-12-31"}
_POOLED, _SPLIT = "pooled_by_project", "split_by_project"
_MONEY = "policy.funds.multiplier"
_NO_MORE = Text("no more targets met, but for chance", "除随机波动外达标项数不增")
_NO_RISE = Text("farm sales online do not rise, but for chance", "除随机波动外农产品网销额不升")
LADDER = (0.0, 0.25, 1.0, 3.0)
"""Multiples of the programme's money that are tried."""
GAINS = {
    "targets": ("targets_met", Text("targets met", "达标项数")),
    "sales": ("farm_retail@2019", Text("farm sales online", "农产品网销额")),
    "poor_income": ("poor_income@2019", Text("incomes of the registered poor", "建档立卡户收入")),
}
"""What more money is held to, by the name of its laws."""
NEUTRAL = {
    "funds.shared_assets": False, "funds.county_noise": 0.3, "funds.prefecture_noise": 0.3,
    "funds.pooled_delay_weeks": 0, "offices.lend": 0.0, "offices.award_delay_weeks": 0,
    "funds.prefecture_factor": 1.0, "funds.seat_bias": 0.0, "funds.first_tranche": 1.0,
    "planning.assets_known": 1.0, "policy.funds.floor_share": 0.0, _MONEY: 8.0,
}  # fmt: skip
"""Nothing that could tell a pooled purse from a split one; so much money that no county could use another's."""
AT_ONCE = {
    "funds.first_tranche": 1.0, "funds.local_budget": 1.5, "funds.social_budget": 1.5, "funds.county_capacity": 2.0,
    "procurement.fewest_bidders": 1, "procurement.bidders": 10.0, "procurement.default": 0.0,
    "offices.abandonment": 0.0, "offices.recall_weeks": 156, "offices.desk_share": 1.0, "offices.lend": 0.0,
    "governance.formal_faults": 0.0, "governance.learning_time": 0.0, "governance.learning_cost": 0.0,
    "governance.diversion": 0.0,
}  # fmt: skip
"""A plan is released at once, without abandonment, recall or void tenders, and offices alone decide when works open."""
MORE_CAPACITY = {"funds.county_capacity": 3.0}
FRICTIONS: Mapping[str, tuple[float, float, str, Text]] = {
    "funds.plan_lag_weeks": (2, 20, _POOLED, Text("time from plan to first contract", "计划到首份合同的时间")),
    "funds.pooled_delay_weeks": (0, 8, _POOLED, Text("slower decisions of a pooled purse", "统筹决策较慢")),
    "offices.award_delay_weeks": (0, 4, _POOLED, Text("co-ordination at each award", "每次授标的协调时间")),
    "funds.prefecture_factor": (1.0, 0.5, _POOLED, Text("a prefecture's smaller capacity", "州市管理能力较小")),
    "funds.prefecture_noise": (0.0, 1.0, _POOLED, Text("a prefecture's errors on gains", "州市对收益的误判")),
    "funds.county_noise": (0.0, 0.5, _SPLIT, Text("a county's errors on gains", "县对收益的误判")),
    "funds.seat_bias": (0.0, 0.3, _POOLED, Text("favouritism of a prefecture", "州市偏向")),
    "market.brand_dilution": (0.0, 1.0, _POOLED, Text("dilution of a brand", "品牌稀释")),
    "offices.abandonment": (0.0, 0.3, _POOLED, Text("works that are given up", "工程中途放弃")),
    "procurement.default": (0.0, 0.05, _POOLED, Text("contractors that fail", "承包方违约")),
    "governance.formal_faults": (0.0, 0.5, _POOLED, Text("plans that are sent back", "计划退回")),
    "governance.review_weeks": (0, 12, _POOLED, Text("time of review", "审查时间")),
    "governance.diversion": (0.0, 0.3, _POOLED, Text("money that is diverted", "资金挪用")),
}
"""Frictions: none of it, the end of its range that is worst, under whose policy, what it is."""


def _nothing(policy: str, title: Text) -> LimitLaw:
    return LimitLaw(
        name=f"money_of_nothing_{policy}",
        title=Text(f"money × 0, {title.en}", f"资金×0，{title.zh}"),
        expectation=Text(
            "as no money: the same events to the bit, but for reports, evaluations, refusals, what they cost and "
            "complaints about them",
            "与无资金情形逐位相同，仅报告、评估、退件及其费用与相关投诉除外",
        ),
        changes={_MONEY: 0.0},
        setting=_YEAR,
        outcome="events_but_papers",
        low=1.0,
        high=1.0,
        each=True,
        policy=policy,
        policy_beside="no_money",
    )


def _times(money: float) -> dict[str, float]:
    return {_MONEY: money}


def _never_less() -> Iterator[LimitLaw]:
    """Yield the laws that more money never lowers the count of targets met, step by step."""
    for less, more in pairwise(LADDER):
        yield LimitLaw(
            name=f"money_{more:g}",
            title=Text(f"money × {more:g} beside × {less:g}", f"资金×{more:g}与×{less:g}"),
            expectation=Text("no fewer targets met, but for chance", "除随机波动外达标项数不减"),
            terms=(Term(1.0, _times(more)), Term(-1.0, _times(less))),
            setting=_YEAR,
            outcome="targets_met",
            low=0.0,
            beyond_chance=True,
            policy=_POOLED,
        )


def _concave(name: str, outcome: str, what: Text) -> Iterator[LimitLaw]:
    """Yield the laws that a step of money brings no more, by its size, than the step before it."""
    for none, some, more in zip(LADDER, LADDER[1:], LADDER[2:], strict=False):
        first, second = some - none, more - some
        terms = ((1 / second, more), (-1 / second - 1 / first, some), (1 / first, none))
        yield LimitLaw(
            name=f"concave_{name}_{more:g}",
            title=Text(f"money × {more:g}, × {some:g}, × {none:g}", f"资金×{more:g}、×{some:g}、×{none:g}"),
            expectation=Text(
                f"{what.en}: the later step brings no more, per unit of money, than the first, but for chance",
                f"{what.zh}：除随机波动外，后一步单位资金的增益不高于前一步",
            ),
            terms=tuple(Term(weight, _times(money)) for weight, money in terms),
            setting=_YEAR,
            outcome=outcome,
            high=0.0,
            beyond_chance=True,
            policy=_POOLED,
        )


WORLDS: Mapping[str, tuple[Text, Mapping[str, float]]] = {
    "": (Text("money × 0.25", "资金×0.25"), {}),
    "_needs_flat": (
        Text("money × 0.25, each unit of a need brings as much", "资金×0.25，需求各部分收益相同"),
        {"planning.need_curvature": 0.0},
    ),
    "_needs_steep": (
        Text("money × 0.25, the first units of a need bring most", "资金×0.25，需求初始部分收益最大"),
        {"planning.need_curvature": 3.0},
    ),
    "_costs_alike": (
        Text("money × 0.25, all bidders cost alike", "资金×0.25，投标成本相同"),
        {"procurement.cost_spread": 0.0},
    ),
    "_costs_apart": (
        Text("money × 0.25, bidders' costs lie wide apart", "资金×0.25，投标成本差异大"),
        {"procurement.cost_spread": 0.4},
    ),
}
"""Needs and costs at both ends of what they may be, over which is printed what a quarter of the money brings."""


def _quarter(world: str, name: str, outcome: str, what: Text) -> LimitLaw:
    """Return what a quarter of the money brings: a figure that no bound holds, for it is what needs make of it."""
    title, setting = WORLDS[world]
    return LimitLaw(
        name=f"quarter_{name}{world}",
        title=title,
        expectation=Text(
            f"{what.en}: its share of what the whole money brings; printed, never tuned",
            f"{what.zh}：占全部资金增益的比重；仅列示，不作调校",
        ),
        terms=(Term(1.0, _times(0.25)), Term(-1.0, _times(0.0))),
        over=(Term(1.0, _times(1.0)), Term(-1.0, _times(0.0))),
        setting={**_YEAR, **setting},
        outcome=outcome,
        policy=_POOLED,
    )


def _works(
    name: str, pushed: Text, expectation: Text, changes: Mapping[str, Any], figure: str, *,
    low: float = -math.inf, high: float = math.inf,
) -> LimitLaw:  # fmt: skip
    """Return a law on when works of a plan that is released at once are finished."""
    return LimitLaw(
        name=name,
        title=Text(f"{pushed.en}, a plan released at once", f"{pushed.zh}（计划一次下达）"),
        expectation=expectation,
        changes=changes,
        setting={**_YEAR, **AT_ONCE},
        outcome=figure,
        against="difference",
        low=low,
        high=high,
        each=True,
        policy=_POOLED,
    )


def _friction(name: str, figure: str, expectation: Text, against: str, high: float) -> Iterator[LimitLaw]:
    """Yield, friction by friction, the law that it alone does not help: beside runs without any of them."""
    without = {key: none for key, (none, *_) in FRICTIONS.items()}
    for key, (_, most, policy, what) in FRICTIONS.items():
        yield LimitLaw(
            name=f"friction_{key.partition('.')[2]}_{name}",
            title=Text(f"{what.en}: {key} {most:g}", f"{what.zh}：{key} {most:g}"),
            expectation=expectation,
            changes={key: most},
            setting={**_YEAR, **without},
            outcome=figure,
            against=against,
            high=high,
            beyond_chance=True,
            policy=policy,
        )


FUND_LAWS: tuple[LimitLaw, ...] = (
    _nothing(_POOLED, Text("pooled", "统筹")),
    _nothing(_SPLIT, Text("split, ranked", "分县、择优")),
    _nothing("equal_split", Text("split in equal parts", "平均分县")),
    *_never_less(),
    *(law for name, (outcome, what) in GAINS.items() for law in _concave(name, outcome, what)),
    *(_quarter(world, name, outcome, what) for world in WORLDS for name, (outcome, what) in GAINS.items()),
    LimitLaw(
        name="neutral_point",
        title=Text("pooled beside split at the neutral point", "中性点：统筹与分县"),
        expectation=Text(
            "the same events to the bit, but for transfers between purses", "除资金在各级之间划拨外，事件逐位相同"
        ),
        setting={**_YEAR, **NEUTRAL},
        outcome="events_but_purse",
        low=1.0,
        high=1.0,
        each=True,
        policy=_POOLED,
        policy_beside=_SPLIT,
    ),
    _works(
        "lending_delays_nobody",
        Text("counties lend all that their offices spare", "各县出借全部闲置管理能力"),
        Text("no project is finished later, days", "没有项目推迟完工（天）"),
        {"offices.lend": 1.0},
        "finish_day:*",
        high=0.0,
    ),
    _works(
        "capacity_finishes_more",
        Text("half as much again of office capacity", "管理能力增加一半"),
        Text("in no week have fewer works been finished", "任何一周累计完工数不减"),
        MORE_CAPACITY,
        "finished_by:*",
        low=0.0,
    ),
    *_friction(
        "targets", "targets_met", _NO_MORE, "difference", 0.0
    ),
    *_friction(
        "sales", "farm_retail@2019", _NO_RISE, "run", 1.0
    ),
)  # fmt: skip
"""Laws by subject: money of nothing, more money, whose purse it is, offices, frictions."""
