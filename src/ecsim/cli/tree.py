"""The command that shows which runs were forked from which."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, Command
from ecsim.kernel.errors import counted

if TYPE_CHECKING:
    from rich.tree import Tree

    from ecsim.audit.run_tree import RunNode


def add(command: Command) -> None:
    """Declare the command."""
    tree = command("tree", "Show which runs in a folder were forked from which.", "ecsim tree results")
    tree.add_argument("results", help="folder that holds runs")
    tree.add_argument("--json", action="store_true", help="print JSON")
    tree.set_defaults(run=draw_tree)


def draw_tree(given: Namespace) -> int:
    """Draw the tree of forks."""
    from rich.tree import Tree

    from ecsim.audit.run_tree import run_trees
    from ecsim.cli.console import wide

    roots = run_trees(Path(given.results))
    if given.json:
        print(json.dumps([_as_json(node) for node in roots], ensure_ascii=False))
        return OK
    tree = Tree(given.results)
    for node in roots:
        _grow(tree, node)
    wide().print(tree)
    return OK


def _grow(tree: Tree, node: RunNode) -> None:
    from rich.text import Text

    origin = ", ".join(filter(None, (node.policy or node.name, f"seed {node.seed}")))
    since = f" from {node.since}: {node.change}" if node.since else f" ({origin})"
    end = f"root {node.root[:12]}" if node.root else "not ended"
    label = Text.assemble((node.folder.name, "bold"), f"{since} · {counted(node.events, 'event')} · {end}")
    branch = tree.add(label, highlight=False)
    for child in node.children:
        _grow(branch, child)


def _as_json(node: RunNode) -> dict[str, Any]:
    return {
        "run": str(node.folder), "scenario": node.name, "policy": node.policy, "seed": node.seed,
        "since": node.since.isoformat() if node.since else None, "changed": node.change, "events": node.events,
        "root": node.root, "forks": [_as_json(child) for child in node.children],
    }  # fmt: skip
