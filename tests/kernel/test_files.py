"""A file is written whole or not at all, and a place that cannot be written ends in one sentence."""

import errno
import os
from pathlib import Path

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import draft_of, writing


def test_a_draft_becomes_the_file(tmp_path: Path) -> None:
    with draft_of(tmp_path / "answer.csv") as draft:
        draft.write_text("a\n", encoding="utf-8")
        assert not (tmp_path / "answer.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["answer.csv"]


def test_a_draft_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "answer.csv").write_text("old\n", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError), draft_of(tmp_path / "answer.csv") as draft:
        draft.write_text("new\n\udcff", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["answer.csv"]
    assert (tmp_path / "answer.csv").read_text(encoding="utf-8") == "old\n"


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EROFS, "check the disk and its permissions"),
        (errno.ENAMETOOLONG, "choose a shorter name"),
    ],
)
def test_the_reason_and_what_to_do_are_told(number: int, advice: str, tmp_path: Path) -> None:
    with pytest.raises(EcsimError) as told, writing(tmp_path / "x", ", then run it again"):
        raise OSError(number, os.strerror(number), str(tmp_path / "x"))
    then = f"{advice}, or choose another place, then run it again"
    assert str(told.value) == f"{tmp_path / 'x'}: cannot be written ({os.strerror(number)}); {then}"


@pytest.mark.parametrize("place", ["file/answer.csv", "folder", "none/answer.csv", "x" * 300])
def test_a_draft_is_refused_before_any_work_is_done(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(EcsimError, match="cannot be written"), draft_of(tmp_path / place):
        pytest.fail("the work was begun")
