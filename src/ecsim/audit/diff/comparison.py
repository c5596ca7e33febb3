"""What differs between two runs: the first event, then rows by kind and by whom they are about, then figures.

Any two runs can be compared: a parent and its fork, two seeds, two policies, two versions of ecsim.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ecsim.audit.diff.divergence import Divergence, FirstDivergence, RunSide, first_unequal, same_leaves
from ecsim.audit.diff.entities import Entity, Tally
from ecsim.audit.diff.gaps import Gaps, MeasuredSide, gaps
from ecsim.audit.diff.matching import MatchedRows, changed_columns, matched
from ecsim.kernel.errors import VerificationError
from ecsim.kernel.recorded import LEAF_SEQS, Columns, Event, JournalReader, made_by
from ecsim.naming.names import names_of

NO_GAPS = Gaps((), ())
UNLIKE = (
    "scenario.model", "region.name", "scenario.counties", "scenario.prefectures", "scenario.start", "scenario.sample",
)  # fmt: skip
"""Settings without which two runs have no events in common."""
_WORDS = {f"scenario.{key}" for key in ("title_en", "title_zh", "description", "keep")}
"""Settings that no event depends on."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What the manifest of a run says of it; events and root are None where the run was not closed."""

    run: Path
    start: dt.date
    events: int | None
    root: str | None
    keep: str


@dataclass(frozen=True, slots=True)
class KindDifference:
    """Rows of one kind that differ, from the first diverging event on.

    Attributes
    ----------
    only_a, only_b : rows that the other run does not have
    changed : rows about the same on the same day, with other values
    moved : rows about the same that happened on another day
    columns : in how many changed or moved rows each column differs
    """

    kind: str
    only_a: int
    only_b: int
    changed: int
    moved: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunDifference:
    """What differs between run A and run B.

    Attributes
    ----------
    equal : whether the events are the same, all of them
    settings : what the manifests say differently, by dotted key: values in A and in B
    notes : what could not be compared and why, and how the runs are related
    leaf : the first leaf that differs by the manifests; None if none does, or if they cannot tell
    first : the first diverging event
    kinds : what differs from there on, by kind
    entities : whom most rows that differ are about
    gaps : targets and outcomes that differ
    """

    a: RunSummary
    b: RunSummary
    equal: bool
    settings: Mapping[str, tuple[Any, Any]]
    notes: tuple[str, ...]
    leaf: int | None = None
    first: Divergence | None = None
    kinds: tuple[KindDifference, ...] = ()
    entities: tuple[Entity, ...] = ()
    gaps: Gaps = NO_GAPS


def diff_runs(a: Path, b: Path, *, top: int = 5, figures: bool = True, trust: bool = False) -> RunDifference:
    """Return what differs between two runs: the first divergence, rows by kind and by whom they concern, then figures.

    What both begin with, by the leaves in their manifests, is not read again. Runs of another region, start or sample
    have no events in common: then settings and figures are compared alone.

    Parameters
    ----------
    a, b : folders of the runs
    top : how many stations, projects, … are named of those that most rows that differ concern
    figures : whether targets and outcomes are compared too
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If a folder holds no run, or the run cannot be read.
    VerificationError
        If an object was altered, or the manifests differ in leaves or root and no event does.
    """
    sides = RunSide(a, trust=trust), RunSide(b, trust=trust)
    readers = sides[0].reader, sides[1].reader
    notes = (*_kinship(*readers), *_unfinished(*readers))
    head = RunDifference(
        _summary_of(readers[0]), _summary_of(readers[1]), _same_root(*readers), _settings(*readers), notes
    )
    if head.equal:
        return head
    unlike = [key for key in UNLIKE if key in head.settings]
    if unlike:
        note = f"the runs differ in {', '.join(unlike)}: their events are not compared, only settings and figures"
        return _with_figures(replace(head, notes=(*notes, note)), *sides, figures=figures)
    head = replace(head, leaf=_first_leaf(*readers))
    if any(reader.keep != "all" for reader in readers):
        return _with_figures(head, *sides, figures=figures)
    first, kinds, entities = _events(*sides, top)
    if first is not None:
        head = replace(head, first=first, kinds=kinds, entities=entities)
        return _with_figures(head, *sides, figures=figures)
    if head.leaf is not None or (_same_schema(*readers) and head.a.root and head.b.root):
        raise VerificationError(
            f"{a} and {b}: the manifests say that the runs differ, and no event does; one of them was altered — "
            "`ecsim verify` finds out which"
        )
    return replace(head, equal=True)


def _with_figures(difference: RunDifference, a: RunSide, b: RunSide, *, figures: bool) -> RunDifference:
    """Return the difference with that in figures, or with a note on why there is none."""
    lacking = tuple(
        f"{side.reader.folder} keeps {side.reader.keep} only: events and figures are not compared — `ecsim reproduce` "
        "writes it in full again"
        for side in (a, b)
        if side.reader.keep != "all"
    )
    if lacking:
        return replace(difference, notes=(*difference.notes, *lacking))
    if not figures or a.run.model is not b.run.model:
        return difference
    measured = MeasuredSide(a.run), MeasuredSide(b.run)
    notes = (
        *difference.notes,
        *dict.fromkeys(note for measured_side in measured for note in measured_side.not_available()),
    )
    return replace(difference, gaps=gaps(*measured), notes=notes)


def _summary_of(reader: JournalReader) -> RunSummary:
    start, published = dt.date.fromisoformat(reader.genesis["scenario"]["start"]), reader.published
    if published is None:
        return RunSummary(reader.folder, start, None, None, reader.keep)
    return RunSummary(reader.folder, start, published.events, published.root, reader.keep)


def _same_root(a: JournalReader, b: JournalReader) -> bool:
    return (
        a.published is not None
        and b.published is not None
        and (a.published.root, a.published.events) == (b.published.root, b.published.events)
    )


def _same_schema(a: JournalReader, b: JournalReader) -> bool:
    """Whether both stored the same kinds in the same versions: then other leaves are other events."""
    by_kind = [{line["kind"]: line for line in reader.genesis["kinds"]} for reader in (a, b)]
    return by_kind[0] == by_kind[1]


def _first_leaf(a: JournalReader, b: JournalReader) -> int | None:
    """Return the first leaf that differs by the manifests, or None if they cannot tell."""
    same = same_leaves(a, b)
    return same if _same_schema(a, b) and same < min(len(a.leaves), len(b.leaves)) else None


def _events(
    a: RunSide, b: RunSide, top: int
) -> tuple[Divergence | None, tuple[KindDifference, ...], tuple[Entity, ...]]:
    """Return the first diverging event and what differs from there on, kind by kind."""
    since = same_leaves(a.reader, b.reader) * LEAF_SEQS
    known = {name: stored.shown for side in (b, a) for name, stored in side.reader.stored.items()}
    first, kinds = FirstDivergence({**a.words, **b.words}), list[KindDifference]()
    tally: Tally | None = None
    for kind in known.values():
        rows_a, rows_b = a.rows(kind, since), b.rows(kind, since)
        place = first_unequal(rows_a, rows_b)
        if place is None:
            continue
        first.see(kind, rows_a, rows_b, place)
        pairs = matched(kind, rows_a, rows_b, place)
        if not len(pairs.rows_a) and not len(pairs.rows_b):
            continue  # other seqs or causes alone
        kinds.append(_kind_difference(kind, rows_a, rows_b, pairs))
        if top:
            tally = tally or _tally(a, b)
            _count(tally, kind, rows_a, rows_b, pairs)
    kinds.sort(key=lambda difference: -(difference.only_a + difference.only_b + difference.changed + difference.moved))
    return first.divergence(a, b), tuple(kinds), tuple(tally.most(top)) if tally else ()


def _kind_difference(kind: type[Event], a: Columns, b: Columns, pairs: MatchedRows) -> KindDifference:
    columns = changed_columns(kind, a, b, pairs.changed) + changed_columns(kind, a, b, pairs.moved)
    return KindDifference(
        kind.kind, len(pairs.only_a), len(pairs.only_b), pairs.changed.shape[1], pairs.moved.shape[1],
        dict(columns.most_common()),
    )  # fmt: skip


def _count(tally: Tally, kind: type[Event], a: Columns, b: Columns, pairs: MatchedRows) -> None:
    tally.add("only_a", tally.a, kind, a, pairs.only_a)
    tally.add("only_b", tally.b, kind, b, pairs.only_b)
    tally.add("changed", tally.a, kind, a, pairs.changed[0])
    tally.add("moved", tally.a, kind, a, pairs.moved[0])


def _tally(a: RunSide, b: RunSide) -> Tally:
    """Return a count by what rows are about: the tables that the model counts by, or all that events make."""
    model = a.run.model
    return Tally(names_of(a.run), names_of(b.run), model.counted or tuple(made_by(model.events)))


def _kinship(a: JournalReader, b: JournalReader) -> list[str]:
    """Return how one run was forked from the other, if it was."""
    notes = []
    for child, parent, name in ((b, a, "B"), (a, b, "A")):
        origin = child.genesis.get("parent")
        if origin and origin["genesis"] == parent.line_hashes[0]:
            change = f": {origin['told']}" if origin.get("told") else ""
            notes.append(f"{name} was forked from the other on day {origin['day']}, seq {origin['events']:,}{change}")
    return notes


def _unfinished(a: JournalReader, b: JournalReader) -> list[str]:
    """Return which run was not closed, and whether the runs are of another length."""
    ends = {str(reader.genesis["scenario"]["end"]) for reader in (a, b)}
    notes = [
        f"{reader.folder} was not closed: it is compared up to its last whole week"
        for reader in (a, b)
        if reader.published is None
    ]
    return notes if len(ends) == 1 else [*notes, f"the runs end on {' and '.join(sorted(ends))}"]


def _settings(a: JournalReader, b: JournalReader) -> dict[str, tuple[Any, Any]]:
    """Return what the genesis lines say differently of where the events come from, by dotted key."""
    said = ({key: reader.genesis.get(key) for key in ("scenario", "seed", "code", "region")} for reader in (a, b))
    settings_a, settings_b = ({key: value for key, value in _flat(each).items() if key not in _WORDS} for each in said)
    return {
        key: (settings_a.get(key), settings_b.get(key))
        for key in dict.fromkeys([*settings_a, *settings_b])
        if settings_a.get(key) != settings_b.get(key)
    }


def _flat(content: Any, key: str = "") -> dict[str, Any]:  # noqa: ANN401 (from JSON)
    """Return the values of nested tables by dotted key."""
    if isinstance(content, list) and all(isinstance(each, dict) and "name" in each for each in content):
        content = {each["name"]: each for each in content}
    if not isinstance(content, dict):
        return {key: content}
    return {name: value for k, v in content.items() for name, value in _flat(v, f"{key}.{k}" if key else k).items()}
