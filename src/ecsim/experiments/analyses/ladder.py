"""A ladder of shocks: how likely each target holds at rising strength, where it breaks, and which fails first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.target_table import (
    TargetsMet,
    share_of_counties,
    targets_met_by_arm,
    thresholds_of,
    title_of_target,
)
from ecsim.experiments.analyses.toolkit import FOLDER, Analysis, Comparison, Plan, Text, listed, say, titled, writing
from ecsim.experiments.schema import Stress
from ecsim.experiments.verdicts import F64, is_set
from ecsim.statistics.breaking import REGION, Verdict, breaking_table, first_to_fail_over
from ecsim.statistics.proportions import shares_held


@dataclass(frozen=True)
class StressTest:
    """The runs of a ladder of shocks.

    Attributes
    ----------
    plan : that the runs are of
    met : which targets held, by arm
    """

    plan: Plan
    met: Mapping[str, TargetsMet]

    @classmethod
    def of(cls, plan: Plan, comparison: Comparison) -> StressTest:
        """Return the stress test that an experiment's runs are.

        Raises
        ------
        EcsimError
            If there are too few runs to tell a share from.
        """
        return cls(plan, targets_met_by_arm(comparison, plan.points))

    @property
    def stress(self) -> Stress:
        """What was asked."""
        assert self.plan.experiment.stress is not None
        return self.plan.experiment.stress

    def points(self, shock: str) -> list[int]:
        """Return the points at which a shock alone rises from nothing (see `designs.ladder`)."""
        rungs = len(self.stress.strengths) - 1
        place = list(self.stress.shocks).index(shock)
        return [0, *range(1 + place * rungs, 1 + (place + 1) * rungs)]

    def title(self, target: str) -> Text:
        """Return what a target is called."""
        return title_of_target(target, self.plan.catalogue, thresholds_of(self.plan.experiment))

    @property
    def targets(self) -> list[str]:
        """Single targets and sets of them."""
        return list(next(iter(self.met.values())).tables)

    @property
    def single_targets(self) -> list[str]:
        """Targets that are no sets."""
        return [target for target in self.targets if not is_set(target)]

    def ladders(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield arm, shock and the tables of targets and sets on its ladder, (replications, strengths, counties)."""
        for arm, met in self.met.items():
            for shock in self.stress.shocks:
                yield arm, shock, met.at(self.points(shock))

    @cached_property
    def holding(self) -> pd.DataFrame:
        """How often each target held, and sets of them at once.

        Columns: arm, shock, strength, target, county, share, low, high, n, no_figure.

        County ``region`` is a county taken at random, or the region of a target on an outcome. Intervals are Wilson's;
        the counties of a run share its luck, so those of ``region`` count replications too, and are on the safe side.
        ``no_figure`` is the share of what could not be told, which the other columns leave out.
        """
        return pd.concat([self._holding(*ladder) for ladder in self.ladders()], ignore_index=True)

    def _holding(self, arm: str, shock: str, tables: Mapping[str, Any]) -> pd.DataFrame:
        parts = []
        for target, table in tables.items():
            names = self.met[arm].counties[target]
            rows = self._shares(table, names)
            if len(names) > 1:
                whole = self._shares(share_of_counties(table)[:, :, None], [REGION])
                rows = pd.concat([rows, whole], ignore_index=True)
            parts.append(rows.assign(target=target))
        return pd.concat(parts).assign(arm=arm, shock=shock)[
            ["arm", "shock", "strength", "target", "county", "share", "low", "high", "n", "no_figure"]
        ]

    def _shares(self, table: F64, names: list[str]) -> pd.DataFrame:
        share, low, high, n = shares_held(table)
        columns = {"share": share, "low": low, "high": high, "n": n, "no_figure": 1.0 - n / len(table)}
        strengths = self.stress.strengths
        return pd.DataFrame(
            {"strength": np.repeat(strengths, len(names)), "county": names * len(strengths)}
            | {name: values.ravel() for name, values in columns.items()}
        )

    @cached_property
    def breaking(self) -> pd.DataFrame:
        """Where each target breaks: arm, shock, target, county, level, verdict, strength, low, high, n."""
        rows = []
        for arm, shock, tables in self.ladders():
            for target, table in tables.items():
                names = self.met[arm].counties[target]
                points = breaking_table(self.stress.strengths, table, names, self.stress.levels)
                if len(names) == 1:
                    points = points[points.county == REGION].drop_duplicates(["level"])
                rows.append(points.assign(arm=arm, shock=shock, target=target))
        return pd.concat(rows, ignore_index=True)[
            ["arm", "shock", "target", "county", "level", "verdict", "strength", "low", "high", "n"]
        ]

    @cached_property
    def first(self) -> pd.DataFrame:
        """Which target fails first in a county taken at random: arm, shock, target, first, low, high, from_the_start.

        Of targets that have counties, if there are any.
        """
        rows = []
        for arm, shock, every in self.ladders():
            tables = {name: table for name, table in every.items() if not is_set(name)}
            widest = max(table.shape[2] for table in tables.values())
            alike = {name: table for name, table in tables.items() if table.shape[2] == widest}
            rows.append(first_to_fail_over(self.stress.strengths, alike).assign(arm=arm, shock=shock))
        return pd.concat(rows, ignore_index=True)[["arm", "shock", "target", "first", "low", "high", "from_the_start"]]


def analyse(test: StressTest, folder: Path) -> Analysis:
    """Write ``analysis/holding.parquet`` and ``analysis/breaking.parquet`` and return the analysis of the region."""
    with writing(folder / FOLDER):
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        test.holding.to_parquet(folder / FOLDER / "holding.parquet", index=False)
        test.breaking.to_parquet(folder / FOLDER / "breaking.parquet", index=False)
    breaking = test.breaking[test.breaking.county == REGION].drop(columns="county")
    return Analysis(
        name="stress",
        kind="stress",
        title=say("stress.title"),
        settings=_settings(test),
        findings=tuple(_findings(test, breaking, min(test.stress.levels))),
        notes=tuple(_notes(test)),
        tables=titled(
            breaking=breaking,
            first_to_fail=test.first,
            holding=test.holding[test.holding.county == REGION].drop(columns=["county"]),
        ),
    )


def _settings(test: StressTest) -> dict[str, Any]:
    return {
        "strengths": list(test.stress.strengths), "levels": list(test.stress.levels),
        "shocks": {name: title._asdict() for name, title in test.plan.shock_titles.items()},
        "targets": {name: test.title(name)._asdict() for name in test.targets},
        "arms": list(test.met),
        "replications": {arm: len(met.replications) for arm, met in test.met.items()},
    }  # fmt: skip


def _findings(test: StressTest, breaking: pd.DataFrame, level: float) -> Iterator[Text]:
    for arm in test.met:
        rows = breaking[(breaking.arm == arm) & (breaking.level == level) & breaking.target.isin(test.single_targets)]
        yield _missed_before(test, arm, rows)
        broken = rows[rows.verdict == Verdict.BREAKS].sort_values("strength")
        if broken.empty:
            yield say("stress.none_breaks", arm=test.plan.arm_titles[arm], level=level)
        else:
            yield _weakest(test, arm, broken.iloc[0], level)
        if first := _first(test, arm):
            yield first


def _missed_before(test: StressTest, arm: str, breaking: pd.DataFrame) -> Text:
    name, targets = test.plan.arm_titles[arm], sorted(set(breaking[breaking.verdict == Verdict.FROM_THE_START].target))
    level = min(test.stress.levels)
    if not targets:
        return say("stress.all_hold_before", arm=name, level=level)
    titles, every = listed((test.title(target) for target in targets), "semicolon"), len(test.single_targets)
    return say("stress.missed_before", arm=name, count=len(targets), all=every, level=level, targets=titles)


def _weakest(test: StressTest, arm: str, row: Any, level: float) -> Text:  # noqa: ANN401 (a row of pandas)
    return say(
        "stress.weakest", arm=test.plan.arm_titles[arm], target=test.title(row.target),
        shock=test.plan.shock_titles[row.shock], strength=row.strength, level=level,
        low=f"{row.low:.2g}" if np.isfinite(row.low) else say("stress.below_tried"),
        high=f"{row.high:.2g}" if np.isfinite(row.high) else say("stress.above_tried"),
    )  # fmt: skip


def _first(test: StressTest, arm: str) -> Text | None:
    """Return which target most often fails first, and under which shock; None if none fails that held before."""
    rows = test.first[(test.first.arm == arm) & (test.first.target != "none")]
    row = rows.sort_values("first", ascending=False).iloc[0]
    if row["first"] == 0.0:
        return None
    values = {
        "arm": test.plan.arm_titles[arm], "shock": test.plan.shock_titles[row.shock], "target": test.title(row.target),
        "share": 100.0 * row["first"], "low": 100.0 * row.low, "high": 100.0 * row.high,
    }  # fmt: skip
    if any(len(names) > 1 for names in test.met[arm].counties.values()):
        return say("stress.first_in_counties", **values)
    return say("stress.first_in_replications", **values)


def _notes(test: StressTest) -> Iterator[Text]:
    for arm, met in test.met.items():
        for target in test.single_targets:
            if lost := met.without_figure(target):
                yield say("stress_notes.no_figure", arm=arm, lost=lost, runs=met.runs, target=test.title(target))
    yield say("stress_notes.strength")
    yield say("stress_notes.isotonic")
    least = min(len(met.replications) for met in test.met.values())
    lost = test.plan.experiment.replications - least
    if lost:
        yield say("stress_notes.left_out", count=lost)
    if least < 20:
        yield say("stress_notes.too_few", count=least)
