"""Who comes to training: one pass over a county gives what sorting all of it gives."""

import numpy as np
import pytest

from ecsim.kernel.draws import Draws
from ecsim.rural.events.codes import Group
from ecsim.rural.programme.training import Population, Seats, Sessions, _keenest, _successes

DRAWS = Draws(5)
LUCK = Seats(DRAWS.key("keen_to_learn"), DRAWS.key("poor_seat"), 0.6, 2.0)


def population(households: int, heaviest: int) -> Population:
    """Return three counties of some households, one of them nearly empty."""
    luck = np.random.default_rng(households)
    first = np.array([0, households // 2, households // 2 + 3, households])
    return Population(
        first=first,
        number=np.arange(households),
        weight=luck.integers(1, heaviest + 1, households).astype(np.int32),
        age_class=luck.integers(0, 4, households).astype(np.uint8),
        returnee=luck.random(households) < 0.15,
        poor=luck.random(households) < 0.3,
        trained=luck.random(households) < 0.2,
    )


def by_sorting(here: Population, sessions: Sessions) -> list[tuple[int, int, int]]:
    """Return session, household and persons of each row, by sorting every household of the county."""
    found = []
    for s, (county, lot, group, persons, _) in enumerate(zip(*(column.tolist() for column in sessions), strict=True)):
        if group in (Group.OFFICIALS, Group.FIRMS, Group.STATION_STAFF):
            found.append((s, -1, persons))
            continue
        rows = np.arange(here.first[county], here.first[county + 1])
        young = here.age_class[rows] <= 1
        keen = DRAWS.uniform("keen_to_learn", lot, rows) / np.where(young, 2.0, 1.0) + here.trained[rows]
        seated_first = (DRAWS.uniform("poor_seat", lot, rows) < LUCK.poor_first) & here.poor[rows]
        young |= (group == Group.YOUTH) & here.returnee[rows]
        keen = keen - (seated_first if group == Group.VILLAGERS else young)
        left = persons
        for household in rows[np.argsort(keen, kind="stable")].tolist():
            if left > 0:
                found.append((s, household, min(left, int(here.weight[household]))))
                left -= int(here.weight[household])
        if left > 0:
            found[-1] = (s, found[-1][1], found[-1][2] + left)
    return found


@pytest.mark.parametrize("heaviest", [1, 30])
def test_one_pass_over_a_county_finds_the_keenest_that_sorting_finds(heaviest: int) -> None:
    here = population(400, heaviest)
    group = np.tile(np.arange(6), 5)
    sessions = Sessions(
        county=np.arange(30) % 3, lot=4096 + np.arange(30), group=group, persons=1 + 7 * np.arange(30) % 60,
        line=np.zeros(30, np.int64),
    )  # fmt: skip
    rows = tuple(np.empty(int(sessions.persons.sum()), np.int64) for _ in range(3))
    many = _keenest(LUCK, here, sessions, rows)
    assert list(zip(*(column[:many].tolist() for column in rows), strict=True)) == by_sorting(here, sessions)
    assert np.array_equal(np.bincount(rows[0][:many], rows[2][:many]), sessions.persons)


def test_trials_of_a_session_are_numbered_through_whatever_stands_beside_it() -> None:
    lot, trials, odds = np.array([7, 7, 9]), np.array([4, 90, 30]), np.array([0.5, 0.9, 0.2])
    key = DRAWS.key("answered")
    luck = {number: DRAWS.uniform("answered", number, np.arange(100)) for number in (7, 9)}
    wanted = [(luck[7][:4] < 0.5).sum(), (luck[7][4:94] < 0.9).sum(), (luck[9][:30] < 0.2).sum()]
    assert _successes(key, lot, trials, odds).tolist() == wanted
    assert _successes(key, lot[2:], trials[2:], odds[2:]).tolist() == wanted[2:]
