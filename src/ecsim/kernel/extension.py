"""Adding to a model from outside: an `Extension` is data, too, and nothing of the model is edited for it.

A scenario names extensions (``extensions = ["my_package.processor:EXTENSION"]``); every command then knows their
events, tables, figures, numbers and laws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ecsim.kernel.apply import Change
from ecsim.kernel.event import Event
from ecsim.kernel.figures import Figure
from ecsim.kernel.invariance import Invariance
from ecsim.kernel.laws import StateLaw
from ecsim.kernel.model import Options, Step
from ecsim.kernel.parameters import Parameters
from ecsim.kernel.table import Table

C = TypeVar("C")
Sizes = Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Extension(Generic[C]):
    """What is added to a model from outside, as data: nothing of the model is edited for it.

    Attributes
    ----------
    name : str
        Short and stable.
    events, changes : tuples
        Further kinds of events, and what they do to the state.
    tables : Mapping[str, type[Table]]
        Further tables by name.
    sizes : callable
        Takes the sizes of the model's own tables, returns how many rows the further ones need.
    columns : Mapping
        Further columns of tables that there are, by table and name, with their array type.
    steps : tuple of Step
        Further steps of a period, each put behind the step it names as ``after``.
    figures : tuple of Figure
        What is measured, one number each.
    numbers : callable
        Returns further parameters, in groups of their own.
    laws : tuple of StateLaw
        What must hold of the state.
    invariances : tuple of Invariance
        Further changes of a run that must not matter.
    options : Mapping
        What the model's own rules look for in an extension, by name: ``project_kinds`` of the rural model
        (`ecsim.rural.programme.kinds`).
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
    invariances: tuple[Invariance, ...] = ()
    options: Options = field(default_factory=dict)
