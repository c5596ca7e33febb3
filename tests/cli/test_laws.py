"""`ecsim laws`: which laws of the model hold when inputs are pushed to their limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecsim.cli.main import main
from ecsim.rural.laws.conservation import Conservation
from ecsim.rural.limits import LAWS
from ecsim.rural.model import MODEL
from tiny import PACK

RANGES = ("outside", "price_sensitivity", "elasticity")

TINY = ["--set", f"region={PACK}", "--set", "sample=1.0", "--workers", "1"]
ON_TINY = (
    "online_of_supply", "sold_dried", "no_price", "no_price_target", "dear_carriage", "dear_carriage_volume", "no_fees",
    "conserved_trade", "conserved_kilograms", "conserved_money", "conserved_hours",
    "conserved_parcels", "order_of_files", "order_of_runs",
)  # fmt: skip
"""Laws that two counties of a dozen households can show; growth, festivals, samples need a region."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laws")


def laws(folder: Path, capsys: pytest.CaptureFixture[str], *only: str) -> tuple[int, dict[str, dict[str, Any]]]:
    status = main(["laws", "no_money", *TINY, "--out", str(folder), "--only", ",".join(only), "--json"])
    return status, {law["law"]: law for law in json.loads(capsys.readouterr().out)["laws"]}


def test_laws_hold_on_the_tiny_region(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = laws(folder, capsys, *ON_TINY)
    assert {name: law["verdict"] for name, law in found.items()} == dict.fromkeys(ON_TINY, "holds")
    assert status == 0
    assert found["no_price"]["found"] == 0.0
    assert found["order_of_runs"]["found"] == 1.0
    assert 0.0 < found["online_of_supply"]["found"] < 1.0


def test_runs_that_ended_are_not_made_again_and_every_law_names_its_command(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laws(folder, capsys, "dear_carriage", "no_fees")
    before = (folder / "ledger.jsonl").read_bytes()
    _, found = laws(folder, capsys, "no_fees")
    assert (folder / "ledger.jsonl").read_bytes() == before
    assert found["no_fees"]["command"].startswith("ecsim laws no_money --only no_fees --seed 1 --set region=")


def test_laws_may_be_named_by_how_their_names_begin(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = laws(folder, capsys, "offline_or*", "dear_carriage")
    assert [*found] == ["offline_orders", "dear_carriage"]
    assert found["offline_orders"]["verdict"] == "holds"


def test_a_kind_of_project_is_tried_with_what_a_million_yuan_brings(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dates = ["--set", "start=2018-10-01"]
    given = ["laws", "no_money", *TINY, *dates, "--out", str(folder), "--only", "kind_training,kind_brand"]
    assert main([*given, "--seeds", "2", "--json"]) == 1
    found = {law["law"]: law for law in json.loads(capsys.readouterr().out)["laws"]}
    assert found["kind_training"]["per"] == "central_training"
    assert found["kind_training"]["found"] > 0.0
    assert found["kind_training"]["per_unit"] > 0.0
    assert len(found["kind_training"]["values"]) == 2
    assert main([*given, "--seeds", "2"]) == 1
    said = capsys.readouterr().out
    assert "by unit" in said
    assert found["kind_brand"]["verdict"] in said


def test_every_law_of_conservation_is_tried() -> None:
    conserved = {f"broken_{law.name}" for law in Conservation(["a"]).laws}
    assert {law.outcome for law in LAWS if law.name.startswith("conserved_")} == conserved


def test_signs_of_prices_are_tried_at_both_ends_of_the_ranges_of_demand() -> None:
    names = {law.name for law in LAWS}
    ends = {f"{what}_{name}_{end}" for what in ("carriage", "fees") for name in RANGES for end in ("low", "high")}
    assert ends <= names
    parameters = MODEL.defaults.by_name
    for law in LAWS:
        for key, value in law.setting.items():
            if key in parameters and law.name.endswith(("_low", "_high")):
                assert value == getattr(parameters[key], law.name.rpartition("_")[2])


def test_a_name_that_is_no_law_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "no_money", "--only", "no_prise"]) == 2
    assert "did you mean 'no_price'?" in capsys.readouterr().err


def test_a_model_without_laws_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "epidemic"]) == 2
    assert "states no laws" in capsys.readouterr().err
