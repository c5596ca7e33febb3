"""Events: what they take, what they refuse, and that every kind survives a journal."""

from pathlib import Path

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.rural.events import EVENTS
from ecsim.rural.events.stations import StationOpened


def example(kind: type[Event], rows: int = 3) -> Event:
    return kind(**{column.name: np.arange(rows) % 2 for column in kind.columns})


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.kind)
def test_every_kind_comes_back_from_a_journal(kind: type[Event], tmp_path: Path) -> None:
    event = example(kind)
    with Journal.create(tmp_path / "run", {}, EVENTS) as journal:
        journal.append(event, Stamp(0, 5, np.array([-1, 0, 1])))
        journal.end_week(7)
        journal.close()
    (read, stamp), *rest = JournalReader(tmp_path / "run", EVENTS).batches()
    assert (read, rest, stamp.day) == (event, [], 5)


def test_kinds_have_names_of_their_own_and_say_what_they_mean() -> None:
    assert len({kind.kind for kind in EVENTS}) == len(EVENTS)
    assert all(kind.__doc__ and kind.columns for kind in EVENTS)


def station(**changes: object) -> StationOpened:
    given = {"station": [1, 2], "village": [3, 4], "design": 0, "operator": -1, "poor_operator": False, "project": 7,
             "turn": 0}  # fmt: skip
    return StationOpened(**{**given, **changes})


def test_columns_are_read_only_and_single_numbers_stand_for_all_rows() -> None:
    event = station()
    assert event.project.tolist() == [7, 7]
    with pytest.raises(ValueError, match="read-only"):
        event.station[0] = 5


def test_a_column_is_a_copy_of_what_was_given() -> None:
    given = np.array([1, 2], np.int32)
    event = station(station=given)
    given[0] = 9
    assert event.station.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"station": [1, 2, 3]}, "one length"),
        ({"design": [0, 300]}, "outside 0 to 255"),
        ({"village": [3.5, 4.0]}, "whole numbers"),
        ({"village": [-2, 4]}, "-1"),
        ({"villages": [1, 2]}, "has the columns"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        station(**changes)
