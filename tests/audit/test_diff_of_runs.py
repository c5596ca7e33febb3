"""Real runs compared: a parent with its forks, another seed, another sample; by functions and by the command."""

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from test_diff import counted, first

from ecsim.audit.diff.comparison import KindDifference, RunDifference, diff_runs
from ecsim.cli.main import main
from ecsim.kernel.forks import fork
from ecsim.kernel.journal import JournalReader
from ecsim.rural.events import EVENTS
from ecsim.rural.indicators import region_of
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import Run, simulate
from runs import scenario, scorecard_of

END = dt.date(2019, 3, 3)
SHORT = {"end": dt.date(2018, 1, 14)}
PLANNED = 7 * 56
"""Some weeks after the plans were made."""


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scenario, Run]:
    """A run, a fork that changes nothing and one under another growth of the market; another seed, root alone."""
    folder = tmp_path_factory.mktemp("family")
    of = scenario(sample=0.002, end=END)
    run = simulate(of, 3, out=folder / "parent")
    fork(folder / "parent", PLANNED, of, out=folder / "same")
    dearer = of.model_copy(update={"parameters": {**of.parameters, "market.growth": 0.32}})
    fork(folder / "parent", PLANNED, dearer, out=folder / "other", change="market.growth=0.32")
    simulate(of.model_copy(update=SHORT), 4, out=folder / "digest", keep="digest")
    return folder, of, run


def test_a_fork_that_changes_nothing_has_no_differences(family: tuple[Path, Scenario, Run]) -> None:
    folder, _, run = family
    found = diff_runs(folder / "parent", folder / "same")
    assert (found.equal, found.settings, found.first, found.kinds, found.gaps.totals) == (True, {}, None, (), ())
    assert found.a.root == found.b.root == run.root.root
    seq = _seq_of(folder, PLANNED)
    assert found.notes == (f"B was forked from the other on day {PLANNED}, seq {seq:,}",)


def _seq_of(folder: Path, day: int) -> int:
    return next(seq for seq, begins in JournalReader(folder / "parent", EVENTS).marks() if begins == day)


@pytest.fixture(scope="module")
def changed(family: tuple[Path, Scenario, Run]) -> RunDifference:
    folder, _, _ = family
    return diff_runs(folder / "parent", folder / "other", top=3)


def test_nothing_differs_before_the_fork_and_the_first_event_is_where_leaves_say(
    changed: RunDifference, family: tuple[Path, Scenario, Run]
) -> None:
    folder, _, _ = family
    one = first(changed)
    assert one.day >= PLANNED
    assert one.seq >= _seq_of(folder, PLANNED)
    assert one.leaf == changed.leaf
    assert (one.kind, one.how) == ("orders_arrived", "changed")
    assert changed.settings == {"scenario.parameters.market.growth": (None, 0.32)}
    assert changed.notes[0].endswith(": market.growth=0.32")


def test_rows_by_kind_are_those_that_counting_every_row_of_both_runs_finds(
    changed: RunDifference, family: tuple[Path, Scenario, Run]
) -> None:
    folder, _, _ = family
    runs = [JournalReader(folder / name, EVENTS) for name in ("parent", "other")]
    told = {kind.kind: kind for kind in changed.kinds}
    for kind in EVENTS:
        a, b = (counted(kind, run.kind(kind)) for run in runs)
        found = told.get(kind.kind, KindDifference(kind.kind, 0, 0, 0, 0, {}))
        assert found.only_a + found.changed + found.moved == (a - b).total(), kind.kind
        assert found.only_b + found.changed + found.moved == (b - a).total(), kind.kind
    assert len(told) > 3


def test_figures_are_those_of_both_runs_in_every_county(
    changed: RunDifference, family: tuple[Path, Scenario, Run]
) -> None:
    folder, of, _ = family
    a, b = (scorecard_of(of).read(JournalReader(folder / name, EVENTS).batches()) for name in ("parent", "other"))
    figures = a.outcomes_named(a.shown), b.outcomes_named(b.shown)
    for name, (mine, theirs) in {n: (figures[0][n], figures[1][n]) for n in a.shown}.items():
        found = [(gap.a, gap.b) for gap in changed.gaps.counties if gap.name == name]
        pairs = zip(mine.tolist(), theirs.tolist(), strict=True)
        assert found == [(x, y) for x, y in pairs if x != y and not (np.isnan(x) and np.isnan(y))], name
        total = [total for total in changed.gaps.totals if total.name == name]
        assert [(t.a, t.b, t.counties) for t in total] == (
            [(region_of(name, mine), region_of(name, theirs), len(found))] if found else []
        )
    dates = {gap.date for gap in changed.gaps.counties if gap.date is not None}
    assert dates == {END}
    met = a.met(END)["farm_growth"], b.met(END)["farm_growth"]
    total = next(total for total in changed.gaps.totals if total.name == "farm_growth")
    assert (total.a, total.b) == (np.nansum(met[0]), np.nansum(met[1]))


def test_whom_most_rows_are_about_is_named(changed: RunDifference) -> None:
    tables = Counter(entity.table for entity in changed.entities)
    assert tables["counties"] == tables["villages"] == tables["households"] == 3
    counties = [entity for entity in changed.entities if entity.table == "counties"]
    assert counties[0].rows >= counties[1].rows >= counties[2].rows > 0
    assert counties[0].name.endswith(("County", "City"))
    household = next(entity for entity in changed.entities if entity.table == "households")
    assert household.name.startswith(f"household {household.number} in ")


def test_counties_of_all_rows_add_up_to_the_rows(family: tuple[Path, Scenario, Run], changed: RunDifference) -> None:
    folder, _, _ = family
    counties = [e for e in diff_runs(folder / "parent", folder / "other", top=99).entities if e.table == "counties"]
    of_no_county = {"brands_moved", "storms_came"}
    rows = [k.only_a + k.only_b + k.changed + k.moved for k in changed.kinds if k.kind not in of_no_county]
    assert sum(entity.rows for entity in counties) == sum(rows)


def test_of_a_run_that_kept_its_root_alone_the_first_other_leaf_is_told(family: tuple[Path, Scenario, Run]) -> None:
    folder, of, _ = family
    found = diff_runs(folder / "parent", folder / "digest")
    assert (found.equal, found.first, found.kinds, found.gaps.totals) == (False, None, (), ())
    assert found.settings == {"scenario.end": ("2019-03-03", "2018-01-14"), "seed": (3, 4)}
    assert "keeps digest only: events and figures are not compared — `ecsim reproduce`" in found.notes[-1]
    simulate(of.model_copy(update=SHORT), 4, out=folder / "short")
    one = first(diff_runs(folder / "parent", folder / "short", figures=False))
    assert (one.leaf, one.kind, one.day) == (found.leaf, "storms_came", 0)


def test_runs_of_another_sample_are_compared_in_settings_and_figures_alone(
    family: tuple[Path, Scenario, Run],
) -> None:
    folder, of, _ = family
    simulate(of.model_copy(update={"sample": 0.004, **SHORT}), 3, out=folder / "denser")
    found = diff_runs(folder / "parent", folder / "denser")
    assert (found.equal, found.first, found.kinds) == (False, None, ())
    assert found.settings["scenario.sample"] == (0.002, 0.004)
    assert any("the runs differ in scenario.sample: their events are not compared" in note for note in found.notes)
    assert "the runs end on 2018-01-14 and 2019-03-03" in found.notes
    assert "buyers_share" in {total.name for total in found.gaps.totals}


def test_the_command_ends_with_0_where_nothing_differs_1_where_something_does_2_on_wrong_input(
    family: tuple[Path, Scenario, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _, _ = family
    parent, other = str(folder / "parent"), str(folder / "other")
    assert main(["diff", parent, str(folder / "same")]) == 0
    assert "All events are identical." in capsys.readouterr().out
    assert main(["diff", parent, other]) == 1
    told = capsys.readouterr().out
    assert "First diverging event: orders_arrived, seq" in told
    for title in ("Rows that differ from there on, by kind", "What most of them concern"):
        assert title in told
    assert "outcomes: 2019 was run until 2019-03-03" in told
    assert "scenario.parameters.market.growth: not set in A, 0.32 in B" in told
    assert main(["diff", parent, str(folder / "digest")]) == 1
    assert "The first leaf that differs is leaf" in capsys.readouterr().out
    assert main(["diff", parent, str(folder / "nowhere")]) == 2
    assert "no run there" in capsys.readouterr().err
    assert main(["diff", parent, other, "--top", "-1"]) == 2
    assert "--top -1: a number of 0 or more is needed" in capsys.readouterr().err


def test_the_command_prints_one_object_that_any_reader_of_json_takes(
    family: tuple[Path, Scenario, Run], capsys: pytest.CaptureFixture[str], changed: RunDifference
) -> None:
    folder, _, _ = family
    assert main(["diff", str(folder / "parent"), str(folder / "other"), "--json", "--top", "0"]) == 1

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    told = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert told["first"]["seq"] == first(changed).seq
    row = told["first"]["a"] or told["first"]["b"]
    assert row["words"].keys() <= row["values"].keys()
    assert len(told["gaps"]["counties"]) == len(changed.gaps.counties)
    assert told["a"]["start"] == "2018-01-01"
    assert told["entities"] == []
