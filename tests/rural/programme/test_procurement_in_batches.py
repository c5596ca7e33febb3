"""Builders: what each accepts and awards, with a purse of its own or one that several pay from."""

import datetime as dt
from collections import Counter

import mesa
import numpy as np
import pytest

from ecsim.kernel.event import Event
from ecsim.kernel.world import World
from ecsim.rural.events.codes import Funder, ProjectStatus
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, WorksFinished, WorksSlipped
from ecsim.rural.programme.procurement import Bills, Builder, builder_of
from ecsim.rural.region import Region
from ecsim.rural.simulate import simulate
from tiny import Events, take, tiny_region, tiny_scenario

ACCOUNT = 4


def bills(*central_fen: int, builder: tuple[int, ...], allowed: tuple[bool, ...] = ()) -> Bills:
    many = len(central_fen)
    may = np.array(allowed or (True,) * many)
    return Bills(
        np.arange(many), np.array(builder), np.ones(many), np.array(central_fen), may, np.zeros(many, np.bool_)
    )


def builders(region: Region, awards_a_month: int = 9) -> list[Builder]:
    terms = type(region.terms.funds)(**{**vars(region.terms.funds), "awards_a_month": awards_a_month})
    model = mesa.Model(rng=0)
    return [Builder(model, number, ACCOUNT, terms) for number in range(2)]


@pytest.fixture(scope="module")
def region() -> Region:
    return tiny_region()[0]


def test_what_one_builder_of_a_purse_promises_is_gone_for_the_next(region: Region) -> None:
    purse, due = np.array([0, 0, 0, 0, 100]), bills(builder=())
    bids = bills(60, 30, 20, 10, builder=(0, 0, 1, 1))
    for builder in builders(region):
        builder.step(purse, due, bids)
    assert bids.chosen.tolist() == [True, True, False, False]  # the plan is in order: what comes after 20 waits
    assert purse[ACCOUNT] == 10


def test_works_are_accepted_in_turn_and_one_that_cannot_be_paid_holds_up_no_other(region: Region) -> None:
    purse, due = np.array([0, 0, 0, 0, 50]), bills(40, 30, 10, builder=(0, 0, 0))
    builders(region)[0].step(purse, due, bills(1, builder=(0,)))
    assert due.chosen.tolist() == [True, False, True]


def test_a_contract_that_is_taken_out_of_the_run_leaves_its_turn_to_the_next(region: Region) -> None:
    bids = bills(10, 10, 10, 10, builder=(0,) * 4, allowed=(True, False, True, True))
    purse = np.array([0, 0, 0, 0, 100])
    builders(region, awards_a_month=2)[0].step(purse, bills(builder=()), bids)
    assert bids.chosen.tolist() == [True, False, True, False]
    assert purse[ACCOUNT] == 80


def governed(changes: dict[str, object]) -> tuple[Region, Events]:
    region, events = tiny_region({"start": dt.date(2018, 11, 26), "end": dt.date(2020, 12, 31), **changes})
    for week in range(60):
        take(region, "govern", week=week)
    return region, events


@pytest.mark.parametrize("purse", ["prefecture", "county"])
def test_every_payment_for_works_comes_from_the_purse_of_who_builds(purse: str) -> None:
    region, events = governed({"policy.funds.purse": purse})
    state, paid = region.world.state, events.of(PaymentMade)
    works = (paid["project"] >= 0) & (paid["funder"] == Funder.CENTRAL)
    account = np.array([builder.account for builder in region.builders])
    assert works.sum() > 5
    assert np.array_equal(paid["payer"][works], account[builder_of(state, paid["project"][works])])
    assert state.accounts.balance_fen[account, Funder.CENTRAL].min() >= 0


def test_each_event_of_works_is_brought_about_by_the_last_one_of_its_project() -> None:
    region, events = governed({})
    last = {int(p): -1 for p in np.flatnonzero(region.world.state.projects.status > ProjectStatus.ABSENT)}
    kinds: Counter[str] = Counter()
    for event, stamp in events.batches:
        if not isinstance(event, (ContractAwarded, WorksSlipped, WorksFinished)):
            continue
        for project, cause, seq in zip(event.project.tolist(), stamp.cause, stamp.seqs(event), strict=True):
            assert last[project] in (-1, cause)
            last[project] = int(seq)
            kinds[event.kind] += 1
    assert kinds["contract_awarded"] >= kinds["works_finished"] > 5


def test_a_week_is_at_most_forty_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    publish = World.publish

    def counted(world: World, event: Event, cause: object = None) -> object:
        batches.append(event.rows)
        return publish(world, event, cause)

    monkeypatch.setattr(World, "publish", counted)
    scenario = tiny_scenario()
    simulate(scenario, 1)
    assert len(batches) <= 40 * scenario.weeks
