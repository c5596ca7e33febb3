"""Imports stay surveyable: no circles, and few modules that know many others."""

from __future__ import annotations

from functools import cache
from graphlib import TopologicalSorter

import grimp

MOST_IMPORTS = 7
"""Other modules of the package that a module knows, as a rule."""
MOST_EXCEPTIONS = 0.08
"""Share of modules that may know more: front doors, and what ties a model or a command together."""


@cache
def imported() -> dict[str, frozenset[str]]:
    """Return what each module imports of the package, within functions and for types alone included."""
    graph = grimp.build_graph("ecsim")
    return {module: frozenset(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def test_no_imports_go_in_circles() -> None:
    TopologicalSorter(imported()).prepare()  # raises, and names the circle


def test_few_modules_import_many_of_the_package() -> None:
    many = sorted(module for module, others in imported().items() if len(others) > MOST_IMPORTS)
    assert len(many) <= MOST_EXCEPTIONS * len(imported()), many
