"""Figures of analyses: one module a kind, imported when a results folder holds such an analysis."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from ecsim.errors import EcsimError
from ecsim.report.drawn import Drawn, Language

KINDS = ("sensitivity", "stress", "search", "discovery", "robustness", "selection")


def draw(told: dict[str, Any], folder: Path, language: Language) -> list[Drawn]:
    """Return the figures of an analysis.

    Raises
    ------
    EcsimError
        If its kind is not known.
    """
    if told["kind"] not in KINDS:
        raise EcsimError(
            f"{folder}/analysis/{told['name']}.json: kind is {told['kind']!r}; this version draws {', '.join(KINDS)}"
        )
    drawn: list[Drawn] = import_module(f"ecsim.report.analyses.{told['kind']}").draw(told, folder, language)
    return drawn
