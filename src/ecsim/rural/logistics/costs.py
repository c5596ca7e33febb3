"""What a week of delivery cost whom, and the tariffs that follow (docs/model.md 4.9).

Operators' costs of a week are vehicles, distance, crews, handling and station fees. Charges follow the smoothed cost
of a parcel down in part; the tariff upward follows what a trip to the township would cost instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Channel, DeliveryCosted, LotSold, TariffMoved
from ecsim.rural.households.access import AccessTerms, Neighbourhood, fetching_hours, open_stations
from ecsim.rural.logistics.delivery_week import DeliveryWeek
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class TariffTerms:
    """What tariffs follow from, beside a week's costs.

    Attributes
    ----------
    logistics, access : numbers in force
    near : distances of the opening
    """

    logistics: LogisticsTerms
    access: AccessTerms
    near: Neighbourhood


def settle_costs(
    world: World, tariffs: TariffTerms, week: DeliveryWeek, lots: LotSold, serves: Bool, driven: I64
) -> None:
    """Publish what the week cost the operators by part, and the tariffs that follow.

    Parameters
    ----------
    lots : what households sold this week
    serves : shape (villages,), whether a station there hands out and collects
    driven : shape (counties,), sequence numbers of what brought the costs about
    """
    state, terms = world.state, tariffs.logistics
    counties, v = len(state.counties), state.villages
    parcels = np.bincount(state.townships.county[week.plan.hub.place], week.hub_out.parcels, counties)
    parcels += np.bincount(state.townships.county, np.rint(week.flow.at_hub), counties)
    at_village = np.bincount(v.county, week.town_out.parcels, counties)
    at_station = np.bincount(v.county, week.town_out.parcels * open_stations(state), counties)
    hours = week.away / 3600.0
    upward = _upward_g(state, lots)
    kg = np.bincount(v.county, upward, counties) / 1000.0
    collected = np.bincount(v.county, upward * serves, counties) / 1000.0
    parts = {
        "vehicle": terms.van_yuan_a_day * hours / terms.day_hours,
        "distance": terms.van_yuan_a_km * week.metres / 1000.0,
        "crew": terms.crew_yuan_an_hour * hours,
        "handling": terms.handling_yuan * (parcels + at_village) + terms.upward_handling_yuan_a_kg * collected,
        "fee": terms.station_fee_yuan * at_station,
    }
    fen = {name: np.rint(100.0 * yuan).astype(np.int64) for name, yuan in parts.items()}
    moving = fen["vehicle"] + fen["distance"] + fen["crew"]
    bears = (
        np.where(collected > 0, terms.upward_share * moving, 0.0) + 100.0 * terms.upward_handling_yuan_a_kg * collected
    )
    total = parcels + at_village
    costed = world.publish(
        DeliveryCosted(
            county=np.arange(counties),
            joint=state.counties.pool >= 0,
            parcels=np.rint(total).astype(np.int64),
            upward_g=np.rint(1000.0 * kg).astype(np.int64),
            vehicle_fen=fen["vehicle"],
            distance_fen=fen["distance"],
            crew_fen=fen["crew"],
            handling_fen=fen["handling"],
            station_fee_fen=fen["fee"],
            upward_fen=np.rint(bears).astype(np.int64),
        ),
        cause=driven,
    )
    down = np.maximum(sum(fen.values()) - bears, 0.0) / np.maximum(total, 1.0)
    _move_tariffs(world, tariffs, costed.seqs, np.asarray(down, np.float64), serves, bears / np.maximum(collected, 1.0))


def _move_tariffs(world: World, tariffs: TariffTerms, cause: I64, cost_fen: F64, serves: Bool, served_fen: F64) -> None:
    """Charges follow smoothed costs, in part."""
    state, terms, near = world.state, tariffs.logistics, tariffs.near
    c, v = state.counties, state.villages
    slow = np.where(c.cost_fen > 0, c.cost_fen + terms.smoothing * (cost_fen - c.cost_fen), cost_fen)
    base = np.where(c.opening_cost_fen > 0, c.opening_cost_fen, slow)
    access = tariffs.access
    hours = fetching_hours(np.zeros(len(v), np.int32), near.township_m, access)
    km = near.township_m / 1000.0
    trip = 200.0 * (hours * access.value_of_time_yuan_an_hour + km * access.vehicle_yuan_a_km) / terms.kg_a_trip
    weight = v.households.astype(np.float64)
    each = np.where(serves, np.minimum(served_fen[v.county], trip), trip)
    up = np.bincount(v.county, each * weight, len(c)) / np.maximum(np.bincount(v.county, weight, len(c)), 1.0)
    world.publish(
        TariffMoved(
            county=np.arange(len(c)),
            down_fen=np.rint(terms.pass_through * (slow - base)).astype(np.int64),
            up_fen=np.rint(up).astype(np.int64),
            cost_fen=np.rint(slow).astype(np.int64),
        ),
        cause=cause,
    )


def _upward_g(state: State, lots: LotSold) -> F64:
    """Return grams that households send from each village to buyers online."""
    online = (lots.channel == Channel.STATION) | (lots.channel == Channel.OWN_SHOP)
    household = state.plots.household[lots.plot[online]]
    grams = lots.sold_g[online] * state.households.weight[household].astype(np.float64)
    return np.asarray(np.bincount(state.households.village[household], grams, len(state.villages)), np.float64)
