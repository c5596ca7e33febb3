"""Compiling is told, once, and what lies compiled already is not."""

import json

import pytest
from numba import njit

from ecsim.cli.main import main
from ecsim.cli.warm import announce_compiling
from ecsim.rural.model import MODEL


def test_that_rules_are_compiled_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    @njit
    def doubled(x: int) -> int:
        return 2 * x

    @njit
    def halved(x: float) -> float:
        return x / 2

    with announce_compiling(MODEL) as compiled:
        assert (doubled(3), halved(3.0), doubled(4)) == (6, 1.5, 8)
    assert compiled.names == ["doubled", "halved"]
    assert capsys.readouterr().err.count("compiling the rules, once") == 1
    with announce_compiling(MODEL) as again:
        doubled(5)
    assert again.names == []
    assert capsys.readouterr().err == ""


def test_warm_compiles_what_is_not_compiled_and_nothing_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["warm", "--json"]) == 0
    capsys.readouterr()
    assert main(["warm", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["compiled"] == 0
