"""The command that tells of the synthesised roads of a region: classes, printed distances beside them, a map."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, Command, add_settings, located, place, setting_of

if TYPE_CHECKING:
    from ecsim.report.texts import Texts
    from ecsim.rural.road_view import RoadView


def add(command: Command) -> None:
    """Declare the command."""
    roads = command(
        "roads", "Tell of the synthesised roads: kilometres by class, printed distances beside them; map them.",
        "ecsim roads --prefecture 普洱市 --map roads.png",
    )  # fmt: skip
    roads.add_argument("--prefecture", help="to map, Chinese or English name (default: the first of the region)")
    roads.add_argument("--map", type=place, help="PNG to write (default: results/roads/PREFECTURE.png)")
    roads.add_argument("--lang", choices=("en", "zh"), default="en", help="of tables, map and headings (default: en)")
    roads.add_argument("--scenario", default="baseline", help="region and rules (default: baseline)")
    add_settings(roads, "replace a value, e.g. parameters.opening_roads.beta=2")
    roads.add_argument("--json", action="store_true", help="print one JSON object")
    roads.set_defaults(run=tell_roads)


def tell_roads(given: Namespace) -> int:
    """Print classes and checks, write the map."""
    from ecsim.report.texts import Texts
    from ecsim.rural.road_view import road_view
    from ecsim.scenario.load import load

    scenario = load(located(given.scenario, "scenarios"), dict(setting_of(text) for text in given.set))
    view = road_view(scenario)
    row = 0 if given.prefecture is None else view.prefecture(given.prefecture)
    texts = Texts(given.lang)
    path = _write_map(given, view, row, texts)
    if given.json:
        print(json.dumps(_content(view, path), ensure_ascii=False))
        return OK
    _print(view, texts)
    print(f"written: {path}")
    return OK


def _write_map(given: Namespace, view: RoadView, prefecture: int, texts: Texts) -> Path:
    from ecsim.cli.maps import map_file, map_texts
    from ecsim.report.road_map import RoadMap, write_road_map

    chinese, english = view.prefectures[prefecture]
    path, texts = map_file(given.map, f"results/roads/{english.replace(' ', '-')}.png"), map_texts(texts)
    title = texts("roads.title", prefecture=chinese if texts.language == "zh" else english)
    here = view.of(prefecture)
    short = ((row, (names[0], names[1].split(" ", maxsplit=1)[0])) for row, names in here.seats)
    seats = tuple((row, names[texts.language == "en"]) for row, names in short)
    drawn = RoadMap(title, here.latitude, here.longitude, here.start, here.end, here.road_class, seats)
    write_road_map(path, drawn, texts)
    return path


def _print(view: RoadView, texts: Texts) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide

    table = Table(title=texts("roads.classes"))
    for heading in ("class", "links", "km", "speed"):
        table.add_column(texts(f"roads.{heading}"), justify="left" if heading == "class" else "right")
    for name, links, km, speed in view.classes:
        table.add_row(texts(f"roads.{name}"), f"{links:,}", f"{km:,.0f}", f"{speed:.0f}")
    wide(100).print(table)
    if not view.checks:
        print(texts("roads.unchecked"))
        return
    table = Table(title=texts("roads.checks"))
    for heading in ("from", "to", "printed_km", "km", "ratio", "printed_hours", "hours"):
        table.add_column(texts(f"roads.{heading}"), justify="left" if heading in ("from", "to") else "right")
    for check in view.checks:
        ratio, hours = check.ratio, check.printed_hours
        table.add_row(
            check.fact.from_zh, check.fact.to_zh, "–" if check.fact.road_km is None else f"{check.fact.road_km:,.0f}",
            f"{check.km:,.0f}", "–" if ratio is None else f"{ratio:.2f}", "–" if hours is None else f"{hours:.1f}",
            f"{check.hours:.1f}",
        )  # fmt: skip
    wide(120).print(table)
    low, middle, high = view.ratios
    print(texts("roads.summary", number=view.compared, low=low, middle=middle, high=high))


def _content(view: RoadView, path: Path) -> dict[str, Any]:
    """Return everything as one JSON object."""
    low, middle, high = view.ratios if view.compared else (None, None, None)
    return {
        "classes": [
            {"class": name, "links": links, "km": km, "km_an_hour": speed} for name, links, km, speed in view.classes
        ],
        "checks": [
            {
                "from": check.fact.from_adcode, "to": check.fact.to_adcode, "printed_km": check.fact.road_km,
                "km": check.km, "printed_hours": check.printed_hours, "hours": check.hours,
            }
            for check in view.checks
        ],
        "ratio": {"low": low, "median": middle, "high": high},
        "written": [str(path)],
    }  # fmt: skip
