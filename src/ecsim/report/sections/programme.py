"""From money to service, and how a reader checks what is said."""

from __future__ import annotations

import datetime as dt
import shlex
from typing import Any

from ecsim.report.document import Cell, Code, Head, Paragraph, Section
from ecsim.report.results import Results
from ecsim.report.sections.by_arm import Column, arm_tables
from ecsim.report.texts import Texts


def programme(results: Results) -> Section | None:
    """Return the programme's steps in order, each with count and days by arm; what no arm took is left out.

    Returns
    -------
    Section or None
        None where steps were not kept, as by a function.
    """
    if not results.has("milestones"):
        return None
    texts, frame = results.texts, results.tables["milestones"]
    start = dt.date.fromisoformat(results.start)
    columns = []
    for _, steps in frame.groupby("step", sort=False):
        by_arm = steps.drop_duplicates("arm").set_index("arm")
        cells = {arm: _cell(by_arm.loc[arm], start, texts) for arm in results.arms if arm in by_arm.index}
        if len(cells) == len(results.arms) and any(cell.below for cell in cells.values()):
            columns.append(Column(Head(str(steps[texts.language].iloc[0]), number=True), cells))
    if not columns:
        return None
    lead = Paragraph(texts("programme.lead", seed=results.manifest["seeds"][0]))
    return Section("programme", texts("programme.title"), (lead, *arm_tables(results, columns)))


def _cell(row: Any, start: dt.date, texts: Texts) -> Cell:  # noqa: ANN401 (a row of pandas)
    if not row["events"]:
        return Cell("–")
    first, half = ((start + dt.timedelta(days=int(row[name]))).isoformat() for name in ("first", "half"))
    return Cell(f"{int(row['events']):,}", texts("programme.dates", first=first, half=half))


def check(results: Results) -> Section | None:
    """Return commands by which a reader checks a run: write it out in full, verify it, trace it, ask why.

    Returns
    -------
    Section or None
        None where runs have no events (a function), or belong to a design of many points.
    """
    if not results.simulated or results.points > 1:
        return None
    arm, seed, county = results.arms[-1], results.manifest["seeds"][0], results.manifest["counties"][0]
    commands = (
        ("reproduce", ".", "--arm", arm, "--seed", str(seed), "--out", "seen"),
        ("verify", "seen"),
        ("trace", "seen", results.manifest["targets"][0]["name"], "--county", results.county(county)),
        ("why", "seen", "--without", f"station_opened:county={county['zh']}"),
        ("fork", "seen", "--at", _middle(results), "--set", "funds.multiplier=2", "--out", "doubled"),
    )
    lines = "\n".join(shlex.join(("ecsim", *command)) for command in commands)
    texts = results.texts
    return Section("check", texts("check.title"), (Paragraph(texts("check.lead")), Code(lines)))


def _middle(results: Results) -> str:
    """Return a day in the middle of the runs."""
    arm = results.manifest["arms"][results.reference]
    return (dt.date.fromisoformat(arm["start"]) + dt.timedelta(weeks=arm["weeks"] // 2)).isoformat()
