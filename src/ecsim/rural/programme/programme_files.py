"""Files of programmes: read, checked, and found again in journals of earlier versions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ecsim.kernel.shipped import shipped
from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.programme.notice import Programme


def load_programme(file: Path, named_by: str | None = None) -> Programme:
    """Return the programme of a TOML file.

    Parameters
    ----------
    named_by : file and key that name it, for who looks for a wrong path

    Raises
    ------
    EcsimError
        If the file is missing, is no TOML, or says something that is not allowed.
    """
    return checked(Programme, read_toml(file, named_by), str(file))


@cache
def shipped_programme() -> Programme:
    """Return the programme of scenarios that name none, as those of earlier versions: that of the shipped baseline."""
    baseline = shipped() / "configs" / "baseline.toml"
    return load_programme(baseline.parent / str(read_toml(baseline)["programme"]), f"{baseline}: programme")


def programme_of(scenario: Mapping[str, Any]) -> Programme:
    """Return the programme of a scenario as a journal holds it, be it of this version or an earlier one."""
    content = scenario.get("programme")
    return shipped_programme() if content is None else checked(Programme, content, "programme")
