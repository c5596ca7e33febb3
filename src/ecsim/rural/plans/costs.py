"""Rows of a plan whose money lies outside what their kind usually costs: no breach, and perhaps a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecsim.rural.plans.plan import PlannedProject
from ecsim.rural.plans.resolved import OF_SEVERAL, Fault
from ecsim.rural.programme.candidates import PlanningTerms, quantity_of
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.scenario import ProjectType

ROUNDING = 1e-9
"""Share by which a sum may be off a limit that it meets."""


def unusual_costs(
    rows: Mapping[int, tuple[PlannedProject, int]], types: Mapping[str, ProjectType], kinds: ProjectKinds,
    terms: PlanningTerms,
) -> Iterator[Fault]:  # fmt: skip
    """Yield a warning for each row that is dearer or cheaper than its kind usually is, central money first.

    Parameters
    ----------
    rows : of a plan, by their number, each with the code of its kind

    Notes
    -----
    What all funders pay is held against the range of central money and the usual shares of others; of central money
    alone only the most, as others may pay more of it. What reuses something, or an idle building, may cost less; what a
    prefecture shares costs as much as some counties' own.
    """
    for line, (row, kind) in rows.items():
        of = types[kinds.names[kind]]
        units = row.units / (quantity_of(kind, terms) if kind in OF_SEVERAL else 1)
        units *= terms.shared_cost if row.level == "prefecture" and of.scope == "either" else 1
        funders = 1.0 + of.local_share + of.social_share
        whole = row.central_yuan + row.local_yuan + row.social_yuan
        less = row.reuses or row.idle_building
        money = (
            ("of central money", row.central_yuan, 1.0, 0.0),
            ("of all funders", whole, funders, 0.0 if less else of.central_low_yuan),
        )
        for whose, yuan, times, least in money:
            low, high = (units * times * each for each in (of.central_low_yuan, of.central_high_yuan))
            if not (1.0 - ROUNDING) * units * times * least <= yuan <= (1.0 + ROUNDING) * high:
                problem = f"{yuan:,.0f} yuan {whose}, usually {low:,.0f} to {high:,.0f}"
                yield Fault(line, row.id, "", problem, "check the sum and the units")
                break
