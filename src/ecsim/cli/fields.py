"""What `ecsim laws --fields` prints: whether every field of a scenario and every parameter changes an event."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, WRONG_RESULT, progress_bar
from ecsim.cli.scenario_runs import scenario_of

if TYPE_CHECKING:
    from ecsim.kernel.field_effects import Exempt, FieldEffect


def try_fields(given: Namespace) -> int:
    """Change every field in turn in the model's own base scenarios, and print what came of it.

    Returns
    -------
    int
        0; 1 if a field that is on no list changes no event.

    Raises
    ------
    EcsimError
        If the model cannot try its fields, or what is given belongs to laws by runs.
    """
    from tempfile import TemporaryDirectory

    from ecsim.scenario.load import load

    effects_of = _effects_of(given)
    with TemporaryDirectory(prefix="ecsim-") as folder, progress_bar("fields") as progress:
        effects = effects_of(load, Path(folder))
        found = list[Any]()
        for name in effects.names:
            found.append(effects.effect(name))
            progress(len(found), len(effects.names))
        exempt, groups = effects.exempt, dict.fromkeys(effects.groups.values())
    if given.json:
        content = {"fields": [asdict(effect) for effect in found], "exempt": [asdict(each) for each in exempt]}
        print(json.dumps(content, ensure_ascii=False))
    else:
        _print(found, exempt, list(groups))
    return OK if all(effect.changes_events for effect in found) else WRONG_RESULT


def _effects_of(given: Namespace) -> Any:  # noqa: ANN401 (the model's own)
    from ecsim.kernel.errors import EcsimError

    if given.only is not None or given.set:
        raise EcsimError("--fields tries every field in the model's own base scenarios: leave out --only and --set")
    _, model = scenario_of(given, given.config)
    effects = model.view("field_effects")
    if effects is None:
        raise EcsimError(f"{model.name}: this model has no base scenarios to try its fields in")
    return effects


def _print(found: Sequence[FieldEffect], exempt: Sequence[Exempt], groups: Sequence[str]) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide

    table = Table(title="Fields and parameters, each changed alone: whether any event after the opening differs")
    for column in ("field of", "fields", "change events", "exempt", "change nothing"):
        table.add_column(column, justify="left" if column == "field of" else "right")
    for group in groups:
        mine = [effect for effect in found if effect.group == group]
        changing = sum(effect.changes_events for effect in mine)
        free = sum(each.group == group for each in exempt)
        table.add_row(group, *map(str, (len(mine) + free, changing, free, len(mine) - changing)))
    wide(160).print(table)
    by_reason: dict[str, list[str]] = {}
    for each in exempt:
        by_reason.setdefault(each.reason, []).append(each.name)
    print("Exempt, by reason:")
    for reason, names in by_reason.items():
        print(f"  {reason}\n    {', '.join(names)}")
    idle = [effect.name for effect in found if not effect.changes_events]
    print(f"{len(found) - len(idle)} of {len(found)} change an event; {len(exempt)} are exempt.")
    for name in idle:
        print(f"changes nothing: {name}")
