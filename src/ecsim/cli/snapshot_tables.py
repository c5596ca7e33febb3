"""A snapshot as small tables in the terminal, in English with Chinese names beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from ecsim.cli.console import wide, words
from ecsim.rural.snapshot import Dealer, Snapshot

MOST_ROWS = 12
"""Rows of a table before it says how many more there are."""


def print_snapshot(state: Snapshot, *, stations: bool, projects: bool) -> None:
    """Print the state of a run.

    Parameters
    ----------
    stations, projects : whether to list them one by one
    """
    console = wide()
    place = f", {state.county}" if state.county else ""
    head = words("snapshot")["head"].format(run=state.run, place=place, first=state.week_from, last=state.day)
    console.print(head, style="bold", highlight=False)
    for table in (_households(state), _stations(state), _accounts(state), _heads(state), _projects(state)):
        console.print(table)
    ledger = state.ledger
    console.print(words("snapshot")["tranches"].format(tranches=ledger.tranches, grants=ledger.grants, sum=ledger.sum))
    if stations:
        console.print(_station_list(state))
    if projects:
        console.print(_project_list(state))
    for more in (_closures(state), _waiting(state), _crops(state), _dealers(state), _brands(state)):
        if more.row_count:
            console.print(more)
    _print_counts(console, state)


def _table(name: str, **values: object) -> Table:
    """Return a table with the title and columns of the catalogue; its first column is text, the others are numbers."""
    texts = words("snapshot")[name]
    title = texts["title"].format(**values)
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(texts["columns"]):
        table.add_column(column.format(**values), justify="right" if number else "left", overflow="fold")
    return table


def _row(table: Table, *cells: object) -> None:
    table.add_row(*(f"{c:,.2f}" if isinstance(c, float) else f"{c:,}" if isinstance(c, int) else str(c) for c in cells))


def _shortened(table: Table, rows: Sequence[tuple[object, ...]]) -> Table:
    """Return the table with its first rows, and how many more there are."""
    for row in rows[:MOST_ROWS]:
        _row(table, *row)
    if len(rows) > MOST_ROWS:
        table.add_row(words("snapshot")["more"].format(count=len(rows) - MOST_ROWS))
    return table


def _households(state: Snapshot) -> Table:
    table = _table("households")
    for name in ("households", "buyers", "sellers", "aware", "trained", "skilled"):
        _row(table, name, getattr(state.households, name), getattr(state.registered_poor, name))
    return table


def _stations(state: Snapshot) -> Table:
    table = _table("stations")
    for status in ("open", "idle", "closed"):
        group = [station for station in state.stations if station.status == status]
        profits = sorted(station.profit for station in group if station.profit is not None)
        middle = f"median {profits[len(profits) // 2]:,.2f}" if profits else "-"
        _row(table, status, len(group), sum(station.transactions or 0 for station in group), middle)
    return table


def _station_list(state: Snapshot) -> Table:
    table = _table("station_list")
    for s in state.stations:
        keeper = (
            "not in the sample" if s.keeper is None else s.keeper.en + (", registered poor" if s.poor_keeper else "")
        )
        place = f"{s.village.zh} ({s.township})" if state.county else f"{s.village.zh} ({s.county})"
        profit = "-" if s.profit is None else s.profit
        _row(table, str(s.station), place, s.design, s.status, s.opened, keeper, s.transactions or 0, profit)
    return table


def _accounts(state: Snapshot) -> Table:
    table = _table("accounts")
    for account in state.ledger.accounts:
        if account.total or account.central or state.county:
            _row(table, account.name, account.central, account.local, account.social, account.total)
    return table


def _heads(state: Snapshot) -> Table:
    table = _table("heads")
    for head in state.ledger.heads:
        _row(table, head.category, head.level, head.central, head.local, head.social)
    return table


def _projects(state: Snapshot) -> Table:
    table = _table("projects")
    kinds = defaultdict(list)
    for project in state.projects:
        kinds[str(project.kind)].append(project)
    for kind, group in kinds.items():
        stages = [sum(p.stage == stage for p in group) for stage in ("approved", "contracted", "finished")]
        budget, last = sum(p.central + p.local + p.social for p in group), max(p.finished or "" for p in group)
        _row(table, kind, *stages, sum(p.days_late > 0 for p in group), budget, sum(p.paid for p in group), last or "-")
    return table


def _project_list(state: Snapshot) -> Table:
    table = _table("project_list")
    for p in state.projects:
        budget = p.central + p.local + p.social
        dates = (p.approved, p.contracted or "-", p.due or "-", p.finished or "-")
        _row(table, str(p.project), p.kind, p.place, p.stage, *dates, budget, p.paid)
    return table


def _closures(state: Snapshot) -> Table:
    on = min(state.asked, state.day)
    table = _table("closures", date=on, count=len(state.closures))
    return _shortened(table, [(closure.road.en, closure.since, closure.until) for closure in state.closures])


def _waiting(state: Snapshot) -> Table:
    table = _table("waiting", place="township" if state.county else "county")
    places = defaultdict(list)
    for each in state.waiting:
        places[str(each.township if state.county else each.county)].append(each)
    for name, group in places.items():
        hub, onward = sum(w.at_hub for w in group), sum(w.for_villages for w in group)
        days = (
            _mean((w.at_hub, w.at_hub_days) for w in group),
            _mean((w.for_villages, w.for_villages_days) for w in group),
        )
        _row(table, name, hub, f"{days[0]:.1f}", onward, f"{days[1]:.1f}")
    return table


def _mean(pairs: Iterable[tuple[int, float]]) -> float:
    """Return the mean of values, each counted so many times."""
    known = [(count, value) for count, value in pairs if count]
    return sum(count * value for count, value in known) / max(1, sum(count for count, _ in known))


def _crops(state: Snapshot) -> Table:
    """Prices of one county's products; all counties together have too many."""
    table = _table("crops")
    for crop in state.crops if state.county else ():
        online = ("-", "-", "-")
        if crop.online is not None and crop.online_opening:
            online = (f"{crop.online:,.2f}", f"{crop.online_opening:,.2f}", _change(crop.online, crop.online_opening))
        _row(table, crop.product, crop.trader, crop.trader_opening, _change(crop.trader, crop.trader_opening), *online)
    return table


def _dealers(state: Snapshot) -> Table:
    """Dealers by kind; of one county by product too: what they hold, bid, expect, how many have a mark or channel."""
    table = _table("dealers")
    groups = defaultdict(list)
    for dealer in sorted(state.dealers, key=lambda dealer: dealer.product.en if state.county else ""):
        groups[f"{dealer.product.en}: {dealer.kind}" if state.county else str(dealer.kind)].append(dealer)
    for name, group in groups.items():
        holds = group[0].stock is not None
        stock, cash = sum(d.stock or 0.0 for d in group), sum(d.cash or 0.0 for d in group)
        own = (f"{stock / 1000:,.1f}", cash, f"{100 * _mean((1, d.bid) for d in group):.1f} %") if holds else "---"
        orders = round(sum(d.expected for d in group)), round(sum(d.waiting for d in group))
        decided = (sum(bool(has) for has in column) for column in zip(*map(_decided, group), strict=True))
        _row(table, name, len(group), *own, *orders, *decided)
    return table


def _decided(dealer: Dealer) -> tuple[object, ...]:
    return dealer.marks, dealer.floor, dealer.offline


def _change(now: float, before: float) -> str:
    return f"{100 * (now / before - 1):+.1f} %" if before else "-"


def _brands(state: Snapshot) -> Table:
    table = _table("brands")
    rows = [(b.brand, b.stock, f"{100 * b.premium:.1f} %", "yes" if b.registered else "no") for b in state.brands]
    return _shortened(table, rows)


def _print_counts(console: Console, state: Snapshot) -> None:
    examples = defaultdict[str, int](int)
    for each in state.examples:
        examples[str(each.example)] += max(1, each.households)
    counts = ", ".join(f"{name} {count:,}" for name, count in examples.items()) or "none"
    console.print(words("snapshot")["recognised"].format(examples=counts, parcels=state.parcels_delivered))
    complaints = state.complaints
    console.print(words("snapshot")["complaints"].format(service=complaints.service, disclosure=complaints.disclosure))
