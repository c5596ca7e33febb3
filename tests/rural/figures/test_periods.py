"""Which weeks are of which year, and what a run that does not cover a period whole cannot give."""

import datetime as dt

import pytest

from ecsim.rural.indicators import Available, Period, Periods, outcome_of, outcomes_of
from ecsim.rural.programme.notice import Programme
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.scenario import Scenario

START = dt.date(2018, 1, 1)
OF_2019 = {name for name in outcomes_of("2019") if name.endswith("@2019")}


def periods(start: dt.date, end: dt.date) -> Periods:
    return Periods(start, Scenario.model_construct(start=start, end=end).weeks)


def available(found: Periods, **changes: object) -> Available:
    """Return what a run can give under the shipped programme, some of it replaced."""
    return Available(found, Programme.model_validate({**shipped_programme().model_dump(mode="json"), **changes}))


@pytest.mark.parametrize("shift", range(7))
def test_every_week_is_of_the_year_that_most_of_its_days_lie_in(shift: int) -> None:
    found = Periods(START + dt.timedelta(days=shift), 260)
    for week in range(260):
        days = [(found.begins(week) + dt.timedelta(days=day)).year for day in range(7)]
        assert found.year_of(week) == max(set(days), key=days.count)
        assert week in found.weeks_of(found.year_of(week))
        assert shift or found.year_of(week) == found.begins(week).isocalendar().year


def test_a_run_to_the_last_day_of_2019_holds_all_its_52_weeks() -> None:
    found = periods(START, dt.date(2019, 12, 31))
    assert (found.run_of(2018), found.run_of(2019), found.years) == (slice(0, 52), slice(52, 104), range(2018, 2020))
    assert available(found).lacking() == {}


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (START, dt.date(2019, 6, 30), "2019 was run until 2019-06-30"),
        (START, dt.date(2019, 12, 28), "2019 was run until 2019-12-22"),
        (START, dt.date(2018, 12, 30), "2019 was not run"),
        (dt.date(2019, 2, 1), dt.date(2020, 3, 31), "2019 was run from 2019-02-01"),
        (dt.date(2019, 2, 1), dt.date(2019, 6, 27), "2019 was run from 2019-02-01 to 2019-06-27"),
    ],
)
def test_nothing_of_2019_is_given_where_2019_was_not_run_whole(start: dt.date, end: dt.date, reason: str) -> None:
    lacking = available(periods(start, end)).lacking()
    assert lacking.keys() >= OF_2019
    assert {lacking[name].en for name in OF_2019 if "growth" not in name} == {reason}
    assert all("\u4e00" <= lacking[name].zh[-1] <= "\u9fff" or "2019" in lacking[name].zh for name in OF_2019)


def test_a_run_that_starts_in_july_2018_has_no_2018_and_no_growth_on_it() -> None:
    found = available(periods(dt.date(2018, 7, 1), dt.date(2020, 3, 31)))
    for name in ("retail@2018", "retail_growth@2019"):
        reason = found.reason(name)
        assert reason is not None
        assert reason.en == "2018 was run from 2018-07-01"
    assert found.reason("retail@2019") is None
    assert {"retail@2018", "retail_growth@2018"} & set(found.outcomes()) == {"retail@2018"}
    on_june = found.targets_lacking(dt.date(2019, 6, 30))
    assert {name: reason.en for name, reason in on_june.items()} == dict.fromkeys(
        ("retail_growth", "farm_growth"), "2018 was run from 2018-07-01"
    )
    assert found.targets_lacking(found.periods.last) == {}


@pytest.mark.parametrize("weeks", range(1, 160, 7))
@pytest.mark.parametrize("start", [START, dt.date(2018, 1, 3), dt.date(2018, 7, 1), dt.date(2018, 12, 30)])
def test_a_year_is_given_if_and_only_if_each_of_its_weeks_was_run(start: dt.date, weeks: int) -> None:
    found = Periods(start, weeks)
    for year in (2018, 2019, 2020):
        mine = [week for week in range(-60, 220) if found.year_of(week) == year]
        assert (found.lacks(year) is None) == all(0 <= week < weeks for week in mine)
        assert (year in found.years) == any(0 <= week < weeks for week in mine)
        run = found.run_of(year)
        assert list(range(run.start, run.stop)) == [week for week in mine if 0 <= week < weeks]
        assert found.weeks_in(Period.of(str(year))) == run


@pytest.mark.parametrize("weeks", [60, 78, 104, 117, 156])
def test_growth_to_a_date_is_given_if_both_halves_of_the_comparison_were_run(weeks: int) -> None:
    found = Periods(START, weeks)
    for week in range(3 * 52):
        date = found.begins(week) + dt.timedelta(days=6)
        spans = found.growth_weeks(date)
        assert bool(spans) == (week >= 52 and week < weeks)
        for now, before in [spans] if spans else []:
            assert now.stop - now.start == before.stop - before.start == week - 52 * (week // 52) + 1


@pytest.mark.parametrize("weeks", [40, 52, 80, 104, 117])
@pytest.mark.parametrize("last", [1, 13, 52, 53])
def test_the_last_weeks_are_given_if_so_many_were_run_and_their_growth_if_the_same_a_year_before_were(
    weeks: int, last: int
) -> None:
    found, period = Periods(START, weeks), Period.of(f"last{last}weeks")
    assert (found.lacks_period(period) is None) == (last <= weeks)
    spans = found.growth_in(period)
    assert bool(spans) == (last <= 52 and last + 52 <= weeks) == (found.lacks_growth_in(period) is None)
    if last <= weeks:
        assert found.weeks_in(period) == slice(weeks - last, weeks)
    if spans:
        now, before = spans
        assert (now.stop, now.stop - now.start, now.start - before.start) == (weeks, last, 52)


def test_targets_of_the_table_that_are_of_a_period_are_the_two_of_growth() -> None:
    lacking = available(Periods(START, 10)).targets_lacking(dt.date(2018, 3, 11))
    assert set(lacking) == {target.name for target in shipped_programme().targets if "growth" in target.name}


def test_a_run_keeps_its_years_and_the_period_of_its_programme() -> None:
    three_years = Periods(START, 157)
    kept = available(three_years, period="last26weeks").outcomes()
    of = {period: [name for name in kept if name.endswith(f"@{period}")] for period in ("2018", "2019", "2020")}
    assert {name: len(names) for name, names in of.items()} == {"2018": 21, "2019": 23, "2020": 23}
    assert [name for name in kept if "@last26weeks" in name][:2] == ["retail@last26weeks", "farm_retail@last26weeks"]
    assert "below_line@last26weeks" not in kept


def test_income_below_the_line_is_not_available_in_a_year_without_a_line() -> None:
    found = available(Periods(START, 210), income_lines={"2019": "P19a"})
    assert found.reason("below_line@2019") is None
    assert found.reason("below_line@2021") == ("there is no income line of 2021", "没有2021年贫困线")
    assert outcome_of("below_line@2021") is not None


def parts(year: int) -> list[list[Period]]:
    """Return the quarters and the months of a year."""
    return [
        [Period.of(f"{year}Q{quarter}") for quarter in range(1, 5)],
        [Period.of(f"{year}M{month:02d}") for month in range(1, 13)],
    ]


@pytest.mark.parametrize("shift", range(0, 180, 13))
def test_quarters_and_months_follow_on_each_other_and_make_up_the_year(shift: int) -> None:
    found = Periods(START - dt.timedelta(days=shift), 260)
    for year in (2019, 2020, 2021):
        for spans in ([found.weeks_in(part) for part in of] for of in parts(year)):
            assert [span.start for span in spans[1:]] == [span.stop for span in spans[:-1]]
            assert (spans[0].start, spans[-1].stop) == (found.weeks_of(year).start, found.weeks_of(year).stop)


@pytest.mark.parametrize("shift", range(7))
def test_every_week_is_of_the_month_and_quarter_that_most_of_its_days_lie_in(shift: int) -> None:
    found = Periods(START + dt.timedelta(days=shift), 209)
    for month, period in enumerate(parts(2020)[1], 1):
        span = found.weeks_in(period)
        for week in range(span.start, span.stop):
            days = [(found.begins(week) + dt.timedelta(days=day)).month for day in range(7)]
            assert max(set(days), key=days.count) == month


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("retail@2019Q1", None),
        ("retail@2019Q3", "2019 Q3 was run until 2019-08-04"),
        ("retail@2019M07", None),
        ("retail@2019M09", "2019-09 was not run"),
        ("retail_growth@2019Q1", None),
        ("retail_growth@2018Q1", "2017 Q1 was not run"),
        ("retail_growth@2019Q3", "2019 Q3 was run until 2019-08-04"),
    ],
)
def test_a_quarter_or_month_is_given_if_all_of_its_weeks_were_run(name: str, reason: str | None) -> None:
    lacking = available(periods(START, dt.date(2019, 8, 4))).reason(name)
    assert (lacking and lacking.en) == reason


def test_growth_of_a_quarter_compares_as_many_weeks_from_its_first_on() -> None:
    # October to December 2020 has a week more than a year before.
    found = periods(START, dt.date(2021, 3, 31))
    now, before = found.growth_in(Period.of("2020Q4"))
    assert now.stop - now.start == before.stop - before.start == 13
    assert (found.begins(now.start), found.begins(before.start)) == (dt.date(2020, 9, 28), dt.date(2019, 9, 30))
