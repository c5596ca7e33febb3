"""Diverted money, and audits and inspections that may find it (docs/model.md 4.10; notice, part 4.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Category, DiversionFound, Funder, MoneyDiverted, PaymentMade, ProjectStatus
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.commissioning import draw_keys_of_projects
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.world import ONE, OUTSIDE, SUPPLIERS, World, county_account, prefecture_account

I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def divert(world: World, office: FundAdministration) -> None:
    """Of works awarded this week, some lose a part of their central money, and are the worse for it."""
    state, terms = world.state, office.governance
    p = state.projects
    awarded = np.flatnonzero((p.status == ProjectStatus.CONTRACTED) & (p.awarded_day == world.day))
    rows = awarded[_diverted(world, office, awarded)]
    share = terms.diverted_share * p.price_factor[rows] / ONE
    fen = np.rint(share * p.central_fen[rows]).astype(np.int64)
    rows, fen = rows[fen > 0], fen[fen > 0]
    if not rows.size:
        return
    price = p.price_factor[rows] / ONE * (p.central_fen + p.local_fen + p.social_fen)[rows]
    quality = np.rint(p.quality[rows] * (1.0 - fen / price)).astype(np.int64)
    diverted = world.publish(MoneyDiverted(project=rows, diverted_fen=fen, quality=quality), cause=p.seq[rows])
    _pay(world, np.full(len(rows), SUPPLIERS), np.full(len(rows), OUTSIDE), fen, diverted.seqs)


def _diverted(world: World, office: FundAdministration, projects: I64) -> Bool:
    """Return from which works money is diverted: by itself, by who gets them, or by the county; shape (projects,).

    Whoever diverts does so from all works that are his: an owner whom the plan names, a county. An owner whom nobody
    has named yet is drawn for each.
    """
    p, terms, draws = world.state.projects, office.governance, world.draws
    keys, names = draw_keys_of_projects(world.state, projects), ProjectKinds.of(world.options).names
    alone = draws.uniform("diverted", 0, keys) < terms.diversion
    county = p.county[projects].astype(np.int64)
    of_county = draws.uniform("county_diverts", 0, np.maximum(county, 0)) < terms.diverting_counties
    of_dealers = {name for name, kind in office.scenario.projects.items() if kind.owner == "dealer"}
    owned = np.array([name in of_dealers for name in names])[p.kind[projects]]
    cooperative, enterprise = p.cooperative[projects].astype(np.int64), p.enterprise[projects].astype(np.int64)
    named = np.where(cooperative >= 0, 2 * cooperative, 2 * enterprise + 1)
    is_named = (cooperative >= 0) | (enterprise >= 0)
    of_named = draws.uniform("owner_diverts", 0, np.maximum(named, 0)) < terms.diverting_owners
    of_others = draws.uniform("owner_diverts_from", 0, keys) < terms.diverting_owners
    by_owner = np.where(is_named, of_named, owned & of_others)
    return np.asarray(alone | (of_county & (county >= 0)) | by_owner, np.bool_)


def find_diversions(world: World, office: FundAdministration, name: str, chance: float) -> None:
    """An audit or inspection finds diverted money by chance, project by project; what can be got back comes back.

    Parameters
    ----------
    name : of its random draws
    chance : that it finds what was diverted from a project
    """
    state = world.state
    p = state.projects
    diverted = np.flatnonzero(p.diverted_fen > 0)
    luck = world.draws.uniform(name, world.week, draw_keys_of_projects(state, diverted))
    rows = diverted[luck < chance]
    if not rows.size:
        return
    fen = p.diverted_fen[rows]
    back = np.rint(office.governance.recovered * fen).astype(np.int64)
    found = world.publish(DiversionFound(project=rows, diverted_fen=fen, returned_fen=back), cause=p.diverted_seq[rows])
    _pay(world, np.full(len(rows), OUTSIDE), purse_of(world, office, rows), back, found.seqs)


def purse_of(world: World, office: FundAdministration, projects: I64) -> I64:
    """Return the account that central money of projects is paid from, shape (projects,)."""
    p, prefectures = world.state.projects, world.state.prefecture_count
    prefecture = prefecture_account(0) + p.prefecture[projects].astype(np.int64)
    county = county_account(prefectures, 0) + p.county[projects].astype(np.int64)
    return np.where((p.county[projects] < 0) | office.pooled, prefecture, county)


def _pay(world: World, payer: I64, payee: I64, fen: I64, cause: I64) -> None:
    """Move central money that is of no contract; nothing where there is nothing to move."""
    rows = np.flatnonzero(fen)
    if rows.size:
        world.publish(
            PaymentMade(
                payer=payer[rows], payee=payee[rows], funder=np.full(len(rows), int(Funder.CENTRAL)),
                category=np.full(len(rows), int(Category.OTHER)), project=np.full(len(rows), -1), paid_fen=fen[rows],
            ),
            cause=cause[rows],
        )  # fmt: skip
