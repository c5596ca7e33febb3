"""What kinds of events are called in a trace, in English and Chinese, and which of their columns are added up there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Topic: TypeAlias = Literal[
    "opening", "nature", "money", "works", "station", "training", "household", "market", "delivery"
]


@dataclass(frozen=True, slots=True)
class Words:
    """A kind's titles, what it is about, and the columns whose sums tell how much it was."""

    en: str
    zh: str
    topic: Topic
    amounts: tuple[str, ...] = ()


WORDS: dict[str, Words] = {
    "counties_baselined": Words("county at the opening", "期初的县", "opening"),
    "internet_baselined": Words("internet use at the opening", "期初上网率", "opening"),
    "retail_baselined": Words("online retail at the opening", "期初网络零售", "opening", ("yearly_fen",)),
    "townships_baselined": Words("township at the opening", "期初的乡镇", "opening"),
    "villages_baselined": Words("village at the opening", "期初的村", "opening"),
    "crops_baselined": Words("product at the opening", "期初的农产品", "opening"),
    "crop_seasons_baselined": Words("harvest season at the opening", "期初的收获季", "opening"),
    "cooperatives_baselined": Words("cooperative at the opening", "期初的合作社", "opening"),
    "households_baselined": Words("household at the opening", "期初的农户", "opening"),
    "plots_baselined": Words("plot at the opening", "期初的地块", "opening"),
    "enterprises_baselined": Words("enterprise at the opening", "期初的企业", "opening", ("yearly_fen",)),
    "operators_baselined": Words("operator at the opening", "期初的物流企业", "opening"),
    "storms_came": Words("storms", "风暴", "nature"),
    "road_closed": Words("road closed", "道路中断", "nature"),
    "harvest_shocked": Words("weather of the season", "年景", "nature"),
    "buyer_adopted": Words("household begins to buy", "农户开始网购", "household"),
    "buyer_lapsed": Words("household stops buying", "农户停止网购", "household"),
    "parcels_ordered": Words("parcels ordered", "网购下单", "household", ("parcels", "spent_fen")),
    "selling_heard_of": Words("hears of selling online", "听说网销", "household"),
    "skill_gained": Words("masters selling online", "学会网销", "household"),
    "seller_started": Words("opens an online shop", "开设网店", "household"),
    "seller_lapsed": Words("gives up the shop", "关闭网店", "household"),
    "crop_harvested": Words("harvest", "收获", "market"),
    "stock_spoiled": Words("stock spoiled", "存货损耗", "market"),
    "orders_arrived": Words(
        "online orders", "网上订单", "market", ("household_g", "station_g", "cooperative_g", "enterprise_g")
    ),
    "lot_sold": Words("lot sold", "农户售出", "market", ("sold_g", "received_fen", "retail_fen")),
    "farm_price_moved": Words("farm price moved", "收购价变动", "market"),
    "cooperatives_traded": Words("cooperative traded", "合作社购销", "market", ("online_fen", "bulk_fen")),
    "cooperative_failed": Words("cooperative failed", "合作社停业", "market"),
    "enterprises_traded": Words("enterprise traded", "企业销售", "market", ("farm_fen", "other_fen")),
    "enterprise_founded": Words("enterprise founded", "企业创办", "market"),
    "enterprise_closed": Words("enterprise closed", "企业关闭", "market"),
    "retail_sold": Words("retail of small merchants", "小商户零售", "market", ("sold_fen",)),
    "jobs_filled": Words("jobs filled", "新增就业", "market", ("jobs",)),
    "wages_paid": Words("wages paid", "发放工资", "market", ("paid_fen",)),
    "background_income_moved": Words("income from elsewhere moved", "其他收入变动", "nature"),
    "marketing_done": Words("marketing done", "开展推广", "works"),
    "visibility_faded": Words("marketing faded", "推广消退", "market"),
    "shop_gains_moved": Words("gains of shops moved", "网店收益变动", "market"),
    "brand_built": Words("brand built", "品牌建设", "works", ("spent_fen",)),
    "brands_moved": Words("brand moved", "品牌变动", "market"),
    "brand_registered": Words("brand registered", "品牌注册", "works"),
    "example_recognised": Words("example recognised", "认定示范企业（户）", "works", ("weight",)),
    "station_offered": Words("station offered", "遴选站点", "station"),
    "station_opened": Words("station opened", "站点开业", "station"),
    "stations_settled": Words("station settled", "站点结算", "station", ("transactions", "takings_fen", "grant_fen")),
    "station_idled": Words("station idled", "站点停业", "station"),
    "station_reopened": Words("station reopened", "站点恢复", "station"),
    "station_closed": Words("station closed", "站点关闭", "station"),
    "pool_formed": Words("joint delivery formed", "组建共同配送", "delivery"),
    "operator_joined_pool": Words("operator joined", "企业加入共配", "delivery"),
    "delivery_reach_set": Words("days of delivery set", "确定配送频次", "delivery"),
    "rounds_driven": Words("rounds driven", "配送出车", "delivery", ("parcels_down", "driven_m")),
    "parcels_delivered": Words("parcels delivered", "包裹送达", "delivery", ("parcels", "late")),
    "parcels_waiting": Words("parcels waiting", "包裹滞留", "delivery", ("parcels",)),
    "delivery_costed": Words(
        "cost of deliveries", "配送成本", "delivery",
        ("vehicle_fen", "distance_fen", "crew_fen", "handling_fen", "station_fee_fen", "upward_fen"),
    ),
    "tariff_moved": Words("tariff moved", "运价变动", "delivery"),
    "payment_made": Words("payment made", "拨付款项", "money", ("paid_fen",)),
    "project_approved": Words("project approved", "批准项目", "money", ("central_fen", "local_fen", "social_fen")),
    "project_refused": Words("project refused", "退回项目", "money", ("central_fen",)),
    "contract_awarded": Words("contract awarded", "签订合同", "works"),
    "works_slipped": Words("works slipped", "工程延期", "works"),
    "works_finished": Words("works finished", "工程验收", "works"),
    "facility_opened": Words("facility opened", "设施启用", "works"),
    "report_filed": Words("report filed", "提交报告", "money"),
    "session_held": Words("training session held", "开办培训", "training", ("seats",)),
    "trainee_attended": Words("trainees attended", "参加培训", "training", ("persons", "answered", "satisfied")),
    "service_complained": Words("complaint about service", "服务投诉", "household", ("complaints",)),
    "disclosure_complained": Words("complaint on disclosure", "信息公开投诉", "household", ("complaints",)),
}  # fmt: skip
"""By the name of the kind."""

ROOTS_ZH = {
    "the opening": "期初",
    "luck: the weather": "随机：天气",
    "the economy outside the model": "模型之外的经济",
    "the programme: its first tranche": "项目资金：首批拨款",
    "the programme: its calendar": "项目日程",
}
"""Why an event has no cause, in Chinese."""


def words_of(kind: str) -> Words:
    """Return the words of a kind; its own name if nobody gave it any."""
    return WORDS.get(kind, Words(kind.replace("_", " "), kind, "market"))


def shown_sums(sums: Mapping[str, int]) -> list[str]:
    """Return sums in words: money in yuan, weights in tonnes, ways in kilometres, all else as counted."""
    return [_shown(name, value) for name, value in sums.items() if value]


def main_sum(sums: Mapping[str, int], *, title: bool = True) -> list[str]:
    """Return the first sum in few words, if there is one; perhaps without saying of what."""
    for name, value in sums.items():
        if value and name.endswith("_fen"):
            words = f"{value / 1e8:,.3g} m yuan" if value >= 1e8 else f"{value / 100:,.0f} yuan"
            return [f"{name.removesuffix('_fen').replace('_', ' ')} {words}" if title else words]
    return shown_sums(sums)[:1]


def span(first: dt.date, last: dt.date) -> str:
    """Return from when to when, no longer than it must be."""
    if first == last:
        return first.isoformat()
    if first.year != last.year:
        return f"{first:%Y-%m} – {last:%Y-%m}"
    return f"{first:%Y-%m} – {last:%m}" if first.month != last.month else f"{first} – {last:%d}"


def _shown(name: str, value: int) -> str:
    for ending, one, unit in (("_fen", 100, "yuan"), ("_g", 1_000_000, "t"), ("_m", 1000, "km")):
        if name.endswith(ending):
            title = name.removesuffix(ending).replace("_", " ")
            return f"{title} {value / one:,.0f} {unit}" if value >= 10 * one else f"{title} {value / one:,.2f} {unit}"
    return f"{value:,} {'recognised' if name == 'weight' else name.replace('_', ' ')}"
