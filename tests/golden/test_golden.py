"""Journals that were written once read the same for ever: root, state, indicators; whatever version reads them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading import figures, name_of_today, state_digests

from ecsim.kernel.journal import JournalReader, verify
from ecsim.rural.events import EVENTS
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, WorksFinished
from ecsim.rural.events.goods import (
    DealersAdjusted,
    DealersTraded,
    GoodsComplained,
    GoodsProcessed,
    MarkTaken,
    OrdersFilled,
)
from ecsim.rural.events.households import ParcelsOrdered
from ecsim.rural.events.market import LotSold
from ecsim.rural.events.stations import StationOpened, StationsSettled
from ecsim.rural.events.training import SessionHeld, TraineeAttended

HERE = Path(__file__).parent
RUNS = [path.parent for path in sorted(HERE.glob("*/*/manifest.jsonl"))]
GOLDEN = sorted({run.parent for run in RUNS})


@pytest.fixture(params=RUNS, ids=lambda run: f"{run.parent.name}/{run.name}")
def run(request: pytest.FixtureRequest) -> Path:
    return request.param


def expected(run: Path) -> dict[str, Any]:
    return json.loads((run.parent / "expected.json").read_text(encoding="utf-8"))[run.name]


def test_every_byte_is_what_it_was_and_gives_the_same_root(run: Path) -> None:
    known, published = expected(run), JournalReader(run, EVENTS).published
    assert published is not None
    assert (published.events, published.root, published.genesis) == (known["events"], known["root"], known["genesis"])
    found = verify(run, EVENTS, known["root"])
    assert (found.events, found.root, found.closed, found.findings) == (known["events"], known["root"], True, ())


def test_the_state_at_the_end_is_the_same_in_every_column_it_had(run: Path) -> None:
    now, known = state_digests(run), expected(run)["state"]
    assert {column: now.get(column) for column in known} == known
    assert len(known) > 200


def test_indicators_on_report_dates_and_outcomes_are_the_same_in_every_county(run: Path) -> None:
    known = expected(run)
    now = figures(run, known["benchmarks"])
    for date, values in known["indicators"].items():
        assert values.keys() <= now["indicators"][date].keys()
        for name, counties in values.items():
            assert_same(now["indicators"][date][name], counties, f"{name} on {date}")
    for name, counties in known["outcomes"].items():
        assert_same(now["outcomes"][name_of_today(name)], counties, name)


def assert_same(now: list[float | None], then: list[float | None], what: str) -> None:
    """Hold figures against each other; sums of floats may differ in the last bits between processors."""
    np.testing.assert_allclose(np.array(now, float), np.array(then, float), rtol=1e-12, atol=1e-12, err_msg=what)


def test_a_run_holds_a_whole_programme(run: Path) -> None:
    reader = JournalReader(run, EVENTS)
    for kind in (ContractAwarded, PaymentMade, WorksFinished, StationOpened, StationsSettled, SessionHeld):
        assert len(reader.kind(kind)["seq"]) > 10, kind.kind
    for kind in (TraineeAttended, ParcelsOrdered, LotSold):
        assert reader.kind(kind)["seq"].size > 50, kind.kind
    assert reader.genesis["code"].startswith("ecsim-")


def test_journals_with_goods_hold_what_became_of_them() -> None:
    reader = JournalReader(HERE / "0.1.0-goods" / "run", EVENTS)
    for kind in (OrdersFilled, GoodsProcessed, GoodsComplained, DealersTraded, DealersAdjusted, MarkTaken):
        assert len(reader.kind(kind)["seq"]) > 0, kind.kind
    assert sum(stored.kind.kind in {kind.kind for kind in EVENTS} for stored in reader.stored.values()) > 100


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda folder: folder.name)
def test_a_fork_shares_objects_with_its_parent_and_leaves_it_within_a_seal(golden: Path) -> None:
    parent, child = (JournalReader(golden / name, EVENTS) for name in ("run", "fork"))
    shared = [seal for seal in child.seals if seal.objects in [known.objects for known in parent.seals]]
    assert [seal.cut for seal in shared] == [False, True]
    assert child.genesis["parent"]["genesis"] == parent.line_hashes[0]
    assert child.leaves[: shared[-1].next // 16_384] == parent.leaves[: shared[-1].next // 16_384]
    assert child.published != parent.published


def test_golden_journals_stay_small() -> None:
    sizes = {
        path: path.stat().st_size for path in HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    for golden in GOLDEN:
        assert sum(size for path, size in sizes.items() if golden in path.parents) < 1_000_000


def test_what_is_there_is_not_written_again() -> None:
    name = RUNS[0].parent.name
    ended = subprocess.run(
        [sys.executable, HERE / "make.py", name], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "golden journals are never replaced; add one of another name" in ended.stderr
