"""One run that the tests of questions share: small, from before the money to the first stations, in several seals."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from runs import scenario

from ecsim.kernel.journal import journal
from ecsim.kernel.sql import Questions
from ecsim.rural.simulate import simulate


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "SEAL_EVENTS", 100_000)
        simulate(scenario(sample=0.002, start=dt.date(2018, 10, 1), end=dt.date(2019, 6, 30)), 1, out=folder)
    return folder


@pytest.fixture(scope="session")
def questions(run: Path) -> Iterator[Questions]:
    with Questions(run) as asked:
        yield asked
