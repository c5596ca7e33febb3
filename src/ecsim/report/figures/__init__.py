"""Figures of a comparison, the weightiest first; each module draws what its tables allow, or nothing."""

from __future__ import annotations

from ecsim.report.drawing import Drawing, styled
from ecsim.report.figures import counties, differences, distributions, maps, money, pareto, paths
from ecsim.report.results import Results

FIGURES = (
    differences.draw, pareto.draw, paths.draw, distributions.draw, counties.draw, maps.draw_counties,
    maps.draw_stations, money.draw,
)  # fmt: skip


def draw_all(results: Results) -> list[Drawing]:
    """Return every figure of a comparison for which there is what it needs."""
    styled()
    return [drawn for draw in FIGURES if (drawn := draw(results)) is not None]
