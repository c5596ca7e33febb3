"""What a week of delivery cost whom, and the tariffs that follow (docs/model.md 4.9).

Operators' costs of a week are vehicles, distance, crews, handling and station fees, down and up. Charges follow the
smoothed cost of a parcel down in part; the tariff upward follows what a trip to the township would cost instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DeliveryCosted, RoundsDriven, TariffMoved, TradeCarried
from ecsim.rural.households.access import AccessTerms, fetching_hours, open_stations, outlet_path_m
from ecsim.rural.logistics.accounts import (
    CountyCosts,
    HubRounds,
    hub_rounds,
    rounds_by_day,
    settle_operators,
    standing_for,
    standing_vans,
)
from ecsim.rural.logistics.delivery_week import DeliveryWeek
from ecsim.rural.logistics.hubs import in_centre
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class TariffTerms:
    """What tariffs follow from, beside a week's costs.

    Attributes
    ----------
    logistics, access : numbers in force
    """

    logistics: LogisticsTerms
    access: AccessTerms


PARTS = ("vehicle", "distance", "crew", "handling", "station_fee")
"""What deliveries cost operators, by cause."""


def trip_fen_a_kg(state: State, tariffs: TariffTerms) -> F64:
    """Return what taking goods to the township or the hub costs their senders, shape (villages,), fen a kilogram."""
    access, path_m = tariffs.access, outlet_path_m(state)
    km, hours = path_m / 1000.0, fetching_hours(np.zeros(len(state.villages), np.int32), path_m, access)
    yuan = hours * access.value_of_time_yuan_an_hour + km * access.vehicle_yuan_a_km
    return np.asarray(200.0 * yuan / tariffs.logistics.kg_a_trip, np.float64)


def settle_costs(
    world: World, tariffs: TariffTerms, week: DeliveryWeek, rounds: RoundsDriven, driven: I64, trip_fen: F64
) -> None:
    """Publish what the week cost each operator by part and direction, and the tariffs that follow.

    Parameters
    ----------
    rounds, driven : the week's rounds, and their sequence numbers
    trip_fen : shape (villages,), see `trip_fen_a_kg`
    """
    state = world.state
    standing = standing_for(state, week.plan)
    costs = _costs_of_operators(state, tariffs.logistics, week, rounds, standing)
    total, bears, parcels = costs.fen.sum(axis=0), costs.up_fen.sum(axis=0), costs.parcels
    stands = np.isin(np.arange(len(total)), standing)  # it has a row in every week, so that each county has one
    rows = np.flatnonzero((total > 0) | (parcels > 0) | (costs.up_g > 0) | stands)
    cause = state.operators.seq.copy()
    cause[rounds.operator] = driven
    by_part = {f"{name}_fen": fen[rows] for name, fen in zip(PARTS, costs.fen, strict=True)}
    by_part |= {f"up_{name}_fen": fen[rows] for name, fen in zip(PARTS[:-1], costs.up_fen, strict=True)}
    _charge_trade(world, week.trade_asked(), costs)
    county = state.operators.county[rows]
    costed = world.publish(
        DeliveryCosted(
            operator=rows,
            county=county,
            joint=state.counties.pool[county] >= 0,
            parcels=parcels[rows],
            upward_g=costs.up_g[rows],
            upward_fen=bears[rows],
            **by_part,
        ),
        cause=cause[rows],
    )
    cause_of_county = state.counties.opened_seq.copy()
    cause_of_county[county] = costed.seqs
    down, handed_over, *upward = (
        np.bincount(county, of[rows], len(state.counties))
        for of in (total - bears, parcels, costs.moving_fen, costs.rooms, costs.cold_fen, costs.carried_kg)
    )
    down_fen = _smoothed_cost(state, tariffs.logistics, np.maximum(down, 0.0) / np.maximum(handed_over, 1.0))
    up_fen = _collected_fen_a_kg(tariffs.logistics, *(np.asarray(of, np.float64) for of in upward))
    cause[rows] = costed.seqs
    charges = settle_operators(world, tariffs.logistics, week.plan, costs.hub, down_fen, cause)
    up_fen = _mean_up_fen(state, week.up.collected, up_fen, trip_fen)
    world.publish(
        TariffMoved(
            county=np.arange(len(state.counties)),
            down_fen=charges,
            up_fen=np.rint(up_fen).astype(np.int64),
            cost_fen=np.rint(down_fen.smoothed).astype(np.int64),
        ),
        cause=cause_of_county,
    )


def _charge_trade(world: World, asked: I64, costs: _OperatorCosts) -> None:
    """Say what rode of shops' goods, and what trade pays for it; the rest went with vans of its own.

    Parameters
    ----------
    asked : shape (operators,), rooms that were to ride
    """
    state, operator = world.state, np.flatnonzero(asked)
    if not operator.size:
        return
    by_part = {f"{name}_fen": of[operator] for name, of in zip(PARTS, costs.trade_fen, strict=False)}
    rooms = {"asked_rooms": asked[operator], "carried_rooms": costs.trade_rooms[operator]}
    carried = TradeCarried(operator=operator, **rooms, **by_part)
    world.publish(carried, cause=state.counties.trade_seq[state.operators.county[operator]])


class _OperatorCosts(NamedTuple):
    """What a week cost each operator, fen, and what it carried."""

    fen: I64
    """Shape (parts, operators)."""
    up_fen: I64
    """Shape (parts without the station fee, operators): of it, what upward goods bear."""
    parcels: I64
    """Shape (operators,): handed over, at townships, villages and hubs."""
    up_g: I64
    """Shape (operators,): brought to the hub."""
    rooms: F64
    """Shape (operators,): parcels' rooms that were carried, over all rounds; goods weigh `upward_weight`."""
    moving_fen: F64
    """Shape (operators,): what vans cost on their way, which parcels and goods share."""
    cold_fen: F64
    """Shape (operators,): what keeping goods cool on these vans cost, which goods alone bear."""
    carried_kg: F64
    """Shape (operators,): goods on all rounds, those of tours and of rounds to the hub counted apart."""
    trade_fen: I64
    """Shape (3, operators): what trade pays for shops' goods, by vehicle, distance and crew; in none of the above."""
    trade_rooms: I64
    """Shape (operators,): rooms of these goods that rode."""
    hub: HubRounds


def _costs_of_operators(
    state: State, terms: LogisticsTerms, week: DeliveryWeek, rounds: RoundsDriven, standing: I64
) -> _OperatorCosts:
    """Return every operator's costs; parcels and goods share the week's rounds by the room that they took.

    What cold vans cost more is for goods, whether they took any or not.

    Parameters
    ----------
    standing : see `standing_for`
    """
    operators, plan = len(state.operators), week.plan
    rode = week.trade_rode()
    moving, of_trade = _without_trade(terms, rode, rounds, _moving_yuan(state, terms, rounds))
    trade = np.array([np.bincount(rounds.operator, part, operators) for part in of_trade])
    goods_g = np.bincount(rounds.operator, rounds.goods_g, operators)
    of_goods = _goods_rooms(terms, goods_g)
    rooms = of_goods + np.bincount(rounds.operator, rounds.parcels_down, operators)
    share = np.divide(of_goods, rooms, out=np.zeros(operators), where=rooms > 0)
    to_hub = np.where(rounds.village_tour, 0, rounds.goods_g)  # of tours they come to the hub with another van
    up_g = np.bincount(rounds.operator, to_hub, operators)
    up_handling = terms.upward_handling_yuan_a_kg * up_g / 1000.0
    carrier = np.maximum(standing, 0)
    handling_yuan = terms.handling_yuan * (1.0 - terms.centre_saving * in_centre(state))
    of_village = np.where(plan.goes_on >= 0, plan.goes_on, carrier[state.villages.county])
    at_village = np.bincount(of_village, week.town_out.parcels, operators)
    at_station = np.bincount(of_village, week.town_out.parcels * open_stations(state), operators)
    parcels = at_village + np.bincount(plan.stop_operator, week.hub_out.parcels, operators)
    parcels += np.bincount(carrier[state.townships.county], np.rint(week.flow.at_hub), operators)
    out = rounds_by_day(rounds, operators)
    stand_yuan = np.asarray(terms.van_yuan_a_day * standing_vans(state, out), np.float64)
    yuan: list[NDArray[Any]] = [np.bincount(rounds.operator, part, operators) for part in moving]
    colder = _cold_yuan(terms, rounds, operators)
    up_yuan, moving_fen = [share * part + cold for part, cold in zip(yuan, colder, strict=True)], 100.0 * sum(yuan)
    yuan = [part + cold for part, cold in zip(yuan, colder, strict=True)]
    yuan[0] = yuan[0] + stand_yuan
    yuan += [handling_yuan * parcels + up_handling, terms.station_fee_yuan * at_station]
    return _OperatorCosts(
        fen=np.rint(100.0 * np.array(yuan)).astype(np.int64),
        up_fen=np.rint(100.0 * np.array([*up_yuan, up_handling])).astype(np.int64),
        parcels=np.rint(parcels).astype(np.int64),
        up_g=np.rint(up_g).astype(np.int64),
        rooms=np.asarray(rooms, np.float64),
        moving_fen=np.asarray(moving_fen, np.float64),
        cold_fen=100.0 * colder.sum(axis=0),
        trade_fen=np.rint(100.0 * trade).astype(np.int64),
        trade_rooms=np.bincount(rounds.operator, rode, operators).astype(np.int64),
        carried_kg=np.asarray(goods_g / 1000.0, np.float64),
        hub=hub_rounds(rounds, sum(moving) * (1.0 - share[rounds.operator]), stand_yuan, week.left_by_operator(), out),
    )


def _moving_yuan(state: State, terms: LogisticsTerms, rounds: RoundsDriven) -> tuple[F64, F64, F64]:
    """Return what each round cost by vehicle, distance and crew, shape (rounds,) each, as its operator's kind bears it.

    What a crew is paid by the piece is for the rooms that parcels and goods took.
    """
    kind = state.operators.kind[rounds.operator]
    bears, piece = terms.kinds.bears[kind], terms.kinds.piece_yuan[kind]
    hours, km = rounds.crew_seconds / 3600.0, rounds.driven_m / 1000.0
    paid_hours = hours + (terms.overtime_pay - 1.0) * rounds.overtime_seconds / 3600.0
    return (
        np.asarray(bears * terms.van_yuan_a_day * hours / terms.day_hours, np.float64),
        np.asarray(bears * terms.van_yuan_a_km * km, np.float64),
        bears * terms.crew_yuan_an_hour * paid_hours
        + piece * (rounds.parcels_down + _goods_rooms(terms, rounds.goods_g)),
    )


def _without_trade(
    terms: LogisticsTerms, rode: I64, rounds: RoundsDriven, moving: tuple[F64, F64, F64]
) -> tuple[tuple[F64, ...], tuple[F64, ...]]:
    """Return what rounds cost less what trade pays of each by the room that its goods took, and what it pays.

    Parameters
    ----------
    rode : shape (rounds,), rooms of shops' goods

    Returns
    -------
    shape (rounds,) by vehicle, distance and crew, twice
    """
    rooms = rode + rounds.parcels_down + _goods_rooms(terms, rounds.goods_g)
    share = np.divide(rode, rooms, out=np.zeros(len(rode)), where=rode > 0)
    return tuple(part * (1.0 - share) for part in moving), tuple(part * share for part in moving)


def _cold_yuan(terms: LogisticsTerms, rounds: RoundsDriven, operators: int) -> F64:
    """Return what cold vans cost more than others by vehicle, distance and crew, shape (3, operators)."""
    day, km = terms.cold_yuan(rounds.crew_seconds.astype(np.float64), rounds.driven_m.astype(np.float64))
    return np.array([np.bincount(rounds.operator, of, operators) for of in (day, km, np.zeros(rounds.rows))])


def _goods_rooms(terms: LogisticsTerms, goods_g: NDArray[Any]) -> F64:
    """Return the rooms of parcels that goods weigh as."""
    return np.asarray(terms.upward_weight * goods_g / (1000.0 * terms.place_kg), np.float64)


def _collected_fen_a_kg(terms: LogisticsTerms, moving_fen: F64, rooms: F64, cold_fen: F64, carried_kg: F64) -> F64:
    """Return what goods that are collected in villages bear: a tour, a round to the hub, and their handling.

    Parameters
    ----------
    moving_fen, rooms : shape (counties,), what vans on their way cost in a week, and the rooms that they carried
    cold_fen, carried_kg : shape (counties,), what keeping goods cool cost beside, and the goods on all rounds

    Returns
    -------
    shape (counties,), fen a kilogram; infinite where no van carried anything
    """
    a_room = np.divide(moving_fen, rooms, out=np.full(len(rooms), np.inf), where=rooms > 0)
    way = 2.0 * terms.upward_weight * a_room / terms.place_kg if terms.upward_weight > 0 else np.zeros(len(rooms))
    nothing = np.where(cold_fen > 0, np.inf, 0.0)
    cold = np.divide(2.0 * cold_fen, carried_kg, out=nothing, where=carried_kg > 0)
    return np.asarray(way + cold + 100.0 * terms.upward_handling_yuan_a_kg, np.float64)


def _smoothed_cost(state: State, terms: LogisticsTerms, week_fen: F64) -> CountyCosts:
    """Return each county's cost of a parcel down with a week in it, and that of the first week."""
    c = state.counties
    slow = np.where(c.cost_fen > 0, c.cost_fen + terms.smoothing * (week_fen - c.cost_fen), week_fen)
    return CountyCosts(slow, np.where(c.opening_cost_fen > 0, c.opening_cost_fen, slow))


def _mean_up_fen(state: State, collected: Bool, served_fen: F64, trip: F64) -> F64:
    """Return what a kilogram up costs its senders in the mean of a county: what it bears, or their own trip."""
    v, counties = state.villages, len(state.counties)
    weight = v.households.astype(np.float64)
    each = np.where(collected, np.minimum(served_fen[v.county], trip), trip)
    total = np.bincount(v.county, each * weight, counties)
    return np.asarray(total / np.maximum(np.bincount(v.county, weight, counties), 1.0), np.float64)
