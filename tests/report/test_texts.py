"""Every text is there in both languages, is asked for somewhere, and takes the same values in both."""

import re
from pathlib import Path
from string import Formatter

import pytest

import ecsim.report
from ecsim.report.texts import Texts, catalogue
from ecsim.rural.indicators import outcomes_of
from ecsim.rural.regions.pack import load_pack

HOUSE = Path(ecsim.report.__file__).parents[1]
SOURCE = "".join(path.read_text("utf-8") for room in ("report", "cli") for path in sorted((HOUSE / room).rglob("*.py")))
TEXTS = [(group, name, told) for group, texts in catalogue().items() for name, told in texts.items()]
GIVEN_NAMES = {"units", "columns", "basis", "synthetic", "heads", "series", "stations"}


@pytest.mark.parametrize(("group", "name", "told"), TEXTS, ids=[f"{group}.{name}" for group, name, _ in TEXTS])
def test_a_text_stands_in_both_languages_and_takes_the_same_values(group: str, name: str, told: dict[str, str]) -> None:
    assert set(told) == {"en", "zh"}
    assert all(told.values()) or name == "between_sentences"
    en, zh = ({field for _, field, _, _ in Formatter().parse(told[language]) if field} for language in ("en", "zh"))
    assert en == zh
    if (group, name) != ("page", "other_language"):
        assert not re.search("[一-鿿]", told["en"])


def test_chinese_texts_are_chinese() -> None:
    """What is left of a text without its values has Chinese characters, or no words at all."""
    for group, name, told in TEXTS:
        bare = re.sub(r"\{[^}]*\}|ecsim|Python|PRIM|SVG", "", told["zh"])
        alike = {("page", "other_language")}
        assert (group, name) in alike or re.search("[一-鿿]", bare) or not re.search("[a-zA-Z]{3}", bare), told


def test_every_place_that_the_code_asks_for_is_in_the_catalogue() -> None:
    asked = set(re.findall(r"""texts\(f?\s*["']([a-z_]+\.[a-z_]+)""", SOURCE))
    assert len(asked) > 40
    known = {f"{group}.{name}" for group, name, _ in TEXTS}
    assert {place for place in asked if place.partition(".")[0] not in GIVEN_NAMES and "{" not in place} <= known


def test_units_and_synthetic_parts_of_the_simulation_are_translated() -> None:
    texts = Texts("zh")
    for measure in outcomes_of("2019").values():
        assert re.search("[一-鿿]", texts.unit(measure.unit)), measure.unit
    for part in load_pack("yunnan_2018").synthetic:
        assert texts.known("synthetic", part), part


def test_a_name_that_is_not_known_stays() -> None:
    assert Texts("zh").unit("kilowatt") == "kilowatt"
    assert Texts("en").column("a_b") == "a b"
    assert Texts("zh").column("parameter") == "参数"
