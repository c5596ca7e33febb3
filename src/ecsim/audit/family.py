"""The family of runs in a folder: who was forked from whom, when, and what was changed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.manifest import MANIFEST


@dataclass
class Member:
    """One run of a family.

    Attributes
    ----------
    since : the date from which it goes its own way; None for a run of its own
    told : what was changed
    root : None as long as it has not ended
    """

    folder: Path
    name: str
    seed: int
    policy: str
    since: dt.date | None
    told: str
    events: int
    root: str | None
    children: list[Member] = field(default_factory=list)


def family(results: Path) -> list[Member]:
    """Return the runs below a folder that have no parent there, each with its descendants.

    Raises
    ------
    EcsimError
        If there is no run.
    """
    members, parents = {}, {}
    for manifest in sorted(results.rglob(MANIFEST)):
        reader = JournalReader(manifest.parent, ())
        members[reader.line_hashes[0]] = _member(reader)
        parents[reader.line_hashes[0]] = reader.genesis.get("parent", {}).get("genesis")
    if not members:
        raise EcsimError(f"{results}: no run there; `ecsim run CONFIG --out {quote(f'{results}/first')}` writes one")
    children: dict[str | None, list[Member]] = defaultdict(list)
    for own, parent in parents.items():
        children[parent if parent in members else None].append(members[own])
    for own, member in members.items():
        member.children = children[own]
    return children[None]


def _member(reader: JournalReader) -> Member:
    genesis, closed = reader.genesis, reader.published
    scenario, parent = genesis["scenario"], genesis.get("parent")
    start = dt.date.fromisoformat(scenario["start"])
    marks = reader.marks()
    return Member(
        folder=reader.folder,
        name=scenario["name"],
        seed=genesis["seed"],
        policy=scenario["policy"]["name"] if "policy" in scenario else "",
        since=start + dt.timedelta(days=parent["day"]) if parent else None,
        told=parent["told"] if parent else "",
        events=closed.events if closed else marks[-1][0] if marks else 0,
        root=closed.root if closed else None,
    )
