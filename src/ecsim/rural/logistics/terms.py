"""Numbers of logistics; units in ``parameters/logistics.toml``."""

from __future__ import annotations

from dataclasses import dataclass

from ecsim.rural.logistics.rounds import DayTerms


@dataclass(frozen=True)
class LogisticsTerms:
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

    def day(self) -> DayTerms:
        """Return the numbers of one operating day."""
        return DayTerms(
            day_seconds=round(3600 * self.day_hours),
            sorting_seconds=round(3600 * self.sorting_hours),
            stop_seconds=self.stop_seconds,
            loading_ms=self.loading_ms,
            capacity=self.capacity,
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
