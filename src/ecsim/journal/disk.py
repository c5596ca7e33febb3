"""Every file operation of a journal, in one place: what a test makes fail here fails everywhere.

Written without a buffer of our own; what must be there after a power cut is synced, names in a folder too.
"""

from __future__ import annotations

import os
from pathlib import Path

from ecsim.errors import EcsimError


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
    """Give a handle back."""
    os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync(handle)
    finally:
        close(handle)


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
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    append_whole(draft, content)
    os.replace(draft, path)  # noqa: PTH105 (one name for tests to take hold of)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file."""
    path.unlink(missing_ok=True)


def cut(path: Path, length: int) -> None:
    """Drop what lies behind ``length`` bytes."""
    handle = os.open(path, os.O_WRONLY)
    try:
        os.ftruncate(handle, length)
        sync(handle)
    finally:
        close(handle)


def told(error: OSError, folder: Path) -> EcsimError:
    """Return what to say when the disk refuses while a run is written."""
    return EcsimError(
        f"{folder}: cannot be written ({error.strerror or error}); the run is kept up to its last whole week — "
        f"make room, then `ecsim resume {folder}`"
    )
