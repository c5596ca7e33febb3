"""Reading scenario files: ``extends``, ``policy`` and ``designs`` name other files, beside the one that names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from ecsim.kernel.errors import EcsimError, shortened, shown
from ecsim.kernel.model import Model
from ecsim.kernel.models import model_of_content
from ecsim.kernel.scenario import Scenario as KernelScenario
from ecsim.kernel.shocks import Shock
from ecsim.kernel.strict import Name
from ecsim.kernel.toml import DEEPEST, read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.scenario import Policy, Scenario, StationDesign, with_limits
from ecsim.rural.sourced_number import SourcedNumber
from ecsim.scenario.file_kinds import PROJECTS, check_kind
from ecsim.scenario.shipped import find

M = TypeVar("M", bound=BaseModel)


def load(path: str | Path, changes: Mapping[str, Any] | None = None, named_by: str | None = None) -> Any:  # noqa: ANN401
    """Return the scenario of a TOML file, of the kind that its model has.

    Parameters
    ----------
    path : the file, or the name of a scenario that is shipped
    changes : values by dotted key (``policy.funds.multiplier``, ``parameters.buying.innovation``) that replace others
    named_by : as in `read_toml`

    Raises
    ------
    EcsimError
        If the file is missing, is no TOML, or says something that is not allowed; the message says what to do.

    Notes
    -----
    A model, extension or strategy that the file names as ``module:name`` is imported: its code runs.
    """
    file = Path(path) if named_by else find(path, "scenarios")
    content = _resolved(file, named_by)
    check_kind(content, "scenario", str(file))
    return _changed(content, changes or {}, str(file))


class Heading(BaseModel):
    """What a scenario is called and what it is of, read without its model: no code of it is imported."""

    name: Name
    title_en: str
    title_zh: str
    model: Name = Scenario.model_fields["model"].default


def load_heading(file: Path) -> Heading:
    """Return the heading of the scenario of a TOML file; what else it says is not looked at.

    Raises
    ------
    EcsimError
        If the file, or one that it names, is missing or is no TOML, or titles are missing.
    """
    return checked(Heading, _resolved(file), str(file))


def changed(
    scenario: KernelScenario, changes: Mapping[str, Any], where: str, policy: Mapping[str, Any] | None = None
) -> Any:  # noqa: ANN401 (of the model's own kind)
    """Return a scenario with some values replaced, and perhaps its policy.

    Raises
    ------
    EcsimError
        As `load`; ``where`` is named.
    """
    content = scenario.model_dump(mode="json")
    if policy is not None:
        content["policy"] = dict(policy)
    return _changed(content, changes, where)


def _changed(content: dict[str, Any], changes: Mapping[str, Any], where: str) -> KernelScenario:
    """Return the scenario of a content with some values replaced by short or whole dotted key."""
    own = {key: value for key, value in changes.items() if key in {"model", "extensions"}}
    _replace_all(content, own)
    model = model_of_content(content, trust=True)
    _replace_all(content, {_full_key(key, model): value for key, value in changes.items() if key not in own})
    scenario = _in_its_ranges(checked(model.scenario, content, where), where)
    model.hooks.refuse(scenario, model, where)
    return scenario


def _full_key(key: str, model: Model[Any, Any]) -> str:
    """Return the whole dotted key of a short one: ``funds.purse`` of the policy, ``market.growth`` of the rules."""
    first, fields = key.partition(".")[0], model.scenario.model_fields
    if "." not in key or first in fields:
        return key
    if key not in model.defaults.by_name and "policy" in fields and first in Policy.model_fields:
        return f"policy.{key}"
    return f"parameters.{key}"


def load_shock(path: Path, named_by: str | None = None) -> Shock:
    """Return the shock of a TOML file; ``named_by`` as in `read_toml`."""
    return checked(Shock, read_kind("shock", path, named_by=named_by), str(path))


def load_policy(path: Path) -> Policy:
    """Return the policy of a TOML file; limits that it does not give are those of the shipped programme."""
    content = with_limits(read_kind("policy", path), shipped_programme().limits.model_dump(mode="json"))
    return _in_its_ranges(checked(Policy, content, str(path)), str(path))


def load_design(path: Path) -> StationDesign:
    """Return the station design of a TOML file."""
    return _in_its_ranges(checked(StationDesign, read_kind("design", path), str(path)), str(path))


def _in_its_ranges(model: M, where: str) -> M:
    """Return a model whose numbers with source all lie in their own ranges.

    Raises
    ------
    EcsimError
        Naming each that does not.
    """
    faults = [f"{where}: {key}: {fault}" for key, told in _sourced(model, ()) if (fault := told.fault())]
    if faults:
        raise EcsimError("\n".join(faults))
    return model


def _sourced(held: Any, place: tuple[str, ...]) -> Iterator[tuple[str, SourcedNumber]]:  # noqa: ANN401 (any field's)
    """Yield the numbers with source of a model by dotted key."""
    if isinstance(held, SourcedNumber):
        yield ".".join(place), held
    elif isinstance(held, BaseModel):
        for key in type(held).model_fields:
            yield from _sourced(getattr(held, key), (*place, key))
    elif isinstance(held, tuple):
        for number, inner in enumerate(held):
            yield from _sourced(inner, (*place, str(number)))


def _resolved(file: Path, named_by: str | None = None, heirs: tuple[Path, ...] = ()) -> dict[str, Any]:
    content = read_toml(file, named_by)
    base, less = _base(file, content, heirs), content.pop("without", [])
    if base is not None:
        content = _merged(_less(_resolved(base, None, (*heirs, file)), less, file), content)
    for key, kind in (("policy", "policy"), ("projects", PROJECTS), ("programme", "programme")):
        if key in content:
            content[key] = _named(file, key, content[key], kind)
    if isinstance(content.get("shocks"), list):
        content["shocks"] = [_with_shock(file, told) for told in content["shocks"]]
    if isinstance(content.get("designs"), list):
        content["designs"] = [_named(file, "designs", design, "design") for design in content["designs"]]
    return content


def _named(file: Path, key: str, told: Any, kind: str) -> Any:  # noqa: ANN401 (from TOML)
    """Return the content of a file that a key names by its path; what is no path stays as it is."""
    return read_kind(kind, file.parent / told, named_by=f"{file}: {key}") if isinstance(told, str) else told


def _with_shock(file: Path, told: Any) -> Any:  # noqa: ANN401 (from TOML)
    """Return an active shock whose shock may be named by its file."""
    if isinstance(told, dict) and "shock" in told:
        return {**told, "shock": _named(file, "shocks.shock", told["shock"], "shock")}
    return told


def _base(file: Path, content: dict[str, Any], heirs: tuple[Path, ...]) -> Path | None:
    """Take ``extends`` out of a content and return the file that it names.

    Raises
    ------
    EcsimError
        If it names no file, or one that goes back to this file.
    """
    told = content.pop("extends", None)
    if told is None:
        return None
    if not isinstance(told, str):
        raise EcsimError(f"{file}: extends is {shown(told)}; write the path of one file, beside this one")
    base = file.parent / told
    read_toml(base, f"{file}: extends")
    if base.resolve() in {heir.resolve() for heir in (*heirs, file)}:
        raise EcsimError(f"{file}: extends {told}, which extends this file in turn; take one of the two out")
    return base


def read_merged(file: Path, changes: Mapping[str, Any] | None = None, named_by: str | None = None) -> dict[str, Any]:
    """Return the content of a TOML file with some values replaced by dotted key.

    A file that ``extends`` another has all that the other has, but for the keys that it names in ``without``, and what
    it says itself.

    Raises
    ------
    EcsimError
        If a file is missing or no TOML, or a key names a value as if it were a table.
    """
    content = _extended(file, named_by)
    _replace_all(content, changes or {})
    return content


def read_kind(
    kind: str, file: Path, changes: Mapping[str, Any] | None = None, named_by: str | None = None
) -> dict[str, Any]:
    """Return the content of a TOML file as `read_merged` does, if it is of a kind.

    Raises
    ------
    EcsimError
        If it is of another kind, too.
    """
    content = _extended(file, named_by)
    check_kind(content, kind, f"{file}, named by {named_by}" if named_by else str(file))
    _replace_all(content, changes or {})
    return content


def _extended(file: Path, named_by: str | None = None, heirs: tuple[Path, ...] = ()) -> dict[str, Any]:
    content = read_toml(file, named_by)
    base, less = _base(file, content, heirs), content.pop("without", [])
    if base is None:
        return content
    return _merged(_less(_extended(base, None, (*heirs, file)), less, file), content)


def _less(content: dict[str, Any], keys: Any, file: Path) -> dict[str, Any]:  # noqa: ANN401 (from TOML)
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


def _merged(base: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in change.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _replace_all(content: dict[str, Any], changes: Mapping[str, Any]) -> None:
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
    if not isinstance(inner, dict):
        raise EcsimError(f"--set {shortened(key)}: {shortened(first)} is a single value, not a table; set it directly")
    if first == "parameters":
        inner[rest] = value
    else:
        _replace(inner, rest, value)
