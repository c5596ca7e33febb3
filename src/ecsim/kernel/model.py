"""A model as data: what a simulation consists of. Everything else in the kernel works on any `Model`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from ecsim.kernel.apply import Change, Changes, changes_by_kind
from ecsim.kernel.draws import Draws
from ecsim.kernel.event import Event
from ecsim.kernel.figures import Figure
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.parameters import Parameters, read_parameters
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.state import State
from ecsim.kernel.world import Recorder, Watcher, World

S = TypeVar("S", bound=State)
C = TypeVar("C")
T = TypeVar("T")
C_contra = TypeVar("C_contra", contravariant=True)


class Act(Protocol[C_contra]):
    """What a step does: reads state, draws luck, publishes events. It writes nothing."""

    def __call__(self, context: C_contra, /) -> None:
        """Act once."""


@dataclass(frozen=True)
class Step(Generic[C]):
    """One named act of a period; the steps of a model are taken in order.

    Attributes
    ----------
    every : periods from one turn to the next
    turn : which of them it is, from 0: ``every=13, turn=12`` is the last of each thirteen
    """

    name: str
    act: Act[C]
    every: int = 1
    turn: int = 0

    def due(self, period: int) -> bool:
        """Return whether the step is taken in a period."""
        return period % self.every == self.turn


@dataclass(frozen=True)
class Opening:
    """The first day.

    Attributes
    ----------
    events : what it is, in order
    sizes : how many rows each table needs
    """

    events: tuple[Event, ...]
    sizes: Mapping[str, int]


@dataclass(frozen=True)
class Context(Generic[S, T]):
    """What the steps of a simple model act with: the world and the model's numbers."""

    world: World[S]
    terms: T

    @classmethod
    def of(cls, kind: type[T], group: str) -> Callable[[World[S], Scenario, Parameters], Context[S, T]]:
        """Return what makes a context whose terms are the parameters of a group."""
        return lambda world, _, parameters: cls(world, parameters.terms(kind, group))


def parameters_beside(module: str) -> Callable[[Scenario], Parameters]:
    """Return the numbers of the TOML file that lies beside a module (``__file__``), as a scenario replaces them."""
    file = Path(module).with_suffix(".toml")
    return lambda scenario: read_parameters(file).with_values(scenario.parameters, f"scenario {scenario.name}")


@dataclass(frozen=True)
class Hooks(Generic[C]):
    """What a model may say beside what it is made of; most say nothing.

    Attributes
    ----------
    sources : returns what a run depends on beside scenario and code, by key, as the first line of a journal says it
    own_code : returns the code of a user's own that a scenario names, each ``module:name``
    check : refuses a scenario whose own code cannot be had, or may not be imported (``trust``)
    branch : returns in words which changes of a fork from a day on come too late; refuses those of the past
    room : returns the least and most rows a run of today's or another version can need, by table; None: those of the
        opening, made again
    release : lets go of what a context holds on to, once a run has ended
    """

    sources: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    own_code: Callable[[Any], tuple[str, ...]] = lambda _: ()
    check: Callable[[Any, bool], None] = lambda _, __: None
    branch: Callable[[Any, Any, int], list[str]] = lambda _, __, ___: []
    room: Callable[[JournalReader], Mapping[str, tuple[int, int]]] | None = None
    release: Callable[[C], None] = lambda _: None


@dataclass(frozen=True)
class Model(Generic[S, C]):
    """What a simulation consists of.

    Attributes
    ----------
    name : short and stable: runs and scenarios name it
    state : its tables
    events : every kind of event there is, in the order in which journals list them
    changes : what events do to the state, one function a kind; a kind without one only informs
    parameters : returns the numbers of a scenario: the model's own, and what the scenario replaces
    open : returns the opening of a scenario
    context : returns what steps read and act with, made once the opening has been applied. It keeps nothing that
        changes, or replay, fork and resume would lose it; that lies in the state
    steps : the acts of a period, in order
    figures : what is measured; nothing of a run depends on it
    scenario : what its scenario files say
    code : modules and packages whose source a run's events depend on, the kernel aside
    looks_on : packages among these that only look on: no event depends on them
    days : days of a period
    """

    name: str
    state: type[S]
    events: tuple[type[Event], ...]
    changes: tuple[Change, ...]
    parameters: Callable[[Any], Parameters]
    open: Callable[[Any, Parameters], Opening]
    context: Callable[[World[S], Any, Parameters], C]
    steps: tuple[Step[C], ...]
    code: tuple[str, ...]
    looks_on: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    scenario: type[Scenario] = Scenario
    days: int = 7
    hooks: Hooks[C] = field(default_factory=Hooks)

    @cached_property
    def changes_by_kind(self) -> Changes:
        """The change of each kind."""
        return changes_by_kind(self.changes)

    def world(
        self, sizes: Mapping[str, int], seed: int, journal: Recorder, watchers: Sequence[Watcher] = ()
    ) -> World[S]:
        """Return a world without a past."""
        return World(self.state.allocate(sizes), self.changes_by_kind, Draws(seed), journal, watchers)

    def room(self, reader: JournalReader, scenario: Scenario) -> Mapping[str, tuple[int, int]]:
        """Return the least and most rows that a run can need, by table."""
        if self.hooks.room is not None:
            return self.hooks.room(reader)
        return {table: (size, size) for table, size in self.opening(scenario).sizes.items()}

    def opening(self, scenario: Scenario) -> Opening:
        """Return the opening of a scenario."""
        return self.open(scenario, self.parameters(scenario))

    def context_of(self, world: World[S], scenario: Scenario) -> C:
        """Return what steps act with, in a world whose opening has been applied."""
        return self.context(world, scenario, self.parameters(scenario))

    def take(self, context: C, world: World[S], period: int) -> None:
        """Take the steps of a period."""
        world.day = self.days * period
        for step in self.steps:
            if step.due(period):
                step.act(context)
