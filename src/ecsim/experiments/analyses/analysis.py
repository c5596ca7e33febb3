"""The form in which every analysis is written down, so that a report and other programs can read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.formats import say
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.running.manifest import plain
from ecsim.kernel.files import writing
from ecsim.kernel.text import Text

FOLDER = "analysis"
Kind = Literal["sensitivity", "stress", "search", "discovery", "robustness", "selection", "claims"]


@dataclass(frozen=True)
class AnalysisTable:
    """A table of an analysis."""

    title: Text
    rows: pd.DataFrame

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by column."""
        return [{str(key): value for key, value in row.items()} for row in self.rows.to_dict("records")]


def outcome_table(outcomes: Iterable[str], catalogue: OutcomeCatalogue) -> pd.DataFrame:
    """Return what outcomes are: outcome, title_en, title_zh, unit, better."""
    rows = [
        {"outcome": name, "title_en": catalogue.title(name).en, "title_zh": catalogue.title(name).zh,
         "unit": catalogue.unit(name), "better": catalogue.sense(name)}
        for name in outcomes
    ]  # fmt: skip
    return pd.DataFrame(rows).astype(object)


def titled(**tables: pd.DataFrame | None) -> dict[str, AnalysisTable]:
    """Return tables by name, each with its title of the catalogue; those that are None are left out."""
    return {name: AnalysisTable(say(f"tables.{name}"), rows) for name, rows in tables.items() if rows is not None}


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
    title: Text
    settings: Mapping[str, Any]
    findings: tuple[Text, ...]
    notes: tuple[Text, ...]
    tables: Mapping[str, AnalysisTable] = field(default_factory=dict)

    def path(self, folder: Path) -> Path:
        """Return where it lies in a results folder."""
        return folder / FOLDER / f"{self.name}.json"

    def json(self, indent: int | None = None) -> str:
        """Return it as JSON; what is no number is null."""
        content = {
            "name": self.name,
            "kind": self.kind,
            "title": self.title._asdict(),
            "settings": dict(self.settings),
            "findings": [sentence._asdict() for sentence in self.findings],
            "notes": [sentence._asdict() for sentence in self.notes],
            "tables": {
                name: {"title": table.title._asdict(), "columns": list(map(str, table.rows)), "rows": _rows(table)}
                for name, table in self.tables.items()
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


def _rows(table: AnalysisTable) -> list[dict[str, Any]]:
    return [{key: _finite(value) for key, value in row.items()} for row in table.records()]


def _finite(value: Any) -> Any:  # noqa: ANN401 (a cell)
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return None if np.isnan(plain) else ("inf" if plain > 0 else "-inf")
    return plain
