"""Where the goods behind a figure come from, and some of their ways from harvest to order, event by event."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.measures import Origins, Way
from ecsim.kernel.text import Text
from ecsim.rural.events import DealerKind
from ecsim.rural.lots.flow import GoodsFlow, Order
from ecsim.rural.lots.stock import OF_BASES, Lots

I64 = NDArray[np.int64]
OF_POOR = Text("registered poor households", "建档立卡贫困户")
OF_OTHERS = Text("other households", "其他农户")
OF_FIRMS = Text("firms' own bases", "企业自有基地")
OF_NOBODY = Text("stocks of the opening", "期初库存")


def origins_of(flow: GoodsFlow, counted: I64, ways: int) -> Origins:
    """Return whence goods came that some events count: orders, or households' sales that orders were filled from.

    Parameters
    ----------
    flow : that has seen the run
    counted : sequence numbers of what a figure counts
    ways : how many to show, of a dealer each: first such as begin with a registered poor household, by a processor,
        by cooperatives and enterprises, then the heaviest
    """
    orders = [(order, lots) for order in flow.orders() if len((lots := _behind(order, counted)).grams)]
    shares = dict.fromkeys((OF_POOR, OF_OTHERS, OF_FIRMS, OF_NOBODY), 0.0)
    for _, lots in orders:
        poor, known, based = _poor(flow, lots), lots.household >= 0, lots.household == OF_BASES
        holders = ((OF_POOR, poor), (OF_OTHERS, known & ~poor), (OF_FIRMS, based), (OF_NOBODY, ~known & ~based))
        for of, rows in holders:
            shares[of] += int(lots.grams[rows].sum()) / 1000.0
    best: dict[int, tuple[tuple[bool, bool, bool, int], Way]] = {}
    for order, lots in orders:
        rank, way = _heaviest(flow, order, lots)
        if order.dealer not in best or rank > best[order.dealer][0]:
            best[order.dealer] = rank, way
    chosen = sorted(best.items(), key=lambda of: (*(-part for part in of[1][0]), of[0]))[:ways]
    return Origins("kg", shares, tuple(way for _, (_, way) in chosen))


def _behind(order: Order, counted: I64) -> Lots:
    """Return the lots of an order, if it counts; else those of them that count."""
    if np.isin(order.seq, counted):
        return order.lots
    return Lots._make(column[np.isin(order.lots.origin, counted)] for column in order.lots)


def _poor(flow: GoodsFlow, lots: Lots) -> NDArray[np.bool_]:
    return np.asarray(flow.poor[lots.household] & (lots.household >= 0))


def _heaviest(flow: GoodsFlow, order: Order, lots: Lots) -> tuple[tuple[bool, bool, bool, int], Way]:
    """Return the way of the heaviest lot of an order, and its rank.

    Of a registered poor household if there is any, and of such lots one that a processor had of a cooperative.
    """
    poor, supplied = _poor(flow, lots), lots.supplied >= 0
    row = int(np.lexsort((lots.origin, -lots.grams, ~supplied, ~poor))[0])
    firm = flow.kinds[order.dealer] in (DealerKind.COOPERATIVE, DealerKind.ENTERPRISE)
    grams = int(lots.grams[row])
    by_processor = order.seq in flow.processed or bool(supplied[row])
    return (bool(poor[row]), by_processor, firm, grams), Way(grams / 1000.0, tuple(_steps(flow, order, lots, row)))


def _steps(flow: GoodsFlow, order: Order, lots: Lots, row: int) -> Iterable[int]:
    """Yield events from the buyers' orders back to the harvest, and the household as it was at the opening."""
    between = sorted((int(lots.passed[row]), int(lots.supplied[row])), reverse=True)
    first = (int(column[row]) for column in (lots.taken, lots.origin, lots.harvest))
    household = int(lots.household[row])
    grower = int(flow.households[household]) if household >= 0 else -1
    processed = flow.processed.get(order.seq, -1)
    return (seq for seq in (order.cause, order.seq, processed, *between, *first, grower) if seq >= 0)
