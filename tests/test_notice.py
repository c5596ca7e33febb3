"""The page on the notice: every name in it exists, and what it says of kinds of projects is what their file says."""

import re
from pathlib import Path

import pytest

from ecsim.rural.events import EVENTS
from ecsim.rural.figures import AT_THE_END, FIGURES, OF_A_PERIOD
from ecsim.rural.indicators import TARGETS_MET
from ecsim.rural.programme.programme_files import shipped_programme, shipped_projects
from ecsim.rural.rules import rule_defaults

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "notice.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+b? \|", line)
]
KINDS = {kind.kind for kind in EVENTS}
OUTCOMES = {*FIGURES, *OF_A_PERIOD, *AT_THE_END, TARGETS_MET}
OTHER_WORDS = {
    "builds_on", "needs_broadband", "poor_villages_first", "exclusive_use", "exclusive", "uses", "trace", "dossier",
    "goods_vans", "trade_goods",
}  # fmt: skip
"""Keys of files and commands that the page names beside parameters, kinds of projects and rules."""


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_row_of_the_notice_is_there_once_and_says_how_it_is_modelled_or_why_not() -> None:
    assert [row[0] for row in ROWS] == [*map(str, range(1, 42)), "41b", *map(str, range(42, 106))]
    for number, wants, how, events, moves in ROWS:
        assert all((wants, how, events, moves)), number
        modelled = named(events)
        assert modelled or "**not modelled**, because" in how, number
        assert "not modelled**" not in how or "because" in how, number


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_kind_of_event_parameter_kind_of_project_rule_and_outcome_exists(row: list[str]) -> None:
    _, _, how, events, moves = row
    assert set(named(events)) <= KINDS
    assert set(named(moves)) <= OUTCOMES
    rules = set(shipped_programme().rule_book.rules)
    for name in named(how):
        if name.startswith(("ecsim ", "--set ")):
            continue
        known = set(rule_defaults().by_name) if "." in name else {*shipped_projects(), *rules, *OTHER_WORDS}
        assert name in known, name


def test_a_kind_of_project_moves_what_its_file_says_that_it_acts_through() -> None:
    seen = set()
    for number, _, how, _, moves in ROWS:
        for kind in re.findall(r"[Kk]inds? ((?:`\w+`(?:, | and )?)+)", how):
            for name in named(kind):
                seen.add(name)
                assert shipped_projects()[name]["acts_through"] in named(moves), (number, name)
    without_kind_word = {"stations", "training"}  # rows 53 to 62 and 75 to 83 are all of them
    assert seen | without_kind_word == set(shipped_projects())


def test_what_feeds_nothing_that_a_rule_reads_is_said_not_to_be_modelled() -> None:
    idle = {name for name, kind in shipped_projects().items() if kind["feeds"] == "nothing"}
    for name in idle:
        assert any(f"`{name}`" in how and "**not modelled**" in how for _, _, how, _, _ in ROWS), name


def test_the_readme_and_the_model_lead_to_the_page() -> None:
    for page, link in ((ROOT / "README.md", "docs/notice.md"), (ROOT / "docs" / "model.md", "(notice.md)")):
        assert link in page.read_text(encoding="utf-8")
