"""Going on and going another way: the root of a resumed or unchanged run is that of an unbroken one."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.kernel.resuming import resume
from ecsim.rural.events import EVENTS
from ecsim.rural.scenario import Scenario
from ecsim.rural.simulate import Run, simulate
from runs import scenario

DATES = {"start": dt.date(2018, 10, 1), "end": dt.date(2019, 6, 30)}
"""From before the money to the first stations."""
PLANNED = 7 * 16
"""A day after the plans were made."""


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scenario, Run]:
    folder = tmp_path_factory.mktemp("family") / "parent"
    of = scenario(**DATES)
    return folder, of, simulate(of, 3, out=folder)


@pytest.mark.parametrize("week", [0, 1, 6, 16, 31])
def test_a_fork_that_changes_nothing_has_the_parents_root(week: int, parent: tuple[Path, Scenario, Run]) -> None:
    folder, of, run = parent
    assert fork(folder, 7 * week, of).root.root == run.root.root


def test_a_fork_of_a_fork_shares_the_past_and_copies_no_object(parent: tuple[Path, Scenario, Run]) -> None:
    folder, of, run = parent
    child, grandchild = folder.parent / "child", folder.parent / "grandchild"
    fork(folder, PLANNED + 28, of, out=child)
    objects = {p.name for p in (folder.parent / "objects").rglob("*.parquet")}
    early = fork(child, PLANNED, of, out=grandchild)
    assert early.root.root == run.root.root
    mine = JournalReader(grandchild, EVENTS)
    assert mine.seals[0].objects == JournalReader(folder, EVENTS).seals[0].objects  # the opening, shared
    assert {held for seal in mine.seals[:-1] for held in seal.objects.values()} <= {n.split(".")[0] for n in objects}
    assert mine.genesis["parent"]["run"] == "../child"


def test_a_changed_fork_has_the_same_past_and_another_future(parent: tuple[Path, Scenario, Run]) -> None:
    folder, of, run = parent
    dearer = of.model_copy(update={"parameters": {**of.parameters, "market.growth": 0.32}})
    other = fork(folder, PLANNED, dearer, out=folder.parent / "other")
    assert other.root.root != run.root.root
    runs = [JournalReader(place, EVENTS) for place in (folder, folder.parent / "other")]
    for kind in EVENTS:
        mine, theirs = ({k: v[c["day"] < PLANNED] for k, v in c.items()} for c in (run.kind(kind) for run in runs))
        assert all(np.array_equal(mine[name], theirs[name]) for name in mine), kind


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sample": 0.02}, "cannot change sample"),
        ({"parameters": {"opening_people.poor_income_ratio": 0.6}}, "set the opening"),
        ({"designs": ()}, "keeps the designs"),
    ],
)
def test_a_fork_cannot_change_what_has_happened(
    change: dict[str, object], words: str, parent: tuple[Path, Scenario, Run]
) -> None:
    folder, of, _ = parent
    with pytest.raises(EcsimError, match=words):
        fork(folder, PLANNED, of.model_copy(update=change))


def test_a_fork_begins_with_a_week_of_the_run(parent: tuple[Path, Scenario, Run]) -> None:
    folder, of, _ = parent
    with pytest.raises(EcsimError, match="no week begins on day 3"):
        fork(folder, 3, of)


class _StopError(Exception):
    """The run is cut off."""


def _stops_at(week: int):  # noqa: ANN202
    def progress(done: int, _: int) -> None:
        if done == week:
            raise _StopError

    return progress


@pytest.mark.parametrize("week", [1, 6, 21])
def test_a_run_cut_off_is_resumed_to_the_root_of_an_unbroken_one(
    week: int, tmp_path: Path, parent: tuple[Path, Scenario, Run]
) -> None:
    _, of, run = parent
    with pytest.raises(_StopError):
        simulate(of, 3, out=tmp_path / "run", progress=_stops_at(week))
    assert resume(tmp_path / "run").root.root == run.root.root


def test_what_has_ended_or_was_made_by_other_rules_is_not_resumed(
    tmp_path: Path, parent: tuple[Path, Scenario, Run]
) -> None:
    folder, of, _ = parent
    with pytest.raises(EcsimError, match="there is nothing to resume"):
        resume(folder)
    genesis = {key: JournalReader(folder, EVENTS).genesis[key] for key in ("scenario", "seed", "sizes", "region")}
    genesis["code"] = "ecsim-0.0.1"
    Journal.create(tmp_path / "old", genesis, EVENTS)
    with pytest.raises(EcsimError, match="continues only under the rules"):
        resume(tmp_path / "old")
    with pytest.raises(EcsimError, match="continues only under the rules"):
        fork(tmp_path / "old", 0, of)
