"""Words of codes: those of a vocabulary, then those that extensions add; a journal's first line says them all."""

from __future__ import annotations

from enum import IntEnum

from ecsim.kernel import toolkit as ec
from ecsim.kernel.vocabulary import Word, further_words, meanings, vocabularies_of


class Colour(IntEnum):
    """Colours."""

    RED = 0
    DARK_BLUE = 4


class Colours(ec.Codes):
    """Colours."""

    vocabulary = Colour


class Painted(ec.Event):
    """Something is painted."""

    kind = "vocabulary_painted"
    colour: Colours
    times: ec.Counts


GREEN, OCHRE = Word("green", ec.Text("green", "绿")), Word("ochre", ec.Text("ochre", "赭"))


def test_further_words_go_on_where_the_codes_of_a_vocabulary_end() -> None:
    assert further_words(Colour, {Colour: (GREEN, OCHRE)}) == {5: GREEN, 6: OCHRE}
    assert further_words(Colour, {}) == {}


def test_every_code_has_its_meaning() -> None:
    assert meanings(Colour, {Colour: (GREEN,)}) == {0: "red", 4: "dark_blue", 5: "green"}


def test_a_journal_says_what_the_codes_of_each_column_mean() -> None:
    assert vocabularies_of((Painted,), {}) == {"vocabulary_painted.colour": {"0": "red", "4": "dark_blue"}}
    assert vocabularies_of((Painted,), {Colour: (OCHRE,)})["vocabulary_painted.colour"]["5"] == "ochre"
