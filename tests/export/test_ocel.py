"""A run as an object-centric log: the standard's own rules hold, and pm4py finds the programme's process in it."""

import sqlite3
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pm4py
import pytest
from pm4py.objects.ocel.validation import ocel20_rel_validation

from ecsim.export import write_ocel
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.kernel.sql import SqlSession
from ecsim.rural.events import EVENTS
from ecsim.rural.events.stations import StationOpened


@pytest.fixture(scope="module")
def county(run: Path) -> str:
    """The county with the most stations so far."""
    with SqlSession(run) as questions:
        found = questions.ask(
            "SELECT county_name FROM stations GROUP BY ALL ORDER BY count(*) DESC, county_name LIMIT 1"
        )
        name: str = found.table().column(0).to_pylist()[0]
    return name


@pytest.fixture(scope="module")
def log(run: Path, county: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ocel") / "county.sqlite"
    write_ocel(run, out, county)
    return out


@pytest.fixture(scope="module")
def ocel(log: Path) -> Any:
    return pm4py.read_ocel2_sqlite(str(log))


def rows(log: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(log)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_the_relational_rules_of_the_standard_hold(log: Path) -> None:
    satisfied, broken = ocel20_rel_validation.apply(str(log))
    assert not broken
    assert len(satisfied) == 24


def test_nothing_points_at_what_is_not_there(log: Path) -> None:
    assert rows(log, "PRAGMA foreign_key_check") == []
    every = {name for (name,) in rows(log, "SELECT ocel_id FROM object")}
    named = {name for (name,) in rows(log, "SELECT ocel_object_id FROM event_object")}
    linked = {name for (name,) in rows(log, "SELECT ocel_target_id FROM object_object")}
    assert every == named | linked


def test_pm4py_opens_it_with_all_types_of_objects(ocel: Any, log: Path) -> None:
    types = set(pm4py.ocel_get_object_types(ocel))
    assert types == {"household", "station", "parcel_batch", "project", "fund", "county", "dealer"}
    assert len(ocel.events) == rows(log, "SELECT count(*) FROM event")[0][0]
    assert len(ocel.relations) == rows(log, "SELECT count(*) FROM event_object")[0][0]
    assert set(ocel.o2o["ocel:qualifier"]) >= {"paid from", "in", "built by", "lives in", "handed over at"}


def test_the_process_of_a_project_leads_from_money_over_contract_and_works_to_service(ocel: Any) -> None:
    arcs, first, last = pm4py.discover_dfg(pm4py.ocel_flattening(ocel, "project"))
    path = ["tranche_paid", "project_approved", "contract_awarded", "project_paid", "works_finished", "project_paid"]
    for arc in pairwise(path):
        assert arcs.get(arc, 0) > 0, arc
    for service in ("facility_opened", "station_offered", "session_held"):  # the rest is paid in the same week
        assert arcs.get(("works_finished", service), 0) + arcs.get(("project_paid", service), 0) > 0, service
    assert arcs["station_offered", "station_opened"] > 0
    assert set(first) == {"tranche_paid"}
    assert {"project_paid", "trainee_attended"} <= set(last)  # service begins in the week in which its works are paid
    assert not {arc for arc in arcs if arc[1] == "tranche_paid"}
    assert ("works_finished", "contract_awarded") not in arcs


def test_the_object_centric_graph_joins_the_fund_to_what_it_pays(ocel: Any) -> None:
    programme = ["tranche_paid", "project_approved", "contract_awarded", "works_finished", "station_opened"]
    graph = pm4py.discover_ocdfg(pm4py.filter_ocel_event_attribute(ocel, "ocel:activity", programme))
    by_fund, by_project = (graph["edges"]["event_couples"][kind] for kind in ("fund", "project"))
    assert ("tranche_paid", "project_approved") in by_fund
    assert ("contract_awarded", "works_finished") in by_project
    assert ("works_finished", "station_opened") in by_project
    assert ("station_opened", "station_opened") not in graph["edges"]["event_couples"].get("station", {})


def test_a_batch_is_ordered_by_households_and_handed_over_at_a_station(log: Path) -> None:
    roles = dict(
        rows(
            log,
            "SELECT ocel_qualifier, count(*) FROM event_object JOIN event ON ocel_id = ocel_event_id "
            "WHERE ocel_type IN ('parcels_ordered', 'parcels_delivered') GROUP BY ocel_qualifier",
        )
    )
    assert roles.keys() == {"of", "ordered by", "handed over at"}
    assert min(roles.values()) > 0


def test_events_are_rows_of_the_journal_in_their_order(log: Path, run: Path) -> None:
    reader = JournalReader(run, EVENTS)
    opened = {str(seq) for seq in reader.kind(StationOpened)["seq"].tolist()}
    found = rows(log, "SELECT ocel_id, ocel_time FROM event_station_opened ORDER BY ocel_time")
    assert {seq for seq, _ in found} <= opened
    assert [int(seq) for seq, _ in found] == sorted(int(seq) for seq, _ in found)
    every = rows(log, "SELECT ocel_id, ocel_time FROM event_project_paid UNION ALL SELECT * FROM event_works_finished")
    assert [int(row[0]) for row in sorted(every, key=lambda row: row[1])] == sorted(int(row[0]) for row in every)
    assert all(time.startswith("2019-") and time.endswith("Z") for _, time in found)


def test_the_status_of_a_station_changes_over_time(ocel: Any, log: Path) -> None:
    changes = ocel.object_changes
    stations = changes[changes["ocel:type"] == "station"]
    assert set(stations["ocel:field"]) == {"status"}
    assert Counter(stations["status"])["open"] >= len(rows(log, "SELECT DISTINCT ocel_id FROM object_station"))
    projects = changes[changes["ocel:type"] == "project"]
    every = {"approved", "contracted", "finished"}
    assert every <= set(projects["status"]) <= every | {"given up"}


def test_a_county_alone_is_a_part_of_the_whole(early: Path, tmp_path: Path) -> None:
    files = {None: tmp_path / "all.sqlite", "富源": tmp_path / "county.sqlite"}
    counts = {county: write_ocel(early, path, county) for county, path in files.items()}
    whole, part = ({row[0] for row in rows(path, "SELECT ocel_id FROM event")} for path in files.values())
    assert part < whole
    assert counts[None]["events"] == len(whole)
    handed_over = [rows(path, "SELECT sum(parcels) FROM event_parcels_delivered")[0][0] for path in files.values()]
    with SqlSession(early) as questions:
        total = "SELECT sum(parcels) AS n FROM parcels_delivered_named"
        here = questions.ask(f"{total} WHERE county_name = '富源县'").table().to_pylist()[0]["n"]
        assert handed_over == [questions.ask(total).table().to_pylist()[0]["n"], here]
    assert [row[0] for row in rows(files["富源"], "SELECT county_name FROM object_county")] == ["富源县"]


def test_wrong_input_is_told_and_leaves_no_file(run: Path, tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=r"ends in \.json; an OCEL log is written as \.sqlite"):
        write_ocel(run, tmp_path / "log.json")
    with pytest.raises(EcsimError, match=r"county '昆明': no such county; allowed are .*会泽县"):
        write_ocel(run, tmp_path / "log.sqlite", "昆明")
    with pytest.raises(EcsimError, match="cannot be written"):
        write_ocel(run, tmp_path / "no folder" / "log.sqlite")
    Journal.create(tmp_path / "run", {"scenario": {}}, EVENTS, "decisions").close()
    with pytest.raises(EcsimError, match="keeps decisions only"):
        write_ocel(tmp_path / "run", tmp_path / "log.sqlite")
    assert not list(tmp_path.glob("*log*"))
