"""ecsim: event-sourced multi-agent simulation and policy modelling of rural e-commerce programmes.

The same things as the commands, as functions: `load` a scenario, `simulate` it, `compare` the arms of an experiment;
`verify`, `replay`, `trace`, `diff` a run, ask it `why` and in `sql`; `fork`, `resume` and `reproduce` it. They load
what they need when they are called; `ecsim.api` defines them.
"""

from __future__ import annotations

from importlib.metadata import version

from ecsim import api
from ecsim.api import *  # noqa: F403 (the public functions, named once in api.__all__)
from ecsim.caches import provide

provide()
__version__ = version("ecsim")
__all__ = ["__version__", *api.__all__]  # noqa: PLE0604 (names)


def __dir__() -> list[str]:
    return sorted(__all__)
