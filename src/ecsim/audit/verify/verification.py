"""Verification of a run: its bytes, its root, its state, its figures, and what must add up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any

from ecsim.audit.published import INDICATORS, PublishedFigures, differences, read_published
from ecsim.audit.verify.checks import Check, Report
from ecsim.audit.verify.prefetch import prefetch
from ecsim.audit.verify.replay_check import Replay
from ecsim.audit.verify.rerun import Rerun, simulate_again
from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.recorded import MANIFEST, Finding, Inspection, Root, StoredRun, code_version, open_run

Progress = Callable[[str, int, int], None] | None
_NOT_ANCHORED = "; it is not anchored: no published figures state it, so rewritten lines would go unnoticed"
OF_FILES = ("objects", "sequence", "leaves")
OF_STATE = ("state", "indicators")


def verify_run(
    run: Path, *, root: str | None = None, manifest: str | None = None, again: bool = False, progress: Progress = None,
    trust: bool = False,
) -> Report:  # fmt: skip
    """Return a report on whether a run is what was published of it.

    Every object, sequence number and leaf and the root are recomputed from data; the state is replayed; every indicator
    and outcome is recomputed and compared with the published one; the laws of the model must hold.

    Parameters
    ----------
    run : folder of the run
    root : one known from elsewhere, in hex
    manifest : hash of the manifest's last line, known from elsewhere, in hex
    again : simulate the run again, up to the first leaf that differs, and name the first event that does
    progress : called with what is counted (``events``, then ``weeks``), how many are done, and how many there are
    trust : whether, to simulate it again, a strategy ``module:Class`` that the run names may be imported

    Raises
    ------
    EcsimError
        If there is no run, it is being written, or this version of ecsim cannot read it.
    """
    begun = time.perf_counter()
    try:
        return _Verifier(open_run(run, trust=trust), root, manifest, progress).report(begun, again=again, trust=trust)
    except VerificationError as error:
        return _unreadable(run, str(error), begun)


def _unreadable(run: Path, message: str, begun: float) -> Report:
    checks = [Check.of("manifest", "", [Finding("manifest", message, {"file": MANIFEST})])]
    checks += _unchecked((*OF_FILES, "root", *OF_STATE, "laws"), "there is no manifest to hold it against")
    return Report(run, 0, None, time.perf_counter() - begun, tuple(checks))


def _unchecked(names: tuple[str, ...], why: str) -> list[Check]:
    return [Check(name, "not checked", why) for name in names]


class _Verifier:
    """One run on its way through the checks."""

    def __init__(self, run: StoredRun[Any, Any], given: str | None, manifest: str | None, progress: Progress) -> None:
        self.run, self.given, self.given_manifest, self.progress = run, given, manifest, progress
        self.reader = reader = run.reader
        self.inspection = Inspection(reader)
        self._events, self._next_report = max([seal.next for seal in reader.seals], default=0), 0
        self.published: PublishedFigures | None = None
        self.altered: list[Finding] = []
        try:
            self.published = read_published(reader.folder)
        except VerificationError as error:
            self.altered = [Finding("indicators", str(error), {"file": INDICATORS})]

    def report(self, begun: float, *, again: bool, trust: bool) -> Report:
        """Return what comes out."""
        replay = Replay(self.run) if not self._not_replayed() else None
        for event, stamp in prefetch(self.inspection.events()):
            if replay:
                replay.see(event, stamp)
            self._tell(stamp.first)
        checks = [*self._of_files(), self._root(), *self._of_state(replay)]
        seconds = time.perf_counter() - begun
        if again:
            checks.append(self._again(checks, trust=trust))
        return Report(self.reader.folder, self.inspection.next, self.inspection.root(), seconds, tuple(checks))

    def _tell(self, seq: int) -> None:
        """Say how far the events have been followed, a hundred times or so in a long run."""
        if self.progress and seq >= self._next_report:
            self.progress("events", seq, self._events)
            self._next_report = seq + max(2**16, self._events // 100)

    def _of_files(self) -> Iterator[Check]:
        """Yield what is to be said of manifest, objects, sequence, leaves and tail."""
        inspection = self.inspection
        yield self._manifest()
        good = {
            "objects": f"{inspection.objects} objects hash to their names",
            "sequence": f"{inspection.next:,} events follow one another, each in its week",
            "leaves": f"{inspection.leaves:,} leaves match those that were sealed",
        }
        findings = inspection.findings()
        lost = self._not_kept()
        for name, summary in good.items():
            own_findings = [finding for finding in findings if finding.check == name]
            kept = not lost or own_findings or (name == "objects" and self.reader.keep == "decisions")
            yield Check.of(name, summary, own_findings) if kept else Check(name, "not checked", lost)
        if not self.reader.published:
            summary = "what is not sealed yet is whole up to the end of a week"
            yield Check.of("tail", summary, [finding for finding in findings if finding.check == "tail"])

    def _manifest(self) -> Check:
        """Hold the hash of the last line, which follows all the others, against every place that states it."""
        last, lines = self.reader.line_hashes[-1], len(self.reader.line_hashes)
        summary = f"{lines} lines, each with its own hash and that of the line before; the last one's is {last}"
        if self.reader.published is None:
            return Check("manifest", "good", summary)
        known = {INDICATORS: self.published.root.manifest} if self.published else {}
        known |= {"the hash you gave": self.given_manifest} if self.given_manifest else {}
        findings = [
            Finding(
                "manifest",
                f"the last of {lines} lines has the hash {last}; by {who} it is {said}: lines were rewritten",
                {"file": MANIFEST, "by": who, "published": said, "found": last},
            )
            for who, said in known.items()
            if said and said != last
        ]
        places = [who for who, said in known.items() if said]
        bound = f", as stated by {' and '.join(places)}" if places else _NOT_ANCHORED
        return Check.of("manifest", f"{summary}{bound}", findings)

    def _not_kept(self) -> str:
        if self.inspection.kept_all:
            return ""
        return (
            f"the run keeps {self.reader.keep} only, and what was not kept cannot be verified from disk; "
            f"`ecsim reproduce {quote(str(self.reader.folder))}` writes it in full again"
        )

    def _not_replayed(self) -> str:
        """Return why there is no state to look at."""
        return self._not_kept() or ("" if self.reader.marks() else "the run has no whole week yet")

    def _root(self) -> Check:
        """Hold the root of the events against every place that states it."""
        closed, now = self.reader.published, self.inspection.root()
        known: dict[str, Root | str] = {INDICATORS: self.published.root} if self.published else {}
        known |= {"the root you gave": self.given} if self.given else {}
        findings = self.inspection.root_findings(known)
        if findings:
            return Check.of("root", "", findings)
        if closed is None:
            last = f"{self.inspection.next:,} events up to day {self.inspection.last_day}"
            summary = (
                f"the run has not ended ({last}); `ecsim resume {quote(str(self.reader.folder))}` brings it to its end"
            )
            return Check("root", "not checked", summary)
        places = " and ".join(["the closing line", *known])
        if now is None:
            return Check(
                "root", "not checked", f"the events cannot be put in order; {closed.root} is stated by {places}"
            )
        whose = "of the events" if self.inspection.kept_all else "of the leaves that were kept"
        return Check("root", "good", f"{now} {whose}, as stated by {places}")

    def _of_state(self, replay: Replay | None) -> list[Check]:
        """Return what is to be said of state, figures and laws."""
        if replay is None:
            return self._figures_only(self._not_replayed())
        if replay.failed:
            state = Check.of("state", "", [replay.failed])
            return [state, *self._figures_only("the state could not be replayed")[1:]]
        if not self.inspection.sound:
            why = f"the events hold up to day {replay.last_day} only; the rest was not replayed"
            return self._figures_only(why)
        state = Check("state", "good", f"replayed to day {replay.last_day}; every row points at rows that exist")
        violations = [(law, law.violations(replay.state)) for law in replay.watch.laws]
        return [
            state,
            self._figures(replay),
            *(Check.of(law.name, law.summary(), broken) for law, broken in violations),
        ]

    def _figures_only(self, why: str) -> list[Check]:
        """Return the checks of state, figures and laws that could not be made, but for a file that was altered."""
        laws = [law.name for law in self.run.model.watch(self.reader, self.run.scenario).laws]
        checks = _unchecked((*OF_STATE, *laws), why)
        return [Check.of(c.name, "", self.altered) if c.name == "indicators" and self.altered else c for c in checks]

    def _figures(self, replay: Replay) -> Check:
        """Recompute every indicator and outcome and hold them against the published ones."""
        if self.altered or self.published is None:
            why = f"there is no {INDICATORS}: no figures were published with this run"
            return Check.of("indicators", "", self.altered) if self.altered else Check("indicators", "not checked", why)
        then, now, left_out = self.published.held_against(replay.measurement.sheet(), self.run.model.measures)
        check = Check.of("indicators", f"{now.count:,} figures recomputed{left_out}", differences(then, now))
        other = self._other_rules()
        return check if check.result == "good" or not other else replace(check, summary=f"{check.summary}; {other}")

    def _other_rules(self) -> str:
        """Return by which other rules the figures were published, if they were."""
        genesis, now = self.reader.genesis, code_version(self.run.model, self.run.scenario)
        differences = [] if genesis["code"] == now else [f"published by {genesis['code']}, recomputed by {now}"]
        sources = self.run.model.hooks.sources(self.run.scenario).items()
        differences += [f"the {key} has changed since" for key, source in sources if genesis[key] != source]
        return "; ".join(differences)

    def _again(self, checks: list[Check], *, trust: bool) -> Check:
        """Simulate the run again, at most up to the first leaf that was found to be altered."""
        leaves = [
            finding.where["leaves"][0] for check in checks for finding in check.findings if "leaves" in finding.where
        ]
        progress = self.progress
        weeks = (lambda done, total: progress("weeks", done, total)) if progress else None
        try:
            result = simulate_again(self.run, self.inspection.next, min(leaves, default=None), weeks, trust=trust)
        except EcsimError as error:
            return Check("rerun", "not checked", str(error))
        return _rerun_check(result)


def _rerun_check(result: Rerun) -> Check:
    """Return in words what simulating again showed."""
    if result.leaf is None:
        limit = f"; {result.limit}" if result.limit else " and the same root"
        return Check(
            "rerun", "good", f"simulated again from scenario and seed: the same {result.events:,} events{limit}"
        )
    place = f"leaf {result.leaf} (days {result.days[0]} to {result.days[1]})"
    where: dict[str, Any] = {"leaves": [result.leaf] * 2, "days": list(result.days)}
    unread = f"of the kinds {', '.join(result.unread)} no rows can be compared there" if result.unread else ""
    if result.difference:
        first = result.difference
        message = f"{place}: the first event that differs is {first}" + (f"; {unread}" if unread else "")
        values = {"seq": first.seq, "day": first.day, "kind": first.kind, "column": first.column}
        where |= {**values, "stored": first.stored, "simulated": first.simulated}
        return Check.of("rerun", "", [Finding("rerun", message, where)])
    if unread:
        message = f"{place} is the first that differs; {unread}, and the others are as simulated"
        return Check.of("rerun", "", [Finding("rerun", message, where)])
    return Check("rerun", "good", f"{place}: every event that is stored there is what the simulation gives")
