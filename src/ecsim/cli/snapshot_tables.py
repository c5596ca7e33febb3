"""A snapshot as small tables in the terminal, in English with Chinese names beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from ecsim.cli.console import wide
from ecsim.rural.snapshot import Snapshot

MOST_ROWS = 12
"""Rows of a table before it says how many more there are."""


def print_snapshot(found: Snapshot, *, stations: bool, projects: bool) -> None:
    """Print the state of a run.

    Parameters
    ----------
    stations, projects : whether to list them one by one
    """
    console = wide()
    place = f", {found.county}" if found.county else ""
    told = f"{found.run}{place}: the state at the end of the week {found.week_from} to {found.day}"
    console.print(told, style="bold", highlight=False)
    for table in (_households(found), _stations(found), _accounts(found), _heads(found), _projects(found)):
        console.print(table)
    given = found.ledger.tranches
    console.print(
        f"tranches received: {given:,.2f} yuan; running grants paid to station keepers: "
        f"{found.ledger.grants:,.2f} yuan; all accounts of the run add up to {found.ledger.sum:,.2f} yuan"
    )
    if stations:
        console.print(_station_list(found))
    if projects:
        console.print(_project_list(found))
    for more in (_closures(found), _waiting(found), _crops(found), _brands(found)):
        if more.row_count:
            console.print(more)
    _print_counts(console, found)


def _table(title: str, *columns: str) -> Table:
    """Return a table whose first column is text and whose others are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    return table


def _row(table: Table, *cells: object) -> None:
    table.add_row(*(f"{c:,.2f}" if isinstance(c, float) else f"{c:,}" if isinstance(c, int) else str(c) for c in cells))


def _shortened(table: Table, rows: Sequence[tuple[object, ...]]) -> Table:
    """Return the table with its first rows, and how many more there are."""
    for row in rows[:MOST_ROWS]:
        _row(table, *row)
    if len(rows) > MOST_ROWS:
        table.add_row(f"… and {len(rows) - MOST_ROWS} more (--json has them all)")
    return table


def _households(found: Snapshot) -> Table:
    table = _table("Households 农户 (weighted)", "", "all", "registered poor 建档立卡")
    for name in ("households", "buyers", "sellers", "aware", "trained", "skilled"):
        _row(table, name, getattr(found.households, name), getattr(found.registered_poor, name))
    return table


def _stations(found: Snapshot) -> Table:
    table = _table("Stations 服务站", "status", "stations", "transactions of the last month", "keeper left with, yuan")
    for status in ("open", "idle", "closed"):
        mine = [station for station in found.stations if station.status == status]
        profits = sorted(station.profit for station in mine if station.profit is not None)
        middle = f"median {profits[len(profits) // 2]:,.2f}" if profits else "-"
        _row(table, status, len(mine), sum(station.transactions or 0 for station in mine), middle)
    return table


def _station_list(found: Snapshot) -> Table:
    table = _table("", "station", "village", "design", "status", "opened", "keeper", "transactions", "left with, yuan")
    for s in found.stations:
        keeper = (
            "not in the sample" if s.keeper is None else s.keeper.en + (", registered poor" if s.poor_keeper else "")
        )
        place = f"{s.village.zh} ({s.township})" if found.county else f"{s.village.zh} ({s.county})"
        profit = "-" if s.profit is None else s.profit
        _row(table, str(s.station), place, s.design, s.status, s.opened, keeper, s.transactions or 0, profit)
    return table


def _accounts(found: Snapshot) -> Table:
    table = _table("Ledger 资金账户, yuan", "account", "central 中央", "local 地方", "social 社会", "total")
    for account in found.ledger.accounts:
        if account.total or account.central or found.county:
            _row(table, account.name, account.central, account.local, account.social, account.total)
    return table


def _heads(found: Snapshot) -> Table:
    table = _table("Paid to projects 已付项目资金, yuan", "head", "owner", "central", "local", "social")
    for head in found.ledger.heads:
        _row(table, head.category, head.level, head.central, head.local, head.social)
    return table


def _projects(found: Snapshot) -> Table:
    table = _table(
        "Projects 项目",
        "kind",
        "approved",
        "contracted",
        "finished",
        "slips",
        "budget, yuan",
        "paid, yuan",
        "last finished",
    )
    kinds = defaultdict(list)
    for project in found.projects:
        kinds[str(project.kind)].append(project)
    for kind, mine in kinds.items():
        stages = [sum(p.stage == stage for p in mine) for stage in ("approved", "contracted", "finished")]
        budget, last = sum(p.central + p.local + p.social for p in mine), max(p.finished or "" for p in mine)
        _row(table, kind, *stages, sum(p.slips for p in mine), budget, sum(p.paid for p in mine), last or "-")
    return table


def _project_list(found: Snapshot) -> Table:
    table = _table(
        "",
        "project",
        "kind",
        "place",
        "stage",
        "approved",
        "contracted",
        "due",
        "finished",
        "budget, yuan",
        "paid, yuan",
    )
    for p in found.projects:
        budget = p.central + p.local + p.social
        dates = (p.approved, p.contracted or "-", p.due or "-", p.finished or "-")
        _row(table, str(p.project), p.kind, p.place, p.stage, *dates, budget, p.paid)
    return table


def _closures(found: Snapshot) -> Table:
    on = min(found.asked, found.day)
    table = _table(f"Roads closed on {on} 道路中断: {len(found.closures)}", "road", "since", "until")
    return _shortened(table, [(closure.road.en, closure.since, closure.until) for closure in found.closures])


def _waiting(found: Snapshot) -> Table:
    where = "township" if found.county else "county"
    table = _table(
        f"Parcels waiting 滞留快件, by {where}", where, "at the hub", "days", "on their way to villages", "days"
    )
    places = defaultdict(list)
    for each in found.waiting:
        places[str(each.township if found.county else each.county)].append(each)
    for name, mine in places.items():
        hub, onward = sum(w.at_hub for w in mine), sum(w.for_villages for w in mine)
        days = (
            _mean((w.at_hub, w.at_hub_days) for w in mine),
            _mean((w.for_villages, w.for_villages_days) for w in mine),
        )
        _row(table, name, hub, f"{days[0]:.1f}", onward, f"{days[1]:.1f}")
    return table


def _mean(pairs: Iterable[tuple[int, float]]) -> float:
    """Return the mean of values, each counted so many times."""
    known = [(many, value) for many, value in pairs if many]
    return sum(many * value for many, value in known) / max(1, sum(many for many, _ in known))


def _crops(found: Snapshot) -> Table:
    """Prices of one county's products; all counties together have too many."""
    table = _table(
        "Prices 价格, yuan a kilogram",
        "product",
        "trader",
        "at the opening",
        "change",
        "online",
        "at the opening",
        "change",
    )
    for crop in found.crops if found.county else ():
        online = ("-", "-", "-")
        if crop.online is not None and crop.online_opening:
            online = (f"{crop.online:,.2f}", f"{crop.online_opening:,.2f}", _change(crop.online, crop.online_opening))
        _row(table, crop.product, crop.trader, crop.trader_opening, _change(crop.trader, crop.trader_opening), *online)
    return table


def _change(now: float, before: float) -> str:
    return f"{100 * (now / before - 1):+.1f} %" if before else "-"


def _brands(found: Snapshot) -> Table:
    table = _table("Brands 区域公共品牌", "brand", "stock, yuan", "premium", "registered")
    rows = [(b.brand, b.stock, f"{100 * b.premium:.1f} %", "yes" if b.registered else "no") for b in found.brands]
    return _shortened(table, rows)


def _print_counts(console: Console, found: Snapshot) -> None:
    examples = defaultdict[str, int](int)
    for each in found.examples:
        examples[str(each.example)] += max(1, each.households)
    told = ", ".join(f"{name} {many:,}" for name, many in examples.items()) or "none"
    console.print(f"recognised: {told}; parcels delivered since the start: {found.parcels_delivered:,}")
    service, disclosure = found.complaints.service, found.complaints.disclosure
    console.print(f"complaints 投诉: about the service {service:,}, reports on disclosure {disclosure:,}")
