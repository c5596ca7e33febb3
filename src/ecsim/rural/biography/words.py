"""A run in words of both languages at once: names, codes, dates, money, and single events in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from ecsim.kernel.recorded import Text
from ecsim.rural.biography.names import Naming, RunTables
from ecsim.rural.biography.rows import happened
from ecsim.rural.biography.sentences import Group, by_wording, sentence
from ecsim.rural.biography.values import SelectedRows
from ecsim.rural.events import ProjectKind


@dataclass(frozen=True)
class RunWords:
    """What things of a run are called, in English and Chinese."""

    reading: RunTables
    english: Naming
    chinese: Naming

    @classmethod
    def of(cls, run: Path) -> RunWords:
        """Return the words of a run on disk; code that it names is trusted by whoever asks."""
        reading = RunTables(run)
        return cls(reading, Naming(reading, "en"), Naming(reading, "zh"))

    def called(self, table: str, row: int) -> Text:
        """Return what a row of a table is called; -1 is none."""
        return Text(self.english.call(table, row), self.chinese.call(table, row))

    def word(self, vocabulary: type[IntEnum], code: int) -> Text:
        """Return what a code is called."""
        return Text(self.english.word(vocabulary, code), self.chinese.word(vocabulary, code))

    def project_kind(self, code: int) -> Text:
        """Return what a kind of project is called, one that an extension adds included."""
        return self.word(ProjectKind, code)

    def place(self, county: int, prefecture: int) -> Text:
        """Return what a county is called, or a prefecture where there is no county."""
        return self.called("counties", county) if county >= 0 else self.called("prefectures", prefecture)

    def date(self, day: int) -> str:
        """Return the date of a day of the run, in ISO form."""
        return self.reading.date(day).isoformat()

    def sentences(self, seqs: Iterable[int]) -> Mapping[int, Text]:
        """Return single events in a sentence each, by sequence number."""
        wanted = list(seqs)
        english, chinese = (_told(naming, wanted) for naming in (self.english, self.chinese))
        return {seq: Text(english[seq], chinese[seq]) for seq in english}


def _told(naming: Naming, seqs: list[int]) -> dict[int, str]:
    return {seq: sentence(naming, _group(row)) for seq, row in happened(naming, seqs).items()}


def _group(row: SelectedRows) -> Group:
    return next(by_wording(row, ""))
