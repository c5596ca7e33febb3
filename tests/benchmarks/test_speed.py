"""Speeds, printed beside a peer in one process (``make bench``); ratios hold on noisy machines, seconds do not."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from mesa_twin import TwinModel

from ecsim.kernel.draws import Draws
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import Journal
from ecsim.rural import week
from ecsim.rural.events import EVENTS
from ecsim.rural.model import MODEL
from ecsim.rural.region import Region
from ecsim.rural.simulate import simulate
from ecsim.rural.state import State
from ecsim.rural.world import World
from ecsim.scenario.load import load
from runs import CONFIGS

pytestmark = pytest.mark.benchmark
HOUSEHOLD_RULES = (
    week.adopt_buying, week.learn_selling, week.harvest, week.sell_lots, week.hear_of_gains, week.order_goods
)  # fmt: skip


def opened_region(sample: float) -> Region:
    scenario = load(CONFIGS / "scenarios" / "no_money.toml", {"sample": sample})
    opening = MODEL.opening(scenario)
    journal = Journal.in_memory({}, EVENTS)
    world = World(State.allocate(opening.sizes), MODEL.changes_by_kind, Draws(1), journal)
    world.publish_all(opening.events)
    return MODEL.context_of(world, scenario)


def household_weeks_a_second(region: Region, weeks: int) -> float:
    """Time what households do alone: hear, learn, adopt, harvest, sell, order; no journal, no institutions."""
    world, households, spent = region.world, len(region.world.state.households), 0.0
    world.journal = _Nothing()
    for number in range(weeks):
        world.day = 7 * number
        week.take_orders(region)
        begun = time.perf_counter()
        for rule in HOUSEHOLD_RULES:
            rule(region)
        spent += time.perf_counter() - begun
    return households * weeks / spent


class _Nothing:
    """A recorder that keeps nothing, as a Mesa model has none."""

    def append(self, event: Event, stamp: Stamp) -> None:
        """Forget."""

    follow = append


def mesa_weeks_a_second(households: int, weeks: int) -> float:
    luck = Draws(2).uniform("twin", 0, np.arange(households))
    rows = [
        {
            "buyer": u < 0.23, "seller": u > 0.99, "income": 0.0, "orders": 0.7, "rank": (u * 7919) % 1.0,
            "way_km": u, "ability": 1.0, "poor": n % 5 < 2,
            "plots": [
                {"stock": 0.0, "output": 4e5, "turn": n % 4, "channel": 0, "price": 20.0, "offer": 21.0,
                 "member": n % 5 == 0}
            ],
        }
        for n, u in enumerate(luck.tolist())
    ]  # fmt: skip
    model = TwinModel(rows, villages=max(1, households // 28))
    begun = time.perf_counter()
    for _ in range(weeks):
        model.step()
    return households * weeks / (time.perf_counter() - begun)


def test_household_rules_beside_mesa_agents() -> None:
    warm = opened_region(0.002)
    household_weeks_a_second(warm, 2)
    ours = household_weeks_a_second(opened_region(0.05), 52)
    theirs = mesa_weeks_a_second(20_000, 10)
    print(
        f"\nhousehold rules: {ours / 1e6:.1f} M household-weeks/s, "
        f"Mesa twin {theirs / 1e6:.3f} M: ratio {ours / theirs:.0f}"
    )
    assert ours > 50 * theirs


def test_a_default_run_in_five_seconds() -> None:
    scenario = load(CONFIGS / "scenarios" / "pooled_by_project.toml")
    simulate(scenario.model_copy(update={"sample": 0.002}), 1)
    begun = time.perf_counter()
    run = simulate(scenario, 1)
    seconds = time.perf_counter() - begun
    print(f"\ndefault run: {seconds:.1f} s, {run.root.events / 1e6:.1f} M events, budget 5 s on one core")


def test_help_in_a_third_of_a_second() -> None:
    import subprocess

    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "ecsim.cli.main", "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - begun)
    print(f"\necsim --help: median {sorted(times)[2]:.2f} s, budget 0.3 s")
