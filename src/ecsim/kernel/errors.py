"""Errors that a user can mend: a bad file, a bad setting, a damaged run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from difflib import get_close_matches
from reprlib import Repr


class EcsimError(Exception):
    """Something that a user can mend: a bad file, a bad setting, code that is not there.

    The message says what, where, what was found, what is allowed, and what to do; commands print it and end with
    status 2. Bad arguments of a function are `ValueError`, not this.
    """


class VerificationError(EcsimError):
    """A run differs from what was published of it, or cannot have happened; commands print it and end with status 1."""


LONGEST = 200
"""Characters of a value that a message shows, at most."""
NAMES_A_LINE = 6
"""Names that a message lists on one line."""
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = LONGEST // 2


def shown(value: object) -> str:
    """Return a value as messages show it: as Python, flags and dates as TOML; long ones lose their middle."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    return shortened(_SHORT.repr(value))


def shortened(text: str, most: int = LONGEST) -> str:
    """Return a text without its middle, if it is too long for a message.

    Parameters
    ----------
    text : whatever somebody wrote
    most : characters that are left, at most
    """
    return text if len(text) <= most else f"{text[: 2 * most // 3]}…{text[-(most // 3 - 1) :]}"


def listed(names: Iterable[str]) -> str:
    """Return names as a message lists many: a few a line, since the terminal shows no line whole that is too long."""
    every = list(names)
    lines = [", ".join(every[first : first + NAMES_A_LINE]) for first in range(0, len(every), NAMES_A_LINE)]
    return ",\n  ".join(lines)


def hint(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return what to say of a name that is not known: the nearest that is, as a question.

    Parameters
    ----------
    known : names that would be taken
    otherwise : what is said where none is near: what is allowed
    """
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return so many of a thing in English: ``1 fault``, ``2 faults``, ``1,000 faults``.

    Parameters
    ----------
    one : what one is called
    many : what others are called; left out: with an s
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
