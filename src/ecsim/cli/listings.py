"""What `ecsim list` lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def rows_of(what: str) -> list[Row]:
    """Return the rows of a listing; scenarios, policies and designs are those of ``configs/`` in this folder."""
    makers: dict[str, Callable[[], list[Row]]] = {
        "scenarios": _scenarios,
        "policies": _policies,
        "designs": _designs,
        "indicators": _indicators,
        "events": _events,
        "parameters": _parameters,
        "region": _region,
    }
    return makers[what]()


def _files(folder: str) -> list[Path]:
    return sorted(Path("configs", folder).glob("*.toml"))


def _scenarios() -> list[Row]:
    from ecsim.scenario.load import load

    found = [(path, load(path)) for path in [*sorted(Path("configs").glob("baseline*.toml")), *_files("scenarios")]]
    return [{"file": str(p), "name": s.name, "title": s.title_en, "题目": s.title_zh} for p, s in found]


def _policies() -> list[Row]:
    from ecsim.scenario.load import load_policy

    found = [(path, load_policy(path)) for path in _files("policies")]
    return [
        {"name": p.name, "title": p.title_en, "题目": p.title_zh, "purse": p.funds.purse, "choice": p.funds.choice}
        for _, p in found
    ]


def _designs() -> list[Row]:
    from ecsim.scenario.load import load_design

    found = [load_design(path) for path in _files("designs")]
    return [
        {
            "name": d.name,
            "title": d.title_en,
            "题目": d.title_zh,
            "parcels": d.parcels,
            "capex yuan": d.capex_yuan.value,
        }
        for d in found
    ]


def _indicators() -> list[Row]:
    from ecsim.indicators import TARGETS

    return [
        {"name": t.name, "title": t.title_en, "题目": t.title_zh, "unit": t.unit, "target": f"{t.sense} {t.value:g}"}
        for t in TARGETS
    ]


def _events() -> list[Row]:
    from ecsim.events import EVENTS

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
    from ecsim.regions.pack import load_pack
    from ecsim.scenario.parameter import load_parameters

    every = [*load_parameters().by_name.values(), *load_pack("yunnan_2018").rules.by_name.values()]
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
    from ecsim.regions.totals import totals

    return totals("yunnan_2018")
