"""What people and accidents make of files and command lines, drawn by a seed: the same number is the same mutant."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

Place = tuple[Any, Any]
"""A table or list, and the key or number of a value in it."""

DEEP: list[Any] = []
for _ in range(200):
    DEEP = [DEEP]
VALUES: list[Any] = [
    "", " ", "x", "x" * 300, "x" * 5000, "云南", "a\0b", "a\nb", "$x_$ ^", "[/x]", "\ud800", "../..", "/etc/passwd",
    "nan", "0.01", "true", "２", "x:y", "json:loads", ".", "𝟙", True, False, 0, 1, -1, 2, 3.7, -0.5, 10**9, 10**20,
    -(10**20), 10**400, 1e308, 1e-320, float("nan"), float("inf"), float("-inf"), [], {}, [[]], [1, "a", True],
    {"a": {"b": 1}}, DEEP, dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2019, 2, 28),
    dt.datetime(2019, 1, 1, 12), dt.time(12, 30),
]  # fmt: skip
WORDS = [
    "", " ", "\u3000", "x", "x" * 300, "x" * 200_000, "云南", "nan", "NaN", "inf", "-inf", "-1", "0", "0.5", "1e400",
    "1e8", "99999999999999999999", "٣", "３", "½", "0x10", "1_000", "1,5", "true", "None", "a\0b", "a\nb", '"', '""',
    "'", ";", "11-3", "13", "0-0", "2018", "530325", "\ud800", "=1+1", "\ufeff", "\u202e", "-", "−5", "∞",
]  # fmt: skip
"""Cells of a table, and words of a command line."""


def places(content: Any) -> Iterator[Place]:
    """Yield every place of a value."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        yield content, key
        if isinstance(value, dict | list):
            yield from places(value)


def _replaced(at: Place, draw: random.Random) -> None:
    at[0][at[1]] = draw.choice(VALUES)


def _deleted(at: Place, _: random.Random) -> None:
    del at[0][at[1]]


def _renamed(at: Place, draw: random.Random) -> None:
    table, key = at
    value, name = table.pop(key), str(key)
    if isinstance(table, list):
        return table.append(value)
    swapped = name[:1] + name[2:3] + name[1:2] + name[3:]
    table[draw.choice([swapped, name.upper(), f"{name} ", "", "x" * 300, "名", "a.b", "\0", f"{name}.{name}"])] = value
    return None


def _added(at: Place, draw: random.Random) -> None:
    table, value = at[0], draw.choice(VALUES)
    if isinstance(table, list):
        table.insert(0, value)
    else:
        table[draw.choice(["colour", "extends", "without", "value", "name", "shocks", "parameters", "__class__"])] = (
            value
        )


def _wrapped(at: Place, draw: random.Random) -> None:
    table, key = at
    table[key] = draw.choice([[table[key]], {"value": table[key]}, [table[key], table[key]]])


def _scaled(at: Place, draw: random.Random) -> None:
    table, key = at
    if isinstance(table[key], bool) or not isinstance(table[key], int | float):
        return _replaced(at, draw)
    table[key] = draw.choice([-table[key], table[key] * 10**6, table[key] / 1e6, table[key] + 0.5, str(table[key])])
    return None


def _swapped(at: Place, draw: random.Random) -> None:
    table, key = at
    other = draw.choice(list(table) if isinstance(table, dict) else range(len(table)))
    table[key], table[other] = table[other], table[key]


STRUCTURAL: tuple[Callable[[Place, random.Random], None], ...] = (
    _replaced, _replaced, _replaced, _deleted, _renamed, _added, _wrapped, _scaled, _swapped,
)  # fmt: skip


def structural(content: dict[str, Any], draw: random.Random) -> bytes:
    """Return TOML of a content in which one or two things are not what they were."""
    for _ in range(draw.choice([1, 1, 1, 2])):
        every = list(places(content))
        if every:
            draw.choice(STRUCTURAL)(draw.choice(every), draw)
    return toml(content).encode("utf-8", "surrogatepass")


def toml(content: dict[str, Any]) -> str:
    """Return a content as TOML, a key a line."""
    return "".join(f"{json.dumps(key, ensure_ascii=False)} = {_inline(value)}\n" for key, value in content.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _flipped(raw: bytes, draw: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(draw.choice([1, 3, 30])):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _cut(raw: bytes, draw: random.Random) -> bytes:
    first, last = sorted((draw.randrange(len(raw)), draw.randrange(len(raw))))
    return draw.choice([raw[:first], raw[last:], raw[:first] + raw[last:], raw[:last] + raw[first:]])


def _encoded(raw: bytes, draw: random.Random) -> bytes:
    encoding = draw.choice(["gb18030", "utf-16", "utf-16-le", "utf-32", "latin-1", "big5", "utf-8-sig"])
    return raw.decode().encode(encoding, "replace")


def _look_alike(raw: bytes, draw: random.Random) -> bytes:
    old, new = draw.choice(
        [('"', "“"), ('"', "＂"), ("=", "＝"), ("=", "：="), (",", "，"), ("[", "【"), (".", "。"), ("0", "０")]
    )
    return raw.decode().replace(old, new, draw.choice([1, 1, 10_000])).encode()


def _inserted(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw))
    new = [b"\0", b"\xef\xbb\xbf", b"\r", b"\x1b[31m", b"\xff", b"[" * 5000, b"9" * 5000, b'"""', b"\n[a]\n[a]\n", b"#"]
    return raw[:at] + draw.choice(new) + raw[at:]


def _lines(raw: bytes, draw: random.Random) -> bytes:
    rows = raw.splitlines(keepends=True)
    row = draw.randrange(len(rows))
    return draw.choice([
        b"".join(rows[:row] + rows[row + 1 :]),
        b"".join([*rows[: row + 1], *rows[row:]]),
        raw.replace(b"\n", b"\r\n"),
        raw.replace(b"\n", b"\r"),
        raw * 2,
        b"",
        b"\xef\xbb\xbf" + raw,
    ])  # fmt: skip


BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flipped, _cut, _encoded, _look_alike, _inserted, _lines)


def of_bytes(raw: bytes, draw: random.Random) -> bytes:
    """Return a file that was damaged, saved in another encoding, or typed on another keyboard."""
    return draw.choice(BYTES)(raw, draw)


def of_table(raw: bytes, draw: random.Random) -> bytes:
    """Return a CSV table in which a cell, row or column is not what it was."""
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
    row, column = draw.randrange(1, len(rows)), draw.randrange(len(rows[0]))
    match draw.choice(["cell"] * 6 + ["column", "doubled", "dropped", "header", "moved", "cut"]):
        case "cell":
            rows[row][column] = draw.choice(WORDS)
        case "column":
            value = draw.choice(WORDS)
            for cells in rows[1:]:
                cells[column] = value
        case "doubled":
            rows.insert(draw.randrange(1, len(rows)), list(rows[row]))
        case "dropped":
            del rows[row : row + draw.choice([1, 1, len(rows)])]
        case "header":
            rows[0][column] = draw.choice([*WORDS[:8], *rows[0]])
        case "moved":
            rows[row] = rows[row][1:] + rows[row][:1]
        case "cut":
            del rows[row][column:]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def of_line(line: list[str], draw: random.Random) -> list[str]:
    """Return a command line in which a word is another, comes twice, or is missing."""
    words, at = list(line), draw.randrange(1, len(line))
    short = [word for word in WORDS if "\0" not in word and len(word) < 10_000]  # what a shell can hand over
    new = draw.choice(
        [*short, "--set", "--out", "--json", "--help", "--seed", "--x", "/dev/null", "/proc/self/mem", ".", ".."]
    )
    match draw.choice(["replaced", "replaced", "inserted", "dropped", "doubled", "swapped"]):
        case "replaced":
            words[at] = new
        case "inserted":
            words.insert(at, new)
        case "dropped":
            del words[at]
        case "doubled":
            words.insert(at, words[at])
        case "swapped":
            other = draw.randrange(1, len(line))
            words[at], words[other] = words[other], words[at]
    return words
