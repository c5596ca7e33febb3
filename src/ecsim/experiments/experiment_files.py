"""Reading the files of an experiment: its own, and a space of uncertain parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecsim.experiments.schema import Experiment
from ecsim.kernel.validation import checked
from ecsim.scenario.merged import read_kind
from ecsim.scenario.shipped import find
from ecsim.statistics.space import Space


def load_experiment(place: Path, changes: Mapping[str, Any] | None = None) -> tuple[Experiment, Path]:
    """Return an experiment and the folder it lies in.

    Parameters
    ----------
    place : folder with ``experiment.toml``, or that file, or the name of a study that is shipped
    changes : values by dotted key that replace others, as ``replications`` or ``design.points``

    Raises
    ------
    EcsimError
        If the experiment says what is not allowed.
    """
    file = find(place, "experiments")
    content = read_kind("experiment", file, changes)
    return checked(Experiment, content, str(file)), file.parent


def load_space(path: Path | str) -> Space:
    """Return the space of a TOML file: one table ``[parameters.<name>]`` a parameter.

    Raises
    ------
    EcsimError
        If the file is missing, is no TOML, or says something that is not allowed.
    """
    return checked(Space, read_kind("space", Path(path)), str(path))
