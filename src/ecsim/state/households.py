"""What buying, learning and training change in households and their villages."""

from __future__ import annotations

import numpy as np

from ecsim.events.event import Stamp
from ecsim.events.households import (
    BuyerAdopted,
    BuyerLapsed,
    ParcelsOrdered,
    SellerLapsed,
    SellerStarted,
    SellingHeardOf,
    SkillGained,
)
from ecsim.events.training import SessionHeld, TraineeAttended
from ecsim.state.apply import applies
from ecsim.state.state import State
from ecsim.state.table import I32


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
    households.last_order_day[event.household] = stamp.day
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
    state.households.last_order_day[event.household] = stamp.day
    here = event.stop >= 0
    parcels = event.parcels[here] * state.households.weight[event.household[here]].astype(np.int64)
    np.add.at(state.villages.handed_parcels, event.stop[here], parcels)


@applies(SellingHeardOf)
def become_aware(state: State, event: SellingHeardOf, stamp: Stamp) -> None:
    """The household knows that one can sell online; its village counts it once."""
    first = np.zeros(len(event.household), np.bool_)
    first[np.unique(event.household, return_index=True)[1]] = True
    new = event.household[first & ~state.households.aware[event.household]]
    state.households.aware[new] = True
    state.households.skill_seq[event.household] = stamp.seqs(event)
    _count(state, state.villages.aware, new)


@applies(SkillGained)
def become_skilled(state: State, event: SkillGained, stamp: Stamp) -> None:
    """The household can run a shop."""
    state.households.skilled[event.household] = True
    state.households.skill_seq[event.household] = stamp.seqs(event)


@applies(SellerStarted)
def open_shop(state: State, event: SellerStarted, stamp: Stamp) -> None:
    """The household sells by its own shop from now on."""
    households = state.households
    households.seller[event.household] = True
    households.seller_seq[event.household] = stamp.seqs(event)
    households.seller_day[event.household] = stamp.day
    state.villages.seller_seq[households.village[event.household]] = stamp.seqs(event)
    _count(state, state.villages.sellers, event.household)


@applies(SellerLapsed)
def close_shop(state: State, event: SellerLapsed, stamp: Stamp) -> None:
    """The household gives up its shop, not its skill."""
    state.households.seller[event.household] = False
    state.households.seller_seq[event.household] = stamp.seqs(event)
    _count(state, state.villages.sellers, event.household, -1)


@applies(SessionHeld)
def open_session(state: State, event: SessionHeld, stamp: Stamp) -> None:
    """Number the session."""
    sessions = state.sessions
    sessions.county[event.session] = event.county
    sessions.group[event.session] = event.group
    sessions.project[event.session] = event.project
    sessions.seq[event.session] = stamp.seqs(event)
    state.filled("sessions", int(event.session.max()) + 1)


@applies(TraineeAttended)
def train(state: State, event: TraineeAttended, stamp: Stamp) -> None:
    """Count the attendances; villagers who came are trained."""
    sessions, households = state.sessions, state.households
    np.add.at(sessions.persons, event.session, event.persons)
    project = sessions.project[event.session]
    np.add.at(state.projects.done, project[project >= 0], event.persons[project >= 0])
    villager = event.household >= 0
    households.trained[event.household[villager]] = True
    households.skill_seq[event.household[villager]] = stamp.seqs(event)[villager]


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
