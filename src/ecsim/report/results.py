"""A results folder, read for the report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.errors import EcsimError

NEEDED = (
    "manifest.json",
    "summary.csv",
    "runs.parquet",
    "indicators.parquet",
    "counties.parquet",
    "spending.parquet",
    "stations.parquet",
    "weekly.parquet",
    "milestones.parquet",
)
COLOURS = ("#6b7280", "#b45309", "#0f766e", "#1d4ed8", "#9d174d", "#4d7c0f")
"""Told apart by the colour-blind and in grey."""


@dataclass(frozen=True)
class Results:
    """The tables of a comparison."""

    folder: Path
    manifest: dict[str, Any]
    summary: pd.DataFrame
    runs: pd.DataFrame
    indicators: pd.DataFrame
    counties: pd.DataFrame
    spending: pd.DataFrame
    stations: pd.DataFrame
    weekly: pd.DataFrame
    milestones: pd.DataFrame

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the experiment's order."""
        return list(self.manifest["arms"])

    @property
    def reference(self) -> str:
        """The arm that others are compared with."""
        return str(self.manifest["experiment"]["reference"])

    @property
    def start(self) -> str:
        """First day of the runs."""
        return str(self.manifest["arms"][self.reference]["start"])

    @property
    def headlines(self) -> list[str]:
        """Outcomes of the first screen."""
        return [
            "retail_2019", "farm_retail_2019", "parcel_cost_2019", "full_parcel_cost_2019", "poor_income_2019",
            "below_line_2019", "delay_days_2019", "stations_open", "sellers_share", "targets_met",
        ]  # fmt: skip

    def colour(self, arm: str) -> str:
        """Return the colour of an arm."""
        return COLOURS[self.arms.index(arm) % len(COLOURS)]

    def title(self, outcome: str) -> str:
        """Return the English title of an outcome."""
        return (
            "Targets met a county, of 14"
            if outcome == "targets_met"
            else str(self.manifest["outcomes"][outcome]["title_en"])
        )

    def title_zh(self, outcome: str) -> str:
        """Return the Chinese title of an outcome."""
        return (
            "每县达标项数(共14项)" if outcome == "targets_met" else str(self.manifest["outcomes"][outcome]["title_zh"])
        )

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome."""
        return "targets" if outcome == "targets_met" else str(self.manifest["outcomes"][outcome]["unit"])


def read_results(folder: Path) -> Results:
    """Return the tables of a results folder.

    Raises
    ------
    EcsimError
        If something is missing.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise EcsimError(f"{folder}: missing {', '.join(missing)}; run `ecsim compare` first, it writes them")
    tables = {Path(name).stem: pd.read_parquet(folder / name) for name in NEEDED if name.endswith(".parquet")}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, columns in (("stations", ["arm", "status", "longitude", "latitude"]),):
        tables[name] = tables[name].reindex(columns=[*dict.fromkeys([*columns, *tables[name].columns])])
    return Results(folder=folder, manifest=manifest, summary=pd.read_csv(folder / "summary.csv"), **tables)
