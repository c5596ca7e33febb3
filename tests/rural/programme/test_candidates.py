"""What a plan could hold, what a unit is worth, and how choosers misjudge it (docs/model.md 4.10)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.apply import apply_event
from ecsim.kernel.draws import Draws
from ecsim.kernel.event import Stamp
from ecsim.rural.events.codes import Category, Level, ProjectKind
from ecsim.rural.events.opening import CountiesBaselined, CropsBaselined, TownshipsBaselined
from ecsim.rural.programme.candidates import Candidate, candidates, perceived_benefit, perceived_benefits
from ecsim.rural.region import Region
from ecsim.rural.state import STATE_CHANGES, State
from tiny import Opened, made, tiny_region, tiny_scenario

DEAR = 1e6
"""A station so dear that central money pays its whole part of a batch."""

KINDS = ProjectKind
STATION_YUAN = 10_000.0
"""Capital cost of a station; more than a batch's part of the file's price."""


def every_unit(region: Region, *, shared: bool) -> list[Candidate]:
    """Return all candidates of a region."""
    types, terms = region.settings.projects, region.terms.planning
    return candidates(region.world.state, types, terms, station_yuan=STATION_YUAN, shared=shared)


def found(
    *, shared: bool = False, opened: Opened | None = None, changes: dict[str, object] | None = None
) -> dict[tuple[ProjectKind, int, int], Candidate]:
    """Return the candidates of the tiny region by kind, county and turn."""
    region, _ = tiny_region(changes, opened=opened)
    every = every_unit(region, shared=shared)
    return {(candidate.kind, candidate.county, candidate.turn): candidate for candidate in every}


def test_gains_worked_by_hand() -> None:
    # Centres are worth a target each. Training in batches of 500: six make the target of 3,000, later ones a tenth of
    # that. Half of county 0's 4 villages, or both of its poor ones (a share of 2 poor villages: 0.5 x 2 < 0.5 x 4),
    # need 0.5 x 4 / 10 = 0.2 of a batch of ten: two targets for the 0.2, a tenth for the rest: 0.48. A brand is worth
    # 1, its second unit 1/2, its third 1/3. Traceability 1/2. Two townships' points 1/2 and 1/4. Eight households of
    # 60,000; 0.267 t of orders of 1,000; nothing of county 0 spoils within 60 days.
    gain = {key: candidate.gain for key, candidate in found().items()}
    assert gain[KINDS.SERVICE_CENTRE, 0, 0] == gain[KINDS.DISTRIBUTION_CENTRE, 1, 0] == 1.0
    assert [gain[KINDS.TRAINING, 0, turn] for turn in range(8)] == pytest.approx([1 / 6] * 6 + [1 / 60] * 2)
    assert gain[KINDS.STATIONS, 0, 0] == pytest.approx(0.48)
    assert [gain[KINDS.BRAND, 0, turn] for turn in range(3)] == pytest.approx([1, 1 / 2, 1 / 3])
    assert gain[KINDS.TRACEABILITY, 0, 0] == pytest.approx(0.5)
    assert [gain[KINDS.TOWNSHIP_POINTS, 0, turn] for turn in range(2)] == pytest.approx([0.5, 0.25])
    assert gain[KINDS.JOINT_DELIVERY, 0, 0] == pytest.approx(8 / 60_000)
    assert gain[KINDS.MARKETING, 0, 1] == pytest.approx(0.266667e-3 / 2)
    assert gain[KINDS.COLD_STORE, 0, 0] == 0.0
    assert gain[KINDS.COLD_STORE, 1, 2] == pytest.approx(0.8 / 20_000 / 3)  # 0.8 t of strawberries, the third store


def test_stations_beyond_the_target_are_worth_a_tenth() -> None:
    # Of 100 villages half are five batches of ten: 2/5 each, and 0.1/5 for each of the other five.
    many = {CountiesBaselined: {"villages": {0: 100}}}
    gains = [found(opened=many)[KINDS.STATIONS, 0, turn].gain for turn in range(10)]
    assert gains == pytest.approx([0.4] * 5 + [0.02] * 5)


def test_poor_villages_count_where_they_are_more_than_villages_in_all() -> None:
    poor = {CountiesBaselined: {"villages": {0: 10}, "poor_villages": {0: 60}}}
    assert found(opened=poor)[KINDS.STATIONS, 0, 0].gain == pytest.approx(2 / 3)  # three batches wanted


@pytest.mark.parametrize("need", [1.0, 0.5, 0.01])
def test_no_need_is_worth_more_than_one_and_a_half(need: float) -> None:
    gain = found(changes={"projects.brand.full_need": need})[KINDS.BRAND, 0, 0].gain
    assert gain == pytest.approx(min(1 / need, 1.5))


def test_a_county_can_use_only_so_many() -> None:
    every = found()
    turns = {(kind, county): 1 + max(t for k, c, t in every if (k, c) == (kind, county)) for kind, county, _ in every}
    assert [turns[KINDS.TOWNSHIP_POINTS, county] for county in (0, 1)] == [2, 1]  # one a township
    assert [turns[KINDS.STATIONS, county] for county in (0, 1)] == [
        1,
        1,
    ]  # ten at a time: enough for 4 and for 2 villages
    assert [turns[KINDS.COLD_STORE, county] for county in (0, 1)] == [12, 12]
    more = found(opened={TownshipsBaselined: {"county": 1}})
    assert sum(kind == KINDS.TOWNSHIP_POINTS and county == 1 for kind, county, _ in more) == 3


def test_prices_are_those_of_the_file_with_local_and_social_money_beside() -> None:
    # A packing line: 450,000 yuan of central money, 10 % of it local, 30 % social.
    line = found()[KINDS.PACKING_LINE, 1, 0]
    assert (line.central_fen, line.local_fen, line.social_fen) == (45_000_000, 4_500_000, 13_500_000)
    assert (line.category, line.level, line.lead_weeks) == (Category.SUPPLY_CHAIN, Level.COUNTY, 18)


def test_a_shared_asset_costs_two_and_serves_all() -> None:
    every = found(shared=True)
    shared = {kind: every[kind, -1, 0] for kind in (KINDS.TRACEABILITY, KINDS.BRAND, KINDS.MARKETING)}
    assert sum(candidate.level == Level.PREFECTURE for candidate in every.values()) == 3
    for kind, candidate in shared.items():
        own = [every[kind, county, 0] for county in (0, 1)]
        assert candidate.gain == pytest.approx(own[0].gain + own[1].gain)
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
    every = candidates(state, tiny_scenario().projects, terms, station_yuan=STATION_YUAN, shared=True)
    brand, shared = (next(c for c in every if c.kind == KINDS.BRAND and c.county == county) for county in (0, -1))
    assert shared.central_fen == 2 * brand.central_fen
    assert shared.gain == 3 * brand.gain


def test_more_villages_households_and_orders_are_never_worth_less() -> None:
    small = found()
    large = found(opened={CountiesBaselined: {"households": 80_000, "villages": 40, "poor_villages": 2}})
    for kind in (KINDS.JOINT_DELIVERY, KINDS.STATIONS):
        assert large[kind, 0, 0].gain > small[kind, 0, 0].gain
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
