"""Numbers of commerce."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class CommerceTerms:
    """Numbers of commerce; units in ``parameters/commerce.toml``."""

    enterprise_drift: float
    enterprise_sigma: float
    founding: float
    incubation: float
    tariff_drag: float
    closing: float
    smallest_fen: int
    farm_weight: float
    sales_a_job_yuan: float
    hours_a_job: float
    hours_a_kg: float
    hours_a_parcel: float
    poor_hiring: float
    job_wage_yuan_an_hour: float
    woman_share: float
    young_share: float
    returnee_share: float
    graduate_share: float
    poor_founder_share: float
    example_sales_yuan: float
    example_poor: int
    example_household_yuan: float
    examples_a_quarter: int
    households_a_quarter: int
    processor_share: float
