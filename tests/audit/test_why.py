"""The weight of a decision: what a run would have been without it, under the same luck."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from ecsim.audit.exclusion import select
from ecsim.audit.why import counterfactual, headline_of, largest_decisions, ranked
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.replay import replay_run
from ecsim.kernel.runs import open_run
from ecsim.rural.events import EVENTS
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.events.training import SessionHeld
from ecsim.rural.model import MODEL
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.simulate import simulate
from runs import scenario

HUIZE = 1


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why") / "run"
    soon = {"parameters.funds.county_capacity": 20.0, "parameters.funds.plan_lag_weeks": 4}
    simulate(scenario(sample=0.004, start=dt.date(2018, 10, 1), end=dt.date(2019, 12, 31), **soon), 3, out=folder)
    return folder


def test_one_countys_stations_weigh_on_its_own_coverage_alone(run: Path, tmp_path: Path) -> None:
    found = counterfactual(run, "station_opened:county=会泽县", out=tmp_path / "without")
    before, after = ({one.name: one.places for one in figures} for figures in (found.with_them, found.without))
    coverage = before["village_coverage"] - after["village_coverage"]
    assert np.flatnonzero(coverage).tolist() == [HUIZE]
    assert after["village_coverage"][HUIZE] == 0.0
    others = np.arange(25) != HUIZE
    for name, values in before.items():  # nothing of it reaches another county, not by a rounding either
        assert np.array_equal(values[others], after[name][others], equal_nan=True), name
    stations = JournalReader(run, EVENTS).kind(StationOpened)
    county = replay_run(run).villages.county[stations["village"]]
    assert found.taken_out == (county == HUIZE).sum() >= 10
    left = JournalReader(tmp_path / "without", EVENTS).kind(StationOpened)
    assert set(left["village"]) == set(stations["village"][county != HUIZE])  # everybody else's luck is the same
    assert JournalReader(tmp_path / "without", EVENTS).genesis["parent"]["told"] == "without " + found.text


def test_a_contract_that_is_taken_out_is_never_awarded_paid_or_finished(run: Path, tmp_path: Path) -> None:
    counterfactual(run, "contract_awarded:kind=stations,county=huize", out=tmp_path / "without")
    state, before = replay_run(tmp_path / "without"), replay_run(run)
    p = state.projects
    mine = (p.kind == ProjectKind.STATIONS) & (p.county == HUIZE) & (before.projects.status > 1)
    assert before.projects.paid_fen[mine].min() > 0
    assert p.paid_fen[mine].max() == 0
    assert (p.status[mine] == 1).all()  # approved, and no more


def test_training_taken_out_leaves_a_county_without_trained_persons(run: Path) -> None:
    """Contracts that never end keep its desk from neighbours, to whom it would lend: other prefectures see nothing."""
    one = int(JournalReader(run, EVENTS).kind(SessionHeld)["county"][0])
    counties = load_pack("yunnan_2018").counties
    found = counterfactual(run, f"session_held:county={counties[one].name_zh}")
    trained = [
        next(one.places for one in figures if one.name == "trained") for figures in (found.with_them, found.without)
    ]
    elsewhere = np.array([county.prefecture for county in counties]) != counties[one].prefecture
    assert trained[0][one] > 0 == trained[1][one]
    assert np.array_equal(trained[0][elsewhere], trained[1][elsewhere])
    row = next(row for row in found.changes() if row["figure"] == "trained")
    assert row["weight"] == pytest.approx((trained[0] - trained[1]).sum() / 25)
    assert one in row["counties"]


def test_a_window_without_the_event_names_nothing(run: Path) -> None:
    with pytest.raises(EcsimError, match="no such event"):
        counterfactual(run, "session_held:county=富源县", last=dt.date(2018, 12, 31))


def test_one_event_is_named_by_its_number(run: Path) -> None:
    stored, state = open_run(run), replay_run(run)
    opened = stored.reader.kind(StationOpened)
    one = select(stored, state, f"seq:{opened['seq'][0]}")
    assert (one.kind, one.allowed["village"].tolist()) == (StationOpened, [opened["village"][0]])
    assert one.day == opened["day"][0]


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ("station_open:county=会泽县", "did you mean 'station_opened'"),
        ("lot_sold", "is not a kind that can be taken out"),
        ("station_opened:contry=1", "did you mean county"),
        ("station_opened:county=Atlantis", "allowed are"),
        ("station_opened:county", "write column=value"),
        ("contract_awarded:kind=castle", "service_centre"),
        ("seq:soon", "seq:NUMBER"),
        ("seq:999999999", "no such event"),
        ("station_opened:village=0", "no such event"),
    ],
)
def test_a_wrong_selector_is_told_what_is_allowed(selector: str, words: str, run: Path) -> None:
    with pytest.raises(EcsimError, match=words):
        select(open_run(run), replay_run(run), selector)


def test_the_largest_contracts_are_weighed_and_ranked(run: Path) -> None:
    found = largest_decisions(run, 2, workers=2)
    yuan = [float(one.decision.details["yuan"].replace(",", "")) for one in found]
    assert yuan[0] >= yuan[1] > 1_000_000
    order = ranked(found, "targets_met")
    weights = [abs(one.weights(["targets_met"])["targets_met"]) for one in order]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 0  # a centre is a target met


@pytest.mark.parametrize(
    ("by", "headline"),
    [(None, "retail@2019"), ("retail", "retail@2019"), ("retail@2019", "retail@2019"), ("targets_met", "targets_met")],
)
def test_what_decisions_are_ranked_by_may_leave_the_period_out(by: str | None, headline: str) -> None:
    assert headline_of(by, MODEL.measures, scenario()) == headline


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("happiness", "--by 'happiness': no such headline; allowed are retail@2019.*; headlines are retail@2019, farm"),
        ("retail_2019", "it is written retail@2019 now; headlines are retail@2019"),
        ("late_share@2019", "--by 'late_share@2019': no such headline; headlines are retail@2019"),
    ],
)
def test_what_is_no_headline_is_told_what_to_write(by: str, words: str) -> None:
    with pytest.raises(EcsimError, match=words):
        headline_of(by, MODEL.measures, scenario())
