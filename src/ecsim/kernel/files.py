"""Writing files: whole or not at all, and in one sentence why a place cannot be written."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ecsim.kernel.errors import EcsimError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def advice(error: OSError) -> str:
    """Return what to do about a place that cannot be written."""
    if error.errno in _FULL:
        return "make room"
    if error.errno == errno.ENAMETOOLONG:
        return "choose a shorter name"
    return "check the disk and its permissions"


@contextmanager
def writing(place: Path, then: str = "") -> Iterator[None]:
    """Say in one sentence that a place cannot be written, if that is so.

    Parameters
    ----------
    then : what is kept, or what to do after what `advice` says

    Raises
    ------
    EcsimError
        In place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        remedy = f"{advice(error)}, or choose another place{then}"
        raise EcsimError(f"{place}: cannot be written ({error.strerror or error}); {remedy}") from error


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Yield an empty draft beside a file; it takes the file's place at the end, and is gone if anything failed.

    Raises
    ------
    EcsimError
        If the place cannot be written: at the beginning, before any work is done for it, or later.
    """
    draft = path.with_name(f"{path.name}.draft")
    with writing(path):
        try:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
            draft.write_bytes(b"")
            yield draft
            draft.replace(path)
        except BaseException:
            with suppress(OSError):  # what cannot be written leaves nothing to remove
                draft.unlink(missing_ok=True)
            raise
