"""Reading TOML files that ``extend`` another, and replacing values by dotted key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError, hint, shortened, shown
from ecsim.kernel.toml import DEEPEST, read_toml
from ecsim.scenario.file_kinds import check_kind
from ecsim.scenario.plans import put_in_plan
from ecsim.scenario.shipped import find


def extended(
    file: Path,
    named_by: str | None = None,
    resolve: Callable[[Path, dict[str, Any]], None] | None = None,
    heirs: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """Return the content of a TOML file over that of the file which it extends, and so on.

    Parameters
    ----------
    named_by : as in `read_toml`
    resolve : called with each file of the chain and its content, to put in what paths beside that file stand for
    heirs : files that extend this one
    """
    content = read_toml(file, named_by)
    base, left_out = _take_base(file, content, heirs), content.pop("without", [])
    if base is not None:
        content = merged(_without(extended(base, None, resolve, (*heirs, file)), left_out, file), content)
    if resolve is not None:
        resolve(file, content)
    return content


def read_merged(file: Path, changes: Mapping[str, Any] | None = None, named_by: str | None = None) -> dict[str, Any]:
    """Return the content of a TOML file with some values replaced by dotted key.

    A file that ``extends`` another has all that the other has, but for the keys that it names in ``without``, and what
    it says itself.

    Parameters
    ----------
    file : TOML
    changes : values by dotted key
    named_by : as in `read_toml`

    Raises
    ------
    EcsimError
        If a file is missing or no TOML, or a key names a value as if it were a table.
    """
    content = extended(file, named_by)
    replace_all(content, changes or {})
    return content


def shipped_policy(name: str) -> dict[str, Any]:
    """Return the content of a shipped policy's file, by its name."""
    return read_kind("policy", find(name, "policies"))


def read_kind(
    kind: str, file: Path, changes: Mapping[str, Any] | None = None, named_by: str | None = None
) -> dict[str, Any]:
    """Return the content of a TOML file as `read_merged` does, if it is of a kind.

    Parameters
    ----------
    kind : by the keys of `file_kinds.KEYS`
    file, changes, named_by : as for `read_merged`

    Raises
    ------
    EcsimError
        If it is of another kind, too.
    """
    content = extended(file, named_by, put_in_plan if kind == "policy" else None)
    check_kind(content, kind, f"{file}, named by {named_by}" if named_by else str(file))
    replace_all(content, changes or {})
    return content


def _take_base(file: Path, content: dict[str, Any], heirs: tuple[Path, ...]) -> Path | None:
    """Take ``extends`` out of a content and return the file that it names.

    Raises
    ------
    EcsimError
        If it names no file, or one that goes back to this file.
    """
    path = content.pop("extends", None)
    if path is None:
        return None
    if not isinstance(path, str):
        raise EcsimError(f"{file}: extends is {shown(path)}; write the path of one file, beside this one")
    base = file.parent / path
    read_toml(base, f"{file}: extends")
    if base.resolve() in {heir.resolve() for heir in (*heirs, file)}:
        raise EcsimError(f"{file}: extends {path}, which extends this file in turn; take one of the two out")
    return base


def _without(content: dict[str, Any], keys: Any, file: Path) -> dict[str, Any]:  # noqa: ANN401 (from TOML)
    """Return what a file extends, without the keys that it leaves out."""
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise EcsimError(f'{file}: without is {shown(keys)}; write a list of keys, as ["until"]')
    for key in keys:
        _leave_out(content, key, f"{file}: without names {shown(key)}")
    return content


def _leave_out(content: dict[str, Any], key: str, where: str) -> None:
    """Take a key out; a name that has dots of its own is taken whole."""
    table, _, rest = key.partition(".")
    if key in content:
        del content[key]
    elif isinstance(content.get(table), dict):
        _leave_out(content[table], rest, where)
    else:
        raise EcsimError(f"{where}; what it extends has here {', '.join(content) or 'nothing'}")


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables with those of another content put in: table by table, other values replaced."""
    content = dict(base)
    for key, value in changes.items():
        tables = isinstance(value, dict) and isinstance(content.get(key), dict)
        content[key] = merged(content[key], value) if tables else value
    return content


def replace_all(content: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Replace values by dotted key.

    Raises
    ------
    EcsimError
        If a key names a value as if it were a table, or goes too deep.
    """
    for key, value in changes.items():
        if key.count(".") > DEEPEST:
            raise EcsimError(f"--set {shortened(key)}: names tables more than {DEEPEST} deep; no file has so many")
        _replace(content, key, value)


def _replace(content: dict[str, Any], key: str, value: Any) -> None:  # noqa: ANN401 (from TOML)
    first, _, rest = key.partition(".")
    if not rest:
        content[first] = value
        return
    inner = content.setdefault(first, {})
    if isinstance(inner, list):
        inner, rest = _row_named(inner, key, first, rest)
    if not isinstance(inner, dict):
        raise EcsimError(f"--set {shortened(key)}: {shortened(first)} is a single value, not a table; set it directly")
    if first == "parameters":
        inner[rest] = value
    else:
        _replace(inner, rest, value)


def _row_named(rows: list[Any], key: str, first: str, rest: str) -> tuple[Any, str]:
    """Return the table of a list that a key names, as ``targets.trained.value`` does, and what the key says of it."""
    name, _, further = rest.partition(".")
    named = {row["name"]: row for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str)}
    if not named:
        return rows, rest
    if name not in named:
        raise EcsimError(f"--set {shortened(key)}: {first} has no {shown(name)}; {hint(name, named, _listed(named))}")
    if not further:
        raise EcsimError(f"--set {shortened(key)}: {name} is a table; set a value of it, as {first}.{name}.value")
    return named[name], further


def _listed(names: Mapping[str, Any]) -> str:
    return f"there are {', '.join(names)}"
