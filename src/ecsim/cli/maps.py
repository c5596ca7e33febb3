"""Maps that commands write: where to, and in which language."""

from __future__ import annotations

import sys
from pathlib import Path

from ecsim.kernel.errors import EcsimError
from ecsim.report.fonts import chinese_font
from ecsim.report.texts import Texts


def map_file(given: str | None, usual: str) -> Path:
    """Return the PNG to write, its folder made; the usual one if none is given.

    Raises
    ------
    EcsimError
        If its name does not end in .png.
    """
    path = Path(given or usual)
    if path.suffix.lower() != ".png":
        raise EcsimError(f"--map {path}: the map is a PNG; write a name that ends in .png")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def map_texts(texts: Texts) -> Texts:
    """Return the words of a map: English, and a note on standard error, where no font has Chinese characters."""
    if texts.language == "zh" and chinese_font() is None:
        print("ecsim: no font with Chinese characters here; the map is in English", file=sys.stderr)
        return Texts("en")
    return texts
