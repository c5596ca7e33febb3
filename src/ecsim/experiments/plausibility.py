"""Model beside fact: the table that shows whether a baseline is believable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecsim.experiments.plausibility_figures import F64, background_figures, measured_run, programme_figures
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import draft_of, writing
from ecsim.rural.regions import RegionPack, load_pack
from ecsim.rural.regions.plausibility import PlausibilityBands, Row, plausibility_of
from ecsim.scenario.load import load


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
    run = measured_run(scenario, pack)
    figures = background_figures(run.scorecard, pack.year)
    _check(figures, known.background, pack)
    lines = [
        "# Plausibility: model beside fact",
        "",
        f"Written by `ecsim plausibility` from one run of `{config}` with seed 1 ({run.events:,} events, root",
        f"`{run.root}`). Bands come from facts beside the model; none is tuned to.",
        "",
        *_head(known.background),
    ]
    for number, county in enumerate(pack.counties):
        cells = []
        for row in known.background:
            value = float(figures[row.figure][number])
            fact = f" ({county.income_yuan:,.0f})" if row.figure == "income" else ""
            cells.append(f"{_number(value)}{fact}" + ("" if row.holds(value) else " **outside**"))
        lines.append(f"| {county.name_zh} {county.name_en} | " + " | ".join(cells) + " |")
    return [*lines, *_with_money(config.with_name("pooled_by_project.toml"), known)]


def _with_money(config: Path, known: PlausibilityBands) -> list[str]:
    scenario = load(config)
    pack = load_pack(scenario.region)
    run = measured_run(scenario, pack)
    figures = programme_figures(run.scorecard)
    _check(figures, known.programme, pack)
    lines = ["", f"With money: one run of `{config}` with seed 1 (root `{run.root}`).", "", *_head(known.programme)]
    for number, county in enumerate(pack.counties):
        cells = [_number(float(figures[row.figure][number])) for row in known.programme]
        lines.append(f"| {county.name_zh} {county.name_en} | " + " | ".join(cells) + " |")
    return lines


def _head(rows: tuple[Row, ...]) -> list[str]:
    return [
        "| county | " + " | ".join(row.title for row in rows) + " |",
        "|---|" + "---:|" * len(rows),
        "| *fact or band* | " + " | ".join(row.fact for row in rows) + " |",
    ]


def _check(figures: Mapping[str, F64], rows: tuple[Row, ...], pack: RegionPack) -> None:
    """Refuse a figure that nothing measures."""
    for row in rows:
        if row.figure not in figures:
            where = f"region {pack.name}: plausibility.toml names figure {row.figure!r}"
            raise EcsimError(f"{where}; figures there are {', '.join(figures)}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
