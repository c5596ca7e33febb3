"""A manifest says what it may, or it is one sentence: which line, which key, what was found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import weeks
from test_objects import relined

from ecsim.kernel.errors import VerificationError
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.manifest import MANIFEST, read_lines

Line = dict[str, Any]
GENESIS, FIRST, SECOND, CLOSE = range(4)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two seals that was closed; a leaf ends in the second."""
    journal = weeks.begun(tmp_path_factory.mktemp("lines") / "run")
    weeks.write(journal, last=2)
    journal.seal()
    weeks.write(journal, first=2)
    journal.close()
    assert journal.folder
    return journal.folder


@pytest.fixture
def run(original: Path) -> Any:
    good = (original / MANIFEST).read_bytes()
    yield original
    (original / MANIFEST).write_bytes(good)


def column(line: Line) -> list[str]:
    return line["kinds"][0]["columns"][0]


@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        (GENESIS, lambda line: line.pop("store"), "line 1: store is missing"),
        (GENESIS, lambda line: line.update(store="a\0b"), "line 1: store is 'a"),
        (GENESIS, lambda line: line.update(keep="some"), "keep is 'some'; it must be 'all', 'decisions' or 'digest'"),
        (GENESIS, lambda line: line.update(seed="1"), "seed is '1'; it must be a valid integer"),
        (GENESIS, lambda line: line.update(seed=True), "seed is True"),
        (GENESIS, lambda line: line["kinds"][0].update(kind='x" AS SELECT 1; --'), r"kinds\.0\.kind is"),
        (GENESIS, lambda line: line["kinds"].append(line["kinds"][0]), "a kind is listed twice"),
        (GENESIS, lambda line: line["kinds"][0].update(version=-1), r"kinds\.0\.version is -1"),
        (GENESIS, lambda line: line["kinds"][0].update(columns=[]), r"kinds\.0\.columns is \[\]"),
        (GENESIS, lambda line: column(line).__setitem__(0, "a b"), r"kinds\.0\.columns\.0\.0 is 'a b'"),
        (GENESIS, lambda line: column(line).__setitem__(0, "seq"), "each needs a name of its own"),
        (GENESIS, lambda line: column(line).__setitem__(0, "kind"), "each needs a name of its own"),
        (GENESIS, lambda line: column(line).pop(), r"kinds\.0\.columns\.0\.2 is missing"),
        (GENESIS, lambda line: line.update(vocabularies={"a.b": {}}), r"vocabularies\.a\.b is \{\}"),
        (GENESIS, lambda line: line.update(vocabularies={"a.b": {"1": "it's"}}), r"vocabularies\.a\.b\.1 is"),
        (
            GENESIS,
            lambda line: line.update(scenario={"region": 5}),
            r"scenario\.region is 5; it must be a valid string",
        ),
        (GENESIS, lambda line: line.update(scenario={"start": "9999-01-01"}), r"scenario\.start is '9999-01-01'"),
        (GENESIS, lambda line: line.update(sizes={"counties": 10**12}), r"sizes\.counties is 1000000000000"),
        (GENESIS, lambda line: line.update(parent={"run": "../x", "day": "0"}), r"parent\.genesis is missing"),
        (FIRST, lambda line: line.update(line="genesis"), "line 2: "),
        (FIRST, lambda line: line.update(line="last"), "line 2: "),
        (FIRST, lambda line: line["objects"].update(sold="../../victim/data"), r"objects\.sold is '../../victim/data'"),
        (FIRST, lambda line: line["objects"].update(sold="F" * 64), r"objects\.sold is"),
        (FIRST, lambda line: line.update(objects=[]), "line 2: objects is"),
        (FIRST, lambda line: line.update(next=1.5), "line 2: next is 1.5"),
        (FIRST, lambda line: line.update(note=1), "line 2: note is not known"),
        (FIRST, lambda line: line.update(first=1), "line 2: first is 1; the events before end at 0"),
        (FIRST, lambda line: line.update(next=7003), "next is 7003; its last week ends at 7002"),
        (FIRST, lambda line: line.update(marks=[[7002, 14], [7002, 21]]), "weeks follow one another"),
        (FIRST, lambda line: line.update(marks=[[7002, 10**9]]), r"marks\.0\.1 is 1000000000"),
        (FIRST, lambda line: line.update(leaves=["0" * 64]), "line 2: it has 1 leaves; 0 end in it"),
        (SECOND, lambda line: line.update(first=0), "line 3: first is 0; the events before end at 7002"),
        (SECOND, lambda line: line.update(leaves=[]), "line 3: it has 0 leaves; 1 end in it"),
        (SECOND, lambda line: line.update(next=10**12, marks=[[10**12, 35]], leaves=[]), "line 3: it has 0 leaves"),
        (CLOSE, lambda line: line.update(events=10**12), "line 4: events is 1000000000000; 17505 were sealed"),
        (CLOSE, lambda line: line.update(root="0"), "line 4: root is '0'"),
        (CLOSE, lambda line: line.update(leaves=["0" * 64]), "line 4: it has 1 leaves; there are 0"),
    ],
)
def test_what_a_line_may_not_say_is_one_sentence_that_names_it(
    place: int, change: Callable[[Line], Any], words: str, run: Path
) -> None:
    relined(run, change, place)
    with pytest.raises(VerificationError, match=words) as told:
        JournalReader(run, weeks.KINDS)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 600


def test_more_events_than_the_objects_can_hold_are_refused_before_room_is_made_for_them(run: Path) -> None:
    def stretch(line: Line) -> None:
        many = 10**11 // 16_384 * 16_384
        line |= {"next": many, "marks": [[many, 35]], "leaves": ["0" * 64] * 10}

    short = json.loads((run / MANIFEST).read_bytes().splitlines()[SECOND])["first"]
    relined(run, stretch, SECOND)
    with pytest.raises(VerificationError, match="leaves"):
        JournalReader(run, weeks.KINDS)  # 6 million leaves would have to be told of, too

    def stretch_in_decisions(line: Line) -> None:
        many = short + 16_384 * 50_000
        line |= {"next": many, "marks": [[many, 35]], "leaves": ["0" * 64] * (many // 16_384)}

    relined(run, stretch_in_decisions, SECOND)
    relined(run, lambda line: line.update(events=short + 16_384 * 50_000), CLOSE)
    with pytest.raises(VerificationError, match=r"events 7,002 to .* should be in objects that hold at most"):
        JournalReader(run, weeks.KINDS)


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"7" * 5_000, b'{"a": NaN}', b'"\\ud800"', b"{}", b"[1]", b"\xff"])
def test_what_is_no_line_at_all_is_named_by_its_number(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(raw + b"\n")
    with pytest.raises(VerificationError, match=r"manifest\.jsonl: line 1 (is not readable|does not match its hash)"):
        read_lines(tmp_path / MANIFEST)


def test_who_looks_for_what_a_line_does_not_say_ends_with_one_sentence(run: Path) -> None:
    genesis = JournalReader(run, weeks.KINDS).genesis
    with pytest.raises(VerificationError, match=r"line 1 does not say 'scenario', which every simulated run does"):
        genesis["scenario"]
    assert genesis.get("scenario") is None
    assert genesis["seed"] == 1
