"""The largest decisions of a run of the programme: contracts, by the central money of their projects."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.measures import Decision
from ecsim.rural.events import ContractAwarded
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.regions import load_pack
from ecsim.rural.state import State


def largest(reader: JournalReader, state: State, top: int) -> list[Decision]:
    """Return the contracts with most central money, the largest first."""
    awarded = reader.kind(ContractAwarded)["project"]
    central = state.projects.central_fen[awarded]
    order = awarded[np.lexsort((awarded, -central))][:top]
    counties = load_pack(reader.genesis["scenario"]["region"]).counties
    return [_decision(state, int(project), [county.name_zh for county in counties]) for project in order]


def _decision(state: State, project: int, counties: list[str]) -> Decision:
    p, county = state.projects, int(state.projects.county[project])
    return Decision(
        f"contract_awarded:project={project}",
        {
            "builds": ProjectKind(int(p.kind[project])).name.lower(),
            "where": counties[county] if county >= 0 else "prefecture",
            "yuan": f"{int(p.central_fen[project]) / 100:,.0f}",
        },
    )
