"""Arms ranked on one outcome under every metric of robustness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.wording import sense_of
from ecsim.experiments.settings import Robustness
from ecsim.kernel.errors import EcsimError
from ecsim.statistics import robustness as measures
from ecsim.statistics.outcomes import Missing
from ecsim.statistics.validate import Sense


@dataclass(frozen=True)
class ArmRanking:
    """The arms on one outcome.

    Attributes
    ----------
    table : means over replications, one row an arm, one column a point
    stability : of ranks when futures are drawn again
    """

    outcome: str
    sense: Sense
    table: pd.DataFrame
    rankings: measures.Rankings
    stability: pd.DataFrame
    regret: pd.DataFrame

    @property
    def telling(self) -> list[str]:
        """Metrics that tell some arm apart from another."""
        return [str(name) for name in self.rankings.ranks if self.rankings.ranks[name].nunique() > 1]

    def wins(self) -> dict[str, list[str]]:
        """Return the telling metrics under which each arm is first, alone or tied; who has most of them comes first."""
        best = self.rankings.best
        found = {str(arm): [name for name in self.telling if arm in best[name]] for arm in self.table.index}
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def rank_arms(designed: DesignRuns, outcome: str, missing: Missing = "refuse") -> ArmRanking:
    """Return the arms on one outcome, over the futures in which every arm has it.

    Raises
    ------
    EcsimError
        If nothing says which way the outcome is better, futures are missing, or fewer than two are left.
    """
    experiment, known, where = designed.plan.experiment, designed.plan.known, str(designed.plan.home)
    sense = sense_of(outcome, known, where)
    table = pd.DataFrame(designed.means(outcome), index=designed.plan.arms)
    whole = np.isfinite(table.to_numpy()).all(axis=0)
    if missing == "refuse" and not whole.all():
        point = int(np.flatnonzero(~whole)[0])
        raise EcsimError(
            f"{where}: {outcome} is no number in {int((~whole).sum())} of {len(whole)} futures, the first is point"
            f" {point} ({designed.at(point)}); mend the model there, or leave such futures out with --missing drop"
        )
    if whole.sum() < 2:
        raise EcsimError(f"{where}: {outcome} has {int(whole.sum())} futures with a figure of every arm; 2 are needed")
    table = table.loc[:, whole]
    told = experiment.robustness or Robustness()
    metrics = measures.metrics(
        told.thresholds.get(outcome), sense=sense, optimism=told.optimism, quantile=told.quantile,
        aversion=told.aversion,
    )  # fmt: skip
    return ArmRanking(
        outcome, sense, table, measures.rankings(table, sense, settings=metrics),
        measures.rank_stability(table, sense, settings=metrics), measures.regret(table, sense),
    )  # fmt: skip
