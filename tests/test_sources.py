"""Every published work that code or a page refers to is listed in docs/sources.md."""

import re
import unicodedata
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "docs" / "sources.md"
NAME = r"([A-Z][A-Za-z]+(?:-[A-Z]\w+)?)"
WORK = re.compile(rf"{NAME}(?: et al\.)? \(((?:19|20)\d\d)(?=[),])|(?: and|{NAME} et al\.) ?{NAME}? ((?:19|20)\d\d)\b")


def plain(text: str) -> str:
    """Return a text in one line, in plain letters."""
    text = re.sub(r"\s+", " ", text.replace("ø", "o").replace("&", "and").replace("*", ""))
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def works(text: str) -> set[tuple[str, str]]:
    """Return author and year of every work that a text refers to; of several authors, the last that is named."""
    found = WORK.findall(plain(text))
    return {(a or c or b, first or second) for a, first, b, c, second in found}


def listed() -> set[tuple[str, str]]:
    found = set()
    for line in SOURCES.read_text(encoding="utf-8").splitlines():
        if entry := re.match(r"\* ([^(]+) \(\d{4}\), ", line):
            names = re.findall(NAME, plain(entry[1]))
            found |= {(name, year) for name in names for year in re.findall(r"\((\d{4})\),", line)}
    return found


def test_every_work_that_docstrings_and_pages_refer_to_is_listed() -> None:
    made = {"events.md", "parameters.md", "keys.md", "commands.md", "python.md"}  # from the code, in docs/reference
    pages = [path for path in (ROOT / "docs").rglob("*.md") if path.name not in made]
    texts = {path: path.read_text(encoding="utf-8") for path in pages}
    for path in (ROOT / "src" / "ecsim").rglob("*.py"):
        texts[path] = "\n".join(re.findall(r'"""(.*?)"""', path.read_text(encoding="utf-8"), re.DOTALL))
    named = set()
    for path, text in sorted(texts.items()):
        cited = works(text)
        assert cited - listed() == set(), path
        named |= cited
    assert len(named) > 40


def test_a_reference_is_recognised_in_its_forms() -> None:
    text = (
        "Kim & Nelson (2001); Ayer et al. (1955); Berti et al. 2023, (Nemhauser, Wolsey and Fisher 1978), *Holm* (1979)"
    )
    assert works(text) == {
        ("Nelson", "2001"), ("Ayer", "1955"), ("Berti", "2023"), ("Fisher", "1978"), ("Holm", "1979"),
    }  # fmt: skip
