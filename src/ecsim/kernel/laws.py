"""Laws: invariants that hold in any run of a model, whatever its numbers; `ecsim verify` holds a run to them.

Conservation of money, parcels and kilograms are laws of the rural model; that nobody is infected twice is one of the
epidemic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.state import State

S = TypeVar("S", bound=State)
S_contra = TypeVar("S_contra", bound=State, contravariant=True)


class Law(Protocol[S_contra]):
    """An invariant, watched over one run."""

    @property
    def name(self) -> str:
        """Its short name."""

    @property
    def listens(self) -> tuple[type[Event], ...]:
        """The kinds it has to see."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of an event."""

    def violations(self, state: S_contra, /) -> list[Finding]:
        """Return where the law does not hold, given the state that all events led to; empty if it holds."""

    def summary(self) -> str:
        """Return in one sentence what was added up, once `violations` has looked at all of it."""


@dataclass(frozen=True)
class StateLaw(Generic[S]):
    """A law of the state that a run ends in.

    Attributes
    ----------
    name : str
        Short and stable.
    says : str
        The law in a sentence.
    faults : callable
        Takes the state, returns a sentence for each place where the law does not hold.
    """

    name: str
    says: str
    faults: Callable[[S], Sequence[str]]
    listens: tuple[type[Event], ...] = ()

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of nothing: the state tells."""

    def violations(self, state: S) -> list[Finding]:
        """Return where the law does not hold."""
        return [Finding(self.name, fault) for fault in self.faults(state)]

    def summary(self) -> str:
        """Return the law."""
        return self.says


class Watch:
    """The laws of one run, each shown the kinds of events it listens to.

    Parameters
    ----------
    laws : in the order of the report
    first : what has to see an event before the laws do
    """

    def __init__(self, laws: Sequence[Law[Any]], first: Sequence[Any] = ()) -> None:
        self.laws = tuple(laws)
        self._first = tuple(first)
        self._by_kind: dict[type[Event], list[Any]] = {}
        for listener in (*first, *self.laws):
            for kind in listener.listens:
                self._by_kind.setdefault(kind, []).append(listener)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of an event."""
        for listener in self._by_kind.get(type(event), ()):
            listener.see(event, stamp)

    def joined(self, laws: Sequence[Law[Any]]) -> Watch:
        """Return a watch over these laws and some more."""
        return Watch((*self.laws, *laws), self._first)
