"""`ecsim plausibility --samples`: outcomes at several samples of the households."""

import json
from pathlib import Path

import pytest

from ecsim.cli.main import main
from tiny import CONFIGS, PACK

SCENARIO = str(CONFIGS / "scenarios" / "no_money.toml")
TINY = ["--config", SCENARIO, "--set", f"region={PACK}", "--set", "end=2018-03-31", "--workers", "1", "--seeds", "2"]


def test_every_outcome_has_a_row_a_sample_and_too_few_seeds_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["plausibility", "--samples", "0.5,1", *TINY, "--out", str(tmp_path)]
    main(command)
    printed = capsys.readouterr().out
    assert "2 seeds a sample; 20 are needed" in printed
    main([*command, "--json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {(row["sample"], row["reference"]) for row in rows} == {(0.5, 1.0)}
    assert {row["verdict"] for row in rows} <= {"agrees", "differs", "too few seeds", "missing"}
    assert "buyers_share" in {row["outcome"] for row in rows}
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 4


@pytest.mark.parametrize("samples", ["0.5", "0.5,0.5", "0,1", "0.5,2", "a,b"])
def test_samples_are_two_shares_or_more(samples: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["plausibility", "--samples", samples])
    assert "two or more shares" in capsys.readouterr().err


def test_options_of_the_comparison_are_refused_where_the_page_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plausibility", "--set", "sample=0.1"]) == 2
    assert "go with --samples" in capsys.readouterr().err
