"""What `ecsim list` lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.kernel.errors import EcsimError
from ecsim.scenario.shipped import named, shipped

if TYPE_CHECKING:
    from ecsim.experiments.schema import Experiment
    from ecsim.kernel.model import Model

Row = dict[str, Any]


def rows_of(what: str, scenario: str | None = None) -> list[Row]:
    """Return the rows of a listing; files go by the name that commands find them by, wherever they are called.

    Parameters
    ----------
    scenario : whose model's indicators, events or parameters are listed; by default those of the rural model

    Raises
    ------
    EcsimError
        If a scenario is named and what is listed is not of a model.
    """
    of_model = {"indicators": _indicators, "events": _events, "parameters": _parameters}
    if what in of_model:
        return of_model[what](scenario)
    if scenario is not None:
        raise EcsimError(f"--scenario: {what} are not of a model; it goes with {', '.join(of_model)}")
    makers: dict[str, Callable[[], list[Row]]] = {
        "experiments": _experiments,
        "scenarios": _scenarios,
        "programmes": _programmes,
        "policies": _policies,
        "designs": _designs,
        "shocks": _shocks,
        "region": _region,
    }
    return makers[what]()


def _row(name: str, file: Path, content: Any, **more: Any) -> Row:  # noqa: ANN401 (any model with titles)
    where = "shipped with ecsim" if shipped() in file.parents else str(file)
    return {"name": name, "title": content.title_en, "题目": content.title_zh, **more, "where": where}


def _experiments() -> list[Row]:
    from ecsim.experiments.experiment_files import load_experiment

    experiments = [(name, file, load_experiment(file)[0]) for name, file in named("experiments").items()]
    return [_row(name, file, experiment, command=_command(experiment)) for name, file, experiment in experiments]


def _command(experiment: Experiment) -> str:
    """Return the command that an experiment is made for, by what it says."""
    for command, asked in (
        ("select", experiment.selection), ("robust", experiment.robustness), ("stress", experiment.stress),
        ("sensitivity", experiment.design),
    ):  # fmt: skip
        if asked is not None:
            return command
    return "compare"


def _scenarios() -> list[Row]:
    from ecsim.scenario.headings import load_heading

    found = [(name, file, load_heading(file)) for name, file in named("scenarios").items()]
    return [_row(name, file, heading, model=heading.model) for name, file, heading in found]


def _programmes() -> list[Row]:
    from ecsim.rural.programme.programme_files import load_programme

    programmes = [(name, file, load_programme(file)) for name, file in named("programmes").items()]
    return [
        _row(name, file, p, notice=p.dates.notice, targets=len(p.targets), period=p.period)
        for name, file, p in programmes
    ]


def _policies() -> list[Row]:
    from ecsim.scenario.parts import load_policy

    policies = [(name, file, load_policy(file)) for name, file in named("policies").items()]
    return [_row(name, file, p, purse=p.funds.purse, choice=p.funds.choice) for name, file, p in policies]


def _designs() -> list[Row]:
    from ecsim.scenario.parts import load_design

    designs = [(name, file, load_design(file)) for name, file in named("designs").items()]
    return [
        _row(name, file, d, **{"parcels": d.parcels, "capex yuan": d.capex_yuan.value}) for name, file, d in designs
    ]


def _shocks() -> list[Row]:
    from ecsim.scenario.parts import load_shock

    shocks = [(name, file, load_shock(file)) for name, file in named("shocks").items()]
    return [_row(name, file, s, since=s.since, until=s.until) for name, file, s in shocks]


def _model_of(scenario: str | None) -> tuple[Model[Any, Any], Any]:
    """Return the model of a scenario, and that; by default the rural model's baseline."""
    from ecsim.kernel.models import model_of_scenario
    from ecsim.scenario.load import load
    from ecsim.scenario.shipped import find

    content = load(find(scenario or "baseline", "scenarios"))
    return model_of_scenario(content, trust=True), content


def _indicators(scenario: str | None) -> list[Row]:
    model, content = _model_of(scenario)
    measures = model.measures
    targets = [
        {
            "name": target.name,
            "title": target.title.en,
            "题目": target.title.zh,
            "unit": target.unit,
            "target": target.threshold,
        }
        for target in measures.targets(content)
    ]
    return targets + [
        {"name": name, "title": label.title.en, "题目": label.title.zh, "unit": label.unit, "target": ""}
        for name, label in measures.labels(content).items()
    ]


def _events(scenario: str | None) -> list[Row]:
    return [
        {
            "kind": e.kind,
            "title": e.title.en,
            "题目": e.title.zh,
            "version": e.version,
            "columns": ", ".join(c.name for c in e.columns),
            "meaning": (e.__doc__ or "").split("\n")[0],
        }
        for e in _model_of(scenario)[0].events
    ]


def _parameters(scenario: str | None) -> list[Row]:
    model, content = _model_of(scenario)
    every = model.known(content).values()
    return [
        {
            "name": p.name,
            "value": p.value,
            "unit": p.unit,
            "low": p.low,
            "high": p.high,
            "basis": p.basis,
            "source": p.source,
        }
        for p in every
    ]


def _region() -> list[Row]:
    from ecsim.rural.regions import shipped_packs
    from ecsim.rural.regions.margins import totals

    return [row for name in shipped_packs() for row in totals(name)]
