"""From a figure to the events that make it: the right ones, no others, and what brought them about."""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from ecsim.audit.trace import Trace, trace_figure
from ecsim.audit.trace.layout import FIGURE, Box, Edge, Graph, rows_of
from ecsim.audit.trace.lineage import Lineage
from ecsim.audit.trace.page import short, write_page
from ecsim.audit.trace.sums import main_sum, shown_sums, span
from ecsim.cli.main import main
from ecsim.kernel.columns import Codes, Flags, Ids
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import NO_CAUSE
from ecsim.kernel.forks import fork
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.rows import select_rows
from ecsim.kernel.runs import open_run
from ecsim.naming.names import names_of
from ecsim.rural.events import EVENTS
from ecsim.rural.events.funds import PaymentMade, ProjectApproved
from ecsim.rural.events.goods import DealerListed
from ecsim.rural.events.stations import StationClosed, StationOffered, StationOpened, StationReopened
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.figures import DATE_FIGURES, OF_A_PERIOD, OF_YEARS_ALONE, composition_of, of_period
from ecsim.rural.simulate import simulate
from eventful import eventful
from runs import scenario

LAST = dt.date(2020, 3, 29)
MENGLIAN = 7
FRACTIONS = ("poor_income", "income", "poor_households_served")
"""Figures that are sums of fractions: their last digits depend on the order in which they are added."""


@lru_cache
def traced(name: str) -> Trace:
    return trace_figure(eventful().folder, name, "孟连傣族拉祜族佤族自治县")


@pytest.fixture(scope="module")
def trained() -> Trace:
    return traced("trained")


OF_DATES = [figure.name for figure in DATE_FIGURES if figure.unit or figure.measure]
OF_PERIODS = [of_period(base, "2019") for base in OF_A_PERIOD] + [
    of_period(base, "last26weeks") for base in OF_A_PERIOD if base not in OF_YEARS_ALONE
]


def test_what_a_figure_is_made_of_is_told_for_every_figure_of_targets_and_every_outcome() -> None:
    assert all(composition_of(name) for name in (*OF_DATES, *OF_PERIODS))


@pytest.mark.parametrize("name", [*OF_DATES, *OF_PERIODS])
def test_the_events_behind_a_figure_give_it_again(name: str) -> None:
    card = eventful().card
    values = card.values(LAST)
    of_the_run = (values if name in values else card.outcomes_named([name]))[name][MENGLIAN]
    found = traced(name)
    exact = pytest.approx(of_the_run, rel=1e-12 if name.startswith(FRACTIONS) else 0.0, abs=0.0, nan_ok=True)
    assert found.figure == exact  # the card that looked on while the run was simulated
    assert found.recomputed == exact
    assert found.holds
    if of_the_run == 0.0 and name.startswith("trained_to_"):
        return  # nobody of the county went on to it: no event is behind it
    assert found.events
    if not all(kind.no_cause_reason for kind in found.events):  # the opening is always counted
        assert found.recount({}) != pytest.approx(of_the_run, rel=1e-6)


COUNTS = (
    "service_centres", "demo_enterprises", "demo_poor_households", "regional_brands", "trained", "employment",
    "complaints", "poor_villages_served", "poor_households_served", "stations_closed", "buyers_share",
    "sellers_share", "service_complaints", "trainee_satisfaction", "farm_retail@2019", "delay_days@2019",
)  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_without_any_one_of_them_the_figure_is_another(name: str) -> None:
    found = traced(name)
    counted = found.levels[0].rows
    for kind, rows in counted.items():
        if kind.no_cause_reason or kind in (StationReopened, StationOpened, DealerListed):
            continue  # the opening is always there; stations have the next test; a dealer only says where it is
        many = len(rows["seq"])
        for row in {0, many // 2, many - 1}:
            rest = {
                **found.events,
                kind: select_rows(found.events[kind], found.events[kind]["seq"] != rows["seq"][row]),
            }
            assert found.recount(rest) != found.figure, f"{kind.kind} {rows['seq'][row]} makes no difference"


def test_a_station_counts_by_its_opening_and_the_last_change_since() -> None:
    opened, closed = traced("stations_open"), traced("stations_closed")
    reader = JournalReader(eventful().folder, EVENTS)
    gone = set(reader.kind(StationClosed)["station"].tolist())
    mine = opened.events[StationOpened]["station"].tolist()
    assert opened.figure == len(mine) > 0
    assert not gone & set(mine)
    back = reader.kind(StationReopened)
    last = {
        int(station): int(seq) for station, seq in zip(back["station"], back["seq"], strict=True) if station in mine
    }
    counted = opened.events.get(StationReopened, {"seq": np.zeros(0, np.int64)})
    assert set(counted["seq"].tolist()) == set(last.values())
    assert closed.figure == len(closed.events[StationClosed]["seq"]) > 0
    assert set(closed.events[StationOpened]["station"].tolist()) == set(
        closed.events[StationClosed]["station"].tolist()
    )


def test_training_is_counted_from_attendances_and_placed_by_their_sessions(trained: Trace) -> None:
    assert set(trained.events) == {TraineeAttended, SessionHeld}
    attended, held = trained.events[TraineeAttended], trained.events[SessionHeld]
    assert attended["persons"].sum() == trained.figure
    assert (held["county"] == MENGLIAN).all()
    assert set(held["session"].tolist()) == set(attended["session"].tolist())
    everywhere = JournalReader(eventful().folder, EVENTS).kind(TraineeAttended)
    assert len(attended["seq"]) < len(everywhere["seq"]) / 10


def test_growth_is_made_by_the_year_to_date_and_the_same_weeks_before() -> None:
    found = trace_figure(eventful().folder, "farm_growth", "孟连傣族拉祜族佤族自治县", dt.date(2019, 6, 30))
    sold = {kind: rows for kind, rows in found.events.items() if kind is not DealerListed}
    weeks = {int(day) // 7 for rows in sold.values() for day in rows["day"]}
    # the first week of 2019 begins on 31 December 2018, since most of its days lie in 2019; week 77 holds 30 June
    assert weeks == {*range(26), *range(52, 78)}
    assert found.figure == eventful().card.values(dt.date(2019, 6, 30))["farm_growth"][MENGLIAN] == found.recomputed


@pytest.mark.parametrize("name", ["trained", "poor_households_served", "complaints", "retail_growth"])
def test_a_figure_is_traced_as_it_was_on_a_date(name: str) -> None:
    date = dt.date(2019, 5, 31)
    found = trace_figure(eventful().folder, name, "Menglian", date)
    assert found.figure == pytest.approx(found.recomputed, rel=1e-12 if name in FRACTIONS else 0.0, abs=0.0)
    values = eventful().card.values(date)
    assert name not in values or found.figure == pytest.approx(values[name][MENGLIAN], rel=1e-12)
    assert all(found.day(rows["day"].max()) <= date for rows in found.events.values())
    assert found.figure != traced(name).figure


def test_a_project_is_told_with_the_design_of_the_stations_it_offered_and_without_one_if_of_none() -> None:
    """Also of a run in which the plan itself says 0 for every project."""
    run = open_run(eventful().folder)
    rows, offered = run.reader.kind(ProjectApproved), set(run.reader.kind(StationOffered)["project"].tolist())
    names = names_of(run)
    told = {int(rows["project"][row]): names.described(ProjectApproved, rows, row) for row in range(len(rows["seq"]))}
    assert {project for project, words in told.items() if "; design " in words} == offered
    assert all("; design stand_alone" in told[project] for project in offered)


def test_causes_lead_from_training_to_the_tranche_step_by_step(trained: Trace) -> None:
    kinds = [{kind.kind for kind in level.rows} for level in trained.levels]
    assert kinds[:3] == [{"trainee_attended"}, {"session_held"}, {"works_finished"}]
    assert trained.edges["trainee_attended", "session_held"] == len(trained.events[TraineeAttended]["seq"])
    first = trained.edges["contract_awarded", "project_approved"]
    again = trained.edges.get(("tender_voided", "project_approved"), 0)  # tenders that were void are held once more
    assert trained.edges["project_approved", "payment_made"] == first + again
    roots = [level.rows[PaymentMade]["cause"] for level in trained.levels if PaymentMade in level.rows]
    assert np.concatenate(roots).tolist() == [NO_CAUSE]


def test_each_event_comes_once_and_its_cause_comes_too(trained: Trace) -> None:
    rows = [columns for level in trained.levels for columns in level.rows.values()]
    seqs = np.concatenate([columns["seq"] for columns in rows])
    causes = np.concatenate([columns["cause"] for columns in rows])
    assert len(set(seqs.tolist())) == len(seqs)
    assert set(causes.tolist()) - {NO_CAUSE} <= set(seqs.tolist())
    assert sum(trained.edges.values()) == (causes != NO_CAUSE).sum()


def test_what_never_happened_has_no_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = trace_figure(eventful().folder, "stations_open", "贡山")
    assert (found.figure, found.recomputed, found.levels, dict(found.edges)) == (0.0, 0.0, (), {})
    assert "没有发生" in write_page(found, tmp_path / "none.html").read_text(encoding="utf-8")
    assert main(["trace", str(eventful().folder), "stations_open", "--county", "贡山"]) == 0
    assert "No event counts towards it" in capsys.readouterr().out


def test_a_figure_that_is_not_known_says_so() -> None:
    found = trace_figure(eventful().folder, "retail_growth", "孟连傣族拉祜族佤族自治县", dt.date(2018, 6, 30))
    assert np.isnan(found.figure)
    assert found.holds
    assert found.shown(found.figure) == "not available: 2017 was not run"
    assert found.to_dict()["reason"] == "2017 was not run"
    assert found.to_dict()["figure"] is None


@pytest.mark.parametrize(
    ("indicator", "county", "at", "words"),
    [
        ("traind", "孟连傣族拉祜族佤族自治县", None, "did you mean 'trained'.*allowed are service_centres"),
        ("trained", "昆明市", None, "no such county; allowed are 富源县 Fuyuan"),
        ("trained", "孟连傣族拉祜族佤族自治县", dt.date(2021, 1, 1), "choose a date from 2018-01-01 to 2020-03-29"),
    ],
)
def test_wrong_questions_are_told_what_is_allowed(indicator: str, county: str, at: dt.date | None, words: str) -> None:
    with pytest.raises(EcsimError, match=words):
        trace_figure(eventful().folder, indicator, county, at)


def test_a_run_that_kept_only_its_root_cannot_be_traced(tmp_path: Path) -> None:
    simulate(scenario(sample=0.005, end=dt.date(2018, 1, 31)), 1, out=tmp_path / "run", keep="digest")
    with pytest.raises(EcsimError, match="ecsim reproduce"):
        trace_figure(tmp_path / "run", "trained", "孟连傣族拉祜族佤族自治县")


class _StopError(Exception):
    """The run is cut off."""


def _stop(week: int, _: int) -> None:
    if week == 4:
        raise _StopError


def test_a_run_under_way_is_traced_up_to_its_last_whole_week_and_a_fork_like_its_parent(tmp_path: Path) -> None:
    of = scenario(sample=0.005, end=dt.date(2018, 2, 11))
    simulate(of, 1, out=tmp_path / "whole")
    fork(tmp_path / "whole", 21, of, out=tmp_path / "fork")
    with pytest.raises(_StopError):
        simulate(of, 1, out=tmp_path / "stopped", progress=_stop)
    whole, forked, stopped = (
        Lineage.of(JournalReader(tmp_path / name, EVENTS)) for name in ("whole", "fork", "stopped")
    )
    assert np.array_equal(whole.cause, forked.cause)
    assert np.array_equal(whole.kind, forked.kind)
    assert len(stopped.cause) < len(whole.cause)
    assert np.array_equal(whole.cause[: len(stopped.cause)], stopped.cause)
    date = dt.date(2018, 1, 28)
    early, last = (
        trace_figure(tmp_path / name, "buyers_share", "孟连傣族拉祜族佤族自治县", at)
        for name, at in (("whole", date), ("stopped", None))
    )
    assert last.date == date
    assert early.figure == last.figure == last.recomputed
    assert early.to_dict()["levels"] == last.to_dict()["levels"]
    with pytest.raises(EcsimError, match="choose a date from 2018-01-01 to 2018-01-28"):
        trace_figure(tmp_path / "stopped", "buyers_share", "孟连傣族拉祜族佤族自治县", dt.date(2018, 2, 4))


def test_the_command_prints_levels_and_json_and_writes_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], trained: Trace
) -> None:
    asked = ["trace", str(eventful().folder), "trained", "--county", "孟连傣族拉祜族佤族自治县"]
    assert main([*asked, "--html", str(tmp_path / "page.html")]) == 0
    printed = capsys.readouterr().out
    assert f"{trained.figure:,.0f} person-times" in printed
    assert "training session held 开办培训" in printed
    assert f"events alone: {trained.figure:,.0f}, the same" in printed
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["figure"] == told["recomputed"] == trained.figure
    assert told["events"]["trainee_attended"] == trained.events[TraineeAttended]["seq"].tolist()
    first = told["levels"][0]["kinds"][0]
    assert first["rows"] == len(first["seqs"]) == len(trained.events[TraineeAttended]["seq"])
    assert first["sums"]["persons"] == trained.figure
    assert "孟连傣族拉祜族佤族自治县 Menglian" in first["example"]
    assert {"kind": "trainee_attended", "cause": "session_held", "events": first["rows"]} in told["edges"]
    assert main(["trace", str(eventful().folder), "traned", "--county", "孟连傣族拉祜族佤族自治县"]) == 2


def test_the_page_needs_nothing_else_and_draws_every_event_of_the_chain(tmp_path: Path) -> None:
    found = traced("retail@2019")
    page = write_page(found, tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=|<script|url\((?!#)|@import", page)
    drawn = ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    _, _, width, height = (float(number) for number in drawn.attrib["viewBox"].split())
    space = "{http://www.w3.org/2000/svg}"
    boxes = [{k: float(rect.attrib[k]) for k in ("x", "y", "width", "height")} for rect in drawn.iter(f"{space}rect")]
    for box in boxes:
        assert 0 <= box["x"] <= width - box["width"]
        assert 0 <= box["y"] <= height - box["height"]
    beside = [(a, b) for a in boxes for b in boxes if a["y"] == b["y"] and a["x"] < b["x"]]
    assert beside
    assert all(a["x"] + a["width"] < b["x"] for a, b in beside)
    titles = " ".join(title.text or "" for title in drawn.iter(f"{space}title"))
    assert "retail of small merchants" in titles
    events = sum(len(rows["seq"]) for level in found.levels for rows in level.rows.values())
    assert events == sum(int(n.replace(",", "")) for n in re.findall(r"</span> \(([\d,]+)\)</summary>", page))


def test_a_box_stands_above_what_it_brought_about_also_where_kinds_turn_in_a_circle() -> None:
    names = ("heard", "skilled", "seller", "opening")
    boxes = [Box(name, "market", [name, name], "") for name in (FIGURE, *names)]
    pairs = (
        ("seller", FIGURE),
        ("skilled", "seller"),
        ("heard", "skilled"),
        ("seller", "heard"),
        ("opening", "seller"),
    )
    graph = Graph(boxes, [Edge(cause, effect, 1, "") for cause, effect in pairs])
    rows = rows_of(graph)
    row = {box.key: number for number, one in enumerate(rows) for box in one if box.lines}
    assert (row["heard"], row["skilled"], row["seller"], row[FIGURE]) == (0, 1, 2, 3)
    assert row["opening"] == row["skilled"]


def test_every_kind_has_its_titles_and_amounts_that_can_be_added_up() -> None:
    for kind in EVENTS:
        assert "title" in kind.__dict__
        assert kind.title.en != kind.title.zh
        assert kind.no_cause_reason is None or kind.no_cause_reason.en != kind.no_cause_reason.zh
        columns = {column.name: column for column in kind.columns}
        for name in kind.amounts:
            assert not isinstance(columns[name], Ids | Codes | Flags)
            assert "price" not in name


def test_sums_spans_and_names_are_told_in_few_words() -> None:
    assert shown_sums({"paid_fen": 2_112_000_000, "driven_m": 12_345, "sold_g": 145_000_000, "late": 0}) == [
        "paid 21,120,000 yuan", "driven 12 km", "sold 145 t",
    ]  # fmt: skip
    assert main_sum({"paid_fen": 2_112_000_000}, title=False) == ["21.1 m yuan"]
    assert span(dt.date(2019, 1, 7), dt.date(2019, 1, 7)) == "2019-01-07"
    assert span(dt.date(2019, 1, 7), dt.date(2019, 1, 28)) == "2019-01-07 – 28"
    assert span(dt.date(2019, 1, 7), dt.date(2019, 12, 30)) == "2019-01 – 12"
    assert span(dt.date(2018, 1, 7), dt.date(2019, 12, 30)) == "2018-01 – 2019-12"
    assert short("training 67, 会泽县 Huize", 20) == "training 67, 会泽县…"
    assert short("会泽县", 6) == "会泽县"


@pytest.mark.slow
def test_every_figure_of_several_counties_of_a_standard_run_is_given_again_by_its_events(tmp_path: Path) -> None:
    simulate(scenario(), 1, out=tmp_path / "run")
    for county in ("会泽县", "西盟", "双柏县", "广南县", "泸水市"):
        for name in (*OF_DATES, *OF_PERIODS):
            assert trace_figure(tmp_path / "run", name, county).holds, (name, county)
