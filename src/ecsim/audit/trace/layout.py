"""Layered drawing of a causal graph: boxes in rows by their longest way to the figure, with few crossings.

Roots stand on top, the figure at the bottom; a box lies above all that its events brought about. Rows are ordered by
barycentres, sweep by sweep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

FIGURE = "figure"
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN, BEND = 176.0, 86.0, 14.0, 46.0, 16.0, 12.0
_SWEEPS = 12


@dataclass(slots=True)
class Box:
    """A node of the drawing: a kind of event, one event, the figure, or a place where a long edge passes a row.

    Attributes
    ----------
    key : str
        Unique.
    topic : str
        Decides its colour.
    lines : list of str
        What stands in it; none for a place where an edge passes.
    tip : str
        What is shown when a reader points at it.
    row, x, y : int, float, float
        Where it stands, once it is placed.
    """

    key: str
    topic: str
    lines: list[str]
    tip: str
    row: int = 0
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        """How wide it is drawn."""
        return WIDTH if self.lines else BEND


@dataclass(slots=True)
class Edge:
    """How many events of one box another box brought about.

    Attributes
    ----------
    cause, effect : str
        Keys of the boxes.
    events : int
        How many.
    tip : str
        What is shown when a reader points at it.
    path : str
        As SVG, once it is placed.
    at : (float, float)
        Where its number stands.
    """

    cause: str
    effect: str
    events: int
    tip: str
    path: str = ""
    at: tuple[float, float] = (0.0, 0.0)

    @property
    def stroke(self) -> float:
        """How thick it is drawn."""
        return 1.2 + 1.6 * float(np.log10(self.events))


@dataclass(slots=True)
class Graph:
    """Boxes and edges with their places."""

    boxes: list[Box]
    edges: list[Edge]
    width: float = 0.0
    height: float = 0.0
    topics: list[str] = field(default_factory=list)


def rows_of(graph: Graph) -> list[list[Box]]:
    """Return the boxes row by row from the roots down, in an order with few edge crossings.

    An edge that passes rows gets a bend in each of them, so that all edges run between neighbouring rows. The order is
    found by sweeps: each row is sorted by the mean place of its neighbours, downwards and upwards in turn.
    """
    depth = _depths(graph.edges)
    rows: list[list[Box]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for box in graph.boxes:
        box.row = len(rows) - 1 - depth.get(box.key, 0)
        rows[box.row].append(box)
    row = {box.key: box.row for box in graph.boxes}
    for edge in graph.edges:
        for between in range(row[edge.cause] + 1, row[edge.effect]):
            rows[between].append(Box(_bend(edge, between), "", [], "", between))
    near = _neighbours(graph.edges, row)
    for sweep in range(_SWEEPS):
        up = sweep % 2 == 1
        for row_of_boxes in rows[-2::-1] if up else rows[1:]:
            _order(row_of_boxes, rows, near, up)
    return rows


def _depths(edges: Sequence[Edge]) -> dict[str, int]:
    """Return how many steps each box lies above the figure on its longest way there; ways in a circle are cut."""
    causes: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        causes[edge.effect].append(edge.cause)
    order: list[str] = []
    forward: list[tuple[str, str]] = []
    state: dict[str, bool] = {}

    def visit(box: str) -> None:
        state[box] = True
        for cause in causes[box]:
            if state.get(cause, False):
                continue  # it lies on the way here
            forward.append((cause, box))
            if cause not in state:
                visit(cause)
        state[box] = False
        order.append(box)

    visit(FIGURE)
    depth = {FIGURE: 0}
    above: dict[str, list[str]] = defaultdict(list)
    for cause, effect in forward:
        above[effect].append(cause)
    for box in reversed(order):
        for cause in above[box]:
            depth[cause] = max(depth.get(cause, 0), depth[box] + 1)
    return depth


def _bend(edge: Edge, row: int) -> str:
    return f"{edge.cause}>{edge.effect}@{row}"


def _way(edge: Edge, row: dict[str, int]) -> list[str]:
    """Return the boxes and bends that an edge leads by."""
    return [edge.cause, *(_bend(edge, r) for r in range(row[edge.cause] + 1, row[edge.effect])), edge.effect]


def _neighbours(edges: Sequence[Edge], row: dict[str, int]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        way = _way(edge, row)
        for box, other in pairwise(way):
            near[box].append(other)
            near[other].append(box)
    return near


def _order(row: list[Box], rows: list[list[Box]], near: dict[str, list[str]], up: bool) -> None:
    """Sort a row by the mean place of what its boxes are tied to in the rows below it, or above."""
    where = {box.key: (box.row, (number + 0.5) / len(r)) for r in rows for number, box in enumerate(r)}

    def mean(box: Box) -> float:
        others = [place for number, place in (where[key] for key in near[box.key]) if (number > box.row) == up]
        return sum(others) / len(others) if others else where[box.key][1]

    row.sort(key=mean)


def place(graph: Graph, rows: list[list[Box]]) -> None:
    """Give every box its place and every edge its path, in points.

    Parameters
    ----------
    graph : whose boxes and edges are placed
    rows : its boxes, as `rows_of` orders them
    """
    boxes = {box.key: box for row in rows for box in row}
    near = _neighbours(graph.edges, {box.key: box.row for box in graph.boxes})
    room = max(sum(box.width + GAP_X for box in row) for row in rows)
    for row in rows:
        _set(row, [0.0] * len(row), room)
    for sweep in range(_SWEEPS):
        up = sweep % 2 == 1  # the last one: what leads to one box stands above it
        for row in rows[-2::-1] if up else rows[1:]:
            _set(row, [_mean_x(box, [boxes[key] for key in near[box.key]], up) for box in row], room)
    left = min(box.x - box.width / 2 for box in boxes.values()) - MARGIN
    for box in boxes.values():
        box.x -= left
        box.y = MARGIN + box.row * (HEIGHT + GAP_Y)
    graph.width = max(box.x + box.width / 2 for box in boxes.values()) + MARGIN
    graph.height = 2 * MARGIN + len(rows) * (HEIGHT + GAP_Y) - GAP_Y
    row_of = {box.key: box.row for box in graph.boxes}
    for number, edge in enumerate(sorted(graph.edges, key=lambda edge: (edge.effect, boxes[edge.cause].x))):
        edge.path, edge.at = _path([boxes[key] for key in _way(edge, row_of)], (0.4, 0.6)[number % 2])


def _mean_x(box: Box, near: Sequence[Box], up: bool) -> float:
    """Return the mean place of what a box is tied to in the row it is sorted by: below it, or above."""
    those = [other.x for other in near if (other.row > box.row) == up]
    return sum(those) / len(those) if those else box.x


def _set(row: list[Box], wanted: Sequence[float], room: float) -> None:
    """Put the boxes of a row as near to where they are wanted as their order, their widths and the room allow."""
    for box, x in zip(row, wanted, strict=True):
        box.x = x
    _push(row)
    drift = float(np.mean([box.x - x for box, x in zip(row, wanted, strict=True)]))
    for box in row:
        box.x -= drift
    row[-1].x = min(row[-1].x, (room - row[-1].width) / 2)
    for left, right in zip(row[-2::-1], row[:0:-1], strict=True):
        left.x = min(left.x, right.x - _apart(left, right))
    row[0].x = max(row[0].x, (row[0].width - room) / 2)
    _push(row)


def _push(row: list[Box]) -> None:
    for left, right in pairwise(row):
        right.x = max(right.x, left.x + _apart(left, right))


def _apart(left: Box, right: Box) -> float:
    return (left.width + right.width) / 2 + GAP_X


def _path(way: Sequence[Box], part: float) -> tuple[str, tuple[float, float]]:
    """Return an edge as an SVG path, and the point so far along its last stretch, for its number."""
    points = list(_points(way))
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2
        path += f" C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
    (x, y), (to_x, to_y) = points[-2:]
    bend = part * part * (3 - 2 * part)  # of the curve whose handles lie half-way down
    down = 1.5 * part * (1 - part) + part**3
    return path, (x + bend * (to_x - x), y + down * (to_y - y))


def _points(way: Sequence[Box]) -> Iterator[tuple[float, float]]:
    yield way[0].x, way[0].y + HEIGHT
    for box in way[1:-1]:
        yield box.x, box.y
        yield box.x, box.y + HEIGHT
    yield way[-1].x, way[-1].y
