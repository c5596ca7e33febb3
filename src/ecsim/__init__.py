"""ecsim: event-sourced multi-agent simulation and policy modelling of rural e-commerce programmes.

The same things as the commands, as functions: `load` a scenario, `simulate` it, `compare` the arms of an experiment;
`verify`, `replay`, `trace`, `diff` a run, ask it `why` and in `sql`; `fork`, `resume` and `reproduce` it. They load
what they need when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ecsim.caches import provide

if TYPE_CHECKING:
    from ecsim.audit.diff.diff import diff
    from ecsim.audit.reproduce import reproduce
    from ecsim.audit.trace.trace import trace
    from ecsim.audit.verify.verify import verify_run as verify
    from ecsim.audit.why import why
    from ecsim.experiments.compare import compare
    from ecsim.query.questions import sql
    from ecsim.scenario.load import load
    from ecsim.simulation.restore import fork, resume
    from ecsim.simulation.simulate import simulate
    from ecsim.state.replay import replay_run as replay

provide()
__version__ = version("ecsim")
__all__ = [
    "__version__", "compare", "diff", "fork", "load", "replay", "reproduce", "resume", "simulate", "sql", "trace",
    "verify", "why",
]  # fmt: skip

_WHERE = {
    "load": ("ecsim.scenario.load", "load"),
    "simulate": ("ecsim.simulation.simulate", "simulate"),
    "resume": ("ecsim.simulation.restore", "resume"),
    "fork": ("ecsim.simulation.restore", "fork"),
    "compare": ("ecsim.experiments.compare", "compare"),
    "replay": ("ecsim.state.replay", "replay_run"),
    "verify": ("ecsim.audit.verify", "verify_run"),
    "trace": ("ecsim.audit.trace", "trace"),
    "why": ("ecsim.audit.why", "why"),
    "diff": ("ecsim.audit.diff", "diff"),
    "reproduce": ("ecsim.audit.reproduce", "reproduce"),
    "sql": ("ecsim.query", "sql"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the name stands for)
    if name not in _WHERE:
        raise AttributeError(f"module 'ecsim' has no attribute {name!r}; it has {', '.join(__all__)}")
    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)
