"""A plan as a planner writes it: rows of projects, each with place, money and terms; money in yuan, as in the file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from ecsim.kernel.strict import Date, Name, Several, Strict
from ecsim.rural.plans.tables import BEYOND
from ecsim.rural.sourced_number import MOST_YUAN

MOST_ROWS = 20_000
MOST_UNITS_A_ROW = 10_000
LEAST_FEN = 0.01
OF_A_FEN = 1e-3
"""Part of a fen that a sum may be off by, as spreadsheets reckon in binary fractions."""


def _in_whole_fen(yuan: float) -> float:
    if not math.isclose(100 * yuan, round(100 * yuan), rel_tol=1e-14, abs_tol=OF_A_FEN):
        raise ValueError("it must be in whole fen: write at most two decimals")
    return yuan


WHOLE_FEN = AfterValidator(_in_whole_fen)
Yuan = Annotated[float, Field(ge=0.0, le=MOST_YUAN), WHOLE_FEN]
Word = Annotated[str, Field(min_length=1, max_length=64)]


class PlannedProject(Strict):
    """A row of a plan: so many units of a kind of project in a place.

    Attributes
    ----------
    id : what the planner calls it; messages name it
    level : whose project it is, and who serves it
    place : the county, or the prefecture; by code, Chinese or English name
    kind : of project, by its name or title
    units : stations, person-times of training; of other kinds so many projects
    design : of stations; empty: the policy's
    sites : villages of stations, townships of transfer points; by code or name. What is not named is chosen by rule
    start : no contract before it
    central_yuan, local_yuan, social_yuan : what each pays for all units together
    package : tendered together with other rows of the same package; empty: by itself
    owner : who gets what is built, as ``cooperative:17`` or ``enterprise:5``; empty: the county or prefecture
    reuses : whether it brings into service what an earlier programme built there, in place of building anew
    exclusive : whether who gets what is built keeps it for itself alone; the rule book may forbid it
    uses : what its money is spent on besides what its kind says, of what the rule book forbids
    idle_building : whether it is housed in a building of others that stands idle there, in place of a new one
    """

    id: Word
    level: Literal["county", "prefecture"] = "county"
    place: Word
    kind: Word
    units: Annotated[int, Field(ge=1, le=MOST_UNITS_A_ROW)] = 1
    design: Annotated[str, Field(max_length=64)] = ""
    sites: Several[Word] = ()
    start: Date | None = None
    central_yuan: Annotated[float, Field(ge=LEAST_FEN, le=MOST_YUAN), WHOLE_FEN]
    local_yuan: Yuan = 0.0
    social_yuan: Yuan = 0.0
    package: Annotated[str, Field(max_length=64)] = ""
    owner: Annotated[str, Field(pattern=r"^((cooperative|enterprise):[0-9]{1,9})?$")] = ""
    reuses: bool = False
    exclusive: bool = False
    uses: Several[Word] = ()
    idle_building: bool = False

    @model_validator(mode="before")
    @classmethod
    def _has_a_column_for_each_cell(cls, row: Any) -> Any:  # noqa: ANN401 (from a table)
        if isinstance(row, Mapping) and BEYOND in row:
            raise ValueError("has more cells than there are columns; put texts with commas in quotes")
        return row


class Plan(Strict):
    """What a county or prefecture files: a head, and its projects in the order in which they come up for contracts.

    Attributes
    ----------
    filed : the day on which it is filed; approval follows that week. Left out: the day on which plans are due
    amended : the day on which it takes the place of the plan that was filed before, in a fork: what is not begun and no
        longer in it, or at other terms, leaves, and what is new is approved
    purse : who holds the money: counties, each its own, or prefectures for all of theirs
    split : how much of it each county is allotted; left out: as the policy says that names the plan, equally where none
        does
    """

    name: Name
    title_en: str
    title_zh: str
    author: str = ""
    filed: Date | None = None
    amended: Date | None = None
    purse: Literal["county", "prefecture"]
    split: Literal["equal", "formula"] | None = None
    projects: Annotated[Several[PlannedProject], Field(min_length=1, max_length=MOST_ROWS)]

    @model_validator(mode="after")
    def _is_filed_before_it_is_amended(self) -> Plan:
        if self.filed is not None and self.amended is not None and self.amended <= self.filed:
            raise ValueError(f"amended is {self.amended}, filed {self.filed}; a change comes after the plan")
        return self

    @model_validator(mode="after")
    def _names_each_once(self) -> Plan:
        twice = [name for name, times in Counter(row.id for row in self.projects).items() if times > 1]
        if twice:
            raise ValueError(f"projects: the id {twice[0]!r} stands in two rows; give each row an id of its own")
        return self
