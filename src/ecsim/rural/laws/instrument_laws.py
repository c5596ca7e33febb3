"""Laws that every kind of project moves the outcome that it says it acts through, and every kind of actor moves one.

Under the same random draws a run is laid beside one in which contracts of the kind are not awarded, or decisions of the
actor are not taken (docs/model.md 10).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from ecsim.kernel.limits import LimitLaw
from ecsim.kernel.text import Text
from ecsim.rural.events import PARTNERS
from ecsim.rural.figures.names import OF_A_PERIOD, of_period, outcome_of
from ecsim.rural.laws.fund_limits import AT_ONCE
from ecsim.rural.laws.switches import CONTRACTS, PARTNERS_OF
from ecsim.rural.programme.kinds import OWN_NAMES
from ecsim.rural.scenario import ProjectType, Scenario

_SETTING = {"end": "2021-01-03"}
_TIME_FOR_ALL = {
    **_SETTING, **AT_ONCE, "funds.county_capacity": 20.0, "offices.desk_share": 0.0, "offices.open_contracts": 3.0
}  # fmt: skip
"""Offices that have time for all works at once: what is not awarded frees no desk and no slot for others."""
_POOLED, _SPLIT = "pooled_by_project", "split_by_project"
_LAST = "last52weeks"
_NOT_WORKS = {"poor_income": "poor_income_but_works"}
"""Outcomes that wages of works would move whatever is built, and the figure without them."""
BESIDE_ITS_TARGET = {"village_coverage": "full_parcel_cost", "trained": "sellers_share"}
"""What a kind must move besides, where what it acts through is a target of its own."""
MORE_MONEY = {"prefecture_centre": {"policy.funds.multiplier": 3.0}}
"""What kinds need to be built at all: money that reaches down to where they stand in the ranking."""


def kind_laws(scenario: Scenario) -> Iterator[LimitLaw]:
    """Yield, for each of the model's own kinds of project, the law that it moves the outcome that its file names."""
    for name, kind in scenario.projects.items():
        if name in OWN_NAMES:
            yield _moves(name, kind, kind.acts_through)
            if kind.acts_through in kind.targets:
                yield _moves(name, kind, BESIDE_ITS_TARGET[kind.acts_through], suffix="_beside")


def _moves(name: str, kind: ProjectType, outcome: str, suffix: str = "") -> LimitLaw:
    figure = figure_of(outcome)
    measure = outcome_of(figure)
    lower = measure is not None and measure.better == "min"
    return LimitLaw(
        name=f"kind_{name}{suffix}",
        title=Text(f"{kind.title_en}: with contracts less without", f"{kind.title_zh}：有合同与无合同之差"),
        expectation=Text(
            f"{outcome} {'falls' if lower else 'rises'} by more than chance",
            f"{outcome}的{'下降' if lower else '上升'}超出随机波动",
        ),
        setting={**_TIME_FOR_ALL, **MORE_MONEY.get(name, {})},
        outcome=figure,
        against="difference",
        low=-math.inf if lower else 0.0,
        high=0.0 if lower else math.inf,
        without=(CONTRACTS,),
        without_beside=(f"{CONTRACTS}{name}",),
        moves=True,
        per=f"central_{name}",
        policy=_POOLED,
    )


def figure_of(outcome: str) -> str:
    """Return the figure of a run that shows an outcome: of its last 52 weeks, or of the end; wages of works aside."""
    if outcome in _NOT_WORKS:
        return _NOT_WORKS[outcome]
    return of_period(outcome, _LAST) if outcome in OF_A_PERIOD else outcome


_DECISIONS: Mapping[str, tuple[str, str, str, Text]] = {
    "households_buy": (
        "adoption", "real_income", _POOLED, Text("households: none begins to buy online", "农户：均不开始网购")
    ),
    "households_sell": (
        "own_shops", "farm_retail", _POOLED, Text("households: none opens an own shop", "农户：均不开设网店")
    ),
    "cooperatives": (
        "deals_of_cooperatives", "poor_income", _POOLED,
        Text("cooperatives: no marks, contracts with growers, offline channels", "合作社：不认证、不签订单、不进线下"),
    ),
    "enterprises": (
        "deals_of_enterprises", "farm_retail", _POOLED,
        Text("enterprises: no marks, contracts with growers, offline channels", "企业：不认证、不签订单、不进线下"),
    ),
    "merchants_found": ("founding", "retail", _POOLED, Text("merchants: none is founded", "网商：均不新办")),
    "merchants_close": ("closing", "retail", _POOLED, Text("merchants: none closes", "网商：均不关闭")),
    "keepers_take_up": (
        "stations", "full_parcel_cost", _POOLED, Text("keepers: none takes up a station", "站长：均不接办站点")
    ),
    "keepers_give_up": (
        "giving_up", "stations_open", _POOLED, Text("keepers: none shuts or gives up", "站长：均不停业或放弃")
    ),
    "operators_pool": ("pools", "parcel_cost", _POOLED, Text("operators: no joint delivery", "物流企业：不共同配送")),
    "operators_days": (
        "days_of_delivery", "delay_days", _POOLED,
        Text("operators: days of delivery stay as in the first week", "物流企业：配送频次保持首周水平"),
    ),
    "operators_co_op": (
        "partners_supply_coop", "full_parcel_cost", _POOLED,
        Text("supply-and-marketing co-ops: none comes, none takes a village on", "供销社：均不进入、不承运村级"),
    ),
    "operators_bus_line": (
        "partners_bus_line", "full_parcel_cost", _POOLED,
        Text("bus lines: none comes, none takes a village on", "客运班线：均不进入、不承运村级"),
    ),
    "operators_contractor": (
        "partners_contractor", "parcel_cost", _POOLED,
        Text("delivery contractors: none comes", "第三方配送：均不进入"),
    ),
    "counties": ("contracts", "targets_met", _SPLIT, Text("county governments: nothing is awarded", "县：不签合同")),
    "prefectures": (
        "contracts", "targets_met", _POOLED, Text("prefecture governments: nothing is awarded", "州市：不签合同")
    ),
}  # fmt: skip
"""By name: what is switched off, the outcome that it must move, under whose policy, and in words."""


AT_THE_TABLE = {"logistics.partner_agreement": 1.0, "logistics.joint_agreement": 1.0}
"""Whoever would earn comes at once: partners are rare at default."""


def _setting_of(switch: str) -> Mapping[str, str | float]:
    """Return what a decision is tried in: those of one kind of partner where no other kind comes in its place."""
    kind = switch.removeprefix(PARTNERS_OF)
    if kind == switch:
        return _SETTING
    return {
        **_SETTING,
        **AT_THE_TABLE,
        **{f"{other.name.lower()}.draw": 0.0 for other in PARTNERS if other.name.lower() != kind},
    }


def _decides(name: str, switch: str, outcome: str, policy: str, title: Text) -> LimitLaw:
    return LimitLaw(
        name=f"decides_{name}",
        title=title,
        expectation=Text(
            f"{outcome} differs by more than chance: with decisions less without",
            f"{outcome}差异超出随机波动：有决策减无决策",
        ),
        setting=_setting_of(switch),
        outcome=figure_of(outcome),
        against="difference",
        without=(CONTRACTS,),
        without_beside=(CONTRACTS, switch),
        moves=True,
        policy=policy,
    )


ACTOR_LAWS: tuple[LimitLaw, ...] = tuple(_decides(name, *of) for name, of in _DECISIONS.items())
"""One a decision of each kind of actor: households, cooperatives, enterprises, keepers, operators, governments."""
