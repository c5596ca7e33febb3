"""TOML as people save it: read from a file or a text, every fault one message that says where and what to write."""

from __future__ import annotations

import pickle
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError, shortened

DEEPEST = 32
"""Tables and lists within each other; no file of ecsim has more than five."""
LARGEST = 16_000_000
"""Bytes of a file; what is larger was not written by hand."""
_QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "＂": '"', "‘": "'", "’": "'", "＇": "'"}
_MARKS = {**_QUOTES, "：": "=", "【": "[", "】": "]", "。": ".", "、": ","}
_PLACE = re.compile(r"at line (\d+), column (\d+)")
_TOO_DEEP = f"tables or lists lie more than {DEEPEST} deep in each other; take levels out"


def read_toml(path: Path | Traversable, named_by: str | None = None) -> dict[str, Any]:
    """Return the content of a TOML file, with or without a byte order mark.

    Parameters
    ----------
    named_by : file and key that name it, for who looks for a wrong path

    Raises
    ------
    EcsimError
        If it is missing, cannot be read or is no TOML.
    """
    by, name = f", named by {named_by}" if named_by else "", shortened(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise EcsimError(f"{name}: no such file{by}; paths are relative to the file that names them") from None
    except OSError as error:
        raise EcsimError(f"{name}: cannot be read ({error.strerror}){by}; name a TOML file") from None
    except ValueError:
        raise EcsimError(f"{name!r}: not a file path{by}; it holds the character NUL") from None
    if len(content) > LARGEST:
        raise EcsimError(f"{name}: has more than {LARGEST:,} bytes{by}; name a file of settings")
    return parsed_toml(content, str(path))


def parsed_toml(content: bytes, where: str) -> dict[str, Any]:
    """Return the content of the bytes of a TOML file; ``where`` is what messages call it.

    Raises
    ------
    EcsimError
        If it is no UTF-8, no TOML, or nested too deep.
    """
    try:
        return parsed_text(content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    except UnicodeDecodeError as error:
        raise EcsimError(f"{where}: not UTF-8 (byte {error.start + 1}); save it as UTF-8") from None
    except ValueError as error:
        raise EcsimError(f"{where}: not valid TOML ({error})") from None


def parsed_text(text: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    Raises
    ------
    ValueError
        With the reason and what to do: its syntax and perhaps the character that is meant for another, its depth, or a
        number of thousands of digits.
    """
    content: dict[str, Any] = pickle.loads(_parsed(text))
    return content


@lru_cache(maxsize=256)
def _parsed(text: str) -> bytes:
    """Return the content of a TOML text, pickled: who reads it gets a copy of its own, and each text is parsed once."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(_look_alike(text, str(error)) or f"{error}; correct the line it names") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError:  # of int(): Python reads no longer ones
        raise ValueError("a number has more than 4,000 digits; write a shorter one") from None
    check_depth(content)
    return pickle.dumps(content)


def check_depth(content: Any) -> None:  # noqa: ANN401 (from TOML)
    """Refuse tables and lists that lie too deep in each other, without going down by recursion.

    Raises
    ------
    ValueError
        If they do.
    """
    waiting = [(1, content)]
    while waiting:
        depth, held = waiting.pop()
        if depth > DEEPEST:
            raise ValueError(_TOO_DEEP)
        inner = held.values() if isinstance(held, Mapping) else held if isinstance(held, list) else ()
        waiting += [(depth + 1, value) for value in inner if isinstance(value, Mapping | list)]


def _look_alike(text: str, message: str) -> str:
    """Return what to write if a character of another alphabet stands for TOML's own where the reader gave up."""
    lines = text.split("\n")
    place = _PLACE.search(message)
    number, column = (int(place[1]), int(place[2])) if place else (len(lines), 1)
    line = lines[number - 1]
    bare = line[: column - 1] + re.split("[\"'#]", line[column - 1 :])[0]
    letters = [(at, c, _plain(c)) for at, c in enumerate(bare, 1) if at >= column and _plain(c) != c]
    if not place or (not letters and "\\n" in message):  # a string that does not end: where was its end meant to be?
        letters = [(at, c, _QUOTES[c]) for at, c in enumerate(line, 1) if c in _QUOTES][-1:]
    if not letters:
        return ""
    at, character, plain = letters[0]
    name, instead = unicodedata.name(character).lower(), plain if plain.strip() else "a space"
    return f"line {number}, character {at} is {character} ({name}); write {instead} instead"


def _plain(character: str) -> str:
    """Return the ASCII character that another looks like, or itself."""
    plain = _MARKS.get(character) or unicodedata.normalize("NFKC", character)
    return plain if plain.isascii() else character
