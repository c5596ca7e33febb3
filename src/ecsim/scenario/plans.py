"""Files of plans: a head in TOML, and its projects there or in a table beside it, CSV or Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.plans.plan import Plan
from ecsim.rural.plans.tables import read_rows


def read_plan(file: Path, named_by: str | None = None) -> dict[str, Any]:
    """Return the content of a plan's file, unchecked; a table that its ``projects`` name is read in.

    Parameters
    ----------
    named_by : as in `read_toml`
    """
    content = read_toml(file, named_by)
    projects = content.get("projects")
    if isinstance(projects, str):
        content["projects"] = read_rows(file.parent / projects, f"{file}: projects")
    return content


def load_plan(file: Path) -> Plan:
    """Return the plan of a file.

    Raises
    ------
    EcsimError
        If it or its table is missing, or says something that is not allowed.
    """
    return checked(Plan, read_plan(file), str(file))


def put_in_plan(file: Path, content: dict[str, Any]) -> None:
    """Put in the plan that a policy names by the path of its file, beside the policy's."""
    if isinstance(content.get("plan"), str):
        content["plan"] = read_plan(file.parent / content["plan"], f"{file}: plan")
