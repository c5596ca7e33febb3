"""What `ecsim doctor` checks."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version


def checks() -> Iterator[tuple[str, bool, str]]:
    """Yield what was checked, whether it is well, and what was found."""
    yield "Python", sys.version_info[:2] == (3, 11), f"{platform.python_version()} (3.11 is needed)"
    for name in ("numpy", "scipy", "numba", "mesa", "simpy", "pandas", "pyarrow", "duckdb", "pydantic", "matplotlib"):
        try:
            yield name, True, version(name)
        except PackageNotFoundError:
            yield name, False, "missing; run make demo, it installs everything"
    yield "cores", True, str(os.cpu_count())
    yield _region()
    yield _fonts()


def _region() -> tuple[str, bool, str]:
    from ecsim.regions.pack import load_pack

    pack = load_pack("yunnan_2018")
    return "region yunnan_2018", True, f"{len(pack.counties)} counties, {len(pack.villages)} village-level units"


def _fonts() -> tuple[str, bool, str]:
    from ecsim.report.fonts import chinese_font

    font = chinese_font()
    return (
        "Chinese font",
        True,
        font or "none found: a PDF in Chinese needs one (Debian: apt install fonts-noto-cjk); pages and figures do not",
    )
