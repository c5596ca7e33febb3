"""Right files that mutants are made of: those that come with ecsim, and a region of two of its counties."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from called import Caller

from ecsim.rural.simulate import simulate
from runs import CONFIGS, scenario
from shop import lay_out_shop

COUNTIES = ("530829", "533324")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with configs/, experiments/ (one on a function too) and a small region."""
    home = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(CONFIGS, home / "configs")
    shutil.copytree(CONFIGS.parent / "experiments", home / "experiments")
    lay_out_shop(home / "experiments" / "shop")
    (home / "results").mkdir()
    small_region(home / "region")
    text = f'extends = "configs/baseline.toml"\nregion = "{home}/region"\n'
    (home / "small.toml").write_text(text, encoding="utf-8")
    return home


def small_region(folder: Path) -> None:
    """Write a region of two counties, of the files of the one that comes with ecsim."""
    with as_file(files("ecsim.rural.regions").joinpath("packs", "yunnan_2018")) as pack:
        shutil.copytree(pack, folder, ignore=shutil.ignore_patterns("evidence.csv", "road_facts.csv"))
    for name in (
        "counties.csv", "townships.csv", "villages.csv", "socioeconomics.csv", "products.csv", "product_forms.csv",
    ):  # fmt: skip
        with (folder / name).open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        column = head.index("county_adcode" if "county_adcode" in head else "adcode")
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *(r for r in rows if r[column] in COUNTIES)])
    text = (folder / "pack.toml").read_text(encoding="utf-8")
    kept = [
        line
        for line in text.splitlines()
        if not line.startswith('"5') or line.startswith(tuple(f'"{c}' for c in COUNTIES))
    ]
    (folder / "pack.toml").write_text("\n".join(kept) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def small_run(shipped: Path) -> Path:
    """A run of two weeks."""
    simulate(scenario(sample=0.001, end=dt.date(2018, 1, 14)), 1, out=shipped / "run")
    return shipped / "run"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shipped: Path) -> Caller:
    """What calls commands, in the folder of the right files."""
    monkeypatch.chdir(shipped)
    return Caller(capsys)
