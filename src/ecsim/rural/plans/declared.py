"""What projects of a run spend money on that its rule book forbids and let through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ecsim.kernel.recorded import JournalReader
from ecsim.rural.events import UseDeclared
from ecsim.rural.programme.rules import RuleBook


def declared_uses(reader: JournalReader) -> Mapping[int, list[str]]:
    """Return the uses that plans declared, by project; none of a project that is not among its keys."""
    declared, uses = reader.kind(UseDeclared), defaultdict[int, list[str]](list)
    if len(declared["project"]):
        forbidden = RuleBook.model_validate(reader.genesis["scenario"]["policy"]["rule_book"]).forbidden
        for project, use in zip(declared["project"].tolist(), declared["use"].tolist(), strict=True):
            uses[project].append(forbidden[use - 1])
    return dict(uses)
