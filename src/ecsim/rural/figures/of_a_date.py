"""Figures of a date: what targets are of, and how things stand at the end of a run (docs/model.md 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from ecsim.rural.events import CountiesBaselined, Group, SellerStarted, WagesPaid
from ecsim.rural.events.codes import StationStatus
from ecsim.rural.figures.accumulators import F64, VILLAGE_GROUPS, ProgrammeFacts, Sales, ratio
from ecsim.rural.figures.card import Card
from ecsim.rural.figures.components import AfterTraining, SeriesSums, ServiceOfThePoor, Stations, both_years
from ecsim.rural.figures.figure import DateFigure, Measure
from ecsim.rural.figures.growth import growth

ALL_SALES = ("farm", "goods", "services")
_POOR_VILLAGES = Stations(StationStatus.OPEN, committees=True, poor=True, verified=True)


def _day(card: Card, date: dt.date) -> int:
    return (date - card.start).days


def _until(series: str) -> Callable[[Card, dt.date], F64]:
    """Return what a series of the programme adds up to by a date."""
    return lambda card, date: card.programme.until(series, _day(card, date))


def _of_all_households(series: str) -> Callable[[Card, dt.date], F64]:
    """Return a series as a share of the county's households."""
    until = _until(series)
    return lambda card, date: until(card, date) / card.index.column(CountiesBaselined, "households").astype(float)


def _stations(status: StationStatus) -> Callable[[Card, dt.date], F64]:
    return lambda card, date: card.stations.of_status(_day(card, date), status)


def _coverage(*, poor_only: bool) -> Callable[[Card, dt.date], F64]:
    """Return the share of villages that have an open station."""
    return lambda card, date: card.stations.coverage(card.stations.villages_with(_day(card, date)), poor_only=poor_only)


def _growth_gap(card: Card, date: dt.date, series: F64, benchmark: str) -> F64:
    """Return growth of the year to date less the official growth of that year."""
    official = card.official.growth_of(benchmark, card.periods.growth_year(date))
    return growth(series, card.periods.growth_weeks(date)) - official


def _poor_villages(card: Card, date: dt.date) -> F64:
    """Return poor villages whose open station did enough transactions in its last settled month."""
    served = card.stations.verified(_day(card, date), card.least_transactions)
    county = card.index.village_county[served[card.stations.counts(served, poor_only=True)]]
    return np.bincount(county, minlength=card.index.counties).astype(np.float64)


def _poor_households(card: Card, date: dt.date) -> F64:
    return card.poor_served.households(_day(card, date))


def _services_for_the_poor(card: Card, date: dt.date) -> F64:
    """Return how many of two services reach the poor: stations in use in their villages, training or sales."""
    return np.where(_poor_villages(card, date) > 0, 1.0, 0.0) + (_poor_households(card, date) > 0)


def _satisfaction(card: Card, date: dt.date) -> F64:
    return ratio(_until("satisfied")(card, date), _until("answered")(card, date))


def _counted(name: str, series: str, unit: str) -> DateFigure:
    """Return a figure that is what a series of the programme adds up to, and no outcome of the end."""
    return DateFigure(name, _until(series), (SeriesSums(ProgrammeFacts, (series,)),), unit)


def _converted(series: str) -> Callable[[Card, dt.date], F64]:
    """Return how many trained households went on to something by a date."""
    return lambda card, date: card.conversion.until(series, _day(card, date))


def _converted_share(series: str, group: Group) -> Callable[[Card, dt.date], F64]:
    """Return the share of a group's trained households that went on to something."""
    of_group, trained = _converted(f"{series}_{group:d}"), _converted(f"trained_{group:d}")
    return lambda card, date: ratio(of_group(card, date), trained(card, date))


def _conversions() -> tuple[DateFigure, ...]:
    """Return what became of the trained: how many, and the share of each group."""
    figures: list[DateFigure] = []
    for series, kind, en, zh in (
        ("shops", SellerStarted, "opened a shop", "开网店"),
        ("work", WagesPaid, "got work", "就业"),
    ):
        figures.append(
            DateFigure(
                f"trained_to_{series}", _converted(series), (AfterTraining(kind),), "households",
                measure=Measure(f"Trained households that {en}", f"参训后{zh}农户", "households", "sum", "max"),
            )
        )  # fmt: skip
        figures += [
            DateFigure(
                f"trained_to_{series}_{group.name.lower()}", _converted_share(series, group),
                (AfterTraining(kind, int(group)),), "share",
                measure=Measure(
                    f"Trained {_GROUPS[group][0]} that {en}", f"参训{_GROUPS[group][1]}{zh}占比", "share", "mean", "max"
                ),
            )
            for group in VILLAGE_GROUPS
        ]  # fmt: skip
    return tuple(figures)


_GROUPS = {
    Group.YOUTH: ("youth and returnees", "返乡青年"),
    Group.FOUNDERS: ("would-be founders", "创业者"),
    Group.VILLAGERS: ("villagers", "村民"),
}

DATE_FIGURES: tuple[DateFigure, ...] = (
    _counted("service_centres", "service_centres", "centres"),
    _counted("distribution_centres", "distribution_centres", "centres"),
    _counted("demo_enterprises", "example_enterprises", "enterprises"),
    _counted("demo_poor_households", "example_households", "households"),
    _counted("regional_brands", "regional_brands", "brands"),
    _counted("trained", "persons", "person-times"),
    DateFigure(
        "village_coverage", _coverage(poor_only=False), (Stations(StationStatus.OPEN, committees=True),), "share"
    ),
    DateFigure(
        "poor_village_coverage", _coverage(poor_only=True),
        (Stations(StationStatus.OPEN, committees=True, poor=True),), "share",
    ),
    DateFigure(
        "retail_growth", lambda card, date: _growth_gap(card, date, card.sales.total(), "retail"),
        (SeriesSums(Sales, ALL_SALES, both_years),), "share a year", benchmark="retail",
    ),
    DateFigure(
        "farm_growth", lambda card, date: _growth_gap(card, date, card.sales.series("farm"), "farm"),
        (SeriesSums(Sales, ("farm",), both_years),), "share a year", benchmark="farm",
    ),
    _counted("employment", "employment", "persons"),
    DateFigure("poverty_service", _services_for_the_poor, (_POOR_VILLAGES, ServiceOfThePoor()), "of 2 services"),
    _counted("complaints", "complaints", "complaints"),
    DateFigure(
        "trainee_satisfaction", _satisfaction, (SeriesSums(ProgrammeFacts, ("answered", "satisfied")),), "share"
    ),
    DateFigure(
        "stations_open", _stations(StationStatus.OPEN), (Stations(StationStatus.OPEN),), "stations",
        measure=Measure("Stations open at the end", "期末营业站点", "stations", "sum", "max"),
    ),
    DateFigure("stations_idle", _stations(StationStatus.IDLE), (Stations(StationStatus.IDLE),)),
    DateFigure(
        "stations_closed", _stations(StationStatus.CLOSED), (Stations(StationStatus.CLOSED),),
        measure=Measure("Stations closed", "关闭站点", "stations", "sum", "min"),
    ),
    DateFigure(
        "buyers_share", _of_all_households("buyers"), (SeriesSums(ProgrammeFacts, ("buyers",)),), "share",
        measure=Measure("Households that buy online", "网购农户占比", "share", "mean", "max"),
    ),
    DateFigure(
        "sellers_share", _of_all_households("sellers"), (SeriesSums(ProgrammeFacts, ("sellers",)),), "share",
        measure=Measure("Households that sell online", "网销农户占比", "share", "mean", "max"),
    ),
    DateFigure(
        "service_complaints", _until("service_complaints"),
        (SeriesSums(ProgrammeFacts, ("service_complaints",)),), "complaints",
        measure=Measure("Service complaints per county", "服务投诉（每县）", "complaints", "mean", "min"),
    ),
    DateFigure(
        "poor_villages_served", _poor_villages, (_POOR_VILLAGES,), "villages",
        measure=Measure("Poor villages with a station in use", "有站点服务的贫困村", "villages", "sum", "max"),
    ),
    DateFigure(
        "poor_households_served", _poor_households, (ServiceOfThePoor(),), "households",
        measure=Measure("Registered poor households served", "接受服务的建档立卡户", "households", "sum", "max"),
    ),
    *_conversions(),
)  # fmt: skip
"""One object a figure: to add one, add an object here."""
