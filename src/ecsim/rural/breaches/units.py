"""The commitments of a run as units of plans, rebuilt from its events."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.recorded import StoredRun
from ecsim.rural.events import Category, ProjectApproved
from ecsim.rural.plans.declared import declared_uses
from ecsim.rural.plans.reused import reused
from ecsim.rural.programme.candidates import Candidate, PlannedTerms


class ApprovedUnits:
    """What a run approved, as candidates of plans.

    Parameters
    ----------
    run : with all its events
    """

    def __init__(self, run: StoredRun[Any, Any]) -> None:
        approved = run.reader.kind(ProjectApproved)
        self._reuses = dict(zip(approved["project"].tolist(), reused(run.reader, approved).tolist(), strict=True))
        self._uses = declared_uses(run.reader)

    def of(self, event: ProjectApproved) -> list[Candidate]:
        """Return the rows of an event as units."""
        return [
            self._unit({c.name: int(event.__dict__[c.name][row]) for c in event.columns}) for row in range(event.rows)
        ]

    def _unit(self, of: dict[str, int]) -> Candidate:
        return Candidate(
            kind=of["project_kind"], category=Category(of["category"]), county=of["county"],
            prefecture=of["prefecture"], turn=of["turn"], central_fen=of["central_fen"], local_fen=of["local_fen"],
            social_fen=of["social_fen"], lead_weeks=0, gain=0.0, quantity=of["quantity"],
            terms=PlannedTerms(
                reuses=self._reuses[of["project"]], exclusive=bool(of["exclusive"]), building=of["building"],
                township=of["township"], uses=tuple(self._uses.get(of["project"], ())),
            ),
        )  # fmt: skip
