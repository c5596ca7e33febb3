"""Governments as builders: contracts are awarded, works slip, are accepted and paid (docs/model.md 4.10).

What all builders do in a week is said in one batch a kind. Each weighs its own works; builders of one purse act in
turn, so money that one promises is gone for the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    ContractAwarded,
    Funder,
    Level,
    ProjectKind,
    ProjectStatus,
    WorksFinished,
    WorksSlipped,
)
from ecsim.rural.programme.administration import FundAdministration, FundTerms
from ecsim.rural.programme.commissioning import commission, draw_keys_of_projects
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.payments import local_part_is_late, pay, pay_arrears
from ecsim.rural.state.ledger import county_account, prefecture_account
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Bills:
    """What builders may have to pay for this week, builder after builder; shape (bills,) each.

    Attributes
    ----------
    share : of the project's budget
    central_fen : of it, central money
    allowed : whether it is not taken out of the run
    chosen : what the builders decide on
    """

    project: I64
    builder: I64
    share: F64
    central_fen: I64
    allowed: Bool
    chosen: Bool

    @classmethod
    def of(cls, state: State, project: I64, share: F64, allowed: Bool) -> Bills:
        """Return the bills of projects that are sorted by builder."""
        central = np.rint(share * state.projects.central_fen[project]).astype(np.int64)
        return cls(project, builder_of(state, project), share, central, allowed, np.zeros(len(project), np.bool_))

    def rows(self, builder: int) -> range:
        """Return the bills of a builder."""
        start, stop = np.searchsorted(self.builder, [builder, builder + 1])
        return range(start, stop)


class Builder(mesa.Agent):
    """A government as builder: it accepts works and awards contracts. One a prefecture, one a county."""

    def __init__(self, model: mesa.Model, number: int, account: int, terms: FundTerms) -> None:
        super().__init__(model)
        self.number, self.account, self.terms = number, account, terms

    def step(self, central_fen: I64, due: Bills, bids: Bills) -> None:
        """Accept works whose rest can be paid; award the next contracts, as procurement and money allow.

        Parameters
        ----------
        central_fen : central money of each account; what is promised is taken off
        due : works that have come to their end
        bids : the best bids for projects that can be begun, in the order of the plan
        """
        for row in due.rows(self.number):
            if central_fen[self.account] >= due.central_fen[row]:
                self._promise(central_fen, due, row)
        left = self.terms.awards_a_month
        for row in bids.rows(self.number):
            if not left or central_fen[self.account] < bids.central_fen[row]:
                return
            if bids.allowed[row]:
                left -= 1
                self._promise(central_fen, bids, row)

    def _promise(self, central_fen: I64, bills: Bills, row: int) -> None:
        bills.chosen[row] = True
        central_fen[self.account] -= bills.central_fen[row]


def builder_of(state: State, projects: I64) -> I64:
    """Return whose each project is: the number of its prefecture, or that of its county after all prefectures."""
    p = state.projects
    county = state.prefecture_count + p.county[projects].astype(np.int64)
    return np.asarray(np.where(p.level[projects] == Level.PREFECTURE, p.prefecture[projects], county), np.int64)


def builders_of(model: mesa.Model, state: State, office: FundAdministration) -> list[Builder]:
    """Return the builders, by number: prefectures, then counties.

    Parameters
    ----------
    model : the Mesa model that they are agents of
    office : the policy and the terms in force

    Returns
    -------
    Builders in the order of their numbers: prefectures, then counties
    """
    own = state.counties.prefecture.tolist()
    prefectures = state.prefecture_count
    accounts = [prefecture_account(number) for number in range(prefectures)]
    if office.pooled:
        accounts += [prefecture_account(prefecture) for prefecture in own]
    else:
        accounts += [county_account(prefectures, county) for county in range(len(own))]
    return [Builder(model, number, account, office.terms) for number, account in enumerate(accounts)]


def build(world: World, builders: list[Builder], office: FundAdministration) -> None:
    """Let works slip; accept and pay those that are due, and begin others.

    Parameters
    ----------
    builders : governments that build; those of one purse act in turn
    office : the policy, its strategy and the terms in force

    References
    ----------
    docs/model.md 4.10.
    """
    pay_arrears(world, office.terms.local_late)
    works = _by_builder(world.state, ProjectStatus.CONTRACTED)
    _slip(world, works, office)
    due = _due(world, works, office.terms)
    bids, contracts = _bids(world, office)
    central = world.state.accounts.balance_fen[:, Funder.CENTRAL].copy()
    for number in np.union1d(due.builder, bids.builder):
        builders[number].step(central, due, bids)
    if due.chosen.any() or bids.chosen.any():
        purse = np.array([builder.account for builder in builders])
        _settle(world, office, purse, due, bids, contracts)


def _by_builder(state: State, status: ProjectStatus) -> I64:
    """Return the projects of a status, builder after builder."""
    projects = np.flatnonzero(state.projects.status == status)
    return projects[np.argsort(builder_of(state, projects), kind="stable")]


def _slip(world: World, works: I64, office: FundAdministration) -> None:
    """Works slip, more when there are too many at a time."""
    state, terms, p = world.state, office.terms, world.state.projects
    builder, capacity = builder_of(state, works), office.capacity(state)
    load = np.maximum(np.bincount(builder, minlength=len(capacity)) / capacity - 1.0, 0.0)[builder]
    luck = world.draws.uniform("slip", world.week, draw_keys_of_projects(state, works))
    soon = p.due_day[works] - world.day <= 7
    slips = works[soon & (luck < terms.slip_base + terms.slip_rate * load)]
    if slips.size:
        later = p.due_day[slips] + 7 * terms.slip_weeks
        world.publish(WorksSlipped(project=slips, due_day=later), cause=p.seq[slips])


def _due(world: World, works: I64, terms: FundTerms) -> Bills:
    """Return the rest of the budgets of works that have come to their end."""
    p = world.state.projects
    due = works[p.due_day[works] <= world.day]
    share = p.price_factor[due] / ONE * (1.0 - terms.advance)
    return Bills.of(world.state, due, share, np.ones(len(due), np.bool_))


def _bids(world: World, office: FundAdministration) -> tuple[Bills, ContractAwarded]:
    """Return the advances that the best bids ask for projects that can be begun, and the contracts they would be."""
    state, terms, draws = world.state, office.terms, world.draws
    p = state.projects
    ready = np.zeros(0, np.int64)
    if world.week % terms.weeks_between_awards == 0:
        waiting = _by_builder(state, ProjectStatus.APPROVED)
        lag = terms.plan_lag_weeks + (terms.pooled_delay_weeks if office.pooled else 0)
        ready = waiting[(world.day - p.approved_day[waiting] >= 7 * lag) & (world.day >= p.start_day[waiting])]
    lots = draw_keys_of_projects(state, ready)
    price = np.minimum(1.0, draws.lognormal("contract_price", 0, lots, terms.price_sigma))
    quality = 1.0 + terms.quality_sigma * draws.normal("contractor", 0, lots)
    quality = np.clip(quality, terms.lowest_quality, terms.highest_quality)
    contracts = ContractAwarded(
        project=ready,
        price_factor=np.rint(price * ONE).astype(np.int64),
        quality=np.rint(quality * ONE).astype(np.int64),
        due_day=world.day + _works_days(state, office, ProjectKinds.of(world.options), ready),
    )
    return Bills.of(state, ready, terms.advance * price, world.would_happen(contracts)), contracts


def _settle(
    world: World, office: FundAdministration, purse: I64, due: Bills, bids: Bills, contracts: ContractAwarded
) -> None:
    """Say what was accepted and awarded, pay both, and bring what was built into service.

    Parameters
    ----------
    purse : shape (builders,), the account that each pays from
    """
    p = world.state.projects
    built, begun = due.project[due.chosen], contracts.rows_where(bids.chosen)
    finished = world.publish(WorksFinished(project=built), cause=p.seq[built])
    awarded = world.publish(begun, cause=p.seq[begun.project])
    project = np.concatenate([built, begun.project])
    share = np.concatenate([due.share[due.chosen], bids.share[bids.chosen]])
    payer = purse[builder_of(world.state, project)]
    late = np.append(local_part_is_late(world, office.terms.local_late, built), np.zeros(len(begun.project), np.bool_))
    pay(world, project, share, payer, late, np.concatenate([finished.seqs, awarded.seqs]))
    commission(world, office.scenario, office.terms, finished)


def _works_days(state: State, office: FundAdministration, kinds: ProjectKinds, projects: I64) -> I64:
    """Return the days from award to opening of projects; stations are then fitted out in their design's time."""
    scenario, weeks = office.scenario, np.zeros(len(kinds.names))
    for name, project_type in scenario.projects.items():
        weeks[kinds.code(name)] = project_type.lead_weeks
    fitting_out = np.array([design.lead_weeks.value for design in scenario.designs])
    kind, design = state.projects.kind[projects], state.projects.design[projects]
    days: I64 = np.rint(7.0 * (weeks[kind] + (kind == ProjectKind.STATIONS) * fitting_out[design])).astype(np.int64)
    return days
