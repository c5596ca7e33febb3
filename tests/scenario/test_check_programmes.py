"""What a check says of a programme's days and of the uses that its rule book and a policy name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecsim.cli.main import main
from tiny import CONFIGS


def written(folder: Path, *, programme: tuple[str, str] = ("", ""), rules: tuple[str, str] = ("", "")) -> list[Path]:
    """Return a rule book, a programme that names it and a scenario of that: the shipped ones, a word each replaced."""
    (folder / "rules.toml").write_text(
        (CONFIGS / "rules/yunnan_2018.toml").read_text(encoding="utf-8").replace(*rules), encoding="utf-8"
    )
    own = (CONFIGS / "programmes/yunnan_2018.toml").read_text(encoding="utf-8").replace(*programme)
    (folder / "programme.toml").write_text(own.replace("../rules/yunnan_2018.toml", "rules.toml"), encoding="utf-8")
    base = f'extends = "{CONFIGS}/baseline.toml"\nwithout = ["programme"]\nprogramme = "programme.toml"\n'
    (folder / "scenario.toml").write_text(base, encoding="utf-8")
    return [folder / name for name in ("rules.toml", "programme.toml", "scenario.toml")]


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        (
            "date = 2018-12-20",
            "date = 2017-12-20",
            "warning: programme.reports: fund_plan is of 2017-12-20, before the run begins on 2018-01-01: it never",
        ),
        (
            "notice = 2018-11-30",
            "notice = 2017-11-30",
            "warning: programme.dates.notice is of 2017-11-30, before the run begins on 2018-01-01: it never comes",
        ),
    ],
)
def test_a_day_before_the_run_is_warned_of(
    was: str, now: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *_, scenario = written(tmp_path, programme=(was, now))
    assert main(["check", str(scenario)]) == 0
    assert words in capsys.readouterr().out
    *_, scenario = written(tmp_path)
    assert main(["check", str(scenario)]) == 0
    assert "warning" not in capsys.readouterr().out


def test_a_chinese_name_of_a_use_that_the_rule_does_not_list_is_told_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = written(tmp_path, rules=("\nbought_traffic = ", "\nbought_trafic = "))
    for file, key in zip(files, ("", "rule_book: ", "programme.rule_book: "), strict=True):
        assert main(["check", str(file)]) == 2
        assert (
            f"{file}: {key}rules.forbidden_uses.uses_zh names 'bought_trafic', which is none of the rule's uses; did "
            "you mean 'bought_traffic'?"
        ) in capsys.readouterr().err


def policy(folder: Path, more: str) -> Path:
    file = folder / "policy.toml"
    file.write_text(f'extends = "{CONFIGS}/policies/pooled_by_project.toml"\nname = "mine"\n{more}', encoding="utf-8")
    return file


def test_a_policys_own_names_are_held_against_its_own_uses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forbidden = "[rule_book.rules.forbidden_uses]\n"
    assert main(["check", str(policy(tmp_path, f'{forbidden}uses = ["work_expenses"]\n'))]) == 0
    capsys.readouterr()
    file = policy(tmp_path, f'{forbidden}uses_zh = {{ work_expense = "经费" }}\n')
    assert main(["check", str(file)]) == 2
    assert f"{file}: rule_book: rules.forbidden_uses.uses_zh names 'work_expense'" in capsys.readouterr().err


PLAN = """name = "p"
title_en = "p"
title_zh = "p"
purse = "prefecture"
projects = [{ id = "a", place = "会泽县", kind = "cold_store", central_yuan = 125_000 }]
"""


@pytest.mark.parametrize("plan", [False, True])
def test_a_use_of_which_no_rule_says_anything_is_told_of_the_policys_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, plan: bool
) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    named, strategy = ('plan = "plan.toml"\n', 'strategy = "plan"\n') if plan else ("", "")
    file = policy(tmp_path, f'{named}[funds]\n{strategy}uses = ["bought_trafic"]\n')
    assert main(["check", str(file)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"BAD {file}: funds.uses names 'bought_trafic', of which no rule says anything")
    assert "did you mean 'bought_traffic'?" in told
    assert "baseline.toml" not in told


def test_what_is_wrong_with_a_policy_beside_its_plan_is_told_of_its_own_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    file = policy(tmp_path, 'plan = "plan.toml"\nstation_design = "none_such"\n[funds]\nstrategy = "plan"\n')
    assert main(["check", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"BAD {file}: policy.station_design is 'none_such'")
