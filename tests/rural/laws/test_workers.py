"""Whose wages are for which hours, and who is counted as employed: one number that is otherwise is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from test_conservation import EAST, Made, event

from ecsim.rural.events import Founder, HoursWorked, JobsFilled, WagesPaid, Work

POOR = int(Founder.REGISTERED_POOR)
ACCOUNTS: dict[str, list[int]] = {
    "county": [EAST, EAST], "township": [0, -1], "work": [Work.PACKING, Work.PUBLIC_WORKS], "hours": [450, 300],
    "others_hours": [0, 10],
}  # fmt: skip
"""Packing in the township is three months of 150 hours; works of the county are two, the second less than whole, and
ten hours of others.
"""
WAGES: dict[str, list[int]] = {
    "household": [0, 1, 1], "work": [Work.PACKING, Work.PACKING, Work.PUBLIC_WORKS], "workers": [1, 2, 2],
    "hours": [150, 300, 290],
}  # fmt: skip
CAUSES = (0, 0, 1)
"""Which account each row of wages is for."""
JOBS: dict[str, list[int]] = {
    "household": [0, 1], "county": [EAST, EAST], "group": [0, POOR], "jobs": [1, 2], "first_jobs": [0, 0],
}  # fmt: skip


def month(made: Made, day: int, causes: Sequence[int] = CAUSES, **changed: Any) -> list[str]:
    """Let a month of work be settled, with some columns otherwise; return what is found of workers."""
    accounts, wages, jobs = (
        old | changed.get(name, {}) for name, old in (("accounts", ACCOUNTS), ("wages", WAGES), ("jobs", JOBS))
    )
    first = made.first
    made.add(day, event(HoursWorked, **accounts), to_state=False)
    made.add(day, event(WagesPaid, **wages), cause=[first + place for place in causes], to_state=False)
    made.add(day, event(JobsFilled, **jobs), to_state=False)
    return [found for found in made.violations("hours") if "(seq" in found]


def test_wages_and_jobs_that_fit_hold() -> None:
    made = Made()
    assert month(made, 28) == []
    none = {"jobs": [0, 0]}
    assert month(made, 56, jobs=none) == []
    fewer = {"hours": [150, 150, 290], "workers": [1, 1, 2]}
    assert month(made, 84, accounts={"hours": [300, 300]}, wages=fewer, jobs={"jobs": [0, -1]}) == []
    assert month(made, 112, jobs={"jobs": [0, 1]}) == []  # a job that a household had before is no first one


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"wages": {"household": [1, 1, 1]}}, "household 1 holds 2 jobs; 3 workers of it are paid"),
        ({"wages": {"household": [2, 1, 1]}}, "wages of household 2 are for packing in East, township 0"),
        ({"wages": {"household": [0, 1, 2]}}, "wages of household 2 are for public_works in East, township -1"),
        ({"wages": {"household": [0, 0, 1]}}, "wages of household 0 are the second for the hours of seq"),
        (
            {"wages": {"work": [0, 0, 0]}},
            "wages of household 1 are for public_works in East, township -1: not its work",
        ),
        ({"wages": {"workers": [2, 2, 2]}}, "household 0 holds 1 jobs; 2 workers of it are paid"),
        ({"wages": {"workers": [1, 2, 3]}}, "3 workers have 450 hours, and 3 have 290 for the account of seq"),
        ({"wages": {"workers": [1, 2, 1]}}, "no month is as long for both"),
        ({"wages": {"workers": [1, 2, 0]}}, "are of 0 workers for 290 hours"),
        ({"wages": {"workers": [1, 2, 39]}}, "are of 41 workers with its others; it has 40"),
        ({"wages": {"hours": [165, 300, 290]}}, "of 450 hours 465 are paid to households and 0 to others"),
        ({"causes": (0, 0, 7)}, "wages of household 1 are for no hours of the day"),
        ({"jobs": {"jobs": [2, 2]}}, "household 0 holds 2 jobs; 1 workers of it are paid"),
        ({"jobs": {"household": [2, 1]}}, "household 2 holds 1 jobs; 0 workers of it are paid"),
        (
            {"jobs": {"first_jobs": [1, 0]}},
            "counted with 1 first jobs of county 0 and groups 0; by its wages they are 0",
        ),
        ({"jobs": {"county": [1, 0]}}, "0 first jobs of county 1 and groups 0; by its wages they are 0 of county 0"),
        ({"jobs": {"group": [POOR, POOR]}}, "first jobs of county 0 and groups 16; by its wages"),
    ],
)
def test_one_number_of_wages_or_jobs_that_is_otherwise_is_named(changed: dict[str, Any], says: str) -> None:
    found = month(Made(), 28, **changed)
    assert any(message.startswith(("East, ", "West, ")) and says in message for message in found), found
    assert all("account of day 28" in message for message in found)


@pytest.mark.parametrize("first", [0, 2])
def test_who_first_has_more_work_than_ever_is_counted_once(first: int) -> None:
    made = Made()
    month(made, 28)
    more = {"hours": [300, 300, 290], "workers": [2, 2, 2]}
    jobs = {"jobs": [1, 0], "first_jobs": [first, 0]}
    (found,) = month(made, 56, accounts={"hours": [600, 300]}, wages=more, jobs=jobs)
    assert f"counted with {first} first jobs of county 0 and groups 0; by its wages they are 1" in found
    finding = next(each for each in made.law("hours").violations(made.state) if each.message == found)
    assert finding.where["seq"] == made.first - 2


def test_a_person_does_not_change_groups() -> None:
    made = Made()
    month(made, 28, jobs={"group": [int(Founder.WOMAN), POOR]})
    (found,) = month(made, 56, jobs={"jobs": [0, 0]})
    assert "and groups 0; by its wages" in found
    assert "it is of groups 1" in found
