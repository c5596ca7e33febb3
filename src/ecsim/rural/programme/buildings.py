"""Idle buildings of others, that a project may be housed in in place of building anew (docs/model.md 4.10).

Fitting one out costs a part of what its like costs to build; a private owner asks for rent, which whoever runs what is
housed there pays. Each houses one project of its county.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecsim.rural.events import Premises
from ecsim.rural.programme.candidates import ANY_IDLE, NEW, Candidate, PlanningTerms
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.scenario import ProjectType
from ecsim.rural.world import State

Key = tuple[int, int, int]
Where = tuple[int, int]
"""A county, and what a building there has room for."""


@dataclass(frozen=True)
class Housing:
    """What kinds of projects can be housed in, and what an idle building saves them.

    Attributes
    ----------
    of : what the scenario says of each kind that needs a building, by code
    terms : numbers of plans
    """

    of: Mapping[int, ProjectType]
    terms: PlanningTerms

    @classmethod
    def among(cls, types: Mapping[str, ProjectType], kinds: ProjectKinds, terms: PlanningTerms) -> Housing:
        """Return that of a scenario's kinds of projects."""
        return cls({kinds.code(name): of for name, of in types.items() if of.premises}, terms)

    def where(self, unit: Candidate) -> Where | None:
        """Return where a unit could be housed; None: it needs no building, or is for all counties of a prefecture."""
        of = self.of.get(unit.kind)
        return None if of is None or unit.county < 0 else (unit.county, int(Premises[of.premises.upper()]))

    def cost_share(self, kind: int) -> float:
        """Return what a project costs in an idle building, over what it costs with a new one."""
        return 1.0 - self.of[kind].building_share * (1.0 - self.terms.fit_out)

    def rent_fen(self, kind: int) -> int:
        """Return what a private owner of a building for a kind asks a year."""
        of = self.of[kind]
        built = of.building_share * of.central_yuan * (1.0 + of.local_share + of.social_share)
        return round(100.0 * self.terms.rent_share * built)

    def pays(self, kind: int, *, private: bool) -> bool:
        """Return whether a planner gains by an idle building: what it saves is more than its rent for life."""
        rent = self.terms.rent_share * self.of[kind].life_years if private else 0.0
        return self.of[kind].building_share * (1.0 - self.terms.fit_out - rent) > 0.0

    def housed(self, state: State, units: Sequence[Candidate]) -> list[Candidate]:
        """Return units of which those that save most are to be housed in idle buildings, at less cost.

        What brings an earlier asset into service is there already.
        """
        idle, moved = _idle(state), set[Key]()
        for unit in sorted(units, key=self._most_saved_first):
            where = self.where(unit)
            if where is None or unit.terms.reuses:
                continue
            pays = (b for b in idle[where] if self.pays(unit.kind, private=bool(state.buildings.private[b])))
            if (building := next(pays, NEW)) != NEW:
                idle[where].remove(building)
                moved.add(unit.key)
        return [self._in_idle(unit) if unit.key in moved else unit for unit in units]

    def _most_saved_first(self, unit: Candidate) -> tuple[float, Key]:
        of = self.of.get(unit.kind)
        return -of.building_share * of.central_yuan if of else 0.0, unit.key

    def _in_idle(self, unit: Candidate) -> Candidate:
        share = self.cost_share(unit.kind)
        return replace(
            unit,
            central_fen=max(1, round(share * unit.central_fen)),
            local_fen=round(share * unit.local_fen),
            social_fen=round(share * unit.social_fen),
            terms=replace(unit.terms, building=ANY_IDLE),
        )

    def assigned(
        self, state: State, units: Sequence[Candidate], leaving: Sequence[int] = ()
    ) -> list[Candidate]:  # fmt: skip
        """Return units of which each that is to be housed in an idle building has one; `NEW` where all are taken.

        Who saves most comes first, and buildings without rent do.

        Parameters
        ----------
        leaving : projects whose buildings are about to be free
        """
        idle, found = _idle(state, leaving), dict[Key, int]()
        for unit in sorted(units, key=self._most_saved_first):
            if unit.terms.building != NEW:
                where = self.where(unit)
                found[unit.key] = idle[where].pop(0) if where and idle[where] else NEW
        return [
            replace(unit, terms=replace(unit.terms, building=found[unit.key])) if unit.key in found else unit
            for unit in units
        ]

    def rent_of(self, state: State, unit: Candidate) -> int:
        """Return the rent a year of what a unit is housed in, fen."""
        building = unit.terms.building
        return self.rent_fen(unit.kind) if building >= 0 and state.buildings.private[building] else 0


def _idle(state: State, leaving: Sequence[int] = ()) -> defaultdict[Where, list[int]]:
    """Return the rows of idle buildings by county and premises, those without rent first."""
    b, idle = state.buildings, defaultdict[Where, list[int]](list)
    taken = b.project[: state.count("buildings")]
    rows = np.flatnonzero((taken < 0) | np.isin(taken, leaving))
    for row in rows[np.argsort(b.private[rows], kind="stable")].tolist():
        idle[int(b.county[row]), int(b.premises[row])].append(row)
    return idle
