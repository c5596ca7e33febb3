"""Reading scenario files: ``extends``, ``policy`` and ``designs`` name other files, beside the one that names them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ecsim.kernel.models import model_of_content
from ecsim.kernel.toolkit import Model
from ecsim.kernel.toolkit import Scenario as KernelScenario
from ecsim.kernel.validation import checked
from ecsim.scenario.file_kinds import PROJECTS, check_kind
from ecsim.scenario.merged import extended, read_kind, replace_all
from ecsim.scenario.ranges import in_its_ranges
from ecsim.scenario.shipped import find


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
    content = resolved(file, named_by)
    check_kind(content, "scenario", str(file))
    return _changed(content, changes or {}, str(file))


def changed(
    scenario: KernelScenario, changes: Mapping[str, Any], where: str, policy: Mapping[str, Any] | None = None
) -> Any:  # noqa: ANN401 (of the model's own kind)
    """Return a scenario with some values replaced, and perhaps its policy.

    Parameters
    ----------
    scenario : of any model
    changes : values by dotted key
    where : what a message names
    policy : in place of the scenario's own

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
    of_model = {key: value for key, value in changes.items() if key in {"model", "extensions"}}
    replace_all(content, of_model)
    model = model_of_content(content, trust=True)
    replace_all(content, {_full_key(key, model): value for key, value in changes.items() if key not in of_model})
    scenario = in_its_ranges(checked(model.scenario, content, where), where)
    model.hooks.refuse(scenario, model, where)
    return scenario


def _full_key(key: str, model: Model[Any, Any]) -> str:
    """Return the whole dotted key of a short one: ``funds.purse`` of the policy, ``market.growth`` of the rules."""
    first, fields = key.partition(".")[0], model.scenario.model_fields
    if "." not in key or first in fields:
        return key
    if key not in model.defaults.by_name and first in _policy_keys(model):
        return f"policy.{key}"
    return f"parameters.{key}"


def _policy_keys(model: Model[Any, Any]) -> Collection[str]:
    """Return the keys of the policy in a model's scenarios; none if they have no policy."""
    field = model.scenario.model_fields.get("policy")
    policy = field.annotation if field else None
    return policy.model_fields if isinstance(policy, type) and issubclass(policy, BaseModel) else ()


def resolved(file: Path, named_by: str | None = None) -> dict[str, Any]:
    """Return the content of a scenario's file, unchecked: what it extends, and the files that it names, put in."""
    return extended(file, named_by, _put_in_named_files)


def _put_in_named_files(file: Path, content: dict[str, Any]) -> None:
    """Put in the content of the files that a scenario names by their path, beside it."""
    for key, kind in (("policy", "policy"), ("projects", PROJECTS)):
        if key in content:
            content[key] = _named(file, key, content[key], kind)
    if "programme" in content:
        content["programme"] = _programme(file, content["programme"])
    if isinstance(content.get("shocks"), list):
        content["shocks"] = [_with_shock(file, shock) for shock in content["shocks"]]
    if isinstance(content.get("designs"), list):
        content["designs"] = [_named(file, "designs", design, "design") for design in content["designs"]]


def _named(file: Path, key: str, value: Any, kind: str) -> Any:  # noqa: ANN401 (from TOML)
    """Return the content of a file that a key names by its path; what is no path stays as it is."""
    return read_kind(kind, file.parent / value, named_by=f"{file}: {key}") if isinstance(value, str) else value


def _programme(file: Path, value: Any) -> Any:  # noqa: ANN401 (from TOML)
    """Return the content of a programme that a scenario names or holds, with the rule book that it names in turn."""
    content, beside = _named(file, "programme", value, "programme"), file
    if isinstance(value, str):
        beside = file.parent / value
    if isinstance(content, dict) and isinstance(content.get("rule_book"), str):
        return {**content, "rule_book": _named(beside, "rule_book", content["rule_book"], "rule_book")}
    return content


def _with_shock(file: Path, value: Any) -> Any:  # noqa: ANN401 (from TOML)
    """Return an active shock whose shock may be named by its file."""
    if isinstance(value, dict) and "shock" in value:
        return {**value, "shock": _named(file, "shocks.shock", value["shock"], "shock")}
    return value
