"""A small run with money in which every kind of event happens, shared by the tests of traces and causes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ecsim.rural.indicators import CountyScorecard
from ecsim.rural.programme.notice import Programme
from ecsim.rural.programme.rules import RuleBook
from ecsim.rural.simulate import simulate
from runs import least_paid, scenario, scorecard_of

RARE = {
    "buying.lapse_weeks": 13,
    "learning.lapse_weeks": 8,
    "stations.reservation_yuan": -200.0,
    "stations.offer_rounds": 1,
    "stations.patience_months": 2,
    "stations.idle_months": 2,
    "stations.return_chance": 0.5,
    "stations.optimism_sigma": 0.8,
    "commerce.example_household_yuan": 2000.0,
    "goods.cooperative_bid": 0.0,
    "commerce.membership_speed": 0.5,
    "commerce.membership_hurdle_yuan": 0.0,
    "facilities.dividend_rate": 0.05,
    "dealing.offline_finding": 1.0,
    "dealing.patience_months": 2,
    "quality.idle_rate": 0.3,
    "quality.project_rate": 0.2,
    "funds.county_capacity": 20.0,
    "funds.plan_lag_weeks": 4,
    "procurement.default": 0.05,
    "offices.abandonment": 0.3,
    "governance.formal_faults": 0.5,
    "governance.pressure": 1.0,
    "governance.checked": 1.0,
    "governance.idle_weeks": 13,
    "funds.first_tranche": 0.3,
    "governance.diversion": 0.1,
    "governance.audited": 0.5,
    "governance.withheld": 0.5,
    "logistics.exit_months": 6,
    "logistics.operator_margin": 0.0,
    "logistics.entry_share": 0.3,
    "logistics.entry_hurdle": 0.0,
    "logistics.pool_review_weeks": 26,
    "logistics.fleet_weeks": 4,
    "logistics.van_yuan_a_day": 30.0,
    "logistics.value_of_delay_yuan": 5.0,
    "opening_trade.bus_lines": 1.0,
    "opening_trade.vans": 1,
    "opening_trade.parcels_a_van": 150.0,
    "opening_trade.parcels_a_head": 2.0,
}
"""Values within their ranges under which buyers lapse, stations idle and come back, dealers find channels and fail,
members leave cooperatives that pay no more than traders, operators come, leave, take on vans and change their minds on
pools, and governments make faults, lie, divert money and are found out."""


DEARER = {
    "shock": {
        "name": "test", "title_en": "test", "title_zh": "测试", "source": "made up for tests", "since": "2019-07-01",
        "effects": [
            {"parameter": name, "multiply": 5.0, "highest": 1e6}
            for name in ("dealing.offline_yuan_a_year", "dealing.certificate_yuan_a_year")
        ],
    },
    "strength": 1.0,
}  # fmt: skip
"""Offline channels and certificates cost more than many of them bring."""
SOONER = {
    "shock": {
        "name": "sooner", "title_en": "sooner", "title_zh": "提前", "source": "made up for tests",
        "effects": [{"parameter": "offices.recall_weeks", "multiply": 0.5, "lowest": 1.0}],
    },
    "strength": 1.0,
}  # fmt: skip
"""Money that was not awarded within a year is recalled."""


@dataclass(frozen=True)
class Eventful:
    """The run on disk, and the card that looked on while it was simulated."""

    folder: Path
    card: CountyScorecard
    home: TemporaryDirectory[str]


def closing_early(programme: Programme, end: dt.date) -> Programme:
    """Return a programme whose accounts are closed half a year before the run ends, when much is not paid yet."""
    reports = [
        report.model_copy(update={"date": end - dt.timedelta(weeks=26)}) if report.kind == "closing" else report
        for report in programme.reports
    ]
    return programme.model_copy(update={"reports": tuple(reports)})


def stricter(book: RuleBook) -> RuleBook:
    """Return a rule book that wants 55 % for the supply chain, and marks what centres have beyond a fiftieth."""
    rules = dict(book.rules)
    for name, share, on_breach in (("supply_chain_share", 0.55, None), ("service_centre_share", 0.02, "flag")):
        limit = rules[name].limit
        assert limit is not None
        other = {"limit": limit.model_copy(update={"value": share}), "on_breach": on_breach}
        rules[name] = rules[name].model_copy(update=other)
    return book.model_copy(update={"rules": rules})


@lru_cache(maxsize=1)
def eventful() -> Eventful:
    of = scenario(sample=0.005, shocks=[DEARER, SOONER])
    funds = of.policy.funds.model_copy(update={"supervision": "move"})
    changes = {"station_design": "stand_alone", "trade_goods": "merged", "funds": funds}
    changes |= {"rule_book": stricter(of.policy.rule_book)}
    policy = of.policy.model_copy(update=changes)
    designs = tuple(least_paid(design) for design in of.designs)
    of = of.model_copy(update={"programme": closing_early(of.programme, of.end)})
    of = of.model_copy(update={"policy": policy, "designs": designs, "parameters": {**of.parameters, **RARE}})
    home, card = TemporaryDirectory(prefix="ecsim-"), scorecard_of(of)
    folder = Path(home.name) / "run"
    simulate(of, 1, out=folder, watchers=[card])
    return Eventful(folder, card, home)
