"""The state of a run on a date: what it says must be what the events say, counted another way."""

import datetime as dt
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.cli.main import main
from ecsim.kernel.apply import apply_event
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.replay import replay_run
from ecsim.rural.events import EVENTS
from ecsim.rural.events.codes import DealerKind
from ecsim.rural.events.funds import FacilitySettled, PaymentMade, ProjectApproved
from ecsim.rural.events.goods import (
    CrewsMoved,
    DealerDelisted,
    DealerListed,
    DealersBaselined,
    DealersSettled,
    DealersTraded,
    GoodsSupplied,
    MarkTaken,
    OrdersFilled,
    ProfitsDrawn,
    RefundsPaid,
)
from ecsim.rural.events.logistics import ParcelsDelivered
from ecsim.rural.events.market import FarmPriceMoved
from ecsim.rural.events.opening import CropsBaselined, HouseholdsBaselined, PlotsBaselined
from ecsim.rural.events.roads_and_weather import RoadClosed
from ecsim.rural.events.stations import StationClosed, StationIdled, StationOpened, StationReopened, StationsSettled
from ecsim.rural.events.training import TraineeAttended
from ecsim.rural.model import MODEL
from ecsim.rural.simulate import simulate
from ecsim.rural.snapshot import Snapshot, snapshot
from ecsim.rural.state import STATE_CHANGES, State
from ecsim.rural.state.ledger import SUPPLIERS
from replayed import END, LAST_DAY, START, ended
from runs import scenario

HUIZE, HOUSEHOLDS_OF_HUIZE = 1, 175_133
DEALT: dict[type[Event], tuple[dict[str, int], dict[str, int]]] = {
    DealersBaselined: ({"stock_g": 1}, {"cash_fen": 1}),
    DealerListed: ({}, {"cash_fen": 1}),
    OrdersFilled: ({"sent_g": -1}, {"paid_fen": 1, "costs_fen": -1}),
    DealersTraded: (
        {"bought_g": 1, "passed_g": 1, "bulk_g": -1, "offline_g": -1, "spoilt_g": -1},
        {"paid_fen": -1, "passed_fen": -1, "bulk_fen": 1, "received_fen": 1, "cooling_fen": -1},
    ),
    DealersSettled: ({}, {"fees_fen": -1, "wages_fen": -1}),
    CrewsMoved: ({}, {"cost_fen": -1}),
    MarkTaken: ({}, {"cost_fen": -1}),
    ProfitsDrawn: ({}, {"drawn_fen": -1}),
    FacilitySettled: ({}, {"fees_fen": 1, "running_fen": -1, "returned_fen": -1}),
}  # fmt: skip
"""What adds to a dealer's grams and fen, by kind of event."""
MIDWEEK = dt.date(2019, 7, 17)
"""A Wednesday; its week ends on the 21st."""


@pytest.fixture(scope="module")
def run() -> Path:
    return ended()[0]


@pytest.fixture(scope="module")
def reader(run: Path) -> JournalReader:
    return JournalReader(run, EVENTS)


@pytest.fixture(scope="module")
def last(run: Path) -> Snapshot:
    return snapshot(run, LAST_DAY)


@pytest.fixture(scope="module")
def midweek(run: Path) -> Snapshot:
    return snapshot(run, MIDWEEK)


def upto(reader: JournalReader, kind: type[Event], date: dt.date = LAST_DAY) -> dict[str, Any]:
    rows = reader.kind(kind)
    return {name: values[rows["day"] <= (date - START).days] for name, values in rows.items()}


def test_a_state_is_of_the_end_of_the_week_and_says_so(run: Path, midweek: Snapshot, last: Snapshot) -> None:
    assert (midweek.asked, midweek.week_from, midweek.day) == ("2019-07-17", "2019-07-15", "2019-07-21")
    assert (last.week_from, last.day) == ("2019-09-30", "2019-10-06")
    after = snapshot(run, END)  # two days after the last whole week
    assert after.day == last.day
    assert {**after.as_dict(), "asked": last.asked} == last.as_dict()


def test_households_are_counted_with_the_weights_of_the_opening(reader: JournalReader, last: Snapshot) -> None:
    opened, trained = upto(reader, HouseholdsBaselined), upto(reader, TraineeAttended)
    assert last.households.households == opened["weight"].sum()
    assert last.registered_poor.households == opened["weight"][opened["poor"] == 1].sum()
    came = np.unique(trained["household"][trained["household"] >= 0])
    assert last.households.trained == opened["weight"][came].sum()
    assert last.registered_poor.trained == opened["weight"][came][opened["poor"][came] == 1].sum()
    assert 0 < last.households.sellers < last.households.skilled < last.households.aware


def test_the_ledger_adds_up_to_nothing_and_every_payment_is_in_it(reader: JournalReader, last: Snapshot) -> None:
    paid = upto(reader, PaymentMade)
    ledger = last.ledger
    assert ledger.sum == 0.0
    assert ledger.tranches == 25 * 17_600_000  # yuan a county, both tranches have come
    assert sum(account.total for account in ledger.accounts) == pytest.approx(0.0, abs=0.01)
    heads = sum(head.central + head.local + head.social for head in ledger.heads)
    net = np.where(paid["payer"] == SUPPLIERS, -1, 1) * paid["paid_fen"]
    by_hand = paid["project"] < 0
    third_party = net[by_hand & (paid["payee"] == SUPPLIERS)].sum() / 100  # for self-evaluations
    assert heads == pytest.approx(net[~by_hand].sum() / 100)
    assert heads == pytest.approx(sum(project.paid for project in last.projects))
    (suppliers,) = (account for account in ledger.accounts if account.name.zh == "供应商和承包商")
    assert suppliers.total == pytest.approx(heads + third_party)


def test_a_tranche_that_has_not_come_is_not_told(run: Path) -> None:
    before = snapshot(run, dt.date(2019, 6, 2))
    first = MODEL.parameters(scenario()).by_name["funds.first_tranche"].value
    assert before.ledger.tranches == pytest.approx(first * 25 * 17_600_000)
    assert len(before.ledger.transfers) == 6  # one a prefecture


def test_stations_are_those_that_opened_in_the_status_of_their_last_change(
    reader: JournalReader, last: Snapshot, midweek: Snapshot
) -> None:
    for date, found in ((LAST_DAY, last), (MIDWEEK, midweek)):
        changes = [
            (int(seq), int(station), status)
            for kind, status in (
                (StationOpened, "open"), (StationIdled, "idle"), (StationReopened, "open"), (StationClosed, "closed")
            )
            for seq, station in zip(*(upto(reader, kind, date)[name] for name in ("seq", "station")), strict=True)
        ]  # fmt: skip
        status = {station: told for _, station, told in sorted(changes)}
        assert {station.station: station.status for station in found.stations} == status
    assert last.counts()["stations"] == dict(Counter(s.status for s in last.stations))
    assert midweek.counts()["stations"] != last.counts()["stations"]


def test_a_stations_last_month_is_that_of_its_last_account(reader: JournalReader, last: Snapshot) -> None:
    accounts = upto(reader, StationsSettled)
    station = next(station for station in last.stations if station.status == "closed" and station.profit < 0)
    row = np.flatnonzero(accounts["station"] == station.station)[-1]
    fen = {name: int(accounts[name][row]) for name in ("takings_fen", "grant_fen", "costs_fen", "labour_fen")}
    left = fen["takings_fen"] + fen["grant_fen"] - fen["costs_fen"] - fen["labour_fen"]
    assert station.profit == left / 100
    assert station.transactions == accounts["transactions"][row]
    assert station.settled == str(START + dt.timedelta(days=int(accounts["day"][row])))
    assert station.design.en == "New stand-alone station"
    assert station.village.zh.endswith(("村委会", "委员会", "社区"))


def test_roads_closed_are_those_with_a_closed_hour_on_the_day(reader: JournalReader, midweek: Snapshot) -> None:
    closed = set()
    day = (MIDWEEK - START).days
    rows = upto(reader, RoadClosed, dt.date(2019, 7, 21))
    for road, begin, end in zip(*(rows[name].tolist() for name in ("road", "from_hour", "until_hour")), strict=True):
        closed |= {road for hour in range(24 * day, 24 * day + 24) if begin <= hour < end}
    assert len(midweek.closures) == len(closed) > 3
    morning, evening = "2019-07-17 00:00", "2019-07-18 00:00"
    assert all(closure.since < evening and closure.until > morning for closure in midweek.closures)


def test_projects_tell_when_they_came_to_what_stage(reader: JournalReader, midweek: Snapshot) -> None:
    approved = upto(reader, ProjectApproved)
    assert len(midweek.projects) == len(approved["seq"]) > 100
    assert sum(midweek.counts()["projects"].values()) == len(midweek.projects)
    for project in midweek.projects:
        assert (project.contracted is not None) == (project.stage in ("contracted", "finished", "given_up"))
        assert (project.finished is not None) == (project.stage == "finished")
        dates = [date for date in (project.approved, project.contracted, project.finished) if date]
        assert all(before <= after for before, after in pairwise(dates))
        assert project.paid <= project.central + project.local + project.social + 0.01
    some = midweek.projects[0]
    assert some.central == approved["central_fen"][0] / 100
    assert some.approved == "2018-12-17"  # plans are due on the 20th


def test_prices_are_the_last_that_moved_beside_those_of_the_opening(reader: JournalReader, run: Path) -> None:
    found = snapshot(run, MIDWEEK, "会泽县").crops
    opened, moved = upto(reader, CropsBaselined), upto(reader, FarmPriceMoved, MIDWEEK)
    mine = np.flatnonzero(opened["county"] == HUIZE)
    assert [crop.trader_opening for crop in found] == (opened["farm_price_fen"][mine] / 100).tolist()
    for crop, row in zip(found, mine, strict=True):
        assert crop.trader == moved["price_fen"][moved["crop"] == row][-1] / 100


def test_counties_add_up_to_the_region(run: Path, midweek: Snapshot, reader: JournalReader) -> None:
    names = ["会泽县", "Fuyuan County"]
    some = [snapshot(run, MIDWEEK, name) for name in names]
    assert [found.county.zh for found in some if found.county] == ["会泽县", "富源县"]
    assert some[0].households.households == HOUSEHOLDS_OF_HUIZE
    assert upto(reader, ParcelsDelivered, MIDWEEK)["parcels"].sum() == midweek.parcels_delivered
    for name, found in zip(names, some, strict=True):
        for part in ("stations", "closures", "waiting", "examples"):
            told = [each for each in getattr(midweek, part) if name in (each.county.zh, each.county.en)]
            assert list(getattr(found, part)) == told, part
        assert sum(account.total for account in found.ledger.accounts) == pytest.approx(0.0, abs=0.01)


def test_dealers_hold_what_they_bought_less_what_left_them(run: Path, reader: JournalReader) -> None:
    """Kilograms and money of dealers are those of the opening and of every event since, counted from the events."""
    grams, fen = Counter[int](), Counter[int]()
    for kind, sums in DEALT.items():
        rows = upto(reader, kind, dt.date(2019, 7, 21))
        who = rows["owner" if kind is FacilitySettled else "dealer"]
        held = who if kind is not OrdersFilled else np.where(_holds(reader, who), who, -1)
        for counter, signed in zip((grams, fen), sums, strict=True):
            for column, sign in signed.items():
                for dealer, amount in zip(held.tolist(), rows[column].tolist(), strict=True):
                    counter[dealer] += sign * amount
    refunds, plots = upto(reader, RefundsPaid, dt.date(2019, 7, 21)), upto(reader, PlotsBaselined)
    weight = upto(reader, HouseholdsBaselined)["weight"][plots["household"][refunds["plot"]]]
    for dealer, paid in zip(refunds["dealer"].tolist(), (refunds["paid_fen"] * weight).tolist(), strict=True):
        fen[dealer] -= paid
    supplied = upto(reader, GoodsSupplied, dt.date(2019, 7, 21))
    for who, sign in (("dealer", -1), ("processor", 1)):
        for row, dealer in enumerate(supplied[who].tolist()):
            grams[dealer] += sign * int(supplied["supplied_g"][row])
            fen[dealer] -= sign * int(supplied["paid_fen"][row])
    told = snapshot(run, MIDWEEK, "会泽县").dealers
    opened = {str(dealer.kind.en) for dealer in told}
    assert opened == {
        "traders",
        "cooperative",
        "enterprise",
        "small online merchants",
        "households' online shops",
        "stations",
    }
    ended_dealers = set(upto(reader, DealerDelisted, dt.date(2019, 7, 21))["dealer"].tolist())
    untouched = [dealer for dealer in told if dealer.kind.en not in ("traders", "households' online shops", "stations")]
    assert not ended_dealers & {dealer.dealer for dealer in told}
    assert untouched
    for dealer in untouched:
        assert dealer.stock == pytest.approx(grams[dealer.dealer] / 1000)
        assert dealer.cash == pytest.approx(fen[dealer.dealer] / 100)
        assert dealer.product.en in dealer.name.en
    assert any(dealer.marks for dealer in untouched)
    assert any(dealer.offline for dealer in untouched)


def _holds(reader: JournalReader, dealer: np.ndarray) -> np.ndarray:
    kinds = np.concatenate([reader.kind(kind)["dealer_kind"] for kind in (DealersBaselined, DealerListed)])
    return np.asarray(kinds[dealer] < DealerKind.SHOPS)


def test_what_is_outside_the_run_is_refused(run: Path) -> None:
    with pytest.raises(EcsimError, match="choose a date from 2018-01-01 to 2019-10-08"):
        snapshot(run, END + dt.timedelta(days=1))
    with pytest.raises(EcsimError, match="2017-12-31 is outside the run"):
        snapshot(run, START - dt.timedelta(days=1))
    with pytest.raises(EcsimError, match="no such county; allowed are 富源县 Fuyuan, 会泽县 Huize"):
        snapshot(run, MIDWEEK, "Atlantis")


class _StopError(Exception):
    """The run is cut off."""


def test_a_run_that_was_stopped_has_a_state_up_to_its_last_whole_week(tmp_path: Path) -> None:
    def progress(done: int, _: int) -> None:
        if done == 2:
            raise _StopError

    of = scenario(sample=0.002, end=dt.date(2018, 2, 28))
    with pytest.raises(_StopError):
        simulate(of, 1, out=tmp_path / "run", progress=progress)
    assert snapshot(tmp_path / "run", dt.date(2018, 1, 14)).day == "2018-01-14"
    with pytest.raises(EcsimError, match=r"from 2018-01-01 to 2018-01-14 .*`ecsim resume` goes on with it"):
        snapshot(tmp_path / "run", dt.date(2018, 1, 15))


def test_the_command_prints_tables_and_json(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(run), "--at", "2019-07-17", "--county", "Huize", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["households"]["households"] == HOUSEHOLDS_OF_HUIZE
    assert told["county"] == {"zh": "会泽县", "en": "Huize County"}
    assert main(["replay", str(run), "--at", "2019-10-06", "--county", "富源", "--stations", "--projects"]) == 0
    printed = capsys.readouterr().out
    for words in (
        "2019-09-30 to 2019-10-06",
        "村委会",
        "New stand-alone station",
        "add up to 0.00 yuan",
        "stations 村级服务站",
        "Dealers 经销者",
    ):
        assert words in printed
    assert main(["replay", str(run), "--at", "yesterday"]) == 2
    assert "write it as 2019-06-30" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["replay", str(run)])


def test_replay_is_the_fold_of_every_event_and_reads_only_what_changes_something(
    run: Path, reader: JournalReader
) -> None:
    live, whole = ended()[1], State.allocate(reader.genesis["sizes"])
    for event, stamp in reader.batches():
        apply_event(STATE_CHANGES, whole, event, stamp)
    assert whole.differences(live) == []
    assert replay_run(run).differences(live) == []
    early = State.allocate(reader.genesis["sizes"])
    for event, stamp in reader.batches(until_day=300):
        apply_event(STATE_CHANGES, early, event, stamp)
    assert replay_run(run, 300).differences(early) == []
    assert early.differences(live) != []


def test_applying_events_in_any_pieces_gives_the_same_state(reader: JournalReader) -> None:
    """Kinds of the programme too, each row alone where there are few, else cut at odd places."""
    live, pieces = ended()[1], State.allocate(reader.genesis["sizes"])
    for event, stamp in reader.batches():
        cuts = range(event.rows + 1) if event.rows < 40 else (0, 1, event.rows // 3, event.rows - 1, event.rows)
        for start, stop in pairwise(cuts):
            part = Stamp(stamp.first + start, stamp.day, stamp.cause[start:stop])
            apply_event(STATE_CHANGES, pieces, event.slice(start, stop), part)
    assert pieces.differences(live) == []


def repeated(kind: type[Event], **columns: Any) -> tuple[Event, Stamp]:
    event = kind(**columns)
    return event, Stamp(1000, 7, np.full(event.rows, -1, np.int64))


@pytest.mark.parametrize(
    "batch",
    [
        repeated(
            StationsSettled, station=[0, 0, 1, 0], parcels_in=1, parcels_out=1, proxy_fen=1, collected_fen=1,
            service_uses=1, services_fen=1, takings_fen=[-900, 50_000, -7, -90_000], grant_fen=3, costs_fen=1,
            labour_fen=1, transactions=[1, 2, 3, 4], memory=500_000,
        ),
        repeated(
            PaymentMade, payer=[4, 5, 4], payee=[5, 4, 1], funder=[0, 0, 1], category=2, project=[1, 1, -1],
            paid_fen=[7, 9, 11],
        ),
        repeated(
            TraineeAttended, session=[0, 0, 1], household=[5, 5, -1], persons=[2, 3, 4], answered=1, satisfied=1,
            poor=False,
        ),
    ],
    ids=lambda batch: batch[0].kind,
)  # fmt: skip
def test_rows_that_repeat_an_id_act_one_after_the_other(batch: tuple[Event, Stamp], reader: JournalReader) -> None:
    event, stamp = batch
    whole, rows = (State.allocate(reader.genesis["sizes"]) for _ in range(2))
    apply_event(STATE_CHANGES, whole, event, stamp)
    for row in range(event.rows):
        one = Stamp(stamp.first + row, stamp.day, stamp.cause[:1])
        apply_event(STATE_CHANGES, rows, event.slice(row, row + 1), one)
    assert whole.differences(rows) == []
    assert whole.differences(State.allocate(reader.genesis["sizes"])) != []
