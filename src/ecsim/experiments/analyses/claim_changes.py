"""Changes that must not matter, as runs of a study: other luck, what the model offers, what the study states itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ecsim.experiments.analyses.toolkit import EcsimError, Plan, Task, Text, say
from ecsim.experiments.claims import StatedInvariance
from ecsim.experiments.function_arms import identities_of_function
from ecsim.experiments.running.simulation_task import changed as under_change
from ecsim.experiments.running.simulation_task import identity
from ecsim.experiments.running.task import other_seed_of, run_name
from ecsim.experiments.scenario_arms import model_of
from ecsim.kernel.errors import hint
from ecsim.kernel.toolkit import InapplicableError, Invariance, Model, Scenario
from ecsim.scenario.load import changed
from ecsim.scenario.openings import check_openings
from ecsim.statistics.function import resolve, takes_seed

SEEDS = "seeds"
"""The change of the luck itself, which every model with luck has."""
VARIANTS = 3
"""Variants of a change that are tried on a scenario before any run is made."""


class ClaimChange(Protocol):
    """A change that must not matter: which run takes the place of one of the study.

    Attributes
    ----------
    title : what people read
    paired : whether the runs share their luck with those that they stand for
    """

    @property
    def title(self) -> Text: ...

    @property
    def paired(self) -> bool: ...

    def task(self, arm: str, replication: int) -> Task:
        """Return the run of an arm under the change."""


@dataclass(frozen=True)
class OtherSeeds:
    """The study under other luck."""

    plan: Plan
    paired: bool = False

    @property
    def title(self) -> Text:
        """What people read."""
        return say("claims.seeds")

    def task(self, arm: str, replication: int) -> Task:
        """Return the run of an arm with a seed that no experiment has as its own."""
        seed = other_seed_of(self.plan.experiment.first_seed, replication)
        return without_tables(self.plan.task(arm, 0, replication, seed, {}))


@dataclass(frozen=True)
class OfModel:
    """The study under a change that its model offers."""

    plan: Plan
    invariance: Invariance
    paired: bool = True

    @property
    def title(self) -> Text:
        """What people read."""
        return self.invariance.title

    def task(self, arm: str, replication: int) -> Task:
        """Return the run of an arm with the luck that it has in the study."""
        task = study_task(self.plan, arm, replication)
        name = self.invariance.name
        payload = {**task.payload, "invariance": name}
        return without_tables(replace(task, run=run_name([task.run, name, replication]), payload=payload))


@dataclass(frozen=True)
class OfStudy:
    """The study with values of its own in place of others.

    Attributes
    ----------
    plan : of the study with the values replaced in every arm
    """

    plan: Plan
    title: Text
    paired: bool = True

    def task(self, arm: str, replication: int) -> Task:
        """Return the run of an arm with the luck that it has in the study."""
        return without_tables(study_task(self.plan, arm, replication))


def study_task(plan: Plan, arm: str, replication: int) -> Task:
    """Return the run of an arm as the study has it."""
    return plan.task(arm, 0, replication, int(plan.seeds(replication)[0]), {})


def without_tables(task: Task) -> Task:
    """Return a task whose run keeps its outcomes alone; a function keeps nothing else anyway."""
    return (
        replace(task, payload={**task.payload, "tables": False, "detail": False}) if "tables" in task.payload else task
    )


def changes_of(plan: Plan, names: Iterable[str] | None = None) -> tuple[dict[str, ClaimChange], dict[str, str]]:
    """Return the changes that a study's claims are tried under, and those that make no sense for it, with the reason.

    Parameters
    ----------
    plan : of the study, without a design
    names : of some of them; None: all that there are

    Raises
    ------
    EcsimError
        If there is no such change, one that is named makes no sense, or one that the study states is not allowed.
    """
    known = _known(plan)
    chosen, inapplicable = dict[str, ClaimChange](), dict[str, str]()
    for name in known if names is None else _asked(names, known):
        try:
            chosen[name] = _change(plan, name)
        except InapplicableError as error:
            if names is not None:
                raise EcsimError(f"--changes {name}: makes no sense here: {error}; leave it out") from None
            inapplicable[name] = str(error)
    return chosen, inapplicable


def has_luck(plan: Plan) -> bool:
    """Return whether replications differ: a plain function may take no seed."""
    function = plan.experiment.function
    return function is None or takes_seed(resolve(function))


def _known(plan: Plan) -> list[str]:
    """Return the names of all changes: other luck, those of the model, those that the study states."""
    known = [SEEDS] if has_luck(plan) else []
    known += [invariance.name for invariance in plan.model.invariances] if plan.model else []
    twice = next((name for name in plan.experiment.invariances if name in known), None)
    if twice is not None:
        raise EcsimError(f"{plan.home}: invariances.{twice} is one that there is already; give it another name")
    return [*known, *plan.experiment.invariances]


def _asked(names: Iterable[str], known: Sequence[str]) -> list[str]:
    """Return names of changes, each once, all of which there are."""
    asked = list(dict.fromkeys(names))
    for name in asked:
        if name not in known:
            near = hint(name, known, f"there are {', '.join(known) or 'none'}")
            raise EcsimError(f"--changes {name}: no such change; {near}")
    return asked


def _change(plan: Plan, name: str) -> ClaimChange:
    """Return the change of a name."""
    if name in plan.experiment.invariances:
        stated = plan.experiment.invariances[name]
        return OfStudy(_with_values(plan, name, stated), Text(stated.title.en, stated.title.zh))
    if plan.model is None or name == SEEDS:
        return OtherSeeds(plan)
    invariance = next(known for known in plan.model.invariances if known.name == name)
    _try_on(plan, invariance)
    return OfModel(plan, invariance)


def _try_on(plan: Plan, invariance: Invariance) -> None:
    """Raise InapplicableError if a change makes no sense for the study.

    It is tried on the reference: arms have alike what changes are of (region, sample, start and end).
    """
    assert plan.model is not None
    scenario = plan.scenarios[plan.experiment.reference]
    for number in range(VARIANTS):
        with under_change(plan.model, scenario, invariance.name, number) as (model, other):
            _refuse_what_does_not_open(model, other)


def _refuse_what_does_not_open(model: Model[Any, Any], scenario: Scenario) -> None:
    try:
        model.hooks.check_opening(scenario)
    except EcsimError as error:
        raise InapplicableError(str(error)) from None


def _with_values(plan: Plan, name: str, stated: StatedInvariance) -> Plan:
    """Return a plan with values of the study's own in every arm."""
    where = f"{plan.home}: invariances.{name}"
    if plan.experiment.function:
        arms = [arm.model_copy(update={"changes": {**arm.changes, **stated.changes}}) for arm in plan.experiment.arms]
        experiment = plan.experiment.model_copy(update={"arms": tuple(arms)})
        return replace(plan, experiment=experiment, identities=identities_of_function(experiment, plan.home, where))
    scenarios = {arm: changed(scenario, stated.changes, where) for arm, scenario in plan.scenarios.items()}
    model = model_of(scenarios[plan.experiment.reference])
    for scenario in scenarios.values():
        check_openings(model, {where: scenario})
    identities = {arm: identity(model, scenario) for arm, scenario in scenarios.items()}
    return replace(plan, scenarios=scenarios, identities=identities, model=model)
