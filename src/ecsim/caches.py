"""Caches of other libraries: compiled rules, fonts. Where none can be written, a run goes on with one of its own.

Numba refuses to compile, and matplotlib warns, where neither the package's folder nor the user's can be written: a
read-only installation without a home. Then this process, and the workers that it starts, get a folder of their own
that is removed at the end.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Cache:
    """A folder that a library keeps from one process to the next; the first of its places that can be written is used.

    Attributes
    ----------
    variable : the variable of the environment that names another place
    """

    holds: str
    variable: str
    places: tuple[Path, ...]

    def place(self) -> Path | None:
        """Return where it is kept, None where nowhere can be written."""
        given = os.environ.get(self.variable)
        places = (Path(given), *self.places) if given else self.places
        return next((place for place in places if _is_writable(place)), None)


def caches() -> Iterator[Cache]:
    """Yield the caches, with their places in the order in which the libraries look for them."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 (where there is no home it says so, and does not raise)
    own = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    yield Cache("compiled rules (numba)", "NUMBA_CACHE_DIR", (Path(__file__).parent / "__pycache__", own / "numba"))
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    yield Cache("fonts (matplotlib)", "MPLCONFIGDIR", (settings / "matplotlib",))


@cache
def provide() -> None:
    """Give every library whose cache cannot be written a folder for this process; to be called before they load."""
    for found in caches():
        if found.place() is None:
            with suppress(OSError):  # no folder for what is temporary either: the library says what it cannot do
                os.environ[found.variable] = _of_this_process()


@cache
def _of_this_process() -> str:
    folder, maker = tempfile.mkdtemp(prefix="ecsim-cache-"), os.getpid()

    def remove() -> None:
        if os.getpid() == maker:  # a worker that was forked leaves it to the others
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def _is_writable(place: Path) -> bool:
    """Return whether a file can be made in a folder, or in the nearest one above it that is there."""
    try:
        there = next(folder for folder in (place, *place.parents) if folder.is_dir())
        with tempfile.TemporaryFile(dir=there):
            return True
    except OSError:
        return False
