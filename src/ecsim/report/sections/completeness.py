"""What of the plan the figures do not hold: runs that failed, pairs that lack a figure, a stopping rule not met."""

from __future__ import annotations

from typing import Any

from ecsim.report.document import Block, Note
from ecsim.report.numbers import figure
from ecsim.report.results import Results

NAMED = 3
"""Failed runs and outcomes that are named here; the rest is counted."""


def incomplete(results: Results) -> tuple[Block, ...]:
    """Return a note on what the figures lack: failed runs, incomplete pairs, a stopping rule that was not met.

    Returns
    -------
    tuple of Block
        Empty where all runs of the plan are in the figures.
    """
    sentences = [*_runs(results), *_pairs(results), *_rule(results)]
    return (Note(results.texts("incomplete.title"), tuple(sentences)),) if sentences else ()


def _runs(results: Results) -> list[str]:
    texts, manifest = results.texts, results.manifest
    planned = manifest.get("planned", manifest.get("runs", 0))
    if planned == manifest.get("runs", 0):
        return []
    sentences = [texts("incomplete.runs", runs=f"{manifest['runs']:,}", planned=f"{planned:,}")]
    if manifest["failed"]:
        named, more = manifest["failed"][:NAMED], len(manifest["failed"]) - NAMED
        sentences += [texts("incomplete.failed", failed=failed) for failed in named]
        sentences += [texts("incomplete.more", n=f"{more:,}")] if more > 0 else []
    return sentences


def _pairs(results: Results) -> list[str]:
    """Return of outcomes that lack a figure in some arm how many pairs are compared, those alike in one sentence."""
    texts, pairs = results.texts, results.manifest.get("pairs", {"planned": 0, "compared": {}})
    by_count: dict[int, list[str]] = {}
    for outcome, count in pairs["compared"].items():
        if count < pairs["planned"] and outcome in results.outcomes:
            by_count.setdefault(count, []).append(results.title(outcome))
    return [
        texts("incomplete.pairs", outcomes=_named(results, names), n=f"{count:,}", planned=f"{pairs['planned']:,}")
        for count, names in by_count.items()
    ]


def _named(results: Results, names: list[str]) -> str:
    texts = results.texts
    said = texts("page.between_items").join(names[:NAMED])
    return texts("incomplete.and_more", named=said, n=len(names) - NAMED) if len(names) > NAMED else said


def _rule(results: Results) -> list[str]:
    rule: dict[str, Any] | None = results.manifest.get("stopping")
    if rule is None or rule["met"]:
        return []
    values = {"n": rule["n"], "outcome": results.title(rule["outcome"]), "half_width": figure(rule["half_width"])}
    asked = figure(rule["asked"]) if not rule["relative"] else f"{100 * rule['asked']:g} %"
    return [results.texts("incomplete.rule_of_share" if rule["relative"] else "incomplete.rule", asked=asked, **values)]
