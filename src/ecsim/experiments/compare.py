"""Arms side by side: run what is missing, in parallel, and write the tables."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as RunTimeoutError
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pebble import ProcessExpired, ProcessPool

from ecsim.errors import EcsimError
from ecsim.experiments.comparison import paired
from ecsim.experiments.config import Experiment, load_experiment
from ecsim.experiments.member import identity, run_member
from ecsim.indicators import OUTCOMES, TARGETS, benchmarks
from ecsim.regions.pack import RegionPack, load_pack
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import rule_parameters
from ecsim.simulation.genesis import code_version

SECONDS_A_RUN = 3600
TABLES = ("indicators", "counties", "spending", "stations", "weekly", "milestones")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Comparison:
    """What an experiment found, as tables."""

    experiment: Experiment
    folder: Path
    runs: pd.DataFrame
    summary: pd.DataFrame
    failed: tuple[str, ...]


def compare(
    experiment: Path | str, out: Path | None = None, *, replications: int | None = None, workers: int | None = None,
    sample: float | None = None, progress: Progress | None = None,
) -> Comparison:  # fmt: skip
    """Run an experiment, as far as its runs are not finished already, and return its tables.

    Parameters
    ----------
    experiment : folder with ``experiment.toml``, or that file
    out : folder for the results; by default ``results/<name>``
    replications, sample : in place of the experiment's own
    workers : processes; by default one a core

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a whole arm failed.
    """
    plan, arms = load_experiment(Path(experiment), sample)
    if replications is not None:
        plan = plan.model_copy(update={"replications": replications})
    folder = out or Path("results") / plan.name
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    members = [(a, seed) for seed in range(plan.first_seed, plan.first_seed + plan.replications) for a in arms]
    ledger = _Ledger(folder)
    missing = [(arm, seed) for arm, seed in members if not ledger.has(identity(arms[arm], seed))]
    failed = _run_all(missing, arms, ledger, plan, workers or os.cpu_count() or 1, len(members), progress)
    return _write(plan, arms, folder, ledger, members, failed)


class _Ledger:
    """Finished runs of a results folder: one file each, written whole or not at all, and a line each in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, run: str) -> Path:
        return self.folder / "runs" / f"{run[:16]}.json"

    def has(self, run: str) -> bool:
        return self.path(run).exists()

    def keep(self, run: str, result: dict[str, Any]) -> None:
        draft = self.path(run).with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(result, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.path(run))
        with (self.folder / "ledger.jsonl").open("a", encoding="utf-8") as file:
            row = result["row"]
            file.write(json.dumps({"run": run, "arm": row["arm"], "seed": row["seed"], "root": row["root"]}) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self, run: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.path(run).read_text(encoding="utf-8"))
        return found


def _run_all(
    missing: list[tuple[str, int]], arms: dict[str, Scenario], ledger: _Ledger, plan: Experiment, workers: int,
    total: int, progress: Progress | None,
) -> list[str]:  # fmt: skip
    """Run members in worker processes; one that fails is told of and the rest go on."""
    done, failed = total - len(missing), []
    if progress:
        progress(done, total)
    with ProcessPool(max_workers=workers) as pool:
        futures = {
            pool.schedule(
                run_member,
                args=(arms[arm].model_dump(mode="json"), arm, seed, seed == plan.first_seed),
                timeout=SECONDS_A_RUN,
            ): (arm, seed)
            for arm, seed in missing
        }
        for future, (arm, seed) in futures.items():
            try:
                ledger.keep(identity(arms[arm], seed), future.result())
            except (ProcessExpired, RunTimeoutError, ArithmeticError, ValueError, LookupError, OSError) as error:
                failed.append(f"{arm}, seed {seed}: {type(error).__name__}: {error}")
            except KeyboardInterrupt:
                pool.stop()  # type: ignore[no-untyped-call]
                raise
            done += 1
            if progress:
                progress(done, total)
    return failed


def _write(
    plan: Experiment, arms: dict[str, Scenario], folder: Path, ledger: _Ledger, members: Iterable[tuple[str, int]],
    failed: list[str],
) -> Comparison:  # fmt: skip
    """Write every table in the order of arms and seeds, whatever the order in which runs ended."""
    order = {arm: place for place, arm in enumerate(arms)}
    ended = sorted((m for m in members if ledger.has(identity(arms[m[0]], m[1]))), key=lambda m: (order[m[0]], m[1]))
    results = [ledger.read(identity(arms[arm], seed)) for arm, seed in ended]
    lacking = sorted(set(arms) - {arm for arm, _ in ended})
    if lacking:
        raise EcsimError(f"{folder}: no run of {', '.join(lacking)} ended; the first error was: {failed[0]}")
    pack = load_pack(next(iter(arms.values())).region)
    runs = pd.DataFrame([result["row"] for result in results])
    runs.to_parquet(folder / "runs.parquet", index=False)
    for name in TABLES:
        parts = [result[name] if isinstance(result[name], list) else [result[name]] for result in results]
        rows = [row for part in parts for row in part]
        frame = pd.DataFrame(rows)
        if "county" in frame:
            frame["county_name"] = [pack.counties[c].name_zh for c in frame["county"]]
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    summary = summarise(runs, plan.reference)
    summary.to_csv(folder / "summary.csv", index=False)
    _manifest(plan, arms, folder, runs, pack, failed)
    return Comparison(plan, folder, runs, summary, tuple(failed))


def summarise(runs: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Return mean and paired difference to the reference arm of every outcome, with 95 % intervals."""
    outcomes = [*OUTCOMES, "targets_met", *(f"met_{target.name}" for target in TARGETS)]
    base = runs[runs.arm == reference].set_index("seed")
    rows = []
    for arm in runs.arm.unique():
        mine = runs[runs.arm == arm].set_index("seed")
        seeds = mine.index.intersection(base.index)
        for name in outcomes:
            if name not in runs or runs[name].isna().all():  # the runs end before there is such a figure
                continue
            unit = (
                OUTCOMES[name][2] if name in OUTCOMES else "counties" if name.startswith("met_") else "targets a county"
            )
            gap = paired(mine.loc[seeds, name], base.loc[seeds, name])
            rows.append(
                {"outcome": name, "unit": unit, "arm": arm, "mean": mine[name].mean(), "sd": mine[name].std(ddof=1),
                 "n": gap.n, "difference": gap.mean, "low": gap.low, "high": gap.high}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _manifest(
    plan: Experiment, arms: dict[str, Scenario], folder: Path, runs: pd.DataFrame, pack: RegionPack, failed: list[str]
) -> None:
    parameters = rule_parameters(next(iter(arms.values())))
    assumed = [
        {
            "name": p.name,
            "value": p.value,
            "unit": p.unit,
            "low": p.low,
            "high": p.high,
            "source": p.source,
            "basis": p.basis,
        }
        for p in (*parameters.by_name.values(), *pack.rules.by_name.values())
    ]
    content = {
        "ecsim": version("ecsim"),
        "code": code_version(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("numpy", "scipy", "numba", "mesa", "simpy", "pandas")},
        "experiment": plan.model_dump(mode="json"),
        "region": {"name": pack.name, "title_en": pack.title_en, "title_zh": pack.title_zh, "digest": pack.digest},
        "arms": {
            name: {
                "digest": s.digest(),
                "title_en": s.policy.title_en,
                "title_zh": s.policy.title_zh,
                "description": s.policy.description,
                "sample": s.sample,
                "start": s.start.isoformat(),
                "weeks": s.weeks,
                "scenario": s.model_dump(mode="json"),
            }
            for name, s in arms.items()
        },
        "counties": [
            {"zh": c.name_zh, "en": c.name_en, "prefecture": pack.prefectures[c.prefecture], "latitude": c.latitude,
             "longitude": c.longitude}
            for c in pack.counties
        ],
        "targets": [target.__dict__ for target in TARGETS],
        "outcomes": {name: list(told) for name, told in OUTCOMES.items()},
        "benchmarks": benchmarks(pack),
        "seeds": sorted(int(seed) for seed in runs.seed.unique()),
        "roots": runs[["arm", "seed", "root", "events"]].to_dict("records"),
        "failed": failed,
        "synthetic": list(pack.synthetic),
        "notes": [note.__dict__ if hasattr(note, "__dict__") else str(note) for note in pack.notes],
        "parameters": assumed,
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, indent=1, default=_plain)
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _plain(value: Any) -> Any:  # noqa: ANN401 (what json cannot take)
    if isinstance(value, np.generic):
        return value.item()
    return str(value)
