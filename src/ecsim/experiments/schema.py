"""The schema of an experiment's file: what is run, arms that change it, what is uncertain, and when there is enough.

Types alone, which check themselves: `ecsim.experiments.resolve` makes a plan of them.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ecsim.experiments.claims import Claim, StatedInvariance, refuse_unfit_claims
from ecsim.experiments.contrasts import Contrast, Title, refuse_unknown_arms
from ecsim.experiments.returns import Returns
from ecsim.experiments.running.task import FIRST_SEEDS, MOST_REPLICATIONS
from ecsim.experiments.settings import (
    MOST_RUNS,
    DesignChoice,
    Discovery,
    Robustness,
    Search,
    Selection,
    StoppingRule,
    Stress,
    Threshold,
)
from ecsim.kernel.errors import shown
from ecsim.kernel.shocks import Strength
from ecsim.kernel.strict import FolderName, Name, Several, Strict
from ecsim.statistics.space import Uncertain

__all__ = [
    "MOST_RUNS",
    "SHOCK",
    "Arm",
    "DesignChoice",
    "Discovery",
    "Experiment",
    "Robustness",
    "Search",
    "Selection",
    "StoppingRule",
    "Stress",
    "Threshold",
]  # fmt: skip
MOST_SECONDS = 30 * 86_400.0
"""A run that takes more than a month is taken for one that hangs."""
SHOCK = "shocks."
"""Names of a space that begin so are strengths of the shocks of ``[stress.shocks]``."""


class Arm(Strict):
    """One change to the scenario, or to the parameters of a function."""

    name: Name
    title: Title | None = None
    """What people read in place of the name; by default the policy's title."""
    policy: str | None = None
    """Path of a policy, beside the experiment."""
    changes: dict[Name, Any] = Field(default_factory=dict)
    """Values by dotted key, as ``--set`` takes them."""
    shocks: dict[str, Strength] = Field(default_factory=dict)
    """Strength by path of a shock, beside the experiment: 0 nothing, 1 as the shock's file tells, more is stronger."""


class Experiment(Strict):
    """Arms under the same luck, perhaps at the points of a design."""

    name: FolderName
    """Of the folder of its results, too."""
    title_en: str
    title_zh: str
    question: str
    question_zh: str = ""
    """For the page in Chinese; left out there if empty."""
    scenario: Annotated[str, Field(min_length=1)] | None = None
    """Path of a scenario, beside the experiment."""
    function: Name | None = None
    """In its place a Python function, ``package.module:function``: parameters (and seed) to outcomes."""
    data: Several[Name] = ()
    """Files that the function reads, beside the experiment: with other content its runs are other runs."""
    reference: Name
    """The arm that the others are compared with."""
    replications: Annotated[int, Field(ge=1, le=MOST_REPLICATIONS)] = 10
    first_seed: Annotated[int, Field(ge=0, lt=FIRST_SEEDS)] = 1
    """Which luck: 1 has seeds 1, 2, 3 …; any other value has seeds of its own."""
    seconds_a_run: Annotated[float, Field(gt=0.0, le=MOST_SECONDS)] = 3600.0
    outcomes: Several[Name] = ()
    """Which outcomes analyses look at; none: all of them."""
    tables: bool = True
    """Whether each run's tables by county, week and station are kept, beside its outcomes."""
    arms: Annotated[Several[Arm], Field(min_length=1)]
    space: dict[Name, Uncertain | None] = Field(default_factory=dict)
    """Uncertain parameters by name; an empty table takes range, unit and source from the parameter itself."""
    design: DesignChoice | None = None
    stopping: StoppingRule | None = None
    better: dict[Name, Literal["max", "min"]] = Field(default_factory=dict)
    """Which way an outcome is better, for a function's; ecsim's own outcomes say so themselves."""
    sets: dict[Name, Several[Name]] = Field(default_factory=dict)
    """Targets by the name of a set: the chance that all of a set are met at once is told beside the single ones."""
    contrasts: dict[Name, Contrast] = Field(default_factory=dict)
    """Questions that the comparison answers, by name: some arms' mean less others'."""
    returns: Returns | None = None
    """What a yuan paid for projects brings, added up over the years that were run whole; left out with a design."""
    claims: Several[Claim] = ()
    """Conclusions that the study states before it is run; `ecsim claims` says whether they hold."""
    invariances: dict[Name, StatedInvariance] = Field(default_factory=dict)
    """Further changes that must not matter, by name, beside those that the model offers."""
    stress: Stress | None = None
    discovery: Discovery | None = None
    robustness: Robustness | None = None
    selection: Selection | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_tables(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML)
        if isinstance(content, dict) and "model" in content:
            raise ValueError(
                f"model is {shown(content['model'])}; an experiment on a plain function says function = …, "
                "and a scenario names its model itself"
            )
        if isinstance(content, dict) and isinstance(content.get("space"), dict):
            content = {**content, "space": {name: given or None for name, given in content["space"].items()}}
        return content

    @model_validator(mode="after")
    def _fits(self) -> Experiment:
        if (self.scenario is None) == (self.function is None):
            raise ValueError("scenario and function: give one of the two")
        if self.data and self.function is None:
            raise ValueError("data names files that a function reads; a scenario names its own — leave data out")
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names):
            raise ValueError(f"arms are {', '.join(names)}; each needs a name of its own")
        if self.reference not in names:
            raise ValueError(f"reference is {self.reference!r}; it must be one of the arms: {', '.join(names)}")
        if bool(self.design) != bool(self.space):
            raise ValueError("design and space go together: give both, or neither")
        unknown = [n for n in self.space if n.startswith(SHOCK) and n.removeprefix(SHOCK) not in self._shock_names]
        if unknown:
            known = ", ".join(self._shock_names) or "none"
            raise ValueError(f"space names {unknown[0]}; shocks of [stress.shocks] are: {known}")
        refuse_unknown_arms(self.contrasts, names)
        self._check_returns()
        refuse_unfit_claims(self.claims, names)
        self._check_arms()
        if self.design and self.stopping:
            raise ValueError("stopping is for arms without a design; leave one of the two out")
        if self.stopping and len(names) < 2:
            raise ValueError("stopping looks at differences between arms; give two arms or more")
        if self.function:
            self._check_function()
        return self

    def _check_function(self) -> None:
        """Refuse what only a simulation has, and values that JSON, so the tables and the workers, cannot hold."""
        if any(arm.policy or arm.shocks for arm in self.arms):
            raise ValueError("arms of a function have changes alone: a policy or a shock is the simulation's")
        for arm in self.arms:
            for key, value in arm.changes.items():
                try:
                    json.dumps(value)
                except TypeError:
                    raise ValueError(
                        f"arm {arm.name} gives {key} as {shown(value)}; a function takes numbers, words, flags, "
                        "and lists and tables of them — write a date as a word"
                    ) from None

    def _check_returns(self) -> None:
        """Refuse returns of runs that do not keep what was paid."""
        if self.returns and not self.tables:
            raise ValueError("returns are by what projects were paid, which is in tables of runs; write tables = true")

    def _check_arms(self) -> None:
        """Refuse an arm's own value of what the space moves in all arms."""
        for arm in self.arms:
            twice = [key for key in arm.changes if key.removeprefix("parameters.") in self.space]
            if twice:
                raise ValueError(
                    f"arm {arm.name} changes {twice[0]}, which the space moves in every arm; leave one of the two out"
                )

    @property
    def _shock_names(self) -> list[str]:
        return list(self.stress.shocks) if self.stress else []

    @property
    def most(self) -> int:
        """Replications that may be made, at most."""
        return self.stopping.most if self.stopping else self.replications
