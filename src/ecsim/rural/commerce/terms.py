"""Numbers of commerce."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.goods.terms import GoodsTerms, PackingWork

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class CommerceTerms:
    """Numbers of commerce; units in ``parameters/commerce.toml``."""

    enterprise_drift: float
    enterprise_sigma: float
    founding: float
    incubation: float
    tariff_drag: float
    cooperative_founding: float
    example_founding: float
    joining_share: float
    membership_speed: float
    membership_hurdle_yuan: float
    new_cooperative_size: float
    closing: float
    smallest_fen: int
    merchant_margin: float
    merchant_pay_weeks: float
    sales_a_job_yuan: float
    hours_a_job: float
    hours_a_kg: float
    hours_a_parcel: float
    job_wage_yuan_an_hour: float
    village_workers: float
    skilled_odds: float
    poor_odds: float
    way_drag: float
    delivery_wages: float
    building_wages: float
    service_wages: float
    graduate_years: int
    village_founders: float
    founder_skilled_odds: float
    founder_returnee_odds: float
    founder_graduate_odds: float
    founder_young_odds: float
    founder_poor_odds: float
    example_sales_yuan: float
    example_poor: int
    example_household_yuan: float
    example_before: float
    example_enterprises_before: float
    examples_a_quarter: int
    households_a_quarter: int
    processor_share: float
    trained_founding: float

    def packing(self, goods: GoodsTerms) -> PackingWork:
        """Return the paid work of packing, as `PackingWork.of` has it.

        Parameters
        ----------
        goods : numbers of dealers
        """
        return PackingWork(
            self.hours_a_kg, self.hours_a_parcel, 100.0 * self.job_wage_yuan_an_hour, 100.0 * goods.order_yuan
        )
