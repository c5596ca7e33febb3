"""Villages that co-ops and bus lines go on to: where that costs less than what is done without (docs/model.md 4.9).

A lot is what a partner reaches in one township. Who carries on there is held against it, with what it spends on these
villages; where nobody goes on to a village, what couriers would pay to have it done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import GOES_TO_SOME, OperatorKind, Outlet, VillageCarrierSet
from ecsim.rural.households.access import village_service
from ecsim.rural.logistics.delivery_plan import active_operators, carriers
from ecsim.rural.logistics.tour_costs import TourCosts, Tours
from ecsim.rural.readings import has_outlet
from ecsim.rural.world import State, World, goes_for

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class VillageLots:
    """What partners reckon with when they weigh villages.

    Attributes
    ----------
    tours : what tours cost
    served_share : share of a served village's parcels that it hands over
    weekly : shape (townships,), parcels a week as they are now
    hosts : shape (villages,), where an open station or a parcel point hands parcels out if somebody brings them
    """

    tours: TourCosts
    served_share: float
    weekly: F64
    hosts: Bool

    def take_on(self, world: World) -> None:
        """Partners take on the villages of lots that cost less with them, and give others back.

        References
        ----------
        docs/model.md 4.9.
        """
        state = world.state
        lots = self._lots(state)
        if not lots and not (state.villages.carrier >= 0).any():
            return
        offers = self._offers(state, lots)
        carrier, offer_of = self._best(state, lots, offers)
        rows = np.flatnonzero(carrier != state.villages.carrier)
        whose = np.where(carrier >= 0, carrier, state.villages.carrier)[rows]
        ask, against = (np.append(np.rint(of), 0).astype(np.int64)[offer_of[rows]] for of in offers)
        world.publish(
            VillageCarrierSet(village=rows, operator=carrier[rows], ask_fen=ask, against_fen=against),
            cause=np.maximum(state.operators.settled_seq[whose], state.operators.seq[whose]),
        )

    def _lots(self, state: State) -> list[_Lot]:
        """Return what each partner reaches in each township: nobody weighs villages that another partner goes on to."""
        o, v, active = state.operators, state.villages, active_operators(state)
        open_to = np.where(np.isin(v.carrier, active), v.carrier, -1)
        outlet = has_outlet(state)[v.township]
        lots = []
        for operator in active[np.isin(o.kind[active], GOES_TO_SOME)].tolist():
            free = (open_to < 0) | (open_to == operator)
            rows = np.flatnonzero(self._reached(state, operator) & free & outlet)
            lots += [
                _Lot(operator, town, rows[v.township[rows] == town]) for town in np.unique(v.township[rows]).tolist()
            ]
        return lots

    def _reached(self, state: State, operator: int) -> Bool:
        """Return which villages of its county a partner reaches: its own outlets, or stops on a bus road."""
        v, county = state.villages, state.operators.county[operator]
        if state.operators.kind[operator] == OperatorKind.SUPPLY_COOP:
            return np.asarray((v.county == county) & (v.outlet == Outlet.NETWORK_SHOP))
        near = v.road_m <= 1000.0 * self.tours.terms.bus_road_km
        return np.asarray((v.county == county) & near & self.hosts)

    def _offers(self, state: State, lots: list[_Lot]) -> tuple[F64, F64]:
        """Return what the villages of each lot would cost a week with its partner, and without it, fen.

        What waits at the hub for a partner that has no room for it costs its delay.
        """
        o, v, terms = state.operators, state.villages, self.tours.terms
        people = np.bincount(v.township, v.households, len(state.townships))
        handed_over = self.served_share * v.households / np.maximum(people, 1.0)[v.township]
        weekly = np.asarray(self.weekly[v.township] * handed_over, np.float64)
        already = v.parcel_point | (self.hosts & village_service(state))
        hub, of_town = _hub_fen(state), carriers(state)[state.townships.county]
        goes_on = goes_for(state, of_town, np.arange(len(of_town)))
        with_it, before, after = ([], [], [])  # type: tuple[list[Tours], list[Tours], list[Tours]]
        ask, against = np.zeros((2, len(lots)))
        for row, lot in enumerate(lots):
            theirs = already & (v.township == lot.township) & np.isin(v.carrier, (-1, lot.operator))
            mine = np.isin(np.arange(len(v)), lot.villages)
            carrier = int(goes_on[lot.township])
            with_it.append(Tours(lot.township, int(o.kind[lot.operator]), mine))
            before.append(Tours(lot.township, int(o.kind[carrier]), theirs))
            after.append(Tours(lot.township, int(o.kind[carrier]), theirs & ~mine))
            taken, new = weekly[mine & theirs].sum(), weekly[mine & ~theirs].sum()
            waits = int(state.reaches.waiting[lot.operator * len(state.townships) + lot.township])
            ask[row] = (taken + new) * hub.own[lot.operator] + 700.0 * terms.value_of_delay_yuan * waits
            against[row] = taken * hub.own[carrier] + new * (
                hub.mean[o.county[lot.operator]] + 100.0 * terms.village_fee_yuan
            )
        tours = [self.tours.fen(state, each, weekly) for each in (with_it, before, after)]
        return ask + tours[0], against + tours[1] - tours[2]

    def _best(self, state: State, lots: list[_Lot], offers: tuple[F64, F64]) -> tuple[I64, I64]:
        """Return who goes on to each village, -1: as in its county, and the last lot in which it was weighed, or -1.

        Lots that save the largest part come first; one of whose villages some are gone waits for the next review.
        """
        carrier, offer_of = np.full((2, len(state.villages)), -1)
        ask, against = offers
        for row in np.argsort(ask / np.maximum(against, 1.0), kind="stable").tolist():
            villages = lots[row].villages
            offer_of[villages[carrier[villages] < 0]] = row
            if ask[row] < against[row] and (carrier[villages] < 0).all():
                carrier[villages] = lots[row].operator
        return carrier, offer_of


class _Lot(NamedTuple):
    """What a partner reaches in one township."""

    operator: int
    township: int
    villages: I64


class _HubFen(NamedTuple):
    """What a parcel costs from the hub to a township, fen: by operator, and in the mean of a county."""

    own: F64
    mean: F64


def _hub_fen(state: State) -> _HubFen:
    """Return the smoothed cost of rounds from the hub by parcel; who has no account yet has the county's mean."""
    o, active, counties = state.operators, active_operators(state), len(state.counties)
    county = o.county[active]
    fen, parcels = (np.bincount(county, of[active], counties) for of in (o.hub_fen, o.hub_mparcels / 1000.0))
    mean = np.asarray(fen / np.maximum(parcels, 1e-9) * (parcels > 0), np.float64)
    own = np.where(o.hub_mparcels > 0, 1000.0 * o.hub_fen / np.maximum(o.hub_mparcels, 1), mean[o.county])
    return _HubFen(np.asarray(own, np.float64), mean)
