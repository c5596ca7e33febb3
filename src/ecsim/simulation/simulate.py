"""One run, from a scenario and a seed to a journal: start reading here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ecsim.draws import Draws
from ecsim.events import EVENTS
from ecsim.journal import Journal, Root
from ecsim.journal.journal import Keep
from ecsim.regions.opening import Opening, open_region
from ecsim.regions.pack import RegionPack, load_pack
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import region_rules, rule_parameters
from ecsim.simulation.model import Model
from ecsim.simulation.world import Watcher, World
from ecsim.state import State


@dataclass(frozen=True)
class Run:
    """A run that has ended: its root and the state it ended in."""

    root: Root
    state: State
    days: int


def simulate(
    scenario: Scenario, seed: int, *, out: Path | None = None, keep: Keep | None = None,
    watchers: Sequence[Watcher] = (), progress: Callable[[int, int], None] | None = None,
) -> Run:  # fmt: skip
    """Return a run of a scenario; the same scenario and seed give the same events to the bit.

    Parameters
    ----------
    out : folder for the journal; without one only the root is kept
    keep : what of the events is kept, in place of the scenario's own choice
    watchers : indicators that look on
    progress : called with (weeks done, weeks in all) after each week
    """
    pack = load_pack(scenario.region)
    opening = open_region(pack, scenario.sample, scenario.start, region_rules(scenario, pack.rules))
    genesis = genesis_of(scenario, seed, pack, opening)
    if out is None:
        journal = Journal.in_memory(genesis, EVENTS)
    else:
        journal = Journal.create(out, genesis, EVENTS, keep or scenario.keep, store=out.parent / "objects")
    with journal:
        state = State.allocate(opening.sizes)
        world = World(state, Draws(seed), journal, watchers)
        world.publish_all(opening.events)
        model = Model(world, scenario, rule_parameters(scenario))
        for week in range(scenario.weeks):
            world.day = 7 * week
            model.step()
            journal.end_week()
            if progress:
                progress(week + 1, scenario.weeks)
        model.release()
        return Run(journal.close(), state, 7 * scenario.weeks)


def genesis_of(scenario: Scenario, seed: int, pack: RegionPack, opening: Opening) -> dict[str, Any]:
    """Return what the first line of a journal says: where its events come from."""
    return {
        "scenario": scenario.model_dump(mode="json"),
        "scenario_digest": scenario.digest(),
        "seed": seed,
        "code": code_version(),
        "region": {"name": pack.name, "digest": pack.digest},
        "sizes": dict(opening.sizes),
    }


@lru_cache
def code_version() -> str:
    """Return what a run's numbers depend on: versions, and a digest of ecsim's own rules and parameters."""
    home = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        if path.suffix in {".py", ".toml"} and path.parts[len(home.parts)] not in {"cli", "report", "experiments"}:
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    versions = " ".join(f"{name}-{version(name)}" for name in ("ecsim", "numpy", "numba", "scipy"))
    return f"{versions} rules-{digest.hexdigest()[:16]}"
