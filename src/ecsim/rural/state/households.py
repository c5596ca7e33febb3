"""What buying, learning and training change in households and their villages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecsim.kernel.lazy import later
from ecsim.kernel.toolkit import I32, applies
from ecsim.rural.events import (
    BuyerAdopted,
    BuyerLapsed,
    ParcelsOrdered,
    SellerLapsed,
    SellerStarted,
    SellingHeardOf,
    SessionHeld,
    SkillGained,
    Stamp,
    TraineeAttended,
)
from ecsim.rural.state.opening import fill
from ecsim.rural.state.records import note_trainees
from ecsim.rural.state.state import State

if TYPE_CHECKING:
    from ecsim.rural.state import kernels
else:
    kernels = later("ecsim.rural.state.kernels")


def _count(state: State, column: I32, households: I32, sign: int = 1) -> None:
    weights = sign * state.households.weight[households]
    np.add.at(column, state.households.village[households], weights)


@applies(BuyerAdopted)
def start_buying(state: State, event: BuyerAdopted, stamp: Stamp) -> None:
    """The household orders from now on; its village counts one buyer more."""
    households = state.households
    households.buyer[event.household] = True
    households.at_station[event.household] = event.at_station
    households.buyer_seq[event.household] = stamp.seqs(event)
    households.buyer_day[event.household] = households.last_order_day[event.household] = stamp.day
    _count(state, state.villages.buyers, event.household)


@applies(BuyerLapsed)
def stop_buying(state: State, event: BuyerLapsed, stamp: Stamp) -> None:
    """The household orders no more."""
    state.households.buyer[event.household] = False
    state.households.buyer_seq[event.household] = stamp.seqs(event)
    _count(state, state.villages.buyers, event.household, -1)


@applies(ParcelsOrdered)
def note_order(state: State, event: ParcelsOrdered, stamp: Stamp) -> None:
    """Remember the day and what is fetched in which village; the rest is the operators' business."""
    h, v = state.households, state.villages
    orders = kernels.Orders(event.household, event.handed_over, event.stop, event.itself, event.each)
    kernels.note_orders(orders, stamp.day, h.weight, h.last_order_day, v.handed_parcels)


@applies(SellingHeardOf)
def become_aware(state: State, event: SellingHeardOf, stamp: Stamp) -> None:
    """The household knows that one can sell online; its village counts it once."""
    h = state.households
    kernels.hear(event.household, stamp.first, h.village, h.weight, h.aware, h.skill_seq, state.villages.aware)


@applies(SkillGained)
def become_skilled(state: State, event: SkillGained, stamp: Stamp) -> None:
    """The household can run a shop."""
    state.households.skilled[event.household] = True
    state.households.skill_seq[event.household] = stamp.seqs(event)


@applies(SellerStarted)
def open_shop(state: State, event: SellerStarted, stamp: Stamp) -> None:
    """The household sells by its own shop from now on."""
    households = state.households
    shops = np.where(event.shops > 0, event.shops, households.weight[event.household])
    households.shops[event.household] = shops
    households.shop_plot[event.household] = event.plot
    households.seller_seq[event.household] = stamp.seqs(event)
    households.seller_day[event.household] = stamp.day
    village = households.village[event.household]
    state.villages.seller_seq[village] = stamp.seqs(event)
    np.add.at(state.villages.sellers, village, shops)


@applies(SellerLapsed)
def close_shop(state: State, event: SellerLapsed, stamp: Stamp) -> None:
    """The household gives up its shop, not its skill."""
    households = state.households
    np.subtract.at(state.villages.sellers, households.village[event.household], households.shops[event.household])
    households.shops[event.household] = 0
    households.seller_seq[event.household] = stamp.seqs(event)


@applies(SessionHeld)
def open_session(state: State, event: SessionHeld, stamp: Stamp) -> None:
    """Number the session."""
    sessions, session = state.sessions, event.session.astype(np.intp)
    fill(sessions, session, event)
    sessions.seq[session] = stamp.seqs(event)
    state.filled("sessions", int(session.max()) + 1)


@applies(TraineeAttended)
def train(state: State, event: TraineeAttended, stamp: Stamp) -> None:
    """Count the attendances; villagers who came are trained."""
    sessions, h = state.sessions, state.households
    kernels.attend(
        event.session, event.household, event.persons, stamp.first, sessions.project, sessions.persons,
        state.projects.done, h.trained, h.skill_seq,
    )  # fmt: skip
    note_trainees(state, event)


HOUSEHOLDS = (
    start_buying,
    stop_buying,
    note_order,
    become_aware,
    become_skilled,
    open_shop,
    close_shop,
    open_session,
    train,
)
