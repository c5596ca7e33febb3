"""A figure is one object: what it is called, how it is worked out and what it is made of stand nowhere else."""

from __future__ import annotations

import datetime as dt

import pytest

from ecsim.rural.figures import (
    AT_THE_END,
    DATE_FIGURES,
    FIGURES,
    KEPT_BESIDE,
    OF_A_PERIOD,
    PERIOD_FIGURES,
    DateFigure,
    PeriodFigure,
    composition_of,
    of_period,
)
from ecsim.rural.measures import RuralMeasures
from ecsim.rural.model import MODEL
from runs import ended

WHOLE = "pooled_by_project"


def test_every_figure_is_a_target_s_an_outcome_or_kept_beside_them_and_named_once() -> None:
    names = [figure.name for figure in DATE_FIGURES]
    assert set(names) == {*FIGURES, *AT_THE_END, *KEPT_BESIDE}
    assert len(set(names)) == len(names)
    assert [figure.name for figure in PERIOD_FIGURES] == list(OF_A_PERIOD)
    assert RuralMeasures().names >= {*FIGURES, *AT_THE_END, *OF_A_PERIOD}


@pytest.mark.parametrize("figure", DATE_FIGURES, ids=lambda figure: figure.name)
def test_a_figure_of_a_date_is_worked_out_for_every_county_and_made_of_events(figure: DateFigure) -> None:
    _, _, card = ended(WHOLE)
    assert figure.value(card, dt.date(2019, 12, 31)).shape == (card.index.counties,)
    assert composition_of(figure.name) == figure.components
    assert all(kind in MODEL.events for part in figure.components for kind in part.kinds)


@pytest.mark.parametrize("figure", PERIOD_FIGURES, ids=lambda figure: figure.name)
def test_a_figure_of_a_period_is_worked_out_for_every_county_and_made_of_events(figure: PeriodFigure) -> None:
    _, _, card = ended(WHOLE)
    name = of_period(figure.name, "2019")
    assert card.outcomes_named([name])[name].shape == (card.index.counties,)
    assert composition_of(name)
    assert all(kind in MODEL.events for part in composition_of(name) for kind in part.kinds)


def test_a_new_figure_retires_no_run() -> None:
    assert "ecsim.rural.figures" in MODEL.looks_on
