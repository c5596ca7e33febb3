"""Every change that events make to the state, listed once."""

from ecsim.kernel.apply import changes_by_kind
from ecsim.rural.state.goods import GOODS
from ecsim.rural.state.governance import GOVERNANCE
from ecsim.rural.state.households import HOUSEHOLDS
from ecsim.rural.state.ledger import pay
from ecsim.rural.state.logistics import LOGISTICS
from ecsim.rural.state.market import MARKET
from ecsim.rural.state.opening import OPENING
from ecsim.rural.state.projects import PROJECTS
from ecsim.rural.state.roads_and_weather import SPACE
from ecsim.rural.state.stations import STATIONS

CHANGES = (*OPENING, *SPACE, *HOUSEHOLDS, *MARKET, *GOODS, *STATIONS, *LOGISTICS, *PROJECTS, *GOVERNANCE, pay)
"""Every change of state there is; a kind that has none only informs."""

STATE_CHANGES = changes_by_kind(CHANGES)
