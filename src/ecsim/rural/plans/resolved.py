"""What the rows of a plan come to: units that a government approves, and what is wrong with each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from ecsim.kernel.errors import counted, hint
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.plans.plan import Plan, PlannedProject
from ecsim.rural.programme.candidates import ANY_IDLE, CATEGORY, NEW, Candidate, PlannedTerms
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.regions.place_names import Places, UnknownPlaceError
from ecsim.rural.scenario import MOST_UNITS, NOBODYS, OPEN_NOTHING, Scenario

T = TypeVar("T")
OF_SEVERAL = (ProjectKind.STATIONS, ProjectKind.TRAINING)
"""Kinds of which a row is one project, however many stations or person-times it is for."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row of a plan.

    Attributes
    ----------
    line : of the plan's rows, from 1; 0: of the plan as a whole
    row : the id of the row
    article : of the notice, as ``4.1``; empty: the row is not what a plan can say
    problem, cure : what is wrong, and what would mend it
    """

    line: int
    row: str
    article: str
    problem: str
    cure: str

    def __str__(self) -> str:
        of_row = f"row {self.line}" + (f" ({self.row})" if self.row else "")
        where = of_row if self.line else "the plan"
        law = f"notice {self.article}: " if self.article else ""
        return f"{where}: {law}{self.problem}" + (f" — {self.cure}" if self.cure else "")


class _WrongRowError(ValueError):
    """A row that cannot be taken."""

    def __init__(self, problem: str, cure: str, article: str = "") -> None:
        super().__init__(problem)
        self.cure, self.article = cure, article


@dataclass
class Resolved:
    """The units of a plan, in its order, and the faults of rows that could not be taken.

    Attributes
    ----------
    rows : the number of the row that each unit is of, from 1
    """

    units: list[Candidate] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def resolve(plan: Plan, scenario: Scenario, places: Places, options: Any) -> Resolved:  # noqa: ANN401 (of a model)
    """Return what the rows of a plan come to in a region.

    Parameters
    ----------
    scenario : whose kinds of projects, designs and start hold
    options : of the model and its extensions, for kinds of projects that they add
    """
    found = Resolved(faults=list(_wrong_days(plan, scenario)))
    reader = _Reader(scenario, places, ProjectKinds.of(options), plan)
    for line, row in enumerate(plan.projects, 1):
        units, wrong = reader.read(row)
        found.faults += [Fault(line, row.id, each.article, str(each), each.cure) for each in wrong]
        found.units += units
        found.rows += [line] * len(units)
    found.units = _in_turn(found.units)
    return found


def _in_turn(units: Sequence[Candidate]) -> list[Candidate]:
    """Return units with their turns, of a kind in a place: first those that bring into service what is there."""
    turns, placed = Counter[tuple[int, int]](), list(units)
    for row in sorted(range(len(units)), key=lambda row: not units[row].terms.reuses):
        kind, place, _ = units[row].key
        placed[row] = replace(units[row], turn=turns[kind, place])
        turns[kind, place] += 1
    return placed


def _wrong_days(plan: Plan, scenario: Scenario) -> Iterator[Fault]:
    """Yield what is wrong with the days in the head of a plan: outside the run, or filed before there is a notice."""
    for name, day in (("filed", plan.filed), ("amended", plan.amended)):
        if day is not None and not 0 <= (day - scenario.start).days < 7 * scenario.weeks:
            problem = f"{name} is {day}, outside the run of {scenario.start} to {scenario.end}"
            yield Fault(0, "", "", problem, "write a date within it, or leave it out")
    notice, due = scenario.programme.dates.notice, scenario.programme.dates.plan_due
    if plan.filed is not None and scenario.start <= plan.filed < notice:
        problem = f"filed is {plan.filed}, before the notice of {notice}, which asks for plans and brings the money"
        yield Fault(0, "", "", problem, f"write a date from then on, or leave it out: then it is filed on {due}")
    if plan.filed is None and plan.amended is not None and plan.amended <= due:
        problem = f"amended is {plan.amended}, and plans are made on {due} where filed is left out"
        yield Fault(0, "", "", problem, "a change comes after the plan: write a later date")


class _Wrong(list[_WrongRowError]):
    """What is wrong with a row."""

    def tried(self, read: Callable[..., T], *given: Any) -> T | None:  # noqa: ANN401 (what the reading takes)
        """Return what a reading of the row gives; None where it cannot be taken, which is kept."""
        try:
            return read(*given)
        except _WrongRowError as error:
            self.append(error)
        except UnknownPlaceError as error:
            problem, _, cure = str(error).partition("; ")
            self.append(_WrongRowError(problem, cure))
        return None


class _Reader:
    """Reads the rows of a plan one after the other: packages follow their order."""

    def __init__(self, scenario: Scenario, places: Places, kinds: ProjectKinds, plan: Plan) -> None:
        self.scenario, self.places, self.kinds, self.plan = scenario, places, kinds, plan
        self.planned: Counter[tuple[int, int, int]] = Counter()
        self.packages: dict[str, tuple[int, tuple[int, ...]]] = {}
        self.taken: dict[int, str] = {}
        self.taken_towns: dict[int, str] = {}

    def read(self, row: PlannedProject) -> tuple[list[Candidate], list[_WrongRowError]]:
        """Return the units of a row, and all that is wrong with it; one of the two is empty."""
        wrong = _Wrong()
        kind, place = wrong.tried(self._kind, row), wrong.tried(self._place, row)
        start = wrong.tried(self._start, row)
        if kind is None or place is None or start is None:
            return [], wrong
        wrong.tried(self._check_level, row, kind)
        wrong.tried(self._check_owner, row, kind)
        terms = PlannedTerms(
            design=wrong.tried(self._design, row, kind) or 0,
            start_day=start,
            package=wrong.tried(self._package, row, place) or 0,
            building=wrong.tried(self._building, row, kind) or 0,
            reuses=row.reuses,
            exclusive=wrong.tried(self._exclusive, row, kind) or False,
            uses=wrong.tried(self._uses, row) or (),
            cooperative=_owner(row, "cooperative"),
            enterprise=_owner(row, "enterprise"),
        )
        sites = self._sites(row, kind, place[0], wrong)
        if wrong:
            return [], wrong
        units = wrong.tried(self._units, row, kind, place, [replace(terms, **site) for site in sites])
        return units or [], wrong

    def _units(
        self, row: PlannedProject, kind: int, place: tuple[int, int], terms: Sequence[PlannedTerms]
    ) -> list[Candidate]:
        """Return the units of a row.

        Parameters
        ----------
        terms : the same of all, or of each transfer point its own
        """
        project_type = self.scenario.projects[self.kinds.names[kind]]
        times = 1 if kind in OF_SEVERAL else row.units
        money = [_parts(yuan, times) for yuan in (row.central_yuan, row.local_yuan, row.social_yuan)]
        planned = self.planned[kind, *place] + times
        if planned > MOST_UNITS:
            raise _WrongRowError(f"a place may have {MOST_UNITS:,} projects of a kind", "plan larger ones")
        if kind == ProjectKind.TOWNSHIP_POINTS:
            self._check_townships(place[0], planned)
        self.planned[kind, *place] = planned
        return [
            Candidate(
                kind=kind,
                category=CATEGORY[project_type.category],
                county=place[0],
                prefecture=place[1],
                turn=0,  # `_in_turn` says which, once all rows are read
                central_fen=central,
                local_fen=local,
                social_fen=social,
                lead_weeks=project_type.lead_weeks,
                gain=0.0,
                quantity=row.units if kind in OF_SEVERAL else 1,
                terms=terms[number] if len(terms) > 1 else terms[0],
            )
            for number, (central, local, social) in enumerate(zip(*money, strict=True))
        ]

    def _kind(self, row: PlannedProject) -> int:
        """Return the code of a kind that the scenario plans, by its name or title."""
        types, book = self.scenario.projects, self.scenario.policy.rule_book
        titles = {title: name for name, of in types.items() for title in (of.title_zh, of.title_en, name)}
        if row.kind not in titles:
            if article := book.article_on(row.kind):
                cure = "take it out, or pay for it from other money"
                raise _WrongRowError(f"central money may not pay for {row.kind}", cure, article)
            near = hint(row.kind, titles, f"kinds are {', '.join(types)}")
            raise _WrongRowError(f"{row.kind!r} is no kind of project of this scenario", near)
        return self.kinds.code(titles[row.kind])

    def _place(self, row: PlannedProject) -> tuple[int, int]:
        """Return the county, or -1, and the prefecture of a row."""
        if row.level == "county":
            county = self.places.county(row.place)
            return county, self.places.pack.counties[county].prefecture
        if self.plan.purse == "county":
            raise _WrongRowError(
                "a county's purse cannot pay for a project of the prefecture",
                'write level county, or purse = "prefecture" in the head of the plan',
            )
        return -1, self.places.prefecture(row.place)

    def _check_level(self, row: PlannedProject, kind: int) -> None:
        name = self.kinds.names[kind]
        if row.level == "prefecture" and self.scenario.projects[name].scope == "county":
            raise _WrongRowError(f"a prefecture cannot share {name} among its counties", "plan one for each county")

    def _check_owner(self, row: PlannedProject, kind: int) -> None:
        if row.owner and self.scenario.projects[self.kinds.names[kind]].feeds in OPEN_NOTHING:
            raise _WrongRowError(f"{row.kind} builds nothing that an owner gets", "leave its owner empty")

    def _sites(self, row: PlannedProject, kind: int, county: int, wrong: _Wrong) -> list[dict[str, Any]]:
        """Return what the sites of a row say of its units: of all, or of each transfer point its township."""
        if len(row.sites) > row.units:
            sites = counted(len(row.sites), "site")
            problem = f"names {sites} for {counted(row.units, 'unit')}"
            wrong.append(_WrongRowError(problem, "take sites out, or raise units"))
        if row.sites and kind == ProjectKind.STATIONS:
            villages = [wrong.tried(self._village, row, site, county) for site in row.sites]
            return [{"sites": tuple(village for village in villages if village is not None)}]
        if row.sites and kind == ProjectKind.TOWNSHIP_POINTS:
            towns = [wrong.tried(self._township, row, site, county) for site in row.sites]
            return [{"township": town} for town in (*towns, *[-1] * (row.units - len(towns)))]
        if row.sites:
            problem = f"{row.kind} is built for its whole county or prefecture"
            wrong.append(_WrongRowError(problem, "leave its sites empty"))
        return [{}]

    def _building(self, row: PlannedProject, kind: int) -> int:
        """Return that a row wants an idle building, or none."""
        types = self.scenario.projects
        if not row.idle_building:
            return NEW
        if row.level == "prefecture":
            raise _WrongRowError("idle buildings are of counties", "write level county, or leave idle_building empty")
        if not types[self.kinds.names[kind]].premises:
            housed = ", ".join(name for name, of in types.items() if of.premises)
            raise _WrongRowError(
                f"{row.kind} needs no building", f"leave idle_building empty: what needs one is {housed}"
            )
        if row.reuses:
            raise _WrongRowError(
                "reuses what is there, and wants an idle building for it", "write one of reuses and idle_building"
            )
        return ANY_IDLE

    def _design(self, row: PlannedProject, kind: int) -> int:
        names = [design.name for design in self.scenario.designs]
        if not row.design:
            return -1
        if kind != ProjectKind.STATIONS:
            raise _WrongRowError(f"{row.kind} has no design", "leave its design empty: only stations have one")
        if row.design not in names:
            near = hint(row.design, names, f"designs are {', '.join(names)}")
            raise _WrongRowError(f"{row.design!r} is no design of this scenario", near)
        return names.index(row.design)

    def _exclusive(self, row: PlannedProject, kind: int) -> bool:
        """Return whether who gets what a row builds keeps it for itself."""
        feeds = self.scenario.projects[self.kinds.names[kind]].feeds
        if row.exclusive and feeds in NOBODYS:
            raise _WrongRowError(
                f"{row.kind} builds nothing that anybody could keep for himself alone", "leave exclusive empty"
            )
        return row.exclusive

    def _uses(self, row: PlannedProject) -> tuple[str, ...]:
        """Return the uses that a row names, as the rule book has them; it knows those alone that it forbids."""
        called = self.scenario.policy.rule_book.called
        unknown = [use for use in row.uses if use not in called]
        if unknown:
            near = hint(unknown[0], called, f"it forbids {', '.join(called)}")
            raise _WrongRowError(f"uses names {unknown[0]!r}, of which no rule says anything", f"leave it out; {near}")
        return tuple(dict.fromkeys(called[use] for use in row.uses))

    def _start(self, row: PlannedProject) -> int:
        """Return the day before which there is no contract, counted from the scenario's start."""
        if row.start is None:
            return 0
        if row.start < self.scenario.start or row.start >= self.scenario.end:
            raise _WrongRowError(
                f"starts on {row.start}, outside the run of {self.scenario.start} to {self.scenario.end}",
                "write a date within it",
            )
        return (row.start - self.scenario.start).days

    def _package(self, row: PlannedProject, place: tuple[int, int]) -> int:
        """Return the number of a row's package, which one purse pays for."""
        if not row.package:
            return -1
        own = place if self.plan.purse == "county" else place[1:]
        number, purse = self.packages.setdefault(row.package, (len(self.packages), own))
        if purse != own:
            raise _WrongRowError(
                f"package {row.package} is of two purses", "give each purse packages of its own", "4.2"
            )
        return number

    def _village(self, row: PlannedProject, site: str, county: int) -> int:
        village = self.places.village(site, county)
        if village in self.taken:
            raise _WrongRowError(f"names {site}, which row {self.taken[village]} names", "a village gets one station")
        if not self.places.is_village(village):
            raise _WrongRowError(f"names {site}, a community of a town", "stations are for administrative villages")
        self.taken[village] = row.id
        return village

    def _township(self, row: PlannedProject, site: str, county: int) -> int:
        town = self.places.township(site, county)
        if town in self.taken_towns:
            of = self.taken_towns[town]
            other = "it names already" if of == row.id else f"row {of} names"
            raise _WrongRowError(f"names {site}, which {other}", "a township gets one transfer point", "4.1")
        self.taken_towns[town] = row.id
        return town

    def _check_townships(self, county: int, points: int) -> None:
        """Refuse more transfer points than a county has townships."""
        of, towns = self.places.pack.counties[county], self.places.townships(county)
        if points > towns:
            raise _WrongRowError(f"{of.name_zh} has {counted(towns, 'township')}", f"plan at most {towns}", "4.1")


def _owner(row: PlannedProject, kind: str) -> int:
    """Return the number of the cooperative or enterprise that gets what a row builds, or -1: none of that kind does."""
    owner, _, number = row.owner.partition(":")
    return int(number) if owner == kind else -1


def _parts(yuan: float, times: int) -> list[int]:
    """Return a sum in fen in so many parts that differ by a fen at most, the larger first."""
    each, over = divmod(round(100 * yuan), times)
    return [each + (number < over) for number in range(times)]
