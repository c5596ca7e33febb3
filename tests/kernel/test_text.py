"""Texts in two languages, and the catalogues that hold them."""

import pytest

from ecsim.kernel.errors import counted
from ecsim.kernel.text import Text, catalogue


def test_a_text_is_had_in_either_language() -> None:
    text = Text("station", "站点")
    assert (text.to("en"), text.to("zh")) == ("station", "站点")


def test_one_thing_is_one_and_others_are_many() -> None:
    assert [counted(number, "fault") for number in (0, 1, 12_345)] == ["0 faults", "1 fault", "12,345 faults"]
    assert [counted(number, "county", "counties") for number in (1, 25)] == ["1 county", "25 counties"]


@pytest.mark.parametrize(
    ("package", "file"),
    [
        ("ecsim.audit.trace", "page.toml"),
        ("ecsim.cli", "texts.toml"),
        ("ecsim.naming", "names.toml"),
        ("ecsim.report", "texts.toml"),
    ],
)
def test_a_catalogue_lies_beside_its_room(package: str, file: str) -> None:
    assert catalogue(package, file)
    assert catalogue(package, file) is catalogue(package, file)


def test_topics_of_a_trace_have_colours_and_both_names() -> None:
    topics = catalogue("ecsim.audit.trace", "page.toml")["topics"]
    assert len(topics) > 5
    for name, topic in topics.items():
        assert topic.keys() == {"fill", "stroke", "en", "zh"}, name
        assert topic["fill"].startswith("#"), name
