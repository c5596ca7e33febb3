"""The table of stylised facts in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecsim.experiments.validation import FactJudged, MeasureJudged, Validation
    from ecsim.report.drawing import Language
    from ecsim.report.texts import Texts


def print_facts(validation: Validation, language: Language) -> None:
    """Print every fact and its measures with both intervals and verdicts, and the rule of the verdicts."""
    from rich.table import Table

    from ecsim.cli.console import wide, words
    from ecsim.report.texts import Texts

    said, texts = words("validate"), Texts(language)
    table = Table(title=texts("facts.title", runs=len(validation.seeds), of=validation.title))
    for number, column in enumerate(said["columns"][texts.language]):
        table.add_column(column, justify="right" if number in (2, 3) else "left", overflow="fold")
    for fact in validation.facts:
        for row in _rows(fact, texts, validation.until):
            table.add_row(*row)
        table.add_section()
    wide(170).print(table)
    counts = ", ".join(f"{count} {texts(_key(verdict))}" for verdict, count in validation.counts.items() if count)
    print(said["counts"][texts.language].format(facts=len(validation.facts), counts=counts))
    print(said["rule"][texts.language])


def _key(verdict: str) -> str:
    return f"facts.{verdict.replace(' ', '_')}"


def _rows(judged: FactJudged, texts: Texts, until: str) -> list[tuple[str, ...]]:
    """Return the line of a fact and one for each of its measures."""
    fact, language = judged.fact, texts.language
    verdict = texts(_key(judged.verdict))
    reasons = [fact.reason.to(language)] if fact.reason else []
    if any(not measure.computable for measure in judged.measures):
        reasons.append(texts("facts.lacking", until=until))
    head = (str(fact.id), fact.statement.to(language), "", "", verdict, "; ".join([*reasons, fact.source]))
    return [head, *(_measure_row(measure, texts) for measure in judged.measures)]


def _measure_row(judged: MeasureJudged, texts: Texts) -> tuple[str, ...]:
    from ecsim.report.figures.facts import interval_words

    measure, language = judged.measure, texts.language
    title = f"· {texts.joined(measure.title.to(language), measure.unit.to(language))}"
    source, model = interval_words(judged, texts)
    note = f"; {measure.note.to(language)}" if measure.note else ""
    return "", title, source, model, texts(_key(judged.verdict)), f"{measure.source}{note}"
