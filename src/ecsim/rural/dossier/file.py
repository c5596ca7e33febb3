"""The evaluation file of a county, put together."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.dossier import Dossier
from ecsim.kernel.recorded import StoredRun
from ecsim.rural.breaches import breaches_of
from ecsim.rural.dossier import parts, summary
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.oversight import reported


def dossier_of(run: StoredRun[Any, Any], county: str) -> Dossier:
    """Return the evaluation file of a county.

    Parameters
    ----------
    run : with all its events
    county : by a name that it has

    Raises
    ------
    EcsimError
        If there is no such county, or the run kept less than all its events.
    """
    facts, report = CountyFacts.of(run, county), breaches_of(run)
    return Dossier(
        title=summary.title(facts), place=facts.words.called("counties", facts.county),
        summary=summary.summary(facts, report), subject=summary.subject(facts), reported=reported(facts),
        sections=parts.sections(facts, report), sentences=facts.words.sentences,
    )  # fmt: skip
