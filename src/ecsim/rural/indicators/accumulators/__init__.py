"""What figures add up: series of a run by week and county, one accumulator a theme, and where every row belongs.

An accumulator sees events, live or from a journal, and adds up rows of them (docs/model.md 7). `CountyScorecard` makes
figures of the series, `ecsim.rural.indicators.composition` says which series each figure reads.
"""

from ecsim.rural.indicators.accumulators.accumulator import F64, Accumulator, Source, ratio
from ecsim.rural.indicators.accumulators.incomes import Incomes, middle
from ecsim.rural.indicators.accumulators.parcels import Parcels
from ecsim.rural.indicators.accumulators.place_index import I64, PLACED_BY, PlaceIndex
from ecsim.rural.indicators.accumulators.programme_facts import PoorServed, ProgrammeFacts
from ecsim.rural.indicators.accumulators.sales import Sales
from ecsim.rural.indicators.accumulators.station_life import StationLife

__all__ = [
    "F64", "I64", "PLACED_BY", "Accumulator", "Incomes", "Parcels", "PlaceIndex", "PoorServed", "ProgrammeFacts",
    "Sales", "Source", "StationLife", "middle", "ratio",
]  # fmt: skip
