"""What a recorded run is read with, in one place to import from: the counterpart of `ecsim.kernel.toolkit`.

A reader of runs (an audit, a name, an export) needs the run, its events as columns, what is measured of it and how its
state is replayed. Nothing here simulates, so it loads no compiler.
"""

from ecsim.kernel.actors import Actors
from ecsim.kernel.columns import Codes, Column, Flags, Ids
from ecsim.kernel.event import NO_CAUSE, Event, Stamp
from ecsim.kernel.identity import code_version
from ecsim.kernel.journal import LEAF_SEQS, MANIFEST, Batch, Columns, Finding, Inspection, JournalReader, Root
from ecsim.kernel.makers import column_of, made_by
from ecsim.kernel.measures import (
    Decision,
    Evidence,
    MeasuredFigure,
    Measurement,
    Measures,
    Origins,
    Place,
    Row,
    Sheet,
    Way,
    without_period,
)
from ecsim.kernel.model import Model
from ecsim.kernel.models import model_of, named_model
from ecsim.kernel.replay import replay_run
from ecsim.kernel.rows import RowsByKind, batches_by_day, merged, select_rows, since
from ecsim.kernel.runs import StoredRun, open_run, received_run
from ecsim.kernel.same_rules import same_rules
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.state import State
from ecsim.kernel.text import Language, Text

__all__ = [
    "LEAF_SEQS",
    "MANIFEST",
    "NO_CAUSE",
    "Actors",
    "Batch",
    "Codes",
    "Column",
    "Columns",
    "Decision",
    "Event",
    "Evidence",
    "Finding",
    "Flags",
    "Ids",
    "Inspection",
    "JournalReader",
    "Language",
    "MeasuredFigure",
    "Measurement",
    "Measures",
    "Model",
    "Origins",
    "Place",
    "Root",
    "Row",
    "RowsByKind",
    "Scenario",
    "Sheet",
    "Stamp",
    "State",
    "StoredRun",
    "Text",
    "Way",
    "batches_by_day",
    "code_version",
    "column_of",
    "made_by",
    "merged",
    "model_of",
    "named_model",
    "open_run",
    "received_run",
    "replay_run",
    "same_rules",
    "select_rows",
    "since",
    "without_period",
]
