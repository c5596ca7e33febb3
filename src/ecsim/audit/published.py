"""The figures of a run, published beside its journal with its root: what `verify` recomputes and compares."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ecsim.kernel.errors import VerificationError
from ecsim.kernel.forks import same_rules
from ecsim.kernel.journal import Inspection, Root, disk
from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.runs import open_run
from ecsim.kernel.world import Watcher
from ecsim.rural.indicators import GROWTH, Board, Periods, base_of, of_period, outcome_of, report_dates
from ecsim.rural.regions.pack import RegionPack, load_pack
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import Run

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
DEFINITIONS = 3
"""Which definitions of the figures hold, raised when any changes its meaning or its name."""
FIRST = {*GROWTH, "poverty_service", "poor_villages_served", "poor_households_served"}
"""Figures that the first definitions counted otherwise, or not at all, beside all of a year: weeks went to the year of
their first day."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """Every target on every report date and every outcome, by county.

    Attributes
    ----------
    counties : Chinese names, in the order of the values
    indicators : rows of indicator, date, unit, target, value and met, the latter two by county; not known is None, and
        the reason says why where a whole row is; of growth the period
    outcomes : rows of outcome, unit, value by county, and reason
    """

    counties: Sequence[str]
    indicators: Sequence[Row]
    outcomes: Sequence[Row]

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(len(row["value"]) for row in (*self.indicators, *self.outcomes))

    def of_today(self, definitions: int) -> Figures:
        """Return figures that earlier definitions gave as those of today would write them, as far as both have them."""

        def outcome(row: Row) -> Row:
            name = str(row["outcome"])
            base = base_of(name)
            name = name if base == name else of_period(base, name.removeprefix(f"{base}_"))
            measure = outcome_of(name)
            return {**row, "outcome": name, "unit": measure.unit if measure else row["unit"]}

        outcomes = [outcome(row) for row in self.outcomes]
        if definitions > 1:
            return Figures(self.counties, self.indicators, outcomes)
        kept = [row for row in outcomes if "@" not in row["outcome"] and row["outcome"] not in FIRST]
        return Figures(self.counties, [row for row in self.indicators if row["indicator"] not in FIRST], kept)

    def with_verdicts_alone(self) -> Figures:
        """Return the figures as the first definitions wrote verdicts: missed where there is no figure."""
        rows = [{**row, "met": [bool(yes) for yes in row["met"]]} for row in self.indicators]
        return Figures(self.counties, rows, self.outcomes)

    def common(self, other: Figures) -> Figures:
        """Return the figures that other figures have too, in their order and with their columns."""

        def rows(mine: Sequence[Row], theirs: Sequence[Row], keys: tuple[str, ...]) -> list[Row]:
            own = {tuple(row.get(key) for key in keys): row for row in mine}
            wanted = [(tuple(row.get(key) for key in keys), row) for row in theirs]
            return [{k: own[key][k] for k in row if k in own[key]} for key, row in wanted if key in own]

        return Figures(
            self.counties,
            rows(self.indicators, other.indicators, ("indicator", "date")),
            rows(self.outcomes, other.outcomes, ("outcome",)),
        )


@dataclass(frozen=True)
class Published:
    """What was published of a run.

    Attributes
    ----------
    definitions : which definitions of the figures held then
    """

    root: Root
    figures: Figures
    definitions: int = DEFINITIONS

    def held_against(self, now: Figures) -> tuple[Figures, Figures, str]:
        """Return the figures published and those of now as far as they are defined alike, and what is left out."""
        if self.definitions == DEFINITIONS:
            return self.figures, now, ""
        then = self.figures.of_today(self.definitions).common(now)
        same = now.common(then)
        if self.definitions == 1:
            same = same.with_verdicts_alone()
        left = self.figures.count - then.count
        note = f"; {left:,} others, of a year, of growth or of service to the poor, were counted otherwise then"
        return then, same, note if left else ""


def board_of(scenario: Scenario, pack: RegionPack | None = None) -> Board:
    """Return a board for a run of a scenario, with nothing on it yet; ``pack`` if its region was loaded already."""
    return Board.of(scenario, pack)


def figures_of(board: Board, scenario: Scenario, pack: RegionPack | None = None) -> Figures:
    """Return the figures on a board."""
    lacking = board.available.lacking()
    outcomes = [
        {
            "outcome": name, "unit": measure.unit if (measure := outcome_of(name)) else None,
            "value": _known(values.tolist()), "reason": lacking[name].en if name in lacking else None,
        }
        for name, values in board.outcomes().items()
    ]  # fmt: skip
    dates = dict.fromkeys(report_dates(scenario))
    counties = [county.name_zh for county in (pack or load_pack(scenario.region)).counties]
    return Figures(counties, [row for date in dates for row in _on(board, date)], outcomes)


def _on(board: Board, date: dt.date) -> list[Row]:
    values, lacking = board.values(date), board.available.targets_lacking(date)
    return [
        {
            "indicator": target.name, "date": date.isoformat(), "unit": target.unit, "sense": target.sense,
            "target": target.value, "value": _known(values[target.name].tolist()),
            "met": [None if math.isnan(yes) else bool(yes) for yes in target.met(values[target.name]).tolist()],
            "reason": lacking[target.name].en if target.name in lacking else None,
            **(_period(board.periods, date) if target.name in GROWTH else {}),
        }
        for target in board.targets
    ]  # fmt: skip


def _period(periods: Periods, date: dt.date) -> dict[str, list[str]]:
    return {"period": [day.isoformat() for day in periods.growth_dates(date)]}


def _known(values: list[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]


def publish(folder: Path, board: Board, scenario: Scenario, root: Root) -> None:
    """Write the figures of a run that has ended into its folder, with its root; whole or not at all."""
    figures = figures_of(board, scenario)
    told = {
        "definitions": DEFINITIONS,
        "events": root.events, "root": root.root, "genesis": root.genesis, "manifest": root.manifest,
        "counties": figures.counties, "indicators": figures.indicators, "outcomes": figures.outcomes,
    }  # fmt: skip
    disk.write_whole(folder / INDICATORS, _text({**told, "hash": _hash(told)}))


def run_and_publish(scenario: Scenario, folder: Path, run: Callable[[Sequence[Watcher]], Run]) -> Run:
    """Return a run that a board has looked on at, its figures published in its folder."""
    board = board_of(scenario)
    ended = run([board])
    publish(folder, board, scenario, ended.root)
    return ended


def publish_late(folder: Path) -> Root | None:
    """Publish the figures of a run that was killed after its last event and before they were there.

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
    run = open_run(folder)
    reader = run.reader
    if reader.published is None or (folder / INDICATORS).exists():
        return None
    reader.needs_all()
    same_rules(run)
    scenario, inspection = run.scenario, Inspection(reader)
    board = board_of(scenario)
    for event, stamp in inspection.events():
        board.see(reader.stored[event.kind].today(event), stamp)
    found = inspection.findings() + inspection.root_findings({})
    if found:
        raise VerificationError(f"{folder}: {found[0].told}; no figures were published (`ecsim verify {folder}`)")
    disk.remove_dead_drafts(folder, "*.draft")
    publish(folder, board, scenario, reader.published)
    return reader.published


def read_published(folder: Path) -> Published | None:
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
        told = json.loads(content)
        whole = _text(told) == content and told.pop("hash") == _hash(told)
        _File.model_validate(told)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        whole = False
    if not whole:
        raise VerificationError(f"{path}: is not what was written; the published figures were altered")
    root = Root(told["events"], told["root"], told["genesis"], told.get("manifest", ""))
    figures = Figures(told["counties"], told["indicators"], told["outcomes"])
    return Published(root, figures, told.get("definitions", 1))


def _text(told: Mapping[str, Any]) -> bytes:
    """Return JSON with one row a line."""
    parts = [f"{json.dumps(key)}: {_lines(value)}" for key, value in told.items()]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _lines(value: Any) -> str:  # noqa: ANN401 (anything JSON can hold)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def _hash(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(told)).hexdigest()


def differences(published: Figures, found: Figures) -> list[Finding]:
    """Return where published figures are not those that the events give."""
    if list(published.counties) != list(found.counties):
        return [Finding("indicators", f"{INDICATORS} names other counties than the run has")]
    rows = _differing(published.indicators, found.indicators, ("indicator", "date"), found.counties)
    return rows + _differing(published.outcomes, found.outcomes, ("outcome",), found.counties)


def _differing(
    published: Sequence[Row], found: Sequence[Row], keys: tuple[str, ...], counties: Sequence[str]
) -> list[Finding]:
    """Return a finding for each figure of a county that differs, and for rows that only one side has."""
    said, now = ({tuple(row.get(key) for key in keys): row for row in rows} for rows in (published, found))
    if list(said) != list(now) or len(said) != len(published):
        missing = [" on ".join(map(str, key)) for key in now if key not in said]
        told = f"; {', '.join(missing)} is missing" if missing else ""
        return [Finding("indicators", f"{INDICATORS} does not hold the figures of this run, each once{told}")]
    return [finding for key in now for finding in _of_row(said[key], now[key], keys, counties)]


def _of_row(said: Row, now: Row, keys: tuple[str, ...], counties: Sequence[str]) -> list[Finding]:
    name = " on ".join(now[key] for key in keys)
    found = [
        Finding(
            "indicators", f"{name}: {column} is {said.get(column)!r}, it should be {now[column]!r}",
            {keys[0]: now[keys[0]], "column": column},
        )
        for column in now
        if column not in ("value", "met") and said.get(column) != now[column]
    ]  # fmt: skip
    for column in ("value", "met"):
        if column in now and len(said.get(column, ())) != len(counties):
            found.append(Finding("indicators", f"{name}: {column} is not given for every county"))
        elif column in now:
            pairs = zip(counties, said[column], now[column], strict=True)
            found += [_one(name, now, keys, column, *pair) for pair in pairs if not _same(pair[1], pair[2])]
    return found


def _one(name: str, row: Row, keys: tuple[str, ...], column: str, county: str, said: Any, now: Any) -> Finding:  # noqa: ANN401
    what = "whether it is met" if column == "met" else "value"
    told = f"{name}, {county}: {what} was published as {said}; the events give {now}"
    where = {**{key: row[key] for key in keys}, "county": county, "published": said, "found": now}
    return Finding("indicators", told, where)


def _same(said: Any, now: Any) -> bool:  # noqa: ANN401
    if said is None or now is None or isinstance(now, bool) or not isinstance(said, int | float):
        return said is now
    return math.isclose(said, now, **SAME)
