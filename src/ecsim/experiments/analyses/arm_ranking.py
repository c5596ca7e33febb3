"""The ranking of arms on one outcome over futures, under every metric of robustness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.toolkit import EcsimError
from ecsim.experiments.schema import Robustness
from ecsim.statistics import robustness as measures
from ecsim.statistics.outcomes import Missing
from ecsim.statistics.validate import Sense


@dataclass(frozen=True)
class ArmRanking:
    """The ranking of the arms on one outcome under every metric of robustness.

    Attributes
    ----------
    sense : which way the outcome is better
    table : means over replications, one row an arm, one column a point
    rankings : scores and ranks by metric
    stability : of ranks when futures are drawn again
    regret : how far each arm falls behind the best of a future, of the shape of ``table``
    """

    outcome: str
    sense: Sense
    table: pd.DataFrame
    rankings: measures.Rankings
    stability: pd.DataFrame
    regret: pd.DataFrame

    @property
    def distinguishing(self) -> list[str]:
        """Metrics under which arms do not all rank alike."""
        return [str(name) for name in self.rankings.ranks if self.rankings.ranks[name].nunique() > 1]

    def wins(self) -> dict[str, list[str]]:
        """Return by arm the distinguishing metrics under which it is first, alone or tied; who has most comes first."""
        best = self.rankings.best
        wins = {str(arm): [name for name in self.distinguishing if arm in best[name]] for arm in self.table.index}
        return dict(sorted(wins.items(), key=lambda item: -len(item[1])))


def rank_arms(runs: DesignRuns, outcome: str, missing: Missing = "refuse") -> ArmRanking:
    """Return the arms on one outcome, over the futures in which every arm has it.

    Parameters
    ----------
    runs : of a design
    outcome : by name
    missing : what to do with a future in which an arm has no figure: ``refuse``, or ``drop`` it

    Raises
    ------
    EcsimError
        If nothing says which way the outcome is better, futures are missing, or fewer than two are left.
    """
    where = str(runs.plan.home)
    sense = runs.catalogue.required_sense(outcome, where)
    table = pd.DataFrame(runs.means(outcome), index=runs.plan.arms)
    whole = np.isfinite(table.to_numpy()).all(axis=0)
    if missing == "refuse" and not whole.all():
        point = int(np.flatnonzero(~whole)[0])
        raise EcsimError(
            f"{where}: {outcome} is no number in {int((~whole).sum())} of {len(whole)} futures, the first is point"
            f" {point} ({runs.at(point)}); fix the model there, or leave such futures out with --missing drop"
        )
    if whole.sum() < 2:
        raise EcsimError(f"{where}: {outcome} has {int(whole.sum())} futures with a figure of every arm; 2 are needed")
    table = table.loc[:, whole]
    settings = runs.plan.experiment.robustness or Robustness()
    metrics = measures.metrics(
        settings.thresholds.get(outcome), sense=sense, optimism=settings.optimism, quantile=settings.quantile,
        aversion=settings.aversion,
    )  # fmt: skip
    return ArmRanking(
        outcome, sense, table, measures.rankings(table, sense, settings=metrics),
        measures.rank_stability(table, sense, settings=metrics), measures.regret(table, sense),
    )  # fmt: skip
