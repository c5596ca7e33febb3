"""What an evaluation file is made of: what the model tells of a place, its targets, and the events behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecsim.audit.trace import Level, Trace, trace_figures
from ecsim.kernel.dossier import Dossier
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.recorded import Text, open_run

LISTED = 12
"""Events of a figure that the file lists; a trace has all of them."""
STEPS = 6
"""Steps of causes that the file follows a figure back."""


@dataclass(frozen=True)
class EvaluationFile:
    """What pages of all languages are made of.

    Attributes
    ----------
    facts : what the model tells of the place
    targets : of the run's scenario, in their order
    traces : of each of them
    sentences : of the events that are listed, by sequence number
    """

    run: Path
    facts: Dossier
    targets: Sequence[Any]
    traces: Sequence[Trace]
    sentences: Mapping[int, Text]


def read_file(run: Path, place: str, *, trust: bool = False) -> EvaluationFile:
    """Return what the evaluation file of a place of a run holds.

    Raises
    ------
    EcsimError
        If the run's model has no such file, there is no such place, or the run kept less than all its events.
    VerificationError
        If the run on disk was altered.
    """
    stored = open_run(run, trust=trust)
    view = stored.model.view("dossier")
    if view is None:
        raise EcsimError(f"{run}: a run of the model {stored.model.name}, which has no evaluation file")
    stored.reader.needs_all()
    facts: Dossier = view(stored, place)
    targets = stored.model.measures.targets(stored.scenario)
    traces = trace_figures(run, [target.name for target in targets], place, trust=trust)
    listed = {seq for trace in traces for seq in _listed(trace)}
    return EvaluationFile(run, facts, targets, traces, facts.sentences(listed))


def _listed(trace: Trace) -> list[int]:
    """Return the events of a figure that are told: the first that count, and one of each kind of cause."""
    if not trace.levels:
        return []
    first, *causes = trace.levels[:STEPS]
    one = [int(rows["seq"][0]) for level in causes for rows in level.rows.values()]
    return [*first_events(first), *one]


def first_events(level: Level) -> list[int]:
    """Return the first events of a level, some of each kind."""
    each = max(1, LISTED // max(len(level.rows), 1))
    return sorted(int(seq) for rows in level.rows.values() for seq in rows["seq"][:each])
