"""Recognition of demonstration enterprises and households (docs/model.md 4.7).

Candidates are those above the notice's thresholds by what they did in the last year; each county recognises the largest
of them, so many a quarter. The notice has examples *fostered*: enterprises and households that met the thresholds
before it are noted at the first turn, and of them only a share can become examples. Households are counted, not rows:
of a row's only some may fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import before_in_group
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import EarlierEarnersNoted, EarlierEnterprisesNoted, ExampleKind, ExampleRecognised
from ecsim.rural.state.running_year import year_of
from ecsim.rural.world import WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def recognise_examples(world: World, terms: CommerceTerms, *, first: bool) -> None:
    """Each quarter a county recognises enterprises and poor households that meet the thresholds, the largest first.

    Parameters
    ----------
    first : whether it is the first turn of the programme: who meets the thresholds by now was fostered by nobody

    References
    ----------
    docs/model.md 4.7; the notice's targets of demonstration enterprises and households.
    """
    if first:
        _note_earlier_enterprises(world, terms)
        _note_earlier_earners(world, terms)
    else:
        _recognise_enterprises(world, terms)
        _recognise_households(world, terms)


def _year_so_far(week: int) -> float:
    """Return the part of a year that has been run by the end of a week, at most 1."""
    return min(1.0, (week + 1) / WEEKS_A_YEAR)


def _meets(state: State, terms: CommerceTerms, part: float = 1.0) -> NDArray[np.bool_]:
    """Return which enterprises meet both thresholds, shape (enterprises,).

    Parameters
    ----------
    part : of a year, over which poor households were reached; sales are at a year's rate from the beginning
    """
    e = state.enterprises
    sells = e.alive & (e.yearly_fen >= 100.0 * terms.example_sales_yuan)
    return np.asarray(sells & (e.poor_households >= part * terms.example_poor), np.bool_)


def _note_earlier_enterprises(world: World, terms: CommerceTerms) -> None:
    """Note which enterprises met the thresholds before; which of them may count is drawn, whatever their size."""
    e = world.state.enterprises
    rows = np.flatnonzero(_meets(world.state, terms, _year_so_far(world.week)))
    luck = world.draws.uniform("example_before", world.week, e.lot[rows])
    world.publish(
        EarlierEnterprisesNoted(enterprise=rows, may_count=luck < terms.example_enterprises_before), cause=e.seq[rows]
    )


def _recognise_enterprises(world: World, terms: CommerceTerms) -> None:
    e = world.state.enterprises
    rows = np.flatnonzero(_meets(world.state, terms) & ~e.recognised & ~e.met_before)
    order, chosen = _largest(e.county[rows], e.yearly_fen[rows], np.ones(len(rows), np.int64), terms.examples_a_quarter)
    rows = rows[order][chosen > 0]
    world.publish(
        ExampleRecognised(
            county=e.county[rows],
            example=np.full(len(rows), int(ExampleKind.DEMONSTRATION_ENTERPRISE)),
            enterprise=rows,
            household=np.full(len(rows), -1),
            weight=np.ones(len(rows), np.int64),
            yearly_fen=e.yearly_fen[rows],
        ),
        cause=e.seq[rows],
    )


def _note_earlier_earners(world: World, terms: CommerceTerms) -> None:
    """Note who earned as much before; in a run that began within the year, at the rate of the weeks since."""
    state = world.state
    least_fen = 100.0 * terms.example_household_yuan * _year_so_far(world.week)
    earners = _earners(state, world.day, least_fen, np.zeros(len(state.households), np.int64))
    count = np.bincount(earners.household, earners.count, len(state.households)).astype(np.int64)
    rows = np.flatnonzero(count)
    world.publish(EarlierEarnersNoted(household=rows, households=count[rows]), cause=state.households.earned_seq[rows])


def _recognise_households(world: World, terms: CommerceTerms) -> None:
    h = world.state.households
    earlier = np.ceil((1.0 - terms.example_before) * h.earlier_earners).astype(np.int64)
    earners = _earners(world.state, world.day, 100.0 * terms.example_household_yuan, h.examples + earlier)
    county = h.county[earners.household]
    order, chosen = _largest(county, earners.yearly_fen, earners.count, terms.households_a_quarter)
    some = chosen > 0
    rows = earners.household[order][some]
    world.publish(
        ExampleRecognised(
            county=h.county[rows],
            example=np.full(len(rows), int(ExampleKind.DEMONSTRATION_HOUSEHOLD)),
            enterprise=np.full(len(rows), -1),
            household=rows,
            weight=chosen[some],
            yearly_fen=earners.yearly_fen[order][some],
        ),
        cause=h.earned_seq[rows],
    )


@dataclass(frozen=True)
class _Earners:
    """Poor households that earned enough and may become examples; shape (n,) each, a row of the table may come twice.

    Attributes
    ----------
    count : households of the row
    yearly_fen : what each of them earned in the last year
    """

    household: I64
    count: I64
    yearly_fen: I64


def _earners(state: State, day: int, least_fen: float, but: I64) -> _Earners:
    """Return who earned enough by what shops, stations and cooperatives brought from online sales, and by jobs.

    Parameters
    ----------
    but : shape (households,), how many of each row do not count; those with jobs first

    Notes
    -----
    Of the households that a row stands for some keep the shops, others have the jobs; where it keeps no shop, what it
    sold is of all alike.
    """
    h = state.households
    rows = np.flatnonzero(h.poor)
    weight = h.weight[rows].astype(np.int64)
    sold = year_of(h.traded_fen[rows], h.earned_quarter[rows], day)
    wages = year_of(h.job_fen[rows], h.earned_quarter[rows], day)
    sellers = np.where(h.shops[rows] > 0, h.shops[rows], weight)
    workers = np.minimum(np.maximum(h.most_jobs[rows], 1), weight)
    each_seller = sold * weight // sellers
    each_worker = wages // workers + np.where(sellers == weight, each_seller, 0)
    worker_fits = (each_worker >= least_fen) & (wages > 0)
    with_job = np.where(worker_fits, workers, 0)
    seller_fits = each_seller >= least_fen
    without = np.where(seller_fits, np.minimum(sellers, weight - with_job), 0)
    first = np.maximum(with_job - but[rows], 0)
    second = np.maximum(without - np.maximum(but[rows] - with_job, 0), 0)
    household, count = np.concatenate([rows, rows]), np.concatenate([first, second])
    fen = np.concatenate([each_worker, each_seller])
    some = count > 0
    return _Earners(household=household[some], count=count[some], yearly_fen=fen[some])


def _largest(county: NDArray[np.int32], size: I64, count: I64, most: int) -> tuple[I64, I64]:
    """Return rows of each county by size, and how many of each are among its ``most`` largest; shape (n,) each."""
    order = np.lexsort((np.arange(len(size)), -size, county))
    ordered = count[order]
    return order, np.clip(most - before_in_group(ordered, county[order]), 0, ordered)
