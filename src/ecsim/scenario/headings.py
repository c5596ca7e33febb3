"""Headings of scenarios: what they are called and which model they are of."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from ecsim.kernel.strict import Name
from ecsim.kernel.validation import checked
from ecsim.rural.scenario import Scenario
from ecsim.scenario.load import resolved


class Heading(BaseModel):
    """What a scenario is called and what it is of, read without its model: no code of it is imported."""

    name: Name
    title_en: str
    title_zh: str
    model: Name = Scenario.model_fields["model"].default


def load_heading(file: Path) -> Heading:
    """Return the heading of the scenario of a TOML file; what else it says is not looked at.

    Raises
    ------
    EcsimError
        If the file, or one that it names, is missing or is no TOML, or titles are missing.
    """
    return checked(Heading, resolved(file), str(file))
