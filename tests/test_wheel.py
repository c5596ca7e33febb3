"""The wheel, installed outside the repository: who has nothing else can list studies, run them and lay them out."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import ecsim
from ecsim.experiments.experiment_files import load_experiment
from ecsim.experiments.scenario_arms import scenarios_of
from ecsim.rural.simulate import simulate

ROOT = Path(__file__).parents[1]
STUDY = "pooled-vs-per-county"
STUDIES = {
    STUDY,
    "delivery-costs",
    "robust-allocation",
    "sensitivity-of-the-answer",
    "station-designs",
    "stress-targets",
}
SAMPLE, END = "0.001", "2018-01-28"
Call = Callable[..., str]


@pytest.fixture(scope="module")
def root() -> str:
    """Return the root of one of the study's runs, made from the repository; it leaves every rule compiled."""
    experiment, home = load_experiment(ROOT / "experiments" / STUDY)
    arms = scenarios_of(experiment, home, {"sample": float(SAMPLE), "end": END})
    return simulate(arms["pooled_by_project"], 1).root.root


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, root: str) -> Path:
    """Build the wheel and install it into a folder of its own."""
    place = tmp_path_factory.mktemp("wheel")
    _done([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place / "dist")], ROOT)
    (wheel,) = (place / "dist").glob("*.whl")
    install = ["install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-compile"]
    _done([sys.executable, "-m", "pip", *install, "--target", str(place / "site"), str(wheel)], place)
    _bring_compiled_rules(Path(ecsim.__file__).parent, place / "site" / "ecsim")
    return place / "site"


def _bring_compiled_rules(source: Path, target: Path) -> None:
    """Copy what Numba has compiled already, for that alone takes a minute; it goes by a file's size and time."""
    for file in source.rglob("*.nb[ic]"):
        place = target / file.relative_to(source)
        place.parent.mkdir(exist_ok=True)
        shutil.copy2(file, place)
    for file in source.rglob("*.py"):
        shutil.copystat(file, target / file.relative_to(source))


def _done(command: list[str], folder: Path, **environment: str) -> str:
    told = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.fixture
def call(site: Path) -> Call:
    """Return what runs the installed command in a folder; of the repository nothing is on the path."""

    def called(folder: Path, *arguments: str) -> str:
        return _done([str(site / "bin" / "ecsim"), *arguments], folder, PYTHONPATH=str(site))

    return called


def test_the_installed_code_is_the_one_that_runs(site: Path, tmp_path: Path) -> None:
    found = _done([sys.executable, "-c", "import ecsim; print(ecsim.__file__)"], tmp_path, PYTHONPATH=str(site))
    assert Path(found.strip()).parent == site / "ecsim"


def test_a_study_is_listed_and_runs_by_name_in_an_empty_folder(
    site: Path, call: Call, root: str, tmp_path: Path
) -> None:
    files = sorted((site / "ecsim" / "shipped").rglob("*"))
    assert {row["name"] for row in json.loads(call(tmp_path, "list", "experiments", "--json"))} >= STUDIES
    small = ["--sample", SAMPLE, "--replications", "2", "--set", f"scenario.end={END}", "--workers", "1"]
    assert "report: " in call(tmp_path, "compare", STUDY, *small)
    results = tmp_path / "results" / STUDY
    made = json.loads((results / "manifest.json").read_text(encoding="utf-8"))["roots"]
    assert len(made) == 10
    assert [run["root"] for run in made if (run["arm"], run["seed"]) == ("pooled_by_project", 1)] == [root]
    assert {path.name for path in results.glob("report*")} == {"report.html", "report.zh.html"}
    assert sorted((site / "ecsim" / "shipped").rglob("*")) == files, "results belong into the current folder"


def test_studies_are_laid_out_whole(call: Call, tmp_path: Path) -> None:
    assert f"ecsim compare {STUDY}" in call(tmp_path, "init", "mine")
    for name in ("configs", "experiments"):
        files = {file.relative_to(ROOT): file.read_bytes() for file in (ROOT / name).rglob("*") if file.is_file()}
        assert len(files) >= 10
        assert {file: (tmp_path / "mine" / file).read_bytes() for file in files} == files
