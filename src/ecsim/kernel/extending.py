"""Models with extensions: what a scenario's ``extensions`` make of the model that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from ecsim.kernel.errors import EcsimError, hint
from ecsim.kernel.extension import Extension
from ecsim.kernel.joined_measures import JoinedMeasures
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.model import Model, Opening, Options, Step
from ecsim.kernel.state import State
from ecsim.kernel.user_code import looked_up, refuse_untrusted


def extended(model: Model[Any, Any], names: Iterable[str], *, trust: bool) -> Model[Any, Any]:
    """Return a model with the extensions that a scenario names, in their order.

    Parameters
    ----------
    model : to which they are added
    names : each ``package.module:EXTENSION``
    trust : whether modules that are none of ecsim's may be imported, which runs their code

    Raises
    ------
    EcsimError
        If one may not be imported, is not there, is none, or does not fit the model.
    """
    for name in names:
        if not trust:
            refuse_untrusted("extension", name)
        extension = looked_up("extensions", name, "package.module:EXTENSION", "extensions")
        if not isinstance(extension, Extension):
            raise EcsimError(
                f"extension {name!r}: is a {type(extension).__name__}; name an Extension (ecsim.kernel.extension)"
            )
        model = _with(model, extension)
    return model


@cache
def _with(model: Model[Any, Any], extension: Extension[Any]) -> Model[Any, Any]:
    """Return a model with an extension; the same objects give the same model."""
    _refuse_twice(model, extension)
    _refuse_unknown_options(model, extension)
    base = model.open

    def opened(scenario: Any, parameters: Any) -> Opening:  # noqa: ANN401 (the model's own kind)
        opening = base(scenario, parameters)
        return Opening(opening.events, {**opening.sizes, **extension.sizes(opening.sizes)})

    larger = replace(
        model,
        state=_state(model.state, extension),
        events=(*model.events, *extension.events),
        changes=(*model.changes, *extension.changes),
        numbers=lambda: model.numbers().joined(extension.numbers()),
        open=opened,
        steps=_steps(model, extension),
        laws=(*model.laws, *extension.laws),
        invariances=(*model.invariances, *extension.invariances),
        figures=(*model.figures, *(extension.figures if model.measured_by is None else ())),
        options={name: (*known, *extension.options.get(name, ())) for name, known in model.options.items()},
        hooks=replace(model.hooks, room=_room(model, extension)),
    )  # fmt: skip
    if model.measured_by is None or not extension.figures:
        return larger
    further = larger.measures_of(extension.figures)
    return replace(larger, measured_by=JoinedMeasures(model.measures, further))


def with_options(model: Model[Any, Any], options: Options) -> Model[Any, Any]:
    """Return a model with further options; the same ones give the same model."""
    added = tuple((name, values) for name, values in options.items() if values)
    return _with_added(model, added) if added else model


@cache
def _with_added(model: Model[Any, Any], added: tuple[tuple[str, tuple[Any, ...]], ...]) -> Model[Any, Any]:
    further = dict(added)
    return replace(model, options={name: (*known, *further.get(name, ())) for name, known in model.options.items()})


def _refuse_twice(model: Model[Any, Any], extension: Extension[Any]) -> None:
    """Refuse names that the model has already."""
    known = {
        "event": [kind.kind for kind in model.events],
        "table": list(model.state.table_names()),
        "step": [step.name for step in model.steps],
        "figure": model.measures.names,
        "parameter": list(model.defaults.by_name),
        "invariance": [invariance.name for invariance in model.invariances],
    }
    added: dict[str, Sequence[str]] = {
        "event": [kind.kind for kind in extension.events],
        "table": list(extension.tables),
        "step": [step.name for step in extension.steps],
        "figure": [figure.name for figure in extension.figures],
        "parameter": list(extension.numbers().by_name),
        "invariance": [invariance.name for invariance in extension.invariances],
    }
    for what, names in added.items():
        twice = [name for name in names if name in known[what]]
        if twice:
            raise EcsimError(
                f"extension {extension.name}: {what} {twice[0]!r} is one of the model {model.name} already; "
                "give it another name"
            )


def _refuse_unknown_options(model: Model[Any, Any], extension: Extension[Any]) -> None:
    """Refuse options that no rule of the model looks for: they would do nothing."""
    for name in extension.options:
        if name not in model.options:
            takes = f"it takes {', '.join(model.options)}" if model.options else "it takes none"
            near = hint(name, model.options, takes)
            raise EcsimError(
                f"extension {extension.name}: the rules of the model {model.name} look for no option {name!r}; {near}"
            )


def _state(base: type[State], extension: Extension[Any]) -> type[State]:
    """Return the tables of a model with those of an extension, and its further columns."""
    try:
        return base.extended(extension.tables, extension.columns)
    except ValueError as error:
        raise EcsimError(f"extension {extension.name}: {error}") from None


def _steps(model: Model[Any, Any], extension: Extension[Any]) -> tuple[Step[Any], ...]:
    """Return the steps of a model with those of an extension, each behind the one it names."""
    steps = list(model.steps)
    for step in extension.steps:
        names = [other.name for other in steps]
        if step.after not in names:
            near = hint(step.after, names, f"steps are {', '.join(names)}")
            raise EcsimError(f"extension {extension.name}: step {step.name!r} comes after {step.after!r}; {near}")
        place = max(n for n, other in enumerate(steps) if step.after in (other.name, other.after))
        steps.insert(place + 1, step)
    return tuple(steps)


def _room(model: Model[Any, Any], extension: Extension[Any]) -> Any:  # noqa: ANN401 (a hook)
    """Return what tells how many rows a run needs, with those of an extension's tables."""
    base = model.hooks.room
    if base is None:
        return None

    def room(reader: JournalReader) -> Mapping[str, tuple[int, int]]:
        further = extension.sizes(reader.genesis["sizes"])
        return {**base(reader), **{table: (size, size) for table, size in further.items()}}

    return room
