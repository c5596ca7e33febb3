"""Scenarios, policies and station designs as typed, strict data; unknown keys and impossible values are errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from ecsim.kernel.errors import EcsimError, hint
from ecsim.kernel.scenario import Scenario as KernelScenario
from ecsim.kernel.strict import Date, Name, Several, Share, Strict
from ecsim.kernel.user_code import OWN
from ecsim.rural.events.codes import Area, Mechanism, OfflineChannel, ProjectKind
from ecsim.rural.figures import AT_THE_END, FIGURES, OF_A_PERIOD
from ecsim.rural.plans.plan import Plan
from ecsim.rural.programme.needs import NEEDS
from ecsim.rural.programme.notice import Programme
from ecsim.rural.programme.programme_files import shipped_programme, shipped_projects, whole_programme
from ecsim.rural.programme.rules import Rule, RuleBook, with_rule_book
from ecsim.rural.programme.station_services import (
    StationService,
    catalogue,
    services_of_earlier_files,
    whole_services,
)
from ecsim.rural.programme.training_plan import TrainingPlan, shipped_training_plan
from ecsim.rural.sourced_number import (
    MOST_YUAN,
    SourcedDaysAWeek,
    SourcedHours,
    SourcedNumber,
    SourcedRate,
    up_to,
)
from ecsim.rural.units import ONE

STRATEGIES = (
    "adaptive", "equal_split", "formula_split", "no_money", "optimised", "plan", "pooled_by_default",
    "pooled_by_project", "split_by_project", "theta_floor",
)  # fmt: skip
"""Names of strategies that there are; ``purse``, ``choice`` and ``split``, or a plan file, say what they do."""
LEAST_YUAN = 0.01
MOST_LEAD_WEEKS = 520
LEAST_SAMPLE = 1e-4
"""One household of ten thousand: below it every village keeps the one household of a kind that it keeps anyway."""
MOST_UNITS = 1000
"""Most units of a kind that a county may plan; the random draws of projects tell 1,024 of them apart."""
CATEGORIES = ("supply_chain", "service_centre", "stations", "logistics", "training", "brand", "other")
"""Heads of the ledger, in the order of `events.codes.Category`."""
PROJECTS = tuple(kind.name.lower() for kind in ProjectKind)
"""Kinds of projects of the model, in the order of their codes; a file may add others, which feed what these feed."""
MECHANISMS = tuple(mechanism.name.lower() for mechanism in Mechanism)
"""What finished works may feed."""
OF_ONE_COUNTY = (
    "joint_delivery", "transfer_point", "stations", "training", "processing", "demonstration_shop", "grower_contracts",
)  # fmt: skip
"""Mechanisms of places, people and dealers of one county; a prefecture cannot build one for all its counties."""
OPEN_NOTHING = ("brand", "visibility", "listing_skill", "demonstration_shop", "stations", "training")
"""Mechanisms that no facility stands for."""
NOBODYS = ("brand", "demonstration_shop", "training", "grower_contracts", "nothing")
"""Mechanisms of which nobody could keep from others what is built: it is everybody's, or its owner's own from the
beginning."""
ONE_SERVES_ALL = frozenset({"tracing", "testing", "database", "dispatch"})
"""Mechanisms of which a second facility adds nothing where one is open to all."""
ONE_A_PLACE = (
    "service_centre", "distribution", "joint_delivery", "tracing", "testing", "database", "display", "network",
    "dispatch",
)  # fmt: skip
"""Mechanisms of which one serves all of its county or prefecture: a second one of a kind would be built twice."""
AREAS = tuple(area.name.lower() for area in Area)
CHANNELS = tuple(channel.name.lower() for channel in OfflineChannel)
OUTCOMES = (*OF_A_PERIOD, *AT_THE_END, *FIGURES)
"""What a kind of project may be said to act through."""
SAID_SINCE = ("feeds", "acts_through", "need", "need_share", "covers", "targets", "areas", "channels", "places")
"""Keys of a kind of project that files of earlier versions do not have, and without which it would do nothing."""
MISSPELT = 0.85
"""How like a name that is left out another has to be (`difflib`, 0 to 1) to be taken for it, misspelt."""
OF_ITS_KIND: Mapping[str, str] = {
    "stations": "their design says what they are; write a design of your own, or change projects.stations",
    "training": "one plan says what is taught; write policy.training.lines, or change projects.training",
}
"""Mechanisms that a kind which a file adds cannot feed, as their rules know a project by its kind; what to do instead.
"""
SourcedWeeks = Annotated[SourcedNumber, up_to(MOST_LEAD_WEEKS)]
SourcedYuan = Annotated[SourcedNumber, up_to(MOST_YUAN)]


PackageRule = Literal["project", "area", "whole"]
SitingRule = Literal[
    "equal_per_township", "population", "poor_villages_first", "max_coverage", "coverage", "fewest", "p_median",
    "capture",
]  # fmt: skip
"""What is tendered together: each project by itself, all of a county, or all of a purse (notice, part 4.2)."""


class Procurement(Strict):
    """How works are tendered."""

    packages: PackageRule = "project"


class Funds(Strict):
    """Who holds the purse, how projects are chosen, and how much there is."""

    strategy: str
    """One of `STRATEGIES`, or ``module:Class`` of a user's own: its module is imported, so its code runs."""
    purse: Literal["none", "county", "prefecture"]
    choice: Literal["default_shares", "ranked", "optimised", "adaptive"] = "default_shares"
    split: Literal["equal", "formula"] = "equal"
    floor_share: Share = 0.0
    """What a pooled purse guarantees every county, as a share of its equal part."""
    held_back: Share = 0.0
    """Of what is uncommitted, the share that an adaptive choice keeps for what it will know at the next supervision."""
    offices: Literal["lend", "one"] = "lend"
    """Whether the offices of a pooled purse keep queues of their own and lend, or are one office with one queue."""
    supervision: Literal["none", "warn", "move"] = "warn"
    """What quarterly supervision does about money that lies idle: nothing, warn, or move what was warned of before (out
    of a county's own purse: recall it)."""
    central: SourcedYuan
    """Yuan of central money a county (its prefecture gets the sum)."""
    multiplier: Annotated[float, Field(ge=0.0, le=MOST_YUAN)] = 1.0
    shares: dict[Name, Share] = Field(default_factory=dict)
    """Default shares of the heads, for ``choice = "default_shares"``."""
    uses: Several[Name] = ()
    """What every project spends money on besides what its kind does. A policy that names a forbidden use is refused
    with the article; where the rule only flags, each of its projects is marked."""
    exclusive_use: Share = 0.0
    """Share of what is built that its owner keeps for itself: a stress test, for it breaks the rule of open access."""

    @field_validator("strategy")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name in STRATEGIES or OWN.fullmatch(name):
            return name
        near = hint(name, STRATEGIES, f"strategies are {', '.join(STRATEGIES)}.")
        raise ValueError(f"there is no strategy {name!r}; {near} One of your own is written module:Class")

    @model_validator(mode="after")
    def _money_is_bounded(self) -> Funds:
        if self.central.value * self.multiplier > MOST_YUAN:
            raise ValueError(
                f"funds.central.value x funds.multiplier is {self.central.value * self.multiplier:,.0f} yuan a "
                f"county; it must be at most {MOST_YUAN:,.0f} — lower one of the two"
            )
        return self

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

    name: Name
    title_en: str
    title_zh: str
    description: str = ""
    funds: Funds
    rule_book: RuleBook = Field(default_factory=lambda: shipped_programme().rule_book)
    """That of its programme, but for what the file gives itself."""
    procurement: Procurement = Field(default_factory=Procurement)
    station_design: Name = "integrated"
    siting: SitingRule = "poor_villages_first"
    pool_sharing: Literal["shapley", "parcels"] = "shapley"
    """How operators that deliver jointly share what it costs: by Shapley's value, or by parcels."""
    cross_border: Literal["none", "pools"] = "none"
    """What may cross a county border: nothing, or joint pools, which lend each other townships of a prefecture."""
    goods_vans: Literal["plain", "cold"] = "plain"
    """Whether vans that take farm goods up to hubs keep them cool; such vans cost more and have less room."""
    trade_goods: Literal["apart", "merged"] = "apart"
    """Whether small lots for shops ride on rounds from hubs where that costs nobody more, or with trade's own vans."""
    training: TrainingPlan = Field(default_factory=shipped_training_plan)
    """Who is taught what, how and in which stage; that of ecsim where the file gives none."""
    plan: Plan | None = None
    """What is built, for ``funds.strategy = "plan"``; a file of a policy gives the path of the plan's file."""

    @model_validator(mode="after")
    def _uses_are_allowed(self) -> Policy:
        for rule in self.rule_book.refusing.rules.values():
            called = self.rule_book.called
            if forbidden := sorted(use for use in self.funds.uses if called.get(use) in rule.uses):
                raise ValueError(
                    f"funds.uses names {', '.join(forbidden)}; central money may not pay for it (notice, part "
                    f"{rule.article}) — remove it, or pay for it from other money"
                )
        return self

    @model_validator(mode="after")
    def _plan_is_of_the_purse(self) -> Policy:
        named = self.funds.strategy == "plan"
        if named != (self.plan is not None):
            gap = "no plan is given; name its file as plan" if named else "a plan is given; take one of the two out"
            raise ValueError(f"funds.strategy is {self.funds.strategy!r} and {gap}")
        if self.plan is not None and self.plan.purse != self.funds.purse:
            raise ValueError(
                f"funds.purse is {self.funds.purse!r}, the purse of plan {self.plan.name} is {self.plan.purse!r}; "
                "write the same in both"
            )
        if self.plan is not None and self.plan.split not in (None, self.funds.split):
            raise ValueError(
                f"funds.split is {self.funds.split!r}, the split of plan {self.plan.name} is {self.plan.split!r}; "
                "write the same in both, or leave it out of the plan"
            )
        return self


def refuse_shares(policy: Policy, where: str) -> None:
    """Refuse a policy whose default shares of the heads break its rule book.

    Raises
    ------
    EcsimError
        Naming each rule, with the article and what would cure it.
    """
    if broken := unlawful_shares(policy):
        raise EcsimError("\n".join(f"{where}: {words}" for words in broken))


def unlawful_shares(policy: Policy) -> list[str]:
    """Return in words which rules on shares the default shares of a policy break, if it goes by them.

    What they leave over is spent on the supply chain.
    """
    funds, book = policy.funds, policy.rule_book
    made_otherwise = funds.strategy == "plan" or OWN.fullmatch(funds.strategy)
    if funds.choice != "default_shares" or funds.purse == "none" or made_otherwise:
        return []
    heads = {head: round(ONE * share) for head, share in funds.shares.items()}
    heads["supply_chain"] = heads.get("supply_chain", 0) + max(ONE - sum(heads.values()), 0)
    return [words for rule in book.refusing.rules.values() if (words := _broken_share(rule, heads))]


def _broken_share(rule: Rule, heads: Mapping[str, int]) -> str:
    """Return in words how shares of heads, in millionths, break a rule; empty if they do not."""
    counted = sum(share for head, share in heads.items() if head in rule.heads)
    limit = round(ONE * rule.limit.value) if rule.limit else 0
    over = {"share_at_most": counted - limit, "share_at_least": limit - counted}.get(rule.kind, 0)
    if over <= 0:
        return ""
    bound, cure = ("at most", "lower") if rule.kind == "share_at_most" else ("at least", "raise")
    return (
        f"funds.shares give {' and '.join(rule.heads)} {counted / ONE:.2%} of the money; it must be {bound} "
        f"{limit / ONE:.2%} (notice, part {rule.article}) — {cure} it by {over / ONE:.2%}, or let breaches through "
        'with rule_book.on_breach = "flag"'
    )


class StationDesign(Strict):
    """A kind of village station (docs/model.md 4.8); money in yuan, hours a day."""

    name: Name
    title_en: str
    title_zh: str
    builds_on: Literal["nothing", "shop", "network_shop"]
    """What a village must have: any shop, or an outlet of a supply co-op or of the 万村千乡 network."""
    needs_broadband: bool
    """Whether it is put up only where a village has a line."""
    parcels: bool
    proxy_buying: bool
    collects_farm_products: bool
    capex_yuan: SourcedYuan
    rent_power_network_yuan_a_month: SourcedRate
    days_a_week: SourcedDaysAWeek
    """Its timetable: days on which it is open."""
    added_hours_a_day: SourcedHours
    """On each of these days."""
    hours_a_parcel: SourcedHours
    wage_yuan_an_hour: SourcedRate
    footfall_yuan_a_parcel: SourcedRate
    footfall_yuan_a_month: SourcedRate
    lead_weeks: SourcedWeeks
    services: dict[Name, StationService]
    """Small services that it offers; of one that the catalogue has a file gives what is otherwise, or nothing."""

    @model_validator(mode="before")
    @classmethod
    def _take_services_of_the_catalogue(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
        if not isinstance(content, Mapping):
            return content
        for key in content.keys() & catalogue().keys():
            raise ValueError(f"{key} is a small service; write it under services, as services.{key} = {{}}")
        if "services" not in content:
            return content
        return {**content, "services": whole_services(content["services"])}

    @model_validator(mode="before")
    @classmethod
    def _take_one_number_of_earlier_files(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
        """Take a design from before services had users: one number of takings stands for them all."""
        key = "small_services_yuan_a_month"
        number = content.get(key) if isinstance(content, Mapping) else None
        yuan = number.get("value") if isinstance(number, Mapping) else None
        if not isinstance(yuan, int | float) or "services" in content:
            return content
        rest = {name: value for name, value in content.items() if name != key}
        return {**rest, "services": services_of_earlier_files(yuan)}

    @model_validator(mode="before")
    @classmethod
    def _take_what_earlier_files_did_not_say(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
        """Take a design from before there were timetables: on any shop or on nothing, open every day."""
        if not isinstance(content, Mapping) or "reuses_outlet" not in content:
            return content
        rest = {key: value for key, value in content.items() if key != "reuses_outlet"}
        return {
            "builds_on": "shop" if content["reuses_outlet"] else "nothing", "needs_broadband": False,
            "days_a_week": {"value": 7.0, "unit": "days a week", "source": "files from before timetables"}, **rest,
        }  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


class ProjectType(Strict):
    """A kind of project that plans are made of; money in yuan of central money a unit."""

    title_en: str
    title_zh: str
    category: Literal["supply_chain", "service_centre", "stations", "logistics", "training", "brand", "other"]
    feeds: Literal[MECHANISMS]  # type: ignore[valid-type]  # the names of an enumeration
    """The mechanism that finished works feed (docs/model.md 4.10)."""
    acts_through: Name
    """The outcome or target that the mechanism moves first; it decides nothing, a law may hold it against runs."""
    central_yuan: Annotated[float, Field(ge=LEAST_YUAN, le=MOST_YUAN)]
    central_low_yuan: Annotated[float, Field(ge=0.0, le=MOST_YUAN)] = 0.0
    central_high_yuan: Annotated[float, Field(ge=LEAST_YUAN, le=MOST_YUAN)] = MOST_YUAN
    """What one usually costs at least and at most; a check of a plan warns of what lies outside, and that is all."""
    lead_weeks: Annotated[int, Field(ge=0, le=MOST_LEAD_WEEKS)]
    scope: Literal["county", "either", "prefecture"]
    """Whether a prefecture may build one for all its counties, or only a prefecture may."""
    local_share: Share
    social_share: Share
    owner: Literal["government", "dealer"] = "government"
    """Who runs it: the county or prefecture, or the cooperative or enterprise that it fits best."""
    running_yuan_a_year: Annotated[float, Field(ge=0.0, le=MOST_YUAN)] = 0.0
    """What running one costs whoever owns it."""
    life_years: Annotated[float, Field(gt=0.0, le=100.0)] = 100.0
    """Until it is worn out, or the service that was bought ends."""
    capacity_t: Annotated[float, Field(ge=0.0, le=1e6)] = 0.0
    """Tonnes a unit holds at a time (cold store) or handles a week (lines, pre-cooling)."""
    places: Annotated[int, Field(ge=0, le=10**6)] = 0
    """Sellers, firms or merchants that a unit has room for."""
    areas: Several[Literal[AREAS]] = ()  # type: ignore[valid-type]
    """Functional areas of a service centre."""
    channels: Several[Literal[CHANNELS]] = ()  # type: ignore[valid-type]
    """Offline channels whose buyers a unit of matchmaking brings."""
    need: Name = "county"
    """What counties need it for: a name of `ecsim.rural.programme.needs.NEEDS`."""
    need_share: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0
    """Share of that which needs this kind."""
    covers: Annotated[float, Field(gt=0.0, le=1e12)] = 1.0
    """Units of need that one of it covers; of stations and training, what a project is of (``planning``)."""
    full_need: Annotated[float, Field(ge=0.0, le=1e12)] = 0.0
    """Need whose covering is worth one target of the table; 0: none beyond the targets."""
    targets: Several[Name] = ()
    """Targets of the table that units work towards, until each is met."""
    most_a_county: Annotated[int, Field(ge=0, le=MOST_UNITS)] = MOST_UNITS
    """Most units of one county, where something else than need sets an end."""
    premises: Literal["", "rooms", "hall"] = ""
    """What of a building one is housed in: rooms for people and desks, or a hall for goods; empty: it needs none."""
    building_share: Share = 0.0
    """Share of its cost that is its building: what an idle one of others saves, but for fitting it out."""
    uses: Several[Name] = ()
    """What its money is spent on beside what its kind says; the rule book may forbid it."""
    source: str

    @model_validator(mode="after")
    def _costs_at_least_less_than_at_most(self) -> ProjectType:
        if self.central_low_yuan > self.central_high_yuan:
            raise ValueError(
                f"central_low_yuan is {self.central_low_yuan:,.0f}, central_high_yuan {self.central_high_yuan:,.0f}; "
                "low may not be above high"
            )
        return self

    @field_validator("acts_through")
    @classmethod
    def _is_measured(cls, name: str) -> str:
        if name not in OUTCOMES:
            raise ValueError(f"{name!r} is no outcome; {hint(name, OUTCOMES, f'outcomes are {_listed(OUTCOMES)}')}")
        return name

    @field_validator("targets")
    @classmethod
    def _are_of_a_table(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in names if name not in FIGURES]:
            near = hint(unknown[0], FIGURES, f"a target may be of {', '.join(FIGURES)}")
            raise ValueError(f"{unknown[0]!r} is nothing that a target is of; {near}")
        return names

    @model_validator(mode="after")
    def _has_a_building_where_it_stands(self) -> ProjectType:
        if self.premises and self.feeds in OPEN_NOTHING:
            raise ValueError(
                f"premises is {self.premises!r}, and what feeds {self.feeds} opens no facility that is housed in "
                "anything; leave premises out"
            )
        if bool(self.premises) != (self.building_share > 0.0):
            raise ValueError(
                f"premises is {self.premises!r}, building_share {self.building_share:g}; give both, or neither: the "
                "share of the cost that is a building, and what it has room for"
            )
        return self

    @field_validator("need")
    @classmethod
    def _is_a_need(cls, name: str) -> str:
        if name not in NEEDS:
            raise ValueError(f"there is no need {name!r}; {hint(name, NEEDS, f'needs are {_listed(NEEDS)}')}")
        return name


def _as_of_today(kind: str, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file says of a kind that does not say yet what it feeds."""
    shipped = shipped_projects()[kind]
    said = {key: value for key, value in earlier.items() if key != "need_unit"}
    return {**{key: shipped[key] for key in SAID_SINCE if key in shipped}, **said}


class Scenario(KernelScenario):
    """Everything that decides a run but the seed."""

    model: Name = "ecsim.rural.model:MODEL"
    region: Annotated[str, Field(min_length=1)]
    """Name of a pack that comes with ecsim, or the path of a folder."""
    counties: Several[Name] | None = None
    """Counties that the run is of, by Chinese or English name or code; left out: all of the region."""
    prefectures: Several[Name] | None = None
    """Prefectures that it is of, likewise; with ``counties`` too, those lie in them."""
    programme: Programme = Field(default_factory=shipped_programme)
    """What the notice sets: calendar, targets, limits, official figures."""
    start: Date
    end: Date
    sample: Annotated[float, Field(ge=LEAST_SAMPLE, le=1.0)] = 0.05
    operating_day: Literal["compiled", "simpy"] = "compiled"
    policy: Policy
    designs: Several[StationDesign]
    projects: dict[Name, ProjectType]
    """What plans may be made of, by kind (`PROJECTS`, or one that an extension adds); one left out is not built."""

    @model_validator(mode="before")
    @classmethod
    def _take_rules_of_the_programme(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
        """Give a policy the programme's rule book, but for what it says itself."""
        if not isinstance(content, Mapping):
            return content
        told = content.get("programme", shipped_programme())
        programme = told.model_dump(mode="json") if isinstance(told, Programme) else whole_programme(told)
        whole = {**content, "programme": programme}
        book, policy = isinstance(programme, Mapping) and programme.get("rule_book"), content.get("policy")
        if isinstance(book, Mapping) and isinstance(policy, Mapping):
            whole["policy"] = with_rule_book(policy, book)
        return whole

    @model_validator(mode="before")
    @classmethod
    def _take_what_earlier_files_did_not_say(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
        """Give kinds of the model's own, in files from before kinds said what they feed, what the shipped file says."""
        projects = content.get("projects") if isinstance(content, Mapping) else None
        if not isinstance(projects, Mapping):
            return content
        earlier = {
            kind: of for kind, of in projects.items()
            if kind in PROJECTS and isinstance(of, Mapping) and "feeds" not in of
        }  # fmt: skip
        return {**content, "projects": {**projects, **{kind: _as_of_today(kind, of) for kind, of in earlier.items()}}}

    @model_validator(mode="after")
    def _fits(self) -> Scenario:
        if self.weeks < 1:
            raise ValueError(f"end is {self.end}, start is {self.start}; a run needs at least one whole week")
        names = [design.name for design in self.designs]
        if len(set(names)) < len(names):
            raise ValueError(f"designs are {', '.join(names)}; each needs a name of its own")
        if self.policy.station_design not in names:
            raise ValueError(f"policy.station_design is {self.policy.station_design!r}; designs are {', '.join(names)}")
        return self

    @model_validator(mode="after")
    def _uses_are_known(self) -> Scenario:
        book = self.policy.rule_book
        book.check_uses(self.policy.funds.uses, "policy.funds.uses")
        for kind, of in self.projects.items():
            book.check_uses(of.uses, f"projects.{kind}.uses")
        return self

    @model_validator(mode="after")
    def _projects_can_be_built(self) -> Scenario:
        for kind, of in self.projects.items():
            left_out = [name for name in PROJECTS if name not in self.projects]
            if kind not in PROJECTS and (meant := get_close_matches(kind, left_out, 1, MISSPELT)):
                raise ValueError(
                    f"projects.{kind} would be a kind of yours, while {meant[0]} is left out; write {meant[0]}, "
                    "or give yours a name that is less like it"
                )
            if of.feeds in OF_ITS_KIND and kind not in PROJECTS:
                raise ValueError(
                    f"projects.{kind}.feeds is {of.feeds!r}, which only the model's own kind can: "
                    f"{OF_ITS_KIND[of.feeds]}. A kind of yours may feed any other, as packing or joint_delivery"
                )
            if of.feeds in OF_ONE_COUNTY and of.scope != "county":
                raise ValueError(
                    f"projects.{kind}.scope is {of.scope!r}; a prefecture cannot share {kind} among its counties — "
                    "write 'county'"
                )
        return self

    @property
    def weeks(self) -> int:
        """Whole weeks of the run; days after the last whole week are not run."""
        return self.periods(7)

    @property
    def station_design(self) -> int:
        """The code of the design of the policy's stations: its place among the designs."""
        return [design.name for design in self.designs].index(self.policy.station_design)
