"""Verifying a small real run: what holds of it, and how each thing done to it is told."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tamper
from ecsim.audit.published import INDICATORS, read_published, run_and_publish
from ecsim.audit.verify.checks import Report
from ecsim.audit.verify.verification import OF_STATE, verify_run
from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.event import Event
from ecsim.kernel.forks import fork
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.manifest import MANIFEST
from ecsim.kernel.journal.merkle import LEAF_SEQS
from ecsim.rural.events import EVENTS
from ecsim.rural.model import MODEL
from ecsim.rural.simulate import simulate
from runs import scenario

SMALL = {"sample": 0.003, "end": dt.date(2018, 4, 1)}
SEED, WEEKS = 3, 13


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, of = tmp_path_factory.mktemp("verify") / "run", scenario(**SMALL)
    run_and_publish(MODEL, of, folder, lambda watchers: simulate(of, SEED, out=folder, watchers=watchers))
    return folder


@pytest.fixture
def run(original: Path, tmp_path: Path) -> Path:
    return tamper.copied(original, tmp_path / "run")


def root_of(run: Path) -> str:
    closed = JournalReader(run, EVENTS).published
    assert closed
    return closed.root


def bad(report: Report) -> set[str]:
    return {check.name for check in report.checks if check.result == "bad"}


def first(report: Report, name: str) -> dict[str, Any]:
    found = report.check(name).findings[0]
    return {"told": found.message, **found.where}


def rewritten(columns: dict[str, np.ndarray]) -> None:
    """A household's first lot is sold for a yuan more."""
    columns["received_fen"][0] += 100


def test_everything_holds_of_a_run_that_was_not_altered_and_it_comes_out_again(original: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    report = verify_run(original, root=root_of(original), again=True, progress=lambda *told: seen.append(told))
    assert (report.status, {check.result for check in report.checks}) == (0, {"good"})
    names = [check.name for check in report.checks]
    assert names == [
        "manifest",
        "objects",
        "sequence",
        "leaves",
        "root",
        *OF_STATE,
        "money",
        "parcels",
        "kilograms",
        "trade",
        "hours",
        "goods_up",
        "operators",
        "borders",
        "rerun",
    ]
    assert f"{report.root} of the events, as stated by the closing line and indicators.json and the root you gave" in (
        report.check("root").summary
    )
    assert f"the same {report.events:,} events" in report.check("rerun").summary
    assert {what for what, _, _ in seen} == {"events", "weeks"}
    assert ("weeks", WEEKS, WEEKS) in seen


def test_figures_are_published_with_the_root_they_belong_to(original: Path) -> None:
    published = read_published(original)
    assert published is not None
    assert published.root.root == root_of(original)
    trained = [row for row in published.figures.indicators if row["indicator"] == "trained"]
    assert [row["date"] for row in trained] == ["2018-03-31", "2018-04-01"]
    assert (trained[0]["target"], len(trained[0]["value"]), trained[0]["met"]) == (3000, 25, [False] * 25)
    assert {row["outcome"] for row in published.figures.outcomes} >= {"retail@2018", "stations_open"}


def test_a_published_figure_that_was_edited_is_named_with_both_values(run: Path) -> None:
    def edit(told: dict[str, Any]) -> None:
        row = next(row for row in told["outcomes"] if row["outcome"] == "buyers_share")
        row["value"][3] *= 1.0000001
        mine = [r for r in told["indicators"] if (r["indicator"], r["date"]) == ("complaints", "2018-03-31")]
        mine[0]["met"][0] = not mine[0]["met"][0]

    county = json.loads((run / INDICATORS).read_bytes())["counties"]
    tamper.republish(run, edit)
    report = verify_run(run)
    assert bad(report) == {"indicators"}
    met, retail = report.check("indicators").findings
    assert met.message == (
        f"complaints on 2018-03-31, {county[0]}: whether it is met was published as False; the events give True"
    )
    assert (retail.where["outcome"], retail.where["county"]) == ("buyers_share", county[3])
    assert retail.where["published"] == pytest.approx(retail.where["found"] * 1.0000001)


def as_first_defined(told: dict[str, Any]) -> None:
    """Make published figures what the first definitions wrote."""
    del told["definitions"]
    for row in (*told["indicators"], *told["outcomes"]):
        for key in ("reason", "period"):
            row.pop(key, None)
        if row.get("outcome") == "retail@2018":
            row["value"] = [12.0] * 25
        if row.get("indicator") == "poverty_service":
            row.update(unit="villages", value=[3.0] * 25, met=[True] * 25)
        row.update({"met": [bool(yes) for yes in row["met"]]} if "met" in row else {})
    told["outcomes"] = [row for row in told["outcomes"] if "_served" not in row["outcome"]]


def test_figures_of_the_first_definitions_are_held_against_as_far_as_they_are_counted_alike(run: Path) -> None:
    tamper.republish(run, as_first_defined)
    check = verify_run(run).check("indicators")
    assert check.result == "good"
    assert "others had another definition then" in check.summary

    def edit(told: dict[str, Any]) -> None:
        told["indicators"][0]["value"][0] = 5.0

    tamper.republish(run, edit)
    assert "service_centres on 2018-03-31" in verify_run(run).check("indicators").summary


def as_second_defined(told: dict[str, Any]) -> None:
    """Make published figures what the second definitions wrote: years in names, 2018 without units."""
    told["definitions"] = 2
    for row in told["outcomes"]:
        base, at, year = row["outcome"].partition("@")
        row["outcome"] = f"{base}_{year}" if at else base
        row["unit"] = None if year == "2018" else row["unit"]


def test_figures_of_the_second_definitions_are_read_by_their_names_of_then(run: Path) -> None:
    tamper.republish(run, as_second_defined)
    check = verify_run(run).check("indicators")
    # incomes of 2018 and 2019, of what is left of a sale and of whom; registered poor households served; retail and its
    # growth, so targets met
    others = 12
    assert (check.result, f"{25 * others} others had another definition then" in check.summary) == ("good", True)

    def edit(told: dict[str, Any]) -> None:
        next(row for row in told["outcomes"] if row["outcome"] == "buyers_share")["value"][0] = 5.0

    tamper.republish(run, edit)
    assert "buyers_share, " in " ".join(finding.message for finding in verify_run(run).check("indicators").findings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda told: told["indicators"].pop(4), "regional_brands on 2018-03-31"),
        (lambda told: told["counties"].reverse(), "names other counties"),
        (lambda told: told["outcomes"][0]["value"].pop(), "not given for every county"),
        (lambda told: told["indicators"][0].update(target=0), "target is 0, it should be 1"),
    ],
)
def test_published_figures_must_be_all_of_them(change: Any, words: str, run: Path) -> None:
    tamper.republish(run, change)
    assert words in " ".join(finding.message for finding in verify_run(run).check("indicators").findings)


def test_any_flipped_byte_of_the_published_figures_is_found(run: Path) -> None:
    size = (run / INDICATORS).stat().st_size
    for place in range(0, size, size // 200):
        tamper.flip(run / INDICATORS, place)
        with pytest.raises(VerificationError, match="the published figures were altered"):
            read_published(run)
        tamper.flip(run / INDICATORS, place)
    tamper.flip(run / INDICATORS, size // 2)
    assert bad(verify_run(run)) == {"indicators"}


def test_figures_of_another_run_do_not_fit(run: Path) -> None:
    tamper.republish(run, lambda told: told.update(genesis="0" * 64))
    report = verify_run(run)
    assert bad(report) == {"root"}
    assert "indicators.json belongs to another run" in report.check("root").summary


def test_a_flipped_byte_of_an_object_is_named_and_nothing_is_replayed_on_it(run: Path) -> None:
    path = tamper.object_of(run, EVENTS, "lot_sold")
    tamper.flip(path, path.stat().st_size // 2)
    report = verify_run(run)
    found = first(report, "objects")
    assert (report.status, found["object"], found["kind"]) == (1, path.stem, "lot_sold")
    assert found["days"] == [0, 7 * (WEEKS - 1)]
    assert {report.check(name).result for name in OF_STATE} == {"not checked"}


def test_an_edited_value_is_named_by_leaf_and_a_rerun_names_event_and_field(run: Path) -> None:
    tamper.rewrite(run, EVENTS, "lot_sold", rewritten)
    report = verify_run(run, again=True)
    found, again = first(report, "objects"), first(report, "rerun")
    assert found["kind"] == "lot_sold"
    assert found["seqs"][0] <= again["seq"] <= found["seqs"][1]
    assert (again["day"], again["kind"], again["column"]) == (0, "lot_sold", "received_fen")
    assert again["stored"] == again["simulated"] + 100


def test_an_edit_that_fits_in_itself_is_known_by_the_published_root(run: Path) -> None:
    tamper.rename(run, EVENTS, "lot_sold", rewritten)
    assert bad(verify_run(run)) == {"manifest", "leaves", "root"}
    forged = tamper.forge(run, EVENTS)
    report = verify_run(run)
    assert bad(report) >= {"root"}
    assert (first(report, "root")["by"], first(report, "root")["found"]) == (INDICATORS, forged)


def test_an_edit_that_fits_in_everything_is_known_by_a_rerun_or_a_root_kept_elsewhere(
    run: Path, original: Path
) -> None:
    tamper.rename(run, EVENTS, "dealers_adjusted", tamper.added("forecast_g", 0, 7))  # no law and no figure tells
    tamper.forge(run, EVENTS, published=True)
    assert verify_run(run).good
    assert bad(verify_run(run, root=root_of(original))) == {"root"}
    report = verify_run(run, again=True)
    assert bad(report) == {"rerun"}
    again = first(report, "rerun")
    assert (again["kind"], again["column"]) == ("dealers_adjusted", "forecast_g")
    assert again["stored"] == again["simulated"] + 7
    assert again["leaves"] == [again["seq"] // LEAF_SEQS] * 2


def test_whole_numbers_stored_as_doubles_of_the_same_bits_are_named_and_no_reader_answers(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The events, leaves and root that the bits give are those of the run."""
    name, root = tamper.retype(run, EVENTS, "lot_sold"), root_of(run)
    told = f"lot_sold: object {name}.parquet holds sold_g as double; its kind holds int64"
    report = verify_run(run, root=root, again=True)
    assert bad(report) >= {"manifest", "objects"}
    assert first(report, "objects")["told"].startswith(told)
    for command in (
        ["sql", str(run), "SELECT sum(sold_g), sum(received_fen), sum(retail_fen) FROM lot_sold"],
        ["replay", str(run), "--at", "2018-03-01"],
        ["trace", str(run), "buyers_share", "--county", "会泽县"],
        ["export", str(run), "--format", "parquet"],
    ):
        assert main(command) != 0, command[0]
        assert told in capsys.readouterr().err, command[0]


def test_the_last_line_of_the_manifest_is_published_and_whatever_is_written_anew_is_known_by_it(
    run: Path, original: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seals, weeks and what was kept are in no root: only the chain of lines holds them."""
    last = JournalReader(original, EVENTS).line_hashes[-1]
    published = read_published(run)
    assert published is not None
    assert published.root.manifest == last
    assert f"the last one's is {last}, as stated by {INDICATORS}" in verify_run(run).check("manifest").summary
    assert verify_run(run, manifest=last).good
    assert bad(verify_run(run, manifest="0" * 64)) == {"manifest"}
    lines = tamper._lines(run)
    lines[1]["objects"] = dict(reversed(lines[1]["objects"].items()))
    lines[1]["cut"] = True  # what a seal says is no part of any event
    tamper.chain(run, lines)
    report = verify_run(run)
    assert bad(report) == {"manifest"}
    assert f"by {INDICATORS} it is {last}: lines were rewritten" in report.check("manifest").summary
    assert main(["verify", str(original), "--manifest", last]) == 0
    assert "the hash you gave" in capsys.readouterr().out


def test_figures_published_before_that_hash_was_are_verified_and_said_not_to_bind_it(run: Path) -> None:
    tamper.republish(run, lambda told: told.pop("manifest"))
    report = verify_run(run)
    assert report.good
    assert "it is not anchored: no published figures state it" in report.check("manifest").summary


def test_a_removed_event_that_was_renumbered_away_is_named_by_a_rerun(run: Path) -> None:
    removed: dict[str, int] = {}

    def remove(columns: dict[str, np.ndarray]) -> None:
        removed["seq"] = int(columns["seq"][0])
        tamper.without_row(0)(columns)

    tamper.rename(run, EVENTS, "lot_sold", remove)
    report = verify_run(run, again=True)
    assert bad(report) >= {"sequence", "rerun"}
    assert first(report, "sequence")["seqs"] == [removed["seq"]] * 2
    again = first(report, "rerun")
    assert (again["seq"], again["column"], again["stored"], again["simulated"]) == (
        removed["seq"], "kind", None, "lot_sold",
    )  # fmt: skip


def test_what_breaks_a_law_is_named_though_every_hash_fits(run: Path) -> None:
    tamper.rename(run, EVENTS, "lot_sold", tamper.added("sold_g", 5, 10**9))
    tamper.forge(run, EVENTS, published=True)
    report = verify_run(run)
    assert "kilograms" in bad(report)
    assert "more than there was" in report.check("kilograms").summary


def test_events_that_cannot_have_happened_are_not_followed(run: Path) -> None:
    tamper.rename(run, EVENTS, "parcels_ordered", tamper.added("household", 3, 10**8))
    tamper.forge(run, EVENTS, published=True)
    report = verify_run(run)
    assert bad(report) == {"state"}
    assert "parcels_ordered at seq" in report.check("state").summary
    assert "the highest possible is" in report.check("state").summary
    assert report.check("indicators").result == "not checked"


def test_a_dropped_last_segment_is_told_by_the_published_count(run: Path) -> None:
    tamper.drop_lines(run, 1)
    assert "the closing line is missing" in verify_run(run).check("root").summary
    tamper.drop_lines(run, 1)
    report = verify_run(run)
    told = " ".join(finding.message for finding in report.check("root").findings)
    published = read_published(run)
    assert published is not None
    assert report.status == 1
    assert f"the last {published.root.events - report.events:,} are missing" in told


def test_an_altered_manifest_ends_the_check(run: Path) -> None:
    tamper.flip(run / MANIFEST, 200)
    report = verify_run(run)
    assert (report.status, bad(report)) == (1, {"manifest"})
    assert "line 1" in report.check("manifest").summary
    tamper.flip(run / MANIFEST, 200)
    tamper.chain(run, [{"line": "genesis"}])
    assert "line 1: kinds is missing" in verify_run(run).check("manifest").summary


def test_a_run_that_kept_less_is_checked_as_far_as_it_goes_and_simulated_again(tmp_path: Path, original: Path) -> None:
    of, roots = scenario(**SMALL), {root_of(original)}
    for keep in ("decisions", "digest"):
        folder = tmp_path / keep
        run_and_publish(MODEL, of, folder, lambda w, f=folder, k=keep: simulate(of, SEED, out=f, keep=k, watchers=w))
        report = verify_run(folder)
        assert report.status == 0
        assert report.root in roots
        assert "of the leaves that were kept" in report.check("root").summary
        assert f"`ecsim reproduce {folder}` writes it in full again" in report.check("state").summary
    lines = tamper._lines(tmp_path / "digest")
    lines[-1]["leaves"][2] = lines[-1]["leaves"][1]
    tamper.chain(tmp_path / "digest", lines)
    report = verify_run(tmp_path / "digest", again=True)
    assert bad(report) == {"manifest", "root", "rerun"}
    assert first(report, "rerun")["leaves"] == [2, 2]
    assert "no rows can be compared there" in report.check("rerun").summary


def test_a_fork_is_simulated_again_with_its_line_of_descent(original: Path, tmp_path: Path) -> None:
    parent = tamper.copied(original, tmp_path / "run")
    of = scenario(**SMALL)
    dearer = of.model_copy(update={"parameters": {**of.parameters, "market.growth": 0.32}})
    child = tmp_path / "child"
    run_and_publish(MODEL, dearer, child, lambda watchers: fork(parent, 7 * 6, dearer, out=child, watchers=watchers))
    report = verify_run(child, again=True)
    assert report.status == 0
    assert "the same" in report.check("rerun").summary
    assert report.root != root_of(parent)
    shutil.move(parent, tmp_path / "elsewhere")
    report = verify_run(child, again=True)
    assert report.status == 2  # what is on disk still holds
    assert "its parent is not in ../run" in report.check("rerun").summary


class Without:
    """No farm price moves any more."""

    def mask(self, event: Event, _: int) -> np.ndarray | None:
        return np.zeros(event.rows, np.bool_) if event.kind == "farm_price_moved" else None


def test_a_fork_without_some_events_is_simulated_again_up_to_where_it_left(original: Path, tmp_path: Path) -> None:
    parent, child, of = tamper.copied(original, tmp_path / "run"), tmp_path / "child", scenario(**SMALL)
    run_and_publish(MODEL, of, child, lambda w: fork(parent, 7 * 8, of, out=child, watchers=w, without=Without()))
    report = verify_run(child, again=True)
    shared = JournalReader(child, EVENTS).genesis["parent"]["events"]
    assert report.status == 0
    assert f"the same {shared:,} events; from seq {shared:,} on (leaf" in report.check("rerun").summary
    assert "cannot be simulated again" in report.check("rerun").summary


class _StopError(Exception):
    """The run is cut off."""


def test_a_run_that_has_not_ended_is_verified_as_far_as_it_goes(tmp_path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done == 4:
            raise _StopError

    folder = tmp_path / "run"
    with pytest.raises(_StopError):
        simulate(scenario(**SMALL), SEED, out=folder, progress=stop)
    report = verify_run(folder, again=True)
    results = {check.name: check.result for check in report.checks}
    assert report.status == 0
    assert (results["root"], results["indicators"], results["tail"], results["parcels"]) == (
        "not checked", "not checked", "good", "good",
    )  # fmt: skip
    assert f"`ecsim resume {folder}` brings it to its end" in report.check("root").summary
    assert report.check("rerun").summary.endswith(f"the same {report.events:,} events; it has not ended")
    (tail,) = folder.glob("tail-*.bin")
    tail.write_bytes(tail.read_bytes()[:-10])
    assert bad(verify_run(folder)) == {"tail"}


def test_a_run_of_other_rules_is_verified_but_not_simulated_again(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecsim.kernel.same_rules.code_version", lambda *_: "ecsim-9.9.9")
    report = verify_run(run, again=True)
    assert report.status == 2
    assert report.good
    assert "ecsim-9.9.9" in report.check("rerun").summary


def test_the_command_tells_every_check_and_ends_with_its_status(
    run: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["verify", str(run), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["good"] is True
    assert {check["check"]: check["result"] for check in told["checks"]}["parcels"] == "good"
    tamper.rewrite(run, EVENTS, "lot_sold", rewritten)
    assert main(["verify", str(run)]) == 1
    printed = capsys.readouterr().out
    assert "BAD objects" in printed
    assert "NOT verified: the run does not match its root" in printed
    assert main(["verify", str(run), "--json"]) == 1
    (finding,) = next(c for c in json.loads(capsys.readouterr().out)["checks"] if c["check"] == "objects")["findings"]
    assert (finding["kind"], finding["days"]) == ("lot_sold", [0, 0])
    assert main(["verify", str(tmp_path / "nothing")]) == 2


def test_no_run_no_report(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match="no run there"):
        verify_run(tmp_path)
