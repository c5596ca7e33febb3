"""The adversary's search on an experiment's own runs: for each arm and target the mildest combination of shocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.analysis import Analysis, Part, Said
from ecsim.experiments.analyses.ladder import StressTest
from ecsim.experiments.analyses.target_table import share_of_counties
from ecsim.experiments.config import SHOCK
from ecsim.experiments.running.ensemble import Runner
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.running.task import Task
from ecsim.experiments.settings import Search
from ecsim.experiments.verdicts import F64, verdicts_of
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.adversarial_search import AdversarialSearch, MildestFailure, Steps, TriedCombinations
from ecsim.statistics.proportions import shares_held


@dataclass(frozen=True)
class FailureScenario:
    """The mildest combination for an arm and target, with how it does under luck that the search has not seen."""

    arm: str
    target: str
    found: MildestFailure
    fresh: float
    low: float
    high: float


@dataclass(frozen=True)
class FailureSearch:
    """Makes the runs of searches.

    Attributes
    ----------
    test : the ladder, whose shocks and targets are searched
    """

    plan: Plan
    runner: Runner
    test: StressTest

    @property
    def search(self) -> Search:
        """What was asked."""
        found = self.test.stress.search
        assert found is not None
        return found

    def all(self) -> Iterator[FailureScenario]:
        """Yield what was found for every arm and target."""
        for arm in self.test.held:
            for target in self.search.targets:
                yield self._one(arm, target)

    def _one(self, arm: str, target: str) -> FailureScenario:
        rungs = {name: round(self.test.stress.strengths[-1] / self.search.step) for name in self.test.stress.shocks}

        def shares(combinations: Sequence[Steps]) -> list[float]:
            held = self._held(arm, target, combinations, range(self.search.replications))
            return [float(shares_held(part)[0][0]) for part in held]

        own = self.search
        known = TriedCombinations(own.level)
        found = AdversarialSearch(shares, rungs, own.step, known, own.generations, own.population, own.seed).search()
        if found.strengths is None:
            return FailureScenario(arm, target, found, float("nan"), float("nan"), float("nan"))
        steps = tuple(round(found.strengths.get(name, 0.0) / own.step) for name in rungs)
        numbers = range(own.replications, own.replications + own.fresh)
        share, low, high, _ = shares_held(self._held(arm, target, [steps], numbers)[0])
        return FailureScenario(arm, target, found, float(share[0]), float(low[0]), float(high[0]))

    def _held(self, arm: str, target: str, combinations: Sequence[Steps], replications: range) -> list[F64]:
        """Return for each combination the share of counties in which the target held, shape (replications, 1)."""
        tasks = [[self._task(arm, steps, number) for number in replications] for steps in combinations]
        self.runner.make([task for row in tasks for task in row])
        return [self._of(row, target) for row in tasks]

    def _task(self, arm: str, steps: Steps, replication: int) -> Task:
        names = [f"{SHOCK}{name}" for name in self.test.stress.shocks]
        values = {name: count * self.search.step for name, count in zip(names, steps, strict=True)}
        return self.plan.task(arm, 0, replication, int(self.plan.seeds(replication)[0]), values)

    def _of(self, tasks: Sequence[Task], target: str) -> F64:
        lines = [self.runner.ledger.lines[task.run] for task in tasks if self.runner.ledger.has(task.run)]
        if len(lines) < len(tasks):
            failed = next(task for task in tasks if not self.runner.ledger.has(task.run))
            raise EcsimError(
                f"a run of the search failed: {failed.arm}, seed {failed.seed}: {self.runner.ledger.failed[failed.run]}"
            )
        verdicts = [verdicts_of(self.test.experiment, line)[target] for line in lines]
        return share_of_counties(np.stack([np.atleast_1d(one) for one in verdicts])[:, None])


def analyse(searches: FailureSearch) -> Analysis:
    """Return what all searches found."""
    test, own = searches.test, searches.search
    found = list(searches.all())
    shocks = list(test.stress.shocks)
    return Analysis(
        "search",
        "search",
        Said("The mildest combination of shocks that breaks a target", "使目标不再达标的最轻冲击组合"),
        {
            **own.model_dump(mode="json"),
            "shocks": {name: told.both() for name, told in test.titles.items()},
            "titles": {name: test.title(name).both() for name in own.targets},
        },
        tuple(_said(test, broken, own.level) for broken in found),
        (*_said_without_figure(test, found), *_notes(own)),
        {
            "mildest": Part(Said("Mildest combinations", "最轻组合"), pd.DataFrame([_row(b, shocks) for b in found])),
            "path": Part(Said("How the search went", "搜索过程"), _paths(found)),
        },
    )


def _row(broken: FailureScenario, shocks: Sequence[str]) -> dict[str, object]:
    strengths = broken.found.strengths or {}
    return {
        "arm": broken.arm,
        "target": broken.target,
        "severity": broken.found.severity,
        **{name: strengths.get(name, 0.0) if broken.found.strengths is not None else None for name in shocks},
        "share": broken.found.share,
        "fresh_share": broken.fresh,
        "fresh_low": broken.low,
        "fresh_high": broken.high,
        "combinations_run": broken.found.tried,
        "combinations_without_figure": broken.found.without_figure,
    }


def _paths(found: Sequence[FailureScenario]) -> pd.DataFrame:
    rows = [
        {"arm": b.arm, "target": b.target, "combinations_run": tried, "severity": severity}
        for b in found
        for tried, severity in b.found.path
    ]
    return pd.DataFrame(rows, columns=["arm", "target", "combinations_run", "severity"])


def _said(test: StressTest, broken: FailureScenario, level: float) -> Said:
    target, strengths, name = test.title(broken.target), broken.found.strengths, test.names[broken.arm]
    if strengths is None:
        return Said(
            f"{name.en}: none of {broken.found.tried} combinations tried, each shock alone and all of them at their "
            f"strongest among them, brings “{target.en}” below probability {level:g}.",
            f"{name.zh}：所试的{broken.found.tried}种组合（含单一冲击与全部冲击取最强）"
            f"均未使“{target.zh}”的达成概率低于 {level:g}。",
        )
    if not strengths:
        return Said(
            f"{name.en}: “{target.en}” is missed without any shock (it holds with probability "
            f"{broken.found.share:.2f}).",
            f"{name.zh}：“{target.zh}”在无冲击时即未达成（达成概率 {broken.found.share:.2f}）。",
        )
    en = " and ".join(f"“{test.titles[shock].en}” at {by:g}" for shock, by in strengths.items())
    zh = "、".join(f"“{test.titles[shock].zh}”强度 {by:g}" for shock, by in strengths.items())
    again = broken.fresh >= level
    note = (
        Said(" It was random variation: look at more replications.", "这说明搜索结果出于偶然，应增加重复次数。")
        if again
        else Said("", "")
    )
    return Said(
        f"{name.en}: “{target.en}” breaks under {en} (sum {broken.found.severity:g}); with new random draws it then "
        f"holds with probability {broken.fresh:.2f} [{broken.low:.2f}, {broken.high:.2f}].{note.en}",
        f"{name.zh}：{zh}（合计 {broken.found.severity:g}）即可使“{target.zh}”不再达标；"
        "换用新的随机数，其达成概率为 "
        f"{broken.fresh:.2f}（区间 {broken.low:.2f}–{broken.high:.2f}）。{note.zh}",
    )


def _said_without_figure(test: StressTest, found: Sequence[FailureScenario]) -> Iterator[Said]:
    for broken in found:
        if lost := broken.found.without_figure:
            target, tried = test.title(broken.target), broken.found.tried
            yield Said(
                f"{broken.arm}: {lost} of {tried} combinations gave no figure of “{target.en}”; they count neither as "
                "holding nor as breaking it.",
                f"{broken.arm}：{tried}种组合中有{lost}种没有“{target.zh}”的数值；既不算达成也不算失守。",
            )


def _notes(own: Search) -> tuple[Said, ...]:
    return (
        Said(
            f"Mild is a small sum of strengths, in steps of {own.step:g}. Every one-step milder combination was run "
            "and held; a milder one of other shocks may have been missed.",
            f"“轻”指强度之和小，步长 {own.step:g}。任一强度再降一步目标即可达成；其他冲击的更轻组合可能未被搜到。",
        ),
        Said(
            "The search looks at few replications; the figure with new random draws is the one to quote.",
            "搜索所用的重复次数少；应引用新随机数下的数值。",
        ),
    )
