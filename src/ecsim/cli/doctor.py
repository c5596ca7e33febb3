"""`ecsim doctor`: whether this machine has what ecsim needs."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from ecsim.cli.command import OK, WRONG_RESULT, Command


def add(command: Command) -> None:
    """Declare the command."""
    doctor = command("doctor", "Check that this machine has what ecsim needs.", "ecsim doctor")
    doctor.set_defaults(run=check_machine)


def check_machine(_: Namespace) -> int:
    """Check that this machine has what ecsim needs, and print what was found.

    Returns
    -------
    int
        0: it has; 1: something is missing.
    """
    wrong = 0
    for what, good, finding in checks():
        print(f"{'ok ' if good else 'BAD'} {what}: {finding}")
        wrong += not good
    return WRONG_RESULT if wrong else OK


def checks() -> Iterator[tuple[str, bool, str]]:
    """Yield what was checked, whether it is well, and what was found."""
    python = (3, 11) <= sys.version_info[:2] <= (3, 14)
    yield "Python", python, f"{platform.python_version()} (3.11 to 3.14 are needed)"
    for name in ("numpy", "scipy", "numba", "mesa", "simpy", "pandas", "pyarrow", "duckdb", "pydantic", "matplotlib"):
        try:
            yield name, True, version(name)
        except PackageNotFoundError:
            yield name, False, "missing; run make demo, it installs everything"
    yield "cores", True, str(os.cpu_count())
    yield from _regions()
    yield from _caches()
    yield _folder()
    yield _console()
    yield _fonts()


def _regions() -> Iterator[tuple[str, bool, str]]:
    from ecsim.rural.regions import load_pack, shipped_packs

    for pack in map(load_pack, shipped_packs()):
        yield f"region {pack.name}", True, f"{len(pack.counties)} counties, {len(pack.villages)} village-level units"


def _caches() -> Iterator[tuple[str, bool, str]]:
    from ecsim.caches import caches

    for cache in caches():
        place = cache.place()
        yield (
            f"cache of {cache.holds}",
            True,
            str(place) if place else f"nowhere to write; each command rebuilds it ({cache.variable} names a folder)",
        )


def _folder() -> tuple[str, bool, str]:
    """Return whether results can be written here, and how much room there is."""
    try:
        with tempfile.TemporaryFile(dir="."):
            free = shutil.disk_usage(".").free
    except OSError as error:
        return "this folder", True, f"cannot be written ({error.strerror}); use --out to write elsewhere"
    return "this folder", True, f"can be written, {free / 1e9:.1f} GB free"


def _console() -> tuple[str, bool, str]:
    encoding = sys.stdout.encoding if sys.stdout else "none"
    try:
        "云南，亿元 ≥".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return "console", True, f"{encoding}: Chinese is shown as codes (set LANG=C.UTF-8)"
    return "console", True, f"{encoding}: shows Chinese"


def _fonts() -> tuple[str, bool, str]:
    from ecsim.report.fonts import chinese_font

    font = chinese_font()
    return (
        "Chinese font",
        True,
        font or "none found: a PDF in Chinese needs one (Debian: apt install fonts-noto-cjk); pages and figures do not",
    )
