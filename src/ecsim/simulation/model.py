"""The rural model: villages, farms, firms, stations and governments of a programme of rural e-commerce."""

from __future__ import annotations

from ecsim.events import EVENTS
from ecsim.kernel.model import Model, Opening
from ecsim.regions.opening import open_region
from ecsim.regions.pack import load_pack
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import region_rules, rule_parameters
from ecsim.scenario.parameter import Parameters
from ecsim.simulation.region import Region
from ecsim.simulation.week import WEEK
from ecsim.state import CHANGES, State


def open_scenario(scenario: Scenario, _: Parameters) -> Opening:
    """Return the opening of a scenario: its region's people, places and trade at its sample."""
    pack = load_pack(scenario.region)
    opened = open_region(pack, scenario.sample, scenario.start, region_rules(scenario, pack.rules))
    return Opening(opened.events, opened.sizes, {"region": {"name": pack.name, "digest": pack.digest}})


MODEL: Model[State, Region] = Model(
    name="rural",
    state=State,
    events=EVENTS,
    changes=CHANGES,
    scenario=Scenario,
    parameters=rule_parameters,
    open=open_scenario,
    context=Region,
    steps=WEEK,
    code=(
        "ecsim.draws", "ecsim.events", "ecsim.journal", "ecsim.regions", "ecsim.scenario", "ecsim.simulation",
        "ecsim.state",
    ),
    release=Region.release,
)  # fmt: skip
