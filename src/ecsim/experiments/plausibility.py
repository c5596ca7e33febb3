"""Model beside fact: the table that shows whether a baseline is believable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import draft_of, writing
from ecsim.rural.events import CountiesBaselined
from ecsim.rural.indicators import CountyScorecard, Period, of_period
from ecsim.rural.indicators.outcomes import OF_A_PERIOD
from ecsim.rural.regions import RegionPack, load_pack
from ecsim.rural.regions.plausibility import PlausibilityBands, Row, plausibility_of
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
    known = plausibility_of(scenario.region)
    card, root, events = _run(scenario, pack)
    found = _background(card, pack.year) | _outcomes(card, pack.year)
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


def _with_money(config: Path, known: PlausibilityBands) -> list[str]:
    scenario = load(config)
    pack = load_pack(scenario.region)
    card, root, _ = _run(scenario, pack)
    found = _programme(card)
    _check(found, known.programme, pack)
    lines = ["", f"With money: one run of `{config}` with seed 1 (root `{root}`).", "", *_head(known.programme)]
    for number, county in enumerate(pack.counties):
        cells = [_number(float(found[row.figure][number])) for row in known.programme]
        lines.append(f"| {county.name_zh} {county.name_en} | " + " | ".join(cells) + " |")
    return lines


def _run(scenario: Scenario, pack: RegionPack) -> tuple[CountyScorecard, str, int]:
    card = CountyScorecard.of(scenario, pack)
    run = simulate(scenario, 1, watchers=[card])
    return card, run.root.root, run.root.events


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


def _outcomes(card: CountyScorecard, year: int) -> dict[str, F64]:
    """Return the outcomes of a year by what they measure."""
    return {base: card.outcomes_named([of_period(base, str(year))])[of_period(base, str(year))] for base in OF_A_PERIOD}


def _background(card: CountyScorecard, year: int) -> dict[str, F64]:
    """Return figures of a year beside the outcomes, shape (counties,) each."""
    index = card.index
    weeks = card.periods.run_of(year)
    villages = np.maximum(index.column(CountiesBaselined, "villages"), 1)
    households = np.maximum(index.column(CountiesBaselined, "households"), 1)
    days = 7.0 * (weeks.stop - weeks.start)
    return {
        "parcels": card.parcels.series("ordered")[weeks].sum(axis=0) / villages / days,
        "buyers": card.programme.until("buyers", 7 * weeks.stop) / households,
    }


def _programme(card: CountyScorecard) -> dict[str, F64]:
    """Return figures of stations and training in the programme's period, shape (counties,) each."""
    day = 7 * card.weeks
    county = card.index.village_county
    many = card.index.counties
    _, stations, takings, _ = card.stations.settled[-1]
    home = county[card.index.stations_by(stations)]
    weeks = card.periods.weeks_in(Period.of(card.notice.period))
    opened = np.bincount(county[card.stations.villages_with(day)], minlength=many).astype(np.float64)
    handed = card.parcels.series("at_station")[weeks].sum(axis=0)
    paid = card.programme.series("paid_training").sum() / 100.0
    persons = card.programme.until("persons", day)
    return {
        "stations": opened,
        "takings": np.array([np.median(takings[home == c]) / 100.0 if (home == c).any() else 0.0 for c in range(many)]),
        "trainee_yuan": np.full(many, paid / max(1.0, float(persons.sum()))),
        "parcels_station": handed / np.maximum(opened, 1.0) / (7.0 * (weeks.stop - weeks.start)),
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
