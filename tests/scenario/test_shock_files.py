"""Shocks that make no sense, by themselves or at their strength, are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.shocks import Shock
from ecsim.kernel.validation import checked
from ecsim.scenario.load import load
from ecsim.scenario.parts import load_shock

CONFIGS = Path(__file__).parents[2] / "configs"
RIGHT: dict[str, Any] = {"name": "x", "title_en": "x", "title_zh": "x", "source": "made up"}


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ({"add": 1e308}, "effects.0.add is 1e+308; it must be less than or equal to"),
        ({"multiply": 1e308}, "effects.0.multiply is 1e+308; it must be less than or equal to"),
        ({"multiply": True}, "effects.0.multiply is true; it must be a valid number"),
        ({"add": 1.0, "lowest": 1e308}, "effects.0.lowest is 1e+308; it must be less than or equal to"),
        ({"add": 1.0, "lowest": 2.0, "highest": 1.0}, "lowest is 2 and highest 1; lowest may not be above highest"),
    ],
)
def test_an_effect_has_bounds(effect: dict[str, Any], words: str) -> None:
    with pytest.raises(EcsimError) as refused:
        checked(Shock, {**RIGHT, "effects": [{"parameter": "logistics.capacity", **effect}]}, "x.toml")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"effects": []}, "effects is []; it must have at least 1 item"),
        ({"since": "2019-06-30", "until": "2019-01-01"}, "until may not be before since"),
        ({"since": "30.6.2019"}, "since is '30.6.2019'; it must be a date, as 2019-06-30"),
    ],
)
def test_a_shock_has_effects_and_a_time(more: dict[str, Any], words: str) -> None:
    effects = [{"parameter": "logistics.capacity", "multiply": 0.5}]
    with pytest.raises(EcsimError) as refused:
        checked(Shock, {**RIGHT, "effects": effects, **more}, "x.toml")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("shock", "strength", "words"),
    [
        ("monsoon", 1e9, "strength is 1000000000.0; it must be less than or equal to 100"),
        ("monsoon", True, "strength is true; it must be a valid number"),
        ("monsoon", -1.0, "strength is -1.0; it must be greater than or equal to 0"),
        ("operator_exit", 5.0, "shock operator_exit at strength 5 multiplies logistics.capacity by -0.5"),
    ],
)
def test_a_strength_has_bounds_and_turns_no_number_negative(
    shock: str, strength: float, words: str, tmp_path: Path
) -> None:
    value = str(strength).lower()
    file = tmp_path / "mine.toml"
    file.write_text(
        f'extends = "{CONFIGS}/baseline.toml"\n'
        f'[[shocks]]\nshock = "{CONFIGS}/shocks/{shock}.toml"\nstrength = {value}\n',
        encoding="utf-8",
    )
    with pytest.raises(EcsimError) as refused:
        load(file)
    assert words in str(refused.value)


def test_a_shock_moves_no_flag(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(
        'name = "x"\ntitle_en = "x"\ntitle_zh = "x"\nsource = "x"\n'
        '[[effects]]\nparameter = "funds.shared_assets"\nmultiply = 0.0\n',
        encoding="utf-8",
    )
    with pytest.raises(EcsimError, match=r"shock x moves funds\.shared_assets, a flag; a shock moves numbers"):
        load(CONFIGS / "baseline.toml", {"shocks": [{"shock": load_shock(tmp_path / "x.toml").model_dump()}]})
