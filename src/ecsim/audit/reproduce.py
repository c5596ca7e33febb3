"""Reproducing a run that kept less than all its events: from its scenario and seed the same root must come out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.recorded import MANIFEST, Model, Scenario, code_version, model_of, named_model, open_run, same_rules
from ecsim.kernel.simulate import Run, simulate
from ecsim.kernel.world import Watcher


@dataclass(frozen=True)
class KnownRun:
    """A run of which scenario, seed and root are known, if not its events.

    Attributes
    ----------
    where : str
        What it was read from, for messages.
    model, scenario, seed : what is simulated
    root : str
        In hex; what the run must come to again.
    """

    where: str
    model: Model[Any, Any]
    scenario: Scenario
    seed: int
    root: str


def known_run(run: Path, arm: str | None = None, seed: int | None = None, *, trust: bool = False) -> KnownRun:
    """Return what is known of a run: of a run's own folder, or of a member of an experiment's results.

    Parameters
    ----------
    run : folder of a run, or of results
    arm, seed : which member of the results
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If there is no such run, it has not ended, or it was simulated by other rules.
    """
    if (run / MANIFEST).exists():
        stored = open_run(run, trust=trust)
        reader = stored.reader
        same_rules(stored)
        if reader.genesis.get("parent"):
            raise EcsimError(f"{run}: is a fork and keeps all its events; there is nothing to write out again")
        if reader.published is None:
            raise EcsimError(f"{run}: has not ended and has no root yet; `ecsim resume {quote(str(run))}`")
        return KnownRun(str(run), stored.model, stored.scenario, int(reader.genesis["seed"]), reader.published.root)
    return _member(run, arm, seed, trust=trust)


def _member(results: Path, arm: str | None, seed: int | None, *, trust: bool) -> KnownRun:
    path = results / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise EcsimError(f"{results}: holds neither a run ({MANIFEST}) nor results (manifest.json)") from None
    members = {(row["arm"], row["seed"]): row["root"] for row in manifest["roots"]}
    if arm is None or seed is None or (arm, seed) not in members:
        arms, seeds = sorted({a for a, _ in members}), sorted({s for _, s in members})
        raise EcsimError(
            f"{results}: name one member with --arm and --seed; arms are {', '.join(arms)}, "
            f"seeds {seeds[0]} to {seeds[-1]}"
        )
    content = manifest["arms"][arm]["scenario"]
    model = model_of(named_model(content), trust=trust)
    scenario = model.scenario.model_validate(content)
    if manifest["code"] != (now := code_version(model, scenario)):
        raise EcsimError(f"{results}: was simulated with {manifest['code']}; this is {now}: install that version")
    return KnownRun(f"{results} ({arm}, seed {seed})", model, scenario, seed, members[arm, seed])


def reproduce(
    known: KnownRun, out: Path, *, watchers: Sequence[Watcher] = (), progress: Callable[[int, int], None] | None = None,
    trust: bool = False,
) -> Run[Any]:  # fmt: skip
    """Return a known run, simulated again with its journal written in full.

    Parameters
    ----------
    known : what is known of it
    out : folder for the journal
    watchers, progress : as of `ecsim.kernel.simulate.simulate`
    trust : whether a strategy ``module:Class`` that the run names may be imported, which runs its code

    Raises
    ------
    EcsimError
        If its strategy is not trusted.
    VerificationError
        If another root comes out.
    """
    run = simulate(
        known.model, known.scenario, known.seed, out=out, keep="all", watchers=watchers, progress=progress, trust=trust
    )
    if run.root.root != known.root:
        raise VerificationError(
            f"{known.where}: was published with the root {known.root}; simulated again it has {run.root.root}. "
            f"`ecsim diff` names the first difference to a full copy"
        )
    return run
