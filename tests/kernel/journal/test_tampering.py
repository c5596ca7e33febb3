"""Whatever is done to a run's files is named: which object, which kind, which leaf."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from weeks import KINDS, Opened, Sold

import tamper
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Stamp
from ecsim.kernel.journal import Finding, Journal, JournalReader, Root, Verification, verify
from ecsim.kernel.journal.manifest import MANIFEST
from ecsim.kernel.journal.merkle import LEAF_SEQS
from ecsim.kernel.journal.verify import Inspection

ROWS = 9_000
"""Sales a week; a leaf ends within the second week, the fourth, …"""


def write(folder: Path, weeks: int, rows: int, *, seal_at: int = -1, keep: str = "all", close: bool = True) -> Root:
    journal = Journal.create(folder, {"seed": rows}, KINDS, keep=keep)  # type: ignore[arg-type]
    first = 0
    for week in range(weeks):
        for event in (
            Sold(household=np.arange(rows) % 50, fen=np.arange(rows) * (week + 1)),
            Opened(household=[week] * 3, poor=[week % 2 == 0] * 3),
        ):
            journal.append(event, Stamp(first, 7 * week, np.full(event.rows, first - 1, np.int64)))
            first += event.rows
        journal.end_week(7 * (week + 1))
        if week == seal_at:
            journal.seal()
    if close:
        return journal.close()
    journal._wait()
    return Root(first, journal.hasher.root(), journal._genesis)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Root]:
    folder = tmp_path_factory.mktemp("tampering") / "run"
    return folder, write(folder, 6, ROWS, seal_at=2)


@pytest.fixture
def run(original: tuple[Path, Root], tmp_path: Path) -> Path:
    return tamper.copied(original[0], tmp_path / "run")


def found(run: Path, *, root: bool = False) -> list[Finding]:
    """Return what is found in the files; that the root differs too goes without saying."""
    return [finding for finding in verify(run, KINDS).findings if root or finding.check != "root"]


def test_a_run_that_was_not_altered_has_no_findings(run: Path, original: tuple[Path, Root]) -> None:
    seen = verify(run, KINDS, original[1].root)
    assert seen == Verification(6 * (ROWS + 3), original[1].root, 35, closed=True, findings=())


SMALL = 4
"""Sales a week of a run of which every byte is flipped."""


def _small(folder: Path, *, close: bool) -> Path:
    write(folder, 2, SMALL, seal_at=0, close=close)
    return folder


def _every(run: Path, step: int) -> list[tuple[Path, int]]:
    return [(path, place) for path in tamper.files(run) for place in range(0, path.stat().st_size, step)]


def _is_named(run: Path, path: Path) -> bool:
    """Whether a check names the altered file; if the closing line is no line any more, that the run is not closed."""
    try:
        seen = verify(run, KINDS)
    except EcsimError as error:
        return path.name in str(error)
    if path.suffix == ".parquet":
        return any(f.where.get("object") == path.stem and f.where["kind"] in ("sold", "opened") for f in seen.findings)
    return not seen.closed and (path.name == MANIFEST or any(path.name in f.message for f in seen.findings))


@pytest.mark.parametrize("step", [pytest.param(37, id="some"), pytest.param(1, id="every", marks=pytest.mark.slow)])
@pytest.mark.parametrize("close", [True, False])
def test_a_flipped_byte_anywhere_is_named(step: int, close: bool, tmp_path: Path) -> None:
    run = _small(tmp_path / "run", close=close)
    places = _every(run, step)
    assert {path.suffix for path, _ in places} >= ({".parquet", ".jsonl"} if close else {".parquet", ".bin"})
    for path, place in places:
        good = path.read_bytes()
        tamper.flip(path, place)
        assert _is_named(run, path), f"byte {place} of {path.name}"
        path.write_bytes(good)
    assert not verify(run, KINDS).findings


def test_an_edited_value_in_a_rewritten_object_names_object_kind_and_leaf(run: Path) -> None:
    name = tamper.object_of(run, KINDS, "sold", 0).stem
    tamper.rewrite(run, KINDS, "sold", tamper.added("fen", 8_000, 1), seal=0)
    (finding,) = found(run)
    assert finding.check == "objects"
    assert (finding.where["object"], finding.where["kind"]) == (name, "sold")
    assert finding.where["leaves"] == [0, 0]
    assert finding.where["days"] == [0, 7]
    assert "its bytes do not hash to its name; it changes leaf 0 (seqs 0 to 16,383, days 0 to 7)" in finding.message


@pytest.mark.parametrize(("row", "leaf"), [(0, 1), (ROWS, 2), (3 * ROWS - 1, 3)])
def test_the_leaf_is_the_one_that_the_value_lies_in(row: int, leaf: int, run: Path) -> None:
    """The last of them lies in the last leaf, which is short: only the root tells."""
    tamper.rewrite(run, KINDS, "sold", tamper.added("household", row, 1), seal=1)
    objects, root = found(run, root=True)
    assert objects.where["leaves"] == [leaf, leaf]
    assert root.check == "root"


def test_an_object_written_anew_with_the_same_events_is_said_to_hold_them(run: Path) -> None:
    path = tamper.object_of(run, KINDS, "opened", 0)
    tamper.flip(path, path.stat().st_size - 60)  # within what the writer says of itself
    (finding,) = found(run)
    assert finding.where["kind"] == "opened"
    assert "are unchanged" in finding.message or "its events lie at" in finding.message


def test_an_edited_value_under_its_own_hash_in_a_new_manifest_names_the_leaf(run: Path) -> None:
    tamper.rename(run, KINDS, "sold", tamper.added("fen", 20, 5), seal=1)
    (finding,) = found(run)
    assert finding.check == "leaves"
    assert finding.where["leaves"] == [1, 1]
    assert sorted(finding.where["objects"].values()) == ["opened", "sold", "sold"]  # the leaf lies in two seals
    assert "`--rerun` names the event" in finding.message


def test_an_edited_value_with_leaves_and_root_made_anew_is_known_by_a_root_kept_elsewhere(
    run: Path, original: tuple[Path, Root]
) -> None:
    tamper.rename(run, KINDS, "sold", tamper.added("fen", 20, 5), seal=1)
    root = tamper.forge(run, KINDS)
    assert found(run, root=True) == []
    (finding,) = verify(run, KINDS, original[1].root).findings
    assert (finding.check, finding.where["found"], finding.where["published"]) == ("root", root, original[1].root)


def _moved(columns: dict[str, np.ndarray]) -> None:
    """The rows of the object one sequence number on: the last one comes where another kind's is."""
    columns["seq"] += 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            tamper.without_row(17),
            "1 events are missing: they were removed or reordered (leaf 1 (seqs 27,026 to 27,026, day 21))",
        ),
        (tamper.without_row(3 * ROWS - 1), "1 events are missing"),
        (_moved, "3 rows of sold come where there are other events: some were added or reordered (leaves 2 to 3"),
        (tamper.exchanged("fen", 40, 41), "leaf 1 (seqs 16,384 to 32,767, days 7 to 21)"),
        (
            tamper.exchanged("seq", 40, 41),
            "rows of sold are repeated or out of order (leaf 1 (seqs 27,049 to 27,049, day 21))",
        ),
        (
            tamper.added("day", 5, 7),
            "1 rows of sold say that they happened in another week than the manifest says (leaf 1",
        ),
    ],
    ids=["removed", "last of a week removed", "shifted", "values reordered", "rows reordered", "moved to another week"],
)
@pytest.mark.parametrize("way", [tamper.rewrite, tamper.rename])
def test_removed_added_and_reordered_events_are_named(
    change: tamper.Change, words: str, way: Callable[..., None], run: Path
) -> None:
    way(run, KINDS, "sold", change, seal=1)
    findings = found(run)
    assert any(words in finding.message for finding in findings), [finding.message for finding in findings]
    assert all(finding.where["leaves"][0] >= 1 for finding in findings)
    if way is tamper.rewrite:
        assert findings[0].where["kind"] == "sold"


def test_an_added_event_is_named(run: Path) -> None:
    tamper.rename(run, KINDS, "opened", _doubled_last, seal=0)
    (finding,) = found(run)
    assert (finding.check, finding.where["kind"], finding.where["days"]) == ("sequence", "opened", [14, 14])
    assert "1 rows of opened are repeated or out of order" in finding.message


def _doubled_last(columns: dict[str, np.ndarray]) -> None:
    columns |= {name: np.append(values, values[-1]) for name, values in columns.items()}


def test_a_dropped_last_segment_is_known_by_a_count_kept_elsewhere(run: Path, original: tuple[Path, Root]) -> None:
    for lines in (1, 2):
        copy = tamper.copied(original[0], run.parent / f"without-{lines}")
        tamper.drop_lines(copy, lines)
        inspection = Inspection(JournalReader(copy, KINDS))
        for _ in inspection.events():
            pass
        assert inspection.findings() == []  # nothing in the files tells
        told = [finding.message for finding in inspection.root_findings({"indicators.json": original[1]})]
        assert "the closing line is missing" in told[0]
        assert len(told) == lines
        if lines == 2:
            assert f"holds {3 * (ROWS + 3):,} events" in told[1]
            assert f"the last {3 * (ROWS + 3):,} are missing" in told[1]
            assert "from leaf 1, seq 27,009, day 21 on" in told[1]


def test_exchanged_object_files_are_both_named(run: Path) -> None:
    for seal, kind in ((1, "sold"), (0, "opened")):  # of one kind, and of two kinds
        copy = tamper.copied(run, run.parent / kind)
        one, other = tamper.object_of(copy, KINDS, "sold", 0), tamper.object_of(copy, KINDS, kind, seal)
        content = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(content)
        named = {finding.where["object"] for finding in found(copy) if finding.check == "objects"}
        assert named == {one.stem, other.stem}


def test_objects_of_another_run_are_named(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, 6, ROWS - 1, seal_at=2)
    mine, theirs = (tamper.object_of(place, KINDS, "sold", 0) for place in (run, other))
    mine.write_bytes(theirs.read_bytes())
    first, *_ = found(run)
    assert (first.check, first.where["object"]) == ("objects", mine.stem)
    manifest = tamper.copied(other, tmp_path / "third")
    (manifest / MANIFEST).write_bytes((run / MANIFEST).read_bytes())
    assert {finding.check for finding in found(manifest)} >= {"objects"}  # there are no such objects there


def test_a_missing_object_is_named(run: Path) -> None:
    path = tamper.object_of(run, KINDS, "opened", 0)
    path.unlink()
    (finding,) = found(run)
    assert finding.where["object"] == path.stem
    assert finding.where["seqs"] == [ROWS, 3 * (ROWS + 3) - 1]
    assert "cannot be read (No such file or directory)" in finding.message


def test_every_altered_object_is_named_not_the_first_alone(run: Path) -> None:
    for seal in (0, 1):
        tamper.rewrite(run, KINDS, "sold", tamper.added("fen", 1, 1), seal=seal)
    tamper.flip(tamper.object_of(run, KINDS, "opened", 1), 10)
    named = {(finding.where["kind"], finding.where["seqs"][0] // LEAF_SEQS) for finding in found(run)}
    assert named == {("sold", 0), ("sold", 1), ("opened", 2)}


def test_a_tail_cut_short_is_named_with_the_last_event_before(tmp_path: Path) -> None:
    write(tmp_path / "run", 3, 40, seal_at=0, close=False)
    (tail,) = (tmp_path / "run").glob("tail-*.bin")
    whole = tail.read_bytes()
    assert found(tmp_path / "run") == []
    for cut, words in ((30, "cut short"), (1, "cut short")):
        tail.write_bytes(whole[:-cut])
        (finding,) = found(tmp_path / "run")
        assert (finding.check, finding.where["file"]) == ("tail", tail.name)
        assert words in finding.message
        assert "seq 128 (day 14)" in finding.message
        assert "ecsim resume" in finding.message


def test_a_run_that_is_being_written_is_not_judged(tmp_path: Path) -> None:
    write(tmp_path / "run", 3, 40, seal_at=0, close=False)
    inspection = Inspection(JournalReader(tmp_path / "run", KINDS))
    lines = tamper._lines(tmp_path / "run")
    seal = {"first": 86 // 2, "next": 86, "marks": [[86, 14]], "cut": False, "leaves": []}
    tamper.chain(tmp_path / "run", [*lines, {**lines[-1], **seal}])
    with pytest.raises(EcsimError, match="is being written; verify it once it has ended"):
        list(inspection.events())


def test_a_manifest_line_that_was_altered_is_named_by_its_number(run: Path) -> None:
    lines = (run / MANIFEST).read_bytes().splitlines(keepends=True)
    (run / MANIFEST).write_bytes(lines[0] + lines[2] + lines[1] + lines[3])
    with pytest.raises(EcsimError, match="line 2 does not follow the line before"):
        verify(run, KINDS)


@pytest.mark.parametrize("keep", ["decisions", "digest"])
def test_of_a_run_that_kept_less_the_leaves_give_the_root(keep: str, tmp_path: Path) -> None:
    root = write(tmp_path / "run", 6, ROWS, seal_at=2, keep=keep)
    seen = verify(tmp_path / "run", KINDS, root.root)
    assert (seen.root, seen.findings) == (root.root, ())
    lines = tamper._lines(tmp_path / "run")
    lines[-1]["leaves"][1] = lines[-1]["leaves"][0]
    tamper.chain(tmp_path / "run", lines)
    (finding,) = found(tmp_path / "run", root=True)
    assert (finding.check, finding.where["published"]) == ("root", root.root)


def test_an_altered_object_of_a_run_that_kept_decisions_is_named(tmp_path: Path) -> None:
    write(tmp_path / "run", 6, ROWS, seal_at=2, keep="decisions")
    tamper.rewrite(tmp_path / "run", KINDS, "opened", tamper.added("household", 1, 1), seal=0)
    (finding,) = found(tmp_path / "run")
    assert (finding.check, finding.where["kind"]) == ("objects", "opened")
    tamper.rename(tmp_path / "run", KINDS, "opened", tamper.added("seq", 1, 10**6), seal=1)
    assert any("another place" in finding.message for finding in found(tmp_path / "run"))
