"""Sections of a report, the answer first; each is made from what the folder holds, or left out."""

from __future__ import annotations

from importlib.metadata import entry_points

from ecsim.report.document import Figure, Section
from ecsim.report.figures import draw_all
from ecsim.report.results import Results
from ecsim.report.sections.contrasts import contrasts
from ecsim.report.sections.counties import counties
from ecsim.report.sections.findings import analyses
from ecsim.report.sections.lead import lead
from ecsim.report.sections.outcomes import in_short, outcomes
from ecsim.report.sections.programme import check, programme
from ecsim.report.sections.provenance import assumed, provenance
from ecsim.report.sections.returns import returns
from ecsim.report.sections.targets import free, targets
from ecsim.report.sections.trade_off import trade_off
from ecsim.report.sections.verdicts import verdicts

__all__ = ["SECTIONS", "all_sections", "lead"]
SECTIONS = "ecsim.sections"
"""Entry points of installed packages that add sections: each takes the results and returns a `Section`, or None."""


def all_sections(results: Results) -> tuple[Section, ...]:
    """Return every section there is something for, in the order in which they are read."""
    drawn = tuple(Figure(drawing) for drawing in draw_all(results))
    figures = Section("figures", results.texts("figures.title"), drawn) if drawn else None
    sections = (
        contrasts(results), in_short(results), returns(results), trade_off(results), *analyses(results),
        outcomes(results), figures, counties(results), free(results), targets(results),
        verdicts(results), programme(results), check(results), assumed(results), provenance(results),
    )  # fmt: skip
    added = (entry.load()(results) for entry in entry_points(group=SECTIONS))
    return tuple(section for section in (*sections, *added) if section is not None)
