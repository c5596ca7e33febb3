"""The sections of an evaluation file in their order, and what stands before them."""

from __future__ import annotations

from ecsim.report.document import Block, Bullets, Note, Section
from ecsim.report.dossier.content import EvaluationFile
from ecsim.report.dossier.evidence import check, evidence
from ecsim.report.dossier.facts import section_of
from ecsim.report.dossier.targets import targets, targets_met
from ecsim.report.texts import Texts


def lead(content: EvaluationFile, texts: Texts) -> tuple[Block, ...]:
    """Return the answer in sentences, and what is evaluated."""
    facts, language = content.facts, texts.language
    met = texts("dossier.met", met=targets_met(content), all=len(content.targets))
    return (
        Bullets((met, *(said.to(language) for said in facts.summary)), strong=True),
        Note(texts("dossier.subject"), tuple(said.to(language) for said in facts.subject)),
    )


def all_sections(content: EvaluationFile, texts: Texts) -> tuple[Section, ...]:
    """Return targets, verdict, what else the model tells, evidence, and how to check it."""
    told = [section_of(section, texts) for section in content.facts.sections]
    return (targets(content, texts), *told, evidence(content, texts), check(content, texts))
