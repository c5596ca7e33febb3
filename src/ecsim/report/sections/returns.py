"""What a yuan paid for projects brings over the years, arm by arm."""

from __future__ import annotations

from typing import Any

from ecsim.experiments.analyses.formats import MONEY
from ecsim.report.amounts import scale_of, with_unit
from ecsim.report.document import Cell, Head, Paragraph, Section, Table
from ecsim.report.numbers import figure, of_all_years
from ecsim.report.results import Results


def returns(results: Results) -> Section | None:
    """Return the table of what a yuan paid for projects brings; None if it was not asked."""
    found = results.returns
    if found.empty:
        return None
    texts, rate = results.texts, float(results.experiment["returns"]["discount_rate"])
    first, last = int(found["first"].min()), int(found["last"].max())
    lead = texts("returns.lead", reference=results.quoted(results.reference), first=first, last=last, rate=100.0 * rate)
    heads = (Head(texts("returns.arm")), Head(texts("returns.outcome")))
    numbers = tuple(Head(texts(f"returns.{name}"), number=True) for name in ("sum", "paid", "per_yuan", "interval"))
    rows = tuple(_row(results, row) for row in found.to_dict("records"))
    return Section("returns", texts("returns.title"), (Paragraph(lead, small=True), Table((*heads, *numbers), rows)))


def _row(results: Results, row: dict[Any, Any]) -> tuple[Cell, ...]:
    """Return the cells of an arm and outcome, which is named with all of its years."""
    first, last = int(row["first"]), int(row["last"])
    title = of_all_years(results.title(f"{row['outcome']}@{last}"), first, last)
    interval = f"{figure(float(row['low']))} … {figure(float(row['high']))}" if row["n"] > 1 else "–"
    return (
        Cell(results.label(str(row["arm"]))), Cell(title), Cell(_money(results, float(row["sum"]))),
        Cell(_money(results, float(row["paid"]))), Cell(figure(float(row["per_yuan"]))), Cell(interval),
    )  # fmt: skip


def _money(results: Results, amount: float) -> str:
    scale = scale_of(MONEY, [amount], results.texts)
    return with_unit(scale.figure(amount), scale.unit, results.texts)
