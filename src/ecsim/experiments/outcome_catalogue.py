"""What is known of an experiment's outcomes and targets before any run is made: what its model measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ecsim.experiments.verdicts import ALL, SET, is_set
from ecsim.kernel.measures import Label, Measures, Target
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.text import Text
from ecsim.statistics.validate import Sense

MET = "met_"
"""Begins the name of how many counties meet a target."""
COUNTIES = "counties"
"""Unit of how many meet a target."""


@dataclass(frozen=True)
class OutcomeCatalogue:
    """Outcomes and targets of what an experiment runs.

    Attributes
    ----------
    labels : of the outcomes that a simulation may have, by name; empty for a function, whose outcomes its runs tell
    targets : of the simulation
    headlines : outcomes that are shown first
    better : which way a function's outcomes are better, as the experiment says
    further : outcomes among the labels that not every run gives: they are asked for
    instead : what to write in place of names that were asked for and are no outcomes, by name
    """

    labels: Mapping[str, Label] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    headlines: Sequence[str] = ()
    better: Mapping[str, Sense] = field(default_factory=dict)
    further: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, measures: Measures, scenario: Scenario, better: Mapping[str, Sense], asked: Iterable[str] = ()
    ) -> OutcomeCatalogue:  # fmt: skip
        """Return what is known of a scenario's runs.

        Parameters
        ----------
        asked : outcomes that an experiment names, be they such or not
        """
        labels = dict(measures.labels(scenario))
        further, instead = dict[str, Label](), dict[str, str]()
        for name in asked:
            if name in labels or name.startswith(MET):
                continue
            try:
                further[name] = measures.label(name, scenario)
            except ValueError as error:
                instead[name] = str(error)
        targets, headlines = measures.targets(scenario), measures.headlines(scenario)
        return cls({**labels, **further}, targets, headlines, better, tuple(further), instead)

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
