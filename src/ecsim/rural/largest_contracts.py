"""The largest decisions of a run of the programme: contracts, by the central money of their projects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.measures import Decision
from ecsim.rural.events import ContractAwarded, ProjectApproved
from ecsim.rural.regions import pack_of
from ecsim.rural.state import State


def largest(reader: JournalReader, state: State, top: int) -> list[Decision]:
    """Return the contracts with most central money, the largest first.

    Parameters
    ----------
    state : of the end of the run
    top : how many at most

    Returns
    -------
    Decisions, each with the selector that takes it out of a run
    """
    awarded = reader.kind(ContractAwarded)["project"]
    central = state.projects.central_fen[awarded]
    order = awarded[np.lexsort((awarded, -central))][:top]
    counties = pack_of(reader.genesis["scenario"]).counties
    kinds = reader.genesis["vocabularies"][f"{ProjectApproved.kind}.project_kind"]
    return [_decision(state, int(project), kinds, [county.name_zh for county in counties]) for project in order]


def _decision(state: State, project: int, kinds: Mapping[str, str], counties: list[str]) -> Decision:
    p, county = state.projects, int(state.projects.county[project])
    return Decision(
        f"contract_awarded:project={project}",
        {
            "builds": kinds[str(p.kind[project])],
            "where": counties[county] if county >= 0 else "prefecture",
            "yuan": f"{int(p.central_fen[project]) / 100:,.0f}",
        },
    )
