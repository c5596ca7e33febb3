"""Laws of limits on who is on the internet, who begins to buy, and on village stations (docs/model.md 10)."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.limits import LimitLaw
from ecsim.kernel.text import Text

_FUNDED = "pooled_by_project"
_TO_2019, _TO_2020, _TO_2021 = {"end": "2019-12-31"}, {"end": "2021-01-03"}, {"end": "2022-01-02"}
"""Years end with the last week that began in them."""
_SAME = 0.001
"""Of farm sales: what may differ where nothing but the price of carriage could move them, and that stands still."""
_NO_INTERNET = Text("nobody has internet", "无人上网")
_ADOPTION_OFF = Text("no household begins to buy online", "无农户开始网购")
_ONE_STATION = Text("the first station of each county beside none in its village", "各县首个站点与该村无站点")


def _offline(name: str, expectation: Text, outcome: str, setting: dict[str, str], policy: str = "") -> LimitLaw:
    """Return the law that without internet there is nothing of an outcome."""
    return LimitLaw(
        name=f"offline_{name}", title=_NO_INTERNET, expectation=expectation, setting=setting, outcome=outcome,
        against="none", low=0.0, high=0.0, each=True, without=("internet",), policy=policy,
    )  # fmt: skip


def _no_adoption(name: str, expectation: Text, outcome: str, **how: Any) -> LimitLaw:  # noqa: ANN401 (of a law)
    """Return a law on a run in which nobody begins to buy online, beside one in which some do."""
    usual = {"without": ("adoption",), "setting": _TO_2020}
    return LimitLaw(
        name=f"adoption_{name}", title=_ADOPTION_OFF, expectation=expectation, outcome=outcome, **{**usual, **how}
    )


def _one_station(name: str, expectation: Text, outcome: str, **how: Any) -> LimitLaw:  # noqa: ANN401 (of a law)
    """Return a law on villages with a station beside the same villages without, all else equal."""
    return LimitLaw(
        name=f"one_station_{name}", title=_ONE_STATION, expectation=expectation, outcome=outcome, low=0.0,
        setting=_TO_2020, against="difference", without=("one_station_kept",), without_beside=("one_station",),
        policy=_FUNDED, **how,
    )  # fmt: skip


ACCESS_LAWS: tuple[LimitLaw, ...] = (
    _offline("orders", Text("no household orders anything", "农户不下单"), "parcels_ordered", _TO_2019),
    _offline("sales", Text("no household sells online", "农户无网上销售"), "households_online", _TO_2019),
    _offline(
        "station_use", Text("no station has parcels or orders for villagers", "站点无包裹与代购业务"), "station_use",
        _TO_2020, _FUNDED,
    ),
    _offline(
        "stations", Text("at the end of 2021 no station is open", "2021年末无站点营业"), "stations_open", _TO_2021,
        _FUNDED,
    ),
    _no_adoption(
        "real_income", Text("real rural incomes fall: buyers save no more", "农村实际收入下降：网购节省减少"),
        "real_income@2020", against="difference", high=0.0, moves=True,
    ),
    _no_adoption(
        "parcel_cost", Text("yuan a parcel rise with thinner rounds", "线路变稀，单件成本上升"), "parcel_cost@2020",
        against="difference", low=0.0, moves=True,
    ),
    _no_adoption(
        "upward_cost", Text("yuan a kg up rise with thinner rounds", "线路变稀，上行每公斤成本上升"),
        "upward_cost@2020", against="difference", low=0.0, moves=True,
    ),
    _no_adoption(
        "sales", Text("farm sales online do not rise, but for chance", "除随机波动外农产品网销额不升"),
        "farm_retail@2020", high=1.0, beyond_chance=True,
    ),
    _no_adoption(
        "sales_at_fixed_tariffs",
        Text(
            "with what operators charge held still in both runs, farm sales online stay the same within 0.1 %",
            "两次运行运价均固定时，农产品网销额相差不超过0.1%",
        ),
        "farm_retail@2020", without=("adoption", "tariffs"), without_beside=("tariffs",), low=1.0 - _SAME,
        high=1.0 + _SAME,
    ),
    LimitLaw(
        name="no_stations",
        title=Text("no station opens", "无站点开业"),
        expectation=Text("farm sales online do not rise, but for chance", "除随机波动外农产品网销额不升"),
        setting=_TO_2020,
        outcome="farm_retail@2020",
        high=1.0,
        without=("stations",),
        beyond_chance=True,
        policy=_FUNDED,
    ),
    _one_station(
        "bought", Text("the village that loses or gains least buys no less, yuan", "变化最不利的村网购额不减（元）"),
        "bought:*", each=True,
    ),
    _one_station(
        "sold", Text("the village that loses or gains least sells no less, yuan", "变化最不利的村销售额不减（元）"),
        "sold:*", each=True,
    ),
    _one_station(
        "bought_mean",
        Text("villages buy no less in the mean, but for chance, yuan", "除随机波动外各村平均网购额不减（元）"),
        "bought_mean", beyond_chance=True,
    ),
    _one_station(
        "sold_mean",
        Text("villages sell no less in the mean, but for chance, yuan", "除随机波动外各村平均销售额不减（元）"),
        "sold_mean", beyond_chance=True,
    ),
)  # fmt: skip
"""Laws by subject: nobody has internet, nobody begins to buy, no stations, one more station."""
