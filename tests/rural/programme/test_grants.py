"""Running grants of stations are paid from the purse of the county, as far as it has money."""

import numpy as np
import pytest

from ecsim.rural.events.codes import Category, Funder, ProjectKind
from ecsim.rural.programme.stations import _affordable
from ecsim.rural.state.ledger import OPERATORS, purse_accounts
from runs import ended


@pytest.mark.parametrize("seed", range(20))
def test_a_purse_pays_whole_grants_in_order_until_it_is_empty(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted = 30_000 * rng.integers(0, 2, 40)
    purse = rng.integers(4, 8, 40)
    balance = np.zeros((8, len(Funder)), np.int64)
    balance[:, Funder.CENTRAL] = rng.integers(-50_000, 400_000, 8)
    paid = _affordable(wanted, purse, balance)
    for account in range(4, 8):
        mine, left = purse == account, max(0, int(balance[account, Funder.CENTRAL]))
        assert paid[mine].sum() == min(wanted[mine].sum(), left)
        short = np.flatnonzero(paid[mine] < wanted[mine])
        assert (paid[mine][short[1:]] == 0).all()  # the first that is short gets what is left, later ones nothing
    assert (paid <= wanted).all()


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project"])
def test_what_stations_got_in_grants_their_purses_paid(policy: str) -> None:
    run, recorder, card = ended(policy)
    payee, payer = (recorder.column("payment_made", name) for name in ("payee", "payer"))
    fen, grants = recorder.column("payment_made", "paid_fen"), recorder.column("stations_settled", "grant_fen")
    mine = payee == OPERATORS
    assert fen[mine].sum() == grants.sum() == run.state.accounts.balance_fen[OPERATORS].sum() > 0
    assert set(recorder.column("payment_made", "category")[mine]) == {int(Category.STATIONS)}
    assert (fen[mine] > 0).all()
    counties = run.state.counties.prefecture
    purses = purse_accounts(counties, 6, pooled=policy == "pooled_by_project")
    homes = run.state.villages.county[run.state.stations.village[recorder.column("stations_settled", "station")]]
    by_purse = np.bincount(purses[homes], grants, 64)
    np.testing.assert_array_equal(np.bincount(payer[mine], fen[mine], 64), by_purse)
    assert card.spending_yuan()["stations"] > 0


def test_a_project_of_stations_says_which_design_it_builds() -> None:
    run, _, _ = ended("pooled_by_project")
    p, many = run.state.projects, run.state.count("projects")
    stations = p.kind[:many] == ProjectKind.STATIONS
    assert set(p.design[:many][stations]) == set(run.state.stations.design[: run.state.count("stations")]) == {2}
    assert not p.design[:many][~stations].any()
