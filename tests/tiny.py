"""The tiny region under way, for tests of single rules: 2 counties, 6 villages, 12 households, 4 products.

A test opens the region (perhaps with some of the opening's columns or the rules' numbers replaced), sets a state by
publishing events, takes one step of the week and looks at the events that it published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.model import Opening
from ecsim.kernel.parameters import Parameters, Value
from ecsim.rural.events import FOR_EVER, Area, FacilityOpened, Mechanism
from ecsim.rural.events.opening import (
    CooperativesBaselined,
    EnterprisesBaselined,
    HouseholdsBaselined,
    PlotsBaselined,
    ShopGainsBaselined,
    ShopsBaselined,
)
from ecsim.rural.model import MODEL
from ecsim.rural.region import Region
from ecsim.rural.scenario import Scenario
from ecsim.rural.world import World
from ecsim.scenario.load import load

HERE = Path(__file__).parent
PACK = HERE / "packs" / "tiny"
CONFIGS = HERE.parent / "configs"
E = TypeVar("E", bound=Event)
Opened = Mapping[type[Event], Mapping[str, Any]]
"""Columns of opening events that are replaced: one value for all rows, one a row, or ``{row: value}`` for some.

Where every column is given, the rows are those of the first, however many there were.
"""


class Events:
    """A recorder that keeps what happened."""

    def __init__(self) -> None:
        self.batches: list[tuple[Event, Stamp]] = []

    def append(self, event: Event, stamp: Stamp) -> None:
        """Keep the rows of one event."""
        self.batches.append((event, stamp))

    follow = append

    def clear(self) -> None:
        """Forget what happened so far: the opening, say."""
        self.batches.clear()

    def of(self, kind: type[Event]) -> dict[str, NDArray[Any]]:
        """Return the columns of all rows of a kind, with sequence number, day and cause."""
        mine = [(event, stamp) for event, stamp in self.batches if type(event) is kind]
        found = {
            column.name: np.concatenate(
                [event.__dict__[column.name] for event, _ in mine] or [np.zeros(0, column.dtype)]
            )
            for column in kind.columns
        }
        none = [np.zeros(0, np.int64)]
        return found | {
            "seq": np.concatenate([stamp.seqs(event) for event, stamp in mine] or none),
            "day": np.concatenate([np.full(event.rows, stamp.day) for event, stamp in mine] or none),
            "cause": np.concatenate([stamp.cause for _, stamp in mine] or none),
        }

    def rows(self, kind: type[Event]) -> int:
        """Return how many rows of a kind happened."""
        return sum(event.rows for event, _ in self.batches if type(event) is kind)

    def kinds(self) -> set[str]:
        """Return the kinds that happened."""
        return {event.kind for event, _ in self.batches}


NOTHING = {"building": -1}
"""Columns that point at nothing where a test does not say at what."""


def made(kind: type[E], **columns: Any) -> E:
    """Return an event whose other columns hold zeros, or point at nothing."""
    return kind(**{column.name: columns.get(column.name, NOTHING.get(column.name, 0)) for column in kind.columns})


def facility(kind: int, **columns: Any) -> FacilityOpened:
    """Return the opening of a public facility that feeds what its kind feeds, for ever; a centre has every area."""
    every = sum(Area) if kind == Mechanism.SERVICE_CENTRE else 0
    usual = {"mechanism": [kind], "township": -1, "owner": -1, "areas": every, "until_day": FOR_EVER}
    return made(FacilityOpened, facility_kind=[kind], **usual | columns)


_OPENED: dict[str, tuple[Scenario, Parameters, Opening]] = {}
"""Scenarios, their numbers and openings made so far: nothing changes them, and many tests begin with the same."""


def _made_ready(policy: str, changes: Mapping[str, Any]) -> tuple[Scenario, Parameters, Opening]:
    key = repr((policy, sorted(changes.items())))
    if key not in _OPENED:
        file = CONFIGS / "scenarios" / f"{policy}.toml"
        scenario = load(file, {"region": str(PACK), "sample": 1.0, **changes})
        _OPENED[key] = scenario, MODEL.parameters(scenario), MODEL.opening(scenario)
    return _OPENED[key]


def tiny_scenario(changes: Mapping[str, Any] | None = None, *, policy: str = "pooled_by_project") -> Scenario:
    """Return the scenario of a policy in the tiny region, every household followed."""
    return _made_ready(policy, changes or {})[0]


def tiny_region(
    changes: Mapping[str, Any] | None = None, *, seed: int = 1, policy: str = "pooled_by_project",
    opened: Opened | None = None, numbers: Mapping[str, Value] | None = None,
) -> tuple[Region, Events]:  # fmt: skip
    """Return the tiny region on its first day, and what happens from then on.

    Parameters
    ----------
    changes : values of the scenario by dotted key
    policy : name of a shipped scenario
    opened : columns of the opening that are replaced
    numbers : parameters of rules by full name, be they in their ranges or not
    """
    events, (scenario, parameters, opening) = Events(), _made_ready(policy, changes or {})
    world: World = World(MODEL.state.allocate(opening.sizes), MODEL.changes_by_kind, Draws(seed), events)
    world.publish_all(_opened(opening, opened))
    events.clear()
    return MODEL.context(world, scenario, at_other_values(parameters, numbers or {})), events


def opening_events(opened: Opened | None = None) -> tuple[Event, ...]:
    """Return the events of the tiny region's first day."""
    return tuple(_opened(_made_ready("pooled_by_project", {})[2], opened))


INTERNET_RANK = (
    687_500, 812_500, 437_500, 937_500, 187_500, 62_500, 312_500, 562_500, 875_000, 375_000, 125_000, 625_000
)  # fmt: skip
HOUSEHOLDS = np.arange(len(INTERNET_RANK))
FAMILIES: Opened = {
    HouseholdsBaselined: {
        "buyer": np.isin(HOUSEHOLDS, (4, 5, 10)),
        "internet_rank": INTERNET_RANK,
        "wages_fen": [
            2_212_654, 448_642, 1_955_689, 1_276_350, 425_506, 2_087_117, 192_417, 1_193_624, 739_840, 673_975,
            2_334_617, 331_568,
        ],
        "business_fen": [
            2_974_068, 603_027, 2_628_676, 647_976, 0, 2_669_759, 246_133, 1_071_961, 994_432, 0, 2_796_818, 252_750
        ],
        "transfers_fen": [
            1_269_022, 257_309, 1_121_645, 732_025, 244_040, 1_197_023, 110_357, 684_579, 424_320, 386_544, 1_338_972,
            190_164,
        ],
        "property_fen": [
            52_062, 10_556, 46_016, 30_032, 10_012, 49_109, 4_527, 28_085, 17_408, 15_858, 54_932, 7_802
        ],
    },
    PlotsBaselined: {
        "output_g": [10_675_895, 800_000, 5_324_105, 132_986, 800_000, 27_014],
        "stock_g": [756_886, 253_664, 377_461, 0, 0, 0],
    },
}  # fmt: skip
"""Which of the twelve households buy online, what they grow and what else they earn, as tests by hand have it."""


def _opened(opening: Opening, opened: Opened | None) -> Iterator[Event]:
    for event in opening.events:
        columns = (opened or {}).get(type(event), {})
        families = FAMILIES.get(type(event), {})
        as_many = all(len(values) == event.rows for values in families.values())  # not so of a sample of them
        whole = set(columns) == {column.name for column in event.columns}
        yield _amended(_amended(event, families) if as_many and not whole else event, columns)


def _amended(event: Event, columns: Mapping[str, Any]) -> Event:
    """Return an event with some columns replaced, or all of them."""
    if not columns:
        return event
    if set(columns) == {column.name for column in event.columns}:
        rows = len(next(iter(columns.values())))
        return type(event)(**{name: np.broadcast_to(value, rows) for name, value in columns.items()})
    found = {column.name: np.array(event.__dict__[column.name]) for column in event.columns}
    for name, value in columns.items():
        if isinstance(value, Mapping):
            for row, one in value.items():
                found[name][row] = one
        else:
            found[name] = np.array(np.broadcast_to(value, event.rows))
    return type(event)(**found)


def at_other_values(parameters: Parameters, numbers: Mapping[str, Value]) -> Parameters:
    """Return parameters at other values; ranges of ordinary times do not bind them."""
    if not numbers:
        return parameters
    found = dict(parameters.by_name)
    for name, value in numbers.items():
        found[name] = replace(found[name], value=found[name].kind(value))
    return Parameters(found)


SHOPS: Opened = {
    HouseholdsBaselined: {"seller": {4: True, 9: True}, "internet_rank": {4: 0, 9: 0}},
    ShopsBaselined: {"household": [4, 9], "plot": [1, 4], "shops": [1, 1]},
    ShopGainsBaselined: {"crop": [1, 3], "gain_fen": [1_500, 1_500]},
}
"""One shop sells the walnuts of household 4, another the strawberries of household 9."""
LIVELY: Opened = SHOPS | {
    HouseholdsBaselined: {
        "seller": {4: True, 9: True},
        "cooperative": {3: 0, 4: 1, 7: 4, 9: 8},
        "internet_rank": HOUSEHOLDS * 30_000,
        "weight": HOUSEHOLDS % 3 + 1,
    },
    CooperativesBaselined: {"capacity_g": 400_000},
    EnterprisesBaselined: {"yearly_fen": [900_000_000, 300_000_000, 200_000_000]},
}
"""An opening in which more goes on: own shops, members of cooperatives that can buy, large enterprises, weights."""


def take(region: Region, *names: str, week: int = 0) -> None:
    """Take some steps of a week by name, in the order of the week."""
    region.world.day = MODEL.days * week
    unknown = set(names) - {step.name for step in MODEL.steps}
    assert not unknown, f"no such steps: {sorted(unknown)}"
    for step in MODEL.steps:
        if step.name in names:
            step.act(region)


def before_each(region: Region, name: str, weeks: int, first: int = 0) -> Iterator[Callable[[Region], None]]:
    """Run whole weeks; yield before each turn of a step, which whoever asks takes: all others are taken here."""
    for week in range(first, first + weeks):
        region.world.day = MODEL.days * week
        for step in MODEL.steps:
            if step.due(week):
                if step.name == name:
                    yield step.act
                else:
                    step.act(region)


def run(region: Region, weeks: int, first: int = 0) -> None:
    """Run whole weeks."""
    for week in range(first, first + weeks):
        take(region, *(step.name for step in MODEL.steps if step.due(week)), week=week)


@cache
def lively_run() -> tuple[Region, Events]:
    """Return the lively region at the end of its run, and all that happened; tests share it and change nothing."""
    soon: dict[str, Value] = {
        "funds.county_capacity": 20.0,
        "funds.plan_lag_weeks": 4,
        "facilities.dividend_rate": 0.05,
    }
    needed = {"projects.joint_delivery.full_need": 8.0}  # its few households need it as much as many do elsewhere
    region, events = tiny_region(needed, opened=LIVELY, numbers=soon)
    run(region, region.settings.weeks)
    return region, events


def same(found: Mapping[str, NDArray[Any]], **expected: Any) -> None:
    """Assert that columns of events are as expected, named ones alone; all have the same rows."""
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], np.asarray(values), err_msg=name)
