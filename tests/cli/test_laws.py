"""`ecsim laws`: which laws of the model hold when inputs are pushed to their limits."""

from __future__ import annotations

import json

import pytest

from ecsim.cli.main import main
from tiny import PACK

TINY = ["--set", f"region={PACK}", "--set", "sample=1.0"]


def test_dear_carriage_and_prices_of_nothing_lower_farm_sales_online(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "no_money", *TINY, "--only", "no_price,dear_carriage,no_fees", "--json"]) == 0
    found = {law["law"]: law["found"] for law in json.loads(capsys.readouterr().out)["laws"]}
    assert found["no_price"] == 0.0
    assert found["dear_carriage"] < 0.667
    assert found["no_fees"] > 1.0


def test_a_name_that_is_no_law_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "no_money", "--only", "no_prise"]) == 2
    assert "did you mean 'no_price'?" in capsys.readouterr().err


def test_a_model_without_laws_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["laws", "epidemic"]) == 2
    assert "states no laws" in capsys.readouterr().err
