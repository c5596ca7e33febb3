"""Growers join and leave cooperatives by what members got and others did not (docs/model.md 4.7)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.cooperatives import free_growers
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import DealerKind, MembershipMoved, MembersJoined, MembersLeft, Rows
from ecsim.rural.goods.prices import growers_price
from ecsim.rural.state.running_year import year_of
from ecsim.rural.world import ONE, WEEKS_A_QUARTER, WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class Membership(NamedTuple):
    """What membership of each cooperative brought in the last four quarters, shape (cooperatives,) each."""

    dealer: I64
    """As which it trades, or -1."""
    member_fen: F64
    """What members got for a kilogram, bid and refund, with what they sold elsewhere."""
    other_fen: F64
    """What other growers of its product in its township got."""
    output_g: F64
    """What all growers of its product in its township bring in a year."""
    room: F64
    """Share of that which members may bring in: its capacity in a mean week of harvest."""
    free: F64
    """Share of that which members of no living cooperative bring in, at most what members' shares leave."""


class _Changes(NamedTuple):
    """Who would join, or leave, a cooperative if he weighs it: rows of households, one each."""

    household: I64
    cooperative: I64
    share: F64
    """Of what growers of its product in its township bring in."""

    def of_cooperatives(self, many: int) -> F64:
        """Return the sum of shares, shape (cooperatives,)."""
        return np.bincount(self.cooperative, self.share, many).astype(np.float64)


def weigh_membership(world: World, terms: CommerceTerms, weeks: int = WEEKS_A_QUARTER) -> None:
    """Growers in no cooperative may join one, members may leave theirs, where it brings enough to change.

    Parameters
    ----------
    weeks : over which it happens at once

    Notes
    -----
    The share that members bring in moves by what is expected, which rows change by luck of the same chance: so amounts
    are alike in a sample of any size, and rows stay members whole.

    References
    ----------
    docs/model.md 4.7.
    """
    state = world.state
    weighs = 1.0 - np.exp(-terms.membership_speed * weeks / WEEKS_A_YEAR)
    if weighs <= 0.0 or not state.cooperatives.alive.any():
        return
    seen = membership(state, world.day)
    hurdle_fen = 100.0 * terms.membership_hurdle_yuan
    joins, leaves = _who_would_join(state, seen, hurdle_fen), _who_would_leave(state, seen, hurdle_fen)
    share, chance = _moved_shares(state, seen, joins, leaves, weighs)
    rows = np.flatnonzero(share != state.cooperatives.member_share)
    moved = world.publish(
        MembershipMoved(
            cooperative=rows,
            member_share=share[rows],
            member_fen=np.rint(seen.member_fen[rows]).astype(np.int64),
            other_fen=np.rint(seen.other_fen[rows]).astype(np.int64),
        ),
        cause=state.dealers.seq[seen.dealer[rows]],
    )
    for kind, changes, odds in ((MembersLeft, leaves, weighs), (MembersJoined, joins, chance[joins.cooperative])):
        _change(world, kind, changes, odds, moved)


def membership(state: State, day: int) -> Membership:
    """Return what members of each cooperative got in the last four quarters beside what other growers did.

    Notes
    -----
    A cooperative buys of members first: of what they bring to the gate it takes a share, of what others bring the same
    share of what it buys beyond. The rest goes to firms and traders. A refund is one of a year: it is taken over what
    was bought in four quarters, or over what members bring in a year where it has not bought for as long.
    """
    k, c = state.cooperatives, state.crops
    growers, place = free_growers(state), k.township.astype(np.int64) * len(c) + k.crop
    output = growers.output_g[place]
    gate = _gate(state, day)
    grown = growers.output_g.reshape(len(state.townships), len(c)).sum(axis=0)
    here = _ratio(gate.sold_g, grown)[k.crop] * output
    brought = here * k.member_share / ONE
    of_members = np.where(brought > 0, np.minimum(_ratio(gate.bought_g, brought), 1.0), gate.bought_g > 0)
    of_others = np.clip(_ratio(gate.bought_g - brought, here - brought), 0.0, 1.0)
    elsewhere = gate.elsewhere_fen[k.crop]
    price = gate.pays_fen + _ratio(gate.refunded_fen * 1000, np.maximum(gate.bought_g, output * k.member_share / ONE))
    taken = np.bincount(place[k.alive], k.member_share[k.alive] / ONE, len(growers.share))
    weeks = np.count_nonzero(c.season, axis=1)[k.crop].astype(np.float64)
    return Membership(
        dealer=gate.dealer,
        member_fen=elsewhere + of_members * (price - elsewhere),
        other_fen=elsewhere + of_others * (price - elsewhere),
        output_g=output,
        room=_ratio(k.capacity_g * weeks, output),
        free=np.minimum(growers.share, np.maximum(1.0 - taken, 0.0))[place],
    )


class _Gate(NamedTuple):
    """What was sold at the farm gate in the last four quarters, and at what price."""

    dealer: I64
    """Shape (cooperatives,): as which each trades, or -1."""
    bought_g: F64
    """Shape (cooperatives,): by each, of growers."""
    pays_fen: F64
    """Shape (cooperatives,): a kilogram, its bid now."""
    refunded_fen: I64
    """Shape (cooperatives,): by each."""
    sold_g: F64
    """Shape (crops,): to all dealers that hold stock."""
    elsewhere_fen: F64
    """Shape (crops,): a kilogram, what firms and traders pay in the mean."""


def _gate(state: State, day: int) -> _Gate:
    d, k, c = state.dealers, state.cooperatives, state.crops
    bought = year_of(d.direct_g, d.direct_quarter, day).astype(np.float64)
    pays = growers_price(state) * c.price_fen[d.crop]
    own = np.flatnonzero(d.alive & (d.kind == DealerKind.COOPERATIVE))
    dealer = np.full(len(k), -1, np.int64)
    dealer[d.cooperative[own]] = own
    others = np.flatnonzero(d.kind != DealerKind.COOPERATIVE)
    grams = np.bincount(d.crop[others], bought[others], len(c))
    paid = np.bincount(d.crop[others], (bought * pays)[others], len(c))
    return _Gate(
        dealer=dealer,
        bought_g=np.where(dealer >= 0, bought[dealer], 0.0),
        pays_fen=pays[dealer],
        refunded_fen=year_of(d.refunded_fen, d.direct_quarter, day)[dealer],
        sold_g=np.bincount(d.crop, bought, len(c)).astype(np.float64),
        elsewhere_fen=np.divide(paid, grams, out=c.price_fen.astype(np.float64), where=grams > 0),
    )


def _ratio(over: NDArray[np.floating[Any]] | I64, under: F64) -> F64:
    return np.divide(over, under, out=np.zeros(len(over)), where=under > 0)  # 0 where there is nothing


def _gain_fen(state: State, seen: Membership, plots: I64, cooperative: I64) -> F64:
    """Return what growers of plots would get more a year as members of a cooperative than as others."""
    more = (seen.member_fen - seen.other_fen)[cooperative]
    return np.asarray(more * state.plots.output_g[plots] / 1000.0, np.float64)


def _who_would_join(state: State, seen: Membership, hurdle_fen: float) -> _Changes:
    """Return the growers in no cooperative that one of their township would bring enough.

    Of cooperatives with room each looks at the one that brings most, of products at his largest.
    """
    k, p = state.cooperatives, state.plots
    growers = free_growers(state)
    more = seen.member_fen - seen.other_fen
    open_ = np.flatnonzero(k.alive & (seen.room > k.member_share / ONE) & (more > 0))
    place = k.township[open_].astype(np.int64) * len(state.crops) + k.crop[open_]
    worst_first = np.lexsort((-k.number[open_], more[open_]))
    best = np.full(len(growers.share), -1, np.int64)
    best[place[worst_first]] = open_[worst_first]
    offered = np.flatnonzero(best[growers.place] >= 0)
    plots, cooperative = growers.plots[offered], best[growers.place[offered]]
    gain = _gain_fen(state, seen, plots, cooperative)
    some = np.flatnonzero(gain > hurdle_fen)
    some = some[np.lexsort((-gain[some], p.household[plots[some]]))]
    some = some[np.unique(p.household[plots[some]], return_index=True)[1]]
    return _changes(state, seen, plots[some], cooperative[some])


def _who_would_leave(state: State, seen: Membership, hurdle_fen: float) -> _Changes:
    """Return the members that get so much less than others that leaving is worth it."""
    k, p = state.cooperatives, state.plots
    cooperative = state.households.cooperative[p.household].astype(np.int64)
    member = (cooperative >= 0) & k.alive[np.maximum(cooperative, 0)]
    plots = np.flatnonzero(member & (k.crop[np.maximum(cooperative, 0)] == p.crop))
    cooperative = cooperative[plots]
    some = _gain_fen(state, seen, plots, cooperative) < -hurdle_fen
    return _changes(state, seen, plots[some], cooperative[some])


def _changes(state: State, seen: Membership, plots: I64, cooperative: I64) -> _Changes:
    household = state.plots.household[plots].astype(np.int64)
    output = state.plots.output_g[plots] * state.households.weight[household].astype(np.float64)
    return _Changes(household, cooperative, _ratio(output, seen.output_g[cooperative]))


def _moved_shares(state: State, seen: Membership, joins: _Changes, leaves: _Changes, weighs: float) -> tuple[I64, F64]:
    """Return what members of each cooperative bring in from now on, and the chance that who would join does.

    As many join as there is room for.
    """
    k = state.cooperatives
    now, many = k.member_share / ONE, len(k)
    wanted = weighs * joins.of_cooperatives(many)
    room = np.clip(np.minimum(seen.room - now, seen.free), 0.0, 1.0)
    part = np.minimum(_ratio(room, wanted), 1.0)
    left = np.minimum(weighs * leaves.of_cooperatives(many), now)
    return np.rint(ONE * (now + part * wanted - left)).astype(np.int64), weighs * part


def _change(
    world: World, kind: type[MembersJoined | MembersLeft], changes: _Changes, chance: F64 | float,
    moved: Rows[MembershipMoved],
) -> None:  # fmt: skip
    """Publish who joins, or leaves: those who weigh it, of cooperatives whose members' share moves."""
    at = np.full(len(world.state.cooperatives), -1, np.int64)
    at[moved.event.cooperative] = moved.seqs
    luck = world.draws.uniform("weighs_membership", world.week, world.state.households.number[changes.household])
    rows = np.flatnonzero((luck < chance) & (at[changes.cooperative] >= 0))
    cooperative = changes.cooperative[rows]
    world.publish(kind(household=changes.household[rows], cooperative=cooperative), cause=at[cooperative])
