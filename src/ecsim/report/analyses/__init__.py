"""Figures of analyses: one module per kind, imported when a results folder holds such an analysis."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecsim.kernel.errors import EcsimError
from ecsim.report.analyses.kinds import KINDS
from ecsim.report.drawing import Drawing, styled

if TYPE_CHECKING:
    from ecsim.report.results import Results


def draw(analysis: dict[str, Any], results: Results) -> list[Drawing]:
    """Return the figures of an analysis, by the module of its kind.

    Parameters
    ----------
    analysis : content of ``analysis/<name>.json``
    results : of the folder that it lies in

    Raises
    ------
    EcsimError
        If its kind is not known.
    """
    if analysis["kind"] not in KINDS:
        raise EcsimError(
            f"{results.folder}/analysis/{analysis['name']}.json: kind is {analysis['kind']!r}; this version draws "
            f"{', '.join(KINDS)}"
        )
    styled()
    drawn: list[Drawing] = import_module(f"ecsim.report.analyses.{analysis['kind']}").draw(analysis, results)
    return drawn


def table(analysis: dict[str, Any], name: str) -> pd.DataFrame:
    """Return a table of an analysis; one without rows has its columns still."""
    return pd.DataFrame(analysis["tables"][name]["rows"], columns=analysis["tables"][name]["columns"])
