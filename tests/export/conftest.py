"""One run that the tests of exports share: small, from before the money came to the first stations."""

import datetime as dt
from pathlib import Path

import pytest

from ecsim.rural.simulate import simulate
from runs import scenario


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "run"
    soon = {"parameters.funds.county_capacity": 20.0, "parameters.funds.plan_lag_weeks": 4}
    simulate(scenario(sample=0.002, start=dt.date(2018, 10, 1), end=dt.date(2019, 6, 30), **soon), 1, out=folder)
    return folder


@pytest.fixture(scope="session")
def early(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of a few weeks before there is any money."""
    folder = tmp_path_factory.mktemp("early") / "run"
    simulate(scenario(sample=0.002, start=dt.date(2018, 10, 1), end=dt.date(2018, 10, 31)), 7, out=folder)
    return folder
