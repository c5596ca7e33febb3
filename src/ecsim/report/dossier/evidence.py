"""The events behind the targets of an evaluation file, and what brought them about."""

from __future__ import annotations

import shlex

from ecsim.audit.trace import Trace
from ecsim.report.document import Block, Cell, Code, Collapsible, Paragraph, Section, Table
from ecsim.report.dossier.content import STEPS, EvaluationFile, first_events
from ecsim.report.dossier.targets import head, shown_figure
from ecsim.report.texts import Texts


def evidence(content: EvaluationFile, texts: Texts) -> Section:
    """Return for each target the events that count and what brought them about, folded one by one."""
    blocks: list[Block] = [Paragraph(texts("dossier.evidence_lead"))]
    for target, trace in zip(content.targets, content.traces, strict=True):
        title = target.title.to(texts.language)
        if not trace.levels:
            blocks.append(Paragraph(texts("dossier.no_event", title=title)))
            continue
        holds = texts("dossier.recounted" if trace.holds else "dossier.not_recounted")
        label = texts("dossier.evidence_of", title=title, figure=shown_figure(trace.figure, target.unit), holds=holds)
        tables = (_counted(content, trace, texts), _causes(content, trace, texts))
        blocks.append(Collapsible(label, tables, f"evidence-{target.name}"))
    return Section("evidence", texts("dossier.evidence"), tuple(blocks))


def _counted(content: EvaluationFile, trace: Trace, texts: Texts) -> Table:
    """Return the first of the events that count."""
    level = trace.levels[0]
    seqs = set(first_events(level))
    rows = sorted(
        (int(seq), int(day), int(cause), kind.title.to(texts.language))
        for kind, columns in level.rows.items()
        for seq, day, cause in zip(*(columns[name].tolist() for name in ("seq", "day", "cause")), strict=True)
        if seq in seqs
    )
    cells = tuple(
        (
            Cell(trace.day(day).isoformat()), Cell(kind), Cell(f"{seq:,}"),
            Cell(f"{cause:,}" if cause >= 0 else "–"), Cell(_told(content, seq, texts)),
        )
        for seq, day, cause, kind in rows
    )  # fmt: skip
    count = sum(len(columns["seq"]) for columns in level.rows.values())
    heads = tuple(head(texts, name) for name in ("date", "kind", "event#", "cause#", "what"))
    rest = texts("dossier.listed", shown=len(cells), all=f"{count:,}") if count > len(cells) else ""
    return Table(heads, cells, title=texts("dossier.counted"), rest=rest)


def _causes(content: EvaluationFile, trace: Trace, texts: Texts) -> Table:
    """Return what brought them about, step by step, one event of each kind told."""
    rows = []
    for level in trace.levels[:STEPS]:
        for kind, columns in level.rows.items():
            days = [trace.day(int(day)).isoformat() for day in (columns["day"].min(), columns["day"].max())]
            seq = int(columns["seq"][0])
            rows.append(
                (
                    Cell(str(level.depth)), Cell(kind.title.to(texts.language), kind.kind),
                    Cell(f"{len(columns['seq']):,}"), Cell(days[0]), Cell(days[1]),
                    Cell(_told(content, seq, texts), f"{seq:,}"),
                )
            )  # fmt: skip
    heads = tuple(head(texts, name) for name in ("step#", "kind", "events#", "first", "last", "one"))
    rest = texts("dossier.further", steps=len(trace.levels) - STEPS) if len(trace.levels) > STEPS else ""
    return Table(heads, tuple(rows), title=texts("dossier.causes"), rest=rest)


def _told(content: EvaluationFile, seq: int, texts: Texts) -> str:
    said = content.sentences.get(seq)
    return said.to(texts.language) if said else "–"


def check(content: EvaluationFile, texts: Texts) -> Section:
    """Return the commands by which a reader checks the file."""
    run, place = str(content.run), content.facts.place.zh
    traced = next((trace.indicator.name for trace in content.traces if trace.levels), content.targets[0].name)
    commands = (
        ("verify", run), ("trace", run, traced, "--county", place, "--html", f"{traced}.html"),
        ("breaches", run), ("why", run, "--instruments"),
    )  # fmt: skip
    lines = "\n".join(shlex.join(("ecsim", *command)) for command in commands)
    return Section("check", texts("check.title"), (Paragraph(texts("dossier.check_lead")), Code(lines)))
