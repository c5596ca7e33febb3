"""Numbers of logistics; units in ``parameters/logistics.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.parameters import Parameters, with_more
from ecsim.rural.events.codes import PARTNERS, OperatorKind
from ecsim.rural.logistics.rounds import WORKDAYS, DayTerms

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class PartnerTerms:
    """What is its own of a kind of partner; units in ``parameters/supply_coop.toml`` and those of the other kinds."""

    draw: float
    margin: float
    least_days: int
    most_days: int
    room: float
    bears: float
    piece_yuan: float


class KindTerms(NamedTuple):
    """What differs between kinds of operators, shape (kinds,) each, in the order of `OperatorKind`."""

    draw: F64
    """Of all others' parcels together, where all charge and serve alike; 0: none comes to a county."""
    margin: F64
    least_days: NDArray[np.int64]
    most_days: NDArray[np.int64]
    capacity: NDArray[np.int32]
    """Parcels that its vehicle holds."""
    bears: F64
    """Of what a van on its rounds costs."""
    piece_yuan: F64
    """Paid for each parcel on a round, beside."""


@dataclass(frozen=True)
class LogisticsNumbers:
    """What vehicles do, what they cost, how operators decide."""

    day_hours: float
    stop_seconds: int
    parcel_seconds: int
    loading_ms: int
    sorting_ms: int
    sorting_hours: float
    centre_sorting_ms: int
    centre_saving: float
    outlet_room: int
    outlet_days: float
    point_room: int
    point_parcel_seconds: int
    station_room: int
    fetch_days: float
    known_share: float
    failed_attempts: float
    breakdowns: float
    repair_hours: float
    shift_hours: float
    overtime_pay: float
    capacity: int
    place_kg: float
    pickup_seconds: int
    docks: int
    centre_docks: int
    longest_hours: float
    tour_vans: int
    plan_visits: float
    plan_margin: float
    value_of_delay_yuan: float
    pool_hurdle: float
    patience_seconds: int
    late_days: int
    van_yuan_a_day: float
    van_yuan_a_km: float
    crew_yuan_an_hour: float
    handling_yuan: float
    station_fee_yuan: float
    upward_weight: float
    upward_handling_yuan_a_kg: float
    kg_a_trip: float
    pass_through: float
    smoothing: float
    own_tariff: float
    operator_margin: float
    review_weeks: int
    share_price: float
    share_delay: float
    share_speed: float
    exit_months: int
    entry_share: float
    entry_hurdle: float
    pool_review_weeks: int
    fleet_weeks: int
    tender_weeks: int
    tender_sigma: float
    tender_lead: float
    planned_fill: float
    first_round_hour: int
    bus_road_km: float
    village_fee_yuan: float
    partner_agreement: float
    joint_agreement: float
    handed_on_days: int
    border_gain: float
    border_hurdle: float
    cold_van_yuan_a_day: float
    cold_van_yuan_a_km: float
    cold_van_room: float
    shop_spending: float
    small_lots: float
    trade_rooms_a_yuan: float

    def day(self) -> DayTerms:
        """Return the numbers of one operating day."""
        return DayTerms(
            day_seconds=round(3600 * self.day_hours),
            sorting_seconds=round(3600 * self.sorting_hours),
            stop_seconds=self.stop_seconds,
            loading_ms=self.loading_ms,
            pickup_seconds=self.pickup_seconds,
        )

    def round_yuan(self, seconds: float, metres: float) -> float:
        """Return what a round costs: its part of the vehicle's day, its km, its crew."""
        hours = seconds / 3600.0
        return (
            self.van_yuan_a_day * hours / self.day_hours
            + self.van_yuan_a_km * metres / 1000.0
            + self.crew_yuan_an_hour * hours
        )

    def cold_yuan(self, seconds: F64, metres: F64) -> tuple[F64, F64]:
        """Return what rounds of cold vans cost more than others': their part of the vehicle's day, their km."""
        days = seconds / 3600.0 / self.day_hours
        return self.cold_van_yuan_a_day * days, self.cold_van_yuan_a_km * metres / 1000.0


@dataclass(frozen=True)
class LogisticsTerms(LogisticsNumbers):
    """The numbers of logistics, with those that differ between kinds of operators."""

    kinds: KindTerms = field(kw_only=True)

    @classmethod
    def of(cls, parameters: Parameters, *, cold_vans: bool = False) -> LogisticsTerms:
        """Return the terms of a scenario's parameters.

        Parameters
        ----------
        cold_vans : whether vans keep farm goods cool; those that do not cost nothing more
        """
        numbers = _of_vans(parameters.terms(LogisticsNumbers, "logistics"), cold=cold_vans)
        partners = [parameters.terms(PartnerTerms, kind.name.lower()) for kind in PARTNERS]
        return with_more(cls, numbers, kinds=_kinds(numbers, partners))


def _of_vans(numbers: LogisticsNumbers, *, cold: bool) -> LogisticsNumbers:
    """Return the numbers of plain or of cold vans: what these cost more, and the room that their boxes leave."""
    if not cold:
        return replace(numbers, cold_van_yuan_a_day=0.0, cold_van_yuan_a_km=0.0, cold_van_room=0.0)
    return replace(numbers, capacity=max(int(numbers.capacity * (1.0 - numbers.cold_van_room)), 1))


def _kinds(numbers: LogisticsNumbers, partners: list[PartnerTerms]) -> KindTerms:
    """Return the terms of all kinds: the post and couriers drive alike, a pool drives as they do."""
    own = PartnerTerms(0.0, numbers.operator_margin, 1, WORKDAYS, 1.0, 1.0, 0.0)
    every = [own] * len(OperatorKind)
    for kind, partner in zip(PARTNERS, partners, strict=True):
        every[kind] = partner
    columns = {each.name: np.array([getattr(terms, each.name) for terms in every]) for each in fields(PartnerTerms)}
    columns["draw"][OperatorKind.COURIER] = numbers.entry_share
    room = np.floor(columns.pop("room") * numbers.capacity)
    return KindTerms(**columns, capacity=np.maximum(room, 1).astype(np.int32))
