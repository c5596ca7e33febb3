"""The plan of a run as a file: what its governments approved, row by row, to be read, edited and filed anew."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.recorded import Columns, JournalReader
from ecsim.rural.events import Level, PlanDelayed, PlanFiled, ProjectApproved, ProjectKind, SiteChosen
from ecsim.rural.plans.declared import declared_uses
from ecsim.rural.plans.resolved import OF_SEVERAL
from ecsim.rural.plans.reused import reused
from ecsim.rural.plans.tables import write_rows
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.scope import pack_of
from ecsim.rural.units import ONE

Row = dict[str, Any]


def plan_rows(reader: JournalReader) -> list[Row]:
    """Return the projects that the governments of a run approved, in their order; like ones in a row make one row.

    Raises
    ------
    EcsimError
        If none was approved.
    """
    approved, scenario = reader.kind(ProjectApproved), reader.genesis["scenario"]
    if not len(approved["project"]):
        raise EcsimError("the run has no plan: no project was approved in it; name a policy with money")
    pack = pack_of(scenario)
    kinds = reader.genesis["vocabularies"][f"{ProjectApproved.kind}.project_kind"]
    sites, reuses = _sites(reader, pack), reused(reader, approved).tolist()
    uses = declared_uses(reader)
    rows: list[Row] = []
    for number in range(len(approved["project"])):
        row = _row(approved, number, scenario, pack, kinds) | {
            "sites": sites.get(int(approved["project"][number]), []), "reuses": reuses[number],
            "uses": uses.get(int(approved["project"][number]), []),
        }  # fmt: skip
        if rows and _continues(rows[-1], row):
            rows[-1]["units"] += 1
            rows[-1]["fen"] = [sum(parts) for parts in zip(rows[-1]["fen"], row["fen"], strict=True)]
        else:
            rows.append(row)
    return list(_finished(rows))


def _sites(reader: JournalReader, pack: RegionPack) -> dict[int, list[str]]:
    chosen, sites = reader.kind(SiteChosen), dict[int, list[str]]()
    for project, village in zip(chosen["project"].tolist(), chosen["village"].tolist(), strict=True):
        sites.setdefault(project, []).append(pack.villages[village].code)
    return sites


def _row(
    approved: Columns, number: int, scenario: Mapping[str, Any], pack: RegionPack, kinds: Mapping[str, str]
) -> Row:
    """Return one project as a row, its money in fen."""
    of: dict[str, int] = {name: int(column[number]) for name, column in approved.items()}
    kind, several = of["project_kind"], of["project_kind"] in OF_SEVERAL
    of_county = of["level"] == Level.COUNTY
    owners = [f"{name}:{of[name]}" for name in ("cooperative", "enterprise") if of[name] >= 0]
    start = dt.date.fromisoformat(scenario["start"]) + dt.timedelta(days=of["start_day"])
    return {
        "level": "county" if of_county else "prefecture",
        "place": pack.counties[of["county"]].adcode if of_county else pack.prefectures[of["prefecture"]][0],
        "kind": kinds[str(kind)],
        "units": of["quantity"] if several else 1,
        "several": several,
        "design": scenario["designs"][of["design"]]["name"] if kind == ProjectKind.STATIONS else "",
        "start": start.isoformat() if of["start_day"] else "",
        "fen": [of["central_fen"], of["local_fen"], of["social_fen"]],
        "package": f"P{of['package']}" if of["package"] >= 0 else "",
        "owner": owners[0] if owners else "",
        "exclusive": bool(of["exclusive"]),
        "idle_building": of["building"] >= 0,
        "unit_fen": [of["central_fen"], of["local_fen"], of["social_fen"]],
    }


def _continues(last: Row, row: Row) -> bool:
    """Return whether a project is one more of the kind of the last row, at the same terms and money."""
    apart = {"units", "fen"}
    return not row["several"] and {k: v for k, v in last.items() if k not in apart} == {
        k: v for k, v in row.items() if k not in apart
    }


def _finished(rows: list[Row]) -> Iterator[Row]:
    """Yield rows as the table holds them."""
    digits = len(str(len(rows)))
    for number, row in enumerate(rows, 1):
        money = dict(zip(("central_yuan", "local_yuan", "social_yuan"), np.array(row["fen"]) / 100, strict=True))
        yield {"id": f"R{number:0{digits}}", **row, **{name: _plain(float(yuan)) for name, yuan in money.items()}}


def _plain(yuan: float) -> float | int:
    return int(yuan) if yuan.is_integer() else yuan


def plan_worth(reader: JournalReader) -> tuple[float, float] | None:
    """Return what the first plans of a run are worth in their makers' eyes, and what no lawful plan can pass.

    In targets of the table, all prefectures together, be their plans filed or still waiting for a late part; None where
    no solver made one of them.
    """
    made = dict[int, tuple[int, int]]()
    for _, prefecture, worth, bound in sorted((*_reckoned(reader, PlanDelayed), *_reckoned(reader, PlanFiled))):
        made.setdefault(prefecture, (worth, bound))
    if not made or any(bound < 0 for _, bound in made.values()):
        return None
    worths, bounds = zip(*made.values(), strict=True)
    return sum(worths) / ONE, sum(bounds) / ONE


def _reckoned(reader: JournalReader, kind: type[PlanDelayed] | type[PlanFiled]) -> Iterator[tuple[int, ...]]:
    """Yield sequence number, prefecture, worth and bound of each plan that was told of, in millionths of a target."""
    told = reader.kind(kind)
    yield from zip(*(told[name].tolist() for name in ("seq", "prefecture", "worth", "bound")), strict=True)


def write_plan(
    head: Path, table: Path, rows: list[Row], says: Mapping[str, str], *, chinese: bool = False, note: str = ""
) -> None:
    """Write a plan: its head in TOML, and its rows in the table that the head names.

    Parameters
    ----------
    table : ends in .csv or .xlsx; beside the head
    says : name, titles, author, purse and split
    chinese : whether the headings of the table are
    note : a line on the plan for people, written above its head
    """
    write_rows(table, rows, chinese=chinese)
    lines = [f"# {note}"] if note else []
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in says.items()]
    lines.append(f"projects = {json.dumps(table.name, ensure_ascii=False)}")
    head.write_text("\n".join(lines) + "\n", encoding="utf-8")
