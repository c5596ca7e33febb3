"""What a government would make of a plan, told without a run: what each purse places, and rows that break a rule."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecsim.kernel.errors import counted
from ecsim.kernel.event import NO_CAUSE
from ecsim.kernel.model import Model
from ecsim.rural.events.codes import Category
from ecsim.rural.plans.costs import unusual_costs
from ecsim.rural.plans.feasibility import PlaceLoad, loads
from ecsim.rural.plans.filed import FiledPlan
from ecsim.rural.plans.opened import opened_region
from ecsim.rural.plans.plan import Plan, PlannedProject
from ecsim.rural.plans.resolved import Fault, resolve
from ecsim.rural.plans.unfounded import unfounded
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.cures import FEN_A_MILLION_YUAN, cure_of, money
from ecsim.rural.programme.examination import examined, too_much_fen
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.plans import approve, examined_plan
from ecsim.rural.programme.purse_facts import facts_of, housing_of
from ecsim.rural.programme.rule_book import EVERYWHERE, Book
from ecsim.rural.programme.rules import SHARES, Rule
from ecsim.rural.programme.strategies import Allocation, Breach, Purse
from ecsim.rural.region import Region
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.place_names import Places
from ecsim.rural.regions.scope import pack_of
from ecsim.rural.scenario import LEAST_SAMPLE, Scenario
from ecsim.rural.world import State, World


@dataclass(frozen=True)
class PurseVerdict:
    """What a plan does with one purse, in fen; heads as shares of what is planned."""

    name: str
    central_fen: int
    planned_fen: int
    allowed_fen: int
    projects: int
    heads: Mapping[str, float]

    def __str__(self) -> str:
        money = [f"{fen / FEN_A_MILLION_YUAN:,.2f}" for fen in (self.planned_fen, self.central_fen)]
        heads = ", ".join(f"{head} {share:.1%}" for head, share in self.heads.items())
        cut = self.planned_fen - self.allowed_fen
        refused = f"; {cut / FEN_A_MILLION_YUAN:,.2f} million would be refused" if cut else ""
        projects = counted(self.projects, "project")
        return f"{self.name}: {projects}, {money[0]} of {money[1]} million yuan ({heads}){refused}"


@dataclass(frozen=True)
class PlanVerdict:
    """What a government would make of a plan: purse by purse, and every fault, in the order of the plan's rows.

    Attributes
    ----------
    places : what the lawful part of it is to each office, and to the budgets of its places
    notes : what no check without a run can know
    warnings : what breaks nothing: a day after plans are due, rows whose money is not what their kind usually costs
    """

    purses: tuple[PurseVerdict, ...]
    faults: tuple[Fault, ...]
    places: tuple[PlaceLoad, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        purses = [purse for purse in self.purses if purse.projects]
        warnings = (f"warning: {warning}" for warning in self.warnings)
        return "\n".join(f"  {told}" for told in (*purses, *self.places, *self.notes, *self.faults, *warnings))


def verdict_of(scenario: Scenario, model: Model[State, Region], seed: int = 1) -> PlanVerdict:
    """Return what the governments of a scenario would make of the plan that its policy names.

    Parameters
    ----------
    seed : of the random draws by which some facts of the opening hang on luck

    Raises
    ------
    EcsimError
        If the region cannot be opened.

    Notes
    -----
    Rows that cannot be taken are told with the others; purses and offices are told of what can be.
    """
    few, plan = scenario.model_copy(update={"sample": LEAST_SAMPLE}), scenario.policy.plan
    assert plan is not None
    pack = pack_of(few)
    taken = resolve(plan, few, Places(pack), model.options)
    if not taken.units:
        return PlanVerdict((), tuple(taken.faults))
    planner = FiledPlan(tuple(taken.units), tuple(taken.rows))
    row_of = {unit.key: row for unit, row in zip(planner.units, planner.rows, strict=True)}
    ids = [row.id for row in plan.projects]
    wrong_days = any(fault.line == 0 for fault in taken.faults)
    region = opened_region(_of_rows(few, sorted(set(taken.rows)), wrong_days=wrong_days), model, seed)
    state, office = region.world.state, region.office
    facts, housing = facts_of(region.world, office), housing_of(region.world, office)
    told, faults = [], [*taken.faults, *unfounded(state, facts, housing, planner, ids)]
    lawful = list[tuple[Purse, list[Candidate]]]()
    for purse in office.purses(state):
        verdict, breaches, approved = _of_purse(region.world, office, purse, planner.of(purse), _name(purse, pack))
        told.append(verdict)
        lawful.append((purse, approved))
        faults += _faults(office, verdict, breaches, row_of, ids)
    places = _loads(region, lawful, pack)
    rows = {row: (plan.projects[row - 1], unit.kind) for unit, row in zip(planner.units, planner.rows, strict=True)}
    costs = unusual_costs(rows, scenario.projects, ProjectKinds.of(model.options), office.planning)
    late = [] if wrong_days else _late(plan, scenario.programme.dates.plan_due)
    warnings = [*late, *costs]
    faults.sort(key=lambda fault: fault.line)
    return PlanVerdict(tuple(told), tuple(faults), tuple(places), tuple(_unknown(plan)), tuple(warnings))


def _unknown(plan: Plan) -> Iterator[str]:
    """Yield what becomes of a change of a plan besides what the table says."""
    if plan.amended is not None:
        yield (
            f"what is under contract by {plan.amended} can no longer be withdrawn: it stays as it was awarded, and a "
            "change that takes something away and breaks a rule beside it is refused as a whole"
        )


def _late(plan: Plan, due: dt.date) -> Iterator[Fault]:
    """Yield a warning if a plan is filed after plans are due."""
    if plan.filed is not None and plan.filed > due:
        yield Fault(0, "", "", f"filed is {plan.filed}, and plans are due on {due}", "file it by then")


def faults_of_cells(scenario: Scenario, model: Model[State, Region], rows: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Return what is wrong with readable cells of rows that cannot be read whole: kinds, places, designs, dates, sites.

    Parameters
    ----------
    rows : as `ecsim.rural.plans.readable.ReadableRows` has them, sound cells in place of others
    """
    plan = scenario.policy.plan
    assert plan is not None
    read = plan.model_copy(update={"projects": tuple(PlannedProject.model_validate(row) for row in rows)})
    return resolve(read, scenario, Places(pack_of(scenario)), model.options).faults


def _of_rows(scenario: Scenario, rows: Sequence[int], *, wrong_days: bool) -> Scenario:
    """Return a scenario whose plan has some of its rows alone, by their numbers from 1.

    Parameters
    ----------
    wrong_days : whether those of its head cannot be: it is made on the day that is due
    """
    plan = scenario.policy.plan
    assert plan is not None
    days = {"filed": None if wrong_days else plan.filed, "amended": None if wrong_days else plan.amended}
    kept = plan.model_copy(update={"projects": tuple(plan.projects[row - 1] for row in rows), **days})
    return scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"plan": kept})})


def _loads(region: Region, lawful: Sequence[tuple[Purse, list[Candidate]]], pack: RegionPack) -> list[PlaceLoad]:
    """Return what offices and budgets would make of a plan, once what is lawful of it is approved in a region."""
    world, office = region.world, region.office
    for purse, units in lawful:
        approve(world, office, purse, Allocation(units), NO_CAUSE)
    counties = [f"{county.name_zh} {county.name_en}" for county in pack.counties]
    return list(loads(world, office, (counties, [" ".join(names) for names in pack.prefectures])))


def _of_purse(
    world: World, office: FundAdministration, purse: Purse, units: Sequence[Candidate], name: str
) -> tuple[PurseVerdict, list[Breach], list[Candidate]]:
    """Return what a purse places, the units that break a rule, and those that would be approved."""
    approved, refused, flagged = examined_plan(world, office, purse, units)
    planned = sum(unit.central_fen for unit in units)
    heads: Counter[str] = Counter()
    for unit in units:
        heads[Category(unit.category).name.lower()] += unit.central_fen
    shares = {head: fen / planned for head, fen in heads.most_common()}
    allowed = sum(unit.central_fen for unit in approved)
    verdict = PurseVerdict(name, purse.central_fen, planned, allowed, len(units), shares)
    told, cured = {breach.rule for breach in (*refused, *flagged)}, _cured(units, refused)
    return verdict, [*refused, *flagged, *_other_shares(world, office, purse, cured, told)], approved


def _cured(units: Sequence[Candidate], refused: Sequence[Breach]) -> list[Candidate]:
    """Return units as they would be if those that are refused were cut by as much as is too much of them."""
    over = {breach.unit.key: breach.cut_fen for breach in refused}
    cheaper = (replace(unit, central_fen=unit.central_fen - over.get(unit.key, 0)) for unit in units)
    return [unit for unit in cheaper if unit.central_fen > 0]


def _other_shares(
    world: World, office: FundAdministration, purse: Purse, units: Sequence[Candidate], told: Collection[str]
) -> Iterator[Breach]:
    """Yield what breaks shares that nothing was said of, each held by itself.

    The government names one rule a unit; what another share would refuse once that is cured is told as well.

    Parameters
    ----------
    told : names of rules that were named
    """
    facts, rules = facts_of(world, office), office.policy.rule_book
    for name, alone in rules.one_by_one():
        if rules.rules[name].kind in SHARES and name not in told:
            yield from examined(units, Book(alone, purse, facts)).breaches


def _faults(
    office: FundAdministration, verdict: PurseVerdict, breaches: Sequence[Breach],
    row_of: Mapping[tuple[int, int, int], int], ids: Sequence[str],
) -> Iterator[Fault]:  # fmt: skip
    """Yield that a plan is dearer than its purse, and each row that breaks a rule, once a rule."""
    rules = office.policy.rule_book.rules
    planned, held = (f"{fen / FEN_A_MILLION_YUAN:,.2f}" for fen in (verdict.planned_fen, verdict.central_fen))
    if verdict.planned_fen > verdict.central_fen:
        cure = f"cut {money(verdict.planned_fen - verdict.central_fen).en}"
        yield Fault(0, "", "4.1", f"{verdict.name} plans {planned} of {held} million yuan", cure)
    of_row = defaultdict[tuple[int, str], list[Breach]](list)
    for breach in breaches:
        of_row[row_of[breach.unit.key], breach.rule].append(breach)
    taken, book = defaultdict[str, set[int]](set), office.policy.rule_book
    for (row, name), mine in sorted(of_row.items(), key=lambda item: item[0][0]):
        in_books = {EVERYWHERE if book.is_of_purse(rules[name]) else mine[0].unit.county}
        room = not taken[name] or (EVERYWHERE not in taken[name] | in_books and taken[name].isdisjoint(in_books))
        taken[name] |= in_books
        yield _fault(row, ids[row - 1], rules[name], too_much_fen(rules[name], mine, room=room))


def _fault(row: int, row_id: str, rule: Rule, over_fen: int) -> Fault:
    title = rule.title_en[0].lower() + rule.title_en[1:]
    limit = f" ({rule.limit.value:g} {rule.limit.unit})" if rule.limit is not None else ""
    return Fault(row, row_id, rule.article, f"{title}{limit}", cure_of(rule, over_fen).en)


def _name(purse: Purse, pack: RegionPack) -> str:
    if len(purse.counties) > 1 or purse.shared:
        return " ".join(pack.prefectures[purse.prefecture])
    county = pack.counties[purse.counties[0]]
    return f"{county.name_zh} {county.name_en}"
