"""Model beside fact: the table that shows whether a baseline is believable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.files import draft_of, writing
from ecsim.rural.indicators import Board, benchmarks
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.simulate import simulate
from ecsim.scenario.load import load

F64 = NDArray[np.float64]
BANDS = (
    ("income_2018", "Rural income per head, 2018, yuan", "county figure, 3-9 %", None, None),
    ("poor_income_2018", "of registered poor", "0.68 of the county mean (0.55-0.85), docs/model.md 6.4", None, None),
    ("buyers_2018", "Households that buy online, end 2018", "25-28 % in the two counties worked by hand", 0.08, 0.6),
    ("parcels_2018", "Parcels down a village and day, 2018", "13-19 (4-44), L15", 4.0, 44.0),
    ("parcel_cost_2018", "Operators' cost per parcel, 2018, yuan", "L21 2.5 (1.5-5) alone", 0.8, 7.5),
    ("full_parcel_cost_2018", "with the household's trip", "3.8-4.6 to the township", 1.5, 14.0),
    ("retail_2018", "Online retail 2018, million yuan", "720 yuan a resident (300-1,450)", None, None),
    ("farm_retail_2018", "of it farm products", "88 yuan a resident (40-180)", None, None),
)
"""Figure, what it is, fact beside it, and the band outside which something is wrong."""


MONEY = (
    ("stations", "Stations open at the end", "half of the villages; O06-O10 120-280 a county"),
    (
        "takings",
        "Takings of a station a month, grant included, median yuan",
        "463 + 300, worked by hand; B28-B31 skewed",
    ),
    ("trainee_yuan", "Yuan a trainee", "F17 300 (100-600)"),
    ("parcels_station", "Parcels handed over at a station and day, 2019", "L15 8 (2-20)"),
)
"""Figures of a run with money."""


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
    board = Board(scenario.start, scenario.weeks, benchmarks(pack))
    run = simulate(scenario, 1, watchers=[board])
    found = board.outcomes() | _more(board)
    lines = [
        "# Plausibility: model beside fact",
        "",
        f"Written by `ecsim plausibility` from one run of `{config}` with seed 1 ({run.root.events:,} events, root",
        f"`{run.root.root}`). Bands come from the two counties worked by hand and evidence ids; none is tuned to.",
        "",
        "| county | " + " | ".join(told for _, told, *_ in BANDS) + " |",
        "|---|" + "---:|" * len(BANDS),
        "| *fact or band* | " + " | ".join(fact for _, _, fact, *_ in BANDS) + " |",
    ]
    for number, county in enumerate(pack.counties):
        cells = []
        for name, _, _, low, high in BANDS:
            value = float(found[name][number])
            wrong = low is not None and high is not None and not low <= value <= high
            fact = f" ({county.income_yuan:,.0f})" if name == "income_2018" else ""
            cells.append(f"{_number(value)}{fact}" + (" **outside**" if wrong else ""))
        lines.append(f"| {county.name_zh} {county.name_en} | " + " | ".join(cells) + " |")
    return [*lines, *_with_money(config.with_name("pooled_by_project.toml"))]


def _with_money(config: Path) -> list[str]:
    scenario = load(config)
    pack = load_pack(scenario.region)
    board = Board(scenario.start, scenario.weeks, benchmarks(pack))
    run = simulate(scenario, 1, watchers=[board])
    found = _of_stations(board, scenario.weeks)
    lines = [
        "",
        f"With money: one run of `{config}` with seed 1 (root `{run.root.root}`).",
        "",
        "| county | " + " | ".join(told for _, told, _ in MONEY) + " |",
        "|---|" + "---:|" * len(MONEY),
        "| *fact or band* | " + " | ".join(fact for _, _, fact in MONEY) + " |",
    ]
    for number, county in enumerate(pack.counties):
        cells = [_number(float(found[name][number])) for name, _, _ in MONEY]
        lines.append(f"| {county.name_zh} {county.name_en} | " + " | ".join(cells) + " |")
    return lines


def _of_stations(board: Board, weeks: int) -> dict[str, F64]:
    """Return figures of stations and training, shape (counties,) each."""
    day = 7 * weeks
    county = board.register.village_county
    many = board.register.counties
    _, stations, takings, _ = board.stations.settled[-1]
    home = county[board.register.stations_by(stations)]
    year = board.periods.run_of(2019)
    opened = np.bincount(county[board.stations.villages_with(day)], minlength=many).astype(np.float64)
    handed = board.parcels.series("at_station")[year].sum(axis=0)
    paid = board.programme.series("paid_training").sum() / 100.0
    persons = board.programme.until("persons", day)
    return {
        "stations": opened,
        "takings": np.array([np.median(takings[home == c]) / 100.0 if (home == c).any() else 0.0 for c in range(many)]),
        "trainee_yuan": np.full(many, paid / max(1.0, float(persons.sum()))),
        "parcels_station": handed / np.maximum(opened, 1.0) / (7.0 * (year.stop - year.start)),
    }


def _more(board: Board) -> dict[str, F64]:
    from ecsim.rural.events.opening import CountiesBaselined

    register = board.register
    year = board.periods.run_of(2018)
    villages = np.maximum(register.column(CountiesBaselined, "villages"), 1)
    households = np.maximum(register.column(CountiesBaselined, "households"), 1)
    days = 7.0 * (year.stop - year.start)
    return {
        "parcels_2018": board.parcels.series("ordered")[year].sum(axis=0) / villages / days,
        "buyers_2018": board.programme.until("buyers", 7 * year.stop) / households,
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
