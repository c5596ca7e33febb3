"""The figures of a run that facts beside the model are held against, by county."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CountiesBaselined
from ecsim.rural.figures import OF_A_PERIOD
from ecsim.rural.figures.goods_balance import GoodsBalance
from ecsim.rural.indicators import CountyScorecard, Period, of_period
from ecsim.rural.regions import RegionPack
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate

F64 = NDArray[np.float64]


class MeasuredRun(NamedTuple):
    """A run and what was measured of it.

    Attributes
    ----------
    goods : where the kilograms of the opening's year went
    root : its Merkle root, hexadecimal
    events : rows of events in it
    """

    scorecard: CountyScorecard
    goods: GoodsBalance
    root: str
    events: int


def measured_run(scenario: Scenario, pack: RegionPack) -> MeasuredRun:
    """Return the run of a scenario with seed 1."""
    scorecard = CountyScorecard.of(scenario, pack)
    goods = GoodsBalance(scorecard.periods.run_of(pack.year).stop)
    run = simulate(scenario, 1, watchers=[scorecard, goods])
    return MeasuredRun(scorecard, goods, run.root.root, run.root.events)


def _outcomes(card: CountyScorecard, year: int) -> dict[str, F64]:
    """Return the outcomes of a year by what they measure."""
    return {base: card.outcomes_named([of_period(base, str(year))])[of_period(base, str(year))] for base in OF_A_PERIOD}


def background_figures(card: CountyScorecard, year: int) -> dict[str, F64]:
    """Return the outcomes of a year, and parcels and online buyers in it, by name; shape (counties,) each.

    ``parcels`` are ordered parcels per village and day, ``buyers`` the share of households that have ever ordered.
    """
    index = card.index
    weeks = card.periods.run_of(year)
    villages = np.maximum(index.column(CountiesBaselined, "villages"), 1)
    households = np.maximum(index.column(CountiesBaselined, "households"), 1)
    days = 7.0 * (weeks.stop - weeks.start)
    return {
        "parcels": card.parcels.series("ordered")[weeks].sum(axis=0) / villages / days,
        "buyers": card.programme.until("buyers", 7 * weeks.stop) / households,
        **_outcomes(card, year),
    }


def programme_figures(card: CountyScorecard) -> dict[str, F64]:
    """Return figures of stations and training in the programme's period by name; shape (counties,) each.

    ``stations`` are villages with one at the end, ``takings`` a station's median yuan in the last month settled,
    ``trainee_yuan`` what was paid for each person trained, ``parcels_station`` parcels handed out a
    day in a village with a place for it, in weeks in which some were.
    """
    day = 7 * card.weeks
    county = card.index.village_county
    counties = card.index.counties
    stations, takings = card.stations.last_takings()
    home = county[card.index.stations_by(stations)]
    weeks = card.periods.weeks_in(Period.of(card.notice.period))
    opened = np.bincount(county[card.stations.villages_with(day)], minlength=counties).astype(np.float64)
    handed, village_weeks = (card.parcels.series(name)[weeks].sum(axis=0) for name in ("at_station", "station_weeks"))
    paid = card.programme.series("paid_training").sum() / 100.0
    persons = card.programme.until("persons", day)
    return {
        "stations": opened,
        "takings": np.array(
            [np.median(takings[home == c]) / 100.0 if (home == c).any() else 0.0 for c in range(counties)]
        ),
        "trainee_yuan": np.full(counties, paid / max(1.0, float(persons.sum()))),
        "parcels_station": handed / np.maximum(7.0 * village_weeks, 1.0),
    }
