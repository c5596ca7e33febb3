"""The rural model: villages, farms, firms, stations and governments of a programme of rural e-commerce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.laws import Watch
from ecsim.kernel.model import Hooks, Model, Opening
from ecsim.kernel.parameters import Parameter, Parameters, Value
from ecsim.kernel.shocks import check_shocks
from ecsim.rural.calendar import Calendar
from ecsim.rural.events import (
    EVENTS,
    EnterprisesTraded,
    Event,
    FacilitySettled,
    GoodsProcessed,
    GoodsSupplied,
    KeepingCharged,
    StationsSettled,
    StockSpoiled,
)
from ecsim.rural.invariances import INVARIANCES
from ecsim.rural.laws.conservation import Conservation
from ecsim.rural.measures import RuralMeasures
from ecsim.rural.naming import COUNTED, TELLING, proper_names, shown_instead
from ecsim.rural.programme.kinds import OPTION, kinds_of_file, words
from ecsim.rural.regions import RegionPack, check_fits, pack_identity, pack_of
from ecsim.rural.regions.dealers import OrdinaryYear
from ecsim.rural.regions.opening import check_rules, open_region, table_room
from ecsim.rural.rules import own_parameters, region_rules, rule_defaults
from ecsim.rural.scenario import Scenario
from ecsim.rural.state import CHANGES
from ecsim.rural.week import WEEK
from ecsim.rural.world import State

if TYPE_CHECKING:
    from ecsim.rural.region import Region
    from ecsim.rural.world import World

OPENED = (
    "counties", "townships", "villages", "crops", "cooperatives", "households", "plots", "enterprises", "dealers",
    "operators", "assets", "buildings", "junctions", "roads",
)  # fmt: skip
"""Tables that the opening fills, each by its own kind of event."""
LOOKS_ON = tuple(
    f"ecsim.rural.{name}"
    for name in (
        "biography",
        "breaches",
        "dossier",
        "county_figures",
        "earlier_definitions",
        "evidence",
        "field_effects",
        "figures",
        "indicators",
        "instruments",
        "laws",
        "limits",
        "lots",
        "measures",
        "naming",
        "process",
        "regions.plausibility",
        "snapshot",
        "sql",
        "stylised_facts",
        "largest_contracts",
        "trade_off",
    )
)
"""What only looks on: no event of a run depends on it."""
MOST_ROOM = 10
"""How many times the room of today's rules another version may have made."""


def open_scenario(scenario: Scenario, numbers: Parameters) -> Opening:
    """Return the opening of a scenario: its region's people, places and trade at its sample."""
    pack = pack_of(scenario)
    check_fits(scenario, pack)
    _, replaced = own_parameters(scenario)
    own, rules = tuple(sorted(replaced.items())), region_rules(scenario, pack.rules)
    ordinary = OrdinaryYear.of(numbers, Calendar(scenario.start, pack.seasons))
    kept = tuple(pack.codes.counties)
    return _opening(_Opened(pack, rules, pack.digest, kept, own, ordinary, scenario.sample, scenario.start))


@dataclass(frozen=True)
class _Opened:
    """What an opening follows from: a pack, by digest and counties; its rules, an ordinary year, sample and start."""

    pack: RegionPack = field(compare=False)
    rules: Parameters = field(compare=False)
    digest: str
    counties: tuple[str, ...]
    replaced: tuple[tuple[str, Value], ...]
    ordinary: OrdinaryYear
    sample: float
    start: dt.date


@lru_cache(maxsize=2)
def _opening(of: _Opened) -> Opening:
    """Return an opening; its events are read-only, so runs of one process share them."""
    opened = open_region(of.pack, of.sample, of.start, of.rules, of.ordinary)
    return Opening(opened.events, opened.sizes)


def region_under_way(world: World, scenario: Scenario, parameters: Parameters) -> Region:
    """Return everybody who decides, in a world whose opening has been applied; rules and Mesa are loaded for it.

    Parameters
    ----------
    world : a world whose opening has been applied
    parameters : the numbers of the rules, with what the scenario replaces
    """
    from ecsim.rural.region import Region

    return Region(world, scenario, parameters)


def branch(before: Scenario, after: Scenario, day: int) -> list[str]:
    """Return in words which changes of a fork come too late; see `ecsim.rural.programme.timing`.

    Parameters
    ----------
    before, after : the scenario of the run, and that of its fork
    day : of the fork, counted from the start
    """
    from ecsim.rural.programme import timing

    return timing.branch(before, after, day)


def region_of(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Return the region pack that a scenario opens with, by name and digest."""
    name, digest = pack_identity(scenario.region)
    return {"region": {"name": name, "digest": digest}}


def cited_region(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Return the region pack as an archive cites it."""
    pack = pack_of(scenario)
    return {
        "region": {
            "name": f"{pack.title_en} {pack.title_zh}", "version": pack.digest,
            "description": f"Region pack {pack.name}; {pack.vintage}.", "license": pack.licence,
        }
    }  # fmt: skip


def replaced(scenario: Scenario) -> Mapping[str, Value]:
    """Return the values by which a scenario replaces numbers of the rules; those of its opening are its region's."""
    return own_parameters(scenario)[0]


def opening_numbers(scenario: Scenario) -> Mapping[str, Parameter]:
    """Return the numbers of the region pack that the opening is made by."""
    return pack_of(scenario).rules.by_name


def refuse(scenario: Scenario, model: Model[Any, Any], where: str) -> None:
    """Refuse a scenario with a parameter or shock that neither the rules nor extensions know.

    Raises
    ------
    EcsimError
        If a parameter or shock names what no rule reads, or gives a value out of its range.
    """
    numbers = model.defaults
    numbers.with_values(own_parameters(scenario)[0], where)
    check_shocks(scenario.shocks, numbers, where)
    if scenario.policy.plan is not None:
        from ecsim.rural.plans.filed import planner_of

        planner_of(scenario, model.options, trust=False)


def options_of(content: Mapping[str, Any], options: Mapping[str, tuple[Any, ...]]) -> Mapping[str, tuple[Any, ...]]:
    """Return the kinds of projects that a scenario's file adds to the model's own and those of extensions."""
    return {OPTION: kinds_of_file(content, options[OPTION])}


def own_code(scenario: Scenario) -> tuple[str, ...]:
    """Return the strategy of a user's own that a scenario names, if it does."""
    strategy = scenario.policy.funds.strategy
    return (strategy,) if ":" in strategy else ()


def check_planner(scenario: Scenario, model: Model[State, Region], trust: bool) -> None:
    """Refuse a scenario whose strategy cannot be had or imported, or whose plan names what the opening has not."""
    if scenario.policy.plan is None:
        from ecsim.rural.programme.strategies import strategy_of

        strategy_of(scenario.policy.funds, trust=trust)
    else:
        from ecsim.rural.plans.refusal import refuse_unfounded

        refuse_unfounded(scenario, model)


def check_opening(scenario: Scenario) -> None:
    """Refuse a scenario whose region is none, or does not fit it, or of whose rules no opening can be made."""
    pack = pack_of(scenario)
    check_fits(scenario, pack)
    check_rules(region_rules(scenario, pack.rules))


def described_arm(scenario: Scenario) -> Mapping[str, Any]:
    """Return what sets an arm apart: its policy, and at which sample it runs."""
    policy = scenario.policy
    return {
        "title_en": policy.title_en, "title_zh": policy.title_zh, "description": policy.description,
        "sample": scenario.sample, "weeks": scenario.weeks,
    }  # fmt: skip


def release(region: Region) -> None:
    """Let go of a region that has ended."""
    region.release()


def room(reader: JournalReader) -> Mapping[str, tuple[int, int]]:
    """Return the least and most rows that a run can need by what its opening holds."""
    filled = reader.counts([f"{table}_baselined" for table in OPENED])
    most = table_room(filled, prefectures=filled["counties_baselined"])
    return {table: (filled.get(f"{table}_baselined", 0), MOST_ROOM * most[table]) for table in State.table_names()}


def conservation(reader: JournalReader, scenario: Scenario) -> Watch:
    """Return the laws of money, parcels, kilograms and trade over a run."""
    names = [county.name_zh for county in pack_of(scenario).counties]

    def stored_since(kind: type[Event], version: int = 1) -> bool:
        return kind.kind in reader.stored and reader.stored[kind.kind].kind.version >= version

    return Conservation(
        names,
        grants_are_paid=stored_since(StationsSettled, 2),
        rooms_are_charged=stored_since(KeepingCharged),
        running_is_paid=stored_since(FacilitySettled, 3),
        wages_are_charged=stored_since(EnterprisesTraded, 4),
        processors_are_named=stored_since(GoodsProcessed),
        supply_comes_first=stored_since(GoodsSupplied, 2),
        losses_are_weighed=stored_since(StockSpoiled, 2),
    )


MODEL: Model[State, Region] = Model(
    name="rural",
    state=State,
    events=EVENTS,
    changes=CHANGES,
    scenario=Scenario,
    numbers=rule_defaults,
    open=open_scenario,
    context=region_under_way,
    steps=WEEK,
    code=("ecsim.queues", "ecsim.routing", "ecsim.rural", "ecsim.siting"),
    looks_on=LOOKS_ON,
    measured_by=RuralMeasures(),
    follows_shocks=True,
    compiles=True,
    telling=TELLING,
    counted=COUNTED,
    views={
        "dossier": "ecsim.rural.dossier:dossier_of",
        "breaches": "ecsim.rural.breaches:breaches_of",
        "snapshot": "ecsim.rural.snapshot:snapshot",
        "follow": "ecsim.rural.biography:follow",
        "suggest": "ecsim.rural.biography.entities:suggested",
        "decisions": "ecsim.rural.largest_contracts:largest",
        "sql": "ecsim.rural.sql:VIEWS",
        "process": "ecsim.rural.process:PROCESS",
        "limits": "ecsim.rural.limits:LAWS",
        "limits_of_scenario": "ecsim.rural.laws.scenario_laws:laws_of",
        "field_effects": "ecsim.rural.field_effects.search:RuralFieldEffects",
        "law_figures": "ecsim.rural.laws.limit_figures:LimitFigures",
        "law_switches": "ecsim.rural.laws.switches:switches",
        "samples": "ecsim.rural.limits:SAMPLES",
        "instruments": "ecsim.rural.instruments:BOOK",
        "stylised_facts": "ecsim.rural.stylised_facts:FACTS",
        "trade_off": "ecsim.rural.trade_off:COST_AND_SPEED",
    },
    options={OPTION: ()},
    invariances=INVARIANCES,
    hooks=Hooks(
        sources=region_of,
        cited=cited_region,
        replaced=replaced,
        further=opening_numbers,
        own_code=own_code,
        refuse=refuse,
        options=options_of,
        words=words,
        check=check_planner,
        check_opening=check_opening,
        arm=described_arm,
        branch=branch,
        room=room,
        release=release,
        laws=conservation,
        names=proper_names,
        shown_instead=shown_instead,
    ),
)
