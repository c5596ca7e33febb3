"""The glossary: every term once, in two languages, with names that the code has."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split(" | "))
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| English")
]


def test_every_term_has_a_chinese_one_a_meaning_and_a_place_in_the_code() -> None:
    assert len(ROWS) > 130
    for row in ROWS:
        assert len(row) == 4, row
        assert re.search(r"[\u4e00-\u9fff]", row[1]), row
        assert len(row[2]) > 5, row


def test_no_term_stands_twice_in_either_language() -> None:
    for language in (0, 1):
        assert {term for term, times in Counter(row[language] for row in ROWS).items() if times > 1} == set()


def test_terms_stand_in_order() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for table in text.split("\n## ")[1:]:
        terms = [re.split(r" \| ", line[2:])[0].lower() for line in table.splitlines() if line.startswith("| ")][1:]
        assert terms == sorted(terms)


def test_names_of_the_code_are_in_the_code() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "ecsim").rglob("*.py"))
    known = set(re.findall(r"\w+", source))
    named = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[3])}
    assert named - known == set()
