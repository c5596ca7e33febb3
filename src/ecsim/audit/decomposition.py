"""Decomposition of what a policy brings, by instrument: each switched off alone, under the same random draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ecsim.audit.exclusion import ExcludedRows, select
from ecsim.audit.spread import spread
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.instruments import Instrument, InstrumentBook
from ecsim.kernel.recorded import open_run, replay_run


@dataclass(frozen=True)
class InstrumentEffect:
    """What a run owes to an instrument.

    Attributes
    ----------
    instrument : what was switched off
    effects : yuan a year by flow: the run less the run without it
    """

    instrument: Instrument
    effects: Mapping[str, float]

    def per_yuan(self, flow: str) -> float:
        """Return yuan a year of a flow by yuan of fund; NaN where the fund paid nothing."""
        return self.effects[flow] / self.instrument.fund_yuan if self.instrument.fund_yuan else math.nan


@dataclass(frozen=True)
class Decomposition:
    """What a run owes to each instrument, and to all at once.

    Attributes
    ----------
    book : how the model names flows, and what is to be explained
    single : one effect an instrument
    whole : of all at once
    """

    book: InstrumentBook
    single: Sequence[InstrumentEffect]
    whole: InstrumentEffect

    @property
    def together(self) -> Mapping[str, float]:
        """What all at once bring beyond the sum of the single effects, yuan a year by flow: their interaction."""
        return {
            flow: value - sum(effect.effects[flow] for effect in self.single)
            for flow, value in self.whole.effects.items()
        }

    def to_explain(self, effect: InstrumentEffect) -> list[str]:
        """Return the judged flows of which an instrument brings more by yuan of fund than the model believes."""
        return [flow for flow in self.book.judged if effect.per_yuan(flow) > self.book.most]

    def content(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        return {
            "most": self.book.most,
            "instruments": [self._row(effect) for effect in (*self.single, self.whole)],
            "together": dict(self.together),
        }

    def _row(self, effect: InstrumentEffect) -> dict[str, Any]:
        ratios = {flow: effect.per_yuan(flow) for flow in self.book.judged}
        return {
            "instrument": effect.instrument.name, "without": effect.instrument.without,
            "fund_yuan": effect.instrument.fund_yuan, "yuan_a_year": dict(effect.effects),
            "per_yuan": {flow: None if math.isnan(ratio) else ratio for flow, ratio in ratios.items()},
            "to_explain": self.to_explain(effect),
        }  # fmt: skip


def decompose(
    run: Path, *, workers: int | None = None, progress: Callable[[int, int], None] | None = None, trust: bool = False
) -> Decomposition:
    """Return what a run owes to each instrument of its policy: it goes on without each alone, and without all.

    Parameters
    ----------
    run : folder of a run that keeps all its events
    workers : processes; by default one for each core; 1: this process alone
    progress : called with (runs done, runs in all)
    trust : whether code that the run names may be imported, which runs it

    Raises
    ------
    EcsimError
        If the model names no instruments, the run has none, or it cannot be gone on with.
    """
    stored, state = open_run(run, trust=trust), replay_run(run, trust=trust)
    book: InstrumentBook | None = stored.model.view("instruments")
    if book is None:
        raise EcsimError(f"{run}: the model {stored.model.name} names no instruments; use --without")
    single, whole = book.of(stored.reader, state)
    if not single:
        raise EcsimError(f"{run}: no instrument was used in it; name a run with money")
    actual = _flows(stored, stored.reader.batches())
    named = [select(stored, state, instrument.without) for instrument in (*single, whole)]
    effects = []
    without = spread(partial(_flows_without, run, trust=trust), named, workers)
    for instrument, flows in zip((*single, whole), without, strict=True):
        effects.append(InstrumentEffect(instrument, {flow: actual[flow] - flows[flow] for flow in book.flows}))
        if progress:
            progress(len(effects), len(named))
    return Decomposition(book, effects[:-1], effects[-1])


def _flows(stored: Any, batches: Iterable[Any]) -> Mapping[str, float]:  # noqa: ANN401 (a StoredRun)
    watcher = stored.model.view("instruments").begin(stored.scenario)
    for event, stamp in batches:
        watcher.see(event, stamp)
    flows: Mapping[str, float] = watcher.flows()
    return flows


def _flows_without(run: Path, selected: ExcludedRows, *, trust: bool) -> Mapping[str, float]:
    """Return the yearly flows of a run that went on without some of its events."""
    stored = open_run(run, trust=trust)
    watcher = stored.model.view("instruments").begin(stored.scenario)
    day = selected.day // stored.model.days * stored.model.days
    fork(run, day, stored.scenario, watchers=[watcher], without=selected, trust=trust)
    flows: Mapping[str, float] = watcher.flows()
    return flows
