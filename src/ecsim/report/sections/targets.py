"""Which county meets which target, under which arm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.verdicts import ALL, SET
from ecsim.report.document import Block, Cell, Head, Mark, Paragraph, Section, Table
from ecsim.report.results import Results
from ecsim.report.sections.by_arm import Column, arm_tables
from ecsim.report.texts import Texts
from ecsim.statistics.breaking import REGION

NO_MONEY = "no_money"
MARKS = 36
"""Marks side by side for which a page has room, with a head above every few of them."""
SIGNS = {"yes": "✓", "some": "~", "no": "✗", "absent": "–"}


def free(results: Results) -> Section | None:
    """Return the targets that some county meets with no money at all: meeting them says little about a programme.

    Returns
    -------
    Section or None
        None without an arm without money, or without targets.
    """
    if NO_MONEY not in results.arms or not results.has("targets"):
        return None
    texts, counties = results.texts, results.manifest["counties"]
    frame = results.tables["targets"]
    met = frame[frame.arm == NO_MONEY].groupby("indicator")[[c["zh"] for c in counties]].mean().sum(axis=1).to_dict()
    rows = [
        (Cell(target[f"title_{texts.language}"]), Cell(f"{met[target['name']]:.1f}"))
        for target in results.manifest["targets"]
        if met[target["name"]] >= 0.5
    ]
    if not rows:
        return None
    head = (Head(texts("free.target")), Head(texts("free.counties"), number=True))
    lead = Paragraph(texts("free.lead", all=len(counties)))
    return Section("free", texts("free.title"), (lead, Table(head, tuple(rows))))


def targets(results: Results) -> Section | None:
    """Return for each county, target and arm whether it is met at the last date.

    Returns
    -------
    Section or None
        None without targets.
    """
    if not results.has("targets"):
        return None
    texts, counties = results.texts, results.manifest["counties"]
    several = [ALL, *(SET + name for name in results.experiment.get("sets", {}))]
    known = set(results.tables["targets"]["indicator"])
    names = [target["name"] for target in results.manifest["targets"]] + [name for name in several if name in known]
    shares = (
        results.tables["targets"].groupby(["arm", "indicator"])[[c["zh"] for c in counties]].mean().to_dict("index")
    )
    values = _values(results)
    rows, room = [], max(1, MARKS // len(results.arms))
    for place, county in enumerate(counties):
        cells = [
            Cell("", marks=tuple(_mark(results, arm, shares[arm, name][county["zh"]],
                                       values.get((place, name, arm))) for arm in results.arms))
            for name in names
        ]  # fmt: skip
        rows.append((Cell(results.county(county)), *cells))
    titles = [Head(str(results.target(name))) for name in names]
    tables = [
        Table((Head(texts("targets.county")), *titles[at : at + room]),
              tuple((row[0], *row[1 + at : 1 + at + room]) for row in rows))
        for at in range(0, len(names), room)
    ]  # fmt: skip
    arms = texts("page.between_items").join(f"{at} {results.quoted(arm)}" for at, arm in enumerate(results.arms, 1))
    sentences = [
        texts("targets.lead", arms=arms),
        texts("targets.pointer"),
        texts("targets.growth"),
        *_without(results),
    ]
    lead = Paragraph(texts("page.between_sentences").join(sentences))
    blocks = (lead, *tables, *_chances(results, names), *_benchmarks(results))
    return Section("targets", texts("targets.title"), blocks)


def _without(results: Results) -> list[str]:
    """Return what growth compares, or why there is none, and what stands where there is no figure."""
    texts, lacking = results.texts, results.lacking("targets_not_available")
    said = [
        texts("targets.not_available", reason=reason,
              names=texts("page.between_items").join(str(results.target(name)) for name in names))
        for reason, names in lacking.items()
    ]  # fmt: skip
    dates = results.manifest.get("growth_dates")
    if dates and not lacking:
        said.append(texts("targets.growth_dates", first=dates[0], last=dates[1]))
    return said if lacking else [*said, texts("targets.without_figure")]


def _chances(results: Results, names: list[str]) -> tuple[Block, ...]:
    """Return how likely a county meets each target, all of them at once and each named set."""
    if not results.has("chances"):
        return ()
    texts, chances = results.texts, results.tables["chances"]
    rows = chances[chances.county == REGION].set_index(["arm", "target"])
    columns = [
        Column(
            Head(str(results.target(name))),
            {arm: _chance(texts, rows.loc[(arm, name)]) for arm in results.arms},
        )
        for name in names
    ]
    return (Paragraph(texts("targets.chances_lead")), *arm_tables(results, columns))


def _chance(texts: Texts, row: Any) -> Cell:  # noqa: ANN401 (a row of pandas)
    if pd.isna(row["share"]):
        return Cell(SIGNS["absent"])
    return Cell(texts("targets.chance", **{name: f"{100 * row[name]:.0f}" for name in ("share", "low", "high")}))


def _values(results: Results) -> dict[Any, float]:
    """Return mean values at the last date by county, indicator and arm, where tables were kept."""
    if not results.has("indicators"):
        return {}
    frame = results.tables["indicators"]
    last = frame[frame.date == frame.date.max()]
    return dict(last.groupby(["county", "indicator", "arm"])["value"].mean())


def _mark(results: Results, arm: str, share: float, value: float | None) -> Mark:
    texts = results.texts
    if np.isnan(share):
        return Mark("absent", SIGNS["absent"], texts("targets.mark_without_figure", arm=results.arm(arm)))
    kind = "yes" if share >= 0.95 else "no" if share <= 0.05 else "some"
    words = {"arm": results.arm(arm), "share": f"{100 * share:.0f} %"}
    if value is None or np.isnan(value):
        return Mark(kind, SIGNS[kind], texts("targets.mark", **words))
    shown = f"{value:,.2f}" if abs(value) < 10 else f"{value:,.0f}"
    return Mark(kind, SIGNS[kind], texts("targets.mark_with_value", value=shown, **words))


def _benchmarks(results: Results) -> tuple[Block, ...]:
    texts = results.texts
    growth = {
        kind: texts("page.between_items").join(
            texts("targets.rate", year=year, rate=f"{100 * rate:.1f}") for year, rate in rates.items()
        )
        for kind, rates in results.manifest["benchmarks"].items()
    }
    if not growth:
        return ()
    return (Paragraph(texts("targets.benchmarks", **{"retail": "–", "farm": "–", **growth}), small=True),)
