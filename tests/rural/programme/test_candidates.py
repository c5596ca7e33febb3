"""What a plan could hold, what a unit is worth, and how choosers misjudge it (docs/model.md 4.10)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsim.kernel.apply import apply_event
from ecsim.kernel.draws import Draws
from ecsim.kernel.event import Stamp
from ecsim.rural.events.codes import Category, Level, ProjectKind
from ecsim.rural.events.opening import CountiesBaselined, CropsBaselined, TownshipsBaselined
from ecsim.rural.programme.candidates import Candidate, NeedOfKind, candidates, perceived_benefit, perceived_benefits
from ecsim.rural.region import Region
from ecsim.rural.scenario import ONE_SERVES_ALL
from ecsim.rural.state import STATE_CHANGES, State
from tiny import Opened, made, tiny_region, tiny_scenario

DEAR = 1e6
"""A station so dear that central money pays its whole part of a batch."""

KINDS = ProjectKind
TYPES = tiny_scenario().projects
STATION_YUAN = 10_000.0
"""Capital cost of a station; more than a batch's part of the file's price."""


def every_unit(region: Region, *, shared: bool) -> list[Candidate]:
    """Return all candidates of a region."""
    types, terms = region.settings.projects, region.terms.planning
    table = region.settings.programme.targets
    return candidates(region.world.state, types, terms, table, station_yuan=STATION_YUAN, shared=shared)


def found(
    *, shared: bool = False, opened: Opened | None = None, changes: dict[str, object] | None = None
) -> dict[tuple[ProjectKind, int, int], Candidate]:
    """Return the candidates of the tiny region by kind, county and turn, a need being worth a target."""
    region, _ = tiny_region({"parameters.planning.need_worth": 1.0} | (changes or {}), opened=opened)
    every = every_unit(region, shared=shared)
    return {(candidate.kind, candidate.county, candidate.turn): candidate for candidate in every}


def test_gains_worked_by_hand() -> None:
    # Centres are worth a target each, and the county's whole need of one. Training in batches of 500: six make the
    # target of 3,000, though only 2.24 heads are in need; all 2.24 of 30,000 are in the first. Half of county 0's 4
    # villages are the two targets that stations work towards, and its 4 villages of 500 are all covered by ten. One
    # brand is the target; 8,000 yuan of sales of 25 m. A point covers one township of two, so half of 2/22: bent by
    # (1 - e^-1/2)/(1 - e^-1) = 0.62246.
    gain = {key: candidate.gain for key, candidate in found().items()}
    assert gain[KINDS.SERVICE_CENTRE, 0, 0] == gain[KINDS.DISTRIBUTION_CENTRE, 1, 0] == 2.0
    training = [gain[KINDS.TRAINING, 0, turn] for turn in range(6)]
    assert training == pytest.approx([1 / 6 + 2.24 / 30_000] + [1 / 6] * 5)
    assert gain[KINDS.STATIONS, 0, 0] == pytest.approx(2 + 4 / 500)
    assert gain[KINDS.BRAND, 0, 0] == pytest.approx(1 + 8_000 / 25e6, rel=1e-6)
    assert gain[KINDS.TRACEABILITY, 0, 0] == pytest.approx(0.5)
    points = [gain[KINDS.TOWNSHIP_POINTS, 0, turn] for turn in range(2)]
    assert points == pytest.approx([2 / 22 * 0.622459, 2 / 22 * 0.377541], rel=1e-5)
    assert gain[KINDS.JOINT_DELIVERY, 0, 0] == pytest.approx(8 / 60_000)
    assert gain[KINDS.COLD_STORE, 1, 0] == pytest.approx(0.3 * 0.8 / 6_200)  # 0.8 t of strawberries


def test_a_target_of_the_whole_prefecture_is_met_once() -> None:
    """Where a purse may build one for all its counties, counties' own brands add nothing to the target of one brand."""
    pooled, split = found(shared=True), found()
    sales = pooled[KINDS.BRAND, 0, 0].gain
    assert split[KINDS.BRAND, 0, 0].gain == pytest.approx(1.0 + sales)
    assert pooled[KINDS.BRAND, -1, 0].gain == pytest.approx(
        sum(split[KINDS.BRAND, county, 0].gain for county in (0, 1) if (KINDS.BRAND, county, 0) in split)
    )


def test_what_no_county_needs_is_no_candidate() -> None:
    assert (KINDS.COLD_STORE, 0, 0) not in found()  # nothing fresh grows there
    assert (KINDS.PRE_COOLING, 1, 0) in found()


@given(st.floats(0.0, 3.0), st.floats(0.1, 50.0), st.integers(1, 30))
def test_units_share_the_worth_of_a_need_which_later_ones_add_less_to(curvature: float, need: float, n: int) -> None:
    each = NeedOfKind(np.array([need]), need / n, 2.0, curvature, 1.0, ())
    gains = [each.gain(0, turn) for turn in range(n + 2)]
    assert sum(gains) == pytest.approx(need / 2.0)
    assert all(now >= later - 1e-12 for now, later in pairwise(gains))
    assert gains[n:] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert each.units(0) == n


def test_without_curvature_each_unit_is_worth_as_much() -> None:
    each = NeedOfKind(np.array([10.0]), 2.5, 10.0, 0.0, 1.0, ())
    assert [each.gain(0, turn) for turn in range(4)] == pytest.approx([0.25] * 4)


def test_a_need_counts_for_less_than_a_target() -> None:
    half = found(changes={"parameters.planning.need_worth": 0.5})
    assert half[KINDS.TRACEABILITY, 0, 0].gain == pytest.approx(0.25)
    assert half[KINDS.SERVICE_CENTRE, 0, 0].gain == 1.5


def test_a_target_of_the_table_counts_until_it_is_met() -> None:
    # Of 100 villages half are five batches of ten: 2/5 each of the two targets; no batch is worth more for them after.
    many = {CountiesBaselined: {"villages": {0: 100}}}
    every = found(opened=many, changes={"projects.stations.full_need": 0.0})
    assert [every[KINDS.STATIONS, 0, turn].gain for turn in range(10)] == pytest.approx([0.4] * 5 + [0.0] * 5)


def test_poor_villages_count_where_they_are_more_than_villages_in_all() -> None:
    poor = {CountiesBaselined: {"villages": {0: 10}, "poor_villages": {0: 60}}}
    every = found(opened=poor, changes={"projects.stations.full_need": 0.0})
    assert every[KINDS.STATIONS, 0, 0].gain == pytest.approx(2 / 3)  # three batches wanted


def test_a_county_can_use_as_many_as_cover_its_need() -> None:
    every = found()
    turns = {(kind, county): 1 + max(t for k, c, t in every if (k, c) == (kind, county)) for kind, county, _ in every}
    assert [turns[KINDS.TOWNSHIP_POINTS, county] for county in (0, 1)] == [2, 1]  # one a township
    assert [turns[KINDS.STATIONS, county] for county in (0, 1)] == [1, 1]  # ten at a time are enough for 4 and for 2
    assert [turns[KINDS.TRAINING, county] for county in (0, 1)] == [6, 6]  # the target
    more = found(opened={TownshipsBaselined: {"county": 1}})
    assert sum(kind == KINDS.TOWNSHIP_POINTS and county == 1 for kind, county, _ in more) == 3
    fewer = found(changes={"projects.training.most_a_county": 2})
    assert sum(kind == KINDS.TRAINING and county == 1 for kind, county, _ in fewer) == 2


def test_prices_are_those_of_the_file_with_local_and_social_money_beside() -> None:
    # A packing line: 450,000 yuan of central money, 10 % of it local, 30 % social.
    line = found()[KINDS.PACKING_LINE, 1, 0]
    assert (line.central_fen, line.local_fen, line.social_fen) == (45_000_000, 4_500_000, 13_500_000)
    assert (line.category, line.level, line.lead_weeks) == (Category.SUPPLY_CHAIN, Level.COUNTY, 18)


def test_a_shared_asset_costs_two_and_serves_all() -> None:
    every = found(shared=True)
    shared = {kind: every[kind, -1, 0] for kind in (KINDS.BRAND, KINDS.MARKETING)}
    of_prefectures = {candidate.kind for candidate in every.values() if candidate.level == Level.PREFECTURE}
    assert of_prefectures == {
        KINDS[name.upper()] for name, of in TYPES.items() if of.scope != "county" and of.feeds not in ONE_SERVES_ALL
    }
    assert (KINDS.TRACEABILITY, 0, 0) in every  # two of the counties' own cost as much as a shared one
    for kind, candidate in shared.items():
        own = [every[kind, county, 0] for county in (0, 1)]
        of_the_target = 2.0 if kind == KINDS.BRAND else 0.0
        assert candidate.gain == pytest.approx(own[0].gain + own[1].gain + of_the_target)
        assert candidate.central_fen == 2 * own[0].central_fen
    assert not any(candidate.level == Level.PREFECTURE for candidate in found().values())


def test_a_prefecture_of_one_county_pays_for_one() -> None:
    alone = found(shared=True, opened={CountiesBaselined: {"prefecture": [0, 1]}})
    region, _ = tiny_region(opened={CountiesBaselined: {"prefecture": [0, 1]}})
    every = every_unit(region, shared=True)
    brands = [candidate for candidate in every if candidate.kind == KINDS.BRAND and candidate.county < 0]
    assert [brand.prefecture for brand in brands] == [0, 1]
    assert {brand.central_fen for brand in brands} == {alone[KINDS.BRAND, 0, 0].central_fen}


def test_a_shared_asset_of_three_counties_costs_two_as_well() -> None:
    state = State.allocate(dict.fromkeys(State.table_names(), 3))
    for event in (made(CountiesBaselined, county=[0, 1, 2]), made(CropsBaselined, crop=[0], county=[0])):
        apply_event(STATE_CHANGES, state, event, Stamp(0, 0, np.full(event.rows, -1, np.int64)))
    terms = tiny_region()[0].terms.planning
    table = tiny_scenario().programme.targets
    every = candidates(state, TYPES, terms, table, station_yuan=STATION_YUAN, shared=True)
    brand, shared = (next(c for c in every if c.kind == KINDS.BRAND and c.county == county) for county in (0, -1))
    assert shared.central_fen == 2 * brand.central_fen
    assert shared.gain == 3 * (brand.gain + 1.0)  # the target of one brand is met by that of the prefecture
    assert [c.county for c in every if c.kind == KINDS.TRACEABILITY] == [-1]  # it serves all for less than three


def test_more_villages_households_and_orders_are_never_worth_less() -> None:
    small = found()
    large = found(opened={CountiesBaselined: {"households": 80_000, "villages": 40, "poor_villages": 2}})
    assert sum(c.gain for k, c in large.items() if k[:2] == (KINDS.STATIONS, 0)) > small[KINDS.STATIONS, 0, 0].gain
    assert large[KINDS.JOINT_DELIVERY, 0, 0].gain > small[KINDS.JOINT_DELIVERY, 0, 0].gain
    same = (KINDS.BRAND, KINDS.TRACEABILITY, KINDS.TRAINING)
    assert all(large[kind, 0, 0].gain == small[kind, 0, 0].gain for kind in same)


def test_a_chooser_misjudges_a_kind_in_a_place_not_each_unit() -> None:
    # What is seen is the gain times a lognormal of mean one, alike for all units of a kind in a county.
    draws, every = Draws(3), list(found().values())
    seen = perceived_benefits(every, draws, noise=0.5, bias=0.0, favoured=-1)
    for candidate in every:
        luck = draws.normal("seen_gain", int(candidate.kind), candidate.county)
        assert seen[candidate.key] == pytest.approx(candidate.gain * np.exp(0.5 * luck - 0.125))


def test_without_noise_and_bias_what_is_seen_is_so() -> None:
    every = list(found(shared=True).values())
    seen = perceived_benefits(every, Draws(3), noise=0.0, bias=0.0, favoured=0)
    assert all(seen[candidate.key] == candidate.gain for candidate in every)


def test_the_favoured_county_looks_better_by_the_bias() -> None:
    every = found()
    plain, tilted = (
        [perceived_benefit(every[KINDS.BRAND, c, 0], Draws(1), 0.5, bias, 0) for c in (0, 1)] for bias in (0.0, 0.1)
    )
    assert tilted[0] / plain[0] == pytest.approx(np.exp(0.1))
    assert tilted[1] == plain[1]
