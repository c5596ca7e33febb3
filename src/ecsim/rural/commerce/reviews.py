"""Cooperatives and enterprises as agents: once a year each weighs what it does, and closes when it is bankrupt.

What all reckon alike is one batch (`Prospects`); an agent is woken when something is due (docs/model.md 4.7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.accounts import delist, draw_profits, refund_members
from ecsim.rural.events import (
    CooperativeFailed,
    DealerKind,
    EnterpriseClosed,
    GrowersContracted,
    Mark,
    MarkDropped,
    MarkSupported,
    MarkTaken,
    Mechanism,
    OfflineChannel,
    OfflineEntered,
    OfflineLeft,
)
from ecsim.rural.facilities import PlacesLeft, listed_dealers, meetings, support_fen
from ecsim.rural.goods.marks import (
    decides,
    expected_gains_fen,
    mark_costs_fen,
    mark_premiums,
    yearly_mark_costs_fen,
)
from ecsim.rural.goods.offline import (
    Seeker,
    best_channel,
    offline_channels,
    offline_cost_fen,
    offline_pays,
    wanted_offline_g,
)
from ecsim.rural.goods.prices import OnlinePrices, growers_price
from ecsim.rural.goods.reserve import reserve_fen
from ecsim.rural.goods.terms import DealingTerms, GoodsTerms, sold_for_raw
from ecsim.rural.goods.week import AllGoodsTerms
from ecsim.rural.world import WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
MONTHS_A_YEAR = 13
SUPPORTS = {Mark.CERTIFICATE: Mechanism.CERTIFICATES, Mark.OWN_BRAND: Mechanism.DESIGN}
"""Which works pay a part of what a mark costs once."""
_COOPERATIVES, _OTHERS = 2**29, 2**30
"""Draw keys from here on are of cooperatives, and of dealers that are neither cooperative nor enterprise."""


@dataclass(frozen=True)
class Prospects:
    """What each dealer can expect of its choices, shape (dealers, …)."""

    mark_gain_fen: F64
    """(dealers, marks): a year, before what the mark costs."""
    shortage: F64
    """(wanted − offered)/(wanted + offered) of growers, smoothed."""
    offer_fen: F64
    """What it pays growers now, a kilogram."""
    offline_g: F64
    """Raw, a year that it could deliver beside what it sells online."""
    bulk_fen: F64
    """Bulk price of a kilogram."""
    finds: NDArray[np.bool_]
    """(channels, dealers): whether it comes upon its buyers this year, by itself or by matchmaking."""
    ends: NDArray[np.bool_]
    """Whether buyers of its offline channel turn to others this year."""
    offline_fen: F64
    """What keeping an offline channel costs a year."""
    based: NDArray[np.bool_]
    """Whether it runs an industry base, whose growers have contracts."""
    surplus_fen: I64
    once_fen: F64
    """(marks,): what each costs once."""
    yearly_fen: F64
    """(dealers, marks): and a year."""
    places: Mapping[Mark, PlacesLeft]
    """Of works that pay a part of what a mark costs once."""

    @classmethod
    def of(cls, world: World, terms: AllGoodsTerms, prices: OnlinePrices) -> Prospects:
        """Return what follows from the state, the week's prices and luck."""
        state = world.state
        d, c = state.dealers, state.crops
        premium = mark_premiums(state, terms.market, terms.dealing)
        yields = sold_for_raw(c.conversion)[d.crop]
        offer = c.price_fen[d.crop] * growers_price(state)
        total = np.maximum(d.wanted_g + d.offered_g, 1)
        online = d.forecast_g / yields * WEEKS_A_YEAR
        brought = np.where(d.kind == DealerKind.COOPERATIVE, d.offered_g * WEEKS_A_YEAR - online, online)
        return cls(
            mark_gain_fen=expected_gains_fen(state, prices, terms.goods, terms.market, terms.selling, premium),
            shortage=(d.wanted_g - d.offered_g) / total,
            offer_fen=offer,
            offline_g=np.maximum(brought, 0.0),
            bulk_fen=np.asarray(c.price_fen[d.crop] * (1.0 + terms.goods.resale_margin), np.float64),
            finds=_finds(world, terms.dealing),
            ends=_ends(world, terms.dealing),
            offline_fen=offline_cost_fen(state, terms.dealing),
            based=np.isin(np.arange(len(d)), _owners(state, Mechanism.GROWER_CONTRACTS)),
            surplus_fen=_surplus_fen(state, terms.dealing, prices),
            once_fen=mark_costs_fen(terms.dealing)[0],
            yearly_fen=yearly_mark_costs_fen(state, terms.dealing),
            places={mark: PlacesLeft(state, mechanism) for mark, mechanism in SUPPORTS.items()},
        )


@dataclass
class Decisions:
    """What those who were woken decided, published together: dealer, then what was decided."""

    taken: list[tuple[int, int, int, int]] = field(default_factory=list)
    supported: list[tuple[int, int, int, int]] = field(default_factory=list)
    dropped: list[tuple[int, int]] = field(default_factory=list)
    contracts: list[tuple[int, int]] = field(default_factory=list)
    entered: list[tuple[int, int, int]] = field(default_factory=list)
    left: list[tuple[int]] = field(default_factory=list)
    closed: list[tuple[int]] = field(default_factory=list)


class Dealer(mesa.Agent):
    """A cooperative or an enterprise that deals in a product of its county."""

    def __init__(self, model: mesa.Model, world: World, dealer: int, terms: AllGoodsTerms) -> None:
        super().__init__(model)
        self.world, self.dealer, self.terms = world, dealer, terms

    def step(self, prospects: Prospects, room_g: F64, decisions: Decisions, *, due: bool) -> None:
        """Close when bankrupt for long; else, once a year, weigh marks, contract and offline channel.

        Parameters
        ----------
        prospects : of all dealers
        room_g : shape (channels, crops), what offline buyers take of a product beyond what they have; what this one
            gets is taken off
        decisions : to which its own are added
        due : whether its yearly review is
        """
        d = self.world.state.dealers
        if d.lean_months[self.dealer] >= self.terms.dealing.patience_months:
            decisions.closed.append((self.dealer,))
        elif due:
            self._weigh_marks(prospects, decisions)
            self._weigh_contract(prospects, decisions)
            self._weigh_offline(prospects, room_g, decisions)

    def _weigh_marks(self, prospects: Prospects, decisions: Decisions) -> None:
        """A mark is taken if it soon pays back what it costs, kept while it brings what it costs a year.

        Where a project of the county has a place left, it pays its part of what a mark costs once.
        """
        d, yearly = self.world.state.dealers, prospects.yearly_fen[self.dealer]
        money = int(d.cash_fen[self.dealer])
        for mark in Mark:
            gain = float(prospects.mark_gain_fen[self.dealer, mark])
            if d.marks[self.dealer, mark]:
                if gain < yearly[mark]:
                    decisions.dropped.append((self.dealer, mark))
                continue
            facility, help_fen = self._support(mark, prospects)
            once = round(prospects.once_fen[mark]) - help_fen
            if gain > yearly[mark] + once / self.terms.dealing.mark_years and money >= once:
                decisions.taken.append((self.dealer, mark, once, round(gain)))
                money -= once
                if facility >= 0:
                    decisions.supported.append((self.dealer, mark, facility, help_fen))
                    prospects.places[mark].take(facility)

    def _support(self, mark: Mark, prospects: Prospects) -> tuple[int, int]:
        """Return the facility that would pay a part of a mark, and what; -1 and nothing where none has a place left."""
        state = self.world.state
        if mark not in prospects.places:
            return -1, 0
        facility = prospects.places[mark].first(int(state.crops.county[state.dealers.crop[self.dealer]]))
        if facility < 0:
            return -1, 0
        return facility, min(support_fen(state, facility), round(prospects.once_fen[mark]))

    def _weigh_contract(self, prospects: Prospects, decisions: Decisions) -> None:
        """Whom growers bring too little, or who runs a base, promises them a least price for a year; others nothing."""
        short = bool(prospects.shortage[self.dealer] > self.terms.dealing.contract_gap or prospects.based[self.dealer])
        floor = round(self.terms.dealing.contract_floor * float(prospects.offer_fen[self.dealer])) if short else 0
        if floor != self.world.state.dealers.floor_fen[self.dealer]:
            decisions.contracts.append((self.dealer, floor))

    def _weigh_offline(self, prospects: Prospects, room_g: F64, decisions: Decisions) -> None:
        """A channel ends, or is left for its costs or a lost certificate; who has none may find one."""
        state, dealing = self.world.state, self.terms.dealing
        d = state.dealers
        crop, now = int(d.crop[self.dealer]), int(d.offline_channel[self.dealer])
        found = prospects.finds[:, self.dealer]
        if now < 0 and not found.any():
            return
        seeker = Seeker(
            form=int(state.crops.form[crop]),
            certified=bool(d.marks[self.dealer, Mark.CERTIFICATE]),
            could_g=float(prospects.offline_g[self.dealer]),
            bulk_fen=float(prospects.bulk_fen[self.dealer]),
            cost_fen=float(prospects.offline_fen[self.dealer]),
        )
        if now >= 0:
            if prospects.ends[self.dealer] or not self._keeps(now, seeker):
                decisions.left.append((self.dealer,))
            return
        channel, amount = best_channel(dealing, seeker, found, room_g[:, crop])
        if channel >= 0:
            room_g[channel, crop] -= amount
            decisions.entered.append((self.dealer, channel, amount))

    def _keeps(self, channel: int, seeker: Seeker) -> bool:
        """Return whether a channel brings what it costs, and the certificate that it asks for is there."""
        delivers = min(int(self.world.state.dealers.offline_g[self.dealer]), seeker.could_g)
        brings = delivers / 1000.0 * float(offline_pays(self.terms.dealing, seeker.bulk_fen)[channel])
        return brings >= seeker.cost_fen and (seeker.certified or not offline_channels().certified[channel])


def _finds(world: World, dealing: DealingTerms) -> NDArray[np.bool_]:
    """Return which channels each dealer comes upon: all by itself, each by what matchmaking brings of its buyers.

    Buyers look goods up in a product database, so dealers that it lists are found more often.

    Returns
    -------
    shape (channels, dealers)
    """
    state = world.state
    keys = draw_keys(state, np.arange(len(state.dealers)))
    county = state.crops.county[state.dealers.crop]
    finding = dealing.offline_finding * (1.0 + dealing.database_finding * listed_dealers(state))
    alone = world.draws.uniform("offline_found", world.week, keys) < finding
    times = meetings(state)[:, county]
    chance = 1.0 - (1.0 - dealing.offline_meeting) ** times
    met = [
        world.draws.uniform(f"offline_met_{channel.name}", world.week, keys) < chance[channel] if times[channel].any()
        else np.zeros(len(keys), np.bool_)
        for channel in OfflineChannel
    ]  # fmt: skip
    return np.asarray(alone | np.stack(met), np.bool_)


def _ends(world: World, dealing: DealingTerms) -> NDArray[np.bool_]:
    """Return whose offline buyers turn to others this year, shape (dealers,)."""
    keys = draw_keys(world.state, np.arange(len(world.state.dealers)))
    return np.asarray(world.draws.uniform("offline_ended", world.week, keys) < dealing.offline_ending, np.bool_)


def _owners(state: State, mechanism: Mechanism) -> I64:
    """Return the dealers that run a facility of a mechanism in service."""
    f = state.facilities
    return np.asarray(f.owner[f.in_service & (f.mechanism == mechanism)], np.int64)


def _surplus_fen(state: State, dealing: DealingTerms, prices: OnlinePrices) -> I64:
    """Return what owners may draw of each dealer: a share of what it has in cash above its reserve.

    Parameters
    ----------
    prices : what consumers pay this week

    Notes
    -----
    The reserve is some weeks of what it expects to sell online, and of what a cooperative's members bring in.
    """
    d = state.dealers
    brought = np.where(d.kind == DealerKind.COOPERATIVE, d.offered_g, 0) * state.crops.price_fen[d.crop] / 1000.0
    above = d.cash_fen - reserve_fen(dealing, d.forecast_g * prices.consumer_fen / 1000.0, brought)
    return np.asarray(np.floor(dealing.drawn_share * np.maximum(above, 0.0)), np.int64)


def dealers_to_wake(world: World, dealing: DealingTerms) -> tuple[I64, NDArray[np.bool_]]:
    """Return the dealers with something to decide, in the order of luck, and whether the yearly review is due."""
    d, month = world.state.dealers, world.week // 4
    rows = np.flatnonzero(decides(world.state))
    due = np.asarray(month % MONTHS_A_YEAR == _turns(world, rows))
    woken = due | (d.lean_months[rows] >= dealing.patience_months)
    luck = world.draws.uniform("review_order", world.week, draw_keys(world.state, rows[woken]))
    order = np.flatnonzero(woken)[np.argsort(luck, kind="stable")]
    return rows[order], due[order]


def _turns(world: World, dealer: I64) -> I64:
    """Return the month of the year, 0 to 12, in which some dealers review what they do."""
    luck = world.draws.uniform("review_month", 0, draw_keys(world.state, dealer))
    return np.floor(MONTHS_A_YEAR * luck).astype(np.int64)


def draw_keys(state: State, dealer: I64) -> I64:
    """Return what the luck of some dealers hangs on: an enterprise's own key, so that it is alike in every arm."""
    d, e, cooperative = state.dealers, state.enterprises, state.dealers.cooperative[dealer]
    together = _OTHERS + state.crops.number[d.crop[dealer]] * len(DealerKind) + d.kind[dealer]
    own = np.where(cooperative >= 0, _COOPERATIVES + state.cooperatives.number[cooperative], together)
    return np.asarray(np.where(d.enterprise[dealer] >= 0, e.lot[np.maximum(d.enterprise[dealer], 0)], own), np.int64)


def offline_room_g(state: State, dealing: DealingTerms) -> F64:
    """Return what offline buyers would still take of each product, shape (channels, crops), grams raw a year."""
    d, c, many = state.dealers, state.crops, len(OfflineChannel)
    room = wanted_offline_g(dealing, c.output_g + c.base_g)
    supplies = np.flatnonzero(d.alive & (d.offline_channel >= 0))
    at = d.offline_channel[supplies] * len(c) + d.crop[supplies]
    return np.asarray(room - np.bincount(at, d.offline_g[supplies], many * len(c)).reshape(many, len(c)), np.float64)


def publish_decisions(world: World, goods: GoodsTerms, decisions: Decisions) -> None:
    """Publish what was decided, a batch a kind.

    Parameters
    ----------
    goods : numbers of dealers
    """
    seq = world.state.dealers.seq
    dealer, mark, facility, paid = _columns(decisions.supported, 4)
    world.publish(
        MarkSupported(dealer=dealer, mark=mark, facility=facility, paid_fen=paid),
        cause=world.state.facilities.seq[facility],
    )
    dealer, mark, cost, gain = _columns(decisions.taken, 4)
    world.publish(MarkTaken(dealer=dealer, mark=mark, cost_fen=cost, gain_fen=gain), cause=seq[dealer])
    dealer, mark = _columns(decisions.dropped, 2)
    world.publish(MarkDropped(dealer=dealer, mark=mark), cause=seq[dealer])
    dealer, floor = _columns(decisions.contracts, 2)
    world.publish(GrowersContracted(dealer=dealer, floor_fen=floor), cause=seq[dealer])
    dealer, channel, amount = _columns(decisions.entered, 3)
    world.publish(OfflineEntered(dealer=dealer, offline_channel=channel, offline_g=amount), cause=seq[dealer])
    (dealer,) = _columns(decisions.left, 1)
    world.publish(OfflineLeft(dealer=dealer), cause=seq[dealer])
    _close(world, goods, _columns(decisions.closed, 1)[0])


def _columns(rows: Sequence[tuple[int, ...]], many: int) -> I64:
    return np.array(rows, np.int64).reshape(-1, many).T


def _close(world: World, goods: GoodsTerms, dealer: I64) -> None:
    """Dealers that are bankrupt give up."""
    d, k, e = world.state.dealers, world.state.cooperatives, world.state.enterprises
    cooperative, enterprise = d.cooperative[dealer], d.enterprise[dealer]
    failed = np.flatnonzero(cooperative >= 0)
    closed = np.flatnonzero(enterprise >= 0)
    world.publish(CooperativeFailed(cooperative=cooperative[failed]), cause=d.seq[dealer[failed]])
    world.publish(EnterpriseClosed(enterprise=enterprise[closed]), cause=e.seq[enterprise[closed]])
    delist(world, goods, dealer, np.where(cooperative >= 0, k.seq[cooperative], e.seq[enterprise]))


def share_surplus(world: World, prospects: Prospects, reviewed: I64) -> None:
    """Owners of those that were reviewed draw profits, members of cooperatives get refunds.

    Parameters
    ----------
    prospects : of all dealers
    reviewed : rows; traders and small merchants draw in a month of their own
    """
    d = world.state.dealers
    together = np.flatnonzero(d.alive & ((d.kind == DealerKind.TRADERS) | (d.kind == DealerKind.MERCHANTS)))
    together = together[world.week // 4 % MONTHS_A_YEAR == _turns(world, together)]
    reviewed = np.sort(reviewed[d.alive[reviewed]])
    cooperative = d.kind[reviewed] == DealerKind.COOPERATIVE
    money = np.minimum(prospects.surplus_fen, np.maximum(d.cash_fen, 0))
    owners = np.concatenate([reviewed[~cooperative], together])
    draw_profits(world, owners, money[owners])
    refund_members(world, reviewed[cooperative], money[reviewed[cooperative]])
