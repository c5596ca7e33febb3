"""Adding to a model from outside: an `Extension` is data, too, and nothing of the model is edited for it.

A scenario names extensions (``extensions = ["my_package.processor:EXTENSION"]``); every command then knows their
events, tables, figures, numbers and laws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Generic, TypeVar

from ecsim.kernel.apply import Change
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.kernel.figures import Figure
from ecsim.kernel.joined_measures import JoinedMeasures
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.laws import StateLaw
from ecsim.kernel.model import Model, Opening, Step
from ecsim.kernel.parameters import Parameters
from ecsim.kernel.scorecard import FigureMeasures
from ecsim.kernel.state import State
from ecsim.kernel.table import Table
from ecsim.kernel.user_code import looked_up, refuse_untrusted

C = TypeVar("C")
Sizes = Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Extension(Generic[C]):
    """What is added to a model.

    Attributes
    ----------
    name : short and stable
    events, changes : further kinds of events, and what they do to the state
    tables : further tables by name
    sizes : returns how many rows those need, given the sizes of the model's own tables
    columns : further columns of tables that there are, by table and name, with their array type
    steps : further steps of a period, each put behind the step it names as ``after``
    figures : what is measured, one number each
    numbers : returns further numbers, in groups of their own
    laws : what must hold of the state
    options : what the model's own rules look for in an extension, by name (`ecsim.rural.options`)
    """

    name: str
    events: tuple[type[Event], ...] = ()
    changes: tuple[Change, ...] = ()
    tables: Mapping[str, type[Table]] = field(default_factory=dict)
    sizes: Callable[[Sizes], Sizes] = lambda _: {}
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    steps: tuple[Step[C], ...] = ()
    figures: tuple[Figure, ...] = ()
    numbers: Callable[[], Parameters] = lambda: Parameters({})
    laws: tuple[StateLaw[Any], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def extended(model: Model[Any, Any], names: Iterable[str], *, trust: bool) -> Model[Any, Any]:
    """Return a model with the extensions that a scenario names, in their order.

    Parameters
    ----------
    trust : whether modules that are none of ecsim's may be imported, which runs their code

    Raises
    ------
    EcsimError
        If one may not be imported, is not there, is none, or does not fit the model.
    """
    for name in names:
        if not trust:
            refuse_untrusted("extension", name)
        found = looked_up("extensions", name, "package.module:EXTENSION", "extensions")
        if not isinstance(found, Extension):
            raise EcsimError(
                f"extension {name!r}: is a {type(found).__name__}; name an Extension (ecsim.kernel.extension)"
            )
        model = _with(model, found)
    return model


@cache
def _with(model: Model[Any, Any], extension: Extension[Any]) -> Model[Any, Any]:
    """Return a model with an extension; the same objects give the same model."""
    _refuse_twice(model, extension)
    base = model.open

    def numbers() -> Parameters:
        return Parameters({**model.numbers().by_name, **extension.numbers().by_name})

    def opened(scenario: Any, parameters: Parameters) -> Opening:  # noqa: ANN401 (the model's own kind)
        opening = base(scenario, parameters)
        return Opening(opening.events, {**opening.sizes, **extension.sizes(opening.sizes)})

    larger = replace(
        model,
        state=_state(model.state, extension),
        events=(*model.events, *extension.events),
        changes=(*model.changes, *extension.changes),
        numbers=numbers,
        open=opened,
        steps=_steps(model, extension),
        laws=(*model.laws, *extension.laws),
        figures=(*model.figures, *(extension.figures if model.measured_by is None else ())),
        options={**model.options, **extension.options},
        hooks=replace(model.hooks, room=_room(model, extension)),
    )  # fmt: skip
    if model.measured_by is None or not extension.figures:
        return larger
    own = FigureMeasures(extension.figures, larger.state, larger.changes_by_kind, larger.events, model.days)
    return replace(larger, measured_by=JoinedMeasures(model.measures, own))


def _refuse_twice(model: Model[Any, Any], extension: Extension[Any]) -> None:
    """Refuse names that the model has already."""
    known = {
        "event": [kind.kind for kind in model.events],
        "table": list(model.state.table_names()),
        "step": [step.name for step in model.steps],
        "figure": model.measures.names,
        "parameter": list(model.defaults.by_name),
    }
    added: dict[str, Sequence[str]] = {
        "event": [kind.kind for kind in extension.events],
        "table": list(extension.tables),
        "step": [step.name for step in extension.steps],
        "figure": [figure.name for figure in extension.figures],
        "parameter": list(extension.numbers().by_name),
    }
    for what, names in added.items():
        twice = [name for name in names if name in known[what]]
        if twice:
            raise EcsimError(
                f"extension {extension.name}: {what} {twice[0]!r} is one of the model {model.name} already; "
                "give it another name"
            )


def _state(base: type[State], extension: Extension[Any]) -> type[State]:
    """Return the tables of a model with those of an extension, and its further columns."""
    if not extension.tables and not extension.columns:
        return base
    hints = {name: _table(base, name, columns, extension.name) for name, columns in extension.columns.items()}
    return type(base.__name__, (base,), {"__annotations__": {**hints, **extension.tables}, "__doc__": base.__doc__})


def _table(base: type[State], name: str, columns: Mapping[str, Any], owner: str) -> type[Table]:
    tables = base.table_types()
    if name not in tables:
        near = get_close_matches(name, tables, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"tables are {', '.join(tables)}"
        raise EcsimError(f"extension {owner}: columns are for a table {name!r}, which there is not; {hint}")
    own = tables[name]
    return type(own.__name__, (own,), {"__annotations__": dict(columns), "__doc__": own.__doc__})


def _steps(model: Model[Any, Any], extension: Extension[Any]) -> tuple[Step[Any], ...]:
    """Return the steps of a model with those of an extension, each behind the one it names."""
    steps = list(model.steps)
    for step in extension.steps:
        names = [one.name for one in steps]
        if step.after not in names:
            near = get_close_matches(step.after, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"steps are {', '.join(names)}"
            raise EcsimError(f"extension {extension.name}: step {step.name!r} comes after {step.after!r}; {hint}")
        place = max(n for n, one in enumerate(steps) if step.after in (one.name, one.after))
        steps.insert(place + 1, step)
    return tuple(steps)


def _room(model: Model[Any, Any], extension: Extension[Any]) -> Any:  # noqa: ANN401 (a hook)
    """Return what tells how many rows a run needs, with those of an extension's tables."""
    base = model.hooks.room
    if base is None:
        return None

    def room(reader: JournalReader) -> Mapping[str, tuple[int, int]]:
        own = extension.sizes(reader.genesis["sizes"])
        return {**base(reader), **{table: (size, size) for table, size in own.items()}}

    return room
