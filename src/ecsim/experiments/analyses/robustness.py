"""Which arm to take when nobody knows which future comes: strategies over the points of a design."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.analyses import robustness_words as words
from ecsim.experiments.analyses.analysis import FOLDER, Analysis, Part, Said
from ecsim.experiments.analyses.arm_ranking import ArmRanking, rank_arms
from ecsim.experiments.analyses.design_runs import (
    DesignRuns,
    chosen_outcomes,
    refuse_unknown_outcomes,
    refuse_without_design,
    run_design,
)
from ecsim.experiments.analyses.wording import named, refuse_unknown, sense_of
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.running.ensemble import Progress
from ecsim.experiments.running.executors import Executor
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.settings import Robustness
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import writing
from ecsim.statistics.outcomes import Missing

REGRET = "regret.parquet"


def robustness(
    plan: Plan, folder: Path, executor: Executor, *, outcomes: Sequence[str] = (), missing: Missing = "refuse",
    progress: Progress = None,
) -> tuple[Analysis, DesignRuns]:  # fmt: skip
    """Make the missing runs, rank the arms under every metric, and write ``analysis/robustness.json`` and its regrets.

    Parameters
    ----------
    outcomes : which; by default the experiment's own choice, else all
    missing : what to do with a future in which a run failed or an outcome is no number: ``refuse``, or ``drop`` it

    Raises
    ------
    EcsimError
        If there is no design or one arm only, nothing says which way an outcome is better, or runs are missing.
    """
    refuse_without_design(plan, "robustness asks how arms fare in the futures that its points stand for")
    if len(plan.arms) < 2:
        raise EcsimError(f"{plan.home}: there is one arm, {plan.arms[0]}; robustness ranks two or more")
    thresholds = list(plan.experiment.robustness.thresholds) if plan.experiment.robustness else []
    refuse_unknown_outcomes(plan, outcomes)
    for outcome in outcomes or plan.experiment.outcomes:
        sense_of(outcome, plan.known, str(plan.home))
    if plan.experiment.function and not plan.experiment.better:
        raise EcsimError(f'{plan.home}: nothing says which way outcomes are better; add better = {{ NAME = "max" }}')
    designed = run_design(plan, folder, executor, missing, progress)
    for name in thresholds:
        refuse_unknown(name, designed.outcomes, f"{plan.home}: robustness.thresholds")
    ranked = [rank_arms(designed, outcome, missing) for outcome in chosen_outcomes(designed, outcomes)]
    analysis = analyse(designed, ranked, missing)
    analysis.write(folder)
    with writing(folder / FOLDER / REGRET):
        _regrets(ranked).to_parquet(folder / FOLDER / REGRET, index=False)
    return analysis, designed


def analyse(designed: DesignRuns, ranked: Sequence[ArmRanking], missing: Missing) -> Analysis:
    """Return the analysis of arms that are ranked."""
    return Analysis(
        name="robustness",
        kind="robustness",
        title=Said("Which arm stands up in most futures", "哪个方案在多种未来情形下都站得住"),
        settings=_settings(designed, ranked, missing),
        findings=tuple(said for one in ranked for said in words.findings(designed, one)),
        notes=words.notes(designed, ranked),
        tables={
            "rankings": Part(Said("Ranks under each metric", "各准则下的排名"), _rankings(ranked)),
            "regret": Part(Said("Regret: how far behind the best of each future", "后悔值：与各情形下最优方案的差距"),
                           _regret_summary(ranked, designed.plan.known)),
            "agreement": Part(Said("How far the metrics agree (Kendall's tau)", "各准则的一致程度（Kendall τ）"),
                              _agreement(ranked)),
            "outcomes": Part(Said("Outcomes", "结果指标"),
                             named([one.outcome for one in ranked], designed.plan.known)),
        },
    )  # fmt: skip


def _settings(designed: DesignRuns, ranked: Sequence[ArmRanking], missing: Missing) -> dict[str, Any]:
    told = designed.plan.experiment.robustness or Robustness()
    return {
        "outcomes": [one.outcome for one in ranked], "arms": designed.plan.arms, "design": designed.design.kind,
        "futures": len(designed.design), "futures_used": min(one.table.shape[1] for one in ranked),
        "replications": designed.replications, "missing": missing, **told.model_dump(mode="json"),
    }  # fmt: skip


def _rankings(ranked: Sequence[ArmRanking]) -> pd.DataFrame:
    rows = []
    for one in ranked:
        scores = one.rankings.scores.to_dict()
        for told in one.stability.to_dict("records"):
            name, arm = str(told["metric"]), str(told["strategy"])
            title = words.METRICS[name]
            rows.append(
                {"outcome": one.outcome, "metric": name, "title_en": title.en, "title_zh": title.zh,
                 "question_en": one.rankings.questions[name], "question_zh": words.QUESTIONS_ZH[name],
                 "arm": arm, "score": scores[name][arm] + 0.0,
                 "rank": int(told["rank"]), "first": told["first"], "low": told["low"], "high": told["high"]}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _agreement(ranked: Sequence[ArmRanking]) -> pd.DataFrame:
    rows = []
    for one in ranked:
        names, tau = list(one.rankings.agreement), one.rankings.agreement.to_numpy()
        rows += [
            {"outcome": one.outcome, "metric": names[a], "other": names[b], "tau": tau[a, b]}
            for a, b in combinations(range(len(names)), 2)
        ]
    return pd.DataFrame(rows)


def _regret_summary(ranked: Sequence[ArmRanking], known: OutcomeCatalogue) -> pd.DataFrame:
    rows = []
    for one in ranked:
        for arm, told in one.regret.iterrows():
            worst = told.idxmax()
            rows.append(
                {"outcome": one.outcome, "arm": arm, "unit": known.unit(one.outcome), "mean": told.mean(),
                 "median": told.median(), "q90": told.quantile(0.9), "most": told.max(), "most_at_point": worst,
                 "none": (told == 0.0).mean()}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _regrets(ranked: Sequence[ArmRanking]) -> pd.DataFrame:
    """Return every regret: a row an outcome, strategy and point."""
    parts = []
    for one in ranked:
        arms, points = one.table.shape
        head = {"outcome": one.outcome, "strategy": one.table.index.repeat(points)}
        head |= {"point": list(one.table.columns) * arms}
        figures = {"value": one.table.to_numpy().ravel(), "regret": one.regret.to_numpy().ravel()}
        parts.append(pd.DataFrame(head | figures))
    return pd.concat(parts, ignore_index=True)
