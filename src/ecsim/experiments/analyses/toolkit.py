"""What an analysis of an experiment is written with, in one place to import from."""

from ecsim.experiments.analyses.analysis import FOLDER, Analysis, AnalysisTable, outcome_table, titled
from ecsim.experiments.analyses.formats import listed, paragraph, percent, say
from ecsim.experiments.arm_comparison import Comparison
from ecsim.experiments.compare import compare_plan
from ecsim.experiments.comparison_tables import write_results
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue, refuse_unknown
from ecsim.experiments.running.toolkit import (
    CompletedRuns,
    Executor,
    Ledger,
    Plan,
    Progress,
    Runner,
    Task,
    execute_task,
)
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import writing
from ecsim.kernel.text import Text

__all__ = [
    "FOLDER",
    "Analysis",
    "AnalysisTable",
    "Comparison",
    "CompletedRuns",
    "EcsimError",
    "Executor",
    "Ledger",
    "OutcomeCatalogue",
    "Plan",
    "Progress",
    "Runner",
    "Task",
    "Text",
    "compare_plan",
    "execute_task",
    "listed",
    "outcome_table",
    "paragraph",
    "percent",
    "refuse_unknown",
    "say",
    "titled",
    "write_results",
    "writing",
]
