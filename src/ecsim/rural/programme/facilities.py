"""Facilities from first day to last: who gets one, what it earns and costs, when it ends (docs/model.md 4.10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    FOR_EVER,
    Area,
    Category,
    Closing,
    CropForm,
    DealerKind,
    FacilityClosed,
    FacilityOpened,
    FacilitySettled,
    Funder,
    Level,
    Mechanism,
    OfflineChannel,
    PaymentMade,
    Rows,
)
from ecsim.rural.facilities import kept_share
from ecsim.rural.goods.terms import sold_for_raw
from ecsim.rural.scenario import ProjectType
from ecsim.rural.state.ledger import OUTSIDE, SUPPLIERS, own_accounts
from ecsim.rural.world import FIRST_SHARED_PLACE, ONE, WEEKS_A_MONTH, WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
DAYS_A_YEAR = 365


@dataclass(frozen=True)
class FacilityTerms:
    """Numbers of facilities; units in ``parameters/facilities.toml``."""

    unpaid_share: float
    patience_months: int
    social_return: float
    dividend_rate: float


@dataclass(frozen=True)
class Built:
    """A finished project and what its file says of its kind."""

    project: int
    cause: int
    of: ProjectType


def open_facilities(world: World, built: list[Built]) -> None:
    """Facilities come into service, each with who runs it; nobody gets two that feed the same at once.

    Parameters
    ----------
    built : finished projects in their order
    """
    state, first = world.state, world.state.count("facilities")
    owner, crop, given = list[int](), list[int](), defaultdict[Mechanism, list[int]](list)
    for each in built:
        owns, works_on = _run_by(state, each, given[_mechanism(each)])
        owner.append(owns)
        crop.append(works_on)
        given[_mechanism(each)].append(owns)
    row, of = np.array([each.project for each in built]), [each.of for each in built]
    p = state.projects
    opened = FacilityOpened(
        facility=first + np.arange(len(built)),
        facility_kind=p.kind[row],
        level=p.level[row],
        county=p.county[row],
        prefecture=p.prefecture[row],
        township=p.township[row],
        crop=crop,
        capacity_g=[round(_capacity_g(state, each)) for each in built],
        project=row,
        mechanism=[int(_mechanism(each)) for each in built],
        owner=owner,
        places=[int(_open_to_all(state, each) * each.of.places) for each in built],
        areas=[sum(int(Area[name.upper()]) for name in each.areas) for each in of],
        channels=[sum(1 << int(OfflineChannel[name.upper()]) for name in each.channels) for each in of],
        running_fen=[
            round((100.0 * each.running_yuan_a_year + rent) * WEEKS_A_MONTH / WEEKS_A_YEAR)
            for each, rent in zip(of, p.rent_fen[row].tolist(), strict=True)
        ],
        until_day=[min(world.day + round(each.life_years * DAYS_A_YEAR), FOR_EVER) for each in of],
    )
    world.publish(opened, cause=np.array([each.cause for each in built]))


def _mechanism(built: Built) -> Mechanism:
    return Mechanism[built.of.feeds.upper()]


def _open_to_all(state: State, built: Built) -> float:
    """Return the share of a facility that others than its owner may use."""
    return 1.0 - float(kept_share(state, built.project))


def _capacity_g(state: State, built: Built) -> float:
    """Return what others than its owner may use of a facility, grams a week or at a time."""
    return _open_to_all(state, built) * built.of.capacity_t * 1e6 * int(state.projects.quality[built.project]) / ONE


def _run_by(state: State, built: Built, given: Collection[int]) -> tuple[int, int]:
    """Return the dealer that gets a facility, or -1, and the crop it works on, or -1.

    Parameters
    ----------
    given : dealers that get another of the mechanism today
    """
    p, row = state.projects, built.project
    mechanism, named = _mechanism(built), named_dealer(state, int(p.cooperative[row]), int(p.enterprise[row]))
    if named >= 0 and not is_of_place(state, named, int(p.county[row]), int(p.prefecture[row])):
        named = -1
    county, capacity = int(p.county[row]), _capacity_g(state, built)
    fits = named if named >= 0 else best_fit(state, mechanism, county, capacity, given)
    works_on = int(state.dealers.crop[fits]) if fits >= 0 and mechanism == Mechanism.PROCESSING else -1
    return fits if named >= 0 or built.of.owner == "dealer" else -1, works_on


def named_dealer(state: State, cooperative: int, enterprise: int) -> int:
    """Return the dealer that a cooperative or an enterprise of a number sells as, or -1: there is none.

    Parameters
    ----------
    cooperative, enterprise : one of them, the other -1; both -1: nobody is named
    """
    d = state.dealers
    for theirs, number in ((d.cooperative, cooperative), (d.enterprise, enterprise)):
        rows = np.flatnonzero(d.alive & (theirs == number) & (number >= 0))
        if rows.size:
            return int(rows[0])
    return -1


def is_of_place(state: State, dealer: int, county: int, prefecture: int) -> bool:
    """Return whether a dealer is of a county, or of a prefecture.

    Parameters
    ----------
    county : -1: the whole prefecture is meant
    """
    own = int(state.crops.county[state.dealers.crop[dealer]])
    return own == county or (county < 0 and int(state.counties.prefecture[own]) == prefecture)


def best_fit(state: State, mechanism: Mechanism, county: int, capacity_g: float, given: Collection[int] = ()) -> int:
    """Return the cooperative or enterprise whose weekly goods are nearest to what a facility can do, or -1.

    Parameters
    ----------
    county : -1: one of a prefecture, which nobody alone gets
    capacity_g : 0: whoever handles most
    given : dealers that get one today

    Notes
    -----
    Who has none of the kind yet comes before others; nearness is of logarithms, so twice too large is as far as half
    too small; ties fall by row.
    """
    d, f = state.dealers, state.facilities
    handled = _handled_g(state, mechanism)
    firms = d.alive & ((d.kind == DealerKind.COOPERATIVE) | (d.kind == DealerKind.ENTERPRISE))
    rows = np.flatnonzero(firms & (state.crops.county[d.crop] == county) & (handled > 0))
    if not rows.size:
        return -1
    owners = {*f.owner[f.in_service & (f.mechanism == mechanism)].tolist(), *given}
    has = np.array([row in owners for row in rows.tolist()])
    off = np.abs(np.log(capacity_g / handled[rows])) if capacity_g > 0 else -handled[rows]
    return int(rows[np.lexsort((rows, off, has))[0]])


def _handled_g(state: State, mechanism: Mechanism) -> F64:
    """Return what dealers handle in a week of what a mechanism works on, shape (dealers,), grams."""
    d, c = state.dealers, state.crops
    if mechanism == Mechanism.PACKING:
        return d.forecast_g.astype(np.float64)
    if mechanism == Mechanism.PROCESSING:
        return np.where(c.processing_fen[d.crop] > 0, d.forecast_g / sold_for_raw(c.conversion)[d.crop], 0.0)
    fresh = (c.form[d.crop] == CropForm.FRESH) | (mechanism == Mechanism.GROWER_CONTRACTS)
    return np.where(fresh, d.offered_g, 0).astype(np.float64)


def run_facilities(world: World, terms: FacilityTerms) -> None:
    """Facilities settle four weeks; those that are worn out, or for which nobody has long paid, go out of use.

    Notes
    -----
    A dealer has the fees and pays what running costs as long as it has the money; one that has ended leaves what it ran
    to the county. A county or prefecture pays what fees do not cover from its budget, which fails it in some months.

    References
    ----------
    docs/model.md 4.10.
    """
    state = world.state
    f, d = state.facilities, state.dealers
    rows = np.flatnonzero(f.in_service)
    if not rows.size:
        return
    owner = np.where((f.owner[rows] >= 0) & d.alive[np.maximum(f.owner[rows], 0)], f.owner[rows], -1)
    luck = world.draws.uniform("facility_unpaid", world.week, rows_of_places(state, rows))
    public = (f.fees_fen[rows] >= f.running_fen[rows]) | (luck >= terms.unpaid_share)
    paid = np.where(owner >= 0, _can_pay(state, rows, owner), public)
    account = np.flatnonzero((f.running_fen[rows] > 0) | (f.fees_fen[rows] > 0))
    settled = rows[account]
    running_fen = np.where(paid[account], f.running_fen[settled], 0)
    settlement = world.publish(
        FacilitySettled(
            facility=settled,
            owner=owner[account],
            fees_fen=f.fees_fen[settled],
            running_fen=running_fen,
            unpaid_months=np.where(paid[account], 0, f.unpaid_months[settled] + 1),
            returned_fen=returned_fen(state, terms, settled, f.fees_fen[settled] - running_fen),
        ),
        cause=f.seq[settled],
    )
    _pay_from_budgets(world, settlement)
    _close(world, terms, rows)


def _pay_from_budgets(world: World, settlement: Rows[FacilitySettled]) -> None:
    """Counties and prefectures set aside what their facilities cost beyond fees, and pay it; what is over they keep."""
    if not settlement.count:
        return
    state, event = world.state, settlement.event
    short = event.running_fen + event.returned_fen - event.fees_fen
    rows = np.flatnonzero((event.owner < 0) & (short > 0))
    budget, first, which = np.unique(_budgets(state, event.facility[rows]), return_index=True, return_inverse=True)
    fen = np.bincount(which, short[rows], len(budget))
    for payer, payee in ((np.full(len(budget), OUTSIDE), budget), (budget, np.full(len(budget), SUPPLIERS))):
        world.publish(
            PaymentMade(
                payer=payer,
                payee=payee,
                funder=np.full(len(budget), int(Funder.LOCAL)),
                category=np.full(len(budget), int(Category.OTHER)),
                project=np.full(len(budget), -1),
                paid_fen=fen.astype(np.int64),
            ),
            cause=settlement.seqs[rows[first]],
        )


def _budgets(state: State, facilities: I64 | I32) -> I64:
    """Return the account of the county or prefecture that runs each facility, shape of ``facilities``."""
    f = state.facilities
    return own_accounts(f.county[facilities], f.prefecture[facilities], state.prefecture_count)


def returned_fen(state: State, terms: FacilityTerms, facilities: I64, left_fen: I64) -> I64:
    """Return what investors of social capital have of four weeks of facilities, shape (facilities,), fen.

    They expect a yearly share of what they paid, and have it as far as fees are left once running is paid.

    Parameters
    ----------
    left_fen : of the fees
    """
    project = state.facilities.project[facilities]
    put_in = np.where(project >= 0, state.projects.paid_by_fen[np.maximum(project, 0), Funder.SOCIAL], 0)
    expected = np.rint(terms.social_return * WEEKS_A_MONTH / WEEKS_A_YEAR * put_in).astype(np.int64)
    return np.minimum(expected, np.maximum(left_fen, 0))


def _can_pay(state: State, rows: I64, owner: I64) -> NDArray[np.bool_]:
    """Return which facilities their owners can pay for, each after those before it."""
    f, left = state.facilities, state.dealers.cash_fen.astype(np.int64).copy()
    paid = np.zeros(len(rows), np.bool_)
    for place in np.flatnonzero(owner >= 0).tolist():
        row, who = int(rows[place]), int(owner[place])
        left[who] += f.fees_fen[row]
        paid[place] = left[who] >= f.running_fen[row]
        left[who] -= f.running_fen[row] if paid[place] else 0
    return paid


def _close(world: World, terms: FacilityTerms, rows: I64) -> None:
    f = world.state.facilities
    worn = f.until_day[rows] <= world.day
    gone = rows[worn | (f.unpaid_months[rows] >= terms.patience_months)]
    if not gone.size:
        return
    reason = np.where(f.until_day[gone] <= world.day, int(Closing.WORN_OUT), int(Closing.UNPAID))
    world.publish(
        FacilityClosed(
            facility=gone,
            facility_kind=f.kind[gone],
            level=f.level[gone],
            county=f.county[gone],
            prefecture=f.prefecture[gone],
            closing=reason,
        ),
        cause=f.seq[gone],
    )


def rows_of_places(state: State, facilities: I64) -> I64:
    """Return what the luck of facilities hangs on: kind, place and turn of what built them, whoever planned it."""
    f, p = state.facilities, state.projects
    place = np.where(
        f.level[facilities] == Level.PREFECTURE,
        FIRST_SHARED_PLACE + state.reviews.number[f.prefecture[facilities]],
        state.counties.number[f.county[facilities]],
    )
    turn = np.where(f.project[facilities] >= 0, p.turn[np.maximum(f.project[facilities], 0)], 0)
    return (place.astype(np.int64) * 256 + f.kind[facilities]) * 1024 + turn
