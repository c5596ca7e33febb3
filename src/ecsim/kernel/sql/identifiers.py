"""Quoting: what a run's manifest puts into SQL (names, words, numbers) belongs to whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecsim.kernel.errors import VerificationError
from ecsim.kernel.journal import JournalReader

_NAME, _OBJECT = re.compile(r"[a-z0-9_]+"), re.compile(r"[0-9a-f]{64}")


def identifier(name: str) -> str:
    """Return a name of a view or a column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def refuse_strange_names(reader: JournalReader) -> None:
    """Refuse a manifest whose names and numbers are none that ecsim writes.

    Raises
    ------
    VerificationError
        Naming the first; such a run was not written by ecsim, or was altered.
    """
    for what, value in _strange(reader):
        shown = repr(value if len(str(value)) < 80 else f"{str(value)[:80]}…")
        raise VerificationError(
            f"{reader.folder}: the manifest has {shown} for {what}; ecsim never writes that, so the run was altered: "
            "do not use it"
        )


def _strange(reader: JournalReader) -> Iterator[tuple[str, object]]:
    for name, stored in reader.stored.items():
        if not _is(_NAME, name):
            yield "the name of a kind", name
        yield from (("the name of a column", c.name) for c in stored.kind.columns if not _is(_NAME, c.name))
    for seal in reader.seals:
        yield from (("the kind of an object", kind) for kind in seal.objects if kind not in reader.stored)
        yield from (("the name of an object", held) for held in seal.objects.values() if not _is(_OBJECT, held))
        numbers = [seal.first, seal.next, *(number for mark in seal.marks for number in mark)]
        yield from (("a sequence number or a day", number) for number in numbers if type(number) is not int)


def _is(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None
