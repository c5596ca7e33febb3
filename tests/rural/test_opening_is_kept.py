"""A region is opened once a process: runs share its read-only events, as long as nothing it follows from changes."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.model import Opening
from ecsim.rural.model import MODEL
from ecsim.rural.regions.pack import load_pack
from tiny import PACK, tiny_scenario


def opened(changes: dict[str, Any] | None = None) -> Opening:
    return MODEL.opening(tiny_scenario(changes))


def test_runs_of_a_process_share_an_opening_that_none_can_write() -> None:
    first, other = opened(), opened({"policy.siting": "population"})
    assert all(a is b for a, b in zip(first.events, other.events, strict=True))
    assert not any(column.flags.writeable for event in first.events for column in event.arrays())


@pytest.mark.parametrize("changes", [{"sample": 0.5}, {"parameters.opening_income.wages_share": 0.36}])
def test_what_an_opening_follows_from_makes_another(changes: dict[str, Any]) -> None:
    assert any(a != b for a, b in zip(opened().events, opened(changes).events, strict=True))


def test_a_pack_that_was_edited_is_read_again(tmp_path: Path) -> None:
    folder = shutil.copytree(PACK, tmp_path / "mine")
    before, file = load_pack(str(folder)), folder / "townships.csv"
    assert load_pack(str(folder)) is before
    rows = file.read_text(encoding="utf-8").splitlines()
    villages = (folder / "villages.csv").read_text(encoding="utf-8").splitlines()
    (folder / "villages.csv").write_text("\n".join([villages[0], *reversed(villages[1:])]) + "\n", encoding="utf-8")
    file.write_text("\n".join([rows[0], *reversed(rows[1:])]) + "\n", encoding="utf-8")
    after = load_pack(str(folder))
    assert after.digest != before.digest
    assert after.villages == before.villages  # their order in the file decides nothing


def test_villages_of_a_pack_lie_county_by_county_however_they_are_listed(tmp_path: Path) -> None:
    folder = shutil.copytree(PACK, tmp_path / "mine")
    head, *rows = (folder / "villages.csv").read_text(encoding="utf-8").splitlines()
    mixed = rows[::2] + rows[1::2]
    (folder / "villages.csv").write_text("\n".join([head, *mixed, ""]), encoding="utf-8")
    opening = MODEL.opening(tiny_scenario({"region": str(folder)}))
    state = MODEL.world(opening.sizes, 1, _Nowhere())
    state.publish_all(opening.events)
    households = state.state.households
    assert np.all(np.diff(households.village) >= 0)
    assert np.all(np.diff(households.county) >= 0)
    assert len(set(households.county)) == 2


class _Nowhere:
    def append(self, event: object, stamp: object) -> None:
        """Keep nothing."""

    follow = append
