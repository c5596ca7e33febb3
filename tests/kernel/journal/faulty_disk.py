"""Disks that go wrong: what `ecsim.kernel.journal.disk` takes for `os`, and what of a folder survives a power cut."""
# ruff: noqa: PTH102, PTH105, PTH108 (the calls that go wrong are the system's own)

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ecsim.kernel.journal import disk, journal

TAKES_ROOM = {"open", "write", "mkdir"}


class CrashError(BaseException):
    """The process is gone; nothing may catch it and carry on."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the n-th operation (from 1).

    ``how`` is ``refuses`` (an error, once), ``is full`` (no room from then on), ``takes half`` (the next write is
    short, then there is no room), ``dies`` (before it is done) or ``dies half-way`` (within a write).
    """

    at: int
    how: str


class FaultyOs:
    """`os` with every operation counted and recorded, and one of them going wrong.

    Attributes
    ----------
    struck : the operation that went wrong, once it has
    log : the operations that were done, as a `Platter` takes them
    handles : those that are open
    """

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.count = 0
        self.log: list[tuple[Any, ...]] = []
        self.handles: set[int] = set()
        self.struck = ""
        self._dead = self._full = self._short = False
        self._one_at_a_time = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        def act() -> int:
            handle = os.open(path, flags, mode)
            self.handles.add(handle)
            self.log.append(("open", path, flags, handle))
            return handle

        return self._do("open" if flags & os.O_CREAT else "open in place", act)

    def write(self, handle: int, content: bytes) -> int:
        def part(share: int) -> int:
            many = os.write(handle, content[: len(content) // share])
            self.log.append(("write", handle, bytes(content[:many])))
            return many

        return self._do("write", lambda: part(1), half=lambda: part(2))

    def fsync(self, handle: int) -> None:
        self._do("fsync", lambda: self.log.append(("fsync", handle)))  # the machine stays up: nothing to wait for

    def close(self, handle: int) -> None:
        if not self._dead:
            self.handles.discard(handle)
            os.close(handle)  # also if it then complains
        self._do("close", lambda: self.log.append(("close", handle)))

    def replace(self, draft: Path, path: Path) -> None:
        self._do("replace", lambda: self._then(os.replace(draft, path), "replace", draft, path))

    def unlink(self, path: Path) -> None:
        self._do("unlink", lambda: self._then(os.unlink(path), "unlink", path))

    def ftruncate(self, handle: int, length: int) -> None:
        self._do("ftruncate", lambda: self._then(os.ftruncate(handle, length), "ftruncate", handle, length))

    def mkdir(self, path: Path) -> None:
        self._do("mkdir", lambda: self._then(os.mkdir(path), "mkdir", path))

    def _then(self, _: None, *entry: Any) -> None:
        self.log.append(entry)

    def _do(self, name: str, act: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:
        with self._one_at_a_time:
            if self._dead:
                raise CrashError
            self.count += 1
            if self.fault is not None and self.count == self.fault.at:
                self.struck = name
                self._strike(half)
            if self._full and name in TAKES_ROOM:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if self._short and half:
                self._full, self._short = True, False
                return half()
            return act()

    def _strike(self, half: Callable[[], Any] | None) -> None:
        assert self.fault is not None
        match self.fault.how:
            case "refuses":
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            case "is full":
                self._full = True
            case "takes half":
                self._short = True
            case "dies":
                self._die()
            case "dies half-way":
                if half:
                    half()
                self._die()

    def _die(self) -> None:
        self._dead = True
        raise CrashError

    def restart(self) -> None:
        """Let go of what the system lets go of when a process dies."""
        for handle in self.handles:
            os.close(handle)
        self.handles.clear()


class SealsAtOnce:
    """An executor that does what it is given before it returns."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.given: list[_Given] = []

    def submit(self, act: Callable[..., None], *given: Any) -> Future[None]:
        self.given.append(_Given(lambda: act(*given)))
        self.given[-1].result_or_error()
        return self.given[-1]

    def shutdown(self) -> None:
        for given in self.given:
            given.result_or_error()


class SealsAtLast(SealsAtOnce):
    """An executor that does what it is given when somebody waits for it, and no sooner."""

    def submit(self, act: Callable[..., None], *given: Any) -> Future[None]:
        self.given.append(_Given(lambda: act(*given)))
        return self.given[-1]


class _Given(Future[None]):
    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def result_or_error(self) -> None:
        if not self.done():
            try:
                self.set_result(self._act())
            except BaseException as error:
                self.set_exception(error)

    def result(self, timeout: float | None = None) -> None:
        self.result_or_error()
        super().result(timeout)


SEALERS = {"at once": SealsAtOnce, "at last": SealsAtLast, "in a thread": journal.ThreadPoolExecutor}


class Faults:
    """Puts faults in and takes them out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def seal(self, when: str) -> None:
        self.monkeypatch.setattr(journal, "ThreadPoolExecutor", SEALERS[when])

    def put(self, fault: Fault | None = None) -> FaultyOs:
        faulty = FaultyOs(fault)
        self.monkeypatch.setattr(disk, "os", faulty)
        return faulty

    def mend(self) -> None:
        """Let everything go right again, though without waiting for a real disk."""
        self.put()


@dataclass(eq=False)
class _File:
    now: bytes = b""
    safe: bytes = b""


@dataclass(eq=False)
class _Folder:
    now: dict[str, _File | _Folder] = field(default_factory=dict)
    safe: dict[str, _File | _Folder] = field(default_factory=dict)
    changes: list[dict[str, _File | _Folder | None]] = field(default_factory=list)

    def change(self, **names: _File | _Folder | None) -> None:
        self.changes.append(names)
        self.now = _changed(self.now, names)


def _changed(names: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {name: node for name, node in {**names, **change}.items() if node is not None}


class Platter:
    """What lies on a disk as operations come, and what is left of it when the power goes.

    Synced bytes under synced names are left. Of the rest, each change of a name in a folder and each block of a file
    is left or not, as luck has it; a block that is not leaves a hole of zeros before those that are.

    Attributes
    ----------
    known : weeks acknowledged so far, told by an operation ``week``; -1: not even that there is a run
    """

    BLOCK = 512

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = _Folder()
        self.known = -1
        self.open: dict[int, _File | _Folder] = {}

    def take(self, what: str, *given: Any) -> None:
        """Let an operation of a `FaultyOs` happen."""
        getattr(self, f"_{what}")(*given)

    def _open(self, path: Path, flags: int, handle: int) -> None:
        if path.is_dir():
            self.open[handle] = self._folder(path)
            return
        names = self._folder(path.parent)
        if flags & os.O_CREAT and path.name not in names.now:
            names.change(**{path.name: _File()})
        self.open[handle] = names.now[path.name]

    def _write(self, handle: int, content: bytes) -> None:
        file = self._file(handle)
        file.now += content

    def _fsync(self, handle: int) -> None:
        node = self.open[handle]
        node.safe = node.now
        if isinstance(node, _Folder):
            node.changes = []

    def _close(self, handle: int) -> None:
        del self.open[handle]

    def _replace(self, draft: Path, path: Path) -> None:
        folder = self._folder(path.parent)
        folder.change(**{path.name: folder.now[draft.name], draft.name: None})

    def _unlink(self, path: Path) -> None:
        self._folder(path.parent).change(**{path.name: None})

    def _ftruncate(self, handle: int, length: int) -> None:
        file = self._file(handle)
        file.now = file.now[:length]

    def _mkdir(self, path: Path) -> None:
        self._folder(path.parent).change(**{path.name: _Folder()})

    def _week(self, number: int) -> None:
        self.known = number

    def _file(self, handle: int) -> _File:
        found = self.open[handle]
        assert isinstance(found, _File)
        return found

    def _folder(self, path: Path) -> _Folder:
        found = self.top
        for name in Path(os.path.normpath(path)).relative_to(self.root).parts:
            inner = found.now[name]
            assert isinstance(inner, _Folder)
            found = inner
        return found

    def left(self, where: Path, luck: Callable[[], bool]) -> None:
        """Write what is left into a folder."""
        _write_left(self.top, where, luck)


def _write_left(node: _File | _Folder, where: Path, luck: Callable[[], bool]) -> None:
    if isinstance(node, _File):
        where.write_bytes(_bytes_left(node, luck))
        return
    where.mkdir()
    names: dict[str, Any] = node.safe
    for change in node.changes:
        names = _changed(names, change) if luck() else names
    for name, inner in names.items():
        _write_left(inner, where / name, luck)


def _bytes_left(file: _File, luck: Callable[[], bool]) -> bytes:
    if not file.now.startswith(file.safe):
        return file.now if luck() else file.safe
    found, hole = file.safe, b""
    for at in range(len(file.safe), len(file.now), Platter.BLOCK):
        block = file.now[at : at + Platter.BLOCK]
        if luck():
            found, hole = found + hole + block, b""
        else:
            hole += bytes(len(block))
    return found
