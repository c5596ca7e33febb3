"""Programmes are files: another calendar, other targets and other periods need no change of code."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ecsim.audit.published import read_published, run_and_publish
from ecsim.audit.trace.figure_trace import trace_figure
from ecsim.audit.verify.verification import verify_run
from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.events import EVENTS
from ecsim.rural.events.codes import Funder, ReportKind
from ecsim.rural.events.funds import PaymentMade, ProjectApproved, ReportFiled
from ecsim.rural.events.market import ExampleRecognised
from ecsim.rural.indicators import Available, report_dates
from ecsim.rural.model import MODEL
from ecsim.rural.programme.notice import FIGURES, Programme
from ecsim.rural.programme.programme_files import load_programme, numbered_rules, programme_of, shipped_programme
from ecsim.rural.regions.official import check_fits, official_figures
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import simulate
from ecsim.scenario.load import load

HERE = Path(__file__).parents[2]
CONFIGS, TINY = HERE.parent / "configs", HERE / "packs" / "tiny"
MARKETS = Path(__file__).parent / "markets_2021.toml"
SHIPPED = CONFIGS / "programmes" / "yunnan_2018.toml"
START = dt.date(2020, 12, 28)


def scenario(folder: Path, **changes: Any) -> Scenario:
    """Return the tiny region under the programme of 2021, read from a scenario file that names it by its path."""
    file = folder / "markets.toml"
    file.write_text(
        f'extends = "{CONFIGS / "baseline.toml"}"\nname = "markets"\nregion = "{TINY}"\nprogramme = "{MARKETS}"\n'
        f"start = {START}\nend = 2022-03-31\nsample = 1.0\n",
        encoding="utf-8",
    )
    return load(file, changes)


@lru_cache(maxsize=1)
def ended() -> tuple[Scenario, Path, TemporaryDirectory[str]]:
    home = TemporaryDirectory(prefix="ecsim-")
    of, run = scenario(Path(home.name)), Path(home.name) / "run"
    run_and_publish(MODEL, of, run, lambda watchers: simulate(of, 1, out=run, watchers=watchers))
    return of, run, home


def days_of(kind: Any, **where: int) -> set[int]:
    """Return the days on which rows of a kind happened, those with some values alone."""
    rows = JournalReader(ended()[1], EVENTS).kind(kind)
    keep = [all(rows[column][row] == value for column, value in where.items()) for row in range(len(rows["seq"]))]
    return {int(day) for day, kept in zip(rows["day"], keep, strict=True) if kept}


def week_of(date: dt.date) -> int:
    """Return the first day of the week that holds a date."""
    return (date - START).days // 7 * 7


def test_money_plans_and_reports_come_on_the_dates_of_the_programme() -> None:
    dates = ended()[0].programme.dates
    from_outside = days_of(PaymentMade, payer=0, funder=int(Funder.CENTRAL))
    assert from_outside == {week_of(dates.notice), week_of(dates.second_tranche)}
    assert days_of(ProjectApproved) == {week_of(dates.plan_due)}
    assert days_of(ReportFiled, report=int(ReportKind.FUND_PLAN)) == {week_of(dt.date(2021, 3, 22))}
    assert days_of(ReportFiled, report=int(ReportKind.PROVINCIAL_EVALUATION)) == {week_of(dt.date(2021, 12, 20))}
    assert days_of(ReportFiled, report=int(ReportKind.QUARTERLY_SUPERVISION)) == {140, 210, 280, 350, 420}
    assert not days_of(ReportFiled, report=int(ReportKind.MONTHLY_REPORT))
    assert all(day >= week_of(dates.notice) for day in days_of(ExampleRecognised))


def test_the_three_targets_are_measured_on_the_days_of_its_table_and_no_others() -> None:
    of, run, _ = ended()
    published = read_published(run)
    assert published is not None
    rows = published.figures.indicators
    assert [row["indicator"] for row in rows[:3]] == ["buyers_share", "service_complaints", "retail_growth"]
    assert [row["date"] for row in rows[::3]] == ["2020-12-31", "2021-06-30", "2021-12-31", "2022-03-27"]
    assert [date.isoformat() for date in report_dates(of)] == [row["date"] for row in rows[::3]]
    last = {row["indicator"]: row for row in rows[-3:]}
    assert last["buyers_share"]["met"] == [value >= 0.05 for value in last["buyers_share"]["value"]]
    assert last["retail_growth"]["reason"] is None
    assert last["retail_growth"]["met"] == [value > 0.0 for value in last["retail_growth"]["value"]]


def test_its_outcomes_are_of_its_period_and_of_the_years_that_were_run() -> None:
    of, run, _ = ended()
    published = read_published(run)
    assert published is not None
    names = [row["outcome"] for row in published.figures.outcomes]
    assert {"retail@2021", "retail@last26weeks", "stations_open"} <= set(names)
    assert not [name for name in names if "2019" in name]
    lacking = {name: reason.en for name, reason in Available.of(of).lacking().items()}
    assert lacking["below_line@2021"] == "there is no income line of 2021"
    assert lacking["retail@2022"] == "2022 was run until 2022-03-27"
    assert lacking["retail_growth@last26weeks"] == "the same weeks of the year before were not run"
    assert not {"retail@2021", "retail@last26weeks", "poor_income@2021"} & lacking.keys()


def test_such_a_run_is_verified_and_traced_as_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    _, run, _ = ended()
    assert verify_run(run).good
    assert trace_figure(run, "buyers_share", load_pack(str(TINY)).counties[0].name_zh).holds
    assert trace_figure(run, "retail@last26weeks", load_pack(str(TINY)).counties[0].name_zh).holds
    with pytest.raises(EcsimError, match=r"indicator 'trained'.*allowed are buyers_share"):
        trace_figure(run, "trained", load_pack(str(TINY)).counties[0].name_zh)
    assert main(["check", str(MARKETS)]) == 0
    assert "programme of 3 targets" in capsys.readouterr().out


def test_the_programme_is_part_of_a_scenario_and_of_its_digest(tmp_path: Path) -> None:
    of = scenario(tmp_path)
    later = scenario(tmp_path, **{"programme.dates.notice": "2021-03-08"})
    easier = scenario(tmp_path, **{"programme.targets": [of.programme.targets[0].model_dump()]})
    assert len({of.digest(), later.digest(), easier.digest()}) == 3
    assert programme_of(of.model_dump(mode="json")) == of.programme
    assert Scenario.model_validate(of.model_dump(mode="json")) == of


def shares(of: Any) -> tuple[float, float]:
    """Return the least share of the supply chain and the most of centres in a policy's rule book."""
    rules = of.policy.rule_book.rules
    return rules["supply_chain_share"].limit.value, rules["service_centre_share"].limit.value


def test_a_policy_takes_the_rule_book_of_its_programme_unless_it_gives_its_own(tmp_path: Path) -> None:
    of = scenario(tmp_path)
    assert of.policy.rule_book == of.programme.rule_book
    assert shares(of) == (0.1, 0.4)
    own = scenario(tmp_path, **{"policy.rule_book.rules.supply_chain_share.limit.value": 0.3})
    assert shares(own) == (0.3, 0.4)


def test_a_rule_that_a_whole_book_of_ones_own_leaves_out_is_no_rule(tmp_path: Path) -> None:
    """Its rules are numbered alike in a journal, whose tables are sorted: those of the shipped book, then others."""
    book = read_toml(CONFIGS / "rules" / "yunnan_2018.toml")
    rules = {name: rule for name, rule in book["rules"].items() if name != "training_cost"}
    rules |= {"b_own": {**rules["open_access"]}, "a_own": {**rules["open_access"]}}
    of = scenario(tmp_path, **{"programme.rule_book": {**book, "rules": rules}, "policy.rule_book": {}})
    shipped = [name for name in book["rules"] if name != "training_cost"]
    assert [*of.programme.rule_book.rules] == [*of.policy.rule_book.rules] == [*shipped, "a_own", "b_own"]
    stored = json.loads(json.dumps(of.model_dump(mode="json"), sort_keys=True))
    assert [*Scenario.model_validate(stored).policy.rule_book.rules] == [*shipped, "a_own", "b_own"]
    assert [rule["article"] for rule in numbered_rules(stored)][1:] == [
        rule.article for rule in of.policy.rule_book.rules.values()
    ]


def test_limits_as_they_were_written_before_rules_were_data_are_read_as_rules() -> None:
    """Journals of earlier versions, and files of people, hold them."""
    content = load(CONFIGS / "baseline.toml").model_dump(mode="json")
    del content["policy"]["rule_book"], content["programme"]["rule_book"]
    share = {"unit": "share", "source": "made up"}
    content["programme"]["limits"] = {
        "service_centre_share": {"value": 0.2, **share}, "supply_chain_share": {"value": 0.6, **share},
        "forbidden": ["signs"], "logistics_counts_as_supply_chain": True,
    }  # fmt: skip
    content["policy"]["limits"] = {"level": "purse", "on_breach": "flag", "supply_chain_share": {"value": 0.7}}
    book = Scenario.model_validate(content).policy.rule_book
    assert shares(Scenario.model_validate(content)) == (0.7, 0.2)
    assert (book.level, book.on_breach, book.rules["forbidden_uses"].uses) == ("purse", "flag", ("signs",))
    assert book.rules["supply_chain_share"].heads == ("supply_chain", "brand", "logistics")
    assert [book.code(name) for name in ("service_centre_share", "supply_chain_share")] == [1, 2]


def test_a_scenario_that_names_no_programme_has_the_one_of_the_shipped_baseline() -> None:
    content = load(CONFIGS / "baseline.toml").model_dump(mode="json")
    del content["programme"]
    assert Scenario.model_validate(content).programme == shipped_programme() == load_programme(SHIPPED)


def test_the_shipped_programme_is_the_notice() -> None:
    found = shipped_programme()
    assert len(found.targets) == 14
    assert (found.dates.notice, found.dates.plan_due) == (dt.date(2018, 11, 30), dt.date(2018, 12, 20))
    official = official_figures(found, load_pack("yunnan_2018"))
    assert official.income_lines_fen == {2018: 299_500, 2019: 321_800, 2020: 400_000}
    assert [official.growth_of("retail", year) for year in (2019, 2020, 2021, 2022)] == [0.191, 0.089, 0.113, 0.113]
    assert [official.growth_of("farm", year) for year in (2019, 2020)] == [0.27, 0.27]
    assert official.growth_of("retail", 2018) != official.growth_of("retail", 2018)  # not a number: none is known


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("targets.0.name", "village_coverge", "which nothing measures; did you mean 'village_coverage'?"),
        ("targets.0.unit", "share", "unit of service_centres is 'share'; it is measured in 'centres'"),
        ("targets.0.sense", "about", "it must be 'at least', 'at most', 'above' or 'below'"),
        ("targets.1.name", "service_centres", "targets names service_centres twice"),
        ("targets", [], "targets is empty; it needs at least one target"),
        ("dates.plan_due", "2018-11-01", "they must follow each other in this order"),
        ("dates.table", ["02-30"], "it must be a month and a day that every year has"),
        ("reports.0.kind", "fund_plans", "it must be one of monthly_report"),
        ("reports.0.every_weeks", 4, "fund_plan needs either date or every_weeks"),
        ("benchmarks", {}, "retail_growth is scored against official growth; give benchmarks.retail"),
        ("period", "lastyear", "period is 'lastyear'"),
        ("rule_book.rules.supply_chain_share.limit.value", 1.5, "it must be at most 1"),
        ("rule_book.rules.supply_chain_share.limit", None, "a rule of kind share_at_least needs a limit"),
        ("rule_book.rules.supply_chain_share.heads", [], "a rule of kind share_at_least counts nothing"),
        ("rule_book.rules.nothing_twice.uses", ["signs"], "a rule of kind not_twice forbids nothing"),
        ("rule_book.rules.within_purse.kind", "forbidden", "rules hold none of kind within_purse"),
        ("notice", "2018", "unknown key notice"),
    ],
)
def test_a_programme_that_cannot_be_is_refused(key: str, value: object, words: str) -> None:
    content: Any = json.loads(shipped_programme().model_dump_json())
    *path, last = key.split(".")
    place = content
    for part in path:
        place = place[int(part)] if isinstance(place, list) else place[part]
    place[int(last) if isinstance(place, list) else last] = value
    with pytest.raises(EcsimError) as refused:
        checked(Programme, content, "programme.toml")
    assert words in str(refused.value)


def test_a_region_must_have_the_figures_that_a_programme_names_and_cover_its_run(tmp_path: Path) -> None:
    pack = load_pack(str(TINY))
    other = scenario(tmp_path, **{"programme.benchmarks.retail.2021": "K99"})
    with pytest.raises(EcsimError, match=r"no row K99, which benchmarks\.retail\.2021 of programme markets_2021 names"):
        check_fits(other, pack)
    with pytest.raises(EcsimError, match=r"the series of region tiny cover 2018-01-01 to 2022-12-31"):
        check_fits(scenario(tmp_path, end="2023-01-31"), pack)


def test_a_missing_programme_file_is_told_with_the_scenario_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(f'extends = "{CONFIGS / "baseline.toml"}"\nprogramme = "none.toml"\n')
    with pytest.raises(EcsimError, match=r"none\.toml: no such file, named by .*s\.toml: programme"):
        load(tmp_path / "s.toml")


def test_every_target_that_is_shipped_is_of_a_figure_in_its_unit() -> None:
    for target in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["targets"]:
        assert target["unit"] == FIGURES[target["name"]]
        assert target["source"]
