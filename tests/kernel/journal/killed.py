"""Processes that are killed: forked, so that they begin at once and share nothing that is open."""

from __future__ import annotations

import math
import os
import select
import signal
import time
import traceback
from collections.abc import Callable

Told = Callable[[int], None]


class Forked:
    """A process that does something and tells of every whole week it has got to.

    Attributes
    ----------
    known : the last week that it told of; -1: none
    """

    def __init__(self, act: Callable[[Told], None]) -> None:
        self._heard, told = os.pipe()
        self.known = -1
        self.process = os.fork()
        if self.process == 0:
            _do_and_exit(act, told)
        os.close(told)

    def killed_after(self, seconds: float) -> bool:
        """Kill it unless it has ended by then; return whether it was killed."""
        self._hear(time.monotonic() + seconds)
        os.kill(self.process, signal.SIGKILL)
        _, status = os.waitpid(self.process, 0)
        self._hear(math.inf)
        os.close(self._heard)
        killed = os.WIFSIGNALED(status)
        assert killed or os.WEXITSTATUS(status) == 0, "it failed: see what it printed"
        return killed

    def hears(self) -> int:
        """Return the last week that it has told of by now."""
        self._hear(0.0)
        return self.known

    def _hear(self, until: float) -> None:
        """Listen until it has ended or time is up."""
        while select.select([self._heard], [], [], min(max(0.0, until - time.monotonic()), 1e6))[0]:
            told = os.read(self._heard, 4096)
            if not told:
                return
            self.known = told[-1]


def _do_and_exit(act: Callable[[Told], None], told: int) -> None:
    status = 1
    try:
        act(lambda week: os.write(told, bytes([week])))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
