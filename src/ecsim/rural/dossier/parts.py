"""The parts of an evaluation file in their order."""

from __future__ import annotations

from ecsim.kernel.breaches import BreachReport
from ecsim.kernel.dossier import FactSection
from ecsim.rural.dossier import oversight, people, procurement
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.money import ProjectMoney, money


def sections(facts: CountyFacts, report: BreachReport) -> tuple[FactSection, ...]:
    """Return every section but targets and evidence."""
    return (
        oversight.evaluation(facts), money(facts, ProjectMoney(facts)), procurement.contracts(facts),
        oversight.findings(facts), oversight.breaches(facts, report), people.complaints(facts),
        oversight.calendar(facts),
    )  # fmt: skip
