"""Published figures: what a run came to, beside its journal and bound to its root; `verify` recomputes them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ecsim.kernel.errors import VerificationError, counted
from ecsim.kernel.journal import disk
from ecsim.kernel.recorded import Finding, Inspection, Measures, Model, Root, Row, Scenario, Sheet, open_run, same_rules
from ecsim.kernel.simulate import Run
from ecsim.kernel.world import Watcher

INDICATORS = "indicators.json"


class _Row(BaseModel):
    """A row of indicators or outcomes, as far as it is there."""

    model_config = ConfigDict(strict=True)
    indicator: str = ""
    outcome: str = ""
    date: str = ""
    value: list[float | None] = []
    met: list[bool | None] = []


class _File(BaseModel):
    """What the file holds; the hash of the manifest's last line since that is published."""

    model_config = ConfigDict(strict=True)

    definitions: int = 1
    events: int
    root: str
    genesis: str
    manifest: str = ""
    counties: list[str]
    indicators: list[_Row]
    outcomes: list[_Row]


SAME = {"rel_tol": 1e-11, "abs_tol": 1e-12}
"""How near a recomputed figure must be: sums of a journal are added up in larger batches than those of a live run."""


@dataclass(frozen=True)
class PublishedFigures:
    """What was published of a run.

    Attributes
    ----------
    root : Root
        Of the events that the figures were computed from.
    figures : Sheet
        Every indicator and outcome.
    definitions : int
        Which definitions of the figures held then.
    """

    root: Root
    figures: Sheet
    definitions: int

    def held_against(self, now: Sheet, measures: Measures) -> tuple[Sheet, Sheet, str]:
        """Return the figures published and those of now as far as they are defined alike, and what is left out."""
        if self.definitions == measures.definitions:
            return self.figures, now, ""
        then, same = measures.before(self.figures, now, self.definitions)
        left = self.figures.count - then.count
        note = f"; {counted(left, 'other')} had another definition then"
        return then, same, note if left else ""


def publish(folder: Path, sheet: Sheet, measures: Measures, root: Root) -> None:
    """Write the figures of a run that has ended into its folder, with its root; whole or not at all.

    Parameters
    ----------
    folder : of the run
    sheet : its figures
    measures : that they are of
    root : of its events

    Raises
    ------
    EcsimError
        If the folder cannot be written.
    """
    content = {
        "definitions": measures.definitions,
        "events": root.events, "root": root.root, "genesis": root.genesis, "manifest": root.manifest,
        "counties": sheet.places, "indicators": sheet.indicators, "outcomes": sheet.outcomes,
    }  # fmt: skip
    disk.write_whole(folder / INDICATORS, _text({**content, "hash": _hash(content)}))


def run_and_publish(
    model: Model[Any, Any], scenario: Scenario, folder: Path, run: Callable[[Sequence[Watcher]], Run[Any]]
) -> Run[Any]:
    """Return a run that a measurement has watched, its figures published in its folder.

    Parameters
    ----------
    model, scenario : what is simulated
    folder : of the run
    run : makes the run, given what looks on
    """
    measurement = model.measures.begin(scenario, lambda: model.opening(scenario).sizes)
    ended = run([measurement])
    publish(folder, measurement.sheet(), model.measures, ended.root)
    return ended


def publish_late(folder: Path, *, trust: bool = False) -> Root | None:
    """Publish the figures of a run that was killed after its last event and before they were there.

    Parameters
    ----------
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Returns
    -------
    the root they belong to; None if the run has not ended, or has figures

    Raises
    ------
    EcsimError
        If the run kept less than all its events, or was simulated by other rules.
    VerificationError
        If its files are not what its root says: then no figures can be said to be its own.
    """
    run = open_run(folder, trust=trust)
    reader = run.reader
    if reader.published is None or (folder / INDICATORS).exists():
        return None
    reader.needs_all()
    same_rules(run)
    inspection, measures = Inspection(reader), run.model.measures
    measurement = measures.begin(run.scenario, lambda: reader.genesis["sizes"])
    for event, stamp in inspection.events():
        measurement.see(reader.stored[event.kind].today(event), stamp)
    findings = inspection.findings() + inspection.root_findings({})
    if findings:
        raise VerificationError(f"{folder}: {findings[0].message}; no figures were published (`ecsim verify {folder}`)")
    disk.remove_dead_drafts(folder, "*.draft")
    publish(folder, measurement.sheet(), measures, reader.published)
    return reader.published


def read_published(folder: Path) -> PublishedFigures | None:
    """Return what was published of a run, or None if nothing was.

    Raises
    ------
    VerificationError
        If the file is not what was written.
    """
    path = folder / INDICATORS
    try:
        content = disk.read(path)
    except FileNotFoundError:
        return None
    try:
        said = json.loads(content)
        whole = _text(said) == content and said.pop("hash") == _hash(said)
        _File.model_validate(said)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        whole = False
    if not whole:
        raise VerificationError(f"{path}: does not match its hash; the published figures were altered")
    root = Root(said["events"], said["root"], said["genesis"], said.get("manifest", ""))
    figures = Sheet(said["counties"], said["indicators"], said["outcomes"])
    return PublishedFigures(root, figures, said.get("definitions", 1))


def _text(content: Mapping[str, Any]) -> bytes:
    """Return JSON with one row per line."""
    parts = [f"{json.dumps(key)}: {_lines(value)}" for key, value in content.items()]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _lines(value: Any) -> str:  # noqa: ANN401 (anything JSON can hold)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(content)).hexdigest()


def differences(published: Sheet, recomputed: Sheet) -> list[Finding]:
    """Return where published figures differ from those that the events give.

    Parameters
    ----------
    published : as they were written
    recomputed : from the events

    Returns
    -------
    list of Finding
        One for each value that differs, with both values; the tolerance is `SAME`.
    """
    if list(published.places) != list(recomputed.places):
        return [Finding("indicators", f"{INDICATORS} names other counties than the run has")]
    rows = _differing(published.indicators, recomputed.indicators, ("indicator", "date"), recomputed.places)
    return rows + _differing(published.outcomes, recomputed.outcomes, ("outcome",), recomputed.places)


def _differing(
    published: Sequence[Row], recomputed: Sequence[Row], keys: tuple[str, ...], counties: Sequence[str]
) -> list[Finding]:
    """Return a finding for each figure of a county that differs, and for rows that only one side has."""
    said, now = ({tuple(row.get(key) for key in keys): row for row in rows} for rows in (published, recomputed))
    if list(said) != list(now) or len(said) != len(published):
        missing = [" on ".join(map(str, key)) for key in now if key not in said]
        lacking = f"; {', '.join(missing)} is missing" if missing else ""
        return [Finding("indicators", f"{INDICATORS} does not hold the figures of this run, each once{lacking}")]
    return [finding for key in now for finding in _of_row(said[key], now[key], keys, counties)]


def _of_row(said: Row, now: Row, keys: tuple[str, ...], counties: Sequence[str]) -> list[Finding]:
    name = " on ".join(now[key] for key in keys)
    findings = [
        Finding(
            "indicators", f"{name}: {column} is {said.get(column)!r}, it should be {now[column]!r}",
            {keys[0]: now[keys[0]], "column": column},
        )
        for column in now
        if column not in ("value", "met") and said.get(column) != now[column]
    ]  # fmt: skip
    for column in ("value", "met"):
        if column in now and len(said.get(column, ())) != len(now[column]):
            findings.append(Finding("indicators", f"{name}: {column} is not given for every county"))
        elif column in now:
            places = counties if len(now[column]) == len(counties) else ["the whole run"]
            pairs = zip(places, said[column], now[column], strict=True)
            findings += [_one(name, now, keys, column, *pair) for pair in pairs if not _same(pair[1], pair[2])]
    return findings


def _one(name: str, row: Row, keys: tuple[str, ...], column: str, county: str, said: Any, now: Any) -> Finding:  # noqa: ANN401
    what = "whether it is met" if column == "met" else "value"
    message = f"{name}, {county}: {what} was published as {said}; the events give {now}"
    where = {**{key: row[key] for key in keys}, "county": county, "published": said, "found": now}
    return Finding("indicators", message, where)


def _same(said: Any, now: Any) -> bool:  # noqa: ANN401
    if said is None or now is None or isinstance(now, bool) or not isinstance(said, int | float):
        return said is now
    return math.isclose(said, now, **SAME)
