"""Stories as data: the lines of a history in the order they happened, for a terminal, JSON or a page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story.

    Attributes
    ----------
    date, until : days on which it happened, in ISO form; the same day where it is one
    sentence : what happened
    because : what brought it about; None where the line sums up many events, or nothing in the run did
    kind : kind of the events
    events : how many there are
    seq, cause : sequence numbers of the first of them and of its cause, or None
    """

    date: str
    until: str
    sentence: str
    because: str | None
    kind: str
    events: int
    seq: int
    cause: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """The life of something, in the order it happened.

    Attributes
    ----------
    entity : what is followed, as ``household:123``
    title : its whole name
    """

    run: str
    entity: str
    title: str
    lines: tuple[Line, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody or something worth following.

    Attributes
    ----------
    entity : str
        As ``--follow`` takes it.
    why : str
        What makes it stand out.
    """

    entity: str
    why: str
