"""An extension of the rural model from outside the package: a processor signs contracts with growers.

Once a quarter growers without a contract are offered one, and some sign. It says at which price the processor takes
what grows on the plot: the farm-gate price of the day and a premium. A programme may build the processor a line, a kind
of project of its own; where one runs, more growers are offered a contract.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecsim.kernel import toolkit as ec
from ecsim.rural.events.ids import CountyIds, HouseholdIds, PlotIds
from ecsim.rural.programme.kinds import FurtherKind, ProjectKinds
from ecsim.rural.region import Region
from ecsim.rural.state import State

WEEKS_A_QUARTER = 13


class ContractSigned(ec.Event):
    """A grower signs a contract with the processor of the county."""

    kind = "processor_contract_signed"
    title = ec.Text("contract with the processor", "与加工企业签约")
    topic = "market"
    amounts = ("price_fen",)
    no_cause_reason = ec.Text("the processor's season", "加工企业的收购季")
    subject = ("plot",)
    plot: PlotIds
    household: HouseholdIds
    county: CountyIds
    price_fen: ec.Fen  # a kilogram raw


@ec.applies(ContractSigned)
def sign(state: State, event: ContractSigned, stamp: ec.Stamp) -> None:
    """A plot is under contract from then on."""
    state.plots.contract_seq[event.plot] = stamp.seqs(event) + 1  # type: ignore[attr-defined]  # the extension's column


@dataclass(frozen=True)
class Terms:
    """The numbers of the extension; values, units and ranges in ``processor.toml``."""

    offered_share: float
    offered_share_with_line: float
    premium: float


LINE = FurtherKind(
    "processing_line", ec.Text("processing line", "加工生产线"),
    need=lambda state, county: float(state.crops.output_g[state.crops.county == county].sum()) / 1e6,
)  # fmt: skip
"""Weighed by the tonnes that a county grows in a year; a finished one opens a facility."""


def counties_with_line(region: Region) -> np.ndarray:
    """Return which counties a processing line serves, shape (counties,)."""
    state = region.world.state
    line = np.flatnonzero(state.facilities.kind == ProjectKinds.of(region.world.options).code(LINE.name))
    shared = state.facilities.county[line] < 0
    own, prefectures = state.facilities.county[line][~shared], state.facilities.prefecture[line][shared]
    return np.isin(np.arange(len(state.counties)), own) | np.isin(state.counties.prefecture, prefectures)


def sign_contracts(region: Region) -> None:
    """Growers who have no contract are offered one, and some sign."""
    world, state = region.world, region.world.state
    terms = world.numbers.terms(Terms, "processor")
    free = np.flatnonzero(state.plots.contract_seq == 0)  # type: ignore[attr-defined]
    county = state.villages.county[state.households.village[state.plots.household[free]]]
    share = np.where(counties_with_line(region)[county], terms.offered_share_with_line, terms.offered_share)
    signs = free[world.draws.uniform("processor_offer", world.week, free) < share]
    household = state.plots.household[signs]
    price = state.crops.farm_price_fen[state.plots.crop[signs]]
    world.publish(
        ContractSigned(
            plot=signs,
            household=household,
            county=state.villages.county[state.households.village[household]],
            price_fen=np.rint(price * (1.0 + terms.premium)).astype(np.int64),
        )
    )


def never_twice(state: State) -> list[str]:
    """Return nothing as long as contracts are of events: a plot has one at most, by its column."""
    contracts = state.plots.contract_seq[state.plots.contract_seq > 0]  # type: ignore[attr-defined]
    twice = len(contracts) - len(np.unique(contracts))
    return [f"{twice} contracts are of more than one plot"] if twice else []


def price_yuan(event: ContractSigned) -> np.ndarray:
    """Return prices in yuan a kilogram."""
    return event.price_fen / 100.0


EXTENSION = ec.Extension[Region](
    name="processor",
    events=(ContractSigned,),
    changes=(sign,),
    columns={"plots": {"contract_seq": ec.I64}},
    steps=(ec.Step("sign_contracts", sign_contracts, every=WEEKS_A_QUARTER, after="harvest"),),
    figures=(
        ec.Figure("processor_contracts", ec.Text("Contracts with the processor", "加工企业签约数"), "contracts",
                  (ec.Source(ContractSigned),), better="max"),
        ec.mean("processor_price", ec.Text("Mean price of contracts", "签约均价"), "yuan a kilogram", ContractSigned,
                price_yuan),
    ),
    numbers=ec.parameters_beside(__file__),
    options={"project_kinds": (LINE,)},
    laws=(ec.StateLaw("contracts", "every contract is of one plot", never_twice),),
)  # fmt: skip
