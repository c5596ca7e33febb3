"""The fields of scenarios and the base scenarios that they are tried in, made once for all tests."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from ecsim.rural.field_effects.scenes import PAIR
from ecsim.rural.field_effects.search import RuralFieldEffects
from ecsim.scenario.load import load

_FOLDER = Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
EFFECTS = RuralFieldEffects(load, _FOLDER)


def pair() -> str:
    """Return the folder of a region of two small counties of Yunnan."""
    return EFFECTS.scenes.region(PAIR)
