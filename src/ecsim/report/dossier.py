"""The evaluation file of a place as pages and PDF: its targets with their evidence, and what the model tells beside."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecsim.audit.trace import Level, Trace, trace_figures
from ecsim.kernel.dossier import Dossier, Entry, FactSection, FactTable
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import writing
from ecsim.kernel.recorded import Language, Text, open_run
from ecsim.report.document import (
    Block,
    Bullets,
    Cell,
    Code,
    Collapsible,
    Document,
    Head,
    Mark,
    Note,
    Paragraph,
    Section,
    Table,
)
from ecsim.report.numbers import figure
from ecsim.report.report import LANGUAGES, render
from ecsim.report.texts import Texts
from ecsim.statistics.bounds import SIGNS

LISTED = 12
"""Events of a figure that the file lists; a trace has all of them."""
STEPS = 6
"""Steps of causes that the file follows a figure back."""
FOLDED = 14
"""Rows from which on a page shows a table folded."""


@dataclass(frozen=True)
class EvaluationFile:
    """What pages of all languages are made of.

    Attributes
    ----------
    facts : what the model tells of the place
    targets : of the run's scenario, in their order
    traces : of each of them
    sentences : of the events that are listed, by sequence number
    """

    run: Path
    facts: Dossier
    targets: Sequence[Any]
    traces: Sequence[Trace]
    sentences: Mapping[int, Text]


def read_file(run: Path, place: str, *, trust: bool = False) -> EvaluationFile:
    """Return what the evaluation file of a place of a run holds.

    Raises
    ------
    EcsimError
        If the run's model has no such file, there is no such place, or the run kept less than all its events.
    VerificationError
        If the run on disk was altered.
    """
    stored = open_run(run, trust=trust)
    view = stored.model.view("dossier")
    if view is None:
        raise EcsimError(f"{run}: a run of the model {stored.model.name}, which has no evaluation file")
    stored.reader.needs_all()
    facts: Dossier = view(stored, place)
    targets = stored.model.measures.targets(stored.scenario)
    traces = trace_figures(run, [target.name for target in targets], place, trust=trust)
    listed = {seq for trace in traces for seq in _listed(trace)}
    return EvaluationFile(run, facts, targets, traces, facts.sentences(listed))


def write_dossier(
    run: Path, place: str, folder: Path, languages: Sequence[Language] = LANGUAGES, *, pdf: bool = False,
    trust: bool = False,
) -> list[Path]:  # fmt: skip
    """Write the evaluation file of a place in each language and return what was written.

    Parameters
    ----------
    folder : to write into; it is made if it is not there
    pdf : whether to write each page as PDF too

    Raises
    ------
    EcsimError, VerificationError
        As `read_file`; if the folder cannot be written; for a PDF, if the extra or a font is missing: pages are there.
    """
    content = read_file(run, place, trust=trust)
    pages = {folder / page_of(content, language): compose(content, language, languages) for language in languages}
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for page, document in pages.items():
        with writing(page):
            page.write_text(render(document), encoding="utf-8")
    if not pdf:
        return [*pages]
    from ecsim.report.paper import write_pdf

    papers = []
    for page, document in pages.items():
        with writing(page.with_suffix(".pdf")):
            papers.append(write_pdf(document, page.with_suffix(".pdf")))
    return [*pages, *papers]


def page_of(content: EvaluationFile, language: Language) -> str:
    """Return the file of a language's page."""
    name = content.facts.place.en.lower().replace(" ", "-")
    return f"{name}.html" if language == "en" else f"{name}.{language}.html"


def compose(content: EvaluationFile, language: Language, languages: Sequence[Language] = LANGUAGES) -> Document:
    """Return the file in one language; it names the other page if that is written too."""
    texts, facts = Texts(language), content.facts
    other: Language = "zh" if language == "en" else "en"
    met = sum(1 for target, trace in zip(content.targets, content.traces, strict=True) if _met(target, trace) == 1.0)
    summary = (texts("dossier.met", met=met, all=len(content.targets)), *(said.to(language) for said in facts.summary))
    evaluation, *others = (_section(section, texts) for section in facts.sections)
    return Document(
        language=language, title=facts.title.to(language),
        lead=(
            Bullets(summary, strong=True),
            Note(texts("dossier.subject"), tuple(said.to(language) for said in facts.subject)),
        ),
        sections=(_targets(content, texts), evaluation, *others, _evidence(content, texts), _check(content, texts)),
        contents=texts("page.contents"),
        other={"page": page_of(content, other), "language": other, "name": texts("page.other_language")}
        if other in languages else {},
    )  # fmt: skip


def _met(target: Any, trace: Trace) -> float:  # noqa: ANN401 (of the model's own kind)
    return float(target.met(trace.figure))


def _targets(content: EvaluationFile, texts: Texts) -> Section:
    """Return every target: what it asks, what the events give, and what was reported of it."""
    heads = ("target", "asked#", "reached#", "met", "reported#", "verified#", "report", "evidence#")
    rows = [
        _target_row(content, texts, target, trace)
        for target, trace in zip(content.targets, content.traces, strict=True)
    ]
    lead = Paragraph(texts("dossier.targets_lead", date=content.traces[0].date.isoformat()))
    table = Table(tuple(_head(texts, name) for name in heads), tuple(rows))
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
            Cell(_figure(told.reported, target.unit), texts("dossier.not_so") if differs else "", strong=differs),
            Cell(_figure(told.verified, target.unit)),
            Cell(told.report.to(language), "; ".join(filter(None, (told.date, false)))),
        )
    return (
        Cell(target.title.to(language), "" if target.unit.startswith("share") else texts.unit(target.unit)),
        Cell(f"{SIGNS[target.sense]} {_figure(target.value, target.unit)}"),
        Cell(_figure(trace.figure, target.unit), strong=True),
        Cell("", marks=(Mark(kind, sign, texts(f"dossier.mark_{kind}")),)),
        *reports, Cell(f"{counted:,}"),
    )  # fmt: skip


def _figure(value: float, unit: str) -> str:
    """Return a figure as people read it: shares in per cent."""
    if unit.startswith("share") and not math.isnan(value):
        return f"{100 * value:,.1f}%".replace("-", "−")
    return figure(value, 0 if value == round(value) else None) if not math.isnan(value) else figure(value)


def _head(texts: Texts, name: str) -> Head:
    return Head(texts(f"dossier.head_{name.rstrip('#')}"), number=name.endswith("#"))


def _section(section: FactSection, texts: Texts) -> Section:
    """Return a section of the model's facts; long tables are folded on a page."""
    notes = [Paragraph(note.to(texts.language), small=True) for note in section.notes]
    blocks: list[Block] = [block for table in section.tables for block in _table(table, texts)]
    return Section(section.name, section.title.to(texts.language), (*notes, *blocks))


def _table(table: FactTable, texts: Texts) -> tuple[Block, ...]:
    language = texts.language
    title = table.title.to(language)
    if not table.rows:
        return (Paragraph(texts("dossier.nothing", title=title, said=table.empty.to(language))),)
    folded = len(table.rows) > FOLDED
    return (
        Table(
            tuple(Head(column.title.to(language), number=column.number) for column in table.columns),
            tuple(tuple(_cell(entry, language) for entry in row) for row in table.rows),
            title=texts("dossier.rows", title=title, rows=len(table.rows)) if folded else title, folded=folded,
        ),
    )  # fmt: skip


def _cell(entry: Entry, language: Language) -> Cell:
    return Cell(entry.text.to(language), entry.below.to(language))


def _listed(trace: Trace) -> list[int]:
    """Return the events of a figure that are told: the first that count, and one of each kind of cause."""
    if not trace.levels:
        return []
    first, *causes = trace.levels[:STEPS]
    one = [int(rows["seq"][0]) for level in causes for rows in level.rows.values()]
    return [*_first(first), *one]


def _first(level: Level) -> list[int]:
    """Return the first events of a level, some of each kind."""
    each = max(1, LISTED // max(len(level.rows), 1))
    return sorted(int(seq) for rows in level.rows.values() for seq in rows["seq"][:each])


def _evidence(content: EvaluationFile, texts: Texts) -> Section:
    """Return for each target the events that count and what brought them about, folded one by one."""
    blocks: list[Block] = [Paragraph(texts("dossier.evidence_lead"))]
    for target, trace in zip(content.targets, content.traces, strict=True):
        title = target.title.to(texts.language)
        if not trace.levels:
            blocks.append(Paragraph(texts("dossier.no_event", title=title)))
            continue
        holds = texts("dossier.recounted" if trace.holds else "dossier.not_recounted")
        label = texts("dossier.evidence_of", title=title, figure=_figure(trace.figure, target.unit), holds=holds)
        tables = (_counted(content, trace, texts), _causes(content, trace, texts))
        blocks.append(Collapsible(label, tables, f"evidence-{target.name}"))
    return Section("evidence", texts("dossier.evidence"), tuple(blocks))


def _counted(content: EvaluationFile, trace: Trace, texts: Texts) -> Table:
    """Return the first of the events that count."""
    level = trace.levels[0]
    seqs = set(_first(level))
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
    heads = tuple(_head(texts, name) for name in ("date", "kind", "event#", "cause#", "what"))
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
    heads = tuple(_head(texts, name) for name in ("step#", "kind", "events#", "first", "last", "one"))
    rest = texts("dossier.further", steps=len(trace.levels) - STEPS) if len(trace.levels) > STEPS else ""
    return Table(heads, tuple(rows), title=texts("dossier.causes"), rest=rest)


def _told(content: EvaluationFile, seq: int, texts: Texts) -> str:
    said = content.sentences.get(seq)
    return said.to(texts.language) if said else "–"


def _check(content: EvaluationFile, texts: Texts) -> Section:
    """Return the commands by which a reader checks the file."""
    run, place = str(content.run), content.facts.place.zh
    traced = next((trace.indicator.name for trace in content.traces if trace.levels), content.targets[0].name)
    commands = (
        ("verify", run), ("trace", run, traced, "--county", place, "--html", f"{traced}.html"),
        ("breaches", run), ("why", run, "--instruments"),
    )  # fmt: skip
    lines = "\n".join(shlex.join(("ecsim", *command)) for command in commands)
    return Section("check", texts("check.title"), (Paragraph(texts("dossier.check_lead")), Code(lines)))
