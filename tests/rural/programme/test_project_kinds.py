"""Kinds of projects: what a prefecture may build once for all its counties, and what it may not."""

from typing import Any

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.identity import genesis_of
from ecsim.kernel.journal import Journal
from ecsim.kernel.models import model_of_scenario
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ProjectApproved, WorksFinished
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.scenario import OF_ONE_COUNTY, PROJECTS, SAID_SINCE, Scenario
from tiny import made, take, tiny_scenario

OF_A_COUNTY = tuple(kind for kind, of in tiny_scenario().projects.items() if of.feeds in OF_ONE_COUNTY)


@pytest.mark.parametrize("kind", OF_A_COUNTY)
def test_what_serves_places_of_one_county_is_not_shared(kind: str) -> None:
    words = rf"projects\.{kind}\.scope is 'either'; a prefecture cannot share {kind} .* write 'county'"
    with pytest.raises(EcsimError, match=words):
        tiny_scenario({f"projects.{kind}.scope": "either"})


@pytest.mark.parametrize("kind", sorted(set(PROJECTS) - set(OF_A_COUNTY)))
def test_other_kinds_may_be_shared(kind: str) -> None:
    assert tiny_scenario({f"projects.{kind}.scope": "either"}).projects[kind].scope == "either"


OWN = {
    "title_en": "Bamboo works", "title_zh": "竹制品加工", "category": "supply_chain", "feeds": "packing",
    "acts_through": "farm_retail", "central_yuan": 100_000.0, "lead_weeks": 2, "scope": "county", "local_share": 0.0,
    "social_share": 0.0, "capacity_t": 5.0, "need": "orders_t", "covers": 1.0, "full_need": 1.0, "source": "a test",
}  # fmt: skip


def with_own(**changes: Any) -> Scenario:
    """Return a scenario whose file adds a kind of its own."""
    return tiny_scenario({"projects.bamboo_works": OWN | changes})


def test_a_file_alone_adds_a_kind_which_feeds_what_the_model_knows() -> None:
    scenario = with_own()
    kinds = ProjectKinds.of(model_of_scenario(scenario, trust=False).options)
    assert kinds.code("bamboo_works") == len(ProjectKind)
    assert model_of_scenario(scenario, trust=False).words[ProjectKind][0].title.zh == "竹制品加工"
    assert model_of_scenario(scenario, trust=False) is model_of_scenario(scenario, trust=False)


def test_a_kind_of_a_file_may_bring_joint_delivery() -> None:
    scenario = with_own(feeds="joint_delivery")
    model = model_of_scenario(scenario, trust=False)
    opening = model.opening(scenario)
    world = model.world(
        opening.sizes, 1, Journal.in_memory(genesis_of(model, scenario, 1, opening.sizes), model.events), ()
    )
    world.publish_all(opening.events)
    region = model.context_of(world, scenario)
    kind = ProjectKinds.of(world.options).code("bamboo_works")
    world.publish(made(ProjectApproved, project=[0], project_kind=[kind], county=[0], township=[-1], quantity=[1]))
    world.publish(made(WorksFinished, project=[0]))
    take(region, "begin_service")
    assert (world.state.counties.pool >= 0).tolist() == [True, False]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"feeds": "packing_lines"}, "feeds"),
        (
            {"feeds": "training"},
            r"feeds is 'training', .* own kind can: .*training\.lines.* any other",
        ),
        (
            {"feeds": "stations"},
            r"feeds is 'stations', .* own kind can: .*design of your own.* any other",
        ),
        ({"acts_through": "sales"}, r"'sales' is no outcome; .*farm_retail"),
        ({"need": "orders"}, r"there is no need 'orders'; did you mean 'orders_t'"),
        ({"targets": ["people"]}, r"'people' is nothing that a target is of"),
    ],
)
def test_what_a_kind_says_wrongly_is_told_with_what_is_allowed(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EcsimError, match=words):
        with_own(**changes)


def test_files_of_before_kinds_said_what_they_feed_mean_what_they_did() -> None:
    today = tiny_scenario().model_dump(mode="json")
    since = (*SAID_SINCE, "owner", "running_yuan_a_year", "life_years")
    for kind in today["projects"].values():
        for key in since:
            kind.pop(key, None)
        kind["need_unit"] = "anything"
    earlier = Scenario.model_validate(today)
    assert earlier.projects["cold_store"].feeds == "cold_room"
    assert earlier.projects["cold_store"].running_yuan_a_year == 0.0


def test_what_a_kind_costs_lies_in_its_usual_range_and_no_two_kinds_have_one_title() -> None:
    for name, kind in tiny_scenario().projects.items():
        assert 0.0 < kind.central_low_yuan < kind.central_yuan < kind.central_high_yuan < 4_000_001.0, name
    for title in ("title_en", "title_zh"):
        words = [getattr(kind, title) for kind in tiny_scenario().projects.values()]
        for word in words:
            assert not [other for other in words if other != word and (word in other or other in word)], word
