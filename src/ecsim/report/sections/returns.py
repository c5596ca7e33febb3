"""What a yuan paid for projects brings over the years, arm by arm."""

from __future__ import annotations

from ecsim.report.document import Cell, Head, Paragraph, Section, Table
from ecsim.report.numbers import figure
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
    rows = tuple(
        (
            Cell(results.label(str(row["arm"]))),
            Cell(results.titles((f"{row['outcome']}@{int(row['last'])}",))),
            *(Cell(figure(float(row[name]))) for name in ("sum", "paid", "per_yuan")),
            Cell(f"{figure(float(row['low']))} … {figure(float(row['high']))}" if row["n"] > 1 else "–"),
        )
        for row in found.to_dict("records")
    )
    return Section("returns", texts("returns.title"), (Paragraph(lead, small=True), Table((*heads, *numbers), rows)))
