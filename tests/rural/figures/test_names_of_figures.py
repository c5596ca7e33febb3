"""Names of outcomes say their period; names of before are told what they are called now."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ecsim.rural.figures import AT_THE_END, OF_A_PERIOD
from ecsim.rural.indicators import Period, base_of, not_an_outcome, outcome_of, outcomes_of, region_of
from ecsim.rural.measures import RuralMeasures
from ecsim.scenario.load import changed
from runs import ended, scenario

WHOLE = "pooled_by_project"


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        ("retail@2019", "Online retail sales, 2019", "网络零售额（2019年）"),
        ("retail@2019Q3", "Online retail sales, 2019 Q3", "网络零售额（2019年第3季度）"),
        ("retail@2019M07", "Online retail sales, 2019-07", "网络零售额（2019年7月）"),
        ("retail@last52weeks", "Online retail sales, last 52 weeks", "网络零售额（最近52周）"),
        (
            "full_parcel_cost@2021",
            "Full cost per parcel, household's trip included, 2021",
            "单件全成本（含农户取件，2021年）",
        ),
        ("stations_open", "Stations open at the end", "期末营业站点"),
    ],
)
def test_titles_say_the_period(name: str, en: str, zh: str) -> None:
    measure = outcome_of(name)
    assert measure is not None
    assert (measure.title_en, measure.title_zh) == (en, zh)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("retail_2019", "it is written retail@2019 now"),
        ("full_parcel_cost_2018", "it is written full_parcel_cost@2018 now"),
        ("retail_growth_2019", "it is written retail_growth@2019 now"),
        (
            "retail",
            "retail@2019Q3 or retail@2019M07 of a quarter or month of one, retail@last52weeks of the last weeks",
        ),
        ("below_line", "say of which period: below_line@2019 of a calendar year"),
        (
            "retail@last",
            "as 2019, a quarter or month of one, as 2019Q3 or 2019M07, or the last weeks, as last52weeks, is needed",
        ),
        ("below_line@2019Q3", "its period is '2019Q3'; a calendar year, as 2019, is needed"),
        ("retail@2019Q5", "its period is '2019Q5'"),
        ("retail@2019M13", "its period is '2019M13'"),
        ("below_line@last52weeks", "its period is 'last52weeks'; a calendar year, as 2019, is needed"),
        ("retial@2019", "did you mean 'retail@2019'?"),
        ("stations_opn", "did you mean 'stations_open'?"),
    ],
)
def test_a_name_that_is_no_outcome_is_told_what_to_write(name: str, hint: str) -> None:
    assert outcome_of(name) is None
    with pytest.raises(ValueError, match=re.escape(hint)):
        RuralMeasures().label(name, scenario())
    with pytest.raises(ValueError, match="outcome"):
        region_of(name, np.ones(2))


def test_a_name_far_from_all_is_told_all_that_there_are() -> None:
    assert not_an_outcome("zzz", ["a", "b"]) == "allowed are a, b"


@pytest.mark.parametrize("text", ["", "19", "last0weeks", "last52", "2019q1", "lastweeks"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a calendar year, as 2019"):
        Period.of(text)


def test_every_outcome_of_a_period_is_known_by_its_name_and_has_no_other() -> None:
    for period in ("2019", "last52weeks"):
        for name, measure in outcomes_of(period).items():
            assert outcome_of(name) == measure
            assert RuralMeasures().label(name, scenario()) == measure.label
    assert len(outcomes_of("2019")) == len(OF_A_PERIOD) + len(AT_THE_END)
    assert "below_line@last52weeks" not in outcomes_of("last52weeks")
    assert {base_of("retail@2019"), base_of("retail_2019"), base_of("retail@last52weeks")} == {"retail"}


@pytest.mark.parametrize("period", ["2019", "last52weeks"])
def test_headlines_and_labels_are_of_the_programmes_period(period: str) -> None:
    measures, of = RuralMeasures(), changed(scenario(), {"programme.period": period}, "test")
    headlines, labels = measures.headlines(of), measures.labels(of)
    assert headlines[0] == f"retail@{period}"
    assert (headlines[-2:], f"below_line@{period}" in headlines) == (("sellers_share", "targets_met"), period == "2019")
    assert set(headlines) <= labels.keys() == {*outcomes_of(period), "targets_met"}
    assert labels["targets_met"].title.en == "Targets met per county (of 14)"


def test_outcomes_of_the_last_weeks_are_those_of_the_same_weeks_of_a_year() -> None:
    _, _, card = ended(WHOLE)
    found = card.outcomes_named(
        ["retail@2019", "retail@last26weeks", "retail_growth@last26weeks", "income@last26weeks"]
    )
    total = card.sales.total()
    weeks = card.weeks
    np.testing.assert_array_equal(found["retail@last26weeks"], total[weeks - 26 :].sum(axis=0) / 1e8)
    np.testing.assert_array_equal(found["retail@2019"], total[52:104].sum(axis=0) / 1e8)
    before = total[weeks - 78 : weeks - 52].sum(axis=0)
    np.testing.assert_allclose(found["retail_growth@last26weeks"], total[weeks - 26 :].sum(axis=0) / before - 1.0)
    income = card.outcomes_named(["income@2019"])["income@2019"]
    assert (found["income@last26weeks"] < income).all()
    assert (found["income@last26weeks"] > 0.3 * income).all()


def test_an_outcome_of_a_period_that_was_not_run_is_no_figure() -> None:
    _, _, card = ended(WHOLE)
    for name in ("retail@2021", "retail@2020", "income@last999weeks"):
        assert np.isnan(card.outcomes_named([name])[name]).all()
        assert card.available.reason(name) is not None
    with pytest.raises(ValueError, match="it is written retail@2019 now"):
        card.outcomes_named(["retail_2019"])
