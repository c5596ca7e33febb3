"""A run as an RO-Crate: the library of the standard reads it back, and ecsim still verifies the run in it."""

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rocrate.rocrate import ROCrate

from ecsim.export import crate as crates
from ecsim.export import write_crate
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.journal import Journal, JournalReader, verify
from ecsim.kernel.runs import open_run
from ecsim.rural.events import EVENTS
from runs import scenario

PUBLISHED = dt.date(2026, 1, 31)


@pytest.fixture
def without_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the Parquet files out, where a test is about something else."""
    monkeypatch.setattr(crates, "write_parquet_files", lambda _run, out, **_: out.mkdir())


@pytest.fixture(scope="module")
def archived(early: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a run with indicators, and its crate."""
    folder = tmp_path_factory.mktemp("crate") / "my run 会泽"
    shutil.copytree(early, folder)
    shutil.copytree(early.parent / "objects", folder.parent / "objects")
    (folder / "indicators.json").write_text("{}", encoding="utf-8")
    out = folder.parent / "crate"
    write_crate(folder, out, published=PUBLISHED)
    return folder, out


@pytest.fixture(scope="module")
def crate(archived: tuple[Path, Path]) -> Any:
    return ROCrate(str(archived[1]))


def test_the_root_says_what_when_and_under_which_licence(crate: Any) -> None:
    root = crate.root_dataset
    assert crate.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.1"
    assert "seed 7" in root["name"]
    assert "not observations" in root["description"]
    assert root["datePublished"] == dt.datetime(2026, 1, 31) or str(root["datePublished"]).startswith("2026-01-31")
    assert root["license"]["url"] == "https://spdx.org/licenses/Apache-2.0"


def test_every_file_of_the_crate_is_told_and_every_file_told_is_there(crate: Any, archived: tuple[Path, Path]) -> None:
    out = archived[1]
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    told = {Path(entity.source).relative_to(out).as_posix() for entity in crate.data_entities if entity.type == "File"}
    assert told == files - {"ro-crate-metadata.json"}
    for entity in crate.data_entities:
        if entity.type == "File":
            assert int(entity["contentSize"]) == Path(entity.source).stat().st_size
            assert entity["encodingFormat"] != "application/octet-stream"
            assert entity["description"]


def test_the_simulation_made_it_from_scenario_seed_and_code(crate: Any, archived: tuple[Path, Path]) -> None:
    reader = JournalReader(archived[0], EVENTS)
    assert reader.published is not None
    action = crate.root_dataset["mentions"]
    assert action.type == "CreateAction"
    assert action["instrument"]["softwareVersion"] == reader.genesis["code"]
    inputs = {entity.id: entity for entity in action["object"]}
    assert inputs["#seed"]["value"] == 7
    assert inputs["#region"]["version"] == reader.genesis["region"]["digest"]
    stored = json.loads((archived[1] / "scenario.json").read_text(encoding="utf-8"))
    assert stored == reader.genesis["scenario"]
    assert crate.dereference("#root")["value"] == reader.published.root
    results = {entity.id for entity in action["result"]}
    assert "parquet/" in results
    assert any(name.endswith("manifest.jsonl") for name in results)
    assert any(name.endswith("indicators.json") for name in results)


def test_the_run_in_the_crate_verifies_to_its_root(archived: tuple[Path, Path]) -> None:
    run, out = archived
    found = verify(out / run.name, EVENTS)
    published = JournalReader(run, EVENTS).published
    assert published is not None
    assert found.root == published.root


@pytest.mark.usefixtures("without_tables")
def test_a_run_whose_store_lies_in_its_own_folder_is_found_there_in_the_crate(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "one"
    with Journal.create(folder, genesis(), EVENTS) as journal:
        journal.close()
    write_crate(folder, tmp_path / "crate", published=PUBLISHED)
    reader = JournalReader(tmp_path / "crate" / "one", EVENTS)
    assert (reader.genesis["store"], reader.published is not None) == ("objects", True)


def genesis() -> dict[str, Any]:
    of = scenario(sample=0.002)
    return {
        "scenario": of.model_dump(mode="json"), "scenario_digest": of.digest(), "seed": 1, "code": "ecsim-0.0.0",
        "region": {"name": "yunnan_2018", "digest": "0"},
        "sizes": {"counties": 25, "townships": 277, "villages": 2854},
    }  # fmt: skip


@pytest.mark.usefixtures("without_tables")
def test_a_fork_names_its_parent(archived: tuple[Path, Path], tmp_path: Path) -> None:
    run = archived[0]
    child = run.with_name("child")
    fork(run, 14, open_run(run).scenario, out=child, change="nothing changed")
    write_crate(child, tmp_path / "crate", published=PUBLISHED)
    crate = ROCrate(str(tmp_path / "crate"))
    parent = next(entity for entity in crate.root_dataset["mentions"]["object"] if entity.id == "#parent")
    assert parent["identifier"] == JournalReader(run, EVENTS).line_hashes[0]
    assert parent["description"] == "nothing changed"
    assert verify(tmp_path / "crate" / "child", EVENTS).root == verify(run, EVENTS).root


def test_what_cannot_be_published_is_told(archived: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match="holds something already"):
        write_crate(archived[0], archived[1])
    Journal.create(tmp_path / "open", genesis(), EVENTS)
    with pytest.raises(EcsimError, match="has not ended, so it has no root"):
        write_crate(tmp_path / "open", tmp_path / "crate")
    Journal.create(tmp_path / "digest", genesis(), EVENTS, "digest").close()
    with pytest.raises(EcsimError, match="keeps digest only"):
        write_crate(tmp_path / "digest", tmp_path / "crate")
    assert not (tmp_path / "crate").exists()
