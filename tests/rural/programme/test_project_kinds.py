"""Kinds of projects: what a prefecture may build once for all its counties, and what it may not."""

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.rural.scenario import OF_ONE_COUNTY, PROJECTS
from tiny import tiny_scenario


@pytest.mark.parametrize("kind", OF_ONE_COUNTY)
def test_what_serves_places_of_one_county_is_not_shared(kind: str) -> None:
    words = rf"projects\.{kind}\.scope is 'either'; a prefecture cannot share {kind} .* write 'county'"
    with pytest.raises(EcsimError, match=words):
        tiny_scenario({f"projects.{kind}.scope": "either"})


@pytest.mark.parametrize("kind", sorted(set(PROJECTS) - set(OF_ONE_COUNTY)))
def test_other_kinds_may_be_shared(kind: str) -> None:
    assert tiny_scenario({f"projects.{kind}.scope": "either"}).projects[kind].scope == "either"
