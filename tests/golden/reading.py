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
from ecsim.rural.indicators import CountyScorecard, base_of, of_period, report_dates
from ecsim.rural.programme.programme_files import programme_of
from ecsim.rural.regions.official import Official
from ecsim.rural.scenario import Scenario

INCOME_LINES_FEN = {2018: 299_500, 2019: 321_800, 2020: 400_000}
"""As they were when the journals were written."""


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
    programme = programme_of(reader.genesis["scenario"])
    window = Scenario.model_construct(start=start, end=end, programme=programme)
    growth = {name: {int(year): value for year, value in years.items()} for name, years in official.items()}
    card = CountyScorecard(start, window.weeks, programme, Official(growth, INCOME_LINES_FEN)).read(reader.batches())
    return {
        "indicators": {date.isoformat(): _plain(card.values(date)) for date in report_dates(window)},
        "outcomes": _plain(card.outcomes()),
    }


def _plain(values: Mapping[str, np.ndarray]) -> dict[str, list[float | None]]:
    return {name: [None if math.isnan(v) else float(v) for v in found] for name, found in values.items()}


def name_of_today(outcome: str) -> str:
    """Return how an outcome is written today: versions before periods wrote ``retail_2019``."""
    base = base_of(outcome)
    return outcome if base == outcome or "@" in outcome else of_period(base, outcome.removeprefix(f"{base}_"))
