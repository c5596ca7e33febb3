"""A command called in this process, and what is wrong with how it ended."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from traceback import format_exception
from types import FrameType

import pytest

from ecsim.cli.main import main

MOST_SECONDS = 60
"""Of a call, on a machine that does other things too."""
MOST_LINES, MOST_CHARACTERS = 21, 400
"""Lines of a message (one a fault of a file, at most twenty, and how many more there are), and characters of each."""

STARTS = ("ecsim", "BAD ")
"""How a message begins."""


class TookTooLongError(BaseException):
    """Not an `Exception`, so that no command takes it for its own."""


@dataclass(frozen=True)
class Ended:
    """How a call ended: its status or what it raised, and what it printed."""

    line: list[str]
    status: int | None
    raised: str
    out: str
    err: str

    @property
    def fault(self) -> str:
        """What is wrong with it, empty if nothing is: a traceback, a strange status, no message, or too long a one."""
        if self.raised:
            return self.raised
        if self.status not in (0, 1, 2):
            return f"status {self.status}"
        if "Traceback" in self.err:
            return "a traceback was printed"
        return self._fault_of_message()

    def _fault_of_message(self) -> str:
        first = next((row for row in self.err.splitlines() if row.startswith(STARTS) or ": error: " in row), "")
        message = self.err[self.err.index(first) :].splitlines() if first else []
        longest = max(message, key=len, default="")
        if self.status == 2 and not message and "usage: " not in self.out:
            return "status 2 without a message"
        if len(message) > MOST_LINES:
            return f"{len(message)} lines of message"
        return f"a line of {len(longest)} characters: {longest[:200]}" if len(longest) > MOST_CHARACTERS else ""


class Caller:
    """Calls commands and keeps what was wrong."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture
        self.faults: list[str] = []
        self.calls = 0

    def __call__(self, *line: str) -> Ended:
        """Call a command; what is wrong with it is told by `check` at the end."""
        self.capture.readouterr()
        self.calls += 1
        status, raised = None, ""
        try:
            with within(MOST_SECONDS):
                status = main(list(line))
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
        except (Exception, TookTooLongError) as error:  # whatever it is, a command should have told it
            raised = "".join(format_exception(error)[-3:])[-900:]
        printed = self.capture.readouterr()
        return Ended(list(line), status, raised, printed.out, printed.err)

    def keep(self, ended: Ended, mutant: str) -> None:
        """Note what is wrong with how a call ended, if anything is."""
        if ended.fault:
            self.faults.append(f"{mutant}: {' '.join(ended.line)[:200]!r}\n  {ended.fault}")

    def check(self, least: int) -> None:
        """Fail with everything that was wrong, or if fewer calls were made than were meant."""
        assert self.calls >= least
        assert not self.faults, f"{len(self.faults)} of {self.calls}:\n" + "\n".join(self.faults)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Stop what takes longer."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TookTooLongError(f"took longer than {seconds} s")

    before: Callable[[int, FrameType | None], object] | int | None = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    begun = time.monotonic()
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        assert time.monotonic() - begun <= seconds + 5
