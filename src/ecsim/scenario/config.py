"""Scenarios, policies and station designs as typed, strict data; unknown keys and impossible values are errors."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from ecsim.scenario.own_code import OWN
from ecsim.scenario.shocks import ActiveShock
from ecsim.scenario.strict import Strict

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Yuan = Annotated[float, Field(ge=0.0)]
STRATEGIES = (
    "equal_split", "formula_split", "no_money", "pooled_by_default", "pooled_by_project", "split_by_project",
)  # fmt: skip
"""Names of strategies that there are; what they do is said by ``purse``, ``choice`` and ``split``."""
CATEGORIES = ("supply_chain", "service_centre", "stations", "logistics", "training", "brand", "other")
"""Heads of the ledger, in the order of `events.codes.Category`."""


class Sourced(Strict):
    """A number of a policy with unit and source."""

    value: Annotated[float, Field(ge=0.0)]
    unit: str
    source: str
    low: float | None = None
    high: float | None = None


class Limits(Strict):
    """The rule book's ratio limits and forbidden uses of central money (notice, part 4.1)."""

    service_centre_share: Sourced
    supply_chain_share: Sourced
    logistics_counts_as_supply_chain: bool = False
    level: Literal["county", "purse"] = "county"
    forbidden: tuple[str, ...] = ("trading_platform", "office_building", "work_expenses", "bought_traffic")
    on_breach: Literal["refuse", "flag"] = "refuse"


class Funds(Strict):
    """Who holds the purse, how projects are chosen, and how much there is."""

    strategy: str
    """One of `STRATEGIES`, or ``module:Class`` of a user's own: its module is imported, so its code runs."""
    purse: Literal["none", "county", "prefecture"]
    choice: Literal["default_shares", "ranked"] = "default_shares"
    split: Literal["equal", "formula"] = "equal"
    floor_share: Share = 0.0
    """What a pooled purse guarantees every county, as a share of its equal part."""
    central: Sourced
    """Yuan of central money a county (its prefecture gets the sum)."""
    multiplier: Annotated[float, Field(ge=0.0)] = 1.0
    shares: dict[str, Share] = Field(default_factory=dict)
    """Default shares of the heads, for ``choice = "default_shares"``."""
    uses: tuple[str, ...] = ()
    """Further uses a plan names; forbidden ones are refused with the article."""

    @field_validator("strategy")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name in STRATEGIES or OWN.fullmatch(name):
            return name
        near = get_close_matches(name, STRATEGIES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"strategies are {', '.join(STRATEGIES)}."
        raise ValueError(f"there is no strategy {name!r}; {hint} One of your own is written module:Class")

    @model_validator(mode="after")
    def _shares_add_up(self) -> Funds:
        unknown = sorted(set(self.shares) - set(CATEGORIES))
        if unknown:
            raise ValueError(f"funds.shares names {', '.join(unknown)}; allowed are {', '.join(CATEGORIES)}")
        total = sum(self.shares.values())
        if total > 1.0 + 1e-9:
            raise ValueError(
                f"funds.shares adds up to {total:.2f}; shares must add up to at most 1 — lower one of "
                + ", ".join(self.shares)
            )
        return self


class Policy(Strict):
    """A fund policy: the purse, the rule book and how stations are placed."""

    name: str
    title_en: str
    title_zh: str
    description: str = ""
    funds: Funds
    limits: Limits
    station_design: str = "integrated"
    siting: Literal["equal_per_township", "population", "poor_villages_first", "max_coverage"] = "poor_villages_first"

    @model_validator(mode="after")
    def _uses_are_allowed(self) -> Policy:
        forbidden = sorted(set(self.funds.uses) & set(self.limits.forbidden))
        if forbidden and self.limits.on_breach == "refuse":
            raise ValueError(
                f"funds.uses names {', '.join(forbidden)}; central money may not pay for it (notice, part 4.1) — "
                "remove it, or pay for it from other money"
            )
        return self


class StationDesign(Strict):
    """A kind of village station (MODEL 4.8); money in yuan, hours a day."""

    name: str
    title_en: str
    title_zh: str
    reuses_outlet: bool
    """Needs a shop to build on."""
    parcels: bool
    proxy_buying: bool
    collects_farm_products: bool
    capex_yuan: Sourced
    rent_power_network_yuan_a_month: Sourced
    added_hours_a_day: Sourced
    hours_a_parcel: Sourced
    wage_yuan_an_hour: Sourced
    small_services_yuan_a_month: Sourced
    footfall_yuan_a_parcel: Sourced
    footfall_yuan_a_month: Sourced
    lead_weeks: Sourced


class ProjectType(Strict):
    """A kind of project that plans are made of; money in yuan of central money a unit."""

    title_en: str
    title_zh: str
    category: Literal["supply_chain", "service_centre", "stations", "logistics", "training", "brand", "other"]
    central_yuan: Annotated[float, Field(gt=0.0)]
    lead_weeks: Annotated[int, Field(ge=0)]
    most_a_county: Annotated[int, Field(ge=0)]
    scope: Literal["county", "either"]
    """Whether a prefecture may build one for all its counties."""
    local_share: Share
    social_share: Share
    full_need: Annotated[float, Field(gt=0.0)]
    """Need of a county (in ``need_unit``) at which the first unit is worth one target of the table."""
    need_unit: str
    capacity_t: Annotated[float, Field(ge=0.0)] = 0.0
    """Tonnes a unit holds at a time (cold store) or handles a week (packing line)."""
    source: str


class Scenario(Strict):
    """Everything that decides a run but the seed."""

    name: str
    title_en: str
    title_zh: str
    description: str = ""
    region: str = "yunnan_2018"
    start: dt.date = dt.date(2018, 1, 1)
    end: dt.date = dt.date(2020, 3, 31)
    sample: Annotated[float, Field(gt=0.0, le=1.0)] = 0.05
    keep: Literal["all", "decisions", "digest"] = "all"
    operating_day: Literal["compiled", "simpy"] = "compiled"
    policy: Policy
    designs: tuple[StationDesign, ...]
    projects: dict[str, ProjectType]
    shocks: tuple[ActiveShock, ...] = ()
    """What goes wrong in the run, and how badly."""
    parameters: dict[str, bool | int | float] = Field(default_factory=dict)
    """Values that replace the defaults, by full name (``ecsim list parameters``)."""

    @model_validator(mode="after")
    def _fits(self) -> Scenario:
        if self.weeks < 1:
            raise ValueError(f"end is {self.end}, start is {self.start}; a run needs at least one whole week")
        if self.start.year < 2018 or self.end.year > 2022:
            raise ValueError(f"{self.start} to {self.end}: the series behind the model cover 2018-01-01 to 2022-12-31")
        names = [design.name for design in self.designs]
        if self.policy.station_design not in names:
            raise ValueError(f"policy.station_design is {self.policy.station_design!r}; designs are {', '.join(names)}")
        return self

    @property
    def weeks(self) -> int:
        """Whole weeks of the run; days after the last whole week are not run."""
        return ((self.end - self.start).days + 1) // 7

    @property
    def station_design(self) -> int:
        """The code of the design of the policy's stations: its place among the designs."""
        return [design.name for design in self.designs].index(self.policy.station_design)

    def day_of(self, date: dt.date) -> int:
        """Return the day of the run on which a date falls."""
        return (date - self.start).days

    def digest(self) -> str:
        """Return the identity of the scenario: SHA-256 of its content, whatever file or order it came from."""
        content = self.model_dump(mode="json", exclude={"keep", "title_en", "title_zh", "description"})
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
