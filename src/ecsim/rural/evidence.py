"""The rows behind a figure of a county: what `ecsim trace` shows of a run of the rural model."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.measures import Origins
from ecsim.kernel.rows import RowCollector, RowsByKind, joined, nonempty, select_rows
from ecsim.kernel.toolkit import Columns, EcsimError, Event, Stamp, Text
from ecsim.rural.events import LotSold, OrdersFilled
from ecsim.rural.figures import FigureQuery, composition_of
from ecsim.rural.figures.accumulators import PLACED_BY, PlaceIndex
from ecsim.rural.indicators import CountyScorecard, Programme, not_an_outcome, outcome_of, outcomes_of
from ecsim.rural.lots import GoodsFlow, origins_of
from ecsim.rural.regions import county_row, official_figures, pack_of
from ecsim.rural.scenario import Scenario

I64 = NDArray[np.int64]


class CountyEvidence:
    """Watches a run for the rows that a figure of a county counts, and those that say where they belong."""

    def __init__(self, card: CountyScorecard, figure: str, county: int, date: dt.date, name: Text) -> None:
        self.place: Text | None = name
        self.figure_name, self.card, self.query = figure, card, FigureQuery(card, county, date)
        parts = composition_of(figure)
        self._parts = [(part, RowCollector()) for part in parts]
        kinds = {kind for part in parts for kind in part.kinds}
        self._placing = RowCollector()
        self._placed_by = {PLACED_BY[table][0] for kind in kinds if (table := _first_table(kind)) in PLACED_BY}
        self._own = kinds | self._placed_by

    @property
    def kinds(self) -> Iterable[type[Event]]:
        """The kinds it has to see."""
        return {*self._own, *PlaceIndex.listens}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows that may count."""
        self.card.see(event, stamp)
        if type(event) not in self._own:
            return
        for part, picker in self._parts:
            if type(event) in part.kinds:
                picker.collect(event, stamp, part.may_count(self.query, event, stamp.day))
        if type(event) in self._placed_by:
            in_county = self.card.index.county_of(event) == self.query.county
            self._placing.collect(event, stamp, np.flatnonzero(in_county))

    def counted(self) -> RowsByKind:
        """Return the rows that count, once the whole run went by."""
        parts_by_kind: dict[type[Event], list[Columns]] = defaultdict(list)
        for part, picker in self._parts:
            rows = picker.rows()
            counts = part.counts(self.query, rows) if rows else {}
            for kind, columns in rows.items():
                mask = counts.get(kind)
                parts_by_kind[kind].append(columns if mask is None else select_rows(columns, mask))
        return nonempty({kind: joined(parts) for kind, parts in parts_by_kind.items()})

    def placing(self, counted: RowsByKind) -> RowsByKind:
        """Return the rows that say where what was counted belongs: a station's opening, a session."""
        placing, rows = self._placing.rows(), RowsByKind()
        for table, (kind, column) in PLACED_BY.items():
            ids = [c[k.columns[0].name] for k, c in counted.items() if _first_table(k) == table]
            if ids and kind in placing:
                rows[kind] = select_rows(placing[kind], np.isin(placing[kind][column], np.concatenate(ids)))
        return nonempty(rows)

    def figure(self) -> float:
        """Return the figure as the whole run gives it; NaN where it has none."""
        return self._of(self.card)

    def recount(self, batches: Iterable[tuple[Event, Stamp]]) -> float:
        """Return the figure that the opening and some events give."""
        card = self.card
        return self._of(CountyScorecard(card.start, card.weeks, card.notice, card.official).read(batches))

    def reason(self) -> str:
        """Return why no county has a figure: its period was not run whole; "" if it was."""
        name, available = self.figure_name, self.card.available
        of_target = self._is_target
        why = available.targets_lacking(self.query.date).get(name) if of_target else available.reason(name)
        return why.en if why else ""

    def origins(self, reader: JournalReader, counted: RowsByKind, ways: int) -> Origins | None:
        """Return whence came the goods that were ordered online, where the figure counts these or sales of growers."""
        goods = [columns["seq"] for kind, columns in counted.items() if kind in (OrdersFilled, LotSold)]
        if not goods:
            return None
        flow = GoodsFlow(self.query.county)
        last = (self.query.date - self.card.start).days
        for event, stamp in reader.as_stored(last, {kind.kind for kind in flow.listens}):
            flow.see(reader.stored[event.kind].today(event), stamp)
        return origins_of(flow, np.concatenate(goods), ways)

    @property
    def _is_target(self) -> bool:
        return any(target.name == self.figure_name for target in self.card.targets)

    def _of(self, card: CountyScorecard) -> float:
        values = card.values(self.query.date) if self._is_target else card.outcomes_named([self.figure_name])
        return float(values[self.figure_name][self.query.county])


def _first_table(kind: type[Event]) -> str:
    """Return the table by which rows of a kind belong to a county; empty if they name the county themselves."""
    names_county = any(column.name == "county" for column in kind.columns)
    return "" if names_county else str(kind.columns[0].table)


def county_evidence(scenario: Scenario, figure: str, place: str | None, until: dt.date) -> CountyEvidence:
    """Return what watches a run for the rows behind a figure of a county.

    Parameters
    ----------
    figure : a target of the scenario's programme, or an outcome with its period
    place : a county, by a name that it has
    until : the last day that counts

    Raises
    ------
    EcsimError
        If there is no such figure or county, or no county is named.
    """
    _refuse_unknown(figure, scenario.programme)
    pack = pack_of(scenario)
    if place is None:
        raise EcsimError(
            "--county is missing: figures are traced county by county; the counties are "
            + ", ".join(county.name_zh for county in pack.counties)
        )
    weeks = max(1, min(scenario.weeks, (until - scenario.start).days // 7 + 1))
    card = CountyScorecard(scenario.start, weeks, scenario.programme, official_figures(scenario.programme, pack))
    row = county_row(pack, place)
    return CountyEvidence(card, figure, row, until, Text(pack.counties[row].name_en, pack.counties[row].name_zh))


def _refuse_unknown(figure: str, programme: Programme) -> None:
    """Refuse what is neither a target of the programme nor an outcome."""
    targets = [target.name for target in programme.targets]
    if figure in targets or outcome_of(figure) is not None:
        return
    known = [*targets, *outcomes_of(programme.period)]
    hint = not_an_outcome(figure, known)
    allowed = "" if known[0] in hint else f" — allowed are {', '.join(known)}"
    raise EcsimError(f"indicator {figure!r}: there is none; {hint}{allowed}")
