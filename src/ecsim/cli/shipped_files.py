"""What `ecsim list` lists of files: those that are shipped, and those that lie here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.scenario.shipped import named, shipped

if TYPE_CHECKING:
    from ecsim.experiments.schema import Experiment

Row = dict[str, Any]


def _row(name: str, file: Path, content: Any, **more: Any) -> Row:  # noqa: ANN401 (any model with titles)
    where = "shipped with ecsim" if shipped() in file.parents else str(file)
    return {"name": name, "title": content.title_en, "题目": content.title_zh, **more, "where": where}


def experiments() -> list[Row]:
    """Return the experiments, each with the command that it is made for."""
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


def scenarios() -> list[Row]:
    """Return the scenarios, each with its model."""
    from ecsim.scenario.headings import load_heading

    headings = [(name, file, load_heading(file)) for name, file in named("scenarios").items()]
    return [_row(name, file, heading, model=heading.model) for name, file, heading in headings]


def programmes() -> list[Row]:
    """Return the programmes, each with its notice, targets and period."""
    from ecsim.rural.programme.programme_files import load_programme

    programmes = [(name, file, load_programme(file)) for name, file in named("programmes").items()]
    return [
        _row(name, file, p, notice=p.dates.notice, targets=len(p.targets), period=p.period)
        for name, file, p in programmes
    ]


def policies() -> list[Row]:
    """Return the policies, each with whose purse it is and how it chooses."""
    from ecsim.scenario.parts import load_policy

    policies = [(name, file, load_policy(file)) for name, file in named("policies").items()]
    return [_row(name, file, p, purse=p.funds.purse, choice=p.funds.choice) for name, file, p in policies]


def designs() -> list[Row]:
    """Return the designs of stations, each with its capital cost."""
    from ecsim.scenario.parts import load_design

    designs = [(name, file, load_design(file)) for name, file in named("designs").items()]
    return [
        _row(name, file, d, **{"parcels": d.parcels, "capex yuan": d.capex_yuan.value}) for name, file, d in designs
    ]


def shocks() -> list[Row]:
    """Return the shocks, each with its dates."""
    from ecsim.scenario.parts import load_shock

    shocks = [(name, file, load_shock(file)) for name, file in named("shocks").items()]
    return [_row(name, file, s, since=s.since, until=s.until) for name, file, s in shocks]
