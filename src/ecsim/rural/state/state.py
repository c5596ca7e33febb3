"""Every table of the rural model."""

from __future__ import annotations

from ecsim.kernel.state import State as KernelState
from ecsim.rural.state.tables import (
    Accounts,
    Assets,
    Brands,
    Buildings,
    Cooperatives,
    Counties,
    Crops,
    Dealers,
    Enterprises,
    Facilities,
    Households,
    Junctions,
    Operators,
    Plots,
    Projects,
    Reaches,
    Reviews,
    Roads,
    Sessions,
    Stations,
    Townships,
    Villages,
)


class State(KernelState):
    """Every table; growing ones count the rows filled so far."""

    ADDED = frozenset({"dealers", "assets", "reviews", "buildings", "junctions"})
    counties: Counties
    townships: Townships
    villages: Villages
    roads: Roads
    households: Households
    plots: Plots
    crops: Crops
    cooperatives: Cooperatives
    enterprises: Enterprises
    dealers: Dealers
    brands: Brands
    stations: Stations
    operators: Operators
    reaches: Reaches
    facilities: Facilities
    projects: Projects
    sessions: Sessions
    accounts: Accounts
    assets: Assets
    reviews: Reviews
    buildings: Buildings
    junctions: Junctions

    @property
    def prefecture_count(self) -> int:
        """How many prefectures there are: brands are one a county, then one a prefecture."""
        return len(self.brands) - len(self.counties)
