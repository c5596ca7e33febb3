"""Servers with a queue, and storage with room for so many: parts of processes in SimPy."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias

import simpy
from simpy.resources.resource import PriorityRequest

Steps: TypeAlias = Generator[simpy.Event, Any, Any]
"""A process, or a part of one that is entered with ``yield from``."""


class Level:
    """How many are there, over time.

    Attributes
    ----------
    now : how many are there
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.now = 0
        self._area, self._since, self._start = 0.0, float(env.now), float(env.now)

    def change(self, by: int) -> None:
        """Say that so many came, or left if below 0."""
        self._area += self.now * (self._env.now - self._since)
        self._since = float(self._env.now)
        self.now += by

    def mean(self) -> float:
        """Return how many there were on average since the last `restart`."""
        self.change(0)
        passed = self._since - self._start
        return self._area / passed if passed > 0 else float(self.now)

    def restart(self) -> None:
        """Forget what was before, as after warming up."""
        self.change(0)
        self._area, self._start = 0.0, self._since


class Servers:
    """Like servers that share a queue: vans of a depot, its docks, a counter.

    The lowest rank is served first, and within a rank who came first; nobody is interrupted.

    Parameters
    ----------
    env : of SimPy
    number : of servers
    room : how many may be there, served ones included; who comes beyond is turned away. None: all may wait

    Attributes
    ----------
    there : how many are there, served or waiting, over time
    waits : of each who was served, in the order of their turns, the time from coming to being served
    stays : of each who left, the time from coming to leaving
    refused : how many were turned away
    """

    def __init__(self, env: simpy.Environment, number: int, *, room: int | None = None) -> None:
        if number < 1 or (room is not None and room < number):
            raise ValueError(
                f"{number} servers with room for {room}; give 1 or more, and room for all of them at least"
            )
        self._env, self._room = env, room
        self._servers = simpy.PriorityResource(env, number)
        self.there = Level(env)
        self.waits: list[float] = []
        self.stays: list[float] = []
        self.refused = 0

    def claim(self, rank: int = 0) -> PriorityRequest:
        """Return a claim to a server, to be waited for and given back: ``with vans.claim() as van: yield van``."""
        return self._servers.request(priority=rank)

    def visit(self, seconds: float, rank: int = 0) -> Steps:
        """Wait for a server, be served so long, and leave; return the wait, or None if there was no room."""
        if self._room is not None and self.there.now >= self._room:
            self.refused += 1
            return None
        came = self._env.now
        self.there.change(1)
        with self.claim(rank) as turn:
            yield turn
            wait = float(self._env.now - came)
            self.waits.append(wait)
            yield self._env.timeout(seconds)
        self.there.change(-1)
        self.stays.append(float(self._env.now - came))
        return wait


class Storage:
    """A room that holds so many parcels: what is handed over beyond it is not taken.

    Parameters
    ----------
    room : parcels it holds

    Attributes
    ----------
    there : how many it holds, over time
    refused : how many were not taken for want of room
    """

    def __init__(self, env: simpy.Environment, room: int) -> None:
        if room < 1:
            raise ValueError(f"room for {room} parcels; give 1 or more")
        self.room = room
        self.there = Level(env)
        self.refused = 0

    def put(self, parcels: int) -> int:
        """Hand over parcels; return how many were taken."""
        taken = min(parcels, self.room - self.there.now)
        self.there.change(taken)
        self.refused += parcels - taken
        return taken

    def take(self, parcels: int) -> int:
        """Fetch parcels; return how many were there."""
        given = min(parcels, self.there.now)
        self.there.change(-given)
        return given
