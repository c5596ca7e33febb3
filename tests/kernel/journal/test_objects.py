"""An object is read only as its kind, its seal and the folder of its run allow; else it is named, with the column."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from weeks import KINDS, ROWS, Sold, begun, branched, write

from ecsim.kernel.errors import VerificationError
from ecsim.kernel.journal import Journal, JournalReader, frames, verify
from ecsim.kernel.journal.manifest import MANIFEST, chained
from ecsim.kernel.journal.objects import _store, check_object, object_path
from ecsim.kernel.journal.verify import _gap

Table = pa.Table


@pytest.fixture
def run(tmp_path: Path) -> Path:
    journal = begun(tmp_path / "run")
    write(journal, last=2)
    journal.close()
    return tmp_path / "run"


def as_doubles(table: Table) -> Table:
    """The same bits in columns of doubles: what has no type would not notice."""
    return _retyped(table, "fen", pa.float64())


def as_unsigned(table: Table) -> Table:
    return _retyped(table, "household", pa.uint32())


def as_moments(table: Table) -> Table:
    return _retyped(table, "fen", pa.timestamp("us"))


def _retyped(table: Table, name: str, other: pa.DataType) -> Table:
    place, column = table.schema.get_field_index(name), table.column(name).combine_chunks()
    bits = pa.Array.from_buffers(other, len(column), [None, column.buffers()[1]])
    return table.set_column(place, pa.field(name, other, nullable=False), bits)


def with_holes(table: Table) -> Table:
    place = table.schema.get_field_index("fen")
    holes = pa.array(table.column("fen").to_numpy(), mask=np.arange(len(table)) % 2 == 0)
    return table.set_column(place, pa.field("fen", pa.int64()), holes)


def that_may_have_holes(table: Table) -> Table:
    return table.set_column(table.schema.get_field_index("day"), pa.field("day", pa.int32()), table.column("day"))


def with_one_more(table: Table) -> Table:
    return table.append_column(pa.field("note", pa.int64(), nullable=False), table.column("seq"))


def turned_round(table: Table) -> Table:
    return table.select([*table.column_names[:3], *reversed(table.column_names[3:])])


def doubled(table: Table) -> Table:
    return pa.concat_tables([table, table, table])


def rewritten(run: Path, change: Callable[[Table], Table], kind: str = "sold") -> str:
    """Write an object anew under its own hash, the manifest too; return its name."""
    reader = JournalReader(run, KINDS)
    table = pq.read_table(object_path(reader.store, reader.seals[0].objects[kind]))
    sink = pa.BufferOutputStream()
    pq.write_table(change(table), sink, compression="lz4")
    name = _store(reader.store, sink.getvalue())
    relined(run, lambda line: line["objects"].update({kind: name}), 1)
    return name


def relined(run: Path, change: Callable[[dict], None], place: int) -> None:
    """Change a line of the manifest and chain all of them anew."""
    previous, made = "", []
    for number, raw in enumerate((run / MANIFEST).read_bytes().splitlines()):
        line = {key: value for key, value in json.loads(raw).items() if key not in ("hash", "previous")}
        if number == place:
            change(line)
        made.append(chained(line, previous))
        previous = hashlib.sha256(made[-1]).hexdigest()
    (run / MANIFEST).write_bytes(b"".join(made))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (as_doubles, "holds fen as double; its kind holds int64"),
        (as_unsigned, "holds household as uint32; its kind holds int32"),
        (as_moments, r"holds fen as timestamp\[us\]; its kind holds int64"),
        (with_holes, "lets values of fen be missing or repeated"),
        (that_may_have_holes, "lets values of day be missing or repeated"),
        (with_one_more, "has the columns seq, day, cause, household, fen, note; its kind has seq"),
        (turned_round, "has the columns seq, day, cause, fen, household; its kind has seq"),
        (doubled, rf"says that it holds {3 * 2 * ROWS:,} rows; there is room for {2 * (ROWS + 1):,}"),
    ],
)
def test_an_object_of_another_schema_under_its_own_hash_is_named_with_its_column_by_every_reader(
    change: Callable[[Table], Table], words: str, run: Path
) -> None:
    name = rewritten(run, change)
    told = f"sold: object {name}(.parquet)? {words}"
    (finding, *_) = verify(run, KINDS).findings
    assert (finding.check, finding.where["object"], finding.where["kind"]) == ("objects", name, "sold")
    reader = JournalReader(run, KINDS)
    seal = reader.seals[0]
    room = seal.next - seal.first
    for read in (
        lambda: list(reader.batches()),
        lambda: list(reader.changes([Sold])),
        lambda: reader.kind(Sold),
        lambda: reader.counts(["sold"]),
        lambda: check_object(reader.store, name, Sold, room),
    ):
        with pytest.raises(VerificationError, match=told):
            read()


def test_an_object_of_our_own_says_how_many_rows_it_holds(run: Path) -> None:
    reader = JournalReader(run, KINDS)
    assert check_object(reader.store, reader.seals[0].objects["sold"], Sold) == 2 * ROWS
    assert reader.counts(["sold", "opened", "closed"]) == {"sold": 2 * ROWS, "opened": 2, "closed": 0}


@pytest.mark.parametrize(
    ("shift", "words"), [(-1, "repeated, out of order or from elsewhere"), (1, "rows of sold lie behind them")]
)
def test_rows_outside_their_seal_are_refused_by_who_reads_them(shift: int, words: str, run: Path) -> None:
    def moved(table: Table) -> Table:
        seq = pa.array(table.column("seq").to_numpy() + (shift if shift < 0 else 2))
        return table.set_column(0, pa.field("seq", pa.int64(), nullable=False), seq)

    rewritten(run, moved)
    with pytest.raises(VerificationError, match=words):
        JournalReader(run, KINDS).kind(Sold)


def test_objects_that_lack_rows_of_their_seal_are_refused_by_who_reads_all_of_them(run: Path) -> None:
    rewritten(run, lambda table: table.slice(0, len(table) - 5))
    with pytest.raises(VerificationError, match="the objects hold more or fewer"):
        list(JournalReader(run, KINDS).batches())


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _elsewhere(path: Path) -> None:
    other = path.resolve().parents[3] / "elsewhere.parquet"
    path.replace(other)
    path.symlink_to(other)


@pytest.mark.parametrize(
    ("change", "words"),
    [(_pipe, "is not a regular file"), (_device, "leads out of"), (_elsewhere, "leads out of")],
)
def test_what_is_no_plain_file_of_the_results_folder_is_not_opened(
    change: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    journal = begun(tmp_path / "results" / "run")
    write(journal, last=2)
    journal.close()
    run = tmp_path / "results" / "run"
    reader = JournalReader(run, KINDS)
    change(object_path(reader.store, reader.seals[0].objects["sold"]))
    with pytest.raises(VerificationError, match=words):
        JournalReader(run, KINDS)


def test_a_manifest_that_is_a_pipe_is_not_waited_for(run: Path) -> None:
    _pipe(run / MANIFEST)
    with pytest.raises(VerificationError, match=r"manifest\.jsonl: is not a regular file"):
        JournalReader(run, KINDS)


@pytest.mark.parametrize("store", ["../../objects", "/tmp", "objects/../../.."])
def test_a_store_outside_of_the_results_folder_is_not_read(store: str, run: Path) -> None:
    relined(run, lambda line: line.update(store=store), 0)
    with pytest.raises(VerificationError, match=r"leads out of .* copy them there"):
        JournalReader(run, KINDS)


def test_no_journal_is_made_over_a_store_that_no_reader_would_look_in(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"must lie in .* or beside it"):
        Journal.create(tmp_path / "results" / "run", {}, KINDS, store=tmp_path / "objects")
    assert not (tmp_path / "results").exists()


def test_a_store_that_is_a_link_out_of_the_results_folder_is_not_read(tmp_path: Path) -> None:
    run = tmp_path / "results" / "run"
    journal = begun(run)
    write(journal, last=1)
    journal.close()
    (tmp_path / "results" / "objects").replace(tmp_path / "objects")
    (tmp_path / "results" / "objects").symlink_to(tmp_path / "objects")
    with pytest.raises(VerificationError, match="leads out of"):
        JournalReader(run, KINDS)


def test_a_fork_in_another_folder_gets_the_objects_that_it_shares(run: Path, tmp_path: Path) -> None:
    child = tmp_path / "others" / "child"
    journal = branched(run, child, 1)
    write(journal, first=1, last=2)
    root = journal.close()
    assert root.root == JournalReader(run, KINDS).published.root
    assert JournalReader(child, KINDS).genesis["store"] == "../objects"
    assert not verify(child, KINDS, root.root).findings


def _framed_anew(run: Path, number: int, first: int, rows: int, day: int, payload: bytes) -> None:
    (run / "tail-00001.bin").write_bytes(
        frames._framed((number, first, rows, day, len(payload)), [memoryview(payload)])
    )


@pytest.mark.parametrize(
    ("head", "payload", "words"),
    [
        ((0, 0, -3, 0), b"x" * 60, "it has -3 rows in 60 bytes"),
        ((0, 0, 2**31 - 1, 0), b"x" * 60, "2147483647 rows in 60 bytes"),
        ((0, 0, 3, 0), b"x" * 61, "3 rows in 61 bytes"),
        ((0, 2**62, 3, 0), b"x" * 60, "event 4611686018427387904 of day 0"),
        ((0, 0, 3, 2**31 - 1), b"x" * 60, "of day 2147483647"),
    ],
)
def test_a_batch_of_a_tail_that_fits_its_digest_alone_is_damage(
    head: tuple[int, int, int, int], payload: bytes, words: str, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with begun(run):
        pass
    _framed_anew(run, *head, payload)
    assert JournalReader(run, KINDS).marks() == []
    (finding,) = verify(run, KINDS).findings
    assert (finding.check, finding.where["file"]) == ("tail", "tail-00001.bin")
    assert words in finding.message


def test_a_week_that_is_said_to_end_where_no_row_is_makes_no_room(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with begun(run):
        pass
    (run / "tail-00001.bin").write_bytes(frames.week_mark(10**12, 7))
    (run / "tail-of-mine.bin").write_bytes(b"no tail of a journal")
    with pytest.raises(VerificationError, match="a week is said to end at event 1,000,000,000,000; its rows end at 0"):
        JournalReader(run, KINDS).marks()


def test_a_missing_object_is_named_with_the_place_of_its_rows(run: Path) -> None:
    reader = JournalReader(run, KINDS)
    object_path(reader.store, reader.seals[0].objects["sold"]).unlink()
    with pytest.raises(VerificationError, match=r"object .* is missing"):
        reader.needs_objects()
    found = verify(run, KINDS).findings
    assert [finding.where["seqs"] for finding in found if finding.check == "objects"] == [[0, 2 * (ROWS + 1) - 2]]


@pytest.mark.parametrize(
    ("seqs", "gap"),
    [([], [3, 9]), ([3, 4], [5, 9]), ([8, 9], [3, 7]), ([3, 5, 9], [4, 8]), ([1, 6, 12], [3, 9]), (range(3, 10), [])],
)
def test_what_is_left_out_of_a_span_is_told_by_its_ends(seqs: list[int], gap: list[int]) -> None:
    assert _gap(np.array(seqs, np.int64), 3, 10).tolist() == gap
    assert _gap(np.array(seqs, np.int64), 3, 2**47).tolist()[-1] == 2**47 - 1
