"""Stylised facts as data: what is known of the world, so that runs of a model can be held against it.

A fact is a sentence with one or more measures. A measure names a figure that runs give and the interval in which
sources find it. What the model was given proves nothing, and what it does not hold cannot be compared: both are said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field, model_validator

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.strict import Date, Figure, Name, Several, Strict
from ecsim.kernel.validation import checked


class Sentence(Strict):
    """A sentence in English and Chinese."""

    en: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]

    def to(self, language: str) -> str:
        """Return the sentence of a language."""
        return self.zh if language == "zh" else self.en


class FactMeasure(Strict):
    """A figure of a run with the interval in which sources find it.

    Attributes
    ----------
    figure : as the model's watcher of facts names it
    title, unit : what people read
    low, high : ends of the source interval; one of them left out: a sign or a bound
    basis : ``published`` where the ends stand in the sources, ``judgement`` where a band was laid around them
    source : ids of evidence and what they say
    input : whether the model was given the figure, or what makes it; its verdict is then *input*
    note : what is to be known of it, in words
    """

    figure: Name
    title: Sentence
    unit: Sentence
    low: Figure | None = None
    high: Figure | None = None
    basis: Literal["published", "judgement"]
    source: Annotated[str, Field(min_length=1)]
    input: bool = False
    note: Sentence | None = None

    @model_validator(mode="after")
    def _has_an_interval(self) -> FactMeasure:
        if self.low is None and self.high is None:
            raise ValueError(f"{self.figure}: give low, high or both: the interval of the source")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.figure}: low {self.low:g} is above high {self.high:g}")
        return self


class StylisedFact(Strict):
    """A fact that a good model should reproduce.

    Attributes
    ----------
    id : its number in the list of facts
    statement : the fact in a sentence
    source : ids of evidence
    measures : what runs are held against; empty: nothing can be
    reason : why nothing is compared, or what is left out of the comparison
    given : whether nothing is compared because the model was given the fact
    """

    id: Annotated[int, Field(ge=1)]
    statement: Sentence
    source: Annotated[str, Field(min_length=1)]
    measures: Several[FactMeasure] = ()
    reason: Sentence | None = None
    given: bool = False

    @model_validator(mode="after")
    def _says_why_not(self) -> StylisedFact:
        if not self.measures and self.reason is None:
            raise ValueError(f"fact {self.id} has no measures; say in reason why nothing can be compared")
        return self


class FactList(Strict):
    """The facts of a model and how long runs have to be to be held against all of them.

    Attributes
    ----------
    until : last day of runs that give every figure
    """

    until: Date
    facts: Several[StylisedFact]

    @model_validator(mode="after")
    def _numbers_once(self) -> FactList:
        numbers = [fact.id for fact in self.facts]
        if len(set(numbers)) < len(numbers):
            raise ValueError("facts: two have the same id; each needs one of its own")
        return self


def fact_list(content: Mapping[str, Any], where: str) -> FactList:
    """Return the facts of a catalogue.

    Parameters
    ----------
    content : as TOML gives it
    where : the file, for messages

    Raises
    ------
    EcsimError
        Naming what is not allowed.
    """
    return checked(FactList, content, where)


class FactWatcher(Protocol):
    """Looks on at a run, live or from its journal, and gives the figures of facts."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""

    def figures(self) -> Mapping[str, float]:
        """Return every figure by name; NaN where the run gives none."""


@dataclass(frozen=True)
class FactBook:
    """What a model offers under the view ``stylised_facts``.

    Attributes
    ----------
    known : callable
        Returns the facts.
    begin : callable
        Takes a scenario, returns what watches a run of it.
    """

    known: Callable[[], FactList]
    begin: Callable[[Any], FactWatcher]


def fact_book(model: Any) -> FactBook:  # noqa: ANN401 (a Model)
    """Return the facts that runs of a model are held against.

    Raises
    ------
    EcsimError
        If the model names none.
    """
    book = model.view("stylised_facts")
    if book is None:
        raise EcsimError(
            f"{model.name}: this model names no stylised facts to hold its runs against; its view stylised_facts does"
        )
    assert isinstance(book, FactBook)
    return book
