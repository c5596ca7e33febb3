"""Where the files lie that come with this version of ecsim."""

from __future__ import annotations

from pathlib import Path


def shipped() -> Path:
    """Return the folder with the ``configs`` and ``experiments`` of this version.

    A wheel holds them inside the package; in a clone the repository's own folders are read.
    """
    package = Path(__file__).parents[1]
    inside = package / "shipped"
    return inside if inside.is_dir() else package.parents[1]
