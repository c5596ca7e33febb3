"""Parameters: each has a kind that its file says, rules get what they declare, files that say nonsense are refused."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import get_type_hints

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Parameters, load_parameters
from ecsim.rural.goods.terms import PackingWork
from ecsim.rural.region import AllTerms
from ecsim.rural.regions.opening import _Terms
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.regions.people import InternetPath
from ecsim.rural.rules import rule_defaults

RIGHT = 'value = 0.5\nunit = "1"\nlow = 0.0\nhigh = 1.0\nsource = "made up"\nbasis = "assumed"\n'


def loaded(folder: Path, text: str) -> Parameters:
    (folder / "rain.toml").write_text(f"[level]\n{text}", encoding="utf-8")
    return load_parameters(folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value = 0.5", "value = 1.5", "rain.level is 1.5 1; allowed are 0.0 to 1.0"),
        ("value = 0.5", 'value = "0.5"', "rain.level.value is '0.5'; a number is needed"),
        ("value = 0.5", "value = nan", "rain.level.value is nan; a number is needed"),
        ("low = 0.0", 'low = "0"', "rain.level.low is '0'; a number is needed"),
        ("high = 1.0", "high = [1]", "rain.level.high is [1]; a number is needed"),
        ("high = 1.0", f"high = 1{'0' * 400}", "rain.level.high is 1000"),
        ("low = 0.0", "low = 0.9", "rain.level is 0.5 1; allowed are 0.9 to 1.0"),
        ('unit = "1"', "unit = 1", "rain.level.unit is 1; a text is needed"),
        ('basis = "assumed"', "basis = []", "rain.level.basis is []; a text is needed"),
        ('basis = "assumed"', 'basis = "felt"', "rain.level.basis is 'felt'; allowed are official"),
        ('basis = "assumed"', "", "rain.level needs exactly value, unit"),
    ],
)
def test_a_parameter_that_says_nonsense_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(EcsimError) as refused:
        loaded(tmp_path, RIGHT.replace(old, new))
    assert words in str(refused.value)


def test_a_file_of_parameters_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "rain.toml").write_bytes(f"# 雨\n[level]\n{RIGHT}".encode("gb18030"))
    with pytest.raises(EcsimError, match=r"rain\.toml: not UTF-8"):
        load_parameters(tmp_path)


@pytest.mark.parametrize("terms", [AllTerms, _Terms])
def test_every_parameter_is_of_the_kind_that_its_rule_declares(terms: type) -> None:
    """A whole number in the file for a rule's fraction would refuse 60.5, or be rounded under a shock."""
    known = {**rule_defaults().by_name, **load_pack("yunnan_2018").rules.by_name}
    start = "opening_" if terms is _Terms else ""
    for group, kind in get_type_hints(terms).items():
        if kind in (InternetPath, PackingWork):  # the former's are named after days, the latter's are other groups'
            continue
        worked_out = {each.name for each in fields(kind) if each.kw_only}  # of numbers of several groups
        for field, hint in get_type_hints(kind).items():
            if field in worked_out:
                continue
            assert known[f"{start}{group}.{field}"].kind is hint, f"{start}{group}.{field}"


def test_a_whole_number_given_for_a_fraction_stays_a_fraction() -> None:
    given = rule_defaults().with_values({"market.elasticity": 2}, "here").by_name["market.elasticity"]
    assert type(given.value) is float
    assert given.kind is float


@dataclass(frozen=True)
class Whole:
    """A rule that reads a whole number."""

    level: int


def test_a_rule_gets_no_fraction_for_its_whole_number(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=r"parameters rain: level is 0\.5; a whole number is needed"):
        loaded(tmp_path, RIGHT).terms(Whole, "rain")
    whole = RIGHT.replace("0.5", "3").replace("0.0", "0").replace("1.0", "9")
    assert loaded(tmp_path, whole).terms(Whole, "rain") == Whole(3)
