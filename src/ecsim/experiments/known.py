"""What is known of an experiment's outcomes and targets before any run is made: what its model measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ecsim.experiments.verdicts import ALL, SET, is_set
from ecsim.kernel.measures import Label, Measures, Target
from ecsim.kernel.text import Text
from ecsim.statistics.checked import Sense

MET = "met_"
"""Begins the name of how many counties meet a target."""
COUNTIES = "counties"
"""Unit of how many meet a target."""


@dataclass(frozen=True)
class Known:
    """Outcomes and targets of what an experiment runs.

    Attributes
    ----------
    labels : of the outcomes that a simulation may have, by name; empty for a function, whose outcomes its runs tell
    targets : of the simulation
    headlines : outcomes that are shown first
    better : which way a function's outcomes are better, as the experiment says
    """

    labels: Mapping[str, Label] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    headlines: Sequence[str] = ()
    better: Mapping[str, Sense] = field(default_factory=dict)

    @classmethod
    def of(cls, measures: Measures, better: Mapping[str, Sense]) -> Known:
        """Return what is known of a model's runs."""
        return cls(measures.labels(), measures.targets, measures.headlines, better)

    @property
    def outcomes(self) -> list[str]:
        """Names of all outcomes that a run of the simulation may have."""
        met = [*(MET + target.name for target in self.targets), MET + ALL] if self.targets else []
        return [*self.labels, *met]

    def title(self, outcome: str) -> Text:
        """Return what an outcome is called; of a function, its name."""
        if outcome in self.labels:
            return self.labels[outcome].title
        met = outcome.removeprefix(MET)
        if met != outcome and is_set(met):
            if met == ALL:
                return Text("Counties that meet all targets at once", "全部目标同时达成的县数")
            name = met.removeprefix(SET)
            return Text(f"Counties that meet all of set “{name}” at once", f"“{name}”组各项同时达成的县数")
        found = [target.title for target in self.targets if MET + target.name == outcome]
        if found:
            return Text(f"Counties that meet: {found[0].en}", f"达标县数：{found[0].zh}")
        return Text(outcome, outcome)

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome; of a function's, nothing."""
        if outcome in self.labels:
            return self.labels[outcome].unit
        met = outcome.removeprefix(MET)
        known = met != outcome and (is_set(met) or met in {target.name for target in self.targets})
        return COUNTIES if known else ""

    def sense(self, outcome: str) -> Sense | None:
        """Return which way an outcome is better; None where nobody says so."""
        if outcome in self.better:
            return self.better[outcome]
        if outcome in self.labels:
            return self.labels[outcome].better or None
        return "max" if outcome.startswith(MET) and self.targets else None
