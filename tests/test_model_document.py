"""The model document says what the code holds: parameters, symbols, events, steps, and the sections that code cites."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from ecsim.rural.events import EVENTS
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.rules import rule_defaults
from ecsim.rural.state import State
from ecsim.rural.week import WEEK
from ecsim.scenario import shipped

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "model.md"
TABLE = "| symbol | parameter | unit | what it is |"
CITED = re.compile(r"docs/model\.md ((?:\d+(?:\.\d+)?(?:, | to |; | and )?)+)")
WORKING_PAPERS = re.compile(r"\b(MODEL|PLAUSIBILITY|METHODS|ARCHITECTURE|STYLE) \d")


@cache
def sections() -> dict[str, str]:
    """Return the text of every numbered section, without those below it."""
    parts = re.split(r"^#{2,3} (\d+(?:\.\d+)?) .*$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def tabled(text: str) -> list[tuple[str, str]]:
    """Return symbol and parameter of every row of the parameter tables of a section."""
    _, *tables = text.split(TABLE)
    rows = [line for table in tables for line in table.split("\n\n")[0].splitlines() if line.startswith("| `")]
    return [(symbol, name) for symbol, name in (re.findall(r"`([^`]+)`", row)[:2] for row in rows)]


def spoken(text: str) -> str:
    """Return the code of a section that stands outside its parameter table: equations and spans."""
    rest = "\n".join(line for line in text.splitlines() if not re.match(r"\| `[^`]+` \| `\w+\.\w+` \|", line))
    blocks = re.findall(r"```\n(.*?)```", rest, re.DOTALL)
    return "\n".join(blocks + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", rest, flags=re.DOTALL)))


def described() -> Counter[str]:
    return Counter(name for text in sections().values() for _, name in tabled(text))


def test_every_parameter_stands_in_one_table_once_and_no_other_does() -> None:
    known = {*rule_defaults().by_name, *load_pack("yunnan_2018").rules.by_name}
    assert known - set(described()) == set(), "parameters without a row in docs/model.md"
    assert set(described()) - known == set(), "rows of docs/model.md that are no parameters"
    assert {name: rows for name, rows in described().items() if rows > 1} == {}


def test_a_parameter_named_anywhere_in_the_page_exists() -> None:
    known = {*rule_defaults().by_name, *load_pack("yunnan_2018").rules.by_name}
    groups = "|".join(sorted({name.split(".")[0] for name in known}))
    text = PAGE.read_text(encoding="utf-8")
    named = {n for n in re.findall(rf"`((?:{groups})\.\w+)`", text) if not n.endswith((".toml", ".py"))}
    assert named == known


@pytest.mark.parametrize("number", [n for n, text in sections().items() if TABLE in text])
def test_every_symbol_is_of_one_parameter_and_used_in_its_section(number: str) -> None:
    text = sections()[number]
    symbols = Counter(symbol for symbol, _ in tabled(text))
    assert {symbol for symbol, rows in symbols.items() if rows > 1} == set()
    words = spoken(text)
    unused = {symbol for symbol in symbols if not re.search(rf"(?<![\w.]){re.escape(symbol)}(?![\w'])", words)}
    assert unused == set()


def test_every_kind_of_event_is_named_where_it_is_published() -> None:
    text = "\n".join(sections()[number] for number in sections() if number[0] in "46")
    named = set(re.findall(r"`(\w+)`", text))
    assert {kind.kind for kind in EVENTS} - named == set()
    listed = re.findall(r"\*Events:\* ([^*]*)\.", text)
    said = {name for line in listed for name in re.findall(r"`(\w+)`", line)}
    assert said - {kind.kind for kind in EVENTS} == set()


def test_the_steps_of_the_week_are_named_in_their_order() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", sections()["3"], re.MULTILINE)
    assert rows == [step.name for step in WEEK]
    cited = re.findall(r"\| ((?:\d+(?:\.\d+)?(?:, )?)+) \|$", sections()["3"], re.MULTILINE)
    assert len(cited) == len(WEEK)
    assert {number for cell in cited for number in cell.split(", ")} <= set(sections())


def test_every_table_target_and_shock_is_named() -> None:
    tables = re.findall(r"\| `(\w+)` \|", sections()["2"])
    assert sorted(tables) == sorted(State.table_names())
    named = set(re.findall(r"`(\w+)`", sections()["7"]))
    assert {target.name for target in shipped_programme().targets} <= named
    assert set(re.findall(r"^\| `(\w+)` \|", sections()["8"], re.MULTILINE)) == set(shipped.named("shocks"))


def test_every_submodel_names_its_sources_code_and_limits() -> None:
    numbers = [number for number in sections() if number.startswith("4.")]
    assert len(numbers) == 13
    for number in numbers:
        text = sections()[number]
        assert all(word in text for word in ("*Events:*", "*Sources:*", "*Code:*", "*Limits:*")), number
        for path in re.findall(r"`(rural/[\w/.]+)`", text):
            assert (ROOT / "src" / "ecsim" / path).exists(), path


def test_evidence_named_in_the_page_is_in_the_pack() -> None:
    csv = (ROOT / "src/ecsim/rural/regions/packs/yunnan_2018/evidence.csv").read_text(encoding="utf-8")
    known = set(re.findall(r"^(\w+),", csv, re.MULTILINE))
    text = PAGE.read_text(encoding="utf-8")
    ranges = re.findall(r"\b([BFKLOR])(\d\d)[–-](?:[BFKLOR])?(\d\d)\b", text)
    named = set(re.findall(r"\b([BFKLOR]\d\d[a-z]?)\b", text))
    named |= {f"{head}{number:02}" for head, low, high in ranges for number in range(int(low), int(high) + 1)}
    assert len(named) > 40
    assert named - known == set()


def test_sections_cited_in_the_source_exist_and_no_unpublished_paper_is_cited() -> None:
    cited = 0
    for path in sorted((ROOT / "src" / "ecsim").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for number in re.findall(r"\d+(?:\.\d+)?", " ".join(CITED.findall(text))):
            assert number in sections(), f"{path}: docs/model.md {number}"
            cited += 1
        assert WORKING_PAPERS.findall(text) == [], path
    assert cited > 50


def test_sections_named_as_the_source_of_a_number_exist() -> None:
    """A parameter, a design or a row of facts may name "MODEL n" as its source: docs/sources.md says where that is."""
    files = [*(ROOT / "configs").rglob("*.toml"), *(ROOT / "src/ecsim/rural").rglob("*.toml")]
    files += (ROOT / "src/ecsim/rural/regions/packs/yunnan_2018").glob("*.csv")
    named = {n for path in files for n in re.findall(r"MODEL (\d+(?:\.\d+)?)", path.read_text(encoding="utf-8"))}
    assert named
    assert named <= set(sections())
