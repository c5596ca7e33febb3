"""The life of a household, a station, a village, a project or a firm, told from the events of a run.

`follow` returns it as lines in the order they happened: what happened, when, and what brought it about. Sales, orders
and accounts, which come every week or month, are summed up over the stretches between events that change something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecsim.naming.story import Line, Story
from ecsim.rural.biography.entities import PARCELS, entity_of, table_and_name
from ecsim.rural.biography.names import Naming, RunTables
from ecsim.rural.biography.parcel_batches import parcels_story
from ecsim.rural.biography.rows import selected_rows
from ecsim.rural.biography.sentences import Group, by_wording, line, reasons, sentence
from ecsim.rural.biography.values import SelectedRows

STRETCH_DAYS = 364
"""What repeats is told at least once in so many days."""


def follow(run: Path, entity: str, *, language: str = "en", every: bool = False) -> Story:
    """Return the biography of something in a run.

    Parameters
    ----------
    entity : ``household:123``, ``station:5`` or ``station:清溪社区``, ``village:…``, ``project:7``, ``cooperative:3``,
        ``enterprise:9``, ``dealer:4``, or ``parcels:VILLAGE/2019-06-03`` for what a village ordered in a week
    language : "en" or "zh"
    every : tell each event in a line of its own

    Raises
    ------
    EcsimError
        If the run kept less than all its events, or there is no such thing in it.
    """
    reading = RunTables(run)
    kind, which = table_and_name(entity)
    if kind == PARCELS:
        return parcels_story(reading, which, language)
    table, row = entity_of(reading, entity)
    naming = Naming(reading, language, (table, row))
    lines = _lines(naming, _groups(naming, selected_rows(naming), every))
    return Story(str(run), f"{kind}:{row}", naming.title(table, row), tuple(lines))


def _groups(naming: Naming, selected: Sequence[SelectedRows], every: bool) -> list[Group]:
    """Return rows by the line they are told in, in the order of their first."""
    assert naming.followed is not None
    worded = [each for rows in selected for each in by_wording(rows, naming.followed[0])]
    turns = [group.selected.columns["seq"] for group in worded if not group.repeats]
    turning = np.sort(np.concatenate(turns)) if turns else np.zeros(0, np.int64)
    split = [part for group in worded for part in _parts(group, turning, every)]
    return sorted(split, key=lambda group: int(group.selected.columns["seq"][0]))


def _parts(group: Group, turning: NDArray[np.int64], every: bool) -> Iterator[Group]:
    """Yield rows that are alike and lie in one stretch, or on one day."""
    columns, wording = group.selected.columns, group.wording
    keys: Iterable[tuple[int, ...]]
    if every or wording is None or not wording.together:
        keys = ((row,) for row in range(group.selected.rows))
    else:
        when = np.searchsorted(turning, columns["seq"]) if wording.repeats else columns["day"]
        keys = zip(when.tolist(), *(columns[name].tolist() for name in wording.by), strict=True)
    rows, first = defaultdict[tuple[int, ...], list[int]](list), dict[tuple[int, ...], int]()
    for row, (key, day) in enumerate(zip(keys, columns["day"].tolist(), strict=True)):
        begun = first.setdefault(key, day)
        rows[*key, (day - begun) // STRETCH_DAYS].append(row)
    for some in rows.values():
        yield replace(group, selected=group.selected.at(np.array(some)))


def _lines(naming: Naming, groups: Sequence[Group]) -> Iterator[Line]:
    """Yield each group as a line."""
    told_one_by_one = [group for group in groups if group.selected.rows == 1 or not group.repeats]
    because = reasons(naming, (int(group.selected.columns["cause"][0]) for group in told_one_by_one))
    for group in groups:
        columns = group.selected.columns
        reason = because.get(int(columns["cause"][0])) if group.selected.rows == 1 or not group.repeats else None
        days = int(columns["day"][0]), int(columns["day"][-1])
        yield line(naming, group.selected, sentence(naming, group), days, reason)
