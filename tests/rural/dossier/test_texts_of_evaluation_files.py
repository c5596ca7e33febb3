"""The catalogue of evaluation files: both languages, the same values, each asked for and there."""

import re
from pathlib import Path
from string import Formatter

import ecsim.rural.dossier
from ecsim.rural.dossier.wording import phrase

SOURCE = "\n".join(path.read_text("utf-8") for path in Path(ecsim.rural.dossier.__file__).parent.glob("*.py"))


def values_of(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_a_text_says_the_same_in_both_languages() -> None:
    for key, (english, chinese) in phrase.texts.items():
        assert values_of(english) == values_of(chinese), key
        assert not re.search("[一-鿿]", english), key
        assert re.search("[一-鿿]", re.sub(r"\{\w+\}", "", chinese)) or key.startswith("columns."), key


def test_every_text_is_asked_for_and_every_one_asked_for_is_there() -> None:
    written = set(re.findall(r'"((?:[a-z_]+\.)+[a-z_]+)"', SOURCE))
    columns = {f"columns.{name.rstrip('#')}" for name in re.findall(r'"([a-z_]+#?)"', SOURCE)}
    assert phrase.texts.keys() <= written | columns
    assert set(re.findall(r'phrase\(\s*"([\w.]+)"', SOURCE)) <= phrase.texts.keys()
