"""Kinds of projects that plans are made of: the model's own, and those that extensions add (docs/model.md 4.10).

An extension of the rural model says ``options={"project_kinds": (FurtherKind(…),)}``; a scenario that names it may then
plan such projects, with a table ``[projects.NAME]`` like that of any other kind. Rule book, budgets, contracts, works
and payments treat them like the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError, hint
from ecsim.kernel.text import Text
from ecsim.kernel.vocabulary import FurtherWords, Word
from ecsim.rural.events.codes import ProjectKind

if TYPE_CHECKING:
    from ecsim.rural.state import State
    from ecsim.rural.world import World

OPTION = "project_kinds"
"""The option of an extension that adds kinds."""
I64 = NDArray[np.int64]
Commission = Callable[["World", I64, I64], None]
"""Brings finished projects into service: called with the world, the projects, and the events that finished them."""


@dataclass(frozen=True)
class FurtherKind:
    """A kind of project that an extension adds.

    Attributes
    ----------
    name : as scenarios write it: lower case, ``_`` between words
    title : what people call one
    need : returns what a county needs of it, in the ``need_unit`` of its table; planners weigh a unit by that over
        ``full_need``. It is what can be known of a county beforehand: no outcome of the run enters
    commission : brings finished projects into service; None: each opens a facility of its kind (``facility_opened``)
        that serves its county, or all of its prefecture
    """

    name: str
    title: Text
    need: Callable[[State, int], float]
    commission: Commission | None = None


@dataclass(frozen=True)
class ProjectKinds:
    """All kinds of projects of a run, by code.

    Attributes
    ----------
    further : those that extensions add, in their order; their codes follow the model's own
    """

    further: tuple[FurtherKind, ...] = ()

    @classmethod
    def of(cls, options: Mapping[str, tuple[Any, ...]]) -> ProjectKinds:
        """Return the kinds of a model with extensions, by its options."""
        return cls(options.get(OPTION, ()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names in the order of codes."""
        return (*(kind.name.lower() for kind in ProjectKind), *(kind.name for kind in self.further))

    @cached_property
    def by_code(self) -> Mapping[int, FurtherKind]:
        """Those of extensions, by code."""
        return dict(enumerate(self.further, len(ProjectKind)))

    @property
    def facilities(self) -> tuple[int, ...]:
        """Codes of those of extensions that open a facility."""
        return tuple(code for code, kind in self.by_code.items() if kind.commission is None)

    def code(self, name: str) -> int:
        """Return the code of a kind.

        Raises
        ------
        EcsimError
            If there is none of that name.
        """
        self.refuse_unknown([name])
        return self.names.index(name)

    def refuse_unknown(self, names: Iterable[str], where: str = "scenario") -> None:
        """Refuse kinds of projects that there are not.

        Raises
        ------
        EcsimError
            Naming the first, and what is allowed.
        """
        for name in names:
            if name not in self.names:
                near = hint(name, self.names, f"kinds are {', '.join(self.names)}")
                raise EcsimError(
                    f"{where}: projects.{name} is a kind of project that neither the model nor an extension knows; "
                    f"{near}"
                )


def words(options: Mapping[str, tuple[Any, ...]]) -> FurtherWords:
    """Return the words that kinds of extensions add to the vocabulary of projects and facilities."""
    further: tuple[FurtherKind, ...] = options.get(OPTION, ())
    return {ProjectKind: tuple(Word(kind.name, kind.title) for kind in further)} if further else {}
