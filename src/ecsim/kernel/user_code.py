"""Code of a user's own that a file names as ``module:name``; to look it up is to run its module."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from ecsim.kernel.errors import EcsimError

_WORD = r"[^\W\d]\w*"
OWN = re.compile(rf"{_WORD}(?:\.{_WORD})*:{_WORD}")
"""The form of such a name."""


OURS = "ecsim."
"""Modules that begin so come with ecsim: importing them runs nothing of a stranger's."""


def refuse_untrusted(key: str, name: str) -> None:
    """Refuse code that a run names and that is none of ecsim's own.

    Raises
    ------
    EcsimError
        Saying how to trust it.
    """
    if not name.startswith(OURS):
        raise EcsimError(
            f"the run names the {key} {name!r}, whose code would run here: read it first, then add --trust "
            "(in Python trust=True)"
        )


def looked_up(key: str, name: str, form: str, ones: str) -> Any:  # noqa: ANN401 (whatever the name stands for)
    """Return what a ``module:name`` stands for.

    Parameters
    ----------
    key : what of a file names it, for messages
    form, ones : how it is written, and what such things are called, for messages

    Raises
    ------
    EcsimError
        If the name has another form, its module does not come in, whatever the reason, or has no such name.
    """
    if not OWN.fullmatch(name):
        raise EcsimError(f"{key} is {name!r}; write {form}")
    module, _, attribute = name.partition(":")
    try:
        imported = import_module(module)
    except ModuleNotFoundError as error:
        raise EcsimError(f"{key} {name!r}: {error}; name a module that Python finds from here") from error
    except (Exception, SystemExit) as error:
        raise EcsimError(f"{key} {name!r}: importing {module} ends in {in_one_line(error)}; fix the module") from error
    if not hasattr(imported, attribute):
        raise EcsimError(f"{key} {name!r}: {attribute} is not in {module}; name one of its {ones}")
    return getattr(imported, attribute)


def in_one_line(error: BaseException) -> str:
    """Return an error of somebody's code as one line: its class, and what it says."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
