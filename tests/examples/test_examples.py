"""Small models on the kernel: results that theory gives, and all that an event-sourced run promises."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from ecsim.examples import epidemic, queue, wealth
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.journal.verify import verify
from ecsim.kernel.model import Model
from ecsim.kernel.replay import replay_run
from ecsim.kernel.resuming import resume
from ecsim.kernel.runs import open_run
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.simulate import Run, simulate

CONFIGS = Path(__file__).parents[2] / "configs" / "examples"
MODELS: dict[str, Model[Any, Any]] = {"epidemic": epidemic.MODEL, "wealth": wealth.MODEL, "queue": queue.MODEL}
SHORT = {
    "epidemic": {"end": "2020-02-29", "parameters": {"epidemic.people": 500}},
    "wealth": {"end": "2020-01-20", "parameters": {"wealth.agents": 30}},
    "queue": {"end": "2020-01-06"},
}


def scenario_of(name: str, changes: Mapping[str, Any] | None = None) -> Scenario:
    content = tomllib.loads((CONFIGS / f"{name}.toml").read_text(encoding="utf-8"))
    return MODELS[name].scenario.model_validate({**content, **(changes or {})})


def measured(name: str, changes: Mapping[str, Any], seed: int) -> dict[str, float]:
    model, scenario = MODELS[name], scenario_of(name, changes)
    card = model.measures.begin(scenario, lambda: model.opening(scenario).sizes)
    simulate(model, scenario, seed, watchers=[card])
    return card.outcomes()


def interval(figures: list[float]) -> tuple[float, float]:
    """Return the 99.9 % interval of a mean."""
    mean, half = float(np.mean(figures)), 3.3 * float(np.std(figures, ddof=1)) / math.sqrt(len(figures))
    return mean - half, mean + half


def test_the_final_size_of_the_epidemic_is_that_of_the_closed_form() -> None:
    """A share z of those who are well falls ill where z = 1 - exp(-R z); R is 5 contacts x 0.06 x 5 days."""
    people, first = 20_000, 100
    changes = {"end": "2020-12-31", "parameters": {"epidemic.people": people, "epidemic.first_cases": first}}
    found = [measured("epidemic", changes, seed)["infected"] / people for seed in range(8)]
    well = 1.0 - first / people
    size = brentq(lambda z: z - 1.0 + well * math.exp(-1.5 * z), 0.1, 1.0)
    low, high = interval(found)
    assert low - 0.005 < size < high + 0.005  # first cases are ill on the first day already


def test_an_epidemic_below_the_threshold_dies_out() -> None:
    found = measured("epidemic", {"parameters": {"epidemic.chance": 0.02}}, 1)
    assert found["infected"] < 50


def test_wealth_tends_to_a_geometric_distribution() -> None:
    """With one coin a head the share without any is 1/2 and the Gini coefficient 2/3."""
    found = [measured("wealth", {}, seed)["gini"] for seed in range(4)]
    assert abs(np.mean(found) - 2.0 / 3.0) < 0.04


def waits(urgent: float) -> tuple[float, float]:
    """Return mean waits in minutes of M/M/2 with priority: 20 customers an hour, 4.8 minutes of service."""
    load, servers = 20.0 * 4.8 / 60.0, 2
    rho = load / servers
    busy = load**servers / math.factorial(servers) / (1.0 - rho)
    waiting = busy / (sum(load**k / math.factorial(k) for k in range(servers)) + busy)
    first = waiting * 4.8 / servers / (1.0 - rho * urgent)
    return first, first / (1.0 - rho)


@pytest.mark.parametrize("urgent", [0.0, 0.25], ids=["M/M/2", "with priority"])
def test_waits_of_the_queue_are_those_of_theory(urgent: float) -> None:
    changes = {"end": "2020-02-29", "parameters": {"queue.urgent_share": urgent}}
    found = [measured("queue", changes, seed) for seed in range(6)]
    expected = waits(urgent)
    for name, value in zip(("wait_urgent", "wait_others"), expected, strict=True):
        if urgent or name == "wait_others":
            low, high = interval([one[name] for one in found])
            assert low < value < high


@pytest.fixture(params=sorted(MODELS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def short(name: str, folder: Path | None = None, seed: int = 1) -> Run[Any]:
    return simulate(MODELS[name], scenario_of(name, SHORT[name]), seed, out=folder)


def test_the_same_seed_gives_the_same_root_and_another_another(name: str) -> None:
    assert short(name).root.root == short(name).root.root != short(name, seed=2).root.root


def test_a_run_verifies_and_replays_to_the_live_state(name: str, tmp_path: Path) -> None:
    run = short(name, tmp_path / "run")
    assert verify(tmp_path / "run", MODELS[name].events).root == run.root.root
    assert replay_run(tmp_path / "run").equals(run.state)


def test_a_fork_that_changes_nothing_has_the_parents_root(name: str, tmp_path: Path) -> None:
    run = short(name, tmp_path / "run")
    child = fork(tmp_path / "run", 3, scenario_of(name, SHORT[name]), out=tmp_path / "child")
    assert child.root.root == run.root.root


def test_a_fork_under_other_numbers_shares_the_past_alone(tmp_path: Path) -> None:
    short("epidemic", tmp_path / "run")
    own = {**SHORT["epidemic"], "parameters": {"epidemic.people": 500, "epidemic.chance": 0.0}}
    child = fork(tmp_path / "run", 10, scenario_of("epidemic", own), out=tmp_path / "child")
    assert child.state.people.infected_seq.max() < open_run(tmp_path / "run").reader.published.events  # type: ignore[union-attr]
    parent = replay_run(tmp_path / "run", until_day=9)
    assert (parent.people.recovery_day > 0).sum() == (child.state.people.recovery_day > 0).sum()


def test_a_case_taken_out_takes_those_it_infected_with_it(tmp_path: Path) -> None:
    """Every infection names the one that brought it about."""
    run = short("epidemic", tmp_path / "run")
    rows = open_run(tmp_path / "run").reader.kind(epidemic.PersonInfected)
    later = rows["cause"] >= 0
    assert later.any()
    assert np.isin(rows["cause"][later], rows["seq"]).all()
    assert (rows["cause"][later] < rows["seq"][later]).all()
    assert run.root.events >= len(rows["seq"])


def test_a_run_that_has_ended_is_not_resumed(name: str, tmp_path: Path) -> None:
    short(name, tmp_path / "run")
    with pytest.raises(EcsimError, match="nothing to resume"):
        resume(tmp_path / "run")


def test_no_example_is_longer_than_two_pages() -> None:
    folder = Path(epidemic.__file__).parent
    lines = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("[a-z]*.py")}
    assert max(lines.values()) <= 120
    assert set(lines) >= set(MODELS)
