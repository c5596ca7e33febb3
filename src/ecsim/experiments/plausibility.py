"""Model beside fact: the table that shows whether a baseline is believable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ecsim.experiments.plausibility_figures import F64, background_figures, measured_run, programme_figures
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import draft_of, writing
from ecsim.rural.figures.goods_balance import GoodsBalance
from ecsim.rural.regions import RegionPack, cut_of, pack_of
from ecsim.rural.regions.plausibility import PlausibilityBands, Row, plausibility_of
from ecsim.scenario.load import load

GROWERS = {
    "before": "growers had", "harvested": "harvest", "own_shop": "own shops", "station": "stations",
    "cooperative": "cooperatives", "firm": "firms", "trader": "traders", "lost": "lost", "after": "have at the end",
}  # fmt: skip
DEALERS = {
    "before": "dealers had", "bought": "of growers", "bases": "of firms' own bases", "online": "sent to consumers",
    "offline": "offline channels", "bulk": "in bulk", "lost": "lost", "after": "have at the end",
}  # fmt: skip


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
    pack = pack_of(scenario)
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
    beside = {"income": [f" ({county.income_yuan:,.0f})" for county in pack.counties]}
    nothing = [""] * len(pack.counties)
    columns = [
        [
            f"{_number(value)}{fact}" + ("" if row.holds(value, county.residents) else " **outside**")
            for value, fact, county in zip(
                figures[row.figure].tolist(), beside.get(row.figure, nothing), pack.counties, strict=True
            )
        ]
        for row in known.background
    ]
    lines += _lines(pack, zip(*columns, strict=True))
    money = _with_money(config.with_name("pooled_by_project.toml"), cut_of(scenario), known)
    return [*lines, *_kilograms(run.goods, pack), *money]


def _kilograms(goods: GoodsBalance, pack: RegionPack) -> list[str]:
    """Return two tables of where the goods of the opening's year went, of growers and of dealers."""
    lines = [
        "",
        f"Where the goods of {pack.year} went in the run without money: thousand tonnes raw. What growers had and",
        "harvested is what they sold, lost and have; what dealers had and bought of growers and of firms' own bases is",
        "what they sold, lost and have.",
    ]
    for titles, tonnes in ((GROWERS, goods.growers()), (DEALERS, goods.dealers())):
        lines += ["", "| county | " + " | ".join(titles.values()) + " |", "|---|" + "---:|" * len(titles)]
        thousands = np.array([tonnes[name] for name in titles]) / 1000.0
        lines += _lines(pack, map(_thousands, thousands.T))
        lines.append("| **all** | " + " | ".join(_thousands(thousands.sum(axis=1))) + " |")
    return lines


def _thousands(tonnes: F64) -> list[str]:
    """Return amounts to three digits: what is sold online is small beside what is sold in bulk."""
    return [f"{value:,.0f}" if value >= 100 else f"{value:,.3g}" for value in tonnes.tolist()]


def _lines(pack: RegionPack, cells: Iterable[Sequence[str]]) -> list[str]:
    """Return a line a county."""
    named = (f"{county.name_zh} {county.name_en}" for county in pack.counties)
    return [f"| {name} | " + " | ".join(row) + " |" for name, row in zip(named, cells, strict=True)]


def _with_money(config: Path, cut: dict[str, list[str]], known: PlausibilityBands) -> list[str]:
    scenario = load(config, cut)
    pack = pack_of(scenario)
    run = measured_run(scenario, pack)
    figures = programme_figures(run.scorecard)
    _check(figures, known.programme, pack)
    columns = [map(_number, figures[row.figure].tolist()) for row in known.programme]
    about = f"With money: one run of `{config}` with seed 1 (root `{run.root}`)."
    return ["", about, "", *_head(known.programme), *_lines(pack, zip(*columns, strict=True))]


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
