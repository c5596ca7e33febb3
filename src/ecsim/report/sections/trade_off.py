"""How each policy trades delivery cost for delivery time, and the value of time that weighs one by the other."""

from __future__ import annotations

import math
from typing import Any

from ecsim.report.amounts import Scale, scale_of, with_unit
from ecsim.report.document import Block, Bullets, Cell, Figure, Head, Paragraph, Section, Table
from ecsim.report.drawing import styled
from ecsim.report.figures import trade_off as drawing
from ecsim.report.numbers import figure
from ecsim.report.results import Results

UNITS = {"cost": "yuan", "days": "days", "late": "share", "full": "yuan"}


def trade_off(results: Results) -> Section | None:
    """Return sentences, table and picture of cost against time; None where the model has no such trade-off."""
    found = results.trade_off
    if found.empty:
        return None
    texts, rows = results.texts, found.to_dict("records")
    yuan = f"{found.day_yuan.iloc[0]:g}"
    heads = [texts(f"trade_off.{name}") for name in ("cost", "days", "late", "break_even")]
    heads.append(texts("trade_off.full", yuan=yuan))
    table = Table(
        (Head(texts("trade_off.arm")), *(Head(head, number=True) for head in heads), Head(texts("trade_off.trade"))),
        tuple(_row(results, row) for row in rows),
    )
    lead = texts("trade_off.lead", reference=results.quoted(results.reference), yuan=yuan)
    blocks: list[Block] = [Bullets(tuple(_sentence(results, row) for row in rows)), Paragraph(lead, small=True), table]
    styled()
    return Section("trade_off", texts("trade_off.title"), (*blocks, Figure(drawing.draw(results))))


def _sentence(results: Results, row: dict[Any, Any]) -> str:
    """Return in a sentence how an arm trades one for the other."""
    texts = results.texts
    named = {"arm": results.quoted(str(row["arm"])), "period": row["period"]}
    if row["trade"] == "open":
        return texts("trades_said.open", **named)
    words = {name: _change(results, row, name, signed=False) for name in ("cost", "days")}
    even = with_unit(figure(float(row["break_even"])), texts.unit("yuan"), texts)
    return texts(f"trades_said.{row['trade']}", even=even, **words, **named)


def _row(results: Results, row: dict[Any, Any]) -> tuple[Cell, ...]:
    name, even = results.label(str(row["arm"])), figure(float(row["break_even"]))
    changes = {part: Cell(_change(results, row, part), below=_interval(results, row, part)) for part in UNITS}
    full = changes.pop("full")
    arm = Cell(name, below=str(row["period"]), colour=results.colour(str(row["arm"])))
    return (arm, *changes.values(), Cell(even), full, Cell(results.texts(f"trade_off.{row['trade']}")))


def _scale(results: Results, part: str) -> Scale:
    return scale_of(UNITS[part], (), results.texts)


def _half(row: dict[Any, Any], part: str) -> float:
    return (float(row[f"{part}_high"]) - float(row[f"{part}_low"])) / 2.0


def _change(results: Results, row: dict[Any, Any], part: str, *, signed: bool = True) -> str:
    """Return a difference with its unit; without a sign, its size."""
    scale, value = _scale(results, part), float(row[part])
    if math.isnan(value):
        return figure(value)
    size = value if signed else abs(value)
    return with_unit(scale.change(size, _half(row, part), signed=signed), scale.difference, results.texts)


def _interval(results: Results, row: dict[Any, Any], part: str) -> str:
    if math.isnan(_half(row, part)):
        return ""
    scale, half = _scale(results, part), _half(row, part)
    return " … ".join(scale.change(float(row[f"{part}_{end}"]), half) for end in ("low", "high"))
