"""The form in which every analysis is written down, so that a report and other programs can read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

FOLDER = "analysis"
Kind = Literal["sensitivity", "stress", "search", "discovery", "robustness", "selection"]


@dataclass(frozen=True)
class Said:
    """A sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Part:
    """A table of an analysis."""

    title: Said
    rows: pd.DataFrame


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

    def write(self, folder: Path) -> Path:
        """Write ``analysis/<name>.json`` into a results folder and return its path; what is no number is null."""
        place = folder / FOLDER / f"{self.name}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "name": self.name,
            "kind": self.kind,
            "title": _both(self.title),
            "settings": dict(self.settings),
            "findings": [_both(said) for said in self.findings],
            "notes": [_both(said) for said in self.notes],
            "tables": {
                name: {"title": _both(part.title), "columns": list(map(str, part.rows)), "rows": _rows(part.rows)}
                for name, part in self.tables.items()
            },
        }
        text = json.dumps(content, ensure_ascii=False, indent=1, default=_plain, allow_nan=False)
        place.write_text(text + "\n", encoding="utf-8")
        return place


def _both(said: Said) -> dict[str, str]:
    return {"en": said.en, "zh": said.zh}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _finite(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _finite(value: Any) -> Any:  # noqa: ANN401 (a cell)
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return None if np.isnan(plain) else ("inf" if plain > 0 else "-inf")
    return plain


def _plain(value: Any) -> Any:  # noqa: ANN401 (what json cannot take)
    return value.item() if isinstance(value, np.generic) else str(value)
