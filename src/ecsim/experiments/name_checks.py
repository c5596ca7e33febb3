"""Names of outcomes and targets in an experiment's file, held against what its model measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING

from ecsim.experiments.outcome_catalogue import MET, OutcomeCatalogue
from ecsim.experiments.verdicts import ALL, SET, is_set
from ecsim.kernel.errors import EcsimError, hint
from ecsim.kernel.measures import Measures
from ecsim.kernel.scenario import Scenario

if TYPE_CHECKING:
    from ecsim.experiments.running.plan import Plan
    from ecsim.experiments.schema import Experiment


def catalogue_of(
    experiment: Experiment, measures: Measures | None, scenario: Scenario | None, where: str
) -> OutcomeCatalogue:
    """Return the outcomes and targets of an experiment.

    Parameters
    ----------
    measures, scenario : of the model and of an arm, since all are held against the same; None for a function

    Raises
    ------
    EcsimError
        If the experiment names an outcome or target that there is not.
    """
    if measures is None or scenario is None:
        catalogue = OutcomeCatalogue(better=experiment.better)
    else:
        asked = [*requested_outcomes(experiment), *_returned(experiment, measures, scenario)]
        catalogue = OutcomeCatalogue.of(measures, scenario, experiment.better, asked)
    try:
        check_targets(experiment, catalogue)
        if scenario is not None:
            check_outcomes(experiment, catalogue)
    except ValueError as error:
        raise EcsimError(f"{where}: {error}") from None
    return catalogue


def refuse_not_available(outcomes: Mapping[str, Iterable[str]], plan: Plan, where: str) -> None:
    """Refuse outcomes that no run of a plan can give.

    Parameters
    ----------
    outcomes : by the key that names them

    Raises
    ------
    EcsimError
        If there is one.
    """
    for key, names in outcomes.items():
        for name in names:
            reason = plan.not_available.get(name) or plan.targets_not_available.get(name.removeprefix(MET))
            if reason:
                raise EcsimError(
                    f"{where}: {key} names {name!r}, which is not available: {reason.en}; "
                    "choose another outcome, or other dates"
                )


def set_outcomes(experiment: Experiment) -> list[str]:
    """Return the outcomes that count counties which meet a whole set of targets."""
    return [MET + SET + name for name in experiment.sets]


def needed_outcomes(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """Return the outcomes without which an experiment has no answer, by the key that names them."""
    stopping, selection, stress = experiment.stopping, experiment.selection, experiment.stress
    return {
        "stopping.outcome": (stopping.outcome,) if stopping else (),
        "selection.outcome": (selection.outcome,) if selection else (),
        "robustness.thresholds": tuple(experiment.robustness.thresholds) if experiment.robustness else (),
        "stress.targets": tuple(target.outcome for target in stress.targets.values()) if stress else (),
    }


def requested_outcomes(experiment: Experiment) -> list[str]:
    """Return every outcome that an experiment names."""
    needed = {**needed_outcomes(experiment), "claims": claimed_outcomes(experiment)}
    return list(dict.fromkeys([*experiment.outcomes, *chain.from_iterable(needed.values())]))


def claimed_outcomes(experiment: Experiment) -> tuple[str, ...]:
    """Return the outcomes that claims are on; runs may lack them, and are of use all the same."""
    return tuple(dict.fromkeys(claim.outcome for claim in experiment.claims))


def check_outcomes(experiment: Experiment, catalogue: OutcomeCatalogue) -> None:
    """Refuse outcomes that the simulation does not have; a function's are known once it has run."""
    names = [*catalogue.outcomes, *set_outcomes(experiment)]
    if experiment.returns:
        experiment.returns.refuse_what_is_no_money(catalogue.outcomes, catalogue.unit)
    asked = {
        "outcomes": experiment.outcomes, "claims": claimed_outcomes(experiment), **needed_outcomes(experiment),
    }  # fmt: skip
    for key, wanted in asked.items():
        unknown = [name for name in wanted if name not in names]
        if unknown:
            raise ValueError(f"{key} names {unknown[0]!r}; {_instead(unknown[0], names, catalogue)}")


def _returned(experiment: Experiment, measures: Measures, scenario: Scenario) -> list[str]:
    """Return the outcomes of every year that returns are made of: of those that the model's runs can give."""
    if experiment.returns is None:
        return []
    names = experiment.returns.by_year(range(scenario.start.year, scenario.end.year + 1))
    lacking, _ = measures.not_available(scenario, names)
    return [name for name in names if name not in lacking]


def _instead(unknown: str, names: Sequence[str], catalogue: OutcomeCatalogue) -> str:
    """Return what to write in place of a name that is no outcome."""
    if unknown in catalogue.instead:
        return catalogue.instead[unknown]
    of_a_target = unknown.startswith(MET) and bool(catalogue.targets)
    near = get_close_matches(unknown, [name for name in names if name.startswith(MET) or not of_a_target], n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    if of_a_target:
        return f"targets are {', '.join(target.name for target in catalogue.targets)}"
    return f"outcomes are {', '.join(names)}"


def target_names(experiment: Experiment, catalogue: OutcomeCatalogue) -> list[str]:
    """Return the names of the targets that a stress test looks at."""
    of_model = [target.name for target in catalogue.targets]
    return of_model + (list(experiment.stress.targets) if experiment.stress else [])


def check_targets(experiment: Experiment, catalogue: OutcomeCatalogue) -> None:
    """Refuse targets that there are not, and questions about targets where there is none."""
    names = target_names(experiment, catalogue)
    search = experiment.stress.search if experiment.stress else None
    asked = {
        "discovery.target": (experiment.discovery.target,) if experiment.discovery else (),
        "stress.search.targets": search.targets if search else (),
    }
    several = [ALL, *(SET + name for name in experiment.sets)] if names else []
    for key, wanted in asked.items():
        unknown = [name for name in wanted if name not in names + several]
        if unknown:
            raise ValueError(f"{key} names {unknown[0]!r}; targets are {', '.join(names + several) or 'none'}")
    _check_sets(experiment, names)
    if (experiment.stress or experiment.discovery) and not names:
        raise ValueError(
            "there are no targets; a function and many models have none of their own: give [stress.targets], "
            'as low_cost = {outcome = "cost", at_most = 5.0}'
        )
    if experiment.discovery and not experiment.design:
        raise ValueError(
            "discovery needs a design and a space: it looks for parts of the space in which a target fails"
        )


def _check_sets(experiment: Experiment, known: list[str]) -> None:
    """Refuse sets that are none: of unknown targets, of fewer than two, of one twice."""
    taken = [name for name in known if is_set(name)]
    if taken:
        raise ValueError(f"stress.targets.{taken[0]}: {ALL} and names that begin with {SET} stand for sets of targets")
    for name, targets in experiment.sets.items():
        unknown = [target for target in targets if target not in known]
        if unknown:
            near = hint(unknown[0], known, f"targets are {', '.join(known) or 'none'}")
            raise ValueError(f"sets.{name} names {unknown[0]!r}; {near}")
        if len(set(targets)) < max(2, len(targets)):
            raise ValueError(f"sets.{name} is {list(targets)}; it needs two targets or more, each once")
