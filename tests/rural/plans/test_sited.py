"""Sites of a county by an objective: whom they serve, how good they are, and plans that keep the rules."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.rural.model import MODEL
from ecsim.rural.plans.sited import OBJECTIVES, SitedCounty, SitingStudy
from ecsim.rural.plans.verdict import verdict_of
from tiny import tiny_scenario


@pytest.fixture(scope="module")
def study() -> SitingStudy:
    return SitingStudy(tiny_scenario({"policy.funds.purse": "county", "policy.station_design": "mobile"}), MODEL)


def sited(study: SitingStudy, objective: str, stations: int = 2, reach_km: float = 6.0) -> SitedCounty:
    return study.site(study.county("990101"), objective, stations, reach_km)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_whom_sites_serve_follows_from_the_distances(study: SitingStudy, objective: str) -> None:
    found = sited(study, objective)
    assert found.chosen.sum() == 2 or objective == "fewest"
    assert (found.distance_km[found.chosen] == 0.0).all()
    assert np.array_equal(found.served, found.distance_km <= 6.0)
    assert found.mean_km == pytest.approx(np.average(found.distance_km, weights=found.households))
    assert (found.optimal is None) == (objective not in ("coverage", "fewest", "p_median"))


def test_each_objective_is_best_at_what_it_is_for(study: SitingStudy) -> None:
    found = {objective: sited(study, objective) for objective in OBJECTIVES if objective != "fewest"}
    households = {name: int(each.households[each.served].sum()) for name, each in found.items()}
    assert found["coverage"].optimal
    assert households["coverage"] == found["coverage"].value == max(households.values())
    assert found["p_median"].mean_km == min(each.mean_km for each in found.values())
    assert found["p_median"].value == pytest.approx(found["p_median"].mean_km * found["p_median"].households.sum())
    few = sited(study, "fewest")
    assert few.served.mean() >= 0.5
    assert few.served[few.poor].sum() >= 0.5 * few.poor.sum()
    assert few.value == few.chosen.sum()


def test_a_plan_of_sites_is_lawful_and_names_them(study: SitingStudy) -> None:
    found = sited(study, "coverage")
    rows = study.plan(found)
    named = [site for row in rows if row["kind"] == "stations" for site in row["sites"]]
    assert sorted(named) == sorted(study.pack.villages[row].code for row in found.villages[found.chosen])
    assert sum(row["units"] for row in rows if row["kind"] == "stations") == 2
    plan = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "county", "projects": rows}
    changes = {
        "policy.plan": plan, "policy.funds.strategy": "plan", "policy.funds.purse": "county",
        "policy.funds.floor_share": 0.0,
    }  # fmt: skip
    assert verdict_of(tiny_scenario(changes), MODEL).faults == ()


def test_what_cannot_be_sited_is_told(study: SitingStudy) -> None:
    with pytest.raises(EcsimError, match="--county 'x' is no county there"):
        study.county("x")
    with pytest.raises(
        EcsimError, match=r"--stations 99: \d+ villages of .* may get one .*with what mobile builds on.*; give 1 to"
    ):
        sited(study, "coverage", stations=99)
    on_shops = SitingStudy(tiny_scenario({"policy.station_design": "upgraded_shop"}), MODEL)
    with pytest.raises(EcsimError, match="with what upgraded_shop builds on"):
        sited(on_shops, "population", stations=99)
    with pytest.raises(EcsimError, match="no purse of their own"):
        on_shops.plan(sited(on_shops, "population", stations=1))
