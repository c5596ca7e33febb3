"""What compiled changes keep in the state is what plain loops over the events of a whole run add up to."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ecsim.rural.events.codes import Channel, Work
from ecsim.rural.events.funds import PaymentMade
from ecsim.rural.events.goods import RefundsPaid
from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed, ParcelsOrdered, SellingHeardOf
from ecsim.rural.events.market import CropHarvested, LotSold, StockSpoiled, WagesPaid
from ecsim.rural.events.stations import StationOpened, StationReopened, StationsSettled
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.state.ledger import SUPPLIERS
from tiny import LIVELY, Events, lively_run, tiny_region


def rows(events: Events, kind: type, *names: str) -> list[tuple[int, ...]]:
    """Return some columns of all rows of a kind, row by row."""
    found = events.of(kind)
    return list(zip(*(found[name].tolist() for name in names), strict=True))


def test_stocks_are_what_was_there_and_came_in_less_what_spoiled_and_was_sold_plot_by_plot() -> None:
    region, events = lively_run()
    p = region.world.state.plots
    stock = tiny_region(opened=LIVELY)[0].world.state.plots.stock_g.tolist()
    for event, _ in events.batches:
        if isinstance(event, LotSold):
            for plot, grams in zip(event.plot.tolist(), event.sold_g.tolist(), strict=True):
                stock[plot] -= grams
        elif isinstance(event, CropHarvested | StockSpoiled):
            for crop, share in zip(event.crop.tolist(), event.share.tolist(), strict=True):
                for plot in np.flatnonzero(p.crop == crop).tolist():
                    harvested = isinstance(event, CropHarvested)
                    part = (int(p.output_g[plot]) if harvested else stock[plot]) * share // 10**6
                    stock[plot] += part if harvested else -part
    assert p.stock_g.tolist() == stock
    assert sum(stock) > 0


def test_earnings_shipments_and_collections_are_those_of_the_lots_and_wages() -> None:
    region, events = lively_run()
    p, h, v = region.world.state.plots, region.world.state.households, region.world.state.villages
    earned, sent, collected = np.zeros(12, int), np.zeros(6, int), np.zeros(6, int)
    for plot, channel, grams, fen, retail in rows(
        events, LotSold, "plot", "channel", "sold_g", "received_fen", "retail_fen"
    ):
        i = int(p.household[plot])
        if channel in (Channel.STATION, Channel.OWN_SHOP):
            earned[i] += fen
        if channel == Channel.OWN_SHOP:
            sent[h.village[i]] += grams * h.weight[i]
        if channel == Channel.STATION:
            collected[h.village[i]] += retail * h.weight[i]
    for household, fen, work in rows(events, WagesPaid, "household", "paid_fen", "work"):
        earned[household] += 0 if work == Work.PUBLIC_WORKS else fen // h.weight[household]
    for plot, fen in rows(events, RefundsPaid, "plot", "paid_fen"):
        earned[p.household[plot]] += fen
    assert h.earned_fen.tolist() == earned.tolist()
    assert v.sent_g.tolist() == sent.tolist()
    assert v.collected_fen.tolist() == collected.tolist()
    assert sent.sum() > 0


def test_parcels_handed_over_and_buyers_are_counted_for_those_a_household_stands_for() -> None:
    region, events = lively_run()
    h, v = region.world.state.households, region.world.state.villages
    handed, last = np.zeros(6, int), dict.fromkeys(range(12), 0)
    columns = "household", "handed_over", "stop", "itself", "day"
    for household, handed_over, stop, itself, day in rows(events, ParcelsOrdered, *columns):
        if itself:
            last[household] = day
        if stop >= 0:
            handed[stop] += handed_over
    for household, day in rows(events, BuyerAdopted, "household", "day"):
        last[household] = max(last[household], day)
    assert v.handed_parcels.tolist() == handed.tolist()
    assert h.last_order_day.tolist() == list(last.values())
    assert v.buyers.tolist() == np.bincount(h.village, h.buyer * h.weight, 6).astype(int).tolist()
    assert not events.rows(BuyerLapsed)
    assert handed.sum() > 0


def test_sessions_and_trainees_are_counted_and_who_heard_is_aware() -> None:
    region, events = lively_run()
    s, h = region.world.state, region.world.state.households
    opening = tiny_region(opened=LIVELY)[0].world.state
    persons, done, trained = defaultdict(int), defaultdict(int), set()
    project = dict(rows(events, SessionHeld, "session", "project"))
    for session, household, many in rows(events, TraineeAttended, "session", "household", "persons"):
        persons[session] += many
        done[project[session]] += many
        trained |= {household} - {-1}
    assert s.sessions.persons[: s.count("sessions")].tolist() == [persons[session] for session in range(len(project))]
    assert all(s.projects.done[number] == many for number, many in done.items())
    assert set(np.flatnonzero(h.trained).tolist()) == trained
    aware = {household for (household,) in rows(events, SellingHeardOf, "household")}
    assert set(np.flatnonzero(h.aware).tolist()) == aware | set(np.flatnonzero(opening.households.aware).tolist())
    assert s.villages.aware.tolist() == np.bincount(h.village, h.aware * h.weight, 6).astype(int).tolist()


def test_a_stations_profit_is_smoothed_by_a_quarter_and_lean_months_count_in_a_row() -> None:
    region, events = lively_run()
    smoothed, lean = defaultdict(int), defaultdict(int)
    columns = ("station", "takings_fen", "grant_fen", "costs_fen", "labour_fen")
    for station, takings, grant, costs, labour in rows(events, StationsSettled, *columns):
        smoothed[station] += (takings + grant - costs - labour - smoothed[station]) // 4
        lean[station] = lean[station] + 1 if smoothed[station] < 0 else 0
    assert not events.rows(StationReopened)
    s = region.world.state.stations
    many = events.rows(StationOpened)
    assert s.smoothed_profit_fen[:many].tolist() == [smoothed[station] for station in range(many)]
    assert s.lean_months[:many].tolist() == [lean[station] for station in range(many)]


def test_every_account_holds_what_it_got_less_what_it_gave() -> None:
    region, events = lively_run()
    s = region.world.state
    balance, paid = np.zeros((len(s.accounts), 3), int), defaultdict(int)
    for payer, payee, funder, project, fen in rows(
        events, PaymentMade, "payer", "payee", "funder", "project", "paid_fen"
    ):
        balance[payer, funder] -= fen
        balance[payee, funder] += fen
        paid[project] += -fen if payer == SUPPLIERS else fen
    assert s.accounts.balance_fen.tolist() == balance.tolist()
    assert balance.sum() == 0
    assert all(s.projects.paid_fen[number] == fen for number, fen in paid.items() if number >= 0)
