"""Names for the numbers of a run, as small tables: what people call its places, products, designs and accounts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import JournalReader
from ecsim.rural.naming import ACCOUNTS
from ecsim.rural.programme.programme_files import numbered_rules
from ecsim.rural.regions import Names, names, pack_of
from ecsim.rural.texts import text

_log = logging.getLogger(__name__)


def create_names(database: duckdb.DuckDBPyConnection, reader: JournalReader) -> None:
    """Create the tables of the schema ``names``: a number, a Chinese name, an English one, a statistical code.

    Townships are romanised; villages have no English name.

    Raises
    ------
    EcsimError
        If the region pack is not there or has other places than the run.
    """
    called = _names(reader)
    counties, prefectures, designs = called["counties"], called["prefectures"], reader.genesis["scenario"]["designs"]
    fixed = [text(account)._asdict() for account in ACCOUNTS]
    database.execute("CREATE SCHEMA names")
    _add(database, "prefectures", "prefecture", {"_name": "zh", "_name_en": "en"}, prefectures)
    _add(database, "counties", "county", {"_name": "zh", "_name_en": "en", "_code": "code"}, counties)
    townships = {"_name": "zh", "_name_en": "pinyin", "_code": "code"}
    _add(database, "townships", "township", townships, called["townships"])
    _add(database, "villages", "village", {"_name": "zh", "_code": "code"}, called["villages"])
    _add(database, "products", "product", {"_name": "zh", "_name_en": "en"}, called["products"])
    _add(database, "brands", "brand", {"_name": "zh", "_name_en": "en"}, [*counties, *prefectures])
    _add(database, "accounts", "account", {"_name": "zh", "_name_en": "en"}, [*fixed, *prefectures, *counties])
    _add(database, "designs", "design", {"_name": "title_zh", "_name_en": "name"}, designs)
    rule = {"_name": "title_zh", "_name_en": "title_en", "_article": "article"}
    _add(database, "rules", "rule", rule, numbered_rules(reader.genesis["scenario"]))


def _names(reader: JournalReader) -> Names:
    scenario, sizes = reader.genesis["scenario"], reader.genesis["sizes"]
    pack = pack_of(scenario)
    for table, called in (("counties", pack.counties), ("townships", pack.townships), ("villages", pack.villages)):
        if sizes[table] != len(called):
            raise EcsimError(
                f"{reader.folder}: has {sizes[table]} {table}, the region pack {scenario['region']} has {len(called)}; "
                "names need the pack that the run was simulated with"
            )
    if pack.digest != reader.genesis["region"]["digest"]:
        _log.warning("%s: the region pack has changed since; names are those of today", reader.folder)
    return names(pack)


def _add(
    database: duckdb.DuckDBPyConnection, table: str, row: str, columns: Mapping[str, str],
    things: Sequence[Mapping[str, Any]],
) -> None:  # fmt: skip
    """Create a table of things, numbered in order; ``columns`` says which of what is known of them becomes which."""
    values = [[thing[key] for thing in things] for key in columns.values()]
    named = "".join(f", unnest(${n}::VARCHAR[]) AS {row}{ending}" for n, ending in enumerate(columns, 1))
    database.execute(f"CREATE TABLE names.{table} AS SELECT unnest(range(len($1)))::INTEGER AS {row}{named}", values)
