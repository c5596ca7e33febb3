"""A run that tests of several rooms share; helpers they share (`runs`, `shop`, `tiny`, …) lie beside this file."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecsim.kernel.journal import journal
from ecsim.kernel.sql import SqlSession
from ecsim.rural.simulate import simulate
from runs import scenario


@pytest.fixture(scope="session")
def sealed_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small run from before the money to the first stations, in several seals."""
    folder = tmp_path_factory.mktemp("sealed") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "SEAL_EVENTS", 100_000)
        simulate(scenario(sample=0.002, start=dt.date(2018, 10, 1), end=dt.date(2019, 6, 30)), 1, out=folder)
    return folder


@pytest.fixture(scope="session")
def questions(sealed_run: Path) -> Iterator[SqlSession]:
    """Return what answers queries of that run."""
    with SqlSession(sealed_run) as session:
        yield session
