"""Every county's own figures, arm by arm, for who looks for one county."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.verdicts import is_set
from ecsim.report.document import Block, Collapsible, Paragraph, Section
from ecsim.report.numbers import half_width
from ecsim.report.results import Results
from ecsim.report.sections.by_arm import arm_tables, outcome_column

MET = "targets_met"


def counties(results: Results) -> Section | None:
    """Return a table for each county, opened by its name: main outcomes of every arm with the difference it makes.

    Returns
    -------
    Section or None
        None where outcomes are not known by county, or of a single arm.
    """
    if not results.has("counties") or len(results.arms) < 2:
        return None
    texts, figures = results.texts, _figures(results)
    names = [name for name in results.headlines if name in figures]
    if not names:
        return None
    blocks: list[Block] = [Paragraph(texts("counties.lead", reference=results.quoted(results.reference)))]
    by_county = dict(tuple(figures.groupby("county", sort=True)))
    for place, county in enumerate(results.manifest["counties"]):
        rows = by_county[place]
        columns = [
            outcome_column(results, name, _rows(results, rows, name)) for name in names if rows[name].notna().any()
        ]
        title = texts("counties.title_of", county=results.county(county), prefecture=_prefecture(results, county))
        blocks.append(Collapsible(title, arm_tables(results, columns), f"county_{place}"))
    return Section("counties", texts("counties.title"), tuple(blocks))


def _figures(results: Results) -> pd.DataFrame:
    """Return the outcomes of every county, arm and seed, with how many targets it met at the end of the run."""
    figures = results.tables["counties"]
    known = [name for name in results.headlines if name in figures]
    means = figures.groupby(["county", "arm", "seed"])[known].mean()
    met = _met(results) if MET in results.headlines else None
    return (means if met is None else means.join(met)).reset_index()


def _met(results: Results) -> pd.Series[float] | None:
    """Return how many targets a county met at the end of a run, by county, arm and seed."""
    if not results.has("targets", "runs"):
        return None
    keys = ["arm", "point", "replication"]
    names = [county["zh"] for county in results.manifest["counties"]]
    single = results.tables["targets"][~results.tables["targets"]["indicator"].map(is_set)]
    counts = single.groupby(keys)[names].sum().set_axis(range(len(names)), axis=1)
    seeds = results.tables["runs"].set_index(keys)["seed"]
    counted = counts.join(seeds).reset_index().melt(["arm", "seed"], range(len(names)), "county", MET)
    return counted.groupby(["county", "arm", "seed"])[MET].mean()


def _rows(results: Results, figures: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return by arm the mean of a county's outcome and its paired difference to the reference arm with its interval."""
    wide = figures.pivot(index="seed", columns="arm", values=outcome)[results.arms].dropna()
    gaps = wide.sub(wide[results.reference], axis=0)
    half = np.array([half_width(gaps[arm]) for arm in results.arms])
    summary = pd.DataFrame({"mean": wide.mean(), "sd": wide.std(), "n": len(wide), "difference": gaps.mean()})
    return summary.assign(low=summary["difference"] - half, high=summary["difference"] + half)


def _prefecture(results: Results, county: Mapping[str, Any]) -> str:
    zh, en = county["prefecture"]
    return str(zh if results.texts.language == "zh" else en)
