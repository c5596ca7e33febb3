"""The manifest of a results folder: what was run, by which versions and machine, and what it came to."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.claims import claims_digest
from ecsim.experiments.running.completed import CompletedRuns
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.summary import pairs_compared
from ecsim.kernel.identity import code_version
from ecsim.statistics.stopping import Decision, Verdict

PACKAGES = ("numpy", "scipy", "numba", "mesa", "simpy", "pandas", "SALib")


def write_manifest(ended: CompletedRuns, runs: pd.DataFrame, folder: Path) -> None:
    """Write ``manifest.json``: what was run, by which versions, from which content to which roots."""
    plan = ended.plan
    content: dict[str, Any] = {
        "ecsim": version("ecsim"),
        "code": code_version(plan.model, plan.scenarios[plan.experiment.reference]) if plan.model else None,
        "python": platform.python_version(),
        "machine": {
            "system": platform.system(),
            "release": platform.release(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
        },
        "packages": {name: version(name) for name in PACKAGES},
        "lock": _lock_digest(),
        "experiment": plan.experiment.model_dump(mode="json"),
        "claims": claims_digest(plan.experiment.claims) if plan.experiment.claims else None,
        "identities": dict(plan.identities),
        "replications": len(ended.replications),
        "planned": ended.planned,
        "runs": len(runs),
        "pairs": {"planned": ended.planned // len(plan.arms), "compared": pairs_compared(runs)},
        "stopping": _rule(plan, ended.stopped) if ended.stopped else None,
        "seeds": sorted(int(seed) for seed in runs.seed.unique()),
        "failed": ended.failures(),
    }
    if plan.model:
        content |= _of_simulation(ended, runs)
    text = json.dumps(content, ensure_ascii=False, indent=1, default=plain)
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _rule(plan: Plan, stopped: Decision) -> dict[str, Any]:
    """Return what the stopping rule asked for and what it came to."""
    rule = plan.experiment.stopping
    assert rule is not None
    half = stopped.half_width if math.isfinite(stopped.half_width) else None
    return {"outcome": rule.outcome, "asked": rule.half_width, "relative": rule.relative, "n": stopped.n,
            "half_width": half, "met": stopped.verdict is Verdict.ENOUGH}  # fmt: skip


def _lock_digest() -> str | None:
    """Return the SHA-256 of the lock file beside the source; None where there is none."""
    lock = Path(__file__).parents[4] / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None


def _of_simulation(ended: CompletedRuns, runs: pd.DataFrame) -> dict[str, Any]:
    """Return what a manifest says of arms, region, parameters and roots."""
    plan, model = ended.plan, ended.plan.model
    assert model is not None
    measures, reference = model.measures, plan.scenarios[plan.experiment.reference]
    seconds = [line["facts"]["seconds"] for line in ended.ledger.lines.values() if "seconds" in line["facts"]]
    return {
        **measures.described(reference, plan.catalogue.further),
        "headlines": list(measures.headlines(reference)),
        "parameters": [
            {"name": p.name, "value": p.value, "unit": p.unit, "low": p.low, "high": p.high, "source": p.source,
             "basis": p.basis}
            for p in model.known(reference).values()
        ],
        "arms": {name: _arm(plan, name) for name in plan.arms},
        "not_available": {n: why._asdict() for n, why in plan.not_available.items() if n in plan.catalogue.labels},
        "targets_not_available": {name: reason._asdict() for name, reason in plan.targets_not_available.items()},
        "seconds": float(np.mean(seconds)),
        "roots": runs[["arm", "point", "seed", "root", "events"]].to_dict("records"),
    }  # fmt: skip


def _arm(plan: Plan, name: str) -> dict[str, Any]:
    scenario, model = plan.scenarios[name], plan.model
    assert model is not None
    return {
        "digest": scenario.digest(),
        "start": scenario.start.isoformat(),
        "periods": scenario.periods(model.days),
        "shocks": [[active.shock.title_en, active.shock.title_zh, active.strength] for active in scenario.shocks],
        **model.hooks.arm(scenario),
        "scenario": scenario.model_dump(mode="json"),
    }


def plain(value: Any) -> Any:  # noqa: ANN401 (what json cannot take)
    """Return a number of numpy as one of Python's, and what is no number as text."""
    return value.item() if isinstance(value, np.generic) else str(value)
