"""The rural model: villages, farms, firms, stations and governments of a programme of rural e-commerce."""

from __future__ import annotations

from collections.abc import Mapping

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.model import Hooks, Model, Opening
from ecsim.kernel.parameters import Parameters
from ecsim.rural.events import EVENTS
from ecsim.rural.programme.strategies import strategy_of
from ecsim.rural.programme.timing import branch
from ecsim.rural.region import Region
from ecsim.rural.regions.official import check_fits
from ecsim.rural.regions.opening import open_region, table_room
from ecsim.rural.regions.pack import load_pack, pack_identity
from ecsim.rural.rules import region_rules, rule_parameters
from ecsim.rural.scenario import Scenario
from ecsim.rural.state import CHANGES, State
from ecsim.rural.week import WEEK

OPENED = (
    "counties", "townships", "villages", "crops", "cooperatives", "households", "plots", "enterprises", "operators",
)  # fmt: skip
"""Tables that the opening fills, each by its own kind of event."""
MOST_ROOM = 10
"""How many times the room of today's rules another version may have made."""


def open_scenario(scenario: Scenario, _: Parameters) -> Opening:
    """Return the opening of a scenario: its region's people, places and trade at its sample."""
    pack = load_pack(scenario.region)
    check_fits(scenario, pack)
    opened = open_region(pack, scenario.sample, scenario.start, region_rules(scenario, pack.rules))
    return Opening(opened.events, opened.sizes)


def region_of(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Return the region pack that a scenario opens with, by name and digest."""
    name, digest = pack_identity(scenario.region)
    return {"region": {"name": name, "digest": digest}}


def own_code(scenario: Scenario) -> tuple[str, ...]:
    """Return the strategy of a user's own that a scenario names, if it does."""
    strategy = scenario.policy.funds.strategy
    return (strategy,) if ":" in strategy else ()


def check_strategy(scenario: Scenario, trust: bool) -> None:
    """Refuse a scenario whose strategy cannot be had or may not be imported."""
    strategy_of(scenario.policy.funds, trust=trust)


def room(reader: JournalReader) -> Mapping[str, tuple[int, int]]:
    """Return the least and most rows that a run can need by what its opening holds."""
    filled = reader.counts([f"{table}_baselined" for table in OPENED])
    most = table_room(filled, prefectures=filled["counties_baselined"])
    return {table: (filled.get(f"{table}_baselined", 0), MOST_ROOM * most[table]) for table in State.table_names()}


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
    code=("ecsim.rural",),
    looks_on=("ecsim.rural.indicators",),
    hooks=Hooks(
        sources=region_of, own_code=own_code, check=check_strategy, branch=branch, room=room, release=Region.release
    ),
)  # fmt: skip
