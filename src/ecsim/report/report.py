"""The planner's page: one HTML file that opens with no network, from a results folder alone."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment

from ecsim.report.figures import draw_all
from ecsim.report.results import Results, read_results


def write_report(folder: Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a results folder and return the page's path.

    Raises
    ------
    EcsimError
        If a table of the folder is missing.
    """
    results = read_results(folder)
    drawn = draw_all(results)
    (folder / "figures").mkdir(exist_ok=True)
    for figure in drawn:
        (folder / "figures" / f"{figure.name}.svg").write_text(figure.svg, encoding="utf-8")
    page = folder / "report.html"
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("ecsim.report").joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    page.write_text(template.render(_content(results), figures=drawn), encoding="utf-8")
    return page


def _content(results: Results) -> dict[str, Any]:
    manifest = results.manifest
    return {
        "experiment": manifest["experiment"],
        "region": manifest["region"],
        "arms": [{"name": name, **told, "colour": results.colour(name)} for name, told in manifest["arms"].items()],
        "reference": results.reference,
        "headlines": _headlines(results),
        "free": _met_without_money(results),
        "targets": manifest["targets"],
        "verdicts": _verdicts(results),
        "milestones": _milestones(results),
        "folder": results.folder.as_posix(),
        "benchmarks": manifest["benchmarks"],
        "synthetic": manifest["synthetic"],
        "parameters": sorted(manifest["parameters"], key=lambda p: (p["basis"], p["name"])),
        "basis": _count_basis(manifest["parameters"]),
        "roots": manifest["roots"],
        "seeds": manifest["seeds"],
        "failed": manifest["failed"],
        "version": manifest["ecsim"],
        "python": manifest["python"],
        "packages": manifest["packages"],
        "seconds": float(manifest["seconds"]),
    }


def _count_basis(parameters: list[dict[str, Any]]) -> dict[str, int]:
    names = [p["basis"] for p in parameters]
    return {name: names.count(name) for name in sorted(set(names))}


def _headlines(results: Results) -> list[dict[str, Any]]:
    rows = []
    for name in results.headlines:
        found = results.summary[results.summary.outcome == name].set_index("arm")
        if found.empty:
            continue
        cells = [_cell(found.loc[arm], is_reference=arm == results.reference) for arm in results.arms]
        rows.append(
            {"en": results.title(name), "zh": results.title_zh(name), "unit": results.unit(name), "cells": cells}
        )
    return rows


def _cell(row: Any, *, is_reference: bool) -> dict[str, Any]:  # noqa: ANN401 (a row of pandas)
    digits = 1 if abs(row["mean"]) >= 100 else 2 if abs(row["mean"]) >= 1 else 4
    cell = {"mean": f"{row['mean']:,.{digits}f}", "difference": "", "clear": False}
    if not is_reference:
        cell["difference"] = f"{row['difference']:+,.{digits}f} [{row['low']:+,.{digits}f}, {row['high']:+,.{digits}f}]"
        cell["clear"] = bool(row["low"] > 0 or row["high"] < 0)
    return cell


def _met_without_money(results: Results) -> list[dict[str, Any]]:
    """Return the targets that some county meets with no money at all."""
    if "no_money" not in results.arms:
        return []
    found = []
    for target in results.manifest["targets"]:
        rows = results.summary[
            (results.summary.outcome == f"met_{target['name']}") & (results.summary.arm == "no_money")
        ]
        counties = float(rows["mean"].iloc[0])
        if counties >= 0.5:
            found.append({"en": target["title_en"], "zh": target["title_zh"], "counties": f"{counties:.1f}"})
    return found


def _milestones(results: Results) -> list[dict[str, Any]]:
    """Return the programme's steps in order, each with count and days by arm; what no arm took is left out."""
    start = dt.date.fromisoformat(results.start)
    rows = []
    for step, found in results.milestones.groupby("step", sort=False):
        by_arm = found.set_index("arm")
        cells = [_milestone(by_arm.loc[arm], start) for arm in results.arms]
        if any(cell["events"] for cell in cells):
            rows.append({"step": step, "en": found["en"].iloc[0], "zh": found["zh"].iloc[0], "cells": cells})
    return rows


def _milestone(found: Any, start: dt.date) -> dict[str, Any]:  # noqa: ANN401 (a row of pandas)
    days = [(start + dt.timedelta(days=int(found[name]))).isoformat() for name in ("first", "half")]
    return {"events": int(found["events"]), "first": days[0], "half": days[1]}


def _verdicts(results: Results) -> list[dict[str, Any]]:
    """Return for each county, target and arm the share of replications that meet it at the last date."""
    last = results.indicators[results.indicators.date == results.indicators.date.max()]
    share = last.groupby(["county", "indicator", "arm"])["met"].mean()
    value = last.groupby(["county", "indicator", "arm"])["value"].mean()
    rows = []
    for number, county in enumerate(results.manifest["counties"]):
        cells = []
        for target in results.manifest["targets"]:
            per_arm = []
            for arm in results.arms:
                met = float(share.loc[(number, target["name"], arm)])
                mean = float(value.loc[(number, target["name"], arm)])
                shown = "–" if np.isnan(mean) else f"{mean:,.2f}" if abs(mean) < 10 else f"{mean:,.0f}"
                mark = "yes" if met >= 0.95 else "no" if met <= 0.05 else "some"
                per_arm.append({"arm": arm, "mark": mark, "share": f"{100 * met:.0f} %", "value": shown})
            cells.append(per_arm)
        rows.append({"zh": county["zh"], "en": county["en"], "cells": cells})
    return rows
