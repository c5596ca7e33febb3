"""Write the pages of the reference that follow from the code: event kinds, parameters, keys of files, commands, Python.

``python docs/reference/generate.py`` writes them; ``--check`` says which are not what the code says.
"""

from __future__ import annotations

import argparse
import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import ecsim
from ecsim import api, logistics, queues, routing, siting
from ecsim.cli.listings import rows_of
from ecsim.cli.main import parser
from ecsim.experiments.file_schemas import SCHEMAS
from ecsim.kernel import recorded, toolkit
from ecsim.rural.model import MODEL

HERE = Path(__file__).parent
HEAD = "*Made from the code by `python docs/reference/generate.py`; do not edit.*\n"


def cell(value: object) -> str:
    """Return a value as a cell of a table holds it."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(heads: list[str], rows: list[list[object]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |"
    yield ""


def events() -> Iterator[str]:
    """Yield the page of event kinds."""
    yield "# Kinds of events of the rural model\n"
    yield HEAD
    yield (
        "Each is a view in SQL; `<kind>_named` has dates, words and names beside the numbers. A row is caused by "
        "another, or it says here why not. *Subject*: what tells a row, so that `ecsim why` can take it out.\n"
    )
    for kind in MODEL.events:
        yield f"## {kind.kind}\n"
        yield f"{kind.title.en} · {kind.title.zh}. {inspect.cleandoc(kind.__doc__ or '').splitlines()[0]}"
        told = [f"version {kind.version}"]
        told += [f"no cause: {kind.no_cause_reason.en} ({kind.no_cause_reason.zh})"] if kind.no_cause_reason else []
        told += [f"subject: {', '.join(kind.subject)}"] if kind.subject else []
        told += [f"begins a {kind.makes} within {', '.join(kind.within) or 'nothing'}"] if kind.makes else []
        yield f"*{'; '.join(told)}.*\n"
        yield from table(
            ["column", "holds", "of"],
            [
                [f"`{c.name}`", type(c).__name__, c.table or (c.vocabulary.__name__ if c.vocabulary else "")]
                for c in kind.columns
            ],
        )


def parameters() -> Iterator[str]:
    """Yield the page of parameters."""
    yield "# Parameters of the rural model\n"
    yield HEAD
    rows = rows_of("parameters")
    yield f"{len(rows)} numbers; `ecsim list parameters` prints them. A scenario replaces one under `[parameters]`.\n"
    heads = ["name", "value", "unit", "low", "high", "basis", "source"]
    yield from table(heads, [[f"`{row['name']}`", *(row[key] for key in heads[1:])] for row in rows])


def keys() -> Iterator[str]:
    """Yield the page of the keys of every file."""
    yield "# Keys of files\n"
    yield HEAD
    yield "`ecsim schema KIND` prints the same as JSON Schema, for editors.\n"
    for kind, model in SCHEMAS.items():
        yield f"## {kind}\n"
        seen: set[str] = set()
        yield from fields(model, "", seen)


def fields(model: Any, before: str, seen: set[str]) -> Iterator[str]:
    """Yield the table of a typed file, then those of the tables in it."""
    inner = []
    rows = []
    for name, field in model.model_fields.items():
        kinds = [kind for kind in inside(field.annotation) if hasattr(kind, "model_fields")]
        inner += [(f"{before}{name}.", kind) for kind in kinds]
        default = "required" if field.is_required() else _default(field.default)
        rows.append([f"`{before}{name}`", shown(field.annotation), default])
    yield from table(["key", "takes", "default"], rows)
    for prefix, kind in inner:
        if kind.__name__ not in seen:
            seen.add(kind.__name__)
            yield f"### {prefix.rstrip('.')}: {kind.__name__}\n"
            yield f"{inspect.cleandoc(kind.__doc__ or '').splitlines()[0]}\n"
            yield from fields(kind, prefix, seen)


def _default(value: object) -> str:
    """Return a default as a cell holds it; what is made anew each time is empty."""
    return "" if value in (None, "") or type(value).__name__ == "PydanticUndefinedType" else f"`{value}`"[:60]


def inside(annotation: Any) -> Iterator[Any]:
    """Yield the types that an annotation is made of."""
    yield annotation
    for part in typing.get_args(annotation):
        yield from inside(part)


def shown(annotation: Any) -> str:
    """Return an annotation in short words."""
    names = [getattr(kind, "__name__", str(kind)) for kind in inside(annotation) if isinstance(kind, type)]
    literals = [repr(value) for kind in inside(annotation) for value in typing.get_args(kind) if isinstance(value, str)]
    return ", ".join(dict.fromkeys(literals or [name for name in names if name != "NoneType"]))


def commands() -> Iterator[str]:
    """Yield the page of commands."""
    yield "# Commands\n"
    yield HEAD
    several = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    for name, one in several.choices.items():
        yield f"## ecsim {name}\n"
        yield f"{one.description}\n"
        yield f"{one.epilog}\n"
        rows = [
            [f"`{', '.join(action.option_strings) or action.metavar or action.dest}`", action.help or ""]
            for action in one._actions
            if not isinstance(action, argparse._HelpAction)
        ]
        yield from table(["argument", "what it is"], rows)


def python() -> Iterator[str]:
    """Yield the page of public functions, and what a model is written with."""
    yield "# Python\n"
    yield HEAD
    yield "## The commands as functions: `import ecsim`\n"
    for name in sorted(api.__all__):
        yield from function(f"ecsim.{name}", getattr(ecsim, name))
    yield "## What a model is written with: `from ecsim.kernel import toolkit as ec`\n"
    yield from names(toolkit, "ec.")
    yield "## What a recorded run is read with: `from ecsim.kernel import recorded`\n"
    yield from names(recorded, "recorded.")
    yield "## Methods on plain arrays: sites, routes, shared costs, queues\n"
    for module in (siting, routing, logistics, queues):
        yield from names(module, f"{module.__name__}.")


def names(module: ModuleType, prefix: str) -> Iterator[str]:
    """Yield a table of the public names of a module, each with the first line of its docstring."""
    rows = []
    for name in module.__all__:
        found = getattr(module, name)
        told = inspect.getdoc(found) if inspect.isclass(found) or inspect.isfunction(found) else ""
        rows.append([f"`{prefix}{name}`", (told or "an alias of a type, or a constant").splitlines()[0]])
    yield from table(["name", "what it is"], rows)


def function(name: str, found: Callable[..., Any]) -> Iterator[str]:
    """Yield signature and docstring of a function."""
    yield f"### {name}\n"
    yield f"```text\n{name.rpartition('.')[2]}{inspect.signature(found)}\n\n{inspect.getdoc(found)}\n```\n"


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "events.md": events, "parameters.md": parameters, "keys.md": keys, "commands.md": commands, "python.md": python,
}  # fmt: skip


def content(page: str) -> str:
    """Return what a page says."""
    return "\n".join(line.rstrip(" ") for line in PAGES[page]()).rstrip() + "\n"


def main() -> int:
    """Write the pages, or say which are not what the code says."""
    stale = [page for page in PAGES if not (HERE / page).is_file() or (HERE / page).read_text("utf-8") != content(page)]
    if "--check" in sys.argv:
        for page in stale:
            print(f"{HERE / page}: is not what the code says; python docs/reference/generate.py")
        return 1 if stale else 0
    for page in stale:
        (HERE / page).write_text(content(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
