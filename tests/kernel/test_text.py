"""Texts in two languages, and the catalogues that hold them."""

import pytest

from ecsim.kernel.text import Text, catalogue


def test_a_text_is_had_in_either_language() -> None:
    text = Text("station", "站点")
    assert (text.to("en"), text.to("zh")) == ("station", "站点")


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
