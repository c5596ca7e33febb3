"""The rows of a plan that can be read, apart from what is wrong with the others: all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ecsim.kernel.errors import shown
from ecsim.kernel.validation import faults_of
from ecsim.rural.plans.plan import PlannedProject
from ecsim.rural.plans.resolved import Fault
from ecsim.rural.plans.tables import BEYOND

CURES = {
    "it must be a valid number": "write a number",
    "it must be a valid integer": "write a whole number",
    "it must be a valid boolean": "write yes or no (in TOML true or false)",
    "it must be a valid date": "write a date, as 2019-07-01",
}
"""What to do about a cell, by the beginning of what its type asks for."""


SOUND = {"id": "sound", "place": "sound", "kind": "sound", "central_yuan": 1.0}
"""A row that can be read, in which cells are tried one by one."""


class NumberedRow(NamedTuple):
    """A row of a plan, with its number in the plan, from 1, and its id there."""

    line: int
    id: str
    cells: Mapping[str, Any]

    def told(self, fault: Fault) -> Fault:
        """Return a fault that was found in the row, as one of the whole plan."""
        return replace(fault, line=self.line, row=self.id)


@dataclass(frozen=True)
class ReadableRows:
    """A plan with the rows that can be read, and the faults of those that cannot.

    Attributes
    ----------
    content : of the plan, as a file has it, with those rows alone
    rows : they, with their numbers and ids in the whole plan
    rest : of rows that cannot be read, the cells that can, if kind and place do: by these more faults are found
    many : rows of the whole plan
    faults : of rows that cannot be read, and of ids that stand in two rows
    """

    content: Mapping[str, Any]
    rows: tuple[NumberedRow, ...]
    rest: tuple[NumberedRow, ...]
    many: int
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> ReadableRows:
        """Return what can be read of a plan's content; where it has no list of rows all is left as it is."""
        given = content.get("projects")
        if not isinstance(given, list):
            return cls(content, (), (), 0, ())
        rows, rest, faults, first = list[NumberedRow](), list[NumberedRow](), list[Fault](), dict[str, int]()
        for line, cells in enumerate(given, 1):
            name = str(cells.get("id", "")) if isinstance(cells, Mapping) else ""
            wrong = faults_of(PlannedProject, cells)
            faults += [_fault(line, name, told) for told in wrong]
            if name and first.setdefault(name, line) != line:
                problem = f"row {first[name]} has the id {shown(name)} too"
                faults.append(Fault(line, name, "", problem, "give each row an id of its own"))
            if not wrong:
                own = cells if first[name] == line else {**cells, "id": f"row {line} of the plan"}
                rows.append(NumberedRow(line, name, own))
            elif isinstance(cells, Mapping) and {"kind", "place"} <= (read := _readable_cells(cells)).keys():
                rest.append(NumberedRow(line, name, SOUND | read))
        kept = {**content, "projects": [row.cells for row in rows]}
        return cls(kept, tuple(rows), tuple(rest), len(given), tuple(faults))

    def told(self, fault: Fault) -> Fault:
        """Return a fault of a row that can be read as one of the whole plan; one of the head stays as it is."""
        return self.rows[fault.line - 1].told(fault) if fault.line else fault

    def with_own(self, faults: Iterable[Fault], of_rest: Iterable[Fault]) -> tuple[Fault, ...]:
        """Return the faults of the whole plan, row by row.

        Parameters
        ----------
        faults, of_rest : that were found in the rows that can be read, and in the rest, as in plans of their own; what
            is wrong with the head is found with both
        """
        found = [self.told(fault) for fault in faults]
        found += [self.rest[fault.line - 1].told(fault) for fault in of_rest if fault.line]
        return tuple(sorted([*self.faults, *found], key=lambda fault: fault.line))


def _readable_cells(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row that can be read; none where it has more cells than there are columns."""
    if BEYOND in cells:
        return {}
    return {name: cell for name, cell in cells.items() if not faults_of(PlannedProject, {**SOUND, name: cell})}


def _fault(line: int, name: str, told: str) -> Fault:
    problem, _, asked = told.partition("; ")
    cure = next((cure for begins, cure in CURES.items() if asked.startswith(begins)), asked)
    return Fault(line, name, "", problem, cure or "fill it in")
