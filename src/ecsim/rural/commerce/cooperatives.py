"""Cooperatives are founded by growers of a township that are in none (docs/model.md 4.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.listings import Listing, list_dealers
from ecsim.rural.commerce.persons import founded_in, founding_keys, groups_of_persons, help_to_founders
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import CooperativeFounded, MembersJoined
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.world import ONE, WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
FIRST_KEY_OF_FOUNDED = 2**21
"""Draw keys from here on are of cooperatives that were founded."""


@dataclass(frozen=True)
class FreeGrowers:
    """Growers in no cooperative, by product and township: place = township · products + product."""

    plots: I64
    """Rows of plots whose household is in none."""
    place: I64
    """Shape (plots,)."""
    value_fen: F64
    """Shape (places,): their yearly output at the traders' price."""
    share: F64
    """Shape (places,): of what all growers of the place bring in."""
    output_g: F64
    """Shape (places,): of all growers, a year."""


def free_growers(state: State) -> FreeGrowers:
    """Return the growers that a new cooperative may win."""
    p, h, k, c = state.plots, state.households, state.cooperatives, state.crops
    member = h.cooperative[p.household]
    free = (member < 0) | ~k.alive[np.maximum(member, 0)]
    place = state.villages.township[h.village[p.household]].astype(np.int64) * len(c) + p.crop
    many = len(state.townships) * len(c)
    output = p.output_g * h.weight[p.household].astype(np.float64)
    every, own = np.bincount(place, output, many), np.bincount(place[free], output[free], many)
    return FreeGrowers(
        plots=np.flatnonzero(free),
        place=place[free],
        value_fen=own * np.tile(c.price_fen, len(state.townships)) / 1000.0,
        share=np.divide(own, every, out=np.zeros(many), where=every > 0),
        output_g=np.asarray(every, np.float64),
    )


def found_cooperatives(world: World, terms: CommerceTerms, goods: GoodsTerms, weeks: int = 4) -> None:
    """New cooperatives, a Poisson count a county: where growers in none have most to sell.

    Parameters
    ----------
    goods : numbers of dealers
    weeks : over which it happens at once

    Notes
    -----
    As many join as were members at the opening, of those free; a new listing draws fewer buyers than an old one.

    References
    ----------
    docs/model.md 4.7.
    """
    state, week = world.state, world.week
    k, c = state.cooperatives, state.crops
    alive = np.bincount(k.county[k.alive], minlength=len(state.counties))
    rate = terms.cooperative_founding * alive * help_to_founders(state, terms) * weeks / WEEKS_A_YEAR
    room = min(len(k) - state.count("cooperatives"), len(state.dealers) - state.count("dealers"))
    county = founded_in(world, "found_cooperative", rate, room)
    if not len(county):
        return
    growers = free_growers(state)
    draw_key = founding_keys(world, county, FIRST_KEY_OF_FOUNDED)
    place = _drawn_places(state, growers, county, world.draws.uniform("cooperative_place", week, draw_key))
    county, draw_key, place = county[place >= 0], draw_key[place >= 0], place[place >= 0]
    crop = place % len(c)
    founder = _founders(state, growers, place, world.draws.uniform("cooperative_founder", week, draw_key))
    share = terms.joining_share * growers.share[place]
    weekly_g = share * growers.output_g[place] * c.season[crop].max(axis=1, initial=0) / ONE
    founded = world.publish(
        CooperativeFounded(
            cooperative=state.count("cooperatives") + np.arange(len(place)),
            township=place // len(c),
            crop=crop,
            founder=groups_of_persons(state, founder, state.households.woman[founder], terms),
            founder_household=founder,
            member_share=np.rint(share * ONE).astype(np.int64),
            capacity_g=np.rint(weekly_g).astype(np.int64),
        ),
        cause=state.counties.opened_seq[county],
    )
    kept = np.isin(place, founded.event.township.astype(np.int64) * len(c) + founded.event.crop)  # others: taken out
    _join(world, terms, growers, place[kept], founded.event, founded.seqs)
    _list(world, terms, goods, founded.event, founded.seqs)


def _drawn_places(state: State, growers: FreeGrowers, county: I64, luck: F64) -> I64:
    """Return a place of each county, in proportion to what free growers bring in; none twice, -1: there is none."""
    value = growers.value_fen.reshape(len(state.townships), len(state.crops)).copy()
    places = np.full(len(county), -1, np.int64)
    for row, of in enumerate(county):
        towns = np.flatnonzero(state.townships.county == of)
        running = np.cumsum(value[towns])
        if not running.size or running[-1] <= 0:
            continue
        at = min(int(np.searchsorted(running, luck[row] * running[-1], side="right")), len(running) - 1)
        town, crop = towns[at // len(state.crops)], at % len(state.crops)
        value[town, crop] = 0.0
        places[row] = town * len(state.crops) + crop
    return places


def _founders(state: State, growers: FreeGrowers, place: I64, luck: F64) -> I64:
    """Return the household that founds each cooperative: a free grower of its place, shape (n,)."""
    order = np.argsort(growers.place, kind="stable")
    of = growers.place[order]
    first, last = np.searchsorted(of, place), np.searchsorted(of, place, side="right")
    chosen = growers.plots[order[first + np.floor(luck * (last - first)).astype(np.int64)]]
    return np.asarray(state.plots.household[chosen], np.int64)


def _join(
    world: World, terms: CommerceTerms, growers: FreeGrowers, place: I64, founded: CooperativeFounded, seqs: I64
) -> None:
    """Free growers of a place join its new cooperative."""
    of = np.full(len(growers.value_fen), -1, np.int64)
    of[place] = np.arange(len(place))
    row = of[growers.place]
    household = world.state.plots.household[growers.plots]
    luck = world.draws.uniform("joins_cooperative", world.week, world.state.households.number[household])
    joins = luck < terms.joining_share
    rows = np.flatnonzero((row >= 0) & joins)
    rows = rows[np.unique(household[rows], return_index=True)[1]]  # a household in one alone
    world.publish(
        MembersJoined(household=household[rows], cooperative=founded.cooperative[row[rows]]), cause=seqs[row[rows]]
    )


def _list(world: World, terms: CommerceTerms, goods: GoodsTerms, founded: CooperativeFounded, seqs: I64) -> None:
    """A new cooperative begins to deal in its product: what it draws online is in proportion to what it can handle."""
    state = world.state
    d, k, c = state.dealers, state.cooperatives, state.crops
    crop, capacity = founded.crop, founded.capacity_g.astype(np.float64)
    handled = np.bincount(k.crop[k.alive], k.capacity_g[k.alive], len(c))[crop]
    part = np.divide(capacity, handled, out=np.zeros(len(crop)), where=handled > 0)
    size = terms.new_cooperative_size * goods.cooperative_share * part * (c.demand_g[crop] > 0)
    attraction = np.bincount(d.crop, d.size * d.alive, len(c))[crop] / ONE
    expected = np.bincount(d.crop, d.forecast_g * d.alive, len(c))[crop]
    forecast = expected * np.divide(size, attraction, out=np.zeros(len(crop)), where=attraction > 0)
    listing = Listing(crop, size * ONE, forecast, goods.cooperative_bid, cooperative=founded.cooperative)
    list_dealers(world, goods, terms.packing(goods), listing, seqs)
