"""Whatever a file or a command line holds, a command ends with 0, 1 or 2 and one message, never with a traceback."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pytest
from called import Caller
from file_mutants import of_bytes, of_line, of_table, structural

FEW, MANY = pytest.param(1, id="few"), pytest.param(10, id="many", marks=pytest.mark.slow)
"""How many batches of mutants are made."""
SHORT = ("--set", "end=2018-01-07", "--set", "sample=0.001", "--keep", "digest")
KINDS = {
    "scenario": ("configs/baseline.toml", "configs/baseline.toml"),
    "policy": ("configs/policies/pooled_by_project.toml", "configs/policies/pooled_by_project.toml"),
    "design": ("configs/designs/mobile.toml", "configs/designs/mobile.toml"),
    "shock": ("configs/shocks/lockdown.toml", "configs/shocks/lockdown.toml"),
    "projects": ("configs/projects.toml", "configs/baseline.toml"),
    "comparison": ("experiments/pooled-vs-per-county/experiment.toml", "experiments/pooled-vs-per-county"),
    "sensitivity": (
        "experiments/sensitivity-of-the-answer/sobol.toml",
        "experiments/sensitivity-of-the-answer/sobol.toml",
    ),
    "selection": ("experiments/robust-allocation/selection.toml", "experiments/robust-allocation/selection.toml"),
    "stress": ("experiments/stress-targets/experiment.toml", "experiments/stress-targets"),
    "discovery": ("experiments/stress-targets/discovery.toml", "experiments/stress-targets/discovery.toml"),
    "function": ("experiments/shop/experiment.toml", "experiments/shop"),
}
"""The file that is changed, and what `ecsim check` is asked about."""
LARGE = ("comparison", "sensitivity", "selection", "stress", "discovery")
"""Kinds whose check reads the scenario of every arm, and takes a second."""
RUNNABLE = ("scenario", "policy", "design", "shock", "projects")
TABLES = (
    "counties", "townships", "villages", "socioeconomics", "products", "product_forms", "product_rules", "county_trade",
    "national",
)  # fmt: skip
LINES = [
    "check configs/baseline.toml experiments/shop",
    "list parameters --json",
    "schema experiment",
    "sql {run} SELECT(1)",
    "sql {run} SELECT(1) --out answer.csv",
    "replay {run} --at 2018-01-10 --county 会泽县 --json",
    "tree . --json",
    "report results --lang en",
    "trace {run} village_coverage --county 会泽县 --at 2018-01-14 --html page.html",
    "export {run} --format ocel --county 会泽县 --out log.sqlite",
    "fork {run} --at 2018-01-10 --set funds.multiplier=2 --policy configs/policies/equal_split.toml --out fork",
    "reproduce {run} --arm equal_split --seed 3 --out again",
    "why {run} --without seq:3 --from 2018-01-02 --to 2018-01-09 --json",
    "diff {run} {run} --json",
    "verify {run} --root 00 --json",
    "merge results --experiment experiments/shop --out whole",
    "plan experiments/shop --out part --workers 1 --replications 1",
    "compare experiments/shop --out part --workers 1 --shard 1/9 --set replications=1",
]


@contextmanager
def instead(file: Path, content: bytes) -> Iterator[None]:
    """Put another content into a file for as long as it is looked at."""
    right = file.read_bytes()
    file.write_bytes(content)
    try:
        yield
    finally:
        file.write_bytes(right)


@pytest.mark.parametrize("times", [FEW, MANY])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_structure_ends_in_one_message(kind: str, times: int, call: Caller, shipped: Path) -> None:
    file, asked = shipped / KINDS[kind][0], KINDS[kind][1]
    right = tomllib.loads(file.read_text(encoding="utf-8"))
    many = (4 if kind in LARGE else 24) * times
    for number in range(many):
        with instead(file, structural(deepcopy(right), random.Random(f"{kind} {number}"))):
            ended = call("check", asked)
            call.keep(ended, f"{kind} {number}")
            if times > 1 and kind in RUNNABLE and ended.status == 0:
                call.keep(call("run", "configs/baseline.toml", *SHORT), f"{kind} {number}, run")
    call.check(many)


@pytest.mark.parametrize("times", [FEW, MANY])
def test_a_damaged_file_ends_in_one_message(times: int, call: Caller, shipped: Path) -> None:
    kinds = [kind for kind in KINDS if times > 1 or kind not in LARGE]
    for number in range(60 * times):
        draw = random.Random(f"bytes {number}")
        name, asked = KINDS[draw.choice(kinds)]
        with instead(shipped / name, of_bytes((shipped / name).read_bytes(), draw)):
            call.keep(call("check", asked), f"bytes {number}")
    call.check(60 * times)


def _keep_region(call: Caller, file: Path, changed: bytes, name: str, *, runs: bool) -> None:
    """Keep what `check` says of the region with a file changed and, if asked and it lets it pass, what `run` does."""
    with instead(file, changed):
        ended = call("check", "small.toml")
        call.keep(ended, name)
        if runs and ended.status == 0:
            call.keep(call("run", "small.toml", *SHORT), f"{name}, run")


@pytest.mark.parametrize("times", [FEW, MANY])
@pytest.mark.parametrize("table", TABLES)
def test_a_region_of_other_tables_ends_in_one_message(table: str, times: int, call: Caller, shipped: Path) -> None:
    file = shipped / "region" / f"{table}.csv"
    assert call("check", "small.toml").status == 0
    for number in range(12 * times):
        draw = random.Random(f"{table} {number}")
        changed = draw.choice([of_table, of_table, of_bytes])(file.read_bytes(), draw)
        _keep_region(call, file, changed, f"{table} {number}", runs=times > 1)
    call.check(12 * times)


@pytest.mark.parametrize("times", [FEW, MANY])
def test_a_region_of_other_rules_ends_in_one_message(times: int, call: Caller, shipped: Path) -> None:
    files = [shipped / "region" / "pack.toml", *sorted((shipped / "region" / "rules").glob("*.toml"))]
    for number in range(30 * times):
        draw = random.Random(f"rules {number}")
        file = draw.choice(files)
        raw = file.read_bytes()
        changed = draw.choice([structural(tomllib.loads(raw.decode()), draw), of_bytes(raw, draw)])
        _keep_region(call, file, changed, f"rules {number}", runs=times > 1)
    call.check(30 * times)


@pytest.mark.parametrize("times", [FEW, MANY])
def test_a_command_line_of_other_words_ends_in_one_message(times: int, call: Caller, small_run: Path) -> None:
    for number in range(60 * times):
        draw = random.Random(f"line {number}")
        line = draw.choice(LINES).format(run=small_run.name).split()
        call.keep(call(*of_line(line, draw)), f"line {number}")
    call.check(60 * times)


def test_a_mutant_is_the_same_wherever_it_is_made(shipped: Path) -> None:
    raw = (shipped / "configs" / "baseline.toml").read_bytes()
    right = tomllib.loads(raw.decode())
    for make in (lambda draw: structural(deepcopy(right), draw), lambda draw: of_bytes(raw, draw)):
        first, again, other = (make(random.Random(seed)) for seed in ("a", "a", "b"))
        assert first == again != other


def test_a_traceback_a_strange_status_and_an_endless_message_are_faults(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = call("check", "none.toml")
    assert (ended.status, ended.fault) == (2, "")
    for wrong in (
        {"raised": "ValueError"},
        {"status": 7},
        {"err": ""},
        {"err": "ecsim: " + "x" * 500},
        {"err": "ecsim: \n" * 30},
    ):
        assert type(ended)(**{**vars(ended), **wrong}).fault
