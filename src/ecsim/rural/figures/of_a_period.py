"""Figures of a period: sales, costs, incomes of a year, quarter, month or the last weeks (docs/model.md 7)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ecsim.rural.figures.accumulators import (
    F64,
    OF_ALL,
    OF_THE_POOR,
    SAVED_BY_ALL,
    SAVED_BY_THE_POOR,
    CostOfLiving,
    Goods,
    Incomes,
    Parcels,
    Sales,
    ratio,
    real_income,
)
from ecsim.rural.figures.card import Card
from ecsim.rural.figures.components import BackgroundIncome, Component, SeriesSums, growth_of, weeks_of
from ecsim.rural.figures.figure import Measure, PeriodFigure
from ecsim.rural.figures.growth import growth
from ecsim.rural.figures.of_a_date import ALL_SALES
from ecsim.rural.figures.period import Period

_COST = (*Parcels.PARTS, "upward_fen", "delivered", "over_borders")


def _summed(card: Card, period: Period, series: F64) -> F64:
    """Return a series added up over a period, shape (counties,)."""
    total: F64 = series[card.periods.weeks_in(period)].sum(axis=0)
    return total


def _a_parcel(series: str, of: str = "delivered", per: float = 1.0) -> Callable[[Card, Period], F64]:
    """Return a series of parcels by each of another, in a larger unit."""

    def value(card: Card, period: Period) -> F64:
        total, parcels = (_summed(card, period, card.parcels.series(name)) for name in (series, of))
        return ratio(total, parcels) / per

    return value


def _unfilled_share(card: Card, period: Period) -> F64:
    """Return the share, by weight, of farm goods ordered online that nobody sent."""
    return ratio(*(_summed(card, period, card.goods.series(name)) for name in ("unfilled", "ordered")))


def _parcel_cost(card: Card, period: Period) -> F64:
    """Return what a parcel costs the operators of a county that bring it, yuan."""
    brought = _summed(card, period, card.parcels.brought())
    return ratio(_summed(card, period, card.parcels.operators_fen()), brought) / 100.0


def _full_parcel_cost(card: Card, period: Period) -> F64:
    """Return the cost of a parcel with what fetching one costs a household, yuan."""
    trips, ordered = (_summed(card, period, card.parcels.series(name)) for name in ("trips", "ordered"))
    return _parcel_cost(card, period) + ratio(trips, ordered) / 100.0


def _upward_cost(card: Card, period: Period) -> F64:
    """Return what a kilogram of farm goods up costs the operators, yuan."""
    fen, grams = (_summed(card, period, card.parcels.series(name)) for name in ("upward_fen", "upward_g"))
    return ratio(10.0 * fen, grams)


def _full_upward_cost(card: Card, period: Period) -> F64:
    """Return the cost of a kilogram up with what it costs its senders to take it to the township, yuan."""
    fen, grams = (_summed(card, period, card.parcels.series(name)) for name in ("sent_trips", "sent_g"))
    return _upward_cost(card, period) + ratio(10.0 * fen, grams)


def _below_line(card: Card, period: Period) -> F64:
    """Return the share of registered poor households with an income below the line of the year."""
    year = period.whole_year
    line = card.official.income_lines_fen.get(year or 0)
    if year is None or line is None:
        return np.full(card.index.counties, np.nan)
    return card.incomes.poor_below(line, year, card.periods.weeks_in(period))


def _poor_ratio(card: Card, period: Period) -> F64:
    """Return the income a head of registered poor households over that of all."""
    weeks = card.periods.weeks_in(period)
    return ratio(card.incomes.poor_a_head(weeks), card.incomes.all_a_head(weeks))


def _real_income(card: Card, period: Period, nominal: F64, *, poor: bool) -> F64:
    """Return income a head at the prices of village shops, yuan."""
    saved = card.cost_of_living.saved_a_head(card.periods.weeks_in(period), poor=poor)
    return real_income(nominal, saved, card.consumption_share) / 100.0


def _income_of_the_poor(period: Period) -> tuple[Component, ...]:
    weeks = weeks_of(period)
    return SeriesSums(Incomes, OF_THE_POOR, weeks), BackgroundIncome((True,), weeks)


def _income_of_all(period: Period) -> tuple[Component, ...]:
    weeks = weeks_of(period)
    return SeriesSums(Incomes, OF_ALL, weeks), BackgroundIncome((False, True), weeks)


PERIOD_FIGURES: tuple[PeriodFigure, ...] = (
    PeriodFigure(
        "retail", Measure("Online retail sales", "网络零售额", "million yuan", "sum", "max"),
        lambda card, period: _summed(card, period, card.sales.total()) / 1e8,
        lambda period: (SeriesSums(Sales, ALL_SALES, weeks_of(period)),),
    ),
    PeriodFigure(
        "farm_retail", Measure("Farm products sold online", "农产品网络零售额", "million yuan", "sum", "max"),
        lambda card, period: _summed(card, period, card.sales.series("farm")) / 1e8,
        lambda period: (SeriesSums(Sales, ("farm",), weeks_of(period)),),
    ),
    PeriodFigure(
        "retail_growth", Measure("Growth of online retail", "网络零售额增速", "share", "mean", "max"),
        lambda card, period: growth(card.sales.total(), card.periods.growth_in(period)),
        lambda period: (SeriesSums(Sales, ALL_SALES, growth_of(period)),), compares_years=True,
    ),
    PeriodFigure(
        "farm_growth", Measure("Growth of farm products online", "农产品网络零售额增速", "share", "mean", "max"),
        lambda card, period: growth(card.sales.series("farm"), card.periods.growth_in(period)),
        lambda period: (SeriesSums(Sales, ("farm",), growth_of(period)),), compares_years=True,
    ),
    PeriodFigure(
        "offline_sales",
        Measure("Farm products sold offline by dealers", "农产品线下渠道销售额", "million yuan", "sum", "max"),
        lambda card, period: _summed(card, period, card.goods.series("offline")) / 1e8,
        lambda period: (SeriesSums(Goods, ("offline",), weeks_of(period)),),
    ),
    PeriodFigure(
        "goods_lost", Measure("Farm goods lost after harvest", "农产品产后损耗", "thousand tonnes", "sum", "min"),
        lambda card, period: _summed(card, period, card.goods.series("lost")) / 1e9,
        lambda period: (SeriesSums(Goods, ("lost",), weeks_of(period)),),
    ),
    PeriodFigure(
        "unfilled_share",
        Measure("Online orders of farm goods never filled", "未能履约的农产品网上订单占比", "share", "mean", "min"),
        _unfilled_share, lambda period: (SeriesSums(Goods, ("unfilled", "ordered"), weeks_of(period)),),
    ),
    PeriodFigure(
        "parcel_cost", Measure("Cost per parcel (operators)", "企业单件成本", "yuan", "mean", "min"),
        _parcel_cost, lambda period: (SeriesSums(Parcels, _COST, weeks_of(period)),),
    ),
    PeriodFigure(
        "full_parcel_cost",
        Measure("Full cost per parcel, household's trip included", "单件全成本（含农户取件）", "yuan", "mean", "min"),
        _full_parcel_cost, lambda period: (SeriesSums(Parcels, (*_COST, "trips", "ordered"), weeks_of(period)),),
    ),
    PeriodFigure(
        "upward_cost",
        Measure("Cost per kg of farm goods up (operators)", "农产品上行企业每公斤成本", "yuan", "mean", "min"),
        _upward_cost, lambda period: (SeriesSums(Parcels, ("upward_fen", "upward_g"), weeks_of(period)),),
    ),
    PeriodFigure(
        "full_upward_cost",
        Measure(
            "Full cost per kg up, household's trip included", "农产品上行每公斤全成本（含农户送货）", "yuan", "mean",
            "min",
        ),
        _full_upward_cost,
        lambda period: (
            SeriesSums(Parcels, ("upward_fen", "upward_g", "sent_trips", "sent_g"), weeks_of(period)),
        ),
    ),
    PeriodFigure(
        "delay_days", Measure("Delivery time within the county", "县域内配送时长", "days", "mean", "min"),
        _a_parcel("delay_hours", per=24.0),
        lambda period: (SeriesSums(Parcels, ("delay_hours", "delivered"), weeks_of(period)),),
    ),
    PeriodFigure(
        "late_share", Measure("Late parcels", "延误包裹占比", "share", "mean", "min"),
        _a_parcel("late"),
        lambda period: (SeriesSums(Parcels, ("late", "delivered"), weeks_of(period)),),
    ),
    PeriodFigure(
        "next_day_share", Measure("Parcels that came by the next day", "次日内送达包裹占比", "share", "mean", "max"),
        _a_parcel("by_next_day"),
        lambda period: (SeriesSums(Parcels, ("by_next_day", "delivered"), weeks_of(period)),),
    ),
    PeriodFigure(
        "cut_off_share",
        Measure("Parcels due that day behind a closed road", "当日应送而道路中断的包裹占比", "share", "mean", "min"),
        _a_parcel("cut_off", "due"),
        lambda period: (SeriesSums(Parcels, ("cut_off", "due"), weeks_of(period)),),
    ),
    PeriodFigure(
        "poor_income", Measure("Income per head, registered poor", "建档立卡贫困户人均收入", "yuan", "mean", "max"),
        lambda card, period: card.incomes.poor_a_head(card.periods.weeks_in(period)) / 100.0,
        _income_of_the_poor,
    ),
    PeriodFigure(
        "poor_incomes",
        Measure("Income of the registered poor, all together", "建档立卡贫困户总收入", "million yuan", "sum", "max"),
        lambda card, period: card.incomes.poor_a_head(card.periods.weeks_in(period)) * card.incomes.heads[:, 1] / 1e8,
        _income_of_the_poor,
    ),
    PeriodFigure(
        "poor_keepers_income",
        Measure(
            "What registered poor keepers of stations earn", "建档立卡贫困户站长收入合计", "million yuan", "sum", "max"
        ),
        lambda card, period: _summed(card, period, card.incomes.series("station")) / 1e8,
        lambda period: (SeriesSums(Incomes, ("station",), weeks_of(period)),),
    ),
    PeriodFigure(
        "income", Measure("Rural income per head", "农村人均收入", "yuan", "mean", "max"),
        lambda card, period: card.incomes.all_a_head(card.periods.weeks_in(period)) / 100.0,
        _income_of_all,
    ),
    PeriodFigure(
        "poor_real_income",
        Measure(
            "Real income per head, registered poor, at village shop prices",
            "建档立卡贫困户人均实际收入（按村店价格）", "yuan", "mean", "max",
        ),
        lambda card, period: _real_income(
            card, period, card.incomes.poor_a_head(card.periods.weeks_in(period)), poor=True
        ),
        lambda period: (
            *_income_of_the_poor(period), SeriesSums(CostOfLiving, SAVED_BY_THE_POOR, weeks_of(period))
        ),
        at_shop_prices=True,
    ),
    PeriodFigure(
        "real_income",
        Measure(
            "Real rural income per head, at village shop prices", "农村人均实际收入（按村店价格）", "yuan", "mean",
            "max",
        ),
        lambda card, period: _real_income(
            card, period, card.incomes.all_a_head(card.periods.weeks_in(period)), poor=False
        ),
        lambda period: (*_income_of_all(period), SeriesSums(CostOfLiving, SAVED_BY_ALL, weeks_of(period))),
        at_shop_prices=True,
    ),
    PeriodFigure(
        "poor_ratio",
        Measure("Income of registered poor over all", "建档立卡户人均收入与农村人均收入之比", "share", "mean", "max"),
        _poor_ratio, _income_of_all,
    ),
    PeriodFigure(
        "below_line",
        Measure("Registered poor below the income line", "收入低于贫困线的建档立卡户占比", "share", "mean", "min"),
        _below_line, _income_of_the_poor, years_alone=True,
    ),
)  # fmt: skip
"""One object an outcome of a period: to add one, add an object here."""
