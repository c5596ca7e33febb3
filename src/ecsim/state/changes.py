"""Every change that events make to the state, listed once."""

from ecsim.kernel.apply import changes_by_kind
from ecsim.state.households import HOUSEHOLDS
from ecsim.state.ledger import pay
from ecsim.state.logistics import LOGISTICS
from ecsim.state.market import MARKET
from ecsim.state.opening import OPENING
from ecsim.state.projects import PROJECTS
from ecsim.state.space import SPACE
from ecsim.state.stations import STATIONS

CHANGES = (*OPENING, *SPACE, *HOUSEHOLDS, *MARKET, *STATIONS, *LOGISTICS, *PROJECTS, pay)
"""Every change of state there is; a kind that has none only informs."""

STATE_CHANGES = changes_by_kind(CHANGES)
