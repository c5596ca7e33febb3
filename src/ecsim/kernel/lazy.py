"""Modules that are imported when something of them is first used: a light command pays for no heavy library.

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType


def later(name: str) -> ModuleType:
    """Return what stands for a module until something of it is used."""
    return _Later(name)


class _Later(ModuleType):
    """A module that is not imported yet."""

    def __getattr__(self, attribute: str) -> object:
        module = sys.modules.get(self.__name__) or import_module(self.__name__)
        return getattr(module, attribute)
