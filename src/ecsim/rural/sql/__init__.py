"""What the rows of a run of the rural model point at, for views in SQL: places, farms, firms, projects, with names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.sql.code_labels import Vocabularies
from ecsim.rural.sql.belongs import belongs_views
from ecsim.rural.sql.places import create_names
from ecsim.rural.sql.things import THINGS

NUMBERS = {
    ("crops_baselined", "product"): "products",
    ("station_offered", "design"): "designs",
    ("station_opened", "design"): "designs",
    ("project_refused", "rule"): "rules",
    ("closing_breach_found", "rule"): "rules",
    ("award_over_limit", "rule"): "rules",
    ("payment_over_limit", "rule"): "rules",
    ("change_over_limit", "rule"): "rules",
}
"""Codes that number a list of the region or the scenario."""
NAMED_ALONE = frozenset({("households_baselined", "cooperative")})
"""Columns that bring nothing but a name: the crop of a household's cooperative is not the household's."""


@dataclass(frozen=True)
class RuralThings:
    """Places, farms, firms and what the programme pays for."""

    tables: Sequence[tuple[str, str, str]] = THINGS
    numbers: Mapping[tuple[str, str], str] = field(default_factory=lambda: NUMBERS)
    named_alone: frozenset[tuple[str, str]] = NAMED_ALONE

    def create_names(self, database: duckdb.DuckDBPyConnection, reader: JournalReader) -> None:
        """Create the tables of the schema ``names``."""
        create_names(database, reader)

    def belongs(self, vocabularies: Vocabularies) -> list[tuple[str, str]]:
        """Return the views of the schema ``belongs``."""
        return belongs_views(vocabularies)


VIEWS = RuralThings()
