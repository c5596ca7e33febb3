"""Kinds of projects of plans: the model's own, and those of files and extensions (docs/model.md 4.10).

A kind is a table ``[projects.NAME]`` of a scenario that says which mechanism it ``feeds``; a name that the model does
not know is a kind that the file adds. An extension of the rural model says ``options={"project_kinds":
(FurtherKind(…),)}`` where a need or an effect has to be its own. Rule book, budgets, contracts, works and payments
treat all of them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError, hint
from ecsim.kernel.text import Text
from ecsim.kernel.vocabulary import FurtherWords, Word
from ecsim.rural.events.codes import Mechanism, ProjectKind

if TYPE_CHECKING:
    from ecsim.rural.scenario import ProjectType
    from ecsim.rural.world import State, World

OPTION = "project_kinds"
"""The option of an extension that adds kinds."""
I64 = NDArray[np.int64]
Commission = Callable[["World", I64, I64], None]
"""Brings finished projects into service: called with the world, the projects, and the events that finished them."""
OWN_NAMES = tuple(kind.name.lower() for kind in ProjectKind)


@dataclass(frozen=True)
class FurtherKind:
    """A kind of project beside the model's own.

    Attributes
    ----------
    name : as scenarios write it: lower case, ``_`` between words
    title : what people call one
    need : returns what a county needs of it, in the ``need_unit`` of its table; None: by the ``need`` of its table. It
        is what can be known of a county beforehand: no outcome of the run enters
    commission : brings finished projects into service; None: by what its table says it ``feeds``
    """

    name: str
    title: Text
    need: Callable[[State, int], float] | None = None
    commission: Commission | None = None


Options: TypeAlias = Mapping[str, tuple[Any, ...]]
"""Of a model and its extensions, by name."""


@dataclass(frozen=True)
class ProjectKinds:
    """All kinds of projects of a run, by code.

    Attributes
    ----------
    further : those that extensions and files add, in their order; their codes follow the model's own
    """

    further: tuple[FurtherKind, ...] = ()

    @classmethod
    def of(cls, options: Options) -> ProjectKinds:
        """Return the kinds of a model with extensions, by its options."""
        return cls(options.get(OPTION, ()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names in the order of codes."""
        return (*OWN_NAMES, *(kind.name for kind in self.further))

    @cached_property
    def by_code(self) -> Mapping[int, FurtherKind]:
        """Those beside the model's own, by code."""
        return dict(enumerate(self.further, len(ProjectKind)))

    def code(self, name: str) -> int:
        """Return the code of a kind.

        Raises
        ------
        EcsimError
            If there is none of that name.
        """
        if name not in self.names:
            near = hint(name, self.names, f"kinds are {', '.join(self.names)}")
            raise EcsimError(f"projects.{name} is a kind of project that there is not; {near}")
        return self.names.index(name)


def feeding(types: Mapping[str, ProjectType], options: Options, mechanism: Mechanism) -> I64:
    """Return the codes of the kinds of projects that feed a mechanism, those of files too."""
    kinds, name = ProjectKinds.of(options), mechanism.name.lower()
    return np.array([kinds.code(kind) for kind, of in types.items() if of.feeds == name], np.int64)


def kinds_of_file(content: Mapping[str, Any], known: tuple[FurtherKind, ...]) -> tuple[FurtherKind, ...]:
    """Return the kinds that a scenario's content adds beside the model's own and those of extensions.

    Parameters
    ----------
    content : as a file or a journal has it; what is wrong in it is told when it is checked
    known : those of extensions
    """
    projects = content.get("projects")
    if not isinstance(projects, Mapping):
        return ()
    names = {*OWN_NAMES, *(kind.name for kind in known)}
    return tuple(
        FurtherKind(name, Text(str(of.get("title_en", name)), str(of.get("title_zh", name))))
        for name, of in projects.items()
        if name not in names and isinstance(of, Mapping)
    )


def words(options: Options) -> FurtherWords:
    """Return the words that further kinds add to the vocabulary of projects and facilities."""
    further: tuple[FurtherKind, ...] = options.get(OPTION, ())
    return {ProjectKind: tuple(Word(kind.name, kind.title) for kind in further)} if further else {}
