"""What figures add up: series of a run by week and county, one accumulator a theme, and where every row belongs.

An accumulator sees events, live or from a journal, and adds up rows of them (docs/model.md 7). Each figure says
which series it reads (`ecsim.rural.figures`).
"""

from ecsim.rural.figures.accumulators.accumulator import F64, Accumulator, Source, ratio
from ecsim.rural.figures.accumulators.conversion import VILLAGE_GROUPS, Conversion
from ecsim.rural.figures.accumulators.cost_of_living import (
    SAVED_BY_ALL,
    SAVED_BY_THE_POOR,
    CostOfLiving,
    real_income,
)
from ecsim.rural.figures.accumulators.goods import Goods
from ecsim.rural.figures.accumulators.incomes import OF_ALL, OF_THE_POOR, Incomes
from ecsim.rural.figures.accumulators.parcels import Parcels
from ecsim.rural.figures.accumulators.place_index import I64, PLACED_BY, PlaceIndex
from ecsim.rural.figures.accumulators.programme_facts import PoorServed, ProgrammeFacts
from ecsim.rural.figures.accumulators.sales import Sales
from ecsim.rural.figures.accumulators.station_life import StationLife

__all__ = [
    "F64", "I64", "OF_ALL", "OF_THE_POOR", "PLACED_BY", "SAVED_BY_ALL", "SAVED_BY_THE_POOR", "VILLAGE_GROUPS",
    "Accumulator", "Conversion", "CostOfLiving", "Goods", "Incomes", "Parcels", "PlaceIndex", "PoorServed",
    "ProgrammeFacts", "Sales", "Source", "StationLife", "ratio", "real_income",
]  # fmt: skip
