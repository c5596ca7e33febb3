"""A model as data: what a simulation consists of. Everything else in the kernel works on any `Model`.

The parts: a `State` class, event kinds, their changes, parameters, an `Opening`, and a period as a list of named `Step`
objects. What most models do not need (sources of data, names of places, laws of their own) lies in `Hooks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from ecsim.kernel.apply import Change, Changes, changes_by_kind
from ecsim.kernel.event import Event
from ecsim.kernel.figure_measures import FigureMeasures
from ecsim.kernel.figures import Figure
from ecsim.kernel.invariance import Invariance
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.laws import StateLaw, Watch
from ecsim.kernel.measures import Measures, Sizes
from ecsim.kernel.parameters import Parameter, Parameters, read_parameters
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.scorecard import Scorecard
from ecsim.kernel.shocks import check_shocks
from ecsim.kernel.state import State
from ecsim.kernel.text import Text
from ecsim.kernel.user_code import looked_up
from ecsim.kernel.vocabulary import FurtherWords
from ecsim.kernel.world import Recorder, Watcher, World

S = TypeVar("S", bound=State)
C = TypeVar("C")
T = TypeVar("T")
Options: TypeAlias = Mapping[str, tuple[Any, ...]]
"""What a model's own rules look for in extensions, by name: things of each, in the order of the extensions."""
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
    name : str
        Unique in the model; an extension's step names the one it comes after.
    act : callable
        Takes the model's context; reads state, draws, publishes. It writes nothing.
    every : int
        Periods from one turn to the next.
    turn : int
        Which of them it is, from 0: ``every=13, turn=12`` is the last of each thirteen.
    after : str
        Of an extension's step: the step that it comes after.
    """

    name: str
    act: Act[C]
    every: int = 1
    turn: int = 0
    after: str = ""

    def due(self, period: int) -> bool:
        """Return whether the step is taken in a period."""
        return period % self.every == self.turn


@dataclass(frozen=True)
class Opening:
    """The first day of a run.

    Attributes
    ----------
    events : tuple of Event
        What it is, in order; they have no cause.
    sizes : Mapping[str, int]
        How many rows each table needs in the whole run.
    """

    events: tuple[Event, ...]
    sizes: Mapping[str, int]


@dataclass(frozen=True)
class Context(Generic[S, T]):
    """What the steps of a simple model act with.

    Attributes
    ----------
    world : World
        Clock, state, draws, and `World.publish`.
    terms : dataclass
        The model's numbers, as `Parameters.terms` fills them.
    """

    world: World[S]
    terms: T

    @classmethod
    def of(cls, kind: type[T], group: str) -> Callable[[World[S], Scenario, Parameters], Context[S, T]]:
        """Return what makes a context whose terms are the parameters of a group."""
        return lambda world, _, parameters: cls(world, parameters.terms(kind, group))


def parameters_beside(module: str) -> Callable[[], Parameters]:
    """Return what reads the parameters of the TOML file that lies beside a module.

    Parameters
    ----------
    module : its ``__file__``: ``epidemic.py`` goes with ``epidemic.toml``, whose name is the group
    """
    file = Path(module).with_suffix(".toml")
    return lambda: read_parameters(file)


def refuse_unfit(scenario: Any, model: Model[Any, Any], where: str) -> None:  # noqa: ANN401 (the model's own kind)
    """Refuse a scenario with a parameter or a shock that a model's parameters do not know.

    Parameters
    ----------
    scenario : of the model's own class
    model : the model, with the extensions that the scenario names
    where : the file that names the scenario, for messages

    Raises
    ------
    EcsimError
        Naming what does not fit, and the nearest right name.
    """
    check_shocks(scenario.shocks, model.defaults.with_values(scenario.parameters, where), where)


@dataclass(frozen=True)
class Hooks(Generic[C]):
    """What a model may say beside what it is made of; most say nothing.

    Attributes
    ----------
    sources : returns what a run depends on beside scenario and code, by key, as the first line of a journal says it
    cited : returns those sources as an archive cites them, by key: name, version, description, license
    own_code : returns the code of a user's own that a scenario names, each ``module:name``
    replaced : returns the values by which a scenario replaces numbers of the model
    further : returns further numbers of a scenario that an experiment may vary: those that its opening is made by
    refuse : refuses a scenario that the model does not fit, as the file that is named tells it
    options : returns the options that a scenario's own content, as it is written, adds to those of extensions
    words : returns the further words that options of extensions give vocabularies
    check : refuses a scenario of which no run may begin: its own code cannot be had, or may not be imported
        (``trust``), or it names what is not there at its opening
    check_opening : refuses a scenario that cannot be opened, at less cost than opening it
    arm : returns how a comparison presents a scenario: its titles, and what sets it apart
    branch : returns in words which changes of a fork from a day on come too late; refuses those of the past
    room : returns the least and most rows a run of today's or another version can need, by table; None: those of the
        opening, made again
    release : lets go of what a context holds on to, once a run has ended
    laws : returns what must hold in a run, beside the model's laws of its state
    names : returns the proper names that rows of tables have, by table in the order of rows; of columns that number a
        list of the scenario, by column
    shown_instead : returns values that are shown in place of a column's own, by kind and column; below 0: none is shown
    """

    sources: Callable[[Any], Mapping[str, Any]] = lambda _: {}
    cited: Callable[[Any], Mapping[str, Mapping[str, str]]] = lambda _: {}
    own_code: Callable[[Any], tuple[str, ...]] = lambda _: ()
    replaced: Callable[[Any], Mapping[str, Any]] = lambda scenario: scenario.parameters
    further: Callable[[Any], Mapping[str, Parameter]] = lambda _: {}
    refuse: Callable[[Any, Model[Any, Any], str], None] = refuse_unfit
    options: Callable[[Mapping[str, Any], Options], Options] = lambda _, __: {}
    words: Callable[[Options], FurtherWords] = lambda _: {}
    check: Callable[[Any, Model[Any, Any], bool], None] = lambda _, __, ___: None
    check_opening: Callable[[Any], None] = lambda _: None
    arm: Callable[[Any], Mapping[str, Any]] = lambda scenario: {
        "title_en": scenario.title_en, "title_zh": scenario.title_zh, "description": scenario.description,
    }  # fmt: skip
    branch: Callable[[Any, Any, int], list[str]] = lambda _, __, ___: []
    room: Callable[[JournalReader], Mapping[str, tuple[int, int]]] | None = None
    release: Callable[[C], None] = lambda _: None
    laws: Callable[[JournalReader, Any], Watch] = lambda _, __: Watch(())
    names: Callable[[JournalReader], Mapping[str, Sequence[Text]]] = lambda _: {}
    shown_instead: Callable[[JournalReader], Mapping[tuple[str, str], Callable[[Any, int], int]]] = lambda _: {}


@dataclass(frozen=True, eq=False)
class Model(Generic[S, C]):
    """What a simulation consists of.

    Attributes
    ----------
    name : short and stable: runs and scenarios name it
    state : its tables
    events : every kind of event there is, in the order in which journals list them
    changes : what events do to the state, one function per kind; a kind without one only informs
    numbers : returns the model's own numbers
    open : returns the opening of a scenario
    context : returns what steps read and act with, made once the opening has been applied. It keeps nothing that
        changes, or replay, fork and resume would lose it; that lies in the state
    steps : the acts of a period, in order
    figures : what is measured, one number each; nothing of a run depends on it
    measured_by : what is measured, for a model whose figures are more than that
    laws : what must hold of the state in any run
    scenario : what its scenario files say
    code : modules and packages whose source a run's events depend on, the kernel aside
    looks_on : packages among these that only look on: no event depends on them
    days : days of a period
    follows_shocks : whether its steps themselves follow the shocks of a scenario; else what they act with is made anew
        whenever a shock comes or goes
    compiles : whether its rules are compiled when they are first called
    telling : columns that tell most of an event, the first that it has
    counted : tables by whose rows a difference between runs is counted; none: all that events make
    options : what its own rules look for in extensions, by name; a model names those that its rules know, with none
    views : ways of showing a run in place of the general ones, by name: ``module:name``, imported when asked for
    invariances : changes of a run that must not matter, which `ecsim claims` tries a study's claims under
    """

    name: str
    state: type[S]
    events: tuple[type[Event], ...]
    changes: tuple[Change, ...]
    numbers: Callable[[], Parameters]
    open: Callable[[Any, Parameters], Opening]
    context: Callable[[World[S], Any, Parameters], C]
    steps: tuple[Step[C], ...]
    code: tuple[str, ...]
    looks_on: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    measured_by: Measures | None = None
    laws: tuple[StateLaw[Any], ...] = ()
    scenario: type[Scenario] = Scenario
    days: int = 7
    follows_shocks: bool = False
    compiles: bool = False
    telling: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    views: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=dict)
    invariances: tuple[Invariance, ...] = ()
    hooks: Hooks[C] = field(default_factory=Hooks)

    @cached_property
    def changes_by_kind(self) -> Changes:
        """The change of each kind."""
        return changes_by_kind(self.changes)

    @cached_property
    def defaults(self) -> Parameters:
        """The model's own numbers."""
        return self.numbers()

    @cached_property
    def words(self) -> FurtherWords:
        """The further words that extensions give vocabularies."""
        return self.hooks.words(self.options)

    def parameters(self, scenario: Any) -> Parameters:  # noqa: ANN401 (the model's own kind)
        """Return the numbers that a scenario's rules read: the model's own, and what the scenario replaces."""
        return self.defaults.with_values(self.hooks.replaced(scenario), f"scenario {scenario.name}")

    def known(self, scenario: Any) -> Mapping[str, Parameter]:  # noqa: ANN401
        """Return every parameter of a scenario that an experiment may vary, by full name."""
        return {**self.parameters(scenario).by_name, **self.hooks.further(scenario)}

    @cached_property
    def measures(self) -> Measures:
        """What is measured of any run."""
        return self.measured_by or self.measures_of(self.figures)

    def measures_of(self, figures: Sequence[Figure]) -> Measures:
        """Return what measures some figures, one number each, of any run."""
        return FigureMeasures(figures, self._card, self.events, self.days)

    def _card(self, figures: Sequence[Figure], periods: int, sizes: Sizes) -> Scorecard[S]:
        """Return a scorecard with nothing on it; it follows the state only if a figure is read off that."""
        state = self.state.allocate(sizes()) if any(figure.level for figure in figures) else None
        return Scorecard(figures, self.days, periods, state, self.changes_by_kind)

    def view(self, name: str) -> Any:  # noqa: ANN401 (each view has a type of its own)
        """Return the model's own way of showing a run under a name, or None; its module is imported now.

        Raises
        ------
        EcsimError
            If the model names one that is not there.
        """
        if name not in self.views:
            return None
        return looked_up(f"views.{name}", self.views[name], "package.module:name", "views")

    def watch(self, reader: JournalReader, scenario: Any) -> Watch:  # noqa: ANN401 (the model's own kind)
        """Return the laws that watch over a run."""
        more = self.hooks.laws(reader, scenario)
        return more.joined(self.laws)

    def world(
        self, sizes: Mapping[str, int], seed: int, journal: Recorder, watchers: Sequence[Watcher] = ()
    ) -> World[S]:
        """Return a world without a past.

        Parameters
        ----------
        sizes : rows of each table
        seed : of the random draws
        journal, watchers : what records the run, and what looks on
        """
        return self.world_of(self.state.allocate(sizes), seed, journal, watchers)

    def world_of(self, state: S, seed: int, journal: Recorder, watchers: Sequence[Watcher] = ()) -> World[S]:
        """Return a world whose state is given.

        Parameters
        ----------
        state : allocated, as empty or as filled as it is
        seed : of the random draws
        journal, watchers : what records the run, and what looks on
        """
        from ecsim.kernel.draws import Draws  # compiles: only a run needs it

        return World(state, self.changes_by_kind, Draws(seed), journal, watchers)

    def check(self, scenario: Scenario, trust: bool) -> None:
        """Refuse a scenario of which no run may begin, as `Hooks.check` has it."""
        self.hooks.check(scenario, self, trust)

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
        world.numbers, world.options = self.parameters(scenario), self.options
        return self.context(world, scenario, world.numbers)
