"""What a report begins with: the question, the answer, how it was run, and what the page is not."""

from __future__ import annotations

from ecsim.report.document import Block, Paragraph
from ecsim.report.results import Results
from ecsim.report.sections.completeness import incomplete
from ecsim.report.sections.contrasts import answer
from ecsim.report.sections.provenance import caution


def lead(results: Results) -> tuple[Block, ...]:
    """Return the question, how it was run, and what the page is not."""
    texts, experiment, blocks = results.texts, results.experiment, list[Block]()
    question = experiment.get("question" if texts.language == "en" else "question_zh")
    if question:
        blocks.append(Paragraph(str(question)))
    blocks += answer(results)
    if results.manifest:
        blocks.append(Paragraph(_how_it_was_run(results), small=True))
    return (*blocks, *incomplete(results), *caution(results))


def _run_of(results: Results) -> str:
    """Return what was run: a function, or the model of the arms' scenarios."""
    experiment = results.experiment
    if named := experiment.get("function") or experiment.get("model"):
        return str(named)
    return str(results.manifest["arms"][results.reference]["scenario"]["model"])


def _how_it_was_run(results: Results) -> str:
    texts, manifest = results.texts, results.manifest
    words = {"replications": manifest["replications"]}
    if results.simulated:
        arm = manifest["arms"][results.reference]
        words |= {"region": manifest["region"][f"title_{texts.language}"], "sample": f"{arm['sample']:g}"}
        said = texts("page.runs_of_simulation", start=arm["start"], weeks=arm["weeks"], **words)
    else:
        words |= {"model": _run_of(results), "runs": f"{manifest['runs']:,}", "arms": len(results.arms)}
        said = texts("page.runs_of_function", **words)
    if results.points == 1:
        return said
    at = texts("page.at_points", points=results.points, parameters=results.moved)
    return texts("page.between_sentences").join([said, at])
