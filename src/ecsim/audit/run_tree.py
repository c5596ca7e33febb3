"""The tree of runs in a folder: which was forked from which, when, and what was changed."""

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
class RunNode:
    """A run in a tree of forks.

    Attributes
    ----------
    since : the date from which it goes its own way; None for a run of its own
    change : what was changed
    root : None as long as it has not ended
    """

    folder: Path
    name: str
    seed: int
    policy: str
    since: dt.date | None
    change: str
    events: int
    root: str | None
    children: list[RunNode] = field(default_factory=list)


def run_trees(results: Path) -> list[RunNode]:
    """Return the tree of forks below a folder: the runs that have no parent there, each with its descendants.

    Parameters
    ----------
    results : folder that holds runs, at any depth

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
    children: dict[str | None, list[RunNode]] = defaultdict(list)
    for genesis, parent in parents.items():
        children[parent if parent in members else None].append(members[genesis])
    for genesis, member in members.items():
        member.children = children[genesis]
    return children[None]


def _member(reader: JournalReader) -> RunNode:
    genesis, closed = reader.genesis, reader.published
    scenario, parent = genesis["scenario"], genesis.get("parent")
    start = dt.date.fromisoformat(scenario["start"])
    marks = reader.marks()
    return RunNode(
        folder=reader.folder,
        name=scenario["name"],
        seed=genesis["seed"],
        policy=scenario["policy"]["name"] if "policy" in scenario else "",
        since=start + dt.timedelta(days=parent["day"]) if parent else None,
        change=parent["told"] if parent else "",
        events=closed.events if closed else marks[-1][0] if marks else 0,
        root=closed.root if closed else None,
    )
