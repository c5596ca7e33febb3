"""Every file operation of a journal, in one place: what a test makes fail here fails everywhere.

Written without a buffer of our own. What must be there after a power cut is synced, names in a folder too; so a handle
that is given back has nothing left to lose.
"""
# ruff: noqa: PTH102, PTH105, PTH108 (the system's own calls, for tests to take hold of)

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import threading
from contextlib import suppress
from pathlib import Path

from ecsim.kernel.errors import EcsimError, VerificationError

_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)


def read(path: Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is none.
    VerificationError
        If it is no plain file: a pipe or a device would never end.
    EcsimError
        If the disk refuses.
    """
    size_of(path)
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise EcsimError(f"{path}: cannot be read ({error.strerror}); check the disk and its permissions") from error


def size_of(path: Path) -> int:
    """Return how many bytes a plain file holds; raises as `read` does."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise
    except (OSError, ValueError) as error:
        raise EcsimError(f"{path}: cannot be read ({error}); check the disk and its permissions") from error
    if not stat.S_ISREG(status.st_mode):
        raise VerificationError(f"{path}: is not a regular file; ecsim writes no others")
    return status.st_size


def open_to_append(path: Path) -> int:
    """Return a handle that writes at the end of a file; it is made if it is not there."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def append(handle: int, content: bytes) -> None:
    """Write every byte; the system may take fewer at a time."""
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def sync(handle: int) -> None:
    """Make what was written durable."""
    os.fsync(handle)


def close(handle: int) -> None:
    """Give a handle back; what it wrote is synced, so nothing is lost if the system complains."""
    with suppress(OSError):
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync(handle)
    finally:
        close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, so that their names are durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        os.mkdir(folder)
    except FileExistsError:
        if not folder.is_dir():  # a file is in the way; else another run that shares the store was quicker
            raise
    sync_folder(folder.parent)


def append_whole(path: Path, content: bytes) -> None:
    """Add to a file and make it durable."""
    handle = open_to_append(path)
    try:
        append(handle, content)
        sync(handle)
    finally:
        close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.uname().nodename}-{os.getpid()}-{threading.get_native_id()}.draft")
    try:
        remove(draft)
        append_whole(draft, content)
        os.replace(draft, path)
    except OSError:
        with suppress(OSError):
            remove(draft)  # it takes room on a full disk
        raise
    sync_folder(path.parent)


def remove_dead_drafts(folder: Path, pattern: str) -> None:
    """Remove what processes of this machine that are gone had begun to write; readers never look at it."""
    of_this_machine = re.compile(rf"\.{re.escape(os.uname().nodename)}-(\d+)-\d+\.draft$")
    for draft in folder.glob(pattern):
        match = of_this_machine.search(draft.name)
        if match and not _is_alive(int(match[1])):
            remove(draft)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(path)


def cut(path: Path, length: int) -> None:
    """Drop what lies behind ``length`` bytes; what stays is durable then, even if its writer was killed before."""
    handle = os.open(path, os.O_WRONLY)
    try:
        os.ftruncate(handle, length)
        sync(handle)
    finally:
        close(handle)


def lock(path: Path) -> int:
    """Return a handle that keeps other writers out; the system lets go of it however the process ends.

    A file system that knows no locks keeps nobody out.

    Raises
    ------
    EcsimError
        If another writer holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        close(handle)
        raise EcsimError(
            f"{path.parent}: is being written at this moment; wait until it has ended, or stop it first"
        ) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            close(handle)
            raise
    return handle


def unlock(handle: int) -> None:
    """Let other writers in, though a forked process may still hold the handle."""
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_UN)
    close(handle)
