"""Small results folders, made once: of a function, and of the simulation."""

from pathlib import Path

import pytest
from folders import FUNCTION, SIMULATION, function_folder

from ecsim.experiments.compare import compare
from ecsim.experiments.running.executors import InProcess


@pytest.fixture(scope="session")
def of_function(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return function_folder(tmp_path_factory.mktemp("function"), FUNCTION)


@pytest.fixture(scope="session")
def of_simulation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("simulation")
    configs = Path(__file__).parents[2] / "configs"
    dates = "start = 2018-07-02\nend = 2018-12-30\n"
    (home / "short.toml").write_text(f'extends = "{configs}/baseline.toml"\n{dates}', encoding="utf-8")
    (home / "experiment.toml").write_text(SIMULATION.format(configs=configs), encoding="utf-8")
    compare(home, home / "out", sample=0.005, executor=InProcess())
    return home / "out"
