"""The catalogue of an experiment's outcomes and targets: names, titles, units and which way they are better.

It is there before any run is made, since it follows from what the model measures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ecsim.experiments.verdicts import ALL, SET, is_set
from ecsim.kernel.catalogue import Catalogue
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.measures import Label, Measures, Target
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.text import Text
from ecsim.statistics.validate import Sense

MET = "met_"
"""Begins the name of how many counties meet a target."""
COUNTIES = "counties"
"""Unit of how many meet a target."""
say = Catalogue("ecsim.experiments", "outcomes.toml")
"""Returns a title of ``outcomes.toml`` in both languages."""


@dataclass(frozen=True)
class OutcomeCatalogue:
    """Outcomes and targets of what an experiment runs, as its model or its file describes them.

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
            return say("met.all") if met == ALL else say("met.set", name=met.removeprefix(SET))
        title = next((target.title for target in self.targets if MET + target.name == outcome), None)
        return say("met.target", title=title) if title else Text(outcome, outcome)

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

    def required_sense(self, outcome: str, where: str) -> Sense:
        """Return which way an outcome is better.

        Raises
        ------
        EcsimError
            If nothing says so; ``where`` is the file that the message names.
        """
        sense = self.sense(outcome)
        if sense is None:
            known = f"; there is better for {', '.join(self.better)}" if self.better else ""
            raise EcsimError(
                f'{where}: nothing says which way {outcome} is better; add better.{outcome} = "max" where more of it is'
                f' better, or "min"{known}'
            )
        return sense


def refuse_unknown(outcome: str, known: Sequence[str], where: str) -> None:
    """Refuse an outcome that runs do not have.

    Parameters
    ----------
    outcome : asked for
    known : those that there are
    where : the file and key that the message names

    Raises
    ------
    EcsimError
        If it is not among those known; the nearest of them are named.
    """
    if outcome in known:
        return
    near = get_close_matches(outcome, known, n=3)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"there are {', '.join(known)}"
    raise EcsimError(f"{where}: no outcome {outcome!r}; {hint}")
