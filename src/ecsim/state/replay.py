"""The state of a run at any week, from its events alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.errors import EcsimError
from ecsim.events import EVENTS, Event, Stamp
from ecsim.events.codes import ProjectStatus, StationStatus
from ecsim.journal import JournalReader
from ecsim.regions.pack import load_pack
from ecsim.state.changes import STATE_CHANGES
from ecsim.state.state import State


def apply_event(state: State, event: Event, stamp: Stamp) -> None:
    """Let the state follow one event; kinds that only inform change nothing."""
    change = STATE_CHANGES.get(type(event))
    if change is not None:
        change(state, event, stamp)


def replay_run(folder: Path, until_day: int | None = None) -> State:
    """Return the state of a run after a day, as the fold of its journal.

    Raises
    ------
    EcsimError
        If the folder holds no run, or kept less than all its events.
    """
    reader = JournalReader(folder, EVENTS)
    state = State.allocate(reader.genesis["sizes"])
    for event, stamp in reader.batches(until_day):
        apply_event(state, event, stamp)
    return state


def day_of(folder: Path, date: dt.date) -> int:
    """Return the day of a run on which a date falls.

    Raises
    ------
    EcsimError
        If the date lies outside the run.
    """
    scenario = JournalReader(folder, EVENTS).genesis["scenario"]
    start, end = (dt.date.fromisoformat(scenario[key]) for key in ("start", "end"))
    if not start <= date <= end:
        raise EcsimError(f"{folder}: {date} is outside the run; choose a date from {start} to {end}")
    return (date - start).days


def state_summary(state: State, folder: Path, county: str | None = None) -> dict[str, Any]:
    """Return the state in figures: households, stations, money, roads, for all counties or one.

    Raises
    ------
    EcsimError
        If there is no such county.
    """
    genesis = JournalReader(folder, EVENTS).genesis
    where = np.ones(len(state.counties), np.bool_)
    if county:
        names = [(c.name_zh, c.name_en) for c in load_pack(genesis["region"]["name"]).counties]
        where = np.array([county in pair for pair in names])
        if not where.any():
            raise EcsimError(f"--county {county!r}: no such county; allowed are {', '.join(zh for zh, _ in names)}")
    h, s, p = state.households, state.stations, state.projects
    mine = where[h.county]
    station_here = where[state.villages.county[s.village]]
    project_here = np.where(p.county >= 0, where[np.maximum(p.county, 0)], not county)
    told: dict[str, Any] = {
        "households": int(h.weight[mine].sum()),
        "buyers": int(h.weight[mine & h.buyer].sum()),
        "sellers": int(h.weight[mine & h.seller].sum()),
        "trained_households": int(h.weight[mine & h.trained].sum()),
    }
    for status in (StationStatus.OPEN, StationStatus.IDLE, StationStatus.CLOSED):
        told[f"stations_{status.name.lower()}"] = int(((s.status == status) & station_here).sum())
    for stage in (ProjectStatus.APPROVED, ProjectStatus.CONTRACTED, ProjectStatus.FINISHED):
        told[f"projects_{stage.name.lower()}"] = int(((p.status == stage) & project_here).sum())
    told["paid_to_projects_yuan"] = int(p.paid_fen[project_here].sum()) // 100
    told["disclosure_complaints"] = int(state.counties.disclosure_complaints[where].sum())
    told["parcels_delivered"] = int(state.counties.delivered_parcels[where].sum())
    return told
