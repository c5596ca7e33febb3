"""The page and the terminal say what of a plan is not in the figures, and what was asked for in vain."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest
from folders import words

from ecsim.cli.main import main
from ecsim.kernel.draws import Draws

Told: TypeAlias = Callable[..., tuple[str, str, int, str, str]]
EXPERIMENT = """
name = "gaps"
title_en = "Gaps"
title_zh = "缺口"
question = "?"
function = "test_completeness:patchy"
reference = "old"
replications = 10
{more}
[[arms]]
name = "old"
[[arms]]
name = "new"
changes = {{ {changes} }}
"""


def patchy(parameters: Mapping[str, int], seed: int) -> dict[str, float]:
    """Return a small gain with a little luck; fail, or give no number, in the replications that are told."""
    if seed == parameters.get("fails"):
        raise ValueError(f"seed {seed} is unlucky")
    luck = float(Draws(seed).normal("patchy", 0, [0])[0])
    gain = 0.0012 * parameters.get("gain", 0) * (1.0 + 0.1 * luck)
    whole = seed != parameters.get("nothing")
    return {"small": 0.0012 + 1e-5 * luck + gain if whole else float("nan"), "steady": 5.0, "large": 1e3 * luck}


@pytest.fixture
def told(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Return what a comparison prints, its error stream, its exit status and its two pages."""

    def compared(changes: str = "gain = 1", more: str = "") -> tuple[str, str, int, str, str]:
        monkeypatch.syspath_prepend(str(Path(__file__).parent))
        (tmp_path / "experiment.toml").write_text(EXPERIMENT.format(changes=changes, more=more), encoding="utf-8")
        status = main(["compare", str(tmp_path), "--out", str(tmp_path / "out"), "--workers", "1"])
        said = capfd.readouterr()
        pages = [words((tmp_path / "out" / f"report{end}").read_text("utf-8")) for end in (".html", ".zh.html")]
        return said.out, said.err, status, *pages

    return compared


def test_a_whole_comparison_lacks_nothing(told: Told) -> None:
    out, err, status, en, zh = told()
    assert status == 0
    assert "runs are in the figures" not in err
    assert "What these figures lack" not in en
    assert "缺少什么" not in zh
    assert "failed" not in out + err


def test_runs_that_failed_are_counted_and_named(told: Told) -> None:
    _, err, status, en, zh = told("gain = 1, fails = 3")
    assert status == 1
    assert "ecsim: 19 of 20 runs are in the figures" in err
    assert "arms are compared in 9 of 10 pairs for small, steady, large" in err
    assert "The figures contain 19 of 20 runs." in en
    assert "Failed and excluded: new, point 0, replication 2 (seed 3): ValueError: seed 3 is unlucky" in en
    assert "small, steady, large: policies are compared in 9 of 10 pairs" in en
    assert "计划 20 次运行，计入 19 次" in zh


def test_pairs_that_lack_a_figure_are_counted_by_outcome(told: Told) -> None:
    _, err, status, en, zh = told("gain = 1, nothing = 3")
    assert status == 0
    assert "arms are compared in 9 of 10 pairs for small\n" in err
    assert "small: policies are compared in 9 of 10 pairs; in the others a run of some policy has no figure" in en
    assert "small：10 组配对中比较了 9 组" in zh
    assert "The figures contain" not in en


@pytest.mark.parametrize(("asked", "relative", "said"), [("1e-9", "false", "1e−09"), ("1e-6", "true", "0.0001 %")])
def test_a_stopping_rule_that_was_not_met_is_told_and_the_status_is_1(
    told: Told,
    asked: str,
    relative: str,
    said: str,
) -> None:
    rule = f'stopping = {{ outcome = "small", half_width = {asked}, relative = {relative}, least = 5, most = 12 }}'
    out, err, status, en, zh = told("gain = 1, fails = 3", rule)
    assert status == 1
    assert "ecsim: stopping rule not met: after 11 replications the half-width for small is" in err
    assert "raise stopping.most (12)" in err
    assert "stopping rule" not in out
    assert "The stopping rule was not met: after 11 replications the half-width for small is" in en
    assert f"{said} " in en
    assert "未达到停止条件：11 次重复后" in zh
    assert "23 of 24 runs" not in en  # the whole replication is passed over
    assert "The figures contain 22 of 24 runs." in en
    assert "seed 3 is unlucky" in en


def test_a_stopping_rule_that_was_met_is_no_lack(told: Told) -> None:
    out, err, status, en, _ = told(more='stopping = { outcome = "small", half_width = 1.0, least = 5, most = 12 }')
    assert status == 0
    assert "stopping rule: met after 5 replications" in out
    assert "What these figures lack" not in en
    assert "stopping" not in err


def test_small_figures_keep_digits_that_tell_and_every_mean_has_an_interval(told: Told) -> None:
    out, _, _, en, _ = told()
    assert "0.0012 ± 0.0000" in out
    assert "+0.0012" in out
    assert "[+0.0011" in out
    assert "+0.00 " not in out[: out.index("steady")]
    row = en[en.index("small") :]
    assert "[+0.0011" in row
    assert row.count("± 0.0000") >= 2
    assert "5.00 ± 0.00" in out
