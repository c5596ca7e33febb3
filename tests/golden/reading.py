"""What a journal tells when it is read: its state at the end, its indicators and outcomes."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.replay import replay_run
from ecsim.rural.events import EVENTS
from ecsim.rural.indicators import Board, report_dates
from ecsim.rural.scenario import Scenario


def state_digests(folder: Path) -> dict[str, str]:
    """Return a digest of every column of the last state, by ``table.column``."""
    state = replay_run(folder)
    found = {
        f"{name}.{column}": _digest(values)
        for name, table in state.tables().items()
        for column, values in table.columns().items()
    }
    used = {f"used.{table}": str(state.count(table)) for table in state.table_names()}
    return found | used


def _digest(values: np.ndarray) -> str:
    whole = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return hashlib.sha256(f"{values.dtype.kind}{values.shape}".encode() + whole.tobytes()).hexdigest()[:16]


def figures(
    folder: Path, official: Mapping[str, Mapping[Any, float]], kinds: Sequence[type[Event]] = EVENTS
) -> dict[str, Any]:
    """Return every indicator by report date and every outcome, by county; None where it is not known."""
    reader = JournalReader(folder, kinds)
    start, end = (dt.date.fromisoformat(reader.genesis["scenario"][key]) for key in ("start", "end"))
    window = Scenario.model_construct(start=start, end=end)
    growth = {name: {int(year): value for year, value in years.items()} for name, years in official.items()}
    board = Board(start, window.weeks, growth).read(reader.batches())
    return {
        "indicators": {date.isoformat(): _plain(board.values(date)) for date in report_dates(window)},
        "outcomes": _plain(board.outcomes()),
    }


def _plain(values: Mapping[str, np.ndarray]) -> dict[str, list[float | None]]:
    return {name: [None if math.isnan(v) else float(v) for v in found] for name, found in values.items()}
