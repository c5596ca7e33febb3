"""Catalogues: every sentence in both languages, with the same values, and said somewhere with just those."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import ecsim
from ecsim.experiments import outcome_catalogue
from ecsim.experiments.analyses import formats
from ecsim.kernel.catalogue import Catalogue
from ecsim.kernel.text import Text
from ecsim.statistics import robustness, subgroup_boxes

SOURCE = Path(ecsim.__file__).parent
CATALOGUES = {
    "experiments/analyses": formats.say,
    "experiments": outcome_catalogue.say,
    "statistics": subgroup_boxes.say,
}
"""By the folder whose modules say its sentences."""
IN_OTHER_WAYS = {"lists", "units"}
"""Groups that a function takes whole."""
FOLDERS = sorted(CATALOGUES)


def names_in(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


def sentences(folder: str) -> Iterator[tuple[str, Text]]:
    yield from CATALOGUES[folder].texts.items()


def calls(folder: str) -> Iterator[tuple[str, set[str] | None]]:
    """Yield what is said: the place, in which {} stands for a name that the code puts in, and the values given."""
    for file in sorted((SOURCE / folder).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"):
                continue
            place = node.args[0]
            values = [keyword.arg for keyword in node.keywords]
            given = None if None in values else {value for value in values if value}
            if isinstance(place, ast.Constant):
                yield str(place.value), given
            elif isinstance(place, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in place.values)
                yield "".join(map(str, parts)), given


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sentence_stands_in_both_languages_and_takes_the_same_values(folder: str) -> None:
    for place, text in sentences(folder):
        assert text.en, place
        assert text.zh or place == "lists.sentence"
        assert names_in(text.en) == names_in(text.zh), place
        assert not re.search("[一-鿿]", text.en), place
        bare = re.sub(r"\{[^}]*\}|[A-Za-z]*\(no effect\)", "", text.zh)
        assert re.search("[一-鿿]", bare) or not re.search("[a-zA-Z]{3}", bare), place


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_sentence_is_said_and_what_is_said_is_there(folder: str) -> None:
    patterns = [re.escape(place).replace(r"\{\}", "[a-z_]+") for place, _ in calls(folder)]
    places = [place for place, _ in sentences(folder)]
    unsaid = [place for place in places if not any(re.fullmatch(pattern, place) for pattern in patterns)]
    assert [place for place in unsaid if place.partition(".")[0] not in IN_OTHER_WAYS] == []
    for pattern in patterns:
        assert any(re.fullmatch(pattern, place) for place in places), pattern


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sentence_is_given_the_values_that_it_names(folder: str) -> None:
    known = dict(sentences(folder))
    exact = [(place, given) for place, given in calls(folder) if given is not None and "{}" not in place]
    assert len(exact) >= 3
    for place, given in exact:
        assert given == names_in(known[place].en), place


def test_what_a_metric_asks_is_in_english_what_the_library_says() -> None:
    metrics = robustness.metrics(3.0, optimism=0.4, quantile=0.8, aversion=2.0)
    for metric in metrics:
        asked = formats.say(f"metric_questions.{metric.name}", optimism=0.4, quantile=0.8, aversion=2.0, threshold=3.0)
        assert asked.en == metric.question
    names = {metric.name for metric in metrics}
    for group in ("metrics", "metric_questions"):
        assert {key.removeprefix(f"{group}.") for key in formats.say.texts if key.startswith(f"{group}.")} == names


def test_values_in_both_languages_give_each_its_own_and_chinese_sets_no_space_before_a_per_cent_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "catalogue_of_tests"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "said.toml").write_text('[a]\nb = { en = "{x}: {share}", zh = "{x}：{share}" }\n', encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    say = Catalogue("catalogue_of_tests", "said.toml")
    assert say("a.b", x=Text("income", "收入"), share="12 %") == Text("income: 12 %", "收入：12%")
    with pytest.raises(KeyError):
        say("a.b", x="income")
    with pytest.raises(KeyError):
        say("a.c")


@pytest.mark.parametrize(
    ("unit", "figures", "en", "zh"),
    [
        ("million yuan", (1234.5, 1100.0, 1300.0), "1,234 [1,100, 1,300] million yuan", "12.35 [11.00, 13.00]亿元"),
        ("million yuan", (-3.25,), "−3.250 million yuan", "−325.0万元"),
        ("million yuan", (0.0,), "0 million yuan", "0万元"),
        ("days", (2.5,), "2.500 days", "2.500天"),
        ("share", (0.25,), "0.2500", "0.2500"),
        ("", (1.0,), "1.000", "1.000"),
    ],
)
def test_chinese_counts_money_in_units_of_an_office(unit: str, figures: tuple[float, ...], en: str, zh: str) -> None:
    assert formats.amount(unit, *figures) == Text(en, zh)


def test_zero_has_no_sign() -> None:
    assert formats.signed(0.0) == formats.signed(-0.0) == "0"
    assert formats.share(-0.001) == "0.00"
    assert (formats.signed(1.5), formats.signed(-1.5)) == ("+1.500", "−1.500")


def test_lists_read_as_people_write_them() -> None:
    texts = [Text("a", "甲"), Text("b", "乙"), Text("c", "丙")]
    assert formats.listed(texts[:1]) == Text("a", "甲")
    assert formats.listed(texts[:2]) == Text("a and b", "甲和乙")
    assert formats.listed(texts) == Text("a, b and c", "甲、乙和丙")
    assert formats.listed([]) == formats.NONE
