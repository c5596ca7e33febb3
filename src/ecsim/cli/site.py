"""The command that sites a county's stations by an objective, maps them and writes a plan that builds them."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, Command, add_settings, located, place, setting_of
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.report.texts import Texts
    from ecsim.rural.plans.sited import SitedCounty, SitingStudy

OBJECTIVES = ("coverage", "fewest", "p_median", "poor_first", "population", "equal_per_township", "capture")


def add(command: Command) -> None:
    """Declare the command."""
    site = command(
        "site", "Choose the villages of a county that get a station, by an objective; map them and write a plan.",
        "ecsim site --county 会泽县 --stations 40 --objective coverage --plan plans/huize.toml",
    )  # fmt: skip
    site.add_argument("--county", required=True, help="code, Chinese or English name")
    site.add_argument("--stations", type=int, default=40, help="how many (default: 40); fewest takes what it needs")
    site.add_argument("--objective", choices=OBJECTIVES, default="coverage", help="what for (default: coverage)")
    site.add_argument("--reach-km", type=float, help="a station serves villages so near (default: stations.reach_km)")
    site.add_argument("--map", type=place, help="PNG to write (default: results/sites/COUNTY-OBJECTIVE-STATIONS.png)")
    site.add_argument("--plan", type=place, help="head of a plan to write, TOML; its rows go beside it, as .csv")
    site.add_argument("--lang", choices=("en", "zh"), default="en", help="of table, map and headings (default: en)")
    site.add_argument("--scenario", default="baseline", help="region, station design and rules (default: baseline)")
    add_settings(site, "replace a value, e.g. policy.station_design=mobile")
    site.add_argument("--json", action="store_true", help="print one JSON object")
    site.set_defaults(run=site_stations)


def site_stations(given: Namespace) -> int:
    """Choose sites, print whom they serve, write map and plan."""
    from ecsim.kernel.models import model_of_scenario
    from ecsim.report.texts import Texts
    from ecsim.rural.plans.sited import SitingStudy
    from ecsim.scenario.load import load

    head = _new_plan(given.plan) if given.plan else None
    changes = {"policy.funds.purse": "county", **dict(setting_of(text) for text in given.set)}
    scenario = load(located(given.scenario, "scenarios"), changes)
    study = SitingStudy(scenario, model_of_scenario(scenario, trust=False))
    reach = study.reach_km if given.reach_km is None else given.reach_km
    if not 0 <= reach < float("inf"):
        raise EcsimError(f"--reach-km {reach:g}: give kilometres from 0 on")
    sited = study.site(study.county(given.county), given.objective, given.stations, reach)
    texts = Texts(given.lang)
    written = [_write_map(given, study, sited, texts)]
    if head is not None:
        written += _write_plan(given, study, sited, head)
    if given.json:
        print(json.dumps(_content(study, sited, written), ensure_ascii=False))
        return OK
    _print(given, study, sited, texts)
    for path in written:
        print(f"written: {path}")
    if head is not None:
        print(f"next:    ecsim check {head}")
    return OK


def _new_plan(name: str) -> Path:
    """Return the head of the plan to be written, once it is seen that nothing lies there."""
    from ecsim.cli.plan import head_and_table

    head, _ = head_and_table(name, "--plan", ".csv")
    return head


def _write_plan(given: Namespace, study: SitingStudy, sited: SitedCounty, head: Path) -> list[Path]:
    from ecsim.rural.plans.written import write_plan

    county, table = study.pack.counties[sited.county], head.with_suffix(".csv")
    rows = study.plan(sited)
    head.parent.mkdir(parents=True, exist_ok=True)
    says = {
        "name": head.stem,
        "title_en": f"Village stations of {county.name_en}: {given.objective}",
        "title_zh": f"{county.name_zh}村级服务站选址（{given.objective}）",
        "author": f"written by `ecsim site` for the objective {given.objective}",
        "purse": "county",
    }
    write_plan(head, table, rows, says, chinese=given.lang == "zh")
    return [head, table]


def _write_map(given: Namespace, study: SitingStudy, sited: SitedCounty, texts: Texts) -> Path:
    from ecsim.cli.maps import map_file, map_texts
    from ecsim.report.site_map import SiteMap, write_site_map

    county, stations = study.pack.counties[sited.county], int(sited.chosen.sum())
    path = map_file(given.map, f"results/sites/{county.adcode}-{given.objective}-{stations}.png")
    texts = map_texts(texts)
    name = county.name_zh if texts.language == "zh" else county.name_en
    title = texts("sites.title", county=name, stations=stations, objective=texts(f"sites.{given.objective}"))
    seat = (county.latitude, county.longitude)
    write_site_map(
        path, SiteMap(title, sited.latitude, sited.longitude, sited.chosen, sited.served, sited.poor, seat), texts
    )
    return path


def _print(given: Namespace, study: SitingStudy, sited: SitedCounty, texts: Texts) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide

    county = study.pack.counties[sited.county]
    name, stations = county.name_zh if texts.language == "zh" else county.name_en, int(sited.chosen.sum())
    title = texts("sites.title", county=name, stations=stations, objective=texts(f"sites.{given.objective}"))
    table = Table(title=title, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for row in _rows(given, sited, texts):
        table.add_row(*row)
    wide(100).print(table)


def _rows(given: Namespace, sited: SitedCounty, texts: Texts) -> list[tuple[str, str]]:
    """Return what the sites come to, line by line."""
    served, poor, households = sited.served, sited.poor, sited.households

    def share(part: int, whole: int) -> str:
        return texts("sites.share", part=part, whole=whole, share=part / max(1, whole))

    rows = [
        ("sites.stations", f"{int(sited.chosen.sum()):,}"),
        ("sites.reach", f"{sited.reach_km:g}"),
        ("sites.villages", share(int(served.sum()), len(served))),
        ("sites.poor_villages", share(int((served & poor).sum()), int(poor.sum()))),
        ("sites.households", share(int(households[served].sum()), int(households.sum()))),
        ("sites.mean_km", f"{sited.mean_km:.2f}"),
        ("sites.longest_km", f"{float(sited.distance_km.max()):.2f}"),
    ]
    if sited.value is None or sited.bound is None:
        return [*[(texts(key), told) for key, told in rows], (texts("sites.optimal"), texts("sites.by_order"))]
    gap = abs(sited.value - sited.bound) / max(1.0, abs(sited.value))
    rows += [
        (f"sites.value_{given.objective}", texts("sites.bounded", value=sited.value, bound=sited.bound)),
        ("sites.optimal", texts("sites.yes") if sited.optimal else texts("sites.no", gap=gap)),
    ]
    return [(texts(key), told) for key, told in rows]


def _content(study: SitingStudy, sited: SitedCounty, written: list[Path]) -> dict[str, Any]:
    """Return everything as one JSON object."""
    villages = study.pack.villages
    return {
        "county": study.pack.counties[sited.county].adcode,
        "stations": [villages[row].code for row in sited.villages[sited.chosen].tolist()],
        "reach_km": sited.reach_km,
        "villages": len(sited.villages),
        "villages_served": int(sited.served.sum()),
        "poor_villages": int(sited.poor.sum()),
        "poor_villages_served": int((sited.served & sited.poor).sum()),
        "households": int(sited.households.sum()),
        "households_served": int(sited.households[sited.served].sum()),
        "mean_km": sited.mean_km,
        "longest_km": float(sited.distance_km.max()),
        "value": sited.value,
        "bound": sited.bound,
        "optimal": sited.optimal,
        "written": [str(path) for path in written],
    }
