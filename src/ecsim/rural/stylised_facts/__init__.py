"""Stylised facts of rural e-commerce, and the figures of a run that they are held against (docs/how-to/validation.md).

``facts.toml`` is the list; to add a measure, name its figure there and give it in `FactFigures`.
"""

from ecsim.kernel.stylised_facts import FactBook, FactList, fact_list
from ecsim.kernel.text import catalogue
from ecsim.rural.stylised_facts.figures import FactFigures

FILE = "facts.toml"


def known_facts() -> FactList:
    """Return the list of facts."""
    return fact_list(catalogue(__name__, FILE), f"{__name__}: {FILE}")


FACTS = FactBook(known_facts, FactFigures)
"""What the rural model offers."""

__all__ = ["FACTS", "FactFigures", "known_facts"]
