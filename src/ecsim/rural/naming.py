"""What people call the places, products, accounts and designs of a run of the rural model.

Proper names come from the region pack if it is the one that the run was made with; titles come with events and
tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ecsim.kernel.recorded import Columns, JournalReader
from ecsim.kernel.text import Text
from ecsim.rural.events import (
    DealerKind,
    DealerListed,
    DealersBaselined,
    ProjectApproved,
    StationOffered,
)
from ecsim.rural.programme.programme_files import numbered_rules
from ecsim.rural.regions import names, pack_of, roads_between
from ecsim.rural.texts import code_label, text

ACCOUNTS = ("accounts.province", "accounts.suppliers", "accounts.operators", "accounts.outside")
"""Names of the accounts that come before those of prefectures and counties (`ecsim.rural.state.ledger`)."""
PAYERS = ("accounts.the_province", *ACCOUNTS[1:])
"""Their names in sentences."""
DEALERS = {
    DealerKind.TRADERS: "names.traders",
    DealerKind.MERCHANTS: "names.merchants",
    DealerKind.SHOPS: "names.shops",
    DealerKind.STATIONS: "names.stations",
}
"""What dealers are called that are no firm of their own, by kind."""
TELLING = ("project", "station", "payee", "village", "township", "county", "prefecture", "household", "enterprise")
"""Columns that tell most of an event, the first that it has."""
COUNTED = ("counties", "villages", "stations", "projects", "households")
"""Tables by whose rows a difference between runs is counted."""


def proper_names(reader: JournalReader) -> Mapping[str, Sequence[Text]]:
    """Return the names of a run's places, products, accounts and station designs; none if its region is another now."""
    scenario = reader.genesis["scenario"]
    pack = pack_of(scenario)
    if pack.digest != reader.genesis["region"]["digest"]:
        return {}
    known = {table: [_text(name) for name in names_of_table] for table, names_of_table in names(pack).items()}
    counties, prefectures = known["counties"], known["prefectures"]
    designs = [Text(design["name"], design["name"]) for design in scenario["designs"]]
    return {
        **known,
        "crops": [Text(product.name_en, product.name_zh) for product in pack.products],
        "brands": [*counties, *prefectures],
        "accounts": [*map(text, ACCOUNTS), *prefectures, *counties],
        "roads": roads_between(reader, [*known["townships"], *known["villages"]], pack),
        "design": designs,
        "rule": [Text(rule["title_en"], rule["title_zh"]) for rule in numbered_rules(scenario)],
        "dealers": _dealers(reader),
    }


def _dealers(reader: JournalReader) -> list[Text]:
    """Return what dealers are called beside their product: traders, cooperative 3, enterprise 5, …"""
    owners = {DealerKind.COOPERATIVE: "cooperative", DealerKind.ENTERPRISE: "enterprise"}
    called = []
    for kind in (DealersBaselined, DealerListed):
        rows = reader.kind(kind)
        for row, code in enumerate(rows["dealer_kind"].tolist()):
            label, owner = code_label(DealerKind, code), owners.get(DealerKind(code))
            number = int(rows[owner][row]) if owner else None
            called.append(label if number is None else Text(f"{label.en} {number}", f"{number}号{label.zh}"))
    return called


def _text(name: Mapping[str, str]) -> Text:
    return Text(name.get("en") or name.get("pinyin") or name["zh"], name["zh"])


def shown_instead(reader: JournalReader) -> Mapping[tuple[str, str], Callable[[Columns, int], int]]:
    """Return how a project's design is told: that of the stations it offered, none if it offered none."""
    offered: dict[int, int] = {}

    def design(rows: Columns, row: int) -> int:
        if not offered:
            stations = reader.kind(StationOffered)
            offered.update(zip(stations["project"].tolist(), stations["design"].tolist(), strict=True))
            offered.setdefault(-1, -1)
        return offered.get(int(rows["project"][row]), -1)

    return {(ProjectApproved.kind, "design"): design}
