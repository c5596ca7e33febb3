"""What a run's events depend on: scenario, seed, the opening's sources and the code of kernel and model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.model import Model
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.vocabulary import vocabularies_of

NUMERICS = ("ecsim", "numpy", "numba", "scipy")
"""Packages whose version a run's numbers may depend on."""


def genesis_of(model: Model[Any, Any], scenario: Scenario, seed: int, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the genesis of a run, the first line of its journal: everything its events depend on.

    Parameters
    ----------
    model, scenario, seed : what is simulated
    sizes : rows that each table of the state needs

    Returns
    -------
    dict
        Scenario with its digest, seed, code version, the sources of the opening, and sizes, as JSON can hold them.
    """
    return {
        "scenario": scenario.model_dump(mode="json"),
        "scenario_digest": scenario.digest(),
        "seed": seed,
        "code": code_version(model, scenario),
        **model.hooks.sources(scenario),
        "sizes": dict(sizes),
        **({"vocabularies": vocabularies_of(model.events, model.words)} if model.words else {}),
    }


def code_version(model: Model[Any, Any], scenario: Scenario) -> str:
    """Return the identity of the code that a run's events depend on: package versions and a digest of source.

    The source is the kernel's, the model's, and that of a user's own code which the scenario names. What only looks on
    (figures, reports, commands) is not in it, so adding a figure leaves earlier runs valid.
    """
    versions = " ".join(f"{name}-{version(name)}" for name in NUMERICS)
    named = (*scenario.extensions, *model.hooks.own_code(scenario))
    modules = dict.fromkeys(name.partition(":")[0] for name in named)
    return f"{versions} rules-{source_digest(('ecsim.kernel', *model.code, *modules), model.looks_on)[:16]}"


@cache
def source_digest(names: Sequence[str], without: Sequence[str] = ()) -> str:
    """Return a digest of the source of modules and packages (``.py`` and ``.toml``), whatever folder they lie in.

    Parameters
    ----------
    without : packages and modules below these that are left out

    Raises
    ------
    EcsimError
        If one cannot be found.
    """
    digest, left_out = hashlib.sha256(), [name.replace(".", "/") for name in without]
    for name in names:
        for label, file in _files(name):
            if not any(label.startswith((f"{path}/", f"{path}.py")) for path in left_out):
                digest.update(label.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _files(name: str) -> Iterator[tuple[str, Path]]:
    """Yield the source files of a module or package, each with a name that does not depend on where it lies."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EcsimError(f"{name}: no such module; a model names the modules that its events depend on")
    home = Path(spec.origin)
    if spec.submodule_search_locations is None:
        label = name.replace(".", "/")
        yield label, home
        if (beside := home.with_suffix(".toml")).is_file():
            yield f"{label}.toml", beside
        return
    for path in sorted(home.parent.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            yield f"{name.replace('.', '/')}/{path.relative_to(home.parent).as_posix()}", path
