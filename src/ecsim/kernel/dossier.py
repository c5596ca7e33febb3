"""The evaluation file of one place of a run, as data: what a model offers under the view ``dossier``.

A page or a document is made of it elsewhere; words come in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ecsim.kernel.text import Text

NOTHING = Text("", "")


@dataclass(frozen=True)
class Entry:
    """A cell of a table: what it says, and in small print below what belongs to it."""

    text: Text
    below: Text = NOTHING


@dataclass(frozen=True)
class FactColumn:
    """The head of a column; numbers stand right."""

    title: Text
    number: bool = False


@dataclass(frozen=True)
class FactTable:
    """Facts side by side.

    Attributes
    ----------
    empty : what is said where there is no row
    """

    title: Text
    columns: tuple[FactColumn, ...]
    rows: tuple[tuple[Entry, ...], ...]
    empty: Text


@dataclass(frozen=True)
class FactSection:
    """A part of the file: ``notes`` before its tables."""

    name: str
    title: Text
    notes: tuple[Text, ...]
    tables: tuple[FactTable, ...]


@dataclass(frozen=True)
class ReportedFigure:
    """What a place reported last of a figure, and what a check of its records by the events gave.

    Attributes
    ----------
    date, report : of the report
    found_false : how often a check found that what was reported is not so
    """

    date: str
    report: Text
    reported: float
    verified: float
    found_false: int


@dataclass(frozen=True)
class Dossier:
    """The evaluation file of one place.

    Attributes
    ----------
    title : of the whole
    place : as commands take it
    summary : the answer in sentences
    subject : what is evaluated, in lines
    reported : by name of the target
    sections : all but targets and evidence
    sentences : returns events in a sentence each, by sequence number
    """

    title: Text
    place: Text
    summary: tuple[Text, ...]
    subject: tuple[Text, ...]
    reported: Mapping[str, ReportedFigure]
    sections: tuple[FactSection, ...]
    sentences: Callable[[Iterable[int]], Mapping[int, Text]]
