"""Sites of a county's stations by an objective: whom they serve, how good they are, and a plan that builds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError, counted
from ecsim.kernel.model import Model
from ecsim.rural.events.codes import Category, ProjectKind
from ecsim.rural.plans.opened import opened_region
from ecsim.rural.programme.allocation import by_gain_a_yuan
from ecsim.rural.programme.candidates import NEW, Candidate, PlannedTerms
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.plans import examined_plan, plannable_units, view_of
from ecsim.rural.programme.siting import (
    CHOICES,
    SiteNeeds,
    Siting,
    administrative_villages,
    chosen_sites,
    kilometres,
    possible_sites,
    ranked_villages,
)
from ecsim.rural.region import Region
from ecsim.rural.regions.place_names import Places, UnknownPlaceError
from ecsim.rural.regions.scope import pack_of
from ecsim.rural.scenario import LEAST_SAMPLE, Scenario, SitingRule
from ecsim.rural.world import State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Row = dict[str, Any]
OBJECTIVES: dict[str, SitingRule] = {
    "coverage": "coverage", "fewest": "fewest", "p_median": "p_median", "poor_first": "poor_villages_first",
    "population": "population", "equal_per_township": "equal_per_township", "capture": "capture",
}  # fmt: skip
"""What sites are chosen for, and the rule of a policy that does the same in a run."""


@dataclass(frozen=True)
class SitedCounty:
    """The administrative villages of a county, and the chosen ones among them.

    Attributes
    ----------
    county : its row
    villages : shape (n,), rows of the state
    households, poor, latitude, longitude : shape (n,), of each; degrees
    chosen : shape (n,), where a station is to be
    distance_km : shape (n,), straight, to the nearest station
    reach_km : up to which a village is served
    value, bound : of the objective: households served (coverage), sites (fewest), household-km (p_median); None of a
        rule that puts villages in an order
    """

    county: int
    villages: I64
    households: I64
    poor: Bool
    latitude: F64
    longitude: F64
    chosen: Bool
    distance_km: F64
    reach_km: float
    value: float | None
    bound: float | None

    @property
    def served(self) -> Bool:
        """Which villages are within reach of a station."""
        return self.distance_km <= self.reach_km

    @property
    def mean_km(self) -> float:
        """Mean distance to the nearest station, by households."""
        return float(self.households @ self.distance_km / max(1, int(self.households.sum())))

    @property
    def optimal(self) -> bool | None:
        """Whether no choice is better; None of a rule that puts villages in an order."""
        return None if self.value is None else self.value == self.bound


class SitingStudy:
    """A region on its first day, in which stations are sited.

    Parameters
    ----------
    scenario : whose region, design of stations and rules hold
    seed : of the random draws by which some facts of the opening hang on luck
    """

    def __init__(self, scenario: Scenario, model: Model[State, Region], seed: int = 1) -> None:
        few = scenario.model_copy(update={"sample": LEAST_SAMPLE})  # villages are whole at any sample of households
        self.scenario, self.pack = scenario, pack_of(scenario)
        self.region = opened_region(few, model, seed)

    @property
    def reach_km(self) -> float:
        """How far a station serves, as the scenario has it."""
        return self.region.terms.stations.reach_km

    def county(self, name: str) -> int:
        """Return the row of a county, by code, Chinese or English name.

        Raises
        ------
        EcsimError
            If there is no such county.
        """
        try:
            return Places(self.pack).county(name)
        except UnknownPlaceError as error:
            raise EcsimError(f"--county {error}") from None

    def site(self, county: int, objective: str, stations: int, reach_km: float) -> SitedCounty:
        """Return where stations go by an objective.

        Parameters
        ----------
        stations : how many; of ``fewest`` the sites that it takes are chosen, however many

        Raises
        ------
        EcsimError
            If fewer villages may have one: all must have a shop if the scenario's design builds on one.
        """
        state, rule = self.region.world.state, OBJECTIVES[objective]
        siting = replace(Siting.of(self.scenario, reach_km), rule=rule)
        design = self.scenario.designs[self.scenario.station_design]
        needs = SiteNeeds.of(design)
        rows = possible_sites(state, county, needs)
        if not 1 <= stations <= len(rows):
            villages = counted(len(rows), "village")
            raise EcsimError(
                f"--stations {stations}: {villages} of {self.pack.counties[county].name_zh} may get "
                f"one (without a station yet, with what {design.name} builds on); give 1 to {len(rows)}"
            )
        if rule in CHOICES:
            choice = chosen_sites(state, county, rows, siting, stations)
            return self._sited(county, rows[choice.sites], reach_km, choice.value, choice.bound)
        ranked = ranked_villages(state, county, siting, needs, count=stations)
        return self._sited(county, ranked[:stations], reach_km, None, None)

    def _sited(self, county: int, sites: I64, reach_km: float, value: float | None, bound: float | None) -> SitedCounty:
        state = self.region.world.state
        v, villages = state.villages, np.flatnonzero(administrative_villages(state, county))
        return SitedCounty(
            county=county,
            villages=villages,
            households=v.households[villages].astype(np.int64),
            poor=v.poor[villages].copy(),
            latitude=np.asarray(v.latitude[villages] * 1e-6, np.float64),
            longitude=np.asarray(v.longitude[villages] * 1e-6, np.float64),
            chosen=np.isin(villages, sites),
            distance_km=kilometres(state, villages, sites).min(axis=1, initial=np.inf),
            reach_km=reach_km,
            value=value,
            bound=bound,
        )

    def plan(self, sited: SitedCounty) -> list[Row]:
        """Return the rows of a plan that builds the stations, at what strategies reckon for them.

        Central money must go to the supply chain in part: of its projects, those of the highest expected benefit per
        yuan are planned beside the stations, as many as the rules ask for.

        Raises
        ------
        EcsimError
            If the county's purse cannot pay for them under the rules.
        """
        world, office, county = self.region.world, self.region.office, sited.county
        purse = next((of for of in office.purses(world.state) if of.counties == (county,)), None)
        if purse is None:
            raise EcsimError("--plan: the policy gives counties no purse of their own; use one with money")
        units = plannable_units(world, office, self.pack.counties[county].prefecture)
        stations = list(_batches(units, county, sited.villages[sited.chosen].tolist()))
        order = by_gain_a_yuan(view_of(world, office, purse, units))
        beside = [unit for unit in order if unit.category == Category.SUPPLY_CHAIN]
        for many in range(len(beside) + 1):
            planned = [*stations, *beside[:many]]
            approved, _, flagged = examined_plan(world, office, purse, planned)
            if len(approved) == len(planned) and not flagged:
                return [_row(number, unit, self) for number, unit in enumerate(planned, 1)]
        raise EcsimError(
            f"--plan: {int(sited.chosen.sum())} stations are more than the county's purse may pay for under the rules; "
            "site fewer"
        )


def _batches(units: Sequence[Candidate], county: int, villages: Sequence[int]) -> Iterator[Candidate]:
    """Yield projects of stations for villages, as large and as dear as a strategy plans them."""
    kind = int(ProjectKind.STATIONS)
    first = next((unit for unit in units if unit.kind == kind and unit.county == county), None)
    if first is None:
        raise EcsimError("--plan: the scenario plans no stations there; leave --plan out")
    for turn, begin in enumerate(range(0, len(villages), first.quantity)):
        sites = tuple(villages[begin : begin + first.quantity])
        money = {
            name: round(getattr(first, name) * len(sites) / first.quantity)
            for name in ("central_fen", "local_fen", "social_fen")
        }
        yield replace(first, turn=turn, quantity=len(sites), terms=PlannedTerms(sites=sites), **money)


def _row(number: int, unit: Candidate, study: SitingStudy) -> Row:
    """Return one project as the table of a plan holds it."""
    pack = study.pack
    return {
        "id": f"R{number:03}",
        "level": "county",
        "place": pack.counties[unit.county].adcode,
        "kind": ProjectKinds.of(study.region.world.options).names[unit.kind],
        "units": unit.quantity,
        "sites": [pack.villages[village].code for village in unit.terms.sites],
        "central_yuan": unit.central_fen / 100,
        "local_yuan": unit.local_fen / 100,
        "social_yuan": unit.social_fen / 100,
        "reuses": unit.terms.reuses,
        "idle_building": unit.terms.building != NEW,
    }
