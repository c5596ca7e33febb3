"""What a model is written with, in one place: ``from ecsim.kernel import toolkit as ec``.

* Events: `Event`, its columns (`Ids`, `Counts`, `Codes`, `Flags`, `Fen`, `Grams`, `Millionths`,
  `LargeMillionths`), `Rows`, `Stamp`, `NO_CAUSE`.
* State: `State`, `Table`, the array types `I64`, `I32`, `U8` and `Bool`, and `applies`, which ties a change to its
  event.
* Model: `Model`, `Opening`, `Step`, `Context`, `World`, `Parameters`, `parameters_beside`, `Scenario`.
* What is measured and what must hold: `Figure`, `Source`, `Totals`, `mean`, `StateLaw`.
* What must not matter: `Invariance`, `Variant`, `InapplicableError`; ready-made are `reordered`, `interchanged`,
  `start_moved` and `resized`.
* Adding to a model: `Extension`. Running one: `simulate`, `Run`. Names of things: `Text`, in English and Chinese.
* Reading one: `Columns`, rows of a kind as arrays; `EcsimError`, for whatever a user can mend.
"""

from ecsim.kernel.apply import applies
from ecsim.kernel.columns import Codes, Counts, Fen, Flags, Grams, Ids, LargeMillionths, Millionths
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import NO_CAUSE, Event, Rows, Stamp
from ecsim.kernel.extension import Extension
from ecsim.kernel.figures import Figure, Source, Totals, mean
from ecsim.kernel.invariance import InapplicableError, Invariance, Variant, interchanged, resized, start_moved
from ecsim.kernel.journal.objects import Columns
from ecsim.kernel.laws import StateLaw
from ecsim.kernel.model import Context, Model, Opening, Step, parameters_beside
from ecsim.kernel.parameters import Parameters
from ecsim.kernel.reordering import reordered
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.simulate import Run, simulate
from ecsim.kernel.state import State
from ecsim.kernel.table import I32, I64, U8, Bool, Table
from ecsim.kernel.text import Text
from ecsim.kernel.world import World

__all__ = [
    "I32",
    "I64",
    "NO_CAUSE",
    "U8",
    "Bool",
    "Codes",
    "Columns",
    "Context",
    "Counts",
    "EcsimError",
    "Event",
    "Extension",
    "Fen",
    "Figure",
    "Flags",
    "Grams",
    "Ids",
    "InapplicableError",
    "Invariance",
    "LargeMillionths",
    "Millionths",
    "Model",
    "Opening",
    "Parameters",
    "Rows",
    "Run",
    "Scenario",
    "Source",
    "Stamp",
    "State",
    "StateLaw",
    "Step",
    "Table",
    "Text",
    "Totals",
    "Variant",
    "World",
    "applies",
    "interchanged",
    "mean",
    "parameters_beside",
    "reordered",
    "resized",
    "simulate",
    "start_moved",
]  # fmt: skip
