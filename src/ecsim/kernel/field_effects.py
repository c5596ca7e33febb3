"""Whether each field of a scenario changes what happens: what a model says of it, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FieldEffect:
    """A field and where it was seen to change an event.

    Attributes
    ----------
    name : dotted; ``*`` stands for each row or kind
    group : what it is a field of: scenario, policy, design …
    scene, week, event : base scenario, week and column of an event that first differs when it is changed; empty and -1
        where nothing does
    """

    name: str
    group: str
    scene: str = ""
    week: int = -1
    event: str = ""

    @property
    def changes_events(self) -> bool:
        """Whether any event was seen to differ."""
        return bool(self.event)


@dataclass(frozen=True, slots=True)
class Exempt:
    """A field that need not change an event of a base scenario, and why."""

    name: str
    group: str
    reason: str


class FieldEffects(Protocol):
    """Tries fields of a model's scenarios; the view ``field_effects`` makes one, given a loader and a folder."""

    @property
    def names(self) -> Sequence[str]:
        """The fields that must change something."""

    @property
    def exempt(self) -> Sequence[Exempt]:
        """Those that need not."""

    @property
    def groups(self) -> Mapping[str, str]:
        """What each field, exempt or not, is a field of."""

    def effect(self, name: str) -> FieldEffect:
        """Return where a field was seen to change an event."""
