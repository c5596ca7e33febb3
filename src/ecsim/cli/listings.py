"""What `ecsim list` lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.scenario.shipped import named, shipped

if TYPE_CHECKING:
    from ecsim.experiments.config import Experiment

Row = dict[str, Any]


def rows_of(what: str) -> list[Row]:
    """Return the rows of a listing; files go by the name that commands find them by, wherever they are called."""
    makers: dict[str, Callable[[], list[Row]]] = {
        "experiments": _experiments,
        "scenarios": _scenarios,
        "programmes": _programmes,
        "policies": _policies,
        "designs": _designs,
        "shocks": _shocks,
        "indicators": _indicators,
        "events": _events,
        "parameters": _parameters,
        "region": _region,
    }
    return makers[what]()


def _row(name: str, file: Path, content: Any, **more: Any) -> Row:  # noqa: ANN401 (any model with titles)
    where = "shipped with ecsim" if shipped() in file.parents else str(file)
    return {"name": name, "title": content.title_en, "题目": content.title_zh, **more, "where": where}


def _experiments() -> list[Row]:
    from ecsim.experiments.config import load_experiment

    found = [(name, file, load_experiment(file)[0]) for name, file in named("experiments").items()]
    return [_row(name, file, told, command=_command(told)) for name, file, told in found]


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
    from ecsim.scenario.load import load

    return [_row(name, file, load(file)) for name, file in named("scenarios").items()]


def _programmes() -> list[Row]:
    from ecsim.rural.programme.notice import load_programme

    found = [(name, file, load_programme(file)) for name, file in named("programmes").items()]
    return [
        _row(name, file, p, notice=p.dates.notice, targets=len(p.targets), period=p.period) for name, file, p in found
    ]


def _policies() -> list[Row]:
    from ecsim.scenario.load import load_policy

    found = [(name, file, load_policy(file)) for name, file in named("policies").items()]
    return [_row(name, file, p, purse=p.funds.purse, choice=p.funds.choice) for name, file, p in found]


def _designs() -> list[Row]:
    from ecsim.scenario.load import load_design

    found = [(name, file, load_design(file)) for name, file in named("designs").items()]
    return [_row(name, file, d, **{"parcels": d.parcels, "capex yuan": d.capex_yuan.value}) for name, file, d in found]


def _shocks() -> list[Row]:
    from ecsim.scenario.load import load_shock

    found = [(name, file, load_shock(file)) for name, file in named("shocks").items()]
    return [_row(name, file, s, since=s.since, until=s.until) for name, file, s in found]


def _indicators() -> list[Row]:
    from ecsim.rural.indicators import outcomes_of
    from ecsim.rural.programme.notice import load_programme

    rows = []
    for name, file in named("programmes").items():
        programme = load_programme(file)
        rows += [
            {"programme": name, "name": t.name, "title": t.title_en, "题目": t.title_zh, "unit": t.unit,
             "target": f"{t.sense} {t.value:g}"}
            for t in programme.targets
        ]  # fmt: skip
        rows += [
            {"programme": name, "name": outcome, "title": m.title_en, "题目": m.title_zh, "unit": m.unit, "target": ""}
            for outcome, m in outcomes_of(programme.period).items()
        ]
    return rows


def _events() -> list[Row]:
    from ecsim.rural.events import EVENTS

    return [
        {
            "kind": e.kind,
            "version": e.version,
            "columns": ", ".join(c.name for c in e.columns),
            "meaning": (e.__doc__ or "").split("\n")[0],
        }
        for e in EVENTS
    ]


def _parameters() -> list[Row]:
    from ecsim.kernel.parameters import load_parameters
    from ecsim.rural.regions.pack import load_pack, shipped_packs

    packs = [load_pack(name).rules.by_name.values() for name in shipped_packs()]
    every = [*load_parameters().by_name.values(), *(p for rules in packs for p in rules)]
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
    from ecsim.rural.regions.pack import shipped_packs
    from ecsim.rural.regions.totals import totals

    return [row for name in shipped_packs() for row in totals(name)]
