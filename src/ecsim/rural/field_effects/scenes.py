"""Base scenarios in which the mechanisms of the rural model are at work, to change one field of at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from ecsim.rural.field_effects.regions import small_region
from ecsim.rural.field_effects.scene_runs import Scene
from ecsim.rural.programme.strategies import Allocation, BudgetView
from ecsim.rural.scenario import Scenario

WHOLE = "yunnan_2018"
"""The pack that small regions are cut out of."""
PAIR = ("530827", "530829")
"""Menglian and Ximeng, of one prefecture."""
BORDERING = ("530828", "530829")
"""Lancang and Ximeng: a township of the former is nearer to the latter's seat."""
BERRIES = ("530326",)
"""Huize, whose strawberries spoil, and whose potatoes keep as long as anything that spoils."""
NOTICE = dt.date(2018, 11, 26)
"""The Monday of the week in which the first money comes."""


class Loader(Protocol):
    """Reads a shipped scenario by its name, with values replaced; `ecsim.scenario.load.load` is one."""

    def __call__(self, name: str, changes: Mapping[str, Any] | None = None, /) -> Scenario:
        """Return the scenario."""


class Nothing:
    """A strategy that builds nothing."""

    def allocate(self, _: BudgetView) -> Allocation:
        """Return an empty plan."""
        return Allocation()


@dataclass(frozen=True)
class Recipe:
    """A base scenario: what is changed in a shipped one.

    Attributes
    ----------
    policy : name of the shipped scenario
    weeks, start : how long it runs, and from when
    numbers : parameters, by full name
    design : values of the station design that the policy names, by key
    changes : other values of the scenario, by dotted key
    counties : of its region
    """

    policy: str
    weeks: int
    start: dt.date
    numbers: Mapping[str, float]
    design: Mapping[str, Any]
    changes: Mapping[str, Any]
    counties: tuple[str, ...]


def _scenario(
    policy: str = "pooled_by_project", *, weeks: int, start: dt.date = NOTICE,
    numbers: Mapping[str, float] | None = None, design: Mapping[str, Any] | None = None,
    counties: tuple[str, ...] = PAIR, **changes: Any,  # noqa: ANN401 (values of any key)
) -> Recipe:  # fmt: skip
    return Recipe(policy, weeks, start, numbers or {}, design or {}, changes, counties)


def _shock(*effects: Mapping[str, Any], since: str | None = None, until: str | None = None) -> dict[str, Any]:
    labels = {"name": "test", "title_en": "test", "title_zh": "测试", "source": "made up for tests"}
    return {"shock": {**labels, "since": since, "until": until, "effects": list(effects)}, "strength": 1.0}


def _programme() -> Recipe:
    """A pooled purse whose works are soon done, to after the second tranche; shocks; stations open five days a week."""
    roads = _shock({"parameter": "space.wet_closures", "multiply": 3.0, "lowest": 0.0, "highest": 0.5})
    crops = _shock({"parameter": "farming.yield_level", "multiply": 0.3, "lowest": 0.5}, until="2018-12-30")
    price = _shock(
        {"parameter": "market.price_level", "add": 0.3, "highest": 1.5}, since="2018-12-03", until="2018-12-30"
    )
    soon = {"brand": 6, "traceability": 4, "service_centre": 4, "distribution_centre": 8, "joint_delivery": 6}
    soon |= {"cold_store": 4, "packing_line": 4, "pre_cooling": 4, "first_processing": 4, "certification": 4}
    soon |= {"standards_testing": 4, "product_database": 4, "livestream_base": 4, "o2o_display": 4, "industry_base": 4}
    changes: dict[str, Any] = {f"projects.{kind}.lead_weeks": weeks for kind, weeks in soon.items()}
    numbers = {"funds.plan_lag_weeks": 2, "funds.pooled_delay_weeks": 0, "funds.county_capacity": 20.0}
    good = {"value": 61.0, "low": 60.0, "high": 95.0, "unit": "points", "source": "near what a county has"}
    changes["programme.evaluation.good_mark"] = good
    changes["programme.evaluation.partial.value"] = 1.0
    return _scenario(weeks=52, numbers=numbers, design={"days_a_week": 5.0}, shocks=[price, crops, roads], **changes)


def _planned(counties: tuple[str, ...] = PAIR) -> Recipe:
    """Centres, vehicles and training by a plan of both counties, soon done; operators of two sizes, shelves of one."""
    rows = {
        "service_centre": (1, 2_400_000.0), "distribution_centre": (1, 2_000_000.0), "joint_delivery": (1, 900_000.0),
        "training": (9_000, 2_700_000.0), "stations": (20, 240_000.0), "cold_store": (80, 10_000_000.0),
        "township_points": (4, 200_000.0),
    }  # fmt: skip
    projects = [
        {"id": f"{county} {kind}", "place": county, "kind": kind, "units": units, "central_yuan": yuan}
        for county in counties for kind, (units, yuan) in rows.items()
    ]  # fmt: skip
    plan = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "prefecture", "projects": projects}
    changes: dict[str, Any] = {f"projects.{kind}.lead_weeks": 2 for kind in rows}
    numbers = {
        "funds.plan_lag_weeks": 2, "funds.pooled_delay_weeks": 0, "funds.county_capacity": 20.0,
        "governance.review_weeks": 0, "governance.formal_faults": 0.0, "offices.capacity_sigma": 0.0,
        "opening_trade.post_share": 0.35, "logistics.outlet_room": 20, "logistics.outlet_days": 3.0,
    }  # fmt: skip
    changes |= {"policy.plan": plan, "policy.funds.strategy": "plan"}
    return _scenario(weeks=70, numbers=numbers, counties=counties, **changes)


def _costly() -> Recipe:
    """Stations on outlets of a network and on a line, which cost more than the project pays."""
    needs = {"builds_on": "network_shop", "needs_broadband": True}
    return _scenario(weeks=30, design={"capex_yuan": 20_000.0, **needs})


def _ranked() -> Recipe:
    """Counties rank projects themselves; plans are all there is."""
    return _scenario("split_by_project", weeks=6)


def _shared_out() -> Recipe:
    """Counties place their money by default shares; plans are all there is."""
    return _scenario("equal_split", weeks=6)


def _tight() -> Recipe:
    """A pooled purse of half the money, in which every limit binds; plans are all there is."""
    changes: dict[str, Any] = {"policy.rule_book.rules.supply_chain_share.limit.value": 0.7}
    changes["policy.funds.multiplier"] = 0.5
    return _scenario(weeks=6, **changes)


def _lean() -> Recipe:
    """Stations that open early, hope too much, get a grant of a month alone, and shut."""
    numbers = {
        "funds.plan_lag_weeks": 2, "funds.pooled_delay_weeks": 0, "funds.county_capacity": 20.0,
        "stations.grant_months": 1, "stations.patience_months": 2, "stations.idle_months": 2,
        "stations.reservation_yuan": -200.0,
        "stations.optimism_sigma": 1.0, "stations.return_chance": 0.5, "stations.fee_yuan": 0.3,
        "goods.station_attraction": 0.0, "stations.proxy_share": 0.05,
        "quality.idle_rate": 0.3, "quality.idle_asset_rate": 0.1, "quality.disclosure": 0.0, "commerce.founding": 0.2,
        "commerce.example_enterprises_before": 1.0,
        "quality.late_rate": 0.01, "quality.escalation": 0.05, "quality.favouritism_borne": 0.0,
    }  # fmt: skip
    return _scenario(weeks=60, numbers=numbers)


def _collecting() -> Recipe:
    """Stations whose listings draw many buyers."""
    numbers = {
        "funds.plan_lag_weeks": 2,
        "funds.pooled_delay_weeks": 0,
        "funds.county_capacity": 20.0,
        "goods.station_attraction": 0.2,
    }
    return _scenario(weeks=39, sample=0.03, numbers=numbers)


def _hard() -> Recipe:
    """Cooperatives that pay from what they have, crops as large as farms allow, jobs that come to the poor."""
    numbers = {
        "opening_farming.household_share": 1.0, "opening_farming.grower_yuan": 6000.0,
        "opening_farming.cooperative_cash_yuan": 5000.0, "opening_income.business_share": 0.407,
        "commerce.poor_odds": 5.0, "commerce.sales_a_job_yuan": 150_000.0, "goods.credit_weeks": 0.0,
        "commerce.households_a_quarter": 50, "commerce.job_wage_yuan_an_hour": 8.0,
        "commerce.example_enterprises_before": 1.0,
    }  # fmt: skip
    return _scenario("no_money", weeks=26, sample=0.05, numbers=numbers)


def _crowded() -> Recipe:
    """Vans with hardly any room, so that how many there are is felt."""
    small = _shock({"parameter": "logistics.capacity", "multiply": 0.1})
    numbers = {
        "buying.parcels_per_head": 7.0, "logistics.day_hours": 10.0, "logistics.longest_hours": 5.0,
        "logistics.stop_seconds": 360, "logistics.parcel_seconds": 30, "opening_trade.vans": 1,
        "opening_trade.parcels_a_van": 150.0, "opening_trade.parcels_a_head": 2.0,
    }  # fmt: skip
    return _scenario("no_money", weeks=2, numbers=numbers, shocks=[small])


def _lockdown() -> Recipe:
    """The weeks in which everything stood still."""
    return _scenario("no_money", weeks=6, sample=0.05, start=dt.date(2020, 1, 6))


def _late() -> Recipe:
    """The last months of the series behind the model."""
    return _scenario("no_money", weeks=26, sample=0.05, start=dt.date(2021, 5, 3))


def _covering() -> Recipe:
    """Stations that are placed so as to reach most households, soon after plans are made."""
    numbers = {
        "funds.plan_lag_weeks": 2,
        "funds.pooled_delay_weeks": 0,
        "funds.county_capacity": 20.0,
        "procurement.quality_spread": 0.3,
    }
    changes: dict[str, Any] = {"policy.siting": "max_coverage", "policy.funds.multiplier": 1.0}
    return _scenario(weeks=30, numbers=numbers, **changes)


def _offices() -> Recipe:
    """Two small offices of a pooled purse with more to do than they can, over three years, one package a county."""
    numbers = {
        "funds.plan_lag_weeks": 2, "funds.county_capacity": 2.0, "funds.first_tranche": 1.0,
        "procurement.default": 0.05, "procurement.time_spread": 0.4, "offices.abandonment": 0.3,
        "offices.recall_weeks": 78,
    }  # fmt: skip
    changes: dict[str, Any] = {"policy.procurement.packages": "area"}
    return _scenario(weeks=130, sample=0.002, numbers=numbers, **changes)


def _glut() -> Recipe:
    """A year of such weather that some crop comes in far above the usual, to which traders answer as they may."""
    wild = _shock({"parameter": "farming.weather_sigma", "multiply": 10.0, "highest": 3.0})
    return _scenario("no_money", weeks=30, sample=0.05, numbers={"market.price_response": 1.0}, shocks=[wild])


def _harvest() -> Recipe:
    """One county at harvest time, whose potatoes keep as long as anything that spoils."""
    return _scenario("no_money", weeks=12, sample=0.002, start=dt.date(2018, 7, 2), counties=BERRIES)


NO_PARTNERS: Mapping[str, Any] = {
    **{f"opening_trade.{kind}": 0.0 for kind in ("supply_coops", "bus_lines", "contractors")},
    "opening_trade.partners_outside": False,
}
"""The post and couriers deliver alone."""


def _cold() -> Recipe:
    """One county with money, whose strawberries wait long and find room in a cold store, or are pre-cooled."""
    changes: dict[str, Any] = {"projects.cold_store.lead_weeks": 4, "projects.cold_store.full_need": 1.0}
    changes |= {"projects.pre_cooling.lead_weeks": 4, "projects.pre_cooling.full_need": 0.1}
    numbers = {
        "funds.plan_lag_weeks": 2, "funds.pooled_delay_weeks": 0, "funds.county_capacity": 20.0,
        "farming.waiting_share": 0.3, "farming.waiting_days": 7.0, **NO_PARTNERS,
    }  # fmt: skip
    return _scenario(weeks=40, sample=0.002, counties=BERRIES, numbers=numbers, **changes)


def _cool() -> Recipe:
    """The same county without money, whose strawberries go up with vans that keep them cool."""
    changes: dict[str, Any] = {"policy.goods_vans": "cold"}
    return _scenario("no_money", weeks=2, counties=BERRIES, numbers=NO_PARTNERS, **changes)


def _merged() -> Recipe:
    """Two counties without money, whose trade merges with the post."""
    changes: dict[str, Any] = {"policy.trade_goods": "merged"}
    return _scenario("no_money", weeks=2, numbers=NO_PARTNERS, **changes)


def _overseen() -> Recipe:
    """Governments that are reviewed, lie, divert money, let it lie and are found out; what they fail costs them."""
    numbers = {
        "funds.plan_lag_weeks": 2, "funds.pooled_delay_weeks": 8, "funds.first_tranche": 0.3,
        "governance.formal_faults": 0.5, "governance.pressure": 1.0, "governance.checked": 1.0,
        "governance.idle_weeks": 13, "governance.diversion": 0.3, "governance.audited": 1.0,
        "governance.inspected": 0.5, "governance.withheld": 0.5, "governance.late_report": 0.5,
        "governance.visit_weeks": 0, "governance.review_weeks": 2, **NO_PARTNERS,
    }  # fmt: skip
    changes: dict[str, Any] = {"policy.funds.supervision": "move", "policy.funds.multiplier": 0.8}
    changes |= {"projects.cold_store.lead_weeks": 2, "projects.brand.lead_weeks": 2}
    return _scenario(weeks=70, numbers=numbers, **changes)


def _carriers() -> Recipe:
    """As planned; crews become dear, operators lose on it and soon give up, and weigh joint delivery twice a year."""
    of = _planned()
    dear = _shock({"parameter": "logistics.crew_yuan_an_hour", "multiply": 3.0, "highest": 60.0}, since="2019-03-04")
    numbers = {
        "logistics.pool_hurdle": 0.5, "logistics.operator_margin": 0.0, "logistics.pass_through": 0.0,
        "logistics.exit_months": 6, "logistics.pool_review_weeks": 26, "logistics.tender_sigma": 0.3,
        "logistics.tender_weeks": 26,
    }  # fmt: skip
    return replace(of, numbers={**of.numbers, **numbers}, changes={**of.changes, "shocks": [dear]})


def _partners() -> Recipe:
    """As planned, with a co-op, bus lines and a contractor in each county, and much paid for parcels to villages."""
    of = _planned()
    numbers = {
        "opening_trade.supply_coops": 1.0, "opening_trade.bus_lines": 1.0, "opening_trade.contractors": 1.0,
        "opening_trade.partner_share": 0.15, "logistics.village_fee_yuan": 1.8, "logistics.value_of_delay_yuan": 5.0,
        "logistics.tender_weeks": 26, "logistics.tender_sigma": 0.0,
    }  # fmt: skip
    return replace(of, numbers={**of.numbers, **numbers})


def _partners_to_come() -> Recipe:
    """As planned; co-ops, bus lines and contractors come as soon as they would earn, which they soon would."""
    of = _planned()
    outside = {f"opening_trade.{kind}": 0.0 for kind in ("supply_coops", "bus_lines", "contractors")}
    numbers = {
        "logistics.partner_agreement": 1.0, "logistics.joint_agreement": 1.0, "logistics.entry_hurdle": 0.0,
        "logistics.review_weeks": 4, "logistics.operator_margin": 0.3,
        "supply_coop.margin": 0.3, "bus_line.margin": 0.3, "contractor.margin": 0.3,
        "opening_trade.couriers_outside": 0,
    }  # fmt: skip
    return replace(of, numbers={**of.numbers, **outside, **numbers})


def _bordering() -> Recipe:
    """As planned, in two counties whose pools may cross their border, near which a hub lies."""
    of = _planned(BORDERING)
    numbers = {"logistics.pool_review_weeks": 26}
    return replace(of, numbers={**of.numbers, **numbers}, changes={**of.changes, "policy.cross_border": "pools"})


def _few_vans() -> Recipe:
    """Few vans with hardly any room, and parcels whose delay is worth more than a van."""
    of = _crowded()
    numbers = {"logistics.value_of_delay_yuan": 5.0, "logistics.van_yuan_a_day": 30.0}
    return replace(of, weeks=30, numbers={**of.numbers, **numbers})


_MADE: dict[str, Callable[[], Recipe]] = {
    "programme": _programme,
    "costly": _costly,
    "ranked": _ranked,
    "shared out": _shared_out,
    "tight": _tight,
    "lean": _lean,
    "collecting": _collecting,
    "hard": _hard,
    "crowded": _crowded,
    "lockdown": _lockdown,
    "late": _late,
    "cold": _cold,
    "cool": _cool,
    "merged": _merged,
    "harvest": _harvest,
    "covering": _covering,
    "offices": _offices,
    "glut": _glut,
    "overseen": _overseen,
    "planned": _planned,
    "carriers": _carriers,
    "partners": _partners,
    "partners to come": _partners_to_come,
    "few vans": _few_vans,
    "bordering": _bordering,
}
SCENES = tuple(_MADE)
"""Names of the base scenarios; the first has every kind of thing that a scenario can hold."""


class Scenes:
    """Base scenarios, each made and run once.

    Parameters
    ----------
    load : reads shipped scenarios
    folder : where regions are written
    """

    def __init__(self, load: Loader, folder: Path) -> None:
        self._load, self._folder = load, folder
        self._scenes, self._regions = dict[str, Scene](), dict[tuple[str, ...], str]()

    def scene(self, name: str) -> Scene:
        """Return a base scenario by its name."""
        if name not in self._scenes:
            self._scenes[name] = Scene(self._scenario(_MADE[name]()))
        return self._scenes[name]

    def region(self, counties: tuple[str, ...]) -> str:
        """Return the folder of a region of some counties."""
        if counties not in self._regions:
            folder = self._folder / "-".join(counties)
            folder.mkdir(parents=True, exist_ok=True)
            self._regions[counties] = str(small_region(WHOLE, folder, counties))
        return self._regions[counties]

    def _scenario(self, recipe: Recipe) -> Scenario:
        """Return a shipped scenario with what a recipe changes, and with two station designs, the policy's first."""
        shipped = {each.name: each.model_dump(mode="json") for each in self._load(recipe.policy).designs}
        for key, value in recipe.design.items():
            told = shipped["integrated"][key]
            shipped["integrated"][key] = {**told, "value": value} if isinstance(told, dict) else value
        changes: dict[str, Any] = {
            "region": self.region(recipe.counties), "sample": 0.01, "start": recipe.start,
            "end": recipe.start + dt.timedelta(days=7 * recipe.weeks - 1), **recipe.changes,
            "designs": [shipped["integrated"], shipped["mobile"]],
        }  # fmt: skip
        numbers = {f"parameters.{name}": value for name, value in recipe.numbers.items()}
        return self._load(recipe.policy, changes | numbers)
