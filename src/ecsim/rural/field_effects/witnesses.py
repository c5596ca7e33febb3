"""Writing anew in which scene each field shows, for who changed rules or scenes: docs/how-to/validation.md."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from ecsim.rural.field_effects.scenes import Loader
from ecsim.rural.field_effects.search import RuralFieldEffects


def write(load: Loader, path: Path) -> list[str]:
    """Write scene and attempt of each field to a file, and return the fields that change nothing anywhere."""
    rows, nowhere = [("field", "scene", "attempt")], list[str]()
    with TemporaryDirectory(prefix="ecsim-") as folder:
        effects = RuralFieldEffects(load, Path(folder))
        for name in effects.names:
            number, effect = effects.seen(name)
            if effect.changes_events:
                rows.append((name, effect.scene, str(number)))
            else:
                nowhere.append(name)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return nowhere
