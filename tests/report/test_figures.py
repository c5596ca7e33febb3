"""What figures hold: known changes by county, arms that none beats, what is left out."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecsim.report.figures import counties, differences, draw_all, maps, money, pareto, paths
from ecsim.report.figures.maps import change_by_county
from ecsim.report.results import Results, read_results
from ecsim.report.texts import Texts


@pytest.fixture
def results(of_simulation: Path) -> Results:
    return read_results(of_simulation, Texts("en"))


def _with(results: Results, **tables: pd.DataFrame) -> Results:
    return replace(results, tables={**results.tables, **tables})


def _counties(results: Results) -> pd.DataFrame:
    """Return sales by county: 100 without money, one per cent a county's number more with it."""
    return pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "county": county, "farm_retail@2019": 100.0 + county * (arm != "no_money")}
            for arm in results.arms for seed in (1, 2) for county in range(25)
        ]
    )  # fmt: skip


def test_changes_by_county_are_ratios_under_the_same_luck(results: Results) -> None:
    found = change_by_county(_with(results, counties=_counties(results)), "farm_retail@2019")
    assert found is not None
    assert list(found.columns) == ["equal_split"]
    np.testing.assert_allclose(found["equal_split"], np.arange(25.0))


def test_maps_and_counties_name_what_changes(results: Results) -> None:
    full = _with(results, counties=_counties(results))
    for drawn in (maps.draw_counties(full), counties.draw(full)):
        assert drawn is not None
        assert drawn.svg.startswith("<svg")
    assert "Farm products sold online, 2019" in counties.draw(full).title  # type: ignore[union-attr]


def test_what_has_no_data_is_left_out(results: Results) -> None:
    """The runs end in 2018: no sales of 2019, no stations, nothing paid."""
    assert [drawn.name for drawn in draw_all(results)] == ["differences", "paths", "distributions"]
    assert maps.draw_stations(results) is None
    assert money.draw(results) is None
    without = replace(results, tables={})
    assert paths.draw(without) is None
    assert differences.draw(replace(results, summary=pd.DataFrame())) is None


def test_stations_and_spending_are_drawn_where_there_are_any(results: Results) -> None:
    stations = pd.DataFrame(
        {"arm": "equal_split", "status": ["open", "closed"], "longitude": [103.0, 104.0], "latitude": [25.0, 26.0]}
    )
    paid = pd.DataFrame([{"arm": arm, **dict.fromkeys(money.HEADS, 2e6)} for arm in results.arms])
    full = _with(results, stations=stations, spending=paid)
    for drawn in (maps.draw_stations(full), money.draw(full)):
        assert drawn is not None
        assert drawn.svg.startswith("<svg")


def test_an_arm_is_ringed_unless_another_is_as_good_in_both_and_better_in_one() -> None:
    costs, gains = np.array([1.0, 2.0, 2.0, 3.0, 1.0]), np.array([5.0, 9.0, 8.0, 9.0, 5.0])
    assert pareto.undominated(costs, gains) == [True, True, False, False, True]


def test_arms_whose_titles_are_alike_go_by_their_names(of_simulation: Path) -> None:
    results = read_results(of_simulation, Texts("zh"))
    assert (results.arm("no_money"), results.quoted("no_money")) == ("无资金", "“无资金”")
    told = {arm: {**content, "title_zh": "同名"} for arm, content in results.manifest["arms"].items()}
    assert replace(results, manifest={**results.manifest, "arms": told}).quoted("no_money") == "no_money"


def test_a_folder_copied_elsewhere_draws_the_same(of_simulation: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(of_simulation, tmp_path / "copy")
    first, second = (differences.draw(read_results(place, Texts("zh"))) for place in (of_simulation, folder))
    assert first == second
