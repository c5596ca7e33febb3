"""The catalogue of the rural model: every text in both languages, with the same values, and asked for by something."""

import re
from enum import IntEnum
from pathlib import Path
from string import Formatter

import pytest

from ecsim.kernel.text import Text
from ecsim.rural.biography.entities import WORTH_FOLLOWING
from ecsim.rural.biography.values import AGES
from ecsim.rural.events import codes
from ecsim.rural.indicators.milestones import STEPS
from ecsim.rural.instruments import FLOWS
from ecsim.rural.naming import ACCOUNTS
from ecsim.rural.texts import code_label, flag_labels, group_of, text

ROOT = Path(__file__).parents[2] / "src" / "ecsim" / "rural"
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
VOCABULARIES = {group_of(kind): kind for kind in vars(codes).values() if isinstance(kind, type) and kind is not IntEnum}


def values_of(words: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("key", text.texts)
def test_a_text_says_the_same_in_both_languages(key: str) -> None:
    english, chinese = text.texts[key]
    assert values_of(english) == values_of(chinese)
    assert not re.search("[一-鿿]", english)
    words = re.sub(r"\{\w+\}", "", chinese)
    assert re.search("[一-鿿]", words) or not re.search("[A-Za-z]", words)


def test_every_text_is_asked_for() -> None:
    written = set(re.findall(r'"((?:[a-z_]+\.)+[a-z_0-9]+)"', SOURCE))
    made = {
        *(f"milestones.{kind.kind}" for kind in STEPS),
        *(f"worth_following.{key}" for reasons in WORTH_FOLLOWING.values() for _, key in reasons),
        *(f"worth_following.{key}" for key in re.findall(r'"(parcels_\w+)"\)', SOURCE)),
        *(f"parcels.{key}_{place}" for key in ("waiting_before", "waiting_after") for place in ("village", "township")),
        *(f"followed.{table}" for table in re.findall(r'"\w+": "(\w+s)"', SOURCE)),
        *(f"instruments.{flow}" for flow in FLOWS),
        *ACCOUNTS,
        *AGES,
    }
    labels = {f"codes.{group}.{code.name.lower()}" for group, kind in VOCABULARIES.items() for code in kind}
    assert text.texts.keys() - written - made - labels == {"codes.founder.none"}


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r'(?:\bsay|\btext)\(\s*"([\w.]+)"', SOURCE)) | set(ACCOUNTS) | set(AGES)
    assert len(asked) > 20
    assert asked <= text.texts.keys()


def test_labels_are_those_of_all_codes_of_a_vocabulary() -> None:
    """Whichever vocabulary has labels has one for each of its codes."""
    labelled = {key.split(".")[1] for key in text.texts if key.startswith("codes.")}
    assert len(labelled) > 15
    for group in labelled:
        for code in VOCABULARIES[group]:
            assert f"codes.{group}.{code.name.lower()}" in text.texts


def test_values_are_put_in_and_none_may_be_missing() -> None:
    assert text("names.household", number=3, village="清溪") == Text("household 3 in 清溪", "清溪3号户")
    with pytest.raises(KeyError, match="village"):
        text("names.household", number=3)


def test_flags_are_told_one_after_the_other() -> None:
    both = flag_labels(codes.Founder, codes.Founder.WOMAN | codes.Founder.GRADUATE)
    assert both == Text("a woman, a graduate", "妇女、大学生")
    assert flag_labels(codes.Founder, 0).en == "of none of the groups"
    assert code_label(codes.Channel, codes.Channel.STATION).en == "through the station"
