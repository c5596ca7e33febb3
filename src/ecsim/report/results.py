"""A results folder, read for the report: what is there, whatever the experiment was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.errors import EcsimError
from ecsim.experiments.verdicts import ALL, SET
from ecsim.report.analyses import KINDS
from ecsim.report.texts import Texts

TABLES = (
    "runs", "independent", "design", "targets", "indicators", "counties", "spending", "stations", "weekly",
    "milestones", "paths", "chances",
)  # fmt: skip
COLOURS = ("#6b7280", "#b45309", "#0f766e", "#1d4ed8", "#9d174d", "#4d7c0f")
"""Told apart by the colour-blind and in grey."""
HEADLINES = (
    "retail_2019", "farm_retail_2019", "parcel_cost_2019", "full_parcel_cost_2019", "poor_income_2019",
    "below_line_2019", "delay_days_2019", "stations_open", "sellers_share", "targets_met",
)  # fmt: skip
WORDS = ("outcome", "unit", "arm")
"""Columns of the summary that hold names, be they ``01``, ``NA`` or ``True``; all others hold numbers."""
NOT_OUTCOMES = ("arm", "point", "replication", "seed", "root", "events")


@dataclass(frozen=True)
class Results:
    """A results folder in one language.

    Attributes
    ----------
    manifest : what was run with what; empty where there is none
    summary : differences by outcome and arm; empty for a single arm
    tables : the other tables that are there, by name
    analyses : content of ``analysis/*.json``
    """

    folder: Path
    texts: Texts
    manifest: Mapping[str, Any]
    summary: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    analyses: tuple[dict[str, Any], ...]

    def has(self, *names: str) -> bool:
        """Return whether tables are there and hold a row each."""
        return all(name in self.tables and len(self.tables[name]) for name in names)

    @property
    def experiment(self) -> Mapping[str, Any]:
        """The experiment as it was asked for; of a folder that does not say, its name."""
        name = self.folder.resolve().name
        return self.manifest.get("experiment") or {"name": name, "title_en": name, "title_zh": name, "arms": []}

    @property
    def simulated(self) -> bool:
        """Whether the runs are the simulation's, not those of a function."""
        return "counties" in self.manifest

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the experiment's order."""
        return [str(arm["name"]) for arm in self.experiment["arms"]]

    @property
    def reference(self) -> str:
        """The arm that others are compared with."""
        return str(self.experiment.get("reference", ""))

    @property
    def others(self) -> list[str]:
        """Arms that are compared with the reference."""
        return [arm for arm in self.arms if arm != self.reference]

    @property
    def start(self) -> str:
        """First day of the runs of the simulation."""
        return str(self.manifest["arms"][self.reference]["start"])

    @property
    def outcomes(self) -> list[str]:
        """Outcomes of the runs, as far as any is known."""
        if not self.has("runs"):
            return []
        runs = self.tables["runs"]
        return [str(name) for name in runs if name not in NOT_OUTCOMES and not runs[name].isna().all()]

    @property
    def headlines(self) -> list[str]:
        """Outcomes that are shown first: the experiment's own choice, or of the simulation's the weightiest."""
        chosen = tuple(self.experiment.get("outcomes", ()))
        wanted = chosen or (HEADLINES if self.simulated else tuple(self.outcomes))
        return [name for name in wanted if name in self.outcomes]

    @property
    def moved(self) -> int:
        """How many parameters or shocks the design moves."""
        return len(self.tables["design"].columns.drop(["point", "block"])) if self.has("design") else 0

    @property
    def points(self) -> int:
        """Points of the design; 1 without one."""
        return len(self.tables["design"]) if self.has("design") else 1

    def colour(self, arm: str) -> str:
        """Return the colour of an arm."""
        return COLOURS[self.arms.index(arm) % len(COLOURS)]

    def arm_title(self, arm: str) -> str:
        """Return the title of an arm; "" if it has none of its own."""
        told = self.manifest.get("arms", {})
        titles = [str(told[name][f"title_{self.texts.language}"]) for name in self.arms if name in told]
        alone = arm in told and titles.count(str(told[arm][f"title_{self.texts.language}"])) == 1
        return str(told[arm][f"title_{self.texts.language}"]) if alone else ""

    def label(self, arm: str, between: str = "\n") -> str:
        """Return an arm's name with its title."""
        return between.join(part for part in (arm, self.arm_title(arm)) if part)

    def title(self, outcome: str) -> str:
        """Return the title of an outcome, or of a count of counties that meet a target."""
        if outcome == "targets_met":
            return self.texts("outcomes.targets_met", all=len(self.manifest["targets"]))
        measures = self.manifest.get("outcomes", {})
        if outcome in measures:
            return str(measures[outcome][f"title_{self.texts.language}"])
        target = self.target(outcome.removeprefix("met_"))
        return self.texts("outcomes.met", target=target) if target and outcome.startswith("met_") else outcome

    def target(self, name: str) -> str | None:
        """Return the title of a target, or None."""
        if name == ALL:
            return self.texts("targets.all_targets")
        if name.startswith(SET):
            return self.texts("targets.set", name=name.removeprefix(SET))
        own = [t for t in self.manifest.get("targets", ()) if t["name"] == name]
        return str(own[0][f"title_{self.texts.language}"]) if own else None

    def lacking(self, key: str) -> dict[str, list[str]]:
        """Return the names that the runs cannot give, by the reason in the reader's language.

        Parameters
        ----------
        key : of the manifest: ``not_available`` for outcomes, ``targets_not_available`` for targets
        """
        found: dict[str, list[str]] = {}
        for name, reason in self.manifest.get(key, {}).items():
            found.setdefault(str(reason[self.texts.language]), []).append(name)
        return found

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome; of a function's, nothing."""
        if self.simulated and (outcome == "targets_met" or outcome.startswith("met_")):
            return self.texts.unit("targets" if outcome == "targets_met" else "counties")
        return self.texts.unit(str(self.manifest.get("outcomes", {}).get(outcome, {}).get("unit", "")))

    def has_unit(self, outcome: str) -> bool:
        """Return whether a figure of an outcome is said with its unit; shares are bare."""
        return str(self.manifest.get("outcomes", {}).get(outcome, {}).get("unit", "")) != "share"

    def better(self, outcome: str) -> str | None:
        """Return "max" or "min", whichever is better; None where nobody says so."""
        own = self.experiment.get("better", {}).get(outcome)
        if own or not self.simulated:
            return str(own) if own else None
        if outcome == "targets_met" or outcome.startswith("met_"):
            return "max"
        return str(self.manifest["outcomes"][outcome]["better"])

    def said(self, column: str, name: str) -> str:
        """Return a name in a column of an analysis as people read it: outcomes, targets and counties by title."""
        if column in {"outcome", "target", "indicator"}:
            title = self.target(name)
            return title or (self.title(name) if self.simulated and name in self.outcomes else name)
        if column == "county":
            return next((self.county(c) for c in self.manifest.get("counties", ()) if name in c.values()), name)
        return name

    def short_county(self, told: Mapping[str, Any]) -> str:
        """Return a county's name as a map has room for it."""
        return str(told["zh"][:2] if self.texts.language == "zh" else told["en"].split()[0])

    def county(self, told: Mapping[str, Any]) -> str:
        """Return the name of a county of the manifest."""
        return str(told[self.texts.language])


def read_results(folder: Path, texts: Texts) -> Results:
    """Return what a results folder holds.

    Raises
    ------
    EcsimError
        If it holds neither a manifest nor an analysis.
    """
    manifest = folder / "manifest.json"
    analyses = sorted((folder / "analysis").glob("*.json"))
    if not manifest.is_file() and not analyses:
        raise EcsimError(
            f"{folder}: neither manifest.json nor analysis/*.json is there, so this is no results folder; "
            "`ecsim compare EXPERIMENT` makes one"
        )
    summary = folder / "summary.csv"
    return Results(
        folder=folder,
        texts=texts,
        manifest=_json(manifest) if manifest.is_file() else {},
        summary=read_summary(summary) if summary.is_file() and summary.stat().st_size > 1 else pd.DataFrame(),
        tables={n: pd.read_parquet(folder / f"{n}.parquet") for n in TABLES if (folder / f"{n}.parquet").is_file()},
        analyses=tuple(sorted(map(_json, analyses), key=_place)),
    )


def read_summary(path: Path) -> pd.DataFrame:
    """Return the table of ``summary.csv``: names stay text, whatever they look like, and only numbers are numbers."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table.assign(**{name: pd.to_numeric(table[name]) for name in table.columns.drop(list(WORDS))})


def _place(told: Mapping[str, Any]) -> int:
    """Return where an analysis stands in a report; one of an unknown kind stands first and is told of when drawn."""
    return KINDS.index(told["kind"]) if told.get("kind") in KINDS else -1


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise EcsimError(f"{path}: is no JSON ({error}); make the results again") from None
    return found
