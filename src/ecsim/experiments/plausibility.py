"""Model beside fact: the table that shows whether a baseline is believable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import draft_of, writing
from ecsim.rural.events.opening import CountiesBaselined
from ecsim.rural.indicators import Board, Period, of_period
from ecsim.rural.indicators.outcomes import OF_A_PERIOD
from ecsim.rural.regions.known import Known, Row, known_beside
from ecsim.rural.regions.pack import RegionPack, load_pack
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from ecsim.scenario.load import load

F64 = NDArray[np.float64]


def write(config: Path, out: Path) -> Path:
    """Run a scenario without money and its region with pooled money once each, and write both tables.

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or the table cannot be written: before anything is run.
    """
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with draft_of(out) as draft:
        draft.write_text("\n".join(_tables(config)) + "\n", encoding="utf-8")
    return out


def _tables(config: Path) -> list[str]:
    scenario = load(config)
    pack = load_pack(scenario.region)
    known = known_beside(scenario.region)
    board, root, events = _run(scenario, pack)
    found = _background(board, pack.year) | _outcomes(board, pack.year)
    _check(found, known.background, pack)
    lines = [
        "# Plausibility: model beside fact",
        "",
        f"Written by `ecsim plausibility` from one run of `{config}` with seed 1 ({events:,} events, root",
        f"`{root}`). Bands come from facts beside the model; none is tuned to.",
        "",
        *_head(known.background),
    ]
    for number, county in enumerate(pack.counties):
        cells = []
        for row in known.background:
            value = float(found[row.figure][number])
            fact = f" ({county.income_yuan:,.0f})" if row.figure == "income" else ""
            cells.append(f"{_number(value)}{fact}" + ("" if row.holds(value) else " **outside**"))
        lines.append(f"| {county.name_zh} {county.name_en} | " + " | ".join(cells) + " |")
    return [*lines, *_with_money(config.with_name("pooled_by_project.toml"), known)]


def _with_money(config: Path, known: Known) -> list[str]:
    scenario = load(config)
    pack = load_pack(scenario.region)
    board, root, _ = _run(scenario, pack)
    found = _programme(board)
    _check(found, known.programme, pack)
    lines = ["", f"With money: one run of `{config}` with seed 1 (root `{root}`).", "", *_head(known.programme)]
    for number, county in enumerate(pack.counties):
        cells = [_number(float(found[row.figure][number])) for row in known.programme]
        lines.append(f"| {county.name_zh} {county.name_en} | " + " | ".join(cells) + " |")
    return lines


def _run(scenario: Scenario, pack: RegionPack) -> tuple[Board, str, int]:
    board = Board.of(scenario, pack)
    run = simulate(scenario, 1, watchers=[board])
    return board, run.root.root, run.root.events


def _head(rows: tuple[Row, ...]) -> list[str]:
    return [
        "| county | " + " | ".join(row.title for row in rows) + " |",
        "|---|" + "---:|" * len(rows),
        "| *fact or band* | " + " | ".join(row.fact for row in rows) + " |",
    ]


def _check(found: Mapping[str, F64], rows: tuple[Row, ...], pack: RegionPack) -> None:
    """Refuse a figure that nothing measures."""
    for row in rows:
        if row.figure not in found:
            told = f"region {pack.name}: plausibility.toml names figure {row.figure!r}"
            raise EcsimError(f"{told}; figures there are {', '.join(found)}")


def _outcomes(board: Board, year: int) -> dict[str, F64]:
    """Return the outcomes of a year by what they measure."""
    return {
        base: board.outcomes_named([of_period(base, str(year))])[of_period(base, str(year))] for base in OF_A_PERIOD
    }


def _background(board: Board, year: int) -> dict[str, F64]:
    """Return figures of a year beside the outcomes, shape (counties,) each."""
    register = board.register
    weeks = board.periods.run_of(year)
    villages = np.maximum(register.column(CountiesBaselined, "villages"), 1)
    households = np.maximum(register.column(CountiesBaselined, "households"), 1)
    days = 7.0 * (weeks.stop - weeks.start)
    return {
        "parcels": board.parcels.series("ordered")[weeks].sum(axis=0) / villages / days,
        "buyers": board.programme.until("buyers", 7 * weeks.stop) / households,
    }


def _programme(board: Board) -> dict[str, F64]:
    """Return figures of stations and training in the programme's period, shape (counties,) each."""
    day = 7 * board.weeks
    county = board.register.village_county
    many = board.register.counties
    _, stations, takings, _ = board.stations.settled[-1]
    home = county[board.register.stations_by(stations)]
    weeks = board.periods.weeks_in(Period.of(board.notice.period))
    opened = np.bincount(county[board.stations.villages_with(day)], minlength=many).astype(np.float64)
    handed = board.parcels.series("at_station")[weeks].sum(axis=0)
    paid = board.programme.series("paid_training").sum() / 100.0
    persons = board.programme.until("persons", day)
    return {
        "stations": opened,
        "takings": np.array([np.median(takings[home == c]) / 100.0 if (home == c).any() else 0.0 for c in range(many)]),
        "trainee_yuan": np.full(many, paid / max(1.0, float(persons.sum()))),
        "parcels_station": handed / np.maximum(opened, 1.0) / (7.0 * (weeks.stop - weeks.start)),
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
