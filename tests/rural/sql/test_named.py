"""Names, words, dates and weights stand beside the numbers, and no row is lost or doubled by them."""

import datetime as dt
import logging
from pathlib import Path

import numpy as np
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.sql import SqlSession
from ecsim.kernel.sql.code_labels import word
from ecsim.rural.events import EVENTS
from ecsim.rural.events.households import ParcelsOrdered
from ecsim.rural.events.market import LotSold
from ecsim.rural.events.opening import HouseholdsBaselined, PlotsBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.sql import places
from ecsim.rural.state import ledger


def test_a_named_view_has_the_rows_of_its_kind_each_once(questions: SqlSession) -> None:
    for kind in EVENTS:
        name, first = kind.kind, kind.columns[0].name
        counts = f"count(*) AS rows, count(DISTINCT seq) AS seqs, sum(seq) AS seq, sum({first}) AS first"
        both = [questions.ask(f'SELECT {counts} FROM "{view}"').table().to_pylist() for view in (name, f"{name}_named")]
        assert both[0] == both[1], name
        assert both[0][0]["rows"] == both[0][0]["seqs"], name


def test_a_named_view_keeps_every_column_of_its_kind_and_their_types(questions: SqlSession) -> None:
    for kind in EVENTS:
        named = dict(questions.columns(f"{kind.kind}_named"))
        assert all(named[column] == sql_type for column, sql_type in questions.columns(kind.kind)), kind.kind
        assert named["date"] == "DATE"


def test_a_lot_is_sold_in_the_county_that_village_and_township_lead_to(questions: SqlSession) -> None:
    rows = questions.reader.kind
    household = rows(PlotsBaselined)["household"][rows(LotSold)["plot"]]
    village = rows(HouseholdsBaselined)["village"][household]
    county = rows(TownshipsBaselined)["county"][rows(VillagesBaselined)["township"][village]]
    fen = rows(LotSold)["received_fen"] * rows(HouseholdsBaselined)["weight"][household]
    pack = load_pack("yunnan_2018")
    by_name = {c.name_zh: int(fen[county == row].sum()) for row, c in enumerate(pack.counties) if (county == row).any()}
    found = questions.ask("SELECT county_name, sum(received_fen * weight) AS fen FROM lot_sold_named GROUP BY ALL")
    assert {row["county_name"]: row["fen"] for row in found.table().to_pylist()} == by_name
    assert len(by_name) > 20


def test_who_bought_a_lot_is_named_and_deals_in_its_product_and_county(questions: SqlSession) -> None:
    """From a poor household by its buyer to consumers: each step is a view with the buyer's name in it."""
    found = questions.ask(
        "SELECT l.dealer, any_value(l.dealer_name_en) AS name, any_value(l.dealer_kind_name) AS kind, "
        "any_value(l.product_name_en) AS product, any_value(l.township_name_en) AS town, "
        "bool_and(l.crop = d.crop AND l.county = d.county AND l.dealer_kind_name = d.dealer_kind_name) AS same, "
        "any_value(o.paid_fen) AS paid_fen FROM lot_sold_named l JOIN dealers d USING (dealer) "
        "LEFT JOIN (SELECT dealer, sum(paid_fen) AS paid_fen FROM orders_filled GROUP BY dealer) o USING (dealer) "
        "WHERE l.poor_household GROUP BY l.dealer"
    )
    rows = found.table().to_pylist()
    assert all(row["same"] and row["product"] in row["name"] for row in rows)
    assert {row["kind"] for row in rows} >= {"traders", "cooperative", "enterprise", "merchants"}
    for row in rows:
        if row["kind"] == "cooperative":
            assert row["name"].startswith("cooperative ")
            assert row["name"].endswith(f"({row['product']}, {row['town']})")
    assert sum(row["paid_fen"] or 0 for row in rows if row["kind"] == "cooperative") > 0


def test_orders_are_of_all_households_that_a_row_stands_for(questions: SqlSession) -> None:
    parcels = int(questions.reader.kind(ParcelsOrdered)["parcels"].sum())
    found = questions.ask("SELECT sum(parcels * weight) AS parcels FROM parcels_ordered_named").table().to_pylist()
    assert found == [{"parcels": parcels}]
    assert parcels > 0


def test_codes_come_as_words_and_days_as_dates(questions: SqlSession) -> None:
    found = questions.ask(
        "SELECT channel, any_value(channel_name) AS word, count(DISTINCT channel_name) AS words FROM lot_sold_named "
        "GROUP BY channel ORDER BY channel"
    ).table()
    assert found.column("word").to_pylist()[:2] == ["trader", "cooperative"]
    assert set(found.column("words").to_pylist()) == {1}
    dates = questions.ask("SELECT DISTINCT day, date FROM payment_made_named").table().to_pylist()
    assert all(row["date"] == dt.date(2018, 10, 1) + dt.timedelta(days=row["day"]) for row in dates)


def test_flags_that_add_up_come_as_every_word_they_hold() -> None:
    sql = word({"k.c": {"1": "woman", "2": "young", "4": "returnee"}}, "k", "c", "c")
    import duckdb

    found = duckdb.sql(f"SELECT {sql} FROM (VALUES (0), (2), (5)) t(c)").fetchall()
    assert found == [("none",), ("young",), ("woman+returnee",)]


def test_a_project_of_a_prefecture_has_no_county_and_its_prefectures_name(questions: SqlSession) -> None:
    shared = questions.ask(
        "SELECT DISTINCT county_name, prefecture_name, prefecture_name_en FROM project_approved_named "
        "WHERE level_name = 'prefecture'"
    )
    rows = shared.table().to_pylist()
    assert {row["county_name"] for row in rows} == {None}
    assert ("曲靖市", "Qujing City") in {(row["prefecture_name"], row["prefecture_name_en"]) for row in rows}


def test_who_pays_and_who_is_paid_are_named_apart(questions: SqlSession) -> None:
    rows = questions.ask(
        "SELECT DISTINCT payer_name_en, payee_name FROM payment_made_named "
        "JOIN (SELECT min(seq) AS seq FROM payment_made GROUP BY payer, payee) USING (seq) "
        "WHERE project < 0 AND cause < 0 ORDER BY payee_name"
    ).table()
    assert set(rows.column("payer_name_en").to_pylist()) == {"province"}
    assert set(rows.column("payee_name").to_pylist()) == {zh for zh, _ in load_pack("yunnan_2018").prefectures}


def test_there_are_as_many_accounts_as_the_ledger_has(questions: SqlSession) -> None:
    assert questions.ask("FROM accounts").table().num_rows == ledger.accounts_needed(prefectures=6, counties=25)
    found = questions.ask("SELECT account, county, prefecture FROM accounts ORDER BY account").table().to_pylist()
    assert found[ledger.prefecture_account(2)] == {"account": 6, "county": None, "prefecture": 2}
    assert found[ledger.county_account(6, 7)] == {"account": 17, "county": 7, "prefecture": 1}


def test_weights_of_the_sampled_households_add_up_to_a_countys_households(questions: SqlSession) -> None:
    sampled = questions.ask(
        "SELECT county, sum(weight) AS many FROM households GROUP BY county ORDER BY county"
    ).table()
    told = questions.ask("SELECT households FROM counties ORDER BY county").table().column("households").to_numpy()
    assert np.array_equal(sampled.column("many").to_numpy(), told)


def test_tables_of_things_hold_each_thing_once(questions: SqlSession) -> None:
    for table, one in (
        ("counties", "county"), ("townships", "township"), ("villages", "village"), ("products", "product"),
        ("crops", "crop"), ("households", "household"), ("plots", "plot"), ("cooperatives", "cooperative"),
        ("enterprises", "enterprise"), ("dealers", "dealer"), ("operators", "operator"),
        ("stations", "station"), ("projects", "project"),
        ("facilities", "facility"), ("sessions", "session"), ("brands", "brand"), ("accounts", "account"),
    ):  # fmt: skip
        counted = f"SELECT count(*) AS rows, count(DISTINCT {one}) AS things FROM {table}"
        found = questions.ask(counted).table().to_pylist()[0]
        assert found["rows"] == found["things"] > 0, table


def test_a_project_knows_what_it_was_paid_and_a_session_who_came(questions: SqlSession) -> None:
    for table, kind, amount, own in (
        (
            "projects",
            "payment_made WHERE project >= 0",
            "CASE WHEN payer = 1 THEN -paid_fen ELSE paid_fen END",
            "paid_fen",
        ),
        ("sessions", "trainee_attended", "persons", "persons"),
    ):
        total = f"SELECT (SELECT sum({own}) FROM {table}) AS a, (SELECT sum({amount}) FROM {kind}) AS b"
        row = questions.ask(total).table().to_pylist()[0]
        assert row["a"] == row["b"] > 0, table


def test_a_station_given_up_is_closed_on_that_day(questions: SqlSession) -> None:
    rows = questions.ask("SELECT status, closed_date, opened_date, design_name_en FROM stations").table().to_pylist()
    assert {row["status"] for row in rows} <= {"open", "idle", "closed"}
    assert all((row["status"] == "closed") == (row["closed_date"] is not None) for row in rows)
    assert {row["design_name_en"] for row in rows} == {"integrated"}


def test_names_need_the_pack_that_the_run_was_simulated_with(sealed_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = load_pack("yunnan_2018")
    fewer = type(pack)(**{**vars(pack), "counties": pack.counties[:-1]})
    monkeypatch.setattr(places, "pack_of", lambda _: fewer)
    with SqlSession(sealed_run) as asked:
        assert asked.ask("SELECT count(*) AS n FROM lot_sold").table().num_rows == 1  # numbers need no names
        with pytest.raises(EcsimError, match="has 25 counties, the region pack yunnan_2018 has 24"):
            asked.ask("FROM lot_sold_named")


def test_a_pack_that_changed_since_is_told(
    sealed_run: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pack = load_pack("yunnan_2018")
    monkeypatch.setattr(places, "pack_of", lambda _: type(pack)(**{**vars(pack), "digest": "0"}))
    with caplog.at_level(logging.WARNING), SqlSession(sealed_run) as asked:
        asked.ask("FROM counties").table()
    assert "the region pack has changed since" in caplog.text
