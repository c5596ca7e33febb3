"""What every command that runs an experiment takes, and how it makes a plan of it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import add_settings, located, place, progress_bar, setting_of
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.running.ensemble import Progress
    from ecsim.experiments.running.executors import Executor
    from ecsim.experiments.running.plan import Plan

_TLS = {
    "--tls-ca-file": "the certificate authority's certificate",
    "--tls-cert": "your certificate",
    "--tls-key": "its key",
}
"""As `dask scheduler` and `dask worker` call them."""


def add_experiment(parser: Any) -> None:  # noqa: ANN401 (an argument parser, or a group of one)
    """Declare what every command that runs an experiment takes."""
    parser.add_argument("experiment", help="folder with experiment.toml, or a name of `ecsim list experiments`")
    parser.add_argument("--out", type=place, help="folder for the results (default: results/<name>)")
    parser.add_argument("--replications", type=int, help="number of replications (overrides the experiment file)")
    parser.add_argument("--sample", type=float, help="share of households to simulate, in (0, 1]")
    add_settings(parser, "override a setting; scenario.… applies to all policies")
    parser.add_argument("--workers", type=int, help="worker processes (default: one per core)")
    parser.add_argument("--cluster", metavar="tls://…", help="run on a Dask cluster (needs the extra: cluster)")
    for name, what in _TLS.items():
        parser.add_argument(name, metavar="PEM", help=f"with --cluster tls://…: {what}")
    parser.add_argument(
        "--resume", action="store_true", help="continue an existing results folder; fail if there is none"
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


@contextmanager
def running(given: Namespace) -> Iterator[tuple[Executor, Progress]]:
    """Yield where runs are made and what shows how far they are; workers end with it."""
    with closing(executor_of(given)) as executor, progress_bar("runs") as progress:
        yield executor, progress


def executor_of(given: Namespace) -> Executor:
    """Return where runs are made."""
    from ecsim.experiments.running.executors import Certificates, Cluster, LocalProcesses

    files = (given.tls_ca_file, given.tls_cert, given.tls_key)
    if any(files) and not (given.cluster and all(files)):
        raise EcsimError(f"{', '.join(_TLS)} go together, and with --cluster tls://…: use all of them, or none")
    if given.cluster:
        return Cluster(given.cluster, Certificates(*map(Path, files)) if all(files) else None)
    return LocalProcesses(given.workers)


def plan_of(given: Namespace) -> Plan:
    """Return what an experiment will run, with the command's own values in it."""
    from ecsim.experiments.compare import load_plan

    return load_plan(
        located(given.experiment, "experiments"),
        given.replications,
        given.sample,
        dict(setting_of(text) for text in given.set),
    )


def ready(given: Namespace) -> tuple[Plan, Path]:
    """Return what an experiment will run, and into which folder."""
    plan = plan_of(given)
    return plan, _folder_of(given, plan.experiment.name)


def _folder_of(given: Namespace, name: str) -> Path:
    """Return the results folder of a command.

    Raises
    ------
    EcsimError
        If it is to be gone on with and there is nothing in it.
    """
    from ecsim.experiments.running.ledger import LEDGER, holds_ledger

    folder = Path(given.out) if given.out else Path("results") / name
    if given.resume and not holds_ledger(folder):
        raise EcsimError(f"--resume: {folder} holds no {LEDGER}; leave --resume out to begin")
    return folder
