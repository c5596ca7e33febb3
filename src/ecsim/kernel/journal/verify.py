"""Checking the bytes of a run: every object, every sequence number, every leaf and the root, recomputed from data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import disk
from ecsim.kernel.journal.findings import Finding, Location, Weeks, stretches
from ecsim.kernel.journal.frames import Damage, WeekMark, read_frames, tail_files
from ecsim.kernel.journal.manifest import MANIFEST, Root, Seal, read_lines
from ecsim.kernel.journal.merkle import LEAF_SEQS, LeafHasher, tree_root
from ecsim.kernel.journal.objects import Columns, columns_of, object_path
from ecsim.kernel.journal.reader import JournalReader, in_order

Batch = tuple[Event, Stamp]
Tables = dict[type[Event], Columns]


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a run's files found.

    Attributes
    ----------
    events : how many follow one another from the first on
    root : of those events, or None if some were not kept or cannot be put in order
    closed : whether the run has ended with a root
    """

    events: int
    root: str | None
    last_day: int
    closed: bool
    findings: tuple[Finding, ...]


def verify(folder: Path, kinds: Sequence[type[Event]], root: str | None = None) -> Verification:
    """Return what holds of a run's files, up to their last whole batch.

    Parameters
    ----------
    root : one known from elsewhere, in hex

    Raises
    ------
    VerificationError
        If the manifest was altered: then there is nothing to hold the rest against.
    """
    inspection = Inspection(JournalReader(folder, kinds))
    for _ in inspection.events():
        pass
    findings = inspection.findings() + inspection.root_findings({"you": root} if root else {})
    closed = inspection.reader.published is not None
    return Verification(inspection.next, inspection.root(), inspection.last_day, closed, tuple(findings))


@dataclass(frozen=True, slots=True)
class _Altered:
    """An object that is not what its name says.

    Attributes
    ----------
    place : where the rows lie that it holds or should hold
    readable : whether it still holds rows
    """

    seal: Seal
    kind: str
    name: str
    fault: str
    place: Location
    readable: bool


class Inspection:
    """A run whose events are held against its manifest as they are read.

    Attributes
    ----------
    next : sequence number that must come next
    last_day : day of the last event
    objects, leaves : how many were found to be what the manifest says
    """

    def __init__(self, reader: JournalReader) -> None:
        self.reader, self.weeks = reader, Weeks(reader.seals)
        self.kept_all = reader.keep == "all"
        self.next = self.last_day = self.objects = self.leaves = 0
        self._hasher, self._first_leaf = LeafHasher(), 0
        self._found: list[Finding] = []
        self._altered: list[_Altered] = []
        self._wrong: dict[int, dict[str, str]] = {}
        self._open_leaf: dict[str, str] = {}

    @property
    def sound(self) -> bool:
        """Whether nothing was found so far."""
        return not (self._found or self._altered or self._wrong)

    def events(self) -> Iterator[Batch]:
        """Yield the events that were kept, as they were stored, until something is found; look through the rest.

        Leaves are held against the manifest once the events of their seal were given: ask `sound` at the end.

        Raises
        ------
        EcsimError
            If the run is being written at this moment.
        """
        for seal in self.reader.seals:
            if seal.first == seal.next:
                continue  # weeks in which nothing happened
            tables = self._tables(seal)
            if tables is None:
                self._go_on_at(seal.next)
            elif self.kept_all:
                yield from self._sealed(seal, tables)
            else:
                yield from self._kept(seal, tables)
        yield from self._tail()
        if not self.reader.published and len(read_lines(self.reader.folder / MANIFEST)) > len(self.reader.line_hashes):
            raise EcsimError(f"{self.reader.folder}: is being written; verify it once it has ended")

    def _tables(self, seal: Seal) -> Tables | None:
        """Return the rows of a seal, those of altered objects as they are; None if one cannot be read any more."""
        tables: Tables = {}
        bad: dict[str, tuple[str, bool]] = {}
        for kind, name in seal.objects.items():
            if kind not in self.reader.stored:
                bad[kind] = f"{kind}: object {name}.parquet is of a kind that the first line does not know", False
                continue
            try:
                columns = self.reader.rows(seal, kind, placed=False)
                tables |= {self.reader.stored[kind].kind: columns} if len(columns["seq"]) else {}
                self.objects += 1
            except VerificationError as error:
                kept = self._as_it_is(seal, kind, name)
                bad[kind] = str(error), kept is not None
                tables |= {self.reader.stored[kind].kind: kept} if kept else {}
        self._altered += [
            _Altered(seal, kind, seal.objects[kind], fault, self._held(seal, tables, kind, readable), readable)
            for kind, (fault, readable) in bad.items()
        ]
        return tables if all(readable for _, readable in bad.values()) else None

    def _as_it_is(self, seal: Seal, kind: str, name: str) -> Columns | None:
        """Return what an altered object holds, if it can be read."""
        path = object_path(self.reader.store, name)
        try:
            columns = columns_of(disk.read(path), self.reader.stored[kind].kind, path.name)
        except (VerificationError, FileNotFoundError):
            return None
        inside = columns["seq"] < seal.next
        return {name: values[inside] for name, values in columns.items()} if inside.any() else None

    def _held(self, seal: Seal, tables: Tables, kind: str, readable: bool) -> Location:
        """Return where an object's rows lie; if it cannot be read, where those lie that the others do not hold."""
        if readable:
            seqs = tables[self.reader.stored[kind].kind]["seq"]
        elif not self.kept_all:
            return self._whole(seal)
        else:
            others = np.concatenate([np.zeros(0, np.int64), *(columns["seq"] for columns in tables.values())])
            seqs = _gap(others, seal.first, seal.next)
        within = seqs[(seqs >= seal.first) & (seqs < seal.next)]
        return self.weeks.place(int(within.min()), int(within.max())) if len(within) else self._whole(seal)

    def _whole(self, seal: Seal) -> Location:
        return self.weeks.place(seal.first, seal.next - 1)

    def _sealed(self, seal: Seal, tables: Tables) -> Iterator[Batch]:
        if not self._in_place(seal, tables):
            self._go_on_at(seal.next)
            return
        self.next, self.last_day = seal.next, self.weeks.day(seal.next - 1)
        if self.sound:
            yield from in_order(tables)
        self._hash(seal, tables)

    def _in_place(self, seal: Seal, tables: Tables) -> bool:
        """Return whether rows have the sequence numbers of a seal, each one once, on its day; note it if not."""
        before, taken = len(self._found), np.zeros(seal.next - seal.first, np.bool_)
        for kind, columns in tables.items():
            seq, name = columns["seq"], f"rows of {kind.kind}"
            within = (seq >= seal.first) & (seq < seal.next)
            self._note(f"{name} lie outside of what was sealed together", seq[~within], kind)
            self._note(f"{name} are repeated or out of order", seq[1:][np.diff(seq) <= 0], kind)
            place = seq[within] - seal.first
            self._note(f"{name} come where there are other events: some were added or reordered",
                       place[taken[place]] + seal.first, kind)  # fmt: skip
            taken[place] = True
            if len(self._found) == before:
                other = columns["day"] != self.weeks.days(seq)
                self._note(f"{name} say that they happened in another week than the manifest says", seq[other], kind)
        self._note("events are missing: they were removed or reordered", np.flatnonzero(~taken) + seal.first)
        return len(self._found) == before

    def _note(self, what: str, seqs: NDArray[np.int64], kind: type[Event] | None = None) -> None:
        """Note what is wrong with the places of some rows, if there are any."""
        if len(seqs):
            place = self.weeks.place(int(seqs.min()), int(seqs.max()))
            where = {"kind": kind.kind, **place.data()} if kind else place.data()
            self._found.append(Finding("sequence", f"{len(seqs):,} {what} ({place})", where))

    def _go_on_at(self, seq: int) -> None:
        """Begin anew with a later event; leaves that began before it are not recomputed."""
        self.next, self._first_leaf = seq, -(-seq // LEAF_SEQS)
        self._hasher = LeafHasher()
        self._hasher.start_at(self._first_leaf)

    def _hash(self, seal: Seal, tables: Tables) -> None:
        """Take a seal's rows into the leaves; hold each leaf that ends in it against the manifest's."""
        done = self._first_leaf + len(self._hasher.leaves)
        self._hasher.add_sealed(tables, seal.next)
        ended = self._first_leaf + len(self._hasher.leaves)
        for leaf in range(done, min(ended, len(self.reader.leaves))):
            if self._hasher.leaves[leaf - self._first_leaf].hex() == self.reader.leaves[leaf]:
                self.leaves += 1
            else:
                self._wrong[leaf] = self._objects_in(leaf, seal, tables)
        self._open_leaf = self._objects_in(seal.next // LEAF_SEQS, seal, tables)

    def _objects_in(self, leaf: int, seal: Seal, tables: Tables) -> dict[str, str]:
        """Return the objects that have rows in a leaf, each with its kind; also those of the seals before."""
        objects = dict(self._open_leaf) if leaf == seal.first // LEAF_SEQS else {}
        for kind, columns in tables.items():
            start, stop = np.searchsorted(columns["seq"], [leaf * LEAF_SEQS, (leaf + 1) * LEAF_SEQS])
            objects |= {seal.objects[kind.kind]: kind.kind} if start < stop else {}
        return objects

    def _tail(self) -> Iterator[Batch]:
        """Yield what is not sealed yet."""
        order = [stored.kind for stored in self.reader.stored.values()]
        sealed = self.next
        for path in tail_files(self.reader.folder):
            whole = True
            content = disk.read(path)
            for part in read_frames(path, content, order):
                if isinstance(part, Damage):
                    self._torn(path, part.offset, part.why)
                    return
                if whole := isinstance(part, WeekMark) or part[1].first < sealed:  # the latter: sealed since
                    continue
                if self.kept_all and part[1].first != self.next:
                    self._leap(path, part[1].first)
                    return
                self._take(*part)
                if self.sound:
                    yield part
            if not whole:
                self._torn(path, len(content), "it ends within a week")

    def _take(self, event: Event, stamp: Stamp) -> None:
        if self.kept_all:
            self._hasher.catch_up(event, stamp)
        self.next, self.last_day = stamp.first + event.rows, stamp.day

    def _leap(self, path: Path, seq: int) -> None:
        message = f"{path.name}: seq {seq:,} comes where {self.next:,} is next (day {self.last_day})"
        where = {"file": path.name, "seqs": sorted((seq, self.next)), "days": [self.last_day] * 2}
        self._found.append(Finding("sequence", message, where))

    def _torn(self, path: Path, byte: int, why: str) -> None:
        message = (
            f"{path.name}: {why} at byte {byte}, after seq {self.next - 1:,} (day {self.last_day}). If the run was "
            f"killed, `ecsim resume {quote(str(self.reader.folder))}` goes on from its last whole week"
        )
        where = {"file": path.name, "byte": byte, "seqs": [self.next, self.next], "days": [self.last_day] * 2}
        self._found.append(Finding("tail", message, where))

    def _kept(self, seal: Seal, tables: Tables) -> Iterator[Batch]:
        """Yield what was kept of a seal, if it is of the kinds that are kept, each row at a place of its own."""
        seqs = np.concatenate([np.zeros(0, np.int64), *(columns["seq"] for columns in tables.values())])
        outside = [kind.kind for kind in tables if not kind.decision]
        inside = not len(seqs) or (seqs.min() >= seal.first and seqs.max() < seal.next)
        if outside or not inside or len(np.unique(seqs)) != len(seqs):
            message = f"{self._whole(seal)}: rows come twice, at another place, or are of kinds that are not kept"
            self._found.append(Finding("sequence", message, self._whole(seal).data()))
        for event, stamp in in_order(tables):
            self._take(event, stamp)
            if self.sound:
                yield event, stamp
        self.next = seal.next

    def root(self) -> str | None:
        """Return the root of the events, from data; of leaves that were kept if the events were not."""
        if self.kept_all:
            return self._hasher.root() if not self._first_leaf else None
        known, closed = self.reader.leaves, self.reader.published
        if closed is None or len(known) * LEAF_SEQS < closed.events:
            return None
        return tree_root([bytes.fromhex(leaf) for leaf in known]).hex()

    def findings(self) -> list[Finding]:
        """Return what was found in the files, each altered object with the leaves that came out otherwise by it."""
        altered_objects = [(altered, self._changed(altered)) for altered in self._altered]
        reported = {leaf for _, leaves in altered_objects for leaf in leaves}
        alone = stretches(leaf for leaf in self._wrong if leaf not in reported)
        return [_object_finding(altered, self._leaves(leaves)) for altered, leaves in altered_objects] + [
            _leaf_finding(self._leaves(range(first, last + 1)), self._wrong[first]) for first, last in alone
        ] + self._found  # fmt: skip

    def _changed(self, altered: _Altered) -> list[int]:
        """Return the leaves that an altered object may have changed, of those that came out otherwise."""
        first, last = altered.place.leaves
        leaves = [leaf for leaf in self._wrong if first <= leaf <= last]
        closed = self.reader.published
        ends = closed is not None and altered.place.seqs[1] // LEAF_SEQS == (closed.events - 1) // LEAF_SEQS
        if not leaves and altered.readable and ends and closed and self.root() not in (None, closed.root):
            leaves = [last]  # the last leaf is short: only the root tells
        return leaves

    def _leaves(self, leaves: Sequence[int]) -> Location | None:
        return self.weeks.leaves(leaves[0], leaves[-1], self.next) if len(leaves) else None

    def root_findings(self, known: Mapping[str, Root | str]) -> list[Finding]:
        """Return what does not fit the count and root that the run was closed with, or those known from elsewhere.

        Parameters
        ----------
        known : roots, in hex or with their counts, by who or what says so
        """
        closed = self.reader.published
        every: dict[str, Root | str] = {"the closing line": closed} if closed else {}
        every |= known
        findings = [] if closed or not any(isinstance(root, Root) for root in known.values()) else [_not_closed()]
        for who, root in every.items():
            findings += self._count_findings(who, root) if isinstance(root, Root) else []
        now = self.root() or (closed.root if closed else None)
        if findings or now is None:
            return findings
        roots = {who: root.root if isinstance(root, Root) else root for who, root in every.items()}
        return [self._root_finding(who, root, now) for who, root in roots.items() if root != now]

    def _count_findings(self, who: str, known: Root) -> list[Finding]:
        """Return what does not fit the count of a root that was published."""
        genesis, closed = self.reader.line_hashes[0], self.reader.published
        if known.genesis != genesis:
            message = f"{who} belongs to another run: to one that begins with the line {known.genesis}, not {genesis}"
            return [Finding("root", message, {"by": who})]
        events = self.next if self.kept_all or closed is None else closed.events
        if events == known.events:
            return []
        first, last = min(events, known.events), max(events, known.events) - 1
        place, gap = self.weeks.place(first, last), f"{last - first + 1:,}"
        what = f"the last {gap} are missing" if events < known.events else f"{gap} were added"
        message = (
            f"the run holds {events:,} events, {who} says {known.events:,}: {what} (from leaf {place.leaves[0]}, "
            f"seq {first:,}, day {place.days[0]} on)"
        )
        return [Finding("root", message, {"by": who, **place.data()})]

    def _root_finding(self, who: str, said: str, now: str) -> Finding:
        message, where = (
            f"the events have the root {now}, {who} says {said}",
            {"by": who, "published": said, "found": now},
        )
        if not self.kept_all or who != "the closing line":
            return Finding("root", f"{message}. `--rerun` names the event and the field", where)
        place = self.weeks.place(self.next // LEAF_SEQS * LEAF_SEQS, self.next - 1)
        message += f"; every whole leaf holds, so it lies in {place} or in that line" if not self._wrong else ""
        return Finding("root", f"{message}. `--rerun` names the event and the field", {**where, **place.data()})


def _gap(seqs: NDArray[np.int64], first: int, stop: int) -> NDArray[np.int64]:
    """Return the first and last number from one to below another that others leave out; none if they leave out none.

    It takes as much room as the others, however far apart the two are.
    """
    within = np.unique(seqs[(seqs >= first) & (seqs < stop)])
    if len(within) == stop - first:
        return within[:0]
    places = np.arange(len(within))
    from_first, to_last = within == first + places, within == stop - len(within) + places
    low = first + (len(within) if from_first.all() else int(np.argmin(from_first)))
    high = stop - 1 - (len(within) if to_last.all() else int(np.argmin(to_last[::-1])))
    return np.array([low, high])


def _not_closed() -> Finding:
    message = "the closing line is missing, though the run had ended: its figures were published with its root"
    return Finding("root", message, {"file": MANIFEST})


def _object_finding(altered: _Altered, changed: Location | None) -> Finding:
    place = changed or altered.place
    if changed:
        effect = f"it changes {changed}"
    elif altered.readable:
        effect = f"the events it holds, at {place}, are unchanged"
    else:
        effect = f"its events lie at {place}"
    where = {"object": altered.name, "kind": altered.kind, **place.data()}
    return Finding("objects", f"{altered.fault}; {effect}", where)


def _leaf_finding(place: Location | None, held: Mapping[str, str]) -> Finding:
    assert place is not None
    message = (
        f"{place} does not match the manifest, though its objects have the names that the manifest gives them; "
        f"it holds {', '.join(sorted(set(held.values())))}. `--rerun` names the event and the field"
    )
    return Finding("leaves", message, {**place.data(), "objects": dict(held)})
