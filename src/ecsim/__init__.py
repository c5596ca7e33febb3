"""ecsim: event-sourced multi-agent simulation and policy modelling of rural e-commerce programmes.

The same things as the commands, as functions: `load` a scenario, `simulate` it, `compare` the arms of an experiment,
`replay` a run to a day. They load what they need when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecsim.experiments.compare import compare
    from ecsim.scenario.load import load
    from ecsim.simulation.simulate import simulate
    from ecsim.state.replay import replay_run as replay

__version__ = version("ecsim")
__all__ = ["__version__", "compare", "load", "replay", "simulate"]

_WHERE = {
    "load": ("ecsim.scenario.load", "load"),
    "simulate": ("ecsim.simulation.simulate", "simulate"),
    "compare": ("ecsim.experiments.compare", "compare"),
    "replay": ("ecsim.state.replay", "replay_run"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the name stands for)
    if name not in _WHERE:
        raise AttributeError(f"module 'ecsim' has no attribute {name!r}; it has {', '.join(__all__)}")
    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)
