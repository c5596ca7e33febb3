"""The arms of an experiment on a plain function."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecsim.experiments.running.identity import identity_of_function
from ecsim.experiments.schema import Experiment
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.function import code_of, make_importable, resolve, takes_seed


def check_function(experiment: Experiment, of_scenario: Mapping[str, Any], home: Path, where: str) -> None:
    """Refuse a function that cannot be called as the experiment asks.

    Parameters
    ----------
    of_scenario : changes of a scenario, which a function does not have

    Raises
    ------
    EcsimError
        If it does not come in, has no random variation to replicate, or a scenario is changed.
    """
    function, replications = str(experiment.function), experiment.most
    make_importable(str(home.resolve()))
    try:
        random = takes_seed(resolve(function))
    except (TypeError, ValueError) as error:
        raise EcsimError(f"{where}: function {function}: {error}") from error
    if replications > 1 and not random:
        raise EcsimError(
            f"{where}: replications is {replications}, and {function} has no random variation: all would be equal; "
            "give it an argument called seed, or give replications = 1"
        )
    if of_scenario:
        raise EcsimError(f"{where}: a function has no scenario; leave out {', '.join(of_scenario)}")


def identities_of_function(experiment: Experiment, home: Path, where: str) -> dict[str, str]:
    """Return by arm what all its runs share: the function, its code, the arm's changes and the data it reads."""
    function = str(experiment.function)
    code = code_of(function)
    return {
        arm.name: identity_of_function(function, code, arm.changes, experiment.data, home, where)
        for arm in experiment.arms
    }
