"""The form in which every analysis is written down, so that a report and other programs can read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from ecsim.experiments.running.results import plain
from ecsim.kernel.files import writing

FOLDER = "analysis"
Kind = Literal["sensitivity", "stress", "search", "discovery", "robustness", "selection"]


@dataclass(frozen=True)
class Said:
    """A sentence in both languages."""

    en: str
    zh: str

    def both(self) -> dict[str, str]:
        """Return it by language."""
        return {"en": self.en, "zh": self.zh}


@dataclass(frozen=True)
class Part:
    """A table of an analysis."""

    title: Said
    rows: pd.DataFrame

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by column."""
        return [{str(key): value for key, value in row.items()} for row in self.rows.to_dict("records")]


@dataclass(frozen=True)
class Analysis:
    """What an analysis found.

    Attributes
    ----------
    name : of its file, as ``sensitivity``
    kind : which figures belong to it
    settings : what was asked: outcome, method, levels, seeds
    findings : the answer in sentences, the weightiest first
    notes : what a reader must know to not be misled
    tables : by name
    """

    name: str
    kind: Kind
    title: Said
    settings: Mapping[str, Any]
    findings: tuple[Said, ...]
    notes: tuple[Said, ...]
    tables: Mapping[str, Part] = field(default_factory=dict)

    def path(self, folder: Path) -> Path:
        """Return where it lies in a results folder."""
        return folder / FOLDER / f"{self.name}.json"

    def json(self, indent: int | None = None) -> str:
        """Return it as JSON; what is no number is null."""
        content = {
            "name": self.name,
            "kind": self.kind,
            "title": self.title.both(),
            "settings": dict(self.settings),
            "findings": [said.both() for said in self.findings],
            "notes": [said.both() for said in self.notes],
            "tables": {
                name: {"title": part.title.both(), "columns": list(map(str, part.rows)), "rows": _rows(part)}
                for name, part in self.tables.items()
            },
        }
        return json.dumps(content, ensure_ascii=False, indent=indent, default=plain, allow_nan=False)

    def write(self, folder: Path) -> Path:
        """Write ``analysis/<name>.json`` into a results folder and return its path."""
        place = self.path(folder)
        with writing(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(self.json(indent=1) + "\n", encoding="utf-8")
        return place


def _rows(part: Part) -> list[dict[str, Any]]:
    return [{key: _finite(value) for key, value in row.items()} for row in part.records()]


def _finite(value: Any) -> Any:  # noqa: ANN401 (a cell)
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return None if np.isnan(plain) else ("inf" if plain > 0 else "-inf")
    return plain
