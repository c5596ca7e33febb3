"""Commitments of a purse, held against the rule book unit by unit, in whole fen (notice, part 4; docs/model.md 4.10).

One book a purse, or one a county where a rule says so, for the whole programme. Units enter it by
`ecsim.rural.programme.examination`; `ecsim.rural.programme.closing` reads in it what was paid when accounts are closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ecsim.rural.events import Category, ProjectKind
from ecsim.rural.programme.candidates import NEW, OWN_KINDS, Candidate
from ecsim.rural.programme.rules import SHARES, Rule, RuleBook
from ecsim.rural.units import FIRST_SHARED_PLACE, ONE

Key = tuple[int, int, int]
FINAL_FIRST = (
    "not_twice", "forbidden", "open_access", "cost_at_most", "budget_at_least", "share_at_most", "share_at_least",
    "within_purse",
)  # fmt: skip
"""Kinds of rules in the order in which a unit is held against them: what nothing can cure later comes first."""
EVERYWHERE = -1
"""In place of a county: units of a whole prefecture."""
MOST_FEN = 2**62
"""More than any purse holds."""


@dataclass(frozen=True)
class Purse:
    """Central money that one holder places: a county's own, or a prefecture's for all its counties."""

    prefecture: int
    counties: tuple[int, ...]
    central_fen: int
    shares_fen: tuple[int, ...]
    """What each of the counties would have by the split rule."""
    shared: bool = True
    """Whether it may pay for what serves its whole prefecture."""
    recalled_fen: int = 0
    """What the province took back: it is no longer there to be placed, while shares stay those of what was allotted."""

    def pays_for(self, unit: Candidate) -> bool:
        """Return whether a unit is one of its counties', or of its prefecture if it may be."""
        if unit.county >= 0:
            return unit.county in self.counties
        return self.shared and unit.prefecture == self.prefecture


@dataclass(frozen=True)
class Facts:
    """What a unit is to the rule book beyond its costs.

    Attributes
    ----------
    names : of kinds of projects, by code
    uses : what a kind says its money is spent on, by code
    existing : units of a kind that a place has already, by kind and place (as in `Candidate.key`)
    exclusive : whether all owners keep for themselves what is built
    usual_fen : what a unit of quantity of a kind usually costs all funders together, by code; others may cost nothing
    reuse_cost : what bringing into service what is there costs over building it anew
    housed_cost : what a kind costs that is housed in an idle building over building one for it, by code
    whole : kinds, by code, of which one serves all: a county's own beside its prefecture's does nothing
    most : units of a kind that a place can have, by kind and place, of stations these themselves; others have no end
    """

    names: tuple[str, ...] = OWN_KINDS.names
    uses: Mapping[int, frozenset[str]] = field(default_factory=dict)
    existing: Mapping[tuple[int, int], int] = field(default_factory=dict)
    exclusive: bool = False
    usual_fen: Mapping[int, float] = field(default_factory=dict)
    reuse_cost: float = 1.0
    housed_cost: Mapping[int, float] = field(default_factory=dict)
    whole: frozenset[int] = frozenset()
    most: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def least_fen(self, unit: Candidate, share: float) -> int:
        """Return a share of what a unit usually costs all funders together."""
        usual = self.usual_fen.get(unit.kind, 0.0) * unit.quantity
        usual *= self.reuse_cost if unit.terms.reuses and self.exists(unit) else 1.0
        return round(share * usual * (self.housed_cost.get(unit.kind, 1.0) if unit.terms.building != NEW else 1.0))

    def exists(self, unit: Candidate) -> bool:
        """Return whether a place has a unit already, its own or one of its whole prefecture."""
        return self.own(unit) or unit.turn < self.existing.get((unit.key[0], FIRST_SHARED_PLACE + unit.prefecture), 0)

    def again(self, unit: Candidate) -> bool:
        """Return whether a unit would be built where there is one already, in place of bringing that into service."""
        return self.exists(unit) and not unit.terms.reuses

    def own(self, unit: Candidate) -> bool:
        """Return whether what is there already is the place's own, not that of a whole prefecture alone."""
        return unit.turn < self.existing.get(unit.key[:2], 0)


@dataclass(frozen=True)
class Breach:
    """A unit that breaks a rule.

    Attributes
    ----------
    over_fen : by how much, in the book where that is most
    cut_fen : what would cure it: fen to cut of the unit, or all of it where nothing less helps. Of what a prefecture
        shares that is more than `over_fen`, as a county's book holds a part of it (`Book.cured`)
    """

    unit: Candidate
    rule: str
    over_fen: int
    cut_fen: int


@dataclass(frozen=True)
class PaidBreach:
    """A share that was broken by what was spent, in fen.

    Attributes
    ----------
    county : whose book it is; `EVERYWHERE`: that of the whole purse
    counted_fen, spent_fen : of what the rule counts, and of all
    over_fen : what was spent too much: on what the rule counts, or, of a least share, on all else
    """

    rule: str
    county: int
    counted_fen: int
    spent_fen: int
    over_fen: int


class Book:
    """Central money committed from a purse so far, by rule and by county, in fen.

    A project shared by counties counts in each of them, in proportion to their allotments.

    Parameters
    ----------
    rules : those to hold units against
    purse : whose money it is
    floor_share : of each county's allotment that other counties leave to it as long as its own units could use it
    committed : what was approved before
    sunk : what was paid for what was given up: it counts as spent, and its place in the plan is free again
    held_fen : of the purse, kept back; the bases of shares stay those of the whole purse
    """

    def __init__(
        self, rules: RuleBook, purse: Purse, facts: Facts | None = None, *, floor_share: float = 0.0,
        committed: Iterable[Candidate] = (), sunk: Iterable[Candidate] = (), held_fen: int = 0,
    ) -> None:  # fmt: skip
        self.facts = facts or Facts()
        self.rules, self._purse = rules, purse
        self._rows = {county: row for row, county in enumerate(purse.counties)}
        ordered = sorted(rules.rules.items(), key=lambda item: FINAL_FIRST.index(item[1].kind))
        self._lines = [_Line(name, rule, rules.level_of(rule) == "county", purse) for name, rule in ordered]
        self._floors = [round(floor_share * share) for share in purse.shares_fen]
        self._reserved = list(self._floors)
        self._by_county = [0] * len(purse.counties)
        self._keys: set[Key] = set()
        self._wholes: set[tuple[int, int, bool]] = set()
        self._towns: set[tuple[int, int]] = set()
        self._placed: Counter[tuple[int, int]] = Counter()
        self.left_fen = purse.central_fen - purse.recalled_fen - held_fen
        for unit in committed:
            self.enter(unit)
        for unit in sunk:
            self._spend(unit)

    def enter(self, unit: Candidate) -> None:
        """Commit the money of a unit."""
        self._keys.add(unit.key)
        self._wholes.add((unit.kind, unit.prefecture, unit.county < 0))
        self._placed[unit.key[:2]] += unit.quantity
        if unit.terms.township >= 0:
            self._towns.add((int(unit.kind), unit.terms.township))
        self._spend(unit)

    def _spend(self, unit: Candidate) -> None:
        parts = self._parts(unit)
        self.left_fen -= unit.central_fen
        for row, part in enumerate(parts):
            self._by_county[row] += part
        for line in self._lines:
            line.enter(unit, parts, self.facts)

    def breach(self, unit: Candidate) -> Breach | None:
        """Return the rule that a unit would break, if it would, with what would cure it."""
        parts = self._parts(unit)
        for line in self._lines:
            over = self._over(line, unit, parts)
            if over > 0:
                return Breach(unit, line.name, over, over)
        return None

    def cured(self, breach: Breach) -> Breach:
        """Return a breach of this book, as it stands, with what would cure it, which takes longer to find."""
        if breach.unit.county >= 0 or self.rules.rules[breach.rule].kind not in SHARES:
            return breach
        line = next(line for line in self._lines if line.name == breach.rule)
        return replace(breach, cut_fen=self._cut_fen(line, breach.unit))

    def follows(self, unit: Candidate) -> bool:
        """Return whether the unit before one, of its kind and place, is committed or exists."""
        kind, place, turn = unit.key
        built = self.facts.existing.get((kind, place), 0)
        return turn <= built or (kind, place, turn - 1) in self._keys

    def supplies(self, unit: Candidate) -> bool:
        """Return whether a unit is of what some rule wants at least a share of."""
        return any(line.rule.kind == "share_at_least" and line.counts(unit, self.facts) for line in self._lines)

    def supply_book(self, unit: Candidate) -> int:
        """Return the county in whose book a unit waits for supply chain, or `EVERYWHERE`: in that of the purse."""
        alone = all(line.by_county for line in self._lines if line.rule.kind == "share_at_least")
        return unit.county if alone else EVERYWHERE

    def room_fen(self) -> dict[int, int]:
        """Return the most that a unit may cost which waits for supply chain, by county.

        That of `EVERYWHERE` holds for units of the whole prefecture, and for counties that are not given.
        """
        rooms = [line.room_fen() for line in self._lines if line.rule.kind == "share_at_least"]
        return {county: min(room[county] for room in rooms) for county in (*self._rows, EVERYWHERE)}

    def rows(self, units: Sequence[Candidate]) -> list[tuple[list[float], float]]:
        """Return the rules as linear limits on which of some units enter: coefficients and the most of their sum.

        A unit that no company makes lawful has a row of its own, at most nothing.
        """
        parts = [self._parts(unit) for unit in units]
        found: list[tuple[list[float], float]] = []
        for line in self._lines:
            if line.rule.kind in SHARES:
                found += line.rows(units, parts, self.facts)
            elif line.rule.kind == "within_purse":
                found.append(([float(unit.central_fen) for unit in units], float(self.left_fen)))
            else:
                barred = [float(self._over(line, unit, part) > 0) for unit, part in zip(units, parts, strict=True)]
                found.append((barred, 0.0))
                found += self._either(units) if line.rule.kind == "not_twice" else []
        return found

    def broken_shares(self) -> list[PaidBreach]:
        """Return the shares that what has entered breaks, each on the base by which units enter."""
        return [breach for line in self._lines for breach in line.broken_shares()]

    def spent_in(self, unit: Candidate, county: int) -> bool:
        """Return whether a unit counts in a county's book, or in that of the whole purse (`EVERYWHERE`)."""
        return county == EVERYWHERE or self._parts(unit)[self._rows[county]] > 0

    def counts(self, rule: str, unit: Candidate) -> bool:
        """Return whether a rule counts a unit."""
        return next(line for line in self._lines if line.name == rule).counts(unit, self.facts)

    def county_fen(self, units: Sequence[Candidate]) -> list[list[int]]:
        """Return what units count for in each county, shape (units, counties)."""
        return [self._parts(unit) for unit in units]

    def floors_fen(self, units: Sequence[Candidate]) -> list[int]:
        """Return the floor of each county as far as its own units among some could use it."""
        could = [sum(unit.central_fen for unit in units if unit.county == county) for county in self._rows]
        return [min(floor, most) for floor, most in zip(self._floors, could, strict=True)]

    def reserve_for(self, waiting: Iterable[Candidate]) -> None:
        """Keep of each county's floor what its own units could still use; the rest is free for others.

        Parameters
        ----------
        waiting : units that may still enter; those dearer than what is left use nothing
        """
        use = [0] * len(self._floors)
        for unit in waiting:
            if unit.county in self._rows and unit.central_fen <= self.left_fen:
                use[self._rows[unit.county]] += unit.central_fen
        self._reserved = [
            min(floor, spent + could) for floor, spent, could in zip(self._floors, self._by_county, use, strict=True)
        ]

    def _over(self, line: _Line, unit: Candidate, parts: Sequence[int]) -> int:
        """Return by how many fen a unit breaks a rule, 0 or less if it does not."""
        match line.rule.kind:
            case "not_twice":
                taken = unit.key in self._keys or (int(unit.kind), unit.terms.township) in self._towns
                again = self.facts.again(unit) or taken or self._served(unit)
                return unit.central_fen if again else self._beyond_fen(unit)
            case "forbidden":
                spent_on = {self.facts.names[unit.kind], *self.facts.uses.get(unit.kind, ()), *unit.terms.uses}
                return 0 if spent_on.isdisjoint(line.rule.uses) else unit.central_fen
            case "open_access":
                kept = self.facts.exclusive or unit.terms.exclusive
                return unit.central_fen if kept and line.counts(unit, self.facts) else 0
            case "cost_at_most" | "budget_at_least":
                return line.misbudgeted_fen(unit, self.facts)
            case "within_purse":
                owned = self._purse.pays_for(unit) and unit.central_fen >= 0
                return unit.central_fen - self._free_fen(parts) if owned else abs(unit.central_fen)
            case _:
                return line.over_share(unit, parts, self.facts)

    def _cut_fen(self, line: _Line, unit: Candidate) -> int:
        """Return the least that a unit must cost less, for its part in every county to keep to a share."""
        least, most = 0, unit.central_fen
        while most - least > 1:
            cut = (least + most) // 2
            cheaper = replace(unit, central_fen=unit.central_fen - cut)
            over = line.over_share(cheaper, self._parts(cheaper), self.facts) > 0
            least, most = (cut, most) if over else (least, cut)
        return most

    def _served(self, unit: Candidate) -> bool:
        """Return whether a prefecture has committed itself to a county's own and to a shared one, whichever is new."""
        other = (unit.kind, unit.prefecture, unit.county >= 0)
        return unit.kind in self.facts.whole and other in self._wholes

    def _either(self, units: Sequence[Candidate]) -> list[tuple[list[float], float]]:
        """Return the limits that of a kind of which one serves all a prefecture has its own or counties have theirs."""
        shared = {(unit.kind, unit.prefecture): row for row, unit in enumerate(units) if unit.county < 0}
        found: list[tuple[list[float], float]] = []
        for row, unit in enumerate(units):
            other = shared.get((unit.kind, unit.prefecture), -1)
            if unit.county >= 0 and unit.kind in self.facts.whole and other >= 0:
                found.append(([float(at in (row, other)) for at in range(len(units))], 1.0))
        return found

    def _beyond_fen(self, unit: Candidate) -> int:
        """Return what of a unit its place can have no more of, fen: all of it, or of its stations some."""
        most = self.facts.most.get(unit.key[:2])
        if most is None:
            return 0
        placed = self._placed[unit.key[:2]]
        before = placed if unit.kind == ProjectKind.STATIONS else max(placed, unit.turn)
        beyond = min(before + unit.quantity - most, unit.quantity)
        return -(-unit.central_fen * beyond // unit.quantity) if beyond > 0 else 0

    def _free_fen(self, parts: Sequence[int]) -> int:
        """Return what is left for a unit once the floors that it does not use itself are kept."""
        kept = zip(self._reserved, self._by_county, parts, strict=True)
        return self.left_fen - sum(max(floor - spent - part, 0) for floor, spent, part in kept)

    def _parts(self, unit: Candidate) -> list[int]:
        """Return what a unit counts for in each county, fen; together what it costs."""
        if unit.county >= 0:
            parts = [0] * len(self._by_county)
            if unit.county in self._rows:
                parts[self._rows[unit.county]] = unit.central_fen
            return parts
        shares = self._purse.shares_fen
        parts = [unit.central_fen * share // max(sum(shares), 1) for share in shares]
        parts[0] += unit.central_fen - sum(parts)
        return parts


class _Line:
    """What one rule has counted so far, county by county or for the whole purse."""

    def __init__(self, name: str, rule: Rule, by_county: bool, purse: Purse) -> None:
        self.name, self.rule, self.by_county, self._counties = name, rule, by_county, purse.counties
        self._base = list(purse.shares_fen) if by_county else [purse.central_fen]
        self._limit = round(ONE * rule.limit.value) if rule.limit is not None else 0
        self._counted, self._all = [0] * len(self._base), [0] * len(self._base)
        self._heads = frozenset(category for category in Category if category.name.lower() in rule.heads)

    def counts(self, unit: Candidate, facts: Facts) -> bool:
        """Return whether the rule counts a unit."""
        return unit.category in self._heads or facts.names[unit.kind] in self.rule.kinds

    def enter(self, unit: Candidate, parts: Sequence[int], facts: Facts) -> None:
        """Count a unit."""
        if self.rule.kind not in SHARES:
            return
        counted = self.counts(unit, facts)
        for row, part in enumerate(self._of(unit, parts)):
            self._all[row] += part
            self._counted[row] += part * counted

    def over_share(self, unit: Candidate, parts: Sequence[int], facts: Facts) -> int:
        """Return by how many fen a unit passes the share of the rule, in the worst of the books that it touches."""
        counted, most = self.counts(unit, facts), self.rule.kind == "share_at_most"
        if counted != most:
            return 0
        touched = [(row, part) for row, part in enumerate(self._of(unit, parts)) if part]
        return max(
            (part - (self._room_most(row) if most else self._room_least(row)) for row, part in touched), default=0
        )

    def _room_most(self, row: int) -> int:
        """Return what of its kind a book still has room for."""
        return self._limit * self._base[row] // ONE - self._counted[row]

    def _room_least(self, row: int) -> int:
        """Return what of other kinds a book still has room for."""
        return ONE * self._counted[row] // self._limit - self._all[row] if self._limit else MOST_FEN

    def room_fen(self) -> dict[int, int]:
        """Return what of other kinds there is room for by county."""
        if not self.by_county:
            return dict.fromkeys((*self._counties, EVERYWHERE), self._room_least(0))
        return {c: self._room_least(row) for row, c in enumerate(self._counties)} | {EVERYWHERE: MOST_FEN}

    def rows(
        self, units: Sequence[Candidate], parts: Sequence[Sequence[int]], facts: Facts
    ) -> list[tuple[list[float], float]]:
        """Return the share as linear limits, one a book."""
        counted = [self.counts(unit, facts) for unit in units]
        most, found = self.rule.kind == "share_at_most", []
        for row in range(len(self._base)):
            fen = [float(self._of(unit, part)[row]) for unit, part in zip(units, parts, strict=True)]
            if most:
                found.append(([x * yes for x, yes in zip(fen, counted, strict=True)], float(self._room_most(row))))
            elif self._limit:
                weight = [1.0 - (ONE / self._limit if yes else 0.0) for yes in counted]
                found.append(([x * w for x, w in zip(fen, weight, strict=True)], float(self._room_least(row))))
        return found

    def misbudgeted_fen(self, unit: Candidate, facts: Facts) -> int:
        """Return by how many fen a unit is dearer than its quantity may be, or its budget less than it takes."""
        limit = self.rule.limit.value if self.rule.limit else 0.0
        if self.rule.kind == "budget_at_least":
            return facts.least_fen(unit, limit) - (unit.central_fen + unit.local_fen + unit.social_fen)
        return unit.central_fen - round(100 * limit * unit.quantity) if self.counts(unit, facts) else 0

    def broken_shares(self) -> Iterator[PaidBreach]:
        """Yield each book of the rule in which what has entered breaks the share."""
        if self.rule.kind not in SHARES:
            return
        for row, (counted, spent) in enumerate(zip(self._counted, self._all, strict=True)):
            most = self.rule.kind == "share_at_most"
            over = -self._room_most(row) if most else -self._room_least(row)
            if over > 0:
                yield PaidBreach(self.name, self._counties[row] if self.by_county else EVERYWHERE, counted, spent, over)

    def _of(self, unit: Candidate, parts: Sequence[int]) -> Sequence[int]:
        return parts if self.by_county else (unit.central_fen,)
