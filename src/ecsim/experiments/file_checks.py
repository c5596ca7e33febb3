"""Checks of configuration files: what kind a file is by what it says, and whether all that it says is allowed."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ecsim.experiments.experiment_checks import check_experiment, check_space
from ecsim.experiments.file_schemas import SCHEMAS
from ecsim.kernel.errors import EcsimError, shortened
from ecsim.scenario import checks
from ecsim.scenario.file_kinds import PROJECTS, likeliest
from ecsim.scenario.merged import read_merged
from ecsim.scenario.shipped import EXPERIMENT, find

CHECKS: dict[str, Callable[[Path], str]] = {
    "scenario": checks.check_scenario,
    "policy": checks.check_policy,
    "programme": checks.check_programme,
    "rule_book": checks.check_rule_book,
    "plan": checks.check_plan,
    "design": checks.check_design,
    "shock": checks.check_shock,
    "experiment": check_experiment,
    "space": check_space,
    PROJECTS: checks.check_projects,
}


def check_file(path: Path) -> str:
    """Return what a file is, if all that it says is allowed.

    Raises
    ------
    EcsimError
        If it says what is not allowed, or is none of the known kinds.
    """
    file = find(path)
    return CHECKS[kind_of(file, read_merged(file))](file)


def studies_in(folder: Path) -> list[Path]:
    """Return the files of every study that lies in a folder; none if the folder is a study itself."""
    studies = [] if (folder / EXPERIMENT).is_file() else sorted(folder.glob(f"*/{EXPERIMENT}"))
    return [file for study in studies for file in sorted(study.parent.glob("*.toml"))]


def kind_of(file: Path, content: dict[str, Any]) -> str:
    """Return the kind whose keys a file has most of, so that a key misspelt does not hide what is meant.

    Raises
    ------
    EcsimError
        If it has no key of any kind.
    """
    if file.name == EXPERIMENT:
        return "experiment"
    kind = likeliest(content)
    if kind is None:
        raise EcsimError(f"{file}: {_strange(content)}; `ecsim schema KIND` tells what {', '.join(SCHEMAS)} hold")
    return kind


def _strange(content: dict[str, Any]) -> str:
    if not content:
        return "is empty"
    every = {key for model in SCHEMAS.values() for key in model.model_fields}
    near = [near for key in content for near in get_close_matches(key, every, n=1)]
    hint = f" — did you mean {near[0]!r}?" if near else ""
    return f"has the keys {shortened(', '.join(content))}, which no kind of file has{hint}"
