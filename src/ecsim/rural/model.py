"""The rural model: villages, farms, firms, stations and governments of a programme of rural e-commerce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.model import Hooks, Model, Opening
from ecsim.kernel.parameters import Parameters, Value
from ecsim.rural.events import EVENTS
from ecsim.rural.regions.opening import open_region, table_room
from ecsim.rural.regions.pack import RegionPack, load_pack, pack_identity
from ecsim.rural.rules import own_parameters, region_rules, rule_parameters
from ecsim.rural.scenario import Scenario
from ecsim.rural.state import CHANGES, State
from ecsim.rural.week import WEEK

if TYPE_CHECKING:
    from ecsim.rural.region import Region
    from ecsim.rural.world import World

OPENED = (
    "counties", "townships", "villages", "crops", "cooperatives", "households", "plots", "enterprises", "operators",
)  # fmt: skip
"""Tables that the opening fills, each by its own kind of event."""
MOST_ROOM = 10
"""How many times the room of today's rules another version may have made."""


def open_scenario(scenario: Scenario, _own: Parameters) -> Opening:
    """Return the opening of a scenario: its region's people, places and trade at its sample."""
    pack = load_pack(scenario.region)
    _, replaced = own_parameters(scenario)
    own, rules = tuple(sorted(replaced.items())), region_rules(scenario, pack.rules)
    return _opening(_Opened(pack, rules, pack.digest, own, scenario.sample, scenario.start))


@dataclass(frozen=True)
class _Opened:
    """What an opening follows from: a pack, by its digest; what is replaced of its rules; sample and start."""

    pack: RegionPack = field(compare=False)
    rules: Parameters = field(compare=False)
    digest: str
    replaced: tuple[tuple[str, Value], ...]
    sample: float
    start: dt.date


@lru_cache(maxsize=2)
def _opening(of: _Opened) -> Opening:
    """Return an opening; its events are read-only, so runs of one process share them."""
    opened = open_region(of.pack, of.sample, of.start, of.rules)
    return Opening(opened.events, opened.sizes)


def region_under_way(world: World, scenario: Scenario, parameters: Parameters) -> Region:
    """Return everybody who decides, in a world whose opening has been applied; rules and Mesa are loaded for it."""
    from ecsim.rural.region import Region

    return Region(world, scenario, parameters)


def branch(before: Scenario, after: Scenario, day: int) -> list[str]:
    """Return in words which changes of a fork come too late; see `ecsim.rural.programme.timing`."""
    from ecsim.rural.programme import timing

    return timing.branch(before, after, day)


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
    from ecsim.rural.programme.strategies import strategy_of

    strategy_of(scenario.policy.funds, trust=trust)


def release(region: Region) -> None:
    """Let go of a region that has ended."""
    region.release()


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
    context=region_under_way,
    steps=WEEK,
    code=("ecsim.rural",),
    looks_on=("ecsim.rural.indicators",),
    hooks=Hooks(
        sources=region_of, own_code=own_code, check=check_strategy, branch=branch, room=room, release=release
    ),
)  # fmt: skip
