"""Checks of an experiment's files: each returns in a few words what its file is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ecsim.experiments.experiment_files import load_space
from ecsim.kernel.errors import counted
from ecsim.scenario.openings import imported, own_code


def check_experiment(file: Path) -> str:
    """Check an experiment, and that every run of it could begin."""
    from ecsim.experiments.resolve import resolve_plan  # here: to check another file needs no library of statistics

    plan = resolve_plan(file)
    named = [plan.experiment.function] if plan.experiment.function else []
    for scenario in plan.scenarios.values():
        assert plan.model is not None
        named += own_code(plan.model, scenario)
    claims = f", {counted(len(plan.experiment.claims), 'claim')}" if plan.experiment.claims else ""
    if plan.experiment.invariances:
        from ecsim.experiments.analyses.claim_changes import changes_of

        changes_of(replace(plan, design=None), plan.experiment.invariances)
    size = f"{counted(len(plan.arms), 'arm')}, {counted(plan.points, 'point')}, {counted(plan.runs, 'run')}"
    return f"experiment of {size}{claims}{imported(named)}"


def check_space(file: Path) -> str:
    """Check a space of uncertain parameters."""
    return f"space of {counted(len(load_space(file)), 'parameter')}"
