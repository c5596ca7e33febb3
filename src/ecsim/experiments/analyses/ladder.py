"""Shocks at rising strength: how likely each target holds, where it breaks, and which fails first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.analysis import FOLDER, Analysis, Part, Said
from ecsim.experiments.analyses.target_table import TargetsMet, share_of_counties, targets_met_by_arm, title_of
from ecsim.experiments.analyses.wording import arm_names
from ecsim.experiments.compare import Comparison
from ecsim.experiments.config import Experiment
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.settings import Stress
from ecsim.experiments.verdicts import F64, is_set
from ecsim.kernel.files import writing
from ecsim.kernel.shocks import Shock
from ecsim.statistics.breaking import REGION, Verdict, breaking_table, first_to_fail_over
from ecsim.statistics.proportions import shares_held


@dataclass(frozen=True)
class StressTest:
    """The runs of a ladder of shocks, with names.

    Attributes
    ----------
    held : by arm
    titles : of shocks, by name
    names : what arms are called, by name
    """

    experiment: Experiment
    held: Mapping[str, TargetsMet]
    titles: Mapping[str, Said]
    names: Mapping[str, Said]
    known: OutcomeCatalogue

    @classmethod
    def of(cls, plan: Plan, found: Comparison) -> StressTest:
        """Return the stress test that an experiment's runs are.

        Raises
        ------
        EcsimError
            If there are too few runs to tell a share from.
        """
        held = targets_met_by_arm(found.experiment, plan.known, found.folder, found.runs, plan.points)
        return cls(found.experiment, held, titles_of(plan.shocks), arm_names(plan), plan.known)

    @property
    def stress(self) -> Stress:
        """What was asked."""
        assert self.experiment.stress is not None
        return self.experiment.stress

    def points(self, shock: str) -> list[int]:
        """Return the points at which a shock alone rises from nothing (see `designs.ladder`)."""
        rungs = len(self.stress.strengths) - 1
        place = list(self.stress.shocks).index(shock)
        return [0, *range(1 + place * rungs, 1 + (place + 1) * rungs)]

    def title(self, target: str) -> Said:
        """Return what a target is called."""
        return title_of(target, self.known, self.stress.targets)

    def ladders(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield arm, shock and the tables of targets and sets on its ladder, (replications, strengths, counties)."""
        for arm, held in self.held.items():
            for shock in self.stress.shocks:
                yield arm, shock, held.at(self.points(shock))

    @cached_property
    def holding(self) -> pd.DataFrame:
        """How often each target held, and sets of them at once.

        Columns: arm, shock, strength, target, county, share, low, high, n, no_figure.

        County ``region`` is a county taken at random, or the region of a target on an outcome. Intervals are Wilson's;
        the counties of a run share its luck, so those of ``region`` count replications too, and are on the safe side.
        ``no_figure`` is the share of what could not be told, which the other columns leave out.
        """
        return pd.concat([self._holding(*told) for told in self.ladders()], ignore_index=True)

    def _holding(self, arm: str, shock: str, tables: Mapping[str, Any]) -> pd.DataFrame:
        parts = []
        for target, table in tables.items():
            names = self.held[arm].counties[target]
            rows = self._shares(table, names)
            if len(names) > 1:
                rows = pd.concat(
                    [rows, self._shares(share_of_counties(table)[:, :, None], [REGION])], ignore_index=True
                )
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
                names = self.held[arm].counties[target]
                found = breaking_table(self.stress.strengths, table, names, self.stress.levels)
                one = found[found.county == REGION].drop_duplicates(["level"]) if len(names) == 1 else found
                rows.append(one.assign(arm=arm, shock=shock, target=target))
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


def titles_of(shocks: Mapping[str, Sequence[Shock]]) -> dict[str, Said]:
    """Return what shocks, or several together, are called."""
    return {name: _title(name, told) for name, told in shocks.items()}


def _title(name: str, shocks: Sequence[Shock]) -> Said:
    if not shocks:
        return Said(name, name)
    return Said(" + ".join(s.title_en for s in shocks), " + ".join(s.title_zh for s in shocks))


def analyse(test: StressTest, folder: Path) -> Analysis:
    """Write ``analysis/holding.parquet`` and ``analysis/breaking.parquet`` and return the analysis of the region."""
    with writing(folder / FOLDER):
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        test.holding.to_parquet(folder / FOLDER / "holding.parquet", index=False)
        test.breaking.to_parquet(folder / FOLDER / "breaking.parquet", index=False)
    whole = test.breaking[test.breaking.county == REGION].drop(columns="county")
    level = min(test.stress.levels)
    return Analysis(
        "stress",
        "stress",
        Said("Which shock breaks which target, and how strong must it be?", "什么冲击、多大强度会使目标不再达标？"),
        {
            "strengths": list(test.stress.strengths), "levels": list(test.stress.levels),
            "shocks": {name: told.both() for name, told in test.titles.items()},
            "targets": {name: test.title(name).both() for name in _targets(test)},
            "arms": list(test.held),
            "replications": {arm: len(held.replications) for arm, held in test.held.items()},
        },
        tuple(_findings(test, whole, level)),
        tuple(_notes(test)),
        {
            "breaking": Part(Said("Strength at which a target breaks", "使目标不再达标的冲击强度"), whole),
            "first_to_fail": Part(Said("Which target fails first", "最先不再达标的目标"), test.first),
            "holding": Part(
                Said("Share of counties and replications in which a target holds", "目标达成的比例（县×重复）"),
                test.holding[test.holding.county == REGION].drop(columns=["county"]),
            ),
        },
    )  # fmt: skip


def _targets(test: StressTest) -> list[str]:
    """Return single targets and sets of them."""
    return list(next(iter(test.held.values())).tables)


def _single(test: StressTest) -> list[str]:
    return [target for target in _targets(test) if not is_set(target)]


def _findings(test: StressTest, whole: pd.DataFrame, level: float) -> Iterator[Said]:
    for arm in test.held:
        who = test.names[arm]
        mine = whole[(whole.arm == arm) & (whole.level == level) & whole.target.isin(_single(test))]
        yield _said_broken_before(test, arm, mine)
        broken = mine[mine.verdict == Verdict.BREAKS].sort_values("strength")
        if broken.empty:
            yield Said(
                f"{who.en}: no shock tried breaks a target that held without it (probability {level:g}).",
                f"{who.zh}：所试冲击均未使原本达成的目标不再达标（概率 {level:g}）。",
            )
        else:
            yield _said_weakest(test, arm, broken.iloc[0], level)
        yield _said_first(test, arm)


def _said_broken_before(test: StressTest, arm: str, mine: pd.DataFrame) -> Said:
    who, names = test.names[arm], sorted(set(mine[mine.verdict == Verdict.FROM_THE_START].target))
    if not names:
        level = min(test.stress.levels)
        return Said(
            f"{who.en}: without a shock every target holds with a probability of at least {level:g}.",
            f"{who.zh}：无冲击时，全部目标的达成概率均不低于 {level:g}。",
        )
    en = "; ".join(test.title(name).en for name in names)
    zh = "；".join(test.title(name).zh for name in names)
    return Said(
        f"{who.en}: {len(names)} of {len(_single(test))} targets are missed in most counties without any shock: {en}.",
        f"{who.zh}：{len(_single(test))}项目标中，有{len(names)}项在没有冲击时多数县就未达成：{zh}。",
    )


def _said_weakest(test: StressTest, arm: str, row: Any, level: float) -> Said:  # noqa: ANN401 (a row of pandas)
    who, target, shock = test.names[arm], test.title(row.target), test.titles[row.shock]
    low, high = (
        _end(row.low, "below the weakest tried", "低于所试强度"),
        _end(row.high, "above any tried", "高于所试强度"),
    )
    return Said(
        f"{who.en}: the first to give way is “{target.en}”, under “{shock.en}” at strength {row.strength:.2g} "
        f"[{low.en} to {high.en}]; from there on it holds with a probability below {level:g}.",
        f"{who.zh}：最先不再达标的是“{target.zh}”，在“{shock.zh}”强度达 {row.strength:.2g}"
        f"（区间 {low.zh} 至 {high.zh}）时达成概率降到 {level:g} 以下。",
    )


def _end(value: float, en: str, zh: str) -> Said:
    return Said(f"{value:.2g}", f"{value:.2g}") if np.isfinite(value) else Said(en, zh)


def _said_first(test: StressTest, arm: str) -> Said:
    mine = test.first[(test.first.arm == arm) & (test.first.target != "none")]
    ways = mine.sort_values("first", ascending=False).iloc[0]
    who, target, shock = test.names[arm], test.title(ways.target), test.titles[ways.shock]
    many = any(len(names) > 1 for names in test.held[arm].counties.values())
    of = Said("counties", "县") if many else Said("replications", "重复")
    return Said(
        f"{who.en}: as “{shock.en}” grows, “{target.en}” fails first in {100 * ways['first']:.0f} % of {of.en} "
        f"[{100 * ways.low:.0f}, {100 * ways.high:.0f}].",
        f"{who.zh}：随“{shock.zh}”增强，{100 * ways['first']:.0f} % 的{of.zh}最先不再达标的是“{target.zh}”"
        f"（区间 {100 * ways.low:.0f}–{100 * ways.high:.0f} %）。",
    )


def _said_without_figure(test: StressTest) -> Iterator[Said]:
    for arm, held in test.held.items():
        for target in _single(test):
            if lost := held.without_figure(target):
                title = test.title(target)
                yield Said(
                    f"{arm}: {lost} of {held.runs} runs gave no figure of “{title.en}”; there it is neither met nor "
                    "missed.",
                    f"{arm}：{held.runs}次运行中有{lost}次没有“{title.zh}”的数值；这些运行既不算达成也不算未达成。",
                )


def _notes(test: StressTest) -> Iterator[Said]:
    yield from _said_without_figure(test)
    yield Said(
        "A strength of 1 is the size that the shock's file tells, mostly assumed; strengths of different shocks are "
        "not equally likely. Intervals reflect random variation only.",
        "强度1为冲击文件所设的规模，多为假设；不同冲击的同一强度并非同样可能。区间只反映随机性。",
    )
    yield Said(
        "A stronger shock is taken to be no better (isotonic fit); between the strengths tried nothing is known.",
        "假定冲击越强结果不会更好（保序拟合）；所试强度之间没有信息。",
    )
    least = min(len(held.replications) for held in test.held.values())
    lost = test.experiment.replications - least
    if lost:
        yield Said(
            f"{lost} replications are left out, since a run of theirs failed.",
            f"有{lost}次重复因其中有运行失败而未计入。",
        )
    if least < 20:
        yield Said(
            f"{least} replications: too few for the intervals of breaking strengths; take 20 or more.",
            f"仅{least}次重复：不足以保证不再达标的强度区间的覆盖率；宜取20次以上。",
        )
