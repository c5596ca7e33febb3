"""The targets of an evaluation file: asked for, reached, reported and verified."""

from __future__ import annotations

import math
from typing import Any

from ecsim.audit.trace import Trace
from ecsim.report.document import Cell, Head, Mark, Paragraph, Section, Table
from ecsim.report.dossier.content import EvaluationFile
from ecsim.report.numbers import figure
from ecsim.report.texts import Texts
from ecsim.statistics.bounds import SIGNS


def targets_met(content: EvaluationFile) -> int:
    """Return how many targets are met by the events of the run."""
    return sum(_met(target, trace) == 1.0 for target, trace in zip(content.targets, content.traces, strict=True))


def _met(target: Any, trace: Trace) -> float:  # noqa: ANN401 (of the model's own kind)
    return float(target.met(trace.figure))


def targets(content: EvaluationFile, texts: Texts) -> Section:
    """Return every target: what it asks, what the events give, and what was reported of it."""
    heads = ("target", "asked#", "reached#", "met", "reported#", "verified#", "report", "evidence#")
    rows = [
        _target_row(content, texts, target, trace)
        for target, trace in zip(content.targets, content.traces, strict=True)
    ]
    lead = Paragraph(texts("dossier.targets_lead", date=content.traces[0].date.isoformat()))
    table = Table(tuple(head(texts, name) for name in heads), tuple(rows))
    return Section("targets", texts("dossier.targets"), (lead, table))


def _target_row(content: EvaluationFile, texts: Texts, target: Any, trace: Trace) -> tuple[Cell, ...]:  # noqa: ANN401
    told, language = content.facts.reported.get(target.name), texts.language
    met = _met(target, trace)
    sign, kind = ("–", "absent") if math.isnan(met) else ("✓", "yes") if met else ("✗", "no")
    counted = sum(len(rows["seq"]) for rows in trace.levels[0].rows.values()) if trace.levels else 0
    reports: tuple[Cell, ...] = (Cell("–"), Cell("–"), Cell(texts("dossier.not_reported")))
    if told is not None:
        false = texts("dossier.found_false", times=told.found_false) if told.found_false else ""
        differs = abs(told.reported - told.verified) > 1e-6
        reports = (
            Cell(shown_figure(told.reported, target.unit), texts("dossier.not_so") if differs else "", strong=differs),
            Cell(shown_figure(told.verified, target.unit)),
            Cell(told.report.to(language), "; ".join(filter(None, (told.date, false)))),
        )
    return (
        Cell(target.title.to(language), "" if target.unit.startswith("share") else texts.unit(target.unit)),
        Cell(f"{SIGNS[target.sense]} {shown_figure(target.value, target.unit)}"),
        Cell(shown_figure(trace.figure, target.unit), strong=True),
        Cell("", marks=(Mark(kind, sign, texts(f"dossier_marks.{kind}")),)),
        *reports, Cell(f"{counted:,}"),
    )  # fmt: skip


def shown_figure(value: float, unit: str) -> str:
    """Return a figure as people read it: shares in per cent."""
    if unit.startswith("share") and not math.isnan(value):
        return f"{100 * value:,.1f}%".replace("-", "−")
    return figure(value, 0 if value == round(value) else None) if not math.isnan(value) else figure(value)


def head(texts: Texts, name: str) -> Head:
    return Head(texts(f"dossier_heads.{name.rstrip('#')}"), number=name.endswith("#"))
