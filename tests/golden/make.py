"""Write golden journals: ``python tests/golden/make.py [NAME]``. What is there is never overwritten (README.md).

The region is one small county of the Yunnan pack, so that a whole programme fits into some hundred kilobytes.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from reading import figures, state_digests

from ecsim.kernel.forks import fork
from ecsim.kernel.journal import JournalReader
from ecsim.rural.events import EVENTS
from ecsim.rural.regions.official import official_figures
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from ecsim.scenario.load import load

HERE = Path(__file__).parent
SCENARIO = HERE.parents[1] / "configs" / "scenarios" / "pooled_by_project.toml"
REGION = "one_county"
COUNTIES = ("530829",)
"""Ximeng; journals of before the goods economy hold Gongshan too."""
TABLES = {
    "counties.csv": "adcode",
    "products.csv": "adcode",
    "product_forms.csv": "adcode",
    "socioeconomics.csv": "adcode",
    "townships.csv": "county_adcode",
    "villages.csv": "county_adcode",
}
SEED = 1
CHANGES = {"region": REGION, "sample": 0.001, "end": dt.date(2019, 12, 31)}
FORKED = dt.date(2019, 12, 16)


def small_region(folder: Path) -> None:
    """Write a region pack of the county alone."""
    with as_file(files("ecsim.rural.regions").joinpath("packs", "yunnan_2018")) as whole:
        shutil.copytree(whole, folder)
    for name, column in TABLES.items():
        path = folder / name
        with path.open(encoding="utf-8", newline="") as told:
            head, *rows = csv.reader(told)
        with path.open("w", encoding="utf-8", newline="") as kept:
            csv.writer(kept).writerows([head, *(row for row in rows if row[head.index(column)] in COUNTIES)])
    path = folder / "pack.toml"
    lines = path.read_text(encoding="utf-8").replace('"yunnan_2018"', f'"{REGION}"').splitlines(keepends=True)
    path.write_text("".join(line for line in lines if line[:1] != '"' or line[1:7] in COUNTIES), encoding="utf-8")


@contextlib.contextmanager
def in_region() -> Iterator[None]:
    """Work in a folder that holds the region, so that the journal names it and no place on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        small_region(Path(folder) / REGION)
        with contextlib.chdir(folder):
            yield


def expected(folder: Path, of: Scenario) -> dict[str, Any]:
    """Return what reading a journal must give for ever."""
    reader = JournalReader(folder, EVENTS)
    assert reader.published is not None
    official = official_figures(of.programme, load_pack(of.region)).growth
    return {
        "events": reader.published.events,
        "root": reader.published.root,
        "genesis": reader.published.genesis,
        "benchmarks": official,
        "state": state_digests(folder),
        **figures(folder, official),
    }


def make(name: str) -> None:
    """Write a run, its fork, and what reading them must give."""
    folder = HERE / name
    if folder.exists():
        raise SystemExit(f"{folder} is there already: golden journals are never replaced; add one of another name")
    with in_region():
        of = load(SCENARIO, CHANGES)
        simulate(of, SEED, out=folder / "run")
        dearer = of.model_copy(update={"parameters": {**of.parameters, "market.growth": 0.32}})
        fork(folder / "run", (FORKED - of.start).days, dearer, out=folder / "fork", change="market.growth=0.32")
        found = {run: expected(folder / run, of) for run in ("run", "fork")}
    (folder / "expected.json").write_text(json.dumps(found, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(*sys.argv[1:] or [version("ecsim")])
