"""A results folder, read for the report: what is there, whatever the experiment was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.verdicts import ALL, SET
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.measures import without_period
from ecsim.report.amounts import Scale, scale_of
from ecsim.report.analyses.kinds import KINDS
from ecsim.report.texts import Texts

TABLES = (
    "runs", "independent", "design", "targets", "indicators", "counties", "spending", "stations", "weekly",
    "milestones", "evaluations", "paths", "chances",
)  # fmt: skip
COLOURS = ("#6b7280", "#b45309", "#0f766e", "#1d4ed8", "#9d174d", "#4d7c0f")
"""Told apart by the colour-blind and in grey."""
WORDS = ["contrast", "title_en", "title_zh", "outcome", "unit", "arm", "better", "verdict", "period", "trade"]
"""Columns of CSV files that hold names, be they ``01``, ``NA`` or ``True``; all others hold numbers."""
ARM_COLUMNS = {"arm", "against", "strategy", "chosen", "survivors", "ruled_out", "best"}
"""Columns of analyses that name arms."""
NOT_OUTCOMES = ("arm", "point", "replication", "seed", "root", "events")


@dataclass(frozen=True)
class Results:
    """A results folder in one language.

    Attributes
    ----------
    folder : Path
        What was read.
    texts : Texts
        The words of the language.
    manifest : Mapping
        What was run with what; empty where there is none.
    summary : DataFrame
        Differences by outcome and arm; empty for a single arm.
    tables : Mapping[str, DataFrame]
        The other tables that are there, by name.
    analyses : tuple of dict
        Content of ``analysis/*.json``.
    contrasts : DataFrame
        What the experiment's named contrasts came to; empty where it names none.
    returns : DataFrame
        What a yuan paid for projects brings by arm and outcome; empty if not asked.
    trade_off : DataFrame
        How arms trade cost for time; empty where the model has no such trade-off.
    """

    folder: Path
    texts: Texts
    manifest: Mapping[str, Any]
    summary: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    analyses: tuple[dict[str, Any], ...]
    contrasts: pd.DataFrame = field(default_factory=pd.DataFrame)
    returns: pd.DataFrame = field(default_factory=pd.DataFrame)
    trade_off: pd.DataFrame = field(default_factory=pd.DataFrame)

    def has(self, *names: str) -> bool:
        """Return whether tables are there and hold a row each."""
        return all(name in self.tables and len(self.tables[name]) for name in names)

    @cached_property
    def experiment(self) -> Mapping[str, Any]:
        """The experiment as it was asked for; of a folder that does not say, its name."""
        name = self.folder.resolve().name
        return self.manifest.get("experiment") or {"name": name, "title_en": name, "title_zh": name, "arms": []}

    @property
    def simulated(self) -> bool:
        """Whether the runs are of a model with places and targets, not of a function or a model without."""
        return "counties" in self.manifest

    @cached_property
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

    @cached_property
    def outcomes(self) -> list[str]:
        """Outcomes of the runs, as far as any is known."""
        if not self.has("runs"):
            return []
        runs = self.tables["runs"]
        return [str(name) for name in runs if name not in NOT_OUTCOMES and not runs[name].isna().all()]

    @cached_property
    def headlines(self) -> list[str]:
        """Outcomes that are shown first: the experiment's own choice, the model's headlines, or all."""
        chosen = tuple(self.experiment.get("outcomes", ()))
        wanted = chosen or tuple(self.manifest.get("headlines", ())) or tuple(self.outcomes)
        return [name for name in wanted if name in self.outcomes]

    def first_of(self, bases: Iterable[str], table: str) -> list[str]:
        """Return outcomes of the simulation in a table by what they measure, each of the first period shown."""
        columns = self.tables[table].columns if self.has(table) else ()
        known = [name for name in self.manifest.get("outcomes", {}) if name in columns]
        matches = [[name for name in known if without_period(name) == base] for base in bases]
        return [names[0] for names in matches if names]

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

    def arm(self, name: str) -> str:
        """Return what people read for an arm: its title; its name if it has no title of its own."""
        title = self._titles.get(name, "")
        return title if title and list(self._titles.values()).count(title) == 1 else name

    def quoted(self, name: str) -> str:
        """Return what people read for an arm within a sentence, where a title stands in quotation marks."""
        title = self.arm(name)
        return title if title == name else f"“{title}”"

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {arm: self._arm_title(arm) for arm in self.arms}

    def _arm_title(self, arm: str) -> str:
        """Return the title that the experiment gives an arm, or else that of its policy; "" if there is none."""
        title = next((arm_row.get("title") for arm_row in self.experiment["arms"] if arm_row["name"] == arm), None)
        if title:
            return str(title[self.texts.language])
        return str(self.manifest.get("arms", {}).get(arm, {}).get(f"title_{self.texts.language}", ""))

    def label(self, arm: str) -> str:
        """Return an arm's title as an axis has room for it: in two lines where it is long."""
        return "\n".join(wrap(self.arm(arm), 24))

    def alike(self, names: Iterable[str]) -> list[tuple[str, ...]]:
        """Return outcomes in groups of which every arm changes all by the same, so that it need be said once only."""
        groups: list[list[str]] = []
        for name in names:
            group_of = next((group for group in groups if self._same_differences(group[0], name)), None)
            groups.append([name]) if group_of is None else group_of.append(name)
        return [tuple(group) for group in groups]

    def _same_differences(self, outcome: str, other: str) -> bool:
        if self.summary.empty or self.measured_in(outcome) != self.measured_in(other):
            return False
        a, b = (self.summary[self.summary.outcome == name].set_index("arm")["difference"] for name in (outcome, other))
        known = a.index.equals(b.index) and bool(a.abs().max() > 0.0)
        return known and bool(np.allclose(a, b, rtol=1e-9, atol=1e-9 * float(a.abs().max())))

    def titles(self, names: Iterable[str]) -> str:
        """Return the titles of outcomes that share a figure."""
        titles = [self.title(name) for name in names]
        return self.texts("outcomes.alike", titles=self.texts("page.and").join(titles)) if titles[1:] else titles[0]

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
        matches = [t for t in self.manifest.get("targets", ()) if t["name"] == name]
        return str(matches[0][f"title_{self.texts.language}"]) if matches else None

    def lacking(self, key: str) -> dict[str, list[str]]:
        """Return the names that the runs cannot give, by the reason in the reader's language.

        Parameters
        ----------
        key : of the manifest: ``not_available`` for outcomes, ``targets_not_available`` for targets
        """
        by_reason: dict[str, list[str]] = {}
        for name, reason in self.manifest.get(key, {}).items():
            by_reason.setdefault(str(reason[self.texts.language]), []).append(name)
        return by_reason

    def measured_in(self, outcome: str) -> str:
        """Return the unit of an outcome as it is measured, which is the catalogue's key; of a function's, nothing."""
        if self.simulated and (outcome == "targets_met" or outcome.startswith("met_")):
            return "targets" if outcome == "targets_met" else "counties"
        return str(self.manifest.get("outcomes", {}).get(outcome, {}).get("unit", ""))

    def scale(self, outcome: str) -> Scale:
        """Return in which unit an outcome of the whole region is written, by the size of its runs' figures."""
        runs = self.tables.get("runs", pd.DataFrame())
        means = runs.groupby("arm")[outcome].mean() if outcome in runs else ()
        return scale_of(self.measured_in(outcome), means, self.texts)

    def better(self, outcome: str) -> str | None:
        """Return "max" or "min", whichever is better; None where nobody says so."""
        direction = self.experiment.get("better", {}).get(outcome)
        direction = direction or self.manifest.get("outcomes", {}).get(outcome, {}).get("better")
        if direction or not self.simulated:
            return str(direction) if direction else None
        if outcome == "targets_met" or outcome.startswith("met_"):
            return "max"
        return str(self.manifest["outcomes"][outcome]["better"])

    def said(self, column: str, name: str) -> str:
        """Return a name in a column of an analysis as people read it: outcomes, targets and counties by title."""
        if column in {"outcome", "target", "indicator"}:
            title = self.target(name)
            return title or (self.title(name) if self.simulated and name in self.outcomes else name)
        if column in ARM_COLUMNS:
            return self.arm(name)
        if column == "county":
            return next((self.county(c) for c in self.manifest.get("counties", ()) if name in c.values()), name)
        return name

    def short_county(self, county: Mapping[str, Any]) -> str:
        """Return a county's name as a map has room for it."""
        return str(county["zh"][:2] if self.texts.language == "zh" else county["en"].split()[0])

    def county(self, county: Mapping[str, Any]) -> str:
        """Return the name of a county of the manifest."""
        return str(county[self.texts.language])


def read_results(folder: Path, texts: Texts) -> Results:
    """Return what a results folder holds.

    Parameters
    ----------
    folder : that `ecsim compare` or an analysis wrote
    texts : of the language of the report

    Raises
    ------
    EcsimError
        If it holds neither a manifest nor an analysis.
    """
    manifest = folder / "manifest.json"
    analyses = sorted((folder / "analysis").glob("*.json"))
    if not manifest.is_file() and not analyses:
        raise EcsimError(
            f"{folder}: not a results folder (no manifest.json or analysis/*.json); "
            "`ecsim compare EXPERIMENT` makes one"
        )
    return Results(
        folder=folder,
        texts=texts,
        manifest=_json(manifest) if manifest.is_file() else {},
        summary=read_csv(folder / "summary.csv"),
        contrasts=read_csv(folder / "contrasts.csv"),
        returns=read_csv(folder / "returns.csv"),
        trade_off=read_csv(folder / "trade_off.csv"),
        tables={n: pd.read_parquet(folder / f"{n}.parquet") for n in TABLES if (folder / f"{n}.parquet").is_file()},
        analyses=tuple(sorted(map(_json, analyses), key=_place)),
    )


def _place(analysis: Mapping[str, Any]) -> int:
    """Return where an analysis stands in a report; one of an unknown kind stands first and is told of when drawn."""
    return KINDS.index(analysis["kind"]) if analysis.get("kind") in KINDS else -1


def read_csv(path: Path) -> pd.DataFrame:
    """Return a table of which words stay words, even if one of them is "NA" or a number."""
    if not path.is_file() or path.stat().st_size <= 1:
        return pd.DataFrame()
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in table.columns.difference(WORDS):
        table[name] = pd.to_numeric(table[name])
    return table


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise EcsimError(f"{path}: is not valid JSON ({error}); run the experiment again") from None
    return content
