"""Compiling the rules: once after an installation, announced while it lasts."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import Command
from ecsim.kernel.errors import counted

if TYPE_CHECKING:
    from ecsim.kernel.model import Model

SAMPLE = 0.001
"""Households of the run that calls every rule; what is compiled does not depend on it."""


@dataclass
class CompiledRules:
    """Names of what was compiled, in order; what lies compiled on the disk is not among them."""

    names: list[str] = field(default_factory=list)


@contextmanager
def announce_compiling(model: Model[Any, Any]) -> Iterator[CompiledRules]:
    """Say on standard error, once, that rules are being compiled, if they are; yield which."""
    compiled = CompiledRules()
    if not model.compiles:
        yield compiled
        return
    from numba.core import event

    class Announcer(event.Listener):
        def on_start(self, event: event.Event) -> None:
            if not compiled.names:
                print("ecsim: compiling the rules, once; later runs begin at once", file=sys.stderr)
            compiled.names.append(event.data["dispatcher"].py_func.__name__)

        def on_end(self, event: event.Event) -> None:
            """Nothing is said of it."""

    with event.install_listener("numba:compile", Announcer()):
        yield compiled


def add(command: Command) -> None:
    """Declare the command."""
    warm = command("warm", "Compile the rules, once, so that the first run does not wait for it.", "ecsim warm")
    warm.add_argument("--json", action="store_true", help="print one JSON object")
    warm.set_defaults(run=compile_rules)


def compile_rules(given: Namespace) -> int:
    """Compile the rules by calling every one in a small run."""
    from ecsim.cli.command import OK, progress_bar
    from ecsim.rural.model import MODEL
    from ecsim.rural.simulate import simulate
    from ecsim.scenario.load import load
    from ecsim.scenario.shipped import find

    scenario = load(find("pooled_by_project", "scenarios"), {"sample": SAMPLE})
    begun = time.perf_counter()
    with announce_compiling(MODEL) as compiled, progress_bar("compiling") as progress:
        simulate(scenario, 1, progress=progress)
    result = {"compiled": len(compiled.names), "seconds": round(time.perf_counter() - begun, 1)}
    if given.json:
        print(json.dumps(result))
    elif compiled.names:
        print(f"compiled {counted(len(compiled.names), 'rule')} in {result['seconds']} s")
    else:
        print("the rules are compiled already")
    return OK
