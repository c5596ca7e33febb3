"""What it takes to make the runs of an experiment, in one place to import from."""

from ecsim.experiments.running.completed import CompletedRuns
from ecsim.experiments.running.ensemble import Progress, Runner
from ecsim.experiments.running.executors import Executor, InProcess, LocalProcesses
from ecsim.experiments.running.ledger import Ledger, ended_in, holds_ledger
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.running.results import write_tables
from ecsim.experiments.running.simulation_task import execute_task
from ecsim.experiments.running.stopping_rule import run_until_enough, until_the_rule_stops
from ecsim.experiments.running.task import Task

__all__ = [
    "CompletedRuns",
    "Executor",
    "InProcess",
    "Ledger",
    "LocalProcesses",
    "Plan",
    "Progress",
    "Runner",
    "Task",
    "ended_in",
    "execute_task",
    "holds_ledger",
    "run_until_enough",
    "until_the_rule_stops",
    "write_tables",
]
