"""When a van goes to a thin village: after so many parcels, or so long after the first."""

from __future__ import annotations

import simpy

from ecsim.queues.parts import Steps


class DispatchRule:
    """Gathers parcels, and sends a van when ``parcels`` wait or ``after`` the first of them came, whichever is first.

    Attributes
    ----------
    loads : parcels of each van that was sent
    waits : of each parcel, the time from coming to leaving
    """

    def __init__(self, env: simpy.Environment, parcels: int, after: float) -> None:
        if parcels < 1 or not after >= 0:
            raise ValueError(
                f"after {parcels} parcels or {after} seconds; give 1 or more parcels, and a time from 0 on"
            )
        self._env, self._parcels, self._after = env, parcels, after
        self._came: list[float] = []
        self.loads: list[int] = []
        self.waits: list[float] = []

    def bring(self) -> None:
        """One more parcel comes."""
        self._came.append(float(self._env.now))
        if len(self._came) >= self._parcels:
            self._send()
        elif len(self._came) == 1:
            self._env.process(self._in_time(len(self.loads)))

    def _in_time(self, number: int) -> Steps:
        """Send the van of a number when its time is up, if it has not gone full."""
        yield self._env.timeout(self._after)
        if len(self.loads) == number:
            self._send()

    def _send(self) -> None:
        self.loads.append(len(self._came))
        self.waits += [float(self._env.now) - came for came in self._came]
        self._came = []
