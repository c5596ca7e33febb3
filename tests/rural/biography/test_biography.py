"""Lives told from events: every row once, in words that a hand would write, with the cause that the journal names."""

import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import NO_CAUSE, Event, Stamp
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.naming.story import Line, Story
from ecsim.rural.biography import follow
from ecsim.rural.biography.entities import TABLES, suggestions
from ecsim.rural.biography.names import Naming, RunTables
from ecsim.rural.biography.sentences import Group, sentence
from ecsim.rural.biography.templates import wordings
from ecsim.rural.biography.values import DERIVED, SelectedRows
from ecsim.rural.biography.words import RunWords
from ecsim.rural.events import EVENTS
from ecsim.rural.events.codes import DealerKind
from ecsim.rural.events.funds import PaymentMade
from ecsim.rural.events.goods import DealersTraded, OrdersFilled
from ecsim.rural.events.households import ParcelsOrdered, SellerLapsed, SellerStarted, SellingHeardOf, SkillGained
from ecsim.rural.events.logistics import DeliveryCosted, TariffMoved
from ecsim.rural.events.market import LotSold, WagesPaid
from ecsim.rural.events.opening import CountiesBaselined, HouseholdsBaselined, PlotsBaselined
from ecsim.rural.events.stations import StationClosed, StationIdled, StationOpened, StationsSettled
from replayed import ended

TOO_MANY = 10**6


@pytest.fixture(scope="module")
def run() -> Path:
    return ended()[0]


@pytest.fixture(scope="module")
def reading(run: Path) -> RunTables:
    return RunTables(run)


@pytest.fixture(scope="module")
def grower(reading: RunTables) -> tuple[int, int]:
    """A household that grows one crop and sells nothing online at the opening, and its plot."""
    household = reading.column(PlotsBaselined, "household")
    seller = reading.column(HouseholdsBaselined, "seller")
    alone = np.flatnonzero((np.bincount(household, minlength=len(seller)) == 1) & (seller == 0))
    (plot,) = np.flatnonzero(household == alone[0])
    return int(alone[0]), int(plot)


def dealer_of_a_cooperative(reading: RunTables) -> int:
    return int(np.flatnonzero(reading.dealers["dealer_kind"] == DealerKind.COOPERATIVE)[0])


@pytest.fixture(scope="module")
def written(run: Path, grower: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The opening of the run, and five weeks written by hand."""
    household, plot = grower
    reader = JournalReader(run, EVENTS)
    genesis = {key: reader.genesis[key] for key in ("scenario", "seed", "code", "sizes", "region")}
    folder = tmp_path_factory.mktemp("written") / "run"
    with Journal.create(folder, genesis, EVENTS) as journal:
        opened = reader.marks()[0][0]
        for event, stamp in reader.batches(until_day=0):
            if stamp.first < opened:
                journal.append(event, stamp)
        journal.end_week(0)
        first = opened
        for week, (event, cause) in enumerate(
            _by_hand(household, plot, dealer_of_a_cooperative(RunTables(run)), opened)
        ):
            day = 7 * week
            journal.append(event, Stamp(first, day, np.full(event.rows, cause, np.int64)))
            journal.end_week(day + 7)
            first += event.rows
        journal.close()
    return folder


def _by_hand(household: int, plot: int, dealer: int, first: int) -> Iterator[tuple[Event, int]]:
    """Yield an event a week with its cause; each has one row, so its number is that of the week."""

    def sold(grams: int, fen: int, channel: int, dealer: int = 0) -> LotSold:
        lot = {"plot": plot, "channel": channel, "sold_g": grams, "received_fen": fen, "retail_fen": 0, "sellers": 1}
        return LotSold(**{name: [value] for name, value in {**lot, "dealer": dealer}.items()})

    yield sold(10_000, 12_050, 0), NO_CAUSE
    yield sold(30_000, 36_150, 0), NO_CAUSE
    yield SellingHeardOf(household=[household], way=[1]), NO_CAUSE
    yield SkillGained(household=[household]), first + 2
    yield SellerStarted(household=[household], plot=[plot], shops=[0], expected_fen=[5_000]), first + 3
    yield sold(2_500, 10_000, 3), first + 4
    yield sold(2_000, 9_000, 3), first + 4
    yield SellerLapsed(household=[household], shops=[0]), first + 4
    yield sold(1_000, 1_310, 1, dealer), first + 7
    yield sold(1_000, 1_290, 1, dealer), first + 7


def test_a_life_written_by_hand_is_told_as_a_hand_would(written: Path, grower: tuple[int, int]) -> None:
    story = follow(written, f"household:{grower[0]}")
    product = Naming(RunTables(written), "en").call("plots", grower[1])
    told = [(line.date, line.until, line.sentence, line.because) for line in story.lines]
    assert told[0][2].startswith("The household stands for ")
    assert f"of {product} a year" in told[1][2]
    lots = f"The household sold 40 kg of {product} to the trader in 2 lots for 482.00 yuan, 12.05 yuan a kilogram"
    buyer = Naming(RunTables(written), "en").call("dealers", dealer_of_a_cooperative(RunTables(written)))
    assert buyer.startswith("cooperative ")
    shop = f"The household sold 4.5 kg of {product} from its own online shop in 2 lots for 190.00 yuan"
    assert told[2:] == [
        ("2018-01-01", "2018-01-08", lots, None),
        ("2018-01-15", "2018-01-15", "The household heard that one can sell online, by promotion", None),
        (
            "2018-01-22", "2018-01-22", "The household mastered selling online",
            "the household heard that one can sell online, by promotion",
        ),
        (
            "2018-01-29", "2018-01-29",
            "The household opened its own online shop, expecting 50.00 yuan a week more than from its habit",
            "the household mastered selling online",
        ),
        ("2018-02-05", "2018-02-12", f"{shop}, 42.22 yuan a kilogram", None),
        (
            "2018-02-19", "2018-02-19", "The household gave up its online shop",
            "the household opened its own online shop, expecting 50.00 yuan a week more than from its habit",
        ),
        (
            "2018-02-26", "2018-03-05",
            f"The household sold 2.0 kg of {product} to {buyer} in 2 lots for 26.00 yuan, 13.00 yuan a kilogram", None,
        ),
    ]  # fmt: skip


def test_the_same_life_in_chinese(written: Path, grower: tuple[int, int]) -> None:
    lines = follow(written, f"household:{grower[0]}", language="zh").lines
    product = Naming(RunTables(written), "zh").call("plots", grower[1])
    assert lines[2].sentence == f"该户分2批向商贩出售{product}40千克，得款482.00元，每千克12.05元"
    assert (lines[5].sentence, lines[5].because) == ("该户开了网店，预计每周比原渠道多收入50.00元", "该户学会了网销")


def test_every_event_in_a_line_of_its_own(written: Path, grower: tuple[int, int]) -> None:
    story = follow(written, f"household:{grower[0]}", every=True)
    assert all(line.events == 1 and line.date == line.until for line in story.lines)
    assert len(story.lines) == 2 + 10
    assert story.lines[2].sentence.endswith("to the trader for 120.50 yuan")


def rows_of(reading: RunTables, kind: type[Event], column: str, ids: Any) -> int:
    return int(np.isin(reading.column(kind, column), ids).sum())


def lines_of(story: Story, kind: type[Event]) -> list[Line]:
    return [line for line in story.lines if line.kind == kind.kind]


def test_every_row_about_a_household_is_told_once(run: Path, reading: RunTables) -> None:
    for suggested in suggestions(reading, "household"):
        household = int(suggested.entity.split(":")[1])
        story = follow(run, suggested.entity)
        plots = np.flatnonzero(reading.column(PlotsBaselined, "household") == household)
        for kind, column, ids in (
            (LotSold, "plot", plots),
            (ParcelsOrdered, "household", household),
            (WagesPaid, "household", household),
        ):
            assert sum(line.events for line in lines_of(story, kind)) == rows_of(reading, kind, column, ids), kind
        assert [line.seq for line in story.lines] == sorted(line.seq for line in story.lines)
        assert all(line.date <= line.until for line in story.lines)


@pytest.mark.parametrize("kind", ["cooperative", "enterprise"])
def test_a_firm_tells_what_growers_and_consumers_did_with_it_the_poor_apart(
    kind: str, run: Path, reading: RunTables
) -> None:
    suggested = next(each for each in suggestions(reading, kind) if each.why in ("bought most", "sold most online"))
    row = int(suggested.entity.split(":")[1])
    (dealer,) = np.flatnonzero(reading.dealers[kind] == row)
    story = follow(run, suggested.entity)
    for of in (LotSold, OrdersFilled, DealersTraded):
        assert sum(line.events for line in lines_of(story, of)) == rows_of(reading, of, "dealer", dealer) > 0, of
    lots = reading.rows(LotSold)
    grower = reading.column(PlotsBaselined, "household")[lots["plot"]]
    poor = reading.column(HouseholdsBaselined, "poor")[grower] & (lots["dealer"] == dealer)
    told = [line for line in lines_of(story, LotSold) if line.sentence.startswith("Registered poor households sold")]
    assert sum(line.events for line in told) == poor.sum()
    assert all(f"to the {kind}" in line.sentence for line in lines_of(story, LotSold))


def test_what_repeats_is_summed_up_between_turning_points(run: Path, reading: RunTables) -> None:
    started = reading.rows(SellerStarted)
    household = int(started["household"][0])
    story = follow(run, f"household:{household}")
    (opened,) = (line for line in lines_of(story, SellerStarted) if line.seq == started["seq"][0])
    for line in lines_of(story, LotSold):
        assert line.until <= opened.date or line.date >= opened.date
        assert (dt.date.fromisoformat(line.until) - dt.date.fromisoformat(line.date)).days < 365
    assert len(lines_of(story, LotSold)) < sum(line.events for line in lines_of(story, LotSold)) / 3


def test_a_station_that_stayed_shut_tells_its_last_account_as_the_cause(run: Path, reading: RunTables) -> None:
    station = int(reading.column(StationClosed, "station")[0])
    story = follow(run, f"station:{station}")
    accounts = reading.rows(StationsSettled)
    (line,) = lines_of(story, StationIdled)
    row = int(np.searchsorted(accounts["seq"], line.cause))
    fen = {name: int(accounts[name][row]) for name in ("takings_fen", "grant_fen", "costs_fen", "labour_fen")}
    left = (fen["takings_fen"] + fen["grant_fen"] - fen["costs_fen"] - fen["labour_fen"]) / 100
    assert line.because is not None
    assert line.because.endswith(f"its keeper was left with {left:,.2f} yuan")
    kinds = [each.kind for each in story.lines]
    assert kinds[:2] == ["station_offered", "station_opened"]
    assert kinds.index("station_idled") < kinds.index("station_closed")
    assert "was finished and accepted" in str(story.lines[0].because)


def test_a_station_is_found_by_its_village(run: Path, reading: RunTables) -> None:
    village = int(reading.column(StationOpened, "village")[0])
    name = reading.names["villages"][village]["zh"]
    town = Naming(reading, "zh").township_county(Naming(reading, "zh").village_township(village))
    county = reading.names["counties"][town]["en"].split()[0].lower()
    assert follow(run, f"station:{county}/{name}").entity == "station:0"
    assert follow(run, f"village:{county}/{name}").entity == f"village:{village}"


def test_a_project_tells_every_yuan_that_was_paid_for_it(run: Path, reading: RunTables) -> None:
    paid = reading.rows(PaymentMade)
    project = int(paid["project"].max())
    fen = int(paid["paid_fen"][paid["project"] == project].sum())
    story = follow(run, f"project:{project}", every=True)
    told = [line.sentence for line in lines_of(story, PaymentMade)]
    amounts = [float(text.split(" yuan")[0].rsplit(" ", 1)[1].replace(",", "")) for text in told]
    assert sum(amounts) == pytest.approx(fen / 100, abs=0.5 * len(told))
    assert lines_of(story, PaymentMade)[0].because == next(
        line.sentence[0].lower() + line.sentence[1:] for line in story.lines if line.kind == "contract_awarded"
    )


def test_a_villages_figures_count_all_its_households(run: Path, reading: RunTables) -> None:
    village = int(np.bincount(reading.column(HouseholdsBaselined, "village")).argmax())
    story = follow(run, f"village:{village}")
    home, weight = (reading.column(HouseholdsBaselined, name) for name in ("village", "weight"))
    assert f"has {weight[home == village].sum():,} households" in lines_of(story, HouseholdsBaselined)[0].sentence
    orders = reading.rows(ParcelsOrdered)
    mine = home[orders["household"]] == village
    parcels = int(orders["parcels"][mine].sum())
    told = [line.sentence.split(" ordered ")[1].split(" parcels")[0] for line in lines_of(story, ParcelsOrdered)]
    assert sum(int(number.replace(",", "")) for number in told) == parcels > 0


def test_a_countys_households_are_all_that_it_had(run: Path, reading: RunTables) -> None:
    baselined = reading.rows(CountiesBaselined)
    told = RunWords.of(run).sentences(baselined["seq"].tolist())
    for seq, households in zip(baselined["seq"].tolist(), baselined["households"].tolist(), strict=True):
        assert f"had {households:,} rural households at the opening" in told[seq].en
        assert f"乡村住户{households:,}户" in told[seq].zh


def test_a_weeks_parcels_are_those_its_households_ordered(run: Path, reading: RunTables) -> None:
    home, weight = (reading.column(HouseholdsBaselined, name) for name in ("village", "weight"))
    orders = reading.rows(ParcelsOrdered)
    row = len(orders["seq"]) // 2
    village, day = int(home[orders["household"][row]]), int(orders["day"][row])
    mine = (home[orders["household"]] == village) & (orders["day"] == day)
    parcels = int(orders["parcels"][mine].sum())
    wednesday = reading.date(day + 2)
    story = follow(run, f"parcels:{village}/{wednesday}")
    assert story.entity == f"parcels:{village}/{reading.date(day)}"
    (first, *parts) = (line.sentence for line in lines_of(story, ParcelsOrdered))
    assert first.startswith(f"Its {weight[home == village].sum():,} households ordered {parcels:,} parcels")
    assert sum(int(part.split()[0].replace(",", "")) for part in parts) == parcels
    (cost,) = lines_of(story, DeliveryCosted)
    assert "a parcel down cost the operators" in cost.sentence
    chinese = follow(run, f"parcels:{village}/{wednesday}", language="zh")
    assert len(chinese.lines) == len(story.lines)


@pytest.mark.parametrize("kind", [*TABLES, "parcels"])
def test_what_is_worth_following_can_be_followed_in_both_languages(kind: str, run: Path, reading: RunTables) -> None:
    found = suggestions(reading, kind)
    assert found or kind == "cooperative"
    for suggested in found:
        for language in ("en", "zh"):
            story = follow(run, suggested.entity, language=language)
            assert len(story.lines) > 1
            assert not [
                line.sentence for line in story.lines if f"{line.kind}:" in line.sentence.lower()
            ]  # has a wording
            assert "{" not in "".join(line.sentence + str(line.because) for line in story.lines)


def test_every_wording_can_be_told_of_one_row_and_of_several(reading: RunTables) -> None:
    for wording in wordings():
        table = (wording.of or ("households",))[0]
        columns = {name: np.zeros(2, np.int64) for name in ("seq", "day", "cause")}
        columns |= {column.name: np.zeros(2, column.dtype) for column in wording.kind.columns}
        columns |= {column.name: np.zeros(2, np.int64) for column, _ in DERIVED.get(wording.kind, ())}
        for language in ("en", "zh"):
            naming = Naming(reading, language, (table, 0))
            for rows in (np.array([0]), np.array([0, 1])):
                selected = SelectedRows(wording.kind, columns, np.ones(2, np.int64)).at(rows)
                told = sentence(naming, Group(selected, wording))
                assert told
                assert "{" not in told
        assert set(wording.by) <= columns.keys()
        assert wording.when in ("", *columns)


def test_a_kind_without_a_wording_is_told_by_its_columns(reading: RunTables) -> None:
    assert not [wording for wording in wordings() if wording.kind is TariffMoved]
    columns = {
        "seq": np.zeros(1, np.int64),
        "county": np.array([1]),
        "down_fen": np.array([12]),
        "up_fen": np.array([150]),
    }
    selected = SelectedRows(TariffMoved, {**columns, "cost_fen": np.array([231])}, np.ones(1, np.int64))
    told = sentence(Naming(reading, "en", ("villages", 0)), Group(selected, None))
    assert told == "Tariff moved: county Huize County, down_fen 0.12 yuan, up_fen 1.50 yuan, cost_fen 2.31 yuan"


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ("shop:3", "allowed are household:NUMBER"),
        ("household", "`--follow household:` lists a few"),
        (f"household:{TOO_MANY}", r"allowed are 0 to \d+; worth following: household:"),
        ("household:Wang", "a number is needed"),
        ("station:7777", "no such station; allowed are 0 to \\d+; worth following: station:"),
        ("village:新寨村委会", "several villages are called so: 黄泥河镇/新寨村委会 .* add the township or county"),
        ("village:Springfield", "no village is called so"),
        ("station:清溪社区", "no station was ever opened there"),
        ("parcels:清溪社区", "write VILLAGE/DATE"),
        ("parcels:清溪社区/2030-01-01", "choose a date from 2018-01-01 to 2019-10-06"),
    ],
)
def test_what_cannot_be_followed_is_told_with_what_can(entity: str, words: str, run: Path) -> None:
    with pytest.raises(EcsimError, match=words):
        follow(run, entity)


def test_only_kinds_that_can_hold_the_entity_are_read(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    kind_of = JournalReader.kind

    def kind(self: JournalReader, of: type[Event]) -> dict[str, np.ndarray]:
        read.append(of)
        return kind_of(self, of)

    monkeypatch.setattr(JournalReader, "kind", kind)
    follow(run, "project:1")
    assert PaymentMade in read
    assert not {LotSold, ParcelsOrdered} & set(read)
    assert len(read) == len(set(read))  # each once


def test_the_command_tells_and_lists(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(run), "--follow", "station:0", "--lang", "zh"]) == 0
    assert "该站开业（新建独立服务站）" in capsys.readouterr().out
    assert main(["replay", str(run), "--follow", "station:0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["entity"] == "station:0"
    assert {"date", "until", "sentence", "because", "kind", "events", "seq", "cause"} == told["lines"][0].keys()
    assert main(["replay", str(run), "--follow", "station:"]) == 0
    assert "# was given up" in capsys.readouterr().out
    assert main(["replay", str(run), "--follow", "household:", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["entity"].startswith("household:")
    assert main(["replay", str(run), "--follow", "household:9999999"]) == 2
    assert "worth following" in capsys.readouterr().err


def test_the_command_loads_nothing_that_it_does_not_need(run: Path) -> None:
    program = (
        "import sys; from ecsim.cli.main import main; main(sys.argv[1:]); print([m for m in HEAVY if m in sys.modules])"
    )
    heavy = ["pandas", "matplotlib", "mesa", "numba", "scipy", "duckdb", "pydantic"]
    needed = {("--follow", "station:0"): ["pydantic"], ("--at", "2019-07-17", "--json"): ["numba", "scipy", "pydantic"]}
    for asked, libraries in needed.items():
        command = [sys.executable, "-c", program.replace("HEAVY", repr(heavy)), "replay", str(run), *asked]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        assert told.stdout.splitlines()[-1] == repr(libraries)


def test_following_a_household_through_a_million_events_takes_seconds(run: Path) -> None:
    begun = time.process_time()
    follow(run, "household:3")
    assert time.process_time() - begun < 3.0
