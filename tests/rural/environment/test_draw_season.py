"""The weather of a season: lognormal of mean one, half of it shared by the crops of a county (docs/model.md 4.4)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.draws import Draws
from ecsim.rural.events.roads_and_weather import HarvestShocked
from ecsim.rural.region import Region
from tiny import Events, same, take, tiny_region


def drawn(region: Region, events: Events, weeks: int) -> dict[int, np.ndarray]:
    """Return the factors drawn, by week."""
    found = {}
    for week in range(weeks):
        events.clear()
        take(region, "draw_season", week=week)
        if events.rows(HarvestShocked):
            same(events.of(HarvestShocked), crop=[0, 1, 2, 3])
            found[week] = events.of(HarvestShocked)["factor"] / 1e6
    return found


def test_each_year_has_one_season() -> None:
    weeks = list(drawn(*tiny_region(), weeks=200))
    assert len(weeks) == 4
    assert weeks[0] == 0
    assert all(0 < week % 52 <= 4 for week in weeks[1:])


def test_the_factor_is_what_its_formula_written_out_says() -> None:
    region, events = tiny_region(numbers={"farming.weather_sigma": 0.4})
    for week, factor in drawn(region, events, 120).items():
        year = region.calendar.date(week).year
        for crop, county in enumerate((0, 0, 1, 1)):
            normal = region.world.draws.normal
            shared, own = normal("season_of_county", year, county), normal("season_of_crop", year, crop)
            expected = np.exp(
                0.4 * (shared + own) / np.sqrt(2) - 0.08
            )  # exp(sigma z - sigma^2/2) with z standard normal
            assert factor[crop] == pytest.approx(expected, abs=1e-6)


def test_the_mean_is_one_and_half_the_variance_is_shared() -> None:
    # Over 400 seeds at sigma 0.3 the mean of a crop's factor is within four standard errors, 4 x 0.31/20 = 0.062, of 1;
    # the logarithms of two crops of a county correlate by a half, of two counties not at all (standard error 1/20).
    region, events = tiny_region(numbers={"farming.weather_sigma": 0.3})
    factors = []
    for seed in range(400):
        region.world.draws = Draws(seed)
        factors.append(drawn(region, events, weeks=1)[0])
    np.testing.assert_allclose(np.mean(factors, axis=0), 1.0, atol=0.062)
    correlation = np.corrcoef(np.log(factors).T)
    assert correlation[0, 1] == pytest.approx(0.5, abs=4 * 0.75 / 20)
    assert correlation[0, 2] == pytest.approx(0.0, abs=4 / 20)


def test_without_weather_every_season_is_ordinary() -> None:
    for factor in drawn(*tiny_region(numbers={"farming.weather_sigma": 0.0}), weeks=60).values():
        assert factor.tolist() == [1.0] * 4
