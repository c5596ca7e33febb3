"""The command that runs one scenario."""

from __future__ import annotations

import json
import math
import time
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, Command, add_settings, changes_of, located, place, progress_bar, unit_of

if TYPE_CHECKING:
    from ecsim.kernel.measures import Label


def add(command: Command) -> None:
    """Declare the command."""
    run = command(
        "run", "Run one scenario with one random seed and store its events.",
        "ecsim run configs/baseline.toml --seed 1 --out results/first",
    )  # fmt: skip
    run.add_argument("config", help="scenario TOML, or a name of `ecsim list scenarios`")
    run.add_argument("--policy", help="policy (TOML file or name) in place of the scenario's")
    run.add_argument("--seed", type=int, default=1, help="random seed (default: 1)")
    run.add_argument("--out", type=place, help="folder for the journal; without it only the root is computed")
    run.add_argument("--keep", choices=["all", "decisions", "digest"], help="which events to store")
    add_settings(run, "replace a value, e.g. sample=0.01")
    run.add_argument("--json", action="store_true", help="print one JSON object")
    run.set_defaults(run=run_scenario)


def run_scenario(given: Namespace) -> int:
    """Run one scenario with one seed, print its outcomes, and publish them beside the journal."""
    from ecsim.audit.published import publish
    from ecsim.cli.warm import announce_compiling
    from ecsim.kernel.models import model_of_scenario
    from ecsim.kernel.simulate import simulate
    from ecsim.scenario.load import load

    scenario = load(located(given.config, "scenarios"), changes_of(given))
    model = model_of_scenario(scenario, trust=True)
    measurement = model.measures.begin(scenario, lambda: model.opening(scenario).sizes)
    begun = time.perf_counter()
    out = Path(given.out) if given.out else None
    with announce_compiling(model), progress_bar(unit_of(model)) as progress:
        ended = simulate(
            model, scenario, given.seed, out=out, keep=given.keep, watchers=[measurement], progress=progress
        )
    if out:
        publish(out, measurement.sheet(), model.measures, ended.root)
    result = {
        "run": str(out) if out else None,
        "root": ended.root.root,
        "manifest": ended.root.manifest or None,
        "events": ended.root.events,
        "seconds": round(time.perf_counter() - begun, 2),
        "outcomes": {name: None if math.isnan(value) else value for name, value in measurement.outcomes().items()},
        "not_available": {name: reason.en for name, reason in measurement.not_available().items()},
    }
    if given.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print_run(result, model.measures.labels(scenario))
    return OK


def _print_run(result: Mapping[str, Any], labels: Mapping[str, Label]) -> None:
    print(f"{result['events']:,} events in {result['seconds']} s, root {result['root']}")
    if result["run"]:
        print(f"  last line of the manifest {result['manifest']}")
    for name, value in result["outcomes"].items():
        figure = "not known" if value is None else f"{value:12,.3f} {labels[name].unit}"
        lacking = result["not_available"].get(name)
        print(f"  {labels[name].title.en:<50} {f'not available: {lacking}' if lacking else figure}")
