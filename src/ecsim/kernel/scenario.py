"""What every scenario says, whatever is simulated; a model's own scenario adds to it."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from pydantic import Field, model_validator

from ecsim.kernel.shocks import ActiveShock
from ecsim.kernel.strict import Date, Name, Number, Several, Strict

WITHOUT_EFFECT = frozenset({"keep", "title_en", "title_zh", "description"})
"""Fields that change no event of a run."""


class Scenario(Strict):
    """Everything that decides a run but the seed; a model's own scenario adds fields to it.

    A scenario is a TOML file that is checked when it is read: unknown keys and impossible values are errors.

    Attributes
    ----------
    start, end : date
        First and last day; days after the last whole period are not run.
    keep : str
        Which events a journal keeps: ``all``, ``decisions`` (those of kinds that are decisions) or ``digest`` (none).
    """

    model: Name
    """What is simulated: ``package.module:MODEL``."""
    name: Name
    title_en: str
    title_zh: str
    description: str = ""
    start: Date
    end: Date
    keep: Literal["all", "decisions", "digest"] = "all"
    extensions: Several[Name] = ()
    """What is added to the model: ``package.module:EXTENSION``, in this order."""
    shocks: Several[ActiveShock] = ()
    """What goes wrong in the run, and how badly."""
    parameters: dict[Name, Number] = Field(default_factory=dict)
    """Values that replace the defaults, by full name (``ecsim list parameters``)."""

    @model_validator(mode="after")
    def _has_a_day(self) -> Scenario:
        if self.end < self.start:
            raise ValueError(f"end is {self.end}, start is {self.start}; a run needs at least one whole period")
        return self

    def periods(self, days: int) -> int:
        """Return the whole periods of the run, of ``days`` days each; days after the last one are not run."""
        return ((self.end - self.start).days + 1) // days

    def digest(self) -> str:
        """Return the identity of the scenario: SHA-256 of its content, whatever file or order it came from."""
        content = self.model_dump(mode="json", exclude=set(WITHOUT_EFFECT))
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
