"""A run as a research object: journal, readable tables and where they come from, in one folder for an archive.

References
----------
RO-Crate Metadata Specification 1.1, https://w3id.org/ro/crate/1.1: root data entity, files and folders as data
entities, provenance as a CreateAction. Who ran it and when is not in a journal, so the action has no agent and no time.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ecsim.export.parquet import write_parquet_files
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import writing
from ecsim.kernel.journal import MANIFEST, JournalReader, object_path
from ecsim.kernel.runs import StoredRun, open_run
from ecsim.kernel.sql.entity_views import entity_views_of

METADATA = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
APACHE = "https://spdx.org/licenses/Apache-2.0"
_PARQUET = "application/vnd.apache.parquet"
_FORMATS = {".json": "application/json", ".jsonl": "application/jsonl", ".parquet": _PARQUET, ".csv": "text/csv"}
Entity = dict[str, Any]


def write_crate(
    run: Path, out: Path, *, licence: str = APACHE, published: dt.date | None = None,
    progress: Callable[[int, int], None] | None = None, trust: bool = False,
) -> Path:  # fmt: skip
    """Write a run that has ended as an RO-Crate and return its metadata file.

    The crate holds the run so that ecsim reads and verifies it there, its indicators if it has any, the scenario, and
    all events and tables as Parquet with names (`write_parquet_files`).

    Parameters
    ----------
    out : folder, new or empty
    licence : address of the licence of the crate
    published : date of publication, by default today
    progress : called with (files done, files in all) while Parquet is written
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the run has not ended, kept less than all its events, or the folder holds something.
    """
    stored = open_run(run, trust=trust)
    reader = stored.reader
    reader.needs_all()
    if reader.published is None:
        raise EcsimError(
            f"{run}: has not ended, so it has no root to publish; `ecsim resume {shlex.quote(str(run))}` brings it to "
            "its end"
        )
    with writing(out):
        if out.exists() and any(out.iterdir()):
            raise EcsimError(f"{out}: holds something already; name a new folder for the crate")
        crate = _Crate(stored, out)
        crate.copy_run()
        crate.write_scenario()
        write_parquet_files(run, out / "parquet", progress=progress, trust=trust)
        graph = crate.graph(licence, published or dt.date.today())
        metadata = {"@context": f"{SPECIFICATION}/context", "@graph": graph}
        (out / METADATA).write_text(json.dumps(metadata, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return out / METADATA


@dataclass(frozen=True)
class _Places:
    """Where the run and its objects lie in the crate, so that the manifest finds them as it did before."""

    run: Path
    store: Path

    @classmethod
    def of(cls, reader: JournalReader) -> _Places:
        """Return the places, relative to the crate: as far above the run as its store lies, names kept."""
        store = Path(os.path.normpath(reader.genesis["store"]))
        climbs = sum(part == ".." for part in store.parts)
        run = Path(*reader.folder.resolve().parts[-max(climbs, 1) :])
        return cls(run, Path(os.path.normpath(run / store)))


class _Crate:
    """One crate being written."""

    def __init__(self, run: StoredRun[Any, Any], out: Path) -> None:
        self.run, self.reader, self.out = run, run.reader, out
        self.places = _Places.of(self.reader)
        self.indicators = sorted(path.name for path in self.reader.folder.glob("indicators*") if path.is_file())
        self.objects = {name: kind for seal in self.reader.seals for kind, name in seal.objects.items()}

    def copy_run(self) -> None:
        """Copy manifest, indicators and objects."""
        (self.out / self.places.run).mkdir(parents=True, exist_ok=True)
        for name in (MANIFEST, *self.indicators):
            shutil.copyfile(self.reader.folder / name, self.out / self.places.run / name)
        for name in self.objects:
            path = object_path(self.out / self.places.store, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(object_path(self.reader.store, name), path)

    def write_scenario(self) -> None:
        """Write what the run was simulated from, as its first line tells it."""
        content = json.dumps(self.reader.genesis["scenario"], ensure_ascii=False, indent=1)
        (self.out / "scenario.json").write_text(content + "\n", encoding="utf-8")

    def graph(self, licence: str, published: dt.date) -> list[Entity]:
        """Return every entity of the metadata."""
        run = [self._file(self.places.run / name, description) for name, description in self._run_files()]
        scenario = self._file(Path("scenario.json"), "The scenario of the run, policy and designs included.")
        journal = self._journal()
        tables = self._tables()
        folders = [journal[0], tables[0]]
        root = self._root(licence, published, [*run, scenario, *folders])
        action = self._action(scenario, [*run, *folders])
        licences = [{"@id": licence, "@type": "CreativeWork", "name": licence.rpartition("/")[2], "url": licence}]
        return [_descriptor(), root, action, *self._sources(), *licences, *run, scenario, *journal, *tables]

    def _run_files(self) -> Iterable[tuple[str, str]]:
        yield MANIFEST, "The run: where its events come from, its sealed parts, its root."
        for name in self.indicators:
            yield name, "Indicators of the run, published with its root."

    def _journal(self) -> list[Entity]:
        parts = [
            self._file(object_path(self.places.store, name), f"Events of kind {kind}, as sealed; named by SHA-256.")
            for name, kind in sorted(self.objects.items(), key=lambda item: (item[1], item[0]))
        ]
        return [_folder(self.places.store, "Every event of the run, as sealed.", parts), *parts]

    def _tables(self) -> list[Entity]:
        meanings = {kind.kind: (kind.__doc__ or "").partition("\n")[0] for kind in self.run.model.events}
        meanings |= {name: meaning for name, meaning, _ in entity_views_of(self.run.model).tables} | {
            "columns": "What each file and column holds."
        }
        paths = sorted(path.relative_to(self.out) for path in (self.out / "parquet").rglob("*") if path.is_file())
        parts = [self._file(path, meanings.get(path.stem, "A kind that only this run knows.")) for path in paths]
        return [_folder(Path("parquet"), "Events and tables with names, readable without ecsim.", parts), *parts]

    def _file(self, path: Path, description: str) -> Entity:
        return {
            "@id": quote(path.as_posix()),
            "@type": "File",
            "name": path.name,
            "description": description,
            "contentSize": str((self.out / path).stat().st_size),
            "encodingFormat": _FORMATS.get(path.suffix, "application/octet-stream"),
        }

    def _root(self, licence: str, published: dt.date, parts: list[Entity]) -> Entity:
        genesis = self.reader.genesis
        scenario = genesis["scenario"]
        return {
            "@id": "./",
            "@type": "Dataset",
            "name": f"{scenario['title_en']} {scenario['title_zh']}: simulated run, seed {genesis['seed']}",
            "description": (
                f"Events of a simulation from {scenario['start']} to {scenario['end']}, not observations. "
                + scenario.get("description", "")
            ).strip(),
            "datePublished": published.isoformat(),
            "license": {"@id": licence},
            "identifier": [{"@id": "#root"}, {"@id": "#scenario-digest"}],
            "mentions": {"@id": "#simulation"},
            "hasPart": _references(parts),
        }

    def _action(self, scenario: Entity, results: list[Entity]) -> Entity:
        genesis, inputs = self.reader.genesis, [scenario, {"@id": "#seed"}]
        inputs += [{"@id": f"#{key}"} for key in self.run.model.hooks.cited(self.run.scenario)]
        if "parent" in genesis:
            inputs.append({"@id": "#parent"})
        return {
            "@id": "#simulation",
            "@type": "CreateAction",
            "name": f"ecsim simulated {genesis['scenario']['name']} with seed {genesis['seed']}",
            "instrument": {"@id": "#ecsim"},
            "object": _references(inputs),
            "result": _references(results),
            "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        }

    def _sources(self) -> list[Entity]:
        """Return what the run was made from, and what it is known by."""
        genesis, published = self.reader.genesis, self.reader.published
        assert published is not None
        model, scenario = self.run.model, self.run.scenario
        sources: list[Entity] = [
            {
                "@id": "#ecsim", "@type": "SoftwareApplication", "name": "ecsim", "softwareVersion": genesis["code"],
                "license": {"@id": APACHE},
            },
            *({"@id": f"#{key}", "@type": "CreativeWork", **text} for key, text in model.hooks.cited(scenario).items()),
            _value("#seed", "seed", genesis["seed"]),
            _value("#root", f"Merkle root (RFC 6962) of {published.events} events", published.root),
            _value("#scenario-digest", "SHA-256 of the scenario", genesis["scenario_digest"]),
        ]  # fmt: skip
        if "parent" in genesis:
            sources.append(_parent(genesis["parent"]))
        return sources


def _descriptor() -> Entity:
    return {
        "@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": SPECIFICATION}, "about": {"@id": "./"},
    }  # fmt: skip


def _folder(path: Path, description: str, parts: list[Entity]) -> Entity:
    name = f"{path.as_posix()}/"
    return {
        "@id": quote(name), "@type": "Dataset", "name": name, "description": description, "hasPart": _references(parts),
    }  # fmt: skip


def _references(entities: Iterable[Entity]) -> list[Entity]:
    return [{"@id": entity["@id"]} for entity in entities]


def _value(name: str, title: str, value: object) -> Entity:
    return {"@id": name, "@type": "PropertyValue", "name": title, "value": value}


def _parent(parent: Mapping[str, Any]) -> Entity:
    """Return the run that a fork comes from."""
    return {
        "@id": "#parent", "@type": "CreativeWork", "name": f"Parent run {parent['run']}, up to day {parent['day']}",
        "identifier": parent["genesis"], "description": parent.get("told") or "A fork that changes nothing.",
    }  # fmt: skip
