"""Online orders are filled from real lots: each can be followed to the household that grew it (docs/model.md 4.6)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from ecsim.audit.trace import trace_figure
from ecsim.audit.verify import verify_run
from ecsim.cli.main import main
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.replay import replay_run
from ecsim.rural import commerce
from ecsim.rural.events import (
    EVENTS,
    BasesHarvested,
    Channel,
    CropHarvested,
    DealerKind,
    DealersBaselined,
    DealersTraded,
    GoodsProcessed,
    GoodsSupplied,
    HouseholdsBaselined,
    LotSold,
    OrdersArrived,
    OrdersFilled,
)
from ecsim.rural.lots import GoodsFlow, Lots, Stock
from ecsim.rural.lots.stock import OF_BASES
from ecsim.rural.simulate import simulate
from tiny import tiny_scenario

FIGURE = "farm_retail@last26weeks"
COUNTY = "上河县"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lots") / "run"
    simulate(tiny_scenario({"end": dt.date(2018, 12, 30)}), 1, out=folder)
    return folder


@pytest.fixture(scope="module", params=[1.0, 0.0], ids=["processors", "no processor"])
def chain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bool]:
    """Return a run in which farm enterprises are processors, or none is, and whether they are.

    None of them closes, as those of so small a county would.
    """
    folder = tmp_path_factory.mktemp("chain") / "run"
    changes = {"end": dt.date(2018, 12, 30), "parameters.commerce.processor_share": request.param}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commerce, "close_enterprises", lambda *_: None)
        simulate(tiny_scenario(changes, policy="no_money"), 1, out=folder)
    return folder, bool(request.param)


def flow_of(run: Path, county: int) -> GoodsFlow:
    reader, flow = JournalReader(run, EVENTS), GoodsFlow(county)
    for event, stamp in reader.batches():
        flow.see(event, stamp)
    return flow


def lots(*grams: int) -> Lots:
    none = np.full(len(grams), -1)
    return Lots(np.arange(len(grams)), none, none, none, none, none, np.array(grams))


def test_the_oldest_leaves_a_stock_first_and_a_lot_is_split_where_it_must_be() -> None:
    stock = Stock()
    stock.put(lots(5, 3))
    stock.put(lots(4))
    first, second, third = stock.take(6), stock.take(2), stock.take(9)
    assert (first.grams.tolist(), first.origin.tolist()) == ([5, 1], [0, 1])
    assert (second.grams.tolist(), second.origin.tolist()) == ([2], [1])
    assert third.grams.tolist() == [4]
    assert stock.grams == 0


@pytest.mark.parametrize("county", [0, 1])
def test_kilograms_of_lots_are_those_of_the_events_and_of_the_state(run: Path, county: int) -> None:
    flow, filled = flow_of(run, county), JournalReader(run, EVENTS).kind(OrdersFilled)
    sent = dict(zip(filled["seq"].tolist(), filled["sent_g"].tolist(), strict=True))
    found = dict.fromkeys((order.seq for order in flow.orders()), 0)
    for order in flow.orders():
        found[order.seq] += int(order.lots.grams.sum())
    assert found == {seq: sent[seq] for seq in found}
    ours = np.isin(filled["dealer"], list(flow.kinds))
    assert set(filled["seq"][ours & (filled["sent_g"] > 0)].tolist()) == set(found)
    stock = replay_run(run).dealers.stock_g
    assert {dealer: held.grams for dealer, held in flow.stocks.items()} == {d: int(stock[d]) for d in flow.stocks}
    assert len(found) > 50


def test_a_way_leads_from_buyers_by_a_dealer_to_the_poor_household_that_grew_it(run: Path) -> None:
    trace = trace_figure(run, FIGURE, COUNTY)
    origins = trace.origins(20)
    assert origins is not None
    sent = trace.events[OrdersFilled]["sent_g"].sum() / 1000.0
    assert sum(origins.shares.values()) == pytest.approx(sent)
    ways = [list(trace.rows(way.events)) for way in origins.ways]
    way = ways[0]
    kinds = [kind for kind, _ in way]
    assert kinds[:2] == [OrdersArrived, OrdersFilled]
    assert kinds[-3:] == [LotSold, CropHarvested, HouseholdsBaselined]
    assert set(kinds[2:-3]) <= {DealersTraded}
    assert way[-1][1]["poor"].tolist() == [True]
    crops = {int(rows["crop"][0]) for kind, rows in way if kind in (OrdersArrived, CropHarvested)}
    assert len(crops) == 1
    assert {found[-1][0] for found in ways} <= {HouseholdsBaselined, DealersBaselined, BasesHarvested}


def test_goods_of_firms_bases_name_their_holder_and_what_was_paid_for_them(run: Path) -> None:
    """Origins tell bases from stocks of the opening; a lot of theirs leads to the harvest that traders paid for."""
    origins = trace_figure(run, FIGURE, COUNTY).origins(1)
    assert origins is not None
    assert [of.en for of in origins.shares] == [
        "registered poor households", "other households", "firms' own bases", "stocks of the opening",
    ]  # fmt: skip
    rows = JournalReader(run, EVENTS).kind(BasesHarvested)
    paid = dict(zip(rows["seq"].tolist(), rows["paid_fen"].tolist(), strict=True))
    lots = [order.lots for order in flow_of(run, 0).orders()]
    of_bases = {seq for each in lots for seq in each.origin[each.household == OF_BASES].tolist()}
    assert of_bases
    assert all(paid[seq] > 0 for seq in of_bases)
    assert not [seq for each in lots for seq in each.origin[each.household == -1].tolist() if seq in paid]


def test_where_a_dealer_bought_what_it_sent_the_way_names_its_purchase(run: Path) -> None:
    flow = flow_of(run, 0)
    reader = JournalReader(run, EVENTS)
    sold, traded = reader.kind(LotSold), reader.kind(DealersTraded)
    buyer = dict(zip(sold["seq"].tolist(), sold["dealer"].tolist(), strict=True))
    trader = dict(zip(traded["seq"].tolist(), traded["dealer"].tolist(), strict=True))
    checked = 0
    for order in flow.orders():
        for origin, household, taken, passed in zip(
            *(column.tolist() for column in order.lots[:1] + order.lots[2:5]), strict=True
        ):
            if household < 0:
                continue
            if flow.kinds[order.dealer] >= DealerKind.SHOPS:
                assert (buyer[origin], taken, passed) == (order.dealer, -1, -1)
            else:
                assert trader[taken] == buyer[origin]
                assert passed >= 0 or buyer[origin] == order.dealer
                checked += 1
    assert checked > 10


def test_goods_go_from_a_poor_household_by_its_cooperative_and_a_processor_to_buyers(chain: tuple[Path, bool]) -> None:
    run, processors = chain
    origins = (trace := trace_figure(run, FIGURE, COUNTY)).origins(20)
    assert origins is not None
    ways = [list(trace.rows(way.events)) for way in origins.ways]
    ways = [way for way in ways if GoodsSupplied in [kind for kind, _ in way]]
    assert bool(ways) is processors
    for way in ways:  # no harvest of before the run has an event
        steps = [(kind, rows) for kind, rows in way if kind is not CropHarvested]
        assert [kind for kind, _ in steps] == [
            OrdersArrived, OrdersFilled, GoodsSupplied, DealersTraded, LotSold, HouseholdsBaselined,
        ]  # fmt: skip
        _, filled, supplied, traded, sold, grower = (rows for _, rows in steps)
        assert filled["dealer"] == supplied["processor"]
        assert supplied["dealer"] == traded["dealer"] == sold["dealer"]
        assert sold["channel"] == Channel.COOPERATIVE
        assert grower["poor"].tolist() == [True]
        assert min(supplied["paid_fen"][0], sold["received_fen"][0], filled["paid_fen"][0]) > 0
    kinds = flow_of(run, 0).kinds
    assert {kinds[int(way[1][1]["dealer"][0])] for way in ways} == ({DealerKind.ENTERPRISE} if processors else set())


def test_a_processor_works_for_a_cooperative_that_sends_goods_of_poor_households_itself(
    chain: tuple[Path, bool],
) -> None:
    run, processors = chain
    flow, work = flow_of(run, 0), JournalReader(run, EVENTS).kind(GoodsProcessed)
    processed = [order for order in flow.orders() if order.seq in flow.processed]
    assert bool(processed) is processors
    assert all(flow.kinds[order.dealer] == DealerKind.COOPERATIVE for order in processed)
    assert all(flow.kinds[dealer] == DealerKind.ENTERPRISE for dealer in set(work["processor"].tolist()))
    by_poor = [order for order in processed if flow.poor[order.lots.household[order.lots.household >= 0]].any()]
    assert bool(by_poor) is processors


def test_lots_that_processors_had_of_cooperatives_are_as_heavy_as_these_say(chain: tuple[Path, bool]) -> None:
    run, processors = chain
    flow, supplied = flow_of(run, 0), JournalReader(run, EVENTS).kind(GoodsSupplied)
    stock = replay_run(run).dealers.stock_g
    assert {dealer: held.grams for dealer, held in flow.stocks.items()} == {d: int(stock[d]) for d in flow.stocks}
    grams = dict(zip(supplied["seq"].tolist(), supplied["supplied_g"].tolist(), strict=True))
    sent: dict[int, int] = {}
    for order in flow.orders():
        for seq, part in zip(order.lots.supplied.tolist(), order.lots.grams.tolist(), strict=True):
            if seq >= 0:
                sent[seq] = sent.get(seq, 0) + part
    assert bool(sent) is processors
    assert all(part <= grams[seq] for seq, part in sent.items())
    assert sum(sent.values()) > 0.5 * sum(grams.values()) or not processors
    assert verify_run(run).good


def test_the_command_names_the_holders_of_a_lot_on_its_way(
    chain: tuple[Path, bool], capsys: pytest.CaptureFixture[str]
) -> None:
    run, processors = chain
    assert main(["trace", str(run), FIGURE, "--county", COUNTY, "--lots", "3"]) == 0
    printed = capsys.readouterr().out
    assert ("cooperative supplied a processor" in printed) is processors


def test_the_command_prints_whose_goods_were_sold_and_the_ways(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", str(run), FIGURE, "--county", COUNTY, "--lots", "3"]) == 0
    three = capsys.readouterr().out
    assert main(["trace", str(run), FIGURE, "--county", COUNTY, "--lots"]) == 0
    printed = capsys.readouterr().out
    assert printed == three
    for words in ("registered poor households", "from the order back to the harvest", "lot sold", "harvest", "; poor"):
        assert words in printed
    assert main(["trace", str(run), "buyers_share", "--county", COUNTY, "--lots", "1"]) == 0
    assert "No goods are behind this figure" in capsys.readouterr().out
