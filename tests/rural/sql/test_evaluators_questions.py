"""Five questions an evaluator asks, as they stand in docs/event-sourcing.md, against what else knows the answer."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.runs import open_run
from ecsim.kernel.sql import SqlSession
from ecsim.rural.events import EVENTS
from ecsim.rural.events.codes import Channel
from ecsim.rural.events.logistics import ParcelsDelivered
from ecsim.rural.events.market import LotSold
from ecsim.rural.events.opening import HouseholdsBaselined, PlotsBaselined
from ecsim.rural.indicators import CountyScorecard
from ecsim.rural.regions.pack import load_pack
from runs import scorecard_of

COVERAGE = """
SELECT county_name, count(*) AS villages, count(station) AS served, count(station) / count(*) AS coverage
FROM villages LEFT JOIN (SELECT village, station FROM stations WHERE status = 'open') USING (village)
WHERE unit_kind_name = 'village'
GROUP BY county_name ORDER BY coverage
"""
MONEY = """
SELECT category_name, funder_name, sum(CASE WHEN payer = 1 THEN -paid_fen ELSE paid_fen END) / 100 AS yuan,
       count(DISTINCT project) AS projects
FROM payment_made_named WHERE project >= 0
GROUP BY ALL ORDER BY yuan DESC
"""
DELAYS = """
SELECT project_kind_name, count(*) AS projects, count(finished_date) AS finished,
       median(awarded_date - approved_date) AS days_to_award,
       median(finished_date - awarded_date) AS days_of_works, median(finished_day - due_day) AS days_late,
       count(*) FILTER (bidders < 3) AS with_few_bidders
FROM projects
GROUP BY ALL ORDER BY days_of_works DESC
"""
CHANNELS = """
SELECT poor_household, channel_name, sum(sold_g * weight) / 1e6 AS tonnes,
       sum(received_fen * weight) / 1e8 AS million_yuan
FROM lot_sold_named WHERE date >= '2019-01-01'
GROUP BY ALL ORDER BY ALL
"""
PARCELS = """
SELECT year(date) AS year, quarter(date) AS quarter, to_station, sum(parcels) AS parcels,
       sum(late) / sum(parcels) AS late, sum(delay_hours) / sum(parcels) / 24 AS days_in_the_county
FROM parcels_delivered_named
GROUP BY ALL ORDER BY ALL
"""


def asked(questions: SqlSession, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = questions.ask(query).table().to_pylist()
    return rows


@pytest.fixture(scope="module")
def card(sealed_run: Path) -> CountyScorecard:
    reader = JournalReader(sealed_run, EVENTS)
    return scorecard_of(open_run(sealed_run).scenario).read(reader.batches())


def test_how_many_villages_of_a_county_have_a_station(questions: SqlSession, card: CountyScorecard) -> None:
    rows = asked(questions, COVERAGE)
    expected = card.values(card.start.replace(year=2019, month=6, day=30))["village_coverage"]
    names = [county.name_zh for county in load_pack("yunnan_2018").counties]
    found = {row["county_name"]: row["coverage"] for row in rows}
    assert [found[name] for name in names] == pytest.approx(expected)
    assert sum(row["served"] for row in rows) > 0
    assert [row["coverage"] for row in rows] == sorted(found.values())


def test_what_the_money_was_spent_on(questions: SqlSession, card: CountyScorecard) -> None:
    rows = asked(questions, MONEY)
    spent = card.spending_yuan()
    by_head = {head: sum(row["yuan"] for row in rows if row["category_name"] == head) for head in spent}
    assert by_head == pytest.approx(spent)


def test_how_long_projects_take(questions: SqlSession) -> None:
    rows = asked(questions, DELAYS)
    counted = {row["project_kind_name"]: row["projects"] for row in rows}
    assert sum(counted.values()) == asked(questions, "SELECT count(*) AS n FROM project_approved")[0]["n"]
    few = asked(questions, "SELECT count(*) AS n FROM contract_awarded WHERE bidders < 3")[0]["n"]
    assert sum(row["with_few_bidders"] for row in rows) == few > 0
    stations = next(row for row in rows if row["project_kind_name"] == "stations")
    assert stations["days_to_award"] >= 28
    assert stations["days_of_works"] >= 28


def test_what_poor_households_earn_by_channel(questions: SqlSession) -> None:
    rows = {(row["poor_household"], row["channel_name"]): row for row in asked(questions, CHANNELS)}
    kind = questions.reader.kind
    lots, households = kind(LotSold), kind(HouseholdsBaselined)
    who = kind(PlotsBaselined)["household"][lots["plot"]]
    mine = (lots["day"] >= 92) & households["poor"][who].astype(np.bool_) & (lots["channel"] == Channel.COOPERATIVE)
    weight = households["weight"][who][mine].astype(np.float64)
    found = rows[True, "cooperative"]
    assert found["tonnes"] == pytest.approx((lots["sold_g"][mine] * weight).sum() / 1e6)
    assert found["million_yuan"] == pytest.approx((lots["received_fen"][mine] * weight).sum() / 1e8)
    assert rows[False, "trader"]["tonnes"] > found["tonnes"]


def test_whether_parcels_come_sooner_where_there_is_a_station(questions: SqlSession) -> None:
    rows = asked(questions, PARCELS)
    delivered = questions.reader.kind(ParcelsDelivered)
    assert sum(row["parcels"] for row in rows) == delivered["parcels"].sum()
    assert {(row["year"], row["quarter"]) for row in rows} >= {(2018, 4), (2019, 2)}
    assert all(0 <= row["late"] <= 1 and row["days_in_the_county"] > 0 for row in rows)
