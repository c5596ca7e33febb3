"""Numbers of the goods economy, and the one conversion that all of it reckons with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.parameters import Parameters, with_more
from ecsim.rural.events.codes import DealerKind
from ecsim.rural.units import ONE

F64 = NDArray[np.float64]
SECONDS_AN_HOUR = 3600
PAY_WAGES = (DealerKind.COOPERATIVE, DealerKind.ENTERPRISE, DealerKind.MERCHANTS)
"""Who has people pack what it sends; shops and stations work themselves, traders send nothing to consumers."""


def sold_for_raw(conversion: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return the kilograms sold for each raw; 1 of goods that are not sold online.

    Parameters
    ----------
    conversion : millionths, of each row
    """
    return np.asarray(np.where(conversion > 0, conversion / ONE, 1.0), np.float64)


def seconds_of(packed_g: F64, hours: F64) -> NDArray[np.int64]:
    """Return the seconds of work that packing some goods takes, shape (n,).

    Parameters
    ----------
    packed_g : shape (n,), in sold form
    hours : shape (n,), of work a kilogram
    """
    return np.asarray(np.rint(packed_g / 1000.0 * hours * SECONDS_AN_HOUR), np.int64)


@dataclass(frozen=True)
class GoodsTerms:
    """Numbers of dealers and their online orders; units in ``parameters/goods.toml``."""

    outside: float
    price_sensitivity: float
    cost_pass_through: float
    order_yuan: float
    parcel_yuan: float
    shops_share: float
    cooperative_share: float
    station_attraction: float
    waiting_kept: float
    reputation_speed: float
    reputation_exponent: float
    grading_attraction: float
    grading_weeks: float
    late_weight: float
    complained_share: float
    grading_care: float
    certificate_care: float
    trace_care: float
    cover_weeks: int
    direct_share: float
    bid_speed: float
    bid_weeks: float
    bid_response: float
    cooperative_bid: float
    firm_bid: float
    resale_margin: float
    forecast_speed: float
    packing_speed: float
    packing_decay: float
    line_interest: float
    packing_line_yuan: float
    processing_line_yuan: float
    cold_room_yuan: float
    packing_reserve: float
    processing_reserve: float
    processing_spare: float
    cooperative_lines: float
    sorting_loss: float
    supply_bargain: float
    own_processing: float
    overtime: float
    crew_overtime: float
    day_labour: float
    overtime_pay: float
    idle_pay: float
    turnover_weeks: float
    crowding_out: float
    line_fee_fen_a_kg: float
    studio_attraction: float
    testing_care: float
    bulk_share: float
    credit_weeks: float
    cash_weeks: float
    offered_live: float
    offered_standing: float
    offered_fresh: float
    offered_kept: float
    offered_dried: float
    turn_weeks: int
    trained_attraction: float

    @property
    def offered(self) -> tuple[float, ...]:
        """Share of what households have that they offer in a week, by `CropForm`."""
        return (
            self.offered_live, self.offered_standing, self.offered_fresh, self.offered_kept, self.offered_dried,
        )  # fmt: skip


@dataclass(frozen=True)
class SellingNumbers:
    """Numbers of selling; units in ``parameters/selling.toml``."""

    trader_margin: float
    trader_margin_an_hour: float
    platform_fee: float
    fee_level: float
    advertising: float
    loss_a_day: float
    travel_days: float
    full_loss_share: float
    precooling_care: float
    packing_fen_a_kg: float
    line_haul_fen_a_kg: float
    carriage_level: float
    station_commission: float
    finding_cost: float
    finding_from: float
    van_days: float


@dataclass(frozen=True)
class SellingTerms(SellingNumbers):
    """The numbers of selling, with what vans that keep goods cool spare them."""

    spared_days: float = field(kw_only=True)
    """Of the way to the customer by which fresh goods of shops and stations do not age."""

    @classmethod
    def of(cls, parameters: Parameters, *, cold_vans: bool = False) -> SellingTerms:
        """Return the terms of a scenario's parameters.

        Parameters
        ----------
        cold_vans : whether vans up to the hub keep goods as a cold store does

        References
        ----------
        docs/model.md 4.5: ``D_S = D_V·(1 − 1/κ)``.
        """
        numbers = parameters.terms(SellingNumbers, "selling")
        spared = numbers.van_days * (1.0 - 1.0 / float(parameters["farming.cold_life"])) if cold_vans else 0.0
        return with_more(cls, numbers, spared_days=spared)


@dataclass(frozen=True)
class PackingWork:
    """Paid work of grading, packing and posting what dealers send; units in ``parameters/commerce.toml``."""

    hours_a_kg: float
    hours_a_parcel: float
    wage_fen_an_hour: float
    order_fen: float
    """What a parcel is worth to its buyer."""

    @classmethod
    def of(cls, numbers: Parameters) -> PackingWork:
        """Return what the numbers of a scenario say of it."""
        return cls(
            hours_a_kg=float(numbers["commerce.hours_a_kg"]),
            hours_a_parcel=float(numbers["commerce.hours_a_parcel"]),
            wage_fen_an_hour=100.0 * float(numbers["commerce.job_wage_yuan_an_hour"]),
            order_fen=100.0 * float(numbers["goods.order_yuan"]),
        )

    def hours(self, sent_kg: F64, paid_fen: F64) -> F64:
        """Return the hours of work for some goods.

        Parameters
        ----------
        sent_kg : in sold form
        paid_fen : by consumers, who get a parcel for each order
        """
        return np.asarray(self.hours_a_kg * sent_kg + self.hours_a_parcel * paid_fen / self.order_fen, np.float64)

    def hours_of_a_kg(self, price_fen: F64) -> F64:
        """Return the hours of packing a kilogram in sold form, by what consumers pay for it."""
        return self.hours(np.ones(price_fen.shape), price_fen)

    def wages_fen_a_kg(self, price_fen: F64) -> F64:
        """Return the wages of packing a kilogram in sold form, by what consumers pay for it."""
        return self.wage_fen_an_hour * self.hours_of_a_kg(price_fen)


@dataclass(frozen=True)
class DealingTerms:
    """Numbers of cooperatives' and enterprises' decisions; units in ``parameters/dealing.toml``."""

    certificate_premium: float
    certificate_yuan: float
    certificate_yuan_a_year: float
    brand_yuan: float
    brand_yuan_a_year: float
    own_brand_premium: float
    own_brand_yuan: float
    own_brand_yuan_a_year: float
    mark_years: float
    contract_gap: float
    contract_floor: float
    contract_pull: float
    offline_finding: float
    offline_ending: float
    offline_premium: float
    offline_volume: float
    offline_delay: float
    offline_yuan_a_year: float
    offline_meeting: float
    database_saving: float
    database_finding: float
    testing_saving: float
    overhead_yuan_a_year: float
    reserve_weeks: float
    drawn_share: float
    patience_months: int
