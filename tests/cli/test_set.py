"""``--set KEY=VALUE``: TOML values on one line; what is no TOML is a word, and no word is taken for a number."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ecsim.cli.command import setting_of
from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError

BASELINE = str(Path(__file__).parents[2] / "configs" / "baseline.toml")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sample=0.01", ("sample", 0.01)),
        (" sample = 0.01 ", ("sample", 0.01)),
        ("funds.shared_assets=false", ("funds.shared_assets", False)),
        ("end=2019-06-30", ("end", dt.date(2019, 6, 30))),
        ('policy.name="a=b"', ("policy.name", "a=b")),
        ("policy.siting=population", ("policy.siting", "population")),
        ("uses=['a', 'b']", ("uses", ["a", "b"])),
        ("sample=0,01", ("sample", "0,01")),
        ("sample=" + "[" * 5000, ("sample", "[" * 5000)),
        ("sample=" + "9" * 5000, ("sample", "9" * 5000)),
    ],
)
def test_a_value_is_read_as_toml_or_else_as_a_word(text: str, found: tuple[str, object]) -> None:
    assert setting_of(text) == found


@pytest.mark.parametrize(
    "text", ["sample", "=0.01", "  =0.01", "sample=0.01\nend=2018-02-01", "sample=0.01\rend=1", "", "a\nb=1"]
)
def test_what_is_no_single_value_is_refused(text: str) -> None:
    with pytest.raises(EcsimError, match="--set "):
        setting_of(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sample=true", "sample is true; it must be a valid number"),
        ('sample="0.01"', "sample is '0.01'; it must be a valid number"),
        ("sample=1e-320", "it must be greater than or equal to 0.0001"),
        ("market.elasticity=true", "market.elasticity is true; a number is needed"),
        ("funds.shared_assets=0.7", "funds.shared_assets is 0.7; true or false is needed"),
        ("funds.plan_lag_weeks=3.7", "funds.plan_lag_weeks is 3.7; a whole number is needed"),
        ("policy.funds.multiplier=1e12", "multiplier is 1000000000000.0; it must be less than or equal to"),
        ("sample=0.01\nend=2018-02-01", "is more than one line; use one --set per value"),
        ("sample=" + "[" * 5000, "sample is '[[["),
        ("sample=" + "9" * 5000, "sample is '999"),
        (".".join("a" * 5000) + "=1", "names tables more than 32 deep"),
        ("x" * 5000 + "=1", "unknown key xxx"),
        ("sample.x.y=1", "sample is a single value, not a table"),
        ("parameters=3", "parameters is 3; it must be a table"),
    ],
)
def test_a_wrong_value_ends_with_one_short_message(text: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", BASELINE, "--set", text]) == 2
    printed = capsys.readouterr().err.strip()
    assert words in printed
    assert all(len(line) < 700 for line in printed.splitlines())
