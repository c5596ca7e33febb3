"""Governments as builders: tenders, contracts, work at desks, acceptance and giving up (docs/model.md 4.10).

What all offices do in a week is said in one batch a kind. Offices of one purse act in turn, so money that one promises
is gone for the next.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import place_in_group
from ecsim.rural.events import (
    Category,
    ContractAwarded,
    ContractorFailed,
    DeskWorked,
    Funder,
    PaymentMade,
    ProjectKind,
    ProjectRecalled,
    ProjectStatus,
    TenderVoided,
    WorksFinished,
    WorksGivenUp,
    WorksHalfDone,
)
from ecsim.rural.programme import tenders
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.commissioning import commission, draw_keys_of_projects
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.lessons import experience, learnt
from ecsim.rural.programme.limited_awards import AwardLimits
from ecsim.rural.programme.offices import MILLE, Answer, Queue, admitted, worked
from ecsim.rural.programme.payments import Purses, appropriate, budget_fen, claims_fen, payers, settle
from ecsim.rural.programme.purse_facts import left_fen
from ecsim.rural.programme.review import released
from ecsim.rural.programme.tenders import Packages
from ecsim.rural.world import ONE, PROVINCE, State, World, purse_accounts

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
CENTRAL, OWN = (Funder.CENTRAL,), (Funder.LOCAL, Funder.SOCIAL)


def build(world: World, office: FundAdministration) -> None:
    """Let a week of works go by: some end, others begin, offices work at what is open, and what is owed is paid.

    References
    ----------
    docs/model.md 4.10.
    """
    if not world.state.count("projects"):
        return
    appropriate(world, office)
    _fail(world, office)
    _reach_half(world)
    _give_up(world, office)
    purses = _purses(world, office)
    _accept(world, office, purses)
    _award(world, office, purses)
    _work(world, office)
    settle(world, office)
    _recall(world, office)


def office_of(state: State, office: FundAdministration, projects: I64) -> I64:
    """Return the office that each project is before: its county's, or that of the seat where it is for all counties.

    Where the counties of a prefecture have one office, offices are numbered as prefectures are.
    """
    p = state.projects
    if office.one_office:
        return p.prefecture[projects].astype(np.int64)
    seat = np.unique(state.counties.prefecture, return_index=True)[1]
    county = np.where(p.county[projects] >= 0, p.county[projects], seat[p.prefecture[projects]])
    return np.asarray(county, np.int64)


def _with(state: State, status: ProjectStatus) -> I64:
    return np.flatnonzero(state.projects.status == status)


def _queue(world: World, office: FundAdministration, projects: I64, weight: I64) -> Queue:
    """Return projects as offices have them before them: in the order of the plan of their county.

    Projects of several counties stand at their place in their own county's plan; luck decides where it is the same.
    """
    state, p = world.state, world.state.projects
    planned = np.flatnonzero(p.status > ProjectStatus.ABSENT)
    place = np.where(p.county >= 0, p.county, -1 - p.prefecture)[planned]
    order = np.argsort(place, kind="stable")
    rank = np.zeros(len(p.status), np.int64)
    rank[planned[order]] = place_in_group(place[order])
    tie = world.draws.uniform("turn_in_office", 0, draw_keys_of_projects(state, projects))
    return Queue(office_of(state, office, projects), rank[projects], tie, weight)


def _half_time(state: State, works: I64) -> I64:
    """Return the day on which half of the contractor's time is over."""
    p = state.projects
    begins = p.begins_day[works].astype(np.int64)
    return begins + (p.ready_day[works] - begins) // 2


def _done(state: State, day: int, works: I64) -> Bool:
    """Return which works only wait to be accepted: the desk and the contractor have done their parts."""
    p = state.projects
    return np.asarray((p.desk_left[works] <= 0) & (p.ready_day[works] <= day), np.bool_)


def _fail(world: World, office: FundAdministration) -> None:
    """Some contractors fail half-way; another begins anew once one is found."""
    state, p, terms = world.state, world.state.projects, office.tenders
    works = _with(state, ProjectStatus.CONTRACTED)
    works = works[(p.slips[works] == 0) & ~p.half_done[works] & (_half_time(state, works) <= world.day)]
    packages = Packages.of(state, works, office.policy.procurement.packages, pooled=office.pooled)
    fails = works[world.draws.uniform("contractor_fails", 0, packages.key) < terms.default]
    if fails.size:
        ready = world.day + 7 * terms.retender_weeks + p.ready_day[fails] - p.begins_day[fails]
        world.publish(ContractorFailed(project=fails, ready_day=ready), cause=p.seq[fails])


def _reach_half(world: World) -> None:
    """Say which works are half done: half of the time is over, and half of the desk work done."""
    state, p = world.state, world.state.projects
    works = _with(state, ProjectStatus.CONTRACTED)
    works = works[~p.half_done[works] & (2 * p.desk_left[works] <= p.desk[works])]
    half = works[_half_time(state, works) <= world.day]
    if half.size:
        world.publish(WorksHalfDone(project=half), cause=p.seq[half])


def _give_up(world: World, office: FundAdministration) -> None:
    """Works that are too late are given up: each with a hazard by how late it is over the time agreed."""
    state, p, hazard = world.state, world.state.projects, office.works.abandonment
    works = _with(state, ProjectStatus.CONTRACTED)
    works = works[~_done(state, world.day, works)]
    agreed = np.maximum(p.due_day[works] - p.begins_day[works], 7)
    slip = np.maximum(world.day - p.due_day[works], 0) / agreed
    luck = world.draws.uniform("given_up", 0, draw_keys_of_projects(state, works))
    ended = works[slip * hazard > -np.log(luck)]
    if ended.size:
        world.publish(WorksGivenUp(project=ended), cause=p.seq[ended])


def _purses(world: World, office: FundAdministration) -> Purses:
    """Return what accounts have beyond what they owe."""
    begun = np.flatnonzero(world.state.projects.price_factor > 0)
    claims = claims_fen(world.state, office.terms, world.day, begun)
    return Purses.after(world.state, payers(world.state, begun, pooled=office.pooled), claims)


def _accept(world: World, office: FundAdministration, purses: Purses) -> None:
    """Accept works that are done, by whoever has his part of them, if the purse can pay what is due then."""
    state, p = world.state, world.state.projects
    works = _with(state, ProjectStatus.CONTRACTED)
    done = works[_done(state, world.day, works)]
    price = (1.0 - office.terms.retention) * p.price_factor[done] / ONE
    due = np.rint(price[:, None] * budget_fen(state, done)).astype(np.int64) - p.paid_by_fen[done]
    payer = payers(state, done, pooled=office.pooled)
    accepted = []
    for row in range(len(done)):
        if purses.can_pay(payer[row], due[row], CENTRAL):
            purses.promise(payer[row], due[row])
            accepted.append(row)
    if accepted:
        built = done[accepted]
        finished = world.publish(WorksFinished(project=built), cause=p.seq[built])
        commission(world, office.scenario, office.terms, finished)


def _ready(world: World, office: FundAdministration) -> I64:
    """Return approved projects whose tender may be held: the lag is over, or the time since a void tender."""
    p = world.state.projects
    waiting = _with(world.state, ProjectStatus.APPROVED)
    again = p.tender_day[waiting] + 7 * office.tenders.retender_weeks
    since = np.where(p.voids[waiting] > 0, again, p.filed_day[waiting] + office.lag_days)
    return waiting[(since <= world.day) & (p.start_day[waiting] <= world.day) & released(world.state, waiting)]


def _award(world: World, office: FundAdministration, purses: Purses) -> None:
    """Hold the tenders that are due, and open contracts as far as offices have room and funders money."""
    state, p = world.state, world.state.projects
    ready = _ready(world, office)
    if not ready.size:
        return
    packages = Packages.of(state, ready, office.policy.procurement.packages, pooled=office.pooled)
    many = tenders.bidders(packages, office.tenders, world.draws, p.voids[ready].astype(np.int64))
    void = (many < office.tenders.fewest_bidders) & (p.voids[ready] == 0)
    if void.any():
        world.publish(TenderVoided(project=ready[void], bidders=many[void]), cause=p.seq[ready[void]])
    contracts = _contracts(world, office, ready[~void], _rows(packages, ~void), many[~void])
    chosen = _opened(world, office, purses, contracts)
    if chosen.any():
        begun = contracts.rows_where(chosen)
        world.publish(begun, cause=p.seq[begun.project])


def _rows(packages: Packages, which: Bool) -> Packages:
    return Packages(packages.key[which], packages.budget_fen[which], packages.contracts[which])


def _contracts(
    world: World, office: FundAdministration, projects: I64, packages: Packages, many: I64
) -> ContractAwarded:
    """Return the contracts that the best bids for projects would be."""
    state, terms, works = world.state, office.tenders, office.works
    best = tenders.best_bids(packages, many, terms, world.draws)
    asked = tenders.price(best.rank, many, terms.cost_spread) * packages.contracts**-terms.scale_elasticity
    known = experience(state, office.governance, projects)
    asked = asked * learnt(office.governance.learning_cost, known)
    good = tenders.quality(best.rank, terms.quality_spread, terms.quality_weight)
    weeks = usual_weeks(state, office, ProjectKinds.of(world.options), projects)
    weeks = weeks * learnt(office.governance.learning_time, known)
    luck = world.draws.lognormal("building_time", 0, draw_keys_of_projects(state, projects), works.time_sigma)
    offered = weeks * best.time
    own = np.ceil(offered * luck * (1.0 + terms.package_time * np.log(packages.contracts))).astype(np.int64)
    weight = weights(state, works.size_exponent)[projects]
    begins = np.full(len(projects), world.day + (7 * works.award_delay_weeks if office.pooled else 0))
    return ContractAwarded(
        project=projects,
        price_factor=np.rint(asked * ONE).astype(np.int64),
        quality=np.rint(good * ONE).astype(np.int64),
        bidders=many,
        begins_day=begins,
        due_day=begins + np.rint(7.0 * offered).astype(np.int64),
        ready_day=begins + 7 * own,
        weight=weight,
        desk=desk_work(weight, weeks, works.desk_share),
    )


def weights(state: State, exponent: float) -> I64:
    """Return the weight of every project in its office: its money to a power over the mean, thousandths."""
    p = state.projects
    planned = p.status > ProjectStatus.ABSENT
    size = np.maximum(p.central_fen + p.local_fen + p.social_fen, 1).astype(np.float64) ** exponent
    weight: I64 = np.maximum(np.rint(MILLE * size / size[planned].mean()), 1).astype(np.int64)
    return weight


def desk_work(weight: I64, weeks: F64, share: float) -> I64:
    """Return the desk work of contracts: a share of the usual time at their weight, thousandths of a project-week.

    It is rounded up so that one which is served every week takes as many weeks as its part of the time, rounded up.
    """
    return np.ceil(np.round(share * weight * weeks, 6)).astype(np.int64)


def usual_weeks(state: State, office: FundAdministration, kinds: ProjectKinds, projects: I64) -> F64:
    """Return the weeks from award to opening as plans have them; stations are fitted out in their design's time."""
    scenario, p, weeks = office.scenario, state.projects, np.zeros(len(kinds.names))
    for name, kind in scenario.projects.items():
        weeks[kinds.code(name)] = kind.lead_weeks
    fitting = np.array([design.lead_weeks.value for design in scenario.designs])
    stations = p.kind[projects] == ProjectKind.STATIONS
    return weeks[p.kind[projects]] + np.where(stations, fitting[np.where(stations, p.design[projects], 0)], 0.0)


def _opened(world: World, office: FundAdministration, purses: Purses, contracts: ContractAwarded) -> Bool:
    """Return which of some contracts are opened this week, shape (contracts,)."""
    state, p = world.state, world.state.projects
    projects = contracts.project.astype(np.int64)
    chosen = np.zeros(len(projects), np.bool_)
    if not projects.size:
        return chosen
    share = office.terms.advance * contracts.price_factor / ONE
    fen = np.rint(share[:, None] * budget_fen(state, projects)).astype(np.int64)
    limits = AwardLimits(world, office, contracts)
    ask = _asking(purses, payers(state, projects, pooled=office.pooled), fen, world.would_happen(contracts))
    works = _with(state, ProjectStatus.CONTRACTED)
    desks = office.desks(state, world.draws)
    held = np.bincount(office_of(state, office, works), p.weight[works], len(desks)).astype(np.int64)
    waiting = _queue(world, office, projects, contracts.weight.astype(np.int64))
    chosen[admitted(desks, waiting, held, _lawful(limits, projects, ask))] = True
    limits.say()
    return chosen


def _asking(purses: Purses, payer: I64, fen: I64, allowed: Bool) -> Callable[[int], Answer]:
    """Return what says whether a contract may be opened, by its advance.

    Who lacks central money waits for it with all that is behind; who lacks local or social money lets others go ahead.
    """

    def ask(row: int) -> Answer:
        if not allowed[row] or not purses.can_pay(payer[row], fen[row], OWN):
            return Answer.PASS
        if not purses.can_pay(payer[row], fen[row], CENTRAL):
            return Answer.STOP
        purses.promise(payer[row], fen[row])
        return Answer.TAKE

    return ask


def _lawful(limits: AwardLimits, projects: I64, ask: Callable[[int], Answer]) -> Callable[[int], Answer]:
    """Return what says the same of contracts that the law has room for; others go ahead of those that it has not."""

    def answer(row: int) -> Answer:
        if not limits.allow(int(projects[row])):
            return Answer.PASS
        said = ask(row)
        if said == Answer.TAKE:
            limits.enter(int(projects[row]))
        return said

    return answer


def _work(world: World, office: FundAdministration) -> None:
    """Offices work at what is open and has desk work left."""
    state, p = world.state, world.state.projects
    works = _with(state, ProjectStatus.CONTRACTED)
    works = works[(p.desk_left[works] > 0) & (p.begins_day[works] <= world.day)]
    if not works.size:
        return
    queue = _queue(world, office, works, p.weight[works].astype(np.int64))
    got = worked(office.desks(state, world.draws), queue, p.desk_left[works].astype(np.int64))
    some = got > 0
    world.publish(DeskWorked(project=works[some], worked=got[some]), cause=p.seq[works[some]])


def _recall(world: World, office: FundAdministration) -> None:
    """Central money of projects that were not awarded in time, or were given up, goes back to the province.

    A purse gives back what it has beyond its contracts; what was placed anew since works were given up stays.
    """
    state, p = world.state, world.state.projects
    late = p.approved_day + 7 * office.works.recall_weeks <= world.day
    projects = np.flatnonzero(np.isin(p.status, (ProjectStatus.APPROVED, ProjectStatus.GIVEN_UP)) & late)
    if not projects.size:
        return
    payer = payers(state, projects, pooled=office.pooled)[:, Funder.CENTRAL]
    free, unplaced = uncommitted_fen(state, office), _unplaced_fen(state, office)
    fen = p.central_fen[projects] - p.paid_by_fen[projects, Funder.CENTRAL]
    given_up = p.status[projects] == ProjectStatus.GIVEN_UP
    for row, account in enumerate(payer.tolist()):
        most = min(free[account], unplaced[account]) if given_up[row] else free[account]
        fen[row] = min(int(fen[row]), int(most))
        free[account] -= fen[row]
        unplaced[account] -= fen[row] if given_up[row] else 0
    recalled = world.publish(ProjectRecalled(project=projects, central_fen=fen), cause=p.seq[projects])
    some = np.flatnonzero(fen > 0)
    n = len(some)
    world.publish(
        PaymentMade(
            payer=payer[some], payee=np.full(n, PROVINCE), funder=np.full(n, int(Funder.CENTRAL)),
            category=np.full(n, int(Category.OTHER)), project=np.full(n, -1), paid_fen=fen[some],
        ),
        cause=recalled.seqs[some],
    )  # fmt: skip


def _unplaced_fen(state: State, office: FundAdministration) -> I64:
    """Return the central money of each account that no plan has placed."""
    unplaced = np.zeros(len(state.accounts), np.int64)
    account = purse_accounts(state.counties.prefecture, state.prefecture_count, pooled=office.pooled)
    for purse in office.purses(state):
        unplaced[account[purse.counties[0]]] = max(0, left_fen(state, purse))
    return unplaced


def uncommitted_fen(state: State, office: FundAdministration) -> I64:
    """Return the central money of each account that no contract has a claim to, now or later."""
    p = state.projects
    works = np.flatnonzero(np.isin(p.status, (ProjectStatus.CONTRACTED, ProjectStatus.FINISHED)))
    price = np.rint(p.price_factor[works] / ONE * p.central_fen[works]).astype(np.int64)
    free = state.accounts.balance_fen[:, Funder.CENTRAL].copy()
    account = payers(state, works, pooled=office.pooled)[:, Funder.CENTRAL]
    claims = price - p.returned_fen[works] - p.paid_by_fen[works, Funder.CENTRAL]
    np.subtract.at(free, account, np.maximum(claims, 0))
    return np.maximum(free, 0)
