"""Switches of laws: what they name does not happen, the rest does, and a run without contracts is that of `why`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from ecsim.audit.exclusion import select
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.forks import fork
from ecsim.kernel.recorded import open_run, replay_run
from ecsim.kernel.simulate import simulate
from ecsim.rural.events import (
    BuyerAdopted,
    DealerKind,
    DealersBaselined,
    EnterpriseClosed,
    EnterpriseFounded,
    HouseholdsBaselined,
    InternetBaselined,
    LotSold,
    MarkTaken,
    OfflineEntered,
    ParcelsOrdered,
    PaymentMade,
    PlotsBaselined,
    PoolFormed,
    ProjectApproved,
    ProjectKind,
    SellerStarted,
    StationClosed,
    StationIdled,
    StationsSettled,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.events.codes import Funder
from ecsim.rural.laws.contract_figures import ContractFigures
from ecsim.rural.laws.goods_flows import InternetUse
from ecsim.rural.laws.switches import WithoutDeals, switches
from ecsim.rural.laws.village_trade import VillageTrade
from ecsim.rural.model import MODEL
from tiny import made, tiny_scenario

SHORT = {"start": dt.date(2018, 10, 1), "end": dt.date(2019, 9, 29)}


class Seen:
    """Counts rows by kind of event, of the second week on and in all."""

    def __init__(self) -> None:
        self.rows, self.later = Counter[str](), Counter[str]()

    def see(self, event: Event, stamp: Stamp) -> None:
        self.rows[event.kind] += event.rows
        self.later[event.kind] += event.rows * (stamp.day >= 7)


def run(*names: str, **changes: object) -> tuple[Seen, Mapping[str, float], str]:
    """Return what happened without some switches, their figures, and the root."""
    scenario, seen = tiny_scenario({**SHORT, **changes}), Seen()
    switch = switches(names, scenario)
    ended = simulate(MODEL, scenario, 1, watchers=[seen, switch], without=switch)
    return seen, switch.figures(), ended.root.root


@pytest.fixture(scope="module")
def whole() -> tuple[Seen, Mapping[str, float], str]:
    return run("contracts:")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("tariffs", ["tariff_moved"]), ("stations", ["station_opened"]),
        ("days_of_delivery", ["delivery_reach_set"]), ("contracts", ["contract_awarded", "works_finished"]),
    ],
)  # fmt: skip
def test_what_is_switched_off_does_not_happen_from_the_second_week_on(
    name: str, kinds: list[str], whole: tuple[Seen, Mapping[str, float], str]
) -> None:
    seen, _, root = run(name)
    assert [seen.later[kind] for kind in kinds] == [0] * len(kinds)
    assert all(whole[0].later[kind] > 0 for kind in kinds)
    assert seen.rows["lot_sold"] > 0
    assert root != whole[2]


@pytest.mark.parametrize(
    ("name", "kind", "day"),
    [
        ("adoption", BuyerAdopted, 7), ("own_shops", SellerStarted, 7), ("pools", PoolFormed, 7),
        ("founding", EnterpriseFounded, 7), ("closing", EnterpriseClosed, 7), ("giving_up", StationClosed, 7),
        ("giving_up", StationIdled, 7), ("internet", InternetBaselined, 0),
    ],
)  # fmt: skip
def test_a_switch_takes_out_all_rows_of_its_kinds_and_none_of_others(name: str, kind: type[Event], day: int) -> None:
    switch, rows = switches([name], tiny_scenario(SHORT)), made(kind, **{kind.columns[0].name: [0, 1]})
    mask = switch.mask(rows, day)
    assert mask is not None
    assert not mask.any()
    assert switch.mask(made(LotSold, plot=[0]), day) is None
    if day:
        assert switch.mask(rows, day - 1) is None


def test_the_switch_that_takes_nothing_out_leaves_the_run_as_it_is(
    whole: tuple[Seen, Mapping[str, float], str],
) -> None:
    assert whole[2] == simulate(MODEL, tiny_scenario(SHORT), 1).root.root


def test_without_contracts_of_a_kind_a_run_is_that_of_why_to_the_bit(tmp_path: Path) -> None:
    scenario = tiny_scenario(SHORT)
    folder = tmp_path / "run"
    simulate(MODEL, scenario, 1, out=folder, keep="all")
    stored, state = open_run(folder), replay_run(folder)
    selected = select(stored, state, "contract_awarded:kind=training")
    seen, figures, root = run("contracts:training")
    assert fork(folder, selected.day // 7 * 7, scenario, without=selected).root.root == root
    assert np.isnan(figures["central_training"])
    assert seen.rows["contract_awarded"] > 0


def test_central_money_by_kind_is_that_of_the_instruments(whole: tuple[Seen, Mapping[str, float], str]) -> None:
    figures = ContractFigures(tiny_scenario(SHORT))
    stamp = Stamp(0, 7, np.zeros(2, np.int64))
    figures.see(made(ProjectApproved, project=[0, 1], project_kind=[ProjectKind.BRAND, ProjectKind.TRAINING]), stamp)
    paid = {"payee": 0, "project": [0, 1], "paid_fen": [300_000_000, 100_000_000]}
    figures.see(made(PaymentMade, payer=[0, 0], funder=[int(Funder.CENTRAL), int(Funder.LOCAL)], **paid), stamp)
    found = figures._paid_fen
    assert found[ProjectKind.BRAND] == 300_000_000
    assert found[ProjectKind.TRAINING] == 0
    assert {name for name in whole[1] if name.startswith("central_")} >= {"central_brand", "central_training"}
    assert whole[1]["poor_income_but_works"] > 0.0


def test_deals_are_of_dealers_of_one_kind_alone() -> None:
    switch = WithoutDeals(DealerKind.COOPERATIVE)
    kinds = [DealerKind.COOPERATIVE, DealerKind.ENTERPRISE]
    switch.see(made(DealersBaselined, dealer=[0, 1], dealer_kind=kinds), Stamp(0, 0, np.zeros(2, np.int64)))
    taken, entered = made(MarkTaken, dealer=[0, 1]), made(OfflineEntered, dealer=[1, 0])
    for event, stays in ((taken, [False, True]), (entered, [True, False])):
        mask = switch.mask(event, 14)
        assert mask is not None
        assert mask.tolist() == stays
    assert switch.mask(taken, 0) is None
    assert switch.mask(made(LotSold, plot=[0]), 14) is None


def test_the_first_village_of_a_county_is_chosen_once_and_its_trade_counts_from_then_on() -> None:
    trade, stamp = VillageTrade(), Stamp(0, 0, np.zeros(1, np.int64))
    for event in (
        made(TownshipsBaselined, township=[0, 1], county=[0, 1]),
        made(VillagesBaselined, village=[0, 1, 2], township=[0, 0, 1]),
        made(HouseholdsBaselined, household=[0, 1], village=[1, 2], weight=[3, 1]),
        made(PlotsBaselined, plot=[0], household=[0]),
        made(ParcelsOrdered, household=[0], spent_fen=[1_000]),
    ):
        trade.see(event, stamp)
    assert trade.chosen(np.array([1], np.int32)).tolist() == [True]
    assert trade.chosen(np.array([0, 2, 1], np.int32)).tolist() == [False, True, True]
    assert trade.first_batch(np.array([0, 1, 2], np.int32)).tolist() == [False, True, True]
    trade.see(made(ParcelsOrdered, household=[0, 1], spent_fen=[500, 700]), stamp)
    trade.see(made(LotSold, plot=[0], received_fen=[200]), stamp)
    figures = trade.figures()
    assert {name: figures[name] for name in ("bought:1", "sold:1", "bought:2", "sold:2")} == {
        "bought:1": 5.0, "sold:1": 6.0, "bought:2": 7.0, "sold:2": 0.0
    }  # fmt: skip
    assert figures["bought_mean"] == 6.0


def test_stations_of_the_villages_looked_at_are_away_in_one_run_alone() -> None:
    (with_one, kept, _), (without, away, _) = run("one_station_kept"), run("one_station")
    assert {*kept} == {*away}
    assert sum(name.startswith("bought:") for name in kept) == 2  # counties
    assert with_one.rows["station_opened"] == without.rows["station_opened"] + 2
    assert with_one.rows["offers_ended"] == without.rows["offers_ended"] == 0


def test_use_of_the_internet_is_added_up() -> None:
    use, stamp = InternetUse(), Stamp(0, 0, np.zeros(1, np.int64))
    for event in (
        made(HouseholdsBaselined, household=[0], weight=[4]),
        made(PlotsBaselined, plot=[0], household=[0]),
        made(ParcelsOrdered, household=[0], parcels=[3]),
        made(LotSold, plot=[0], retail_fen=[25_000_000]),
        made(StationsSettled, station=[0], parcels_in=[5], parcels_out=[2], proxy_fen=[300]),
    ):
        use.see(event, stamp)
    assert use.figures() == {
        "parcels_ordered": 3.0, "households_online": 1.0, "stations_opened": 0.0, "station_use": 10.0
    }  # fmt: skip


def test_a_name_that_is_no_switch_is_refused_with_the_nearest() -> None:
    with pytest.raises(EcsimError, match="did you mean 'contracts:training'"):
        switches(["contracts:trainings"], tiny_scenario(SHORT))
