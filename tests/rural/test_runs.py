"""Whole runs of small size: what must hold of every run, and what of the policies."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from ecsim.kernel.apply import apply_event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.replay import replay_run
from ecsim.rural.events import EVENTS
from ecsim.rural.indicators import CountyScorecard
from ecsim.rural.simulate import Run, simulate
from ecsim.rural.state import STATE_CHANGES, State
from ecsim.scenario.parts import load_policy
from runs import CONFIGS, ended, scenario, scorecard_of

SHORT = {"end": dt.date(2019, 6, 30)}


def test_same_seed_same_root_and_another_seed_another() -> None:
    of = scenario(end=dt.date(2018, 4, 30))
    roots = [simulate(of, seed).root.root for seed in (1, 1, 2)]
    assert roots[0] == roots[1] != roots[2]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run, CountyScorecard]:
    """A run with money: its folder, how it ended, and the card that looked on."""
    of, folder = scenario(**SHORT), tmp_path_factory.mktemp("kept") / "run"
    card = scorecard_of(of)
    return folder, simulate(of, 3, out=folder, watchers=[card]), card


def test_the_fold_of_the_journal_is_the_live_state_bit_for_bit(kept: tuple[Path, Run, CountyScorecard]) -> None:
    folder, live, _ = kept
    assert replay_run(folder).differences(live.state) == []
    assert live.state.count("stations") > 0  # the programme is in what was folded


def test_indicators_from_the_journal_are_those_of_the_live_run(kept: tuple[Path, Run, CountyScorecard]) -> None:
    folder, _, live = kept
    read = scorecard_of(scenario(**SHORT))
    read.read(JournalReader(folder, EVENTS).batches())
    for name, values in live.outcomes().items():
        assert np.allclose(values, read.outcomes()[name], rtol=1e-12, equal_nan=True), name


def test_applying_rows_one_by_one_gives_the_same_state(tmp_path: Path) -> None:
    of = scenario(end=dt.date(2018, 2, 28))
    simulate(of, 1, out=tmp_path / "run")
    reader = JournalReader(tmp_path / "run", EVENTS)
    whole, halves = (State.allocate(reader.genesis["sizes"]) for _ in range(2))
    from ecsim.rural.events import Stamp

    for event, stamp in reader.batches():
        apply_event(STATE_CHANGES, whole, event, stamp)
        middle = event.rows // 2
        for start, stop in ((0, middle), (middle, event.rows)):
            if stop > start:
                piece = Stamp(stamp.first + start, stamp.day, stamp.cause[start:stop])
                apply_event(STATE_CHANGES, halves, event.slice(start, stop), piece)
    assert whole.differences(halves) == []


def test_rules_cannot_write_the_state() -> None:
    run, _, _ = ended("no_money", (("end", dt.date(2018, 3, 31)),))
    with pytest.raises(ValueError, match="read-only"):
        run.state.read_only().households.buyer[0] = True


def test_without_money_nothing_is_built_trained_or_paid() -> None:
    _, recorder, card = ended("no_money")
    for kind in (
        "station_opened",
        "session_held",
        "payment_made",
        "facility_opened",
        "project_approved",
        "pool_formed",
    ):
        assert recorder.counts[kind] == 0, kind
    growth = card.outcomes_named(["retail_growth@2019"])["retail_growth@2019"]
    assert 0.0 < growth.mean() < 0.6  # background alone


def test_money_is_conserved_and_never_owed_by_a_purse() -> None:
    run, recorder, _ = ended("pooled_by_project")
    balance = run.state.accounts.balance_fen
    assert (balance.sum(axis=0) == 0).all()
    purses = balance[4:, 0]
    assert (purses >= 0).all()
    paid = recorder.column("payment_made", "paid_fen")
    assert paid.min() >= 0
    assert paid.size > 100


def test_the_limits_of_the_notice_hold_in_every_county() -> None:
    _, recorder, _ = ended("split_by_project")
    central, county = recorder.column("project_approved", "central_fen"), recorder.column("project_approved", "county")
    category = recorder.column("project_approved", "category")
    share = 17_600_000 * 100
    centre = np.bincount(county[category == 1], central[category == 1], 25)
    other = np.bincount(county, central * ~np.isin(category, (0, 5)), 25)
    assert (centre <= 0.15 * share).all()
    assert (other <= 0.5 * share).all()  # what is left of the money can only be supply chain
    assert centre.max() > 0


def test_parcels_are_conserved_in_every_county() -> None:
    run, recorder, _ = ended("pooled_by_project")
    state = run.state
    household = recorder.column("parcels_ordered", "household")
    village = recorder.column("parcels_delivered", "village")
    parcels = recorder.column("parcels_ordered", "parcels")
    ordered = np.bincount(state.households.county[household], parcels, 25)
    delivered = np.bincount(state.villages.county[village], recorder.column("parcels_delivered", "parcels"), 25)
    at_hub = state.reaches.waiting.reshape(-1, len(state.townships)).sum(axis=0)
    waiting = np.bincount(state.townships.county, at_hub, 25)
    waiting += np.bincount(state.villages.county, state.villages.waiting, 25)
    assert (ordered == delivered + waiting).all()
    assert waiting.sum() < 0.02 * delivered.sum()  # nothing piles up for ever


def test_kilograms_never_go_below_zero() -> None:
    run, _, _ = ended("pooled_by_project")
    assert (run.state.plots.stock_g >= 0).all()
    assert (run.state.crops.price_fen > 0).all()


NEUTRAL = {
    "parameters.funds.shared_assets": False,
    "parameters.funds.county_noise": 0.3,
    "parameters.funds.prefecture_noise": 0.3,
    "parameters.funds.pooled_delay_weeks": 0,
    "parameters.offices.lend": 0.0,
    "parameters.offices.award_delay_weeks": 0,
    "parameters.funds.prefecture_factor": 1.0,
    "parameters.funds.seat_bias": 0.0,
    "parameters.funds.first_tranche": 1.0,
    "parameters.planning.assets_known": 1.0,
    "policy.funds.floor_share": 0.0,
    "policy.funds.multiplier": 8.0,
}
"""Nothing that could tell a pooled purse from a split one (docs/model.md 1): no county could use another's money."""


def test_at_the_neutral_point_pooled_and_split_are_the_same_run() -> None:
    short = tuple({**NEUTRAL, "start": dt.date(2018, 10, 1), "end": dt.date(2019, 9, 30)}.items())
    pooled, split = (ended(name, short)[1] for name in ("pooled_by_project", "split_by_project"))
    assert pooled.counts["station_opened"] > 100
    purse = "payment_made"  # who holds the purse is what differs: its own transfers
    for kind in sorted(set(pooled.events) | set(split.events)):
        if kind != purse:
            for column in (pooled.events[kind] or split.events[kind])[0].columns:
                mine, theirs = (run.column(kind, column.name) for run in (pooled, split))
                assert np.array_equal(mine, theirs), f"{kind}.{column.name}"


def test_a_hundred_times_the_money_does_not_do_a_hundred_times_as_much() -> None:
    able = ("parameters.funds.county_capacity", 20.0)  # else more money puts other works before those that are counted
    much = ended("equal_split", (("policy.funds.multiplier", 100.0), able))
    once = ended("equal_split", (able,))
    for kind in ("station_opened", "facility_opened", "session_held"):
        assert much[1].counts[kind] <= 12 * once[1].counts[kind], kind
    assert much[1].counts["station_opened"] <= 2641  # perhaps fewer than once: other works come before them
    assert once[1].counts["works_finished"] <= much[1].counts["works_finished"]
    gains = [run[2].outcomes()["poor_income@2019"].mean() for run in (ended("no_money"), once, much)]
    assert gains[1] - gains[0] > 0
    assert gains[2] - gains[0] < 10 * (gains[1] - gains[0])


def test_simpy_and_the_compiled_day_make_the_same_run() -> None:
    short = dt.date(2018, 1, 21)
    roots = [simulate(scenario(end=short, operating_day=day), 1).root.root for day in ("compiled", "simpy")]
    assert roots[0] == roots[1]


def test_every_shipped_policy_loads_and_names_its_strategy() -> None:
    for path in sorted((CONFIGS / "policies").glob("*.toml")):
        assert load_policy(path).funds.strategy == path.stem
