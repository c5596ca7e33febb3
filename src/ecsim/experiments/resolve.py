"""From an experiment's file to its plan, in one pass: arms, what is uncertain, the points, the shocks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecsim.experiments.arms import arms_of
from ecsim.experiments.experiment_files import load_experiment
from ecsim.experiments.name_checks import catalogue_of, needed_outcomes, refuse_not_available
from ecsim.experiments.run_limits import check_runs
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.stress_shocks import shocks_of
from ecsim.experiments.uncertainty import design_of, points_of, space_of


def resolve_plan(
    place: Path, changes: Mapping[str, Any] | None = None, of_scenario: Mapping[str, Any] | None = None
) -> Plan:
    """Return the plan of an experiment.

    Parameters
    ----------
    place : folder with ``experiment.toml``, or that file
    changes, of_scenario : values that replace the experiment's own, and those of every arm's scenario

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a module that it names does not come in.

    Notes
    -----
    What an experiment names as ``module:function`` or ``module:Class`` is imported: its code runs.
    """
    experiment, home = load_experiment(place, changes)
    where = str(place)
    arms = arms_of(experiment, home, of_scenario or {}, where)
    reference = arms.scenarios.get(experiment.reference)
    catalogue = catalogue_of(experiment, arms.model.measures if arms.model else None, reference, where)
    space = space_of(experiment, reference, where) if experiment.space else None
    check_runs(experiment, points_of(experiment, space), where)
    design = design_of(experiment, space, home, where)
    check_runs(experiment, len(design) if design is not None else 1, where)
    shocks = shocks_of(experiment, home, arms.scenarios, where)
    plan = Plan(experiment, home, arms.scenarios, design, arms.identities, catalogue, arms.model, shocks)
    refuse_not_available(needed_outcomes(experiment), plan, where)
    return plan
