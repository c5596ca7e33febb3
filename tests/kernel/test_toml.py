"""TOML as people save it: marks are read over, look-alikes named, depth and length told in one message."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.toml import DEEPEST, LARGEST, check_depth, read_toml


def told(file: Path) -> str:
    with pytest.raises(EcsimError) as refused:
        read_toml(file)
    message = str(refused.value)
    assert "\n" not in message
    assert len(message) < 400
    return message


@pytest.mark.parametrize("text", ["name = 1\nend = 2\n", "name = 1\r\nend = 2\r\n", "name = 1\rend = 2\r"])
def test_a_byte_order_mark_and_every_line_ending_are_read(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    for encoding in ("utf-8", "utf-8-sig"):
        file.write_bytes(text.encode(encoding))
        assert read_toml(file) == {"name": 1, "end": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = “rain”", 'line 1, character 8 is “ (left double quotation mark); write " instead'),
        ("name = ＂rain＂", 'line 1, character 8 is ＂ (fullwidth quotation mark); write " instead'),
        ("name = ‘rain’", "line 1, character 8 is ‘ (left single quotation mark); write ' instead"),
        ('name = "rain”', 'line 1, character 13 is ” (right double quotation mark); write " instead'),
        ('name = "rain”\nend = 1', 'line 1, character 13 is ” (right double quotation mark); write " instead'),
        ("end = 1\nname ＝ 1", "line 2, character 6 is ＝ (fullwidth equals sign); write = instead"),
        ("name：1", "line 1, character 5 is ： (fullwidth colon); write = instead"),
        ("a = [1， 2]", "line 1, character 7 is ， (fullwidth comma); write , instead"),
        ('a = {b = "x"， c = 2}', "line 1, character 13 is ， (fullwidth comma); write , instead"),
        ("［funds］", "line 1, character 1 is ［ (fullwidth left square bracket); write [ instead"),
        ("a = 0．5", "line 1, character 6 is ． (fullwidth full stop); write . instead"),
        ("a = １", "line 1, character 5 is １ (fullwidth digit one); write 1 instead"),
        ("a = 1\u3000", "line 1, character 6 is \u3000 (ideographic space); write a space instead"),
        ("a = 1\u00a0", "line 1, character 6 is \u00a0 (no-break space); write a space instead"),
    ],
)
def test_a_character_that_looks_like_one_of_toml_is_named_with_what_to_write(
    text: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    assert told(file) == f"{file}: not valid TOML ({words})"


@pytest.mark.parametrize("text", ['a = x, b = "云，南"', 'title = "云，南" “', "a = ＃", 'a = "云南：" b # ，'])
def test_chinese_within_quotes_and_comments_is_never_blamed(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    assert "character 10" not in told(file)
    assert "fullwidth comma" not in told(file)
    assert "fullwidth colon" not in told(file)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "[" * 40 + "]" * 40,
        "a" + ".a" * 5000 + " = 1",
        "[a" + ".a" * 40 + "]",
    ],
    ids=["brackets without end", "40 brackets", "5,000 dots", "a table of 40 dots"],
)
def test_what_is_nested_too_deep_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    assert f"lie more than {DEEPEST} deep in each other; take levels out" in told(file)


def test_as_deep_as_allowed_is_read() -> None:
    content: object = 1
    for _ in range(DEEPEST):
        content = {"a": content}
    check_depth(content)
    with pytest.raises(ValueError, match="deep in each other"):
        check_depth({"a": content})


def test_a_number_of_thousands_of_digits_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("a = " + "9" * 5000, encoding="utf-8")
    assert "a number has more than 4,000 digits" in told(file)


def test_a_file_that_nobody_wrote_is_not_held_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    with file.open("wb") as sparse:
        sparse.truncate(100 * LARGEST)
    assert "has more than 16,000,000 bytes" in told(file)


@pytest.mark.parametrize(
    ("name", "words"),
    [("a\0b.toml", "holds the character NUL"), ("x" * 300 + ".toml", "File name too long"), (".", "Is a directory")],
)
def test_a_path_that_is_none_is_told(name: str, words: str, tmp_path: Path) -> None:
    assert words in told(tmp_path / name)
