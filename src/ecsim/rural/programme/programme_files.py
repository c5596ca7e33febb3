"""Files of programmes: read, checked, and found again in journals of earlier versions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ecsim.kernel.shipped import shipped
from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.programme.notice import Programme
from ecsim.rural.programme.rules import with_rule_book


def load_programme(file: Path, named_by: str | None = None) -> Programme:
    """Return the programme of a TOML file.

    Parameters
    ----------
    named_by : file and key that name it, for who looks for a wrong path

    Raises
    ------
    EcsimError
        If the file is missing, is no TOML, or says something that is not allowed.
    """
    return checked(Programme, read_programme(file, read_toml(file, named_by)), str(file))


def read_programme(file: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a programme's file with its rule book, which may be named by a path beside the file.

    A programme that gives none, or only values of it, has the shipped one but for these; a whole one stands by itself.
    """
    named = content.get("rule_book")
    if isinstance(named, str):
        content = {**content, "rule_book": read_toml(file.parent / named, f"{file}: rule_book")}
    return with_rule_book(content, shipped_rule_book())


@cache
def shipped_rule_book() -> Mapping[str, Any]:
    """Return the content of the rule book that stands in where none is given: that of the notice of 2018."""
    return read_toml(shipped() / "configs" / "rules" / "yunnan_2018.toml")


@cache
def shipped_programme() -> Programme:
    """Return the programme of scenarios that name none, as those of earlier versions: that of the shipped baseline."""
    baseline = shipped() / "configs" / "baseline.toml"
    return load_programme(baseline.parent / str(read_toml(baseline)["programme"]), f"{baseline}: programme")


@cache
def shipped_projects() -> Mapping[str, Mapping[str, Any]]:
    """Return what the shipped file says of kinds of projects, unchecked, by kind."""
    return read_toml(shipped() / "configs" / "projects.toml")


def programme_of(scenario: Mapping[str, Any]) -> Programme:
    """Return the programme of a scenario as a journal holds it, be it of this version or an earlier one."""
    content = scenario.get("programme")
    return shipped_programme() if content is None else checked(Programme, whole_programme(content), "programme")


def whole_programme(content: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
    """Return the content of a programme with a whole rule book, however journals of earlier versions wrote it."""
    return with_rule_book(content, shipped_rule_book()) if isinstance(content, Mapping) else content


def numbered_rules(scenario: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Return article and titles of the rules by which a scenario's events number them; 0 is none.

    Parameters
    ----------
    scenario : as a journal holds it, be it of this version or an earlier one
    """
    book = programme_of(scenario).rule_book.model_dump(mode="json")
    rules = with_rule_book(scenario["policy"], book)["rule_book"]["rules"]
    none = {"title_en": "none", "title_zh": "无", "article": ""}
    return [none, *({key: rule[key] for key in none} for rule in rules.values())]
