"""The search for failure scenarios on an experiment's runs: the mildest shocks that break each target of each arm.

`ecsim.statistics.adversarial_search` says which combinations to try; here they are run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.ladder import StressTest
from ecsim.experiments.analyses.target_table import share_of_counties
from ecsim.experiments.analyses.toolkit import (
    Analysis,
    EcsimError,
    Runner,
    Task,
    Text,
    listed,
    paragraph,
    say,
    titled,
)
from ecsim.experiments.schema import SHOCK, Search
from ecsim.experiments.verdicts import F64, verdicts_of
from ecsim.statistics.adversarial_search import AdversarialSearch, MildestFailure, Steps, TriedCombinations
from ecsim.statistics.proportions import shares_held


@dataclass(frozen=True)
class FailureScenario:
    """The mildest combination for an arm and target, with how it does under luck that the search has not seen.

    Attributes
    ----------
    result : what the search found
    fresh, low, high : share of fresh replications in which the target holds there, with Wilson's interval; NaN if
        nothing tried breaks it
    """

    arm: str
    target: str
    result: MildestFailure
    fresh: float = nan
    low: float = nan
    high: float = nan


@dataclass(frozen=True)
class FailureSearch:
    """Makes the runs of searches.

    Attributes
    ----------
    test : the ladder, whose shocks and targets are searched
    """

    runner: Runner
    test: StressTest

    @property
    def settings(self) -> Search:
        """What was asked."""
        settings = self.test.stress.search
        assert settings is not None
        return settings

    def all(self) -> Iterator[FailureScenario]:
        """Yield what was found for every arm and target."""
        for arm in self.test.met:
            for target in self.settings.targets:
                yield self.scenario(arm, target)

    def scenario(self, arm: str, target: str) -> FailureScenario:
        """Return the mildest combination for an arm and target, measured again with fresh luck."""
        settings, strongest = self.settings, self.test.stress.strengths[-1]
        rungs = {name: round(strongest / settings.step) for name in self.test.stress.shocks}

        def shares(combinations: Sequence[Steps]) -> list[float]:
            held = self._held(arm, target, combinations, range(settings.replications))
            return [float(shares_held(part)[0][0]) for part in held]

        result = AdversarialSearch(
            shares, rungs, settings.step, TriedCombinations(settings.level), settings.generations,
            settings.population, settings.seed,
        ).search()  # fmt: skip
        if result.strengths is None:
            return FailureScenario(arm, target, result)
        steps = tuple(round(result.strengths.get(name, 0.0) / settings.step) for name in rungs)
        fresh = range(settings.replications, settings.replications + settings.fresh)
        share, low, high, _ = shares_held(self._held(arm, target, [steps], fresh)[0])
        return FailureScenario(arm, target, result, float(share[0]), float(low[0]), float(high[0]))

    def _held(self, arm: str, target: str, combinations: Sequence[Steps], replications: range) -> list[F64]:
        """Return for each combination the share of counties in which the target held, shape (replications, 1)."""
        tasks = [[self._task(arm, steps, number) for number in replications] for steps in combinations]
        self.runner.make([task for row in tasks for task in row])
        return [self._share_held(row, target) for row in tasks]

    def _task(self, arm: str, steps: Steps, replication: int) -> Task:
        names = [f"{SHOCK}{name}" for name in self.test.stress.shocks]
        values = {name: count * self.settings.step for name, count in zip(names, steps, strict=True)}
        plan = self.test.plan
        return plan.task(arm, 0, replication, int(plan.seeds(replication)[0]), values)

    def _share_held(self, tasks: Sequence[Task], target: str) -> F64:
        ledger = self.runner.ledger
        failed = next((task for task in tasks if not ledger.has(task.run)), None)
        if failed is not None:
            raise EcsimError(
                f"a run of the search failed: {failed.arm}, seed {failed.seed}: {ledger.failed[failed.run]}"
            )
        verdicts = [verdicts_of(self.test.plan.experiment, ledger.lines[task.run])[target] for task in tasks]
        return share_of_counties(np.stack([np.atleast_1d(verdict) for verdict in verdicts])[:, None])


def analyse(search: FailureSearch) -> Analysis:
    """Return what all searches found."""
    test, scenarios = search.test, list(search.all())
    rows = pd.DataFrame([_row(scenario, list(test.stress.shocks)) for scenario in scenarios])
    return Analysis(
        name="search",
        kind="search",
        title=say("search.title"),
        settings={
            **search.settings.model_dump(mode="json"),
            "shocks": {name: title._asdict() for name, title in test.plan.shock_titles.items()},
            "titles": {name: test.title(name)._asdict() for name in search.settings.targets},
        },
        findings=tuple(_finding(test, scenario, search.settings.level) for scenario in scenarios),
        notes=tuple(_notes(search, scenarios)),
        tables=titled(mildest=rows, path=_paths(scenarios)),
    )


def _row(scenario: FailureScenario, shocks: Sequence[str]) -> dict[str, Any]:
    result, strengths = scenario.result, scenario.result.strengths
    by_shock = {name: None if strengths is None else strengths.get(name, 0.0) for name in shocks}
    return {
        "arm": scenario.arm, "target": scenario.target, "severity": result.severity, **by_shock, "share": result.share,
        "fresh_share": scenario.fresh, "fresh_low": scenario.low, "fresh_high": scenario.high,
        "combinations_run": result.tried, "combinations_without_figure": result.without_figure,
    }  # fmt: skip


def _paths(scenarios: Sequence[FailureScenario]) -> pd.DataFrame:
    rows = [
        {"arm": scenario.arm, "target": scenario.target, "combinations_run": tried, "severity": severity}
        for scenario in scenarios
        for tried, severity in scenario.result.path
    ]
    return pd.DataFrame(rows, columns=["arm", "target", "combinations_run", "severity"])


def _finding(test: StressTest, scenario: FailureScenario, level: float) -> Text:
    result = scenario.result
    values: Mapping[str, object] = {
        "arm": test.plan.arm_titles[scenario.arm], "target": test.title(scenario.target),
    }  # fmt: skip
    if result.strengths is None:
        return say("search.not_broken", tried=result.tried, level=level, **values)
    if not result.strengths:
        return say("search.broken_before", share=result.share, **values)
    shocks = listed(
        say("search.shock", title=test.plan.shock_titles[shock], strength=strength)
        for shock, strength in result.strengths.items()
    )
    broken = say(
        "search.broken", shocks=shocks, severity=result.severity, share=scenario.fresh, low=scenario.low,
        high=scenario.high, **values,
    )  # fmt: skip
    return paragraph([broken, say("search.by_chance") if scenario.fresh >= level else None])


def _notes(search: FailureSearch, scenarios: Sequence[FailureScenario]) -> Iterator[Text]:
    for scenario in scenarios:
        if lost := scenario.result.without_figure:
            title = search.test.title(scenario.target)
            yield say("search_notes.no_figure", arm=scenario.arm, lost=lost, tried=scenario.result.tried, target=title)
    yield say("search_notes.mild", step=search.settings.step)
    yield say("search_notes.quote_fresh")
