"""Robustness: which arm to take when nobody knows which future comes; strategies over the points of a design."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.analyses import robustness_findings
from ecsim.experiments.analyses.arm_ranking import ArmRanking, rank_arms
from ecsim.experiments.analyses.design_runs import (
    DesignRuns,
    chosen_outcomes,
    refuse_unknown_outcomes,
    refuse_without_design,
    run_design,
)
from ecsim.experiments.analyses.toolkit import (
    FOLDER,
    Analysis,
    EcsimError,
    Executor,
    OutcomeCatalogue,
    Plan,
    Progress,
    outcome_table,
    refuse_unknown,
    say,
    titled,
    writing,
)
from ecsim.experiments.schema import Robustness
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
    _refuse(plan, outcomes)
    runs = run_design(plan, folder, executor, missing, progress)
    for name in plan.experiment.robustness.thresholds if plan.experiment.robustness else ():
        refuse_unknown(name, runs.outcomes, f"{plan.home}: robustness.thresholds")
    rankings = [rank_arms(runs, outcome, missing) for outcome in chosen_outcomes(runs, outcomes)]
    analysis = analyse(runs, rankings, missing)
    analysis.write(folder)
    with writing(folder / FOLDER / REGRET):
        _regrets(rankings).to_parquet(folder / FOLDER / REGRET, index=False)
    return analysis, runs


def _refuse(plan: Plan, outcomes: Sequence[str]) -> None:
    """Refuse, before any run is made, what could not be ranked."""
    refuse_without_design(plan, "robustness asks how arms fare in the futures that its points stand for")
    if len(plan.arms) < 2:
        raise EcsimError(f"{plan.home}: there is one arm, {plan.arms[0]}; robustness ranks two or more")
    refuse_unknown_outcomes(plan, outcomes)
    for outcome in outcomes or plan.experiment.outcomes:
        plan.catalogue.required_sense(outcome, str(plan.home))
    if plan.experiment.function and not plan.experiment.better:
        raise EcsimError(f'{plan.home}: nothing says which way outcomes are better; add better = {{ NAME = "max" }}')


def analyse(runs: DesignRuns, rankings: Sequence[ArmRanking], missing: Missing) -> Analysis:
    """Return the analysis of arms that are ranked."""
    return Analysis(
        name="robustness",
        kind="robustness",
        title=say("robustness.title"),
        settings=_settings(runs, rankings, missing),
        findings=tuple(sentence for ranking in rankings for sentence in robustness_findings.findings(runs, ranking)),
        notes=robustness_findings.notes(runs, rankings),
        tables=titled(
            rankings=_rankings(rankings, runs.plan.experiment.robustness or Robustness()),
            regret=_regret_summary(rankings, runs.catalogue),
            agreement=_agreement(rankings),
            outcomes=outcome_table([ranking.outcome for ranking in rankings], runs.catalogue),
        ),
    )


def _settings(runs: DesignRuns, rankings: Sequence[ArmRanking], missing: Missing) -> dict[str, Any]:
    settings = runs.plan.experiment.robustness or Robustness()
    return {
        "outcomes": [ranking.outcome for ranking in rankings], "arms": runs.plan.arms, "design": runs.design.kind,
        "futures": len(runs.design), "futures_used": min(ranking.table.shape[1] for ranking in rankings),
        "replications": runs.replications, "missing": missing, **settings.model_dump(mode="json"),
    }  # fmt: skip


def _rankings(rankings: Sequence[ArmRanking], settings: Robustness) -> pd.DataFrame:
    rows = []
    for ranking in rankings:
        scores = ranking.rankings.scores.to_dict()
        values = {**settings.model_dump(), "threshold": settings.thresholds.get(ranking.outcome)}
        for record in ranking.stability.to_dict("records"):
            name, arm = str(record["metric"]), str(record["strategy"])
            title, question = say(f"metrics.{name}"), say(f"metric_questions.{name}", **values)
            rows.append(
                {"outcome": ranking.outcome, "metric": name, "title_en": title.en, "title_zh": title.zh,
                 "question_en": question.en, "question_zh": question.zh, "arm": arm,
                 "score": scores[name][arm] + 0.0, "rank": int(record["rank"]), "first": record["first"],
                 "low": record["low"], "high": record["high"]}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _agreement(rankings: Sequence[ArmRanking]) -> pd.DataFrame:
    rows = []
    for ranking in rankings:
        names, tau = list(ranking.rankings.agreement), ranking.rankings.agreement.to_numpy()
        rows += [
            {"outcome": ranking.outcome, "metric": names[a], "other": names[b], "tau": tau[a, b]}
            for a, b in combinations(range(len(names)), 2)
        ]
    return pd.DataFrame(rows)


def _regret_summary(rankings: Sequence[ArmRanking], catalogue: OutcomeCatalogue) -> pd.DataFrame:
    rows = []
    for ranking in rankings:
        for arm, regret in ranking.regret.iterrows():
            rows.append(
                {"outcome": ranking.outcome, "arm": arm, "unit": catalogue.unit(ranking.outcome),
                 "mean": regret.mean(), "median": regret.median(), "q90": regret.quantile(0.9), "most": regret.max(),
                 "most_at_point": regret.idxmax(), "none": (regret == 0.0).mean()}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _regrets(rankings: Sequence[ArmRanking]) -> pd.DataFrame:
    """Return every regret: a row an outcome, strategy and point."""
    parts = []
    for ranking in rankings:
        arms, points = ranking.table.shape
        head = {"outcome": ranking.outcome, "strategy": ranking.table.index.repeat(points)}
        head |= {"point": list(ranking.table.columns) * arms}
        figures = {"value": ranking.table.to_numpy().ravel(), "regret": ranking.regret.to_numpy().ravel()}
        parts.append(pd.DataFrame(head | figures))
    return pd.concat(parts, ignore_index=True)
