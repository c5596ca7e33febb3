"""The commands as Python functions: folders as text or paths, days as numbers, dates or text such as "2019-06-30".

Each function imports what it needs when it is called, so that ``import ecsim`` takes no time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

    from ecsim.audit.diff.comparison import RunDifference
    from ecsim.audit.trace.figure_trace import Trace
    from ecsim.audit.verify.checks import Report
    from ecsim.audit.why import Counterfactual
    from ecsim.experiments.arm_comparison import Comparison
    from ecsim.experiments.running.executors import Executor
    from ecsim.kernel.journal.journal import Keep
    from ecsim.kernel.runs import StoredRun
    from ecsim.kernel.scenario import Scenario
    from ecsim.kernel.simulate import Run
    from ecsim.kernel.state import State
    from ecsim.kernel.world import Watcher

__all__ = [
    "compare", "diff", "fork", "load", "replay", "reproduce", "resume", "simulate", "sql", "trace", "verify", "why",
]  # fmt: skip

Place: TypeAlias = str | Path
"""A file or folder."""
When: TypeAlias = int | str | dt.date
"""A day of a run, as its number from 0, as a date, or as text such as "2019-06-30"."""
Progress: TypeAlias = Callable[[int, int], None] | None


def load(path: Place, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Return the scenario of a TOML file or name, with the values of ``changes`` by dotted key in place of its own.

    A model, extension or strategy that it names as ``module:name`` is imported: its code runs.

    Raises
    ------
    EcsimError
        If the file is missing, is no TOML, or says something that is not allowed.
    """
    from ecsim.scenario.load import load as load_scenario
    from ecsim.scenario.shipped import find

    scenario: Scenario = load_scenario(find(path, "scenarios"), changes)
    return scenario


def simulate(
    scenario: Scenario | Place, seed: int, *, out: Place | None = None, keep: Keep | None = None,
    watchers: Sequence[Watcher] = (), progress: Progress = None,
) -> Run[Any]:  # fmt: skip
    """Return a run of a scenario, or of its file; the same scenario and seed give the same events to the bit.

    Parameters
    ----------
    out : folder for the journal; without one only the root is kept
    keep : which events are stored, in place of the scenario's own choice
    watchers : indicators that look on
    progress : called with (periods done, periods in all) after each period, a week or a day
    """
    from ecsim.kernel.models import model_of_scenario
    from ecsim.kernel.simulate import simulate as run_simulation

    content = load(scenario) if isinstance(scenario, str | Path) else scenario
    return run_simulation(
        model_of_scenario(content, trust=True),
        content,
        seed,
        out=_folder(out),
        keep=keep,
        watchers=watchers,
        progress=progress,
    )


def resume(run: Place, *, watchers: Sequence[Watcher] = (), progress: Progress = None, trust: bool = False) -> Run[Any]:
    """Return a run that was stopped, brought to its end; its root is that of an unbroken run.

    Parameters
    ----------
    trust : whether code of others that the run names (its model, a strategy) may be imported, which runs it

    Raises
    ------
    EcsimError
        If it has ended, is being written, kept less than all its events, or was simulated by other rules.
    """
    from ecsim.kernel.resuming import resume as resume_run

    return resume_run(Path(run), watchers=watchers, progress=progress, trust=trust)


def fork(
    run: Place, at: When, changes: Mapping[str, Any] | Scenario | None = None, *, policy: Place | None = None,
    out: Place | None = None, watchers: Sequence[Watcher] = (), progress: Progress = None, trust: bool = False,
) -> Run[Any]:  # fmt: skip
    """Return a run that shares another's past and goes on differently, with the same random draws.

    Parameters
    ----------
    at : the week (or period) that holds this day is the first that may differ
    changes : values by dotted key as ``--set`` takes them, as ``{"funds.multiplier": 2}``; or a whole scenario
    policy : TOML file, or name, of the policy that holds from then on
    out : folder of the fork; without one only its root is kept
    trust : whether code of others that the run names (its model, a strategy) may be imported, which runs it

    Raises
    ------
    ValueError
        If the day is none, or lies outside the run.
    EcsimError
        If a change is not allowed, alters what has already happened, or the run was simulated by other rules.
    """
    from ecsim.kernel.forks import fork as fork_run
    from ecsim.scenario.load import changed
    from ecsim.scenario.merged import read_kind
    from ecsim.scenario.shipped import find

    stored = _stored(run, trust=trust)
    before, days = stored.scenario, stored.model.days
    day = day_of(at, before, "at") // days * days
    own_policy = read_kind("policy", find(policy, "policies")) if policy is not None else None
    if changes is None or isinstance(changes, Mapping):
        scenario = changed(before, changes or {}, f"fork of {run}", own_policy)
        parts = [f"{key}={value}" for key, value in (changes or {}).items()]
        parts += [f"policy {own_policy['name']}"] if own_policy is not None else []
        change = "; ".join(parts) or "nothing changed"
    elif own_policy is not None:
        raise ValueError("changes is a whole scenario, which has a policy of its own; leave policy out")
    else:
        scenario, change = changes, f"scenario {changes.name}"
    return fork_run(
        Path(run), day, scenario, out=_folder(out), watchers=watchers, progress=progress, change=change, trust=trust
    )


def replay(run: Place, until_day: When | None = None, *, trust: bool = False) -> State:
    """Return the state of a run at its end, or after a day, from its events alone.

    Parameters
    ----------
    trust : whether code of others that the run names may be imported, which runs it

    Raises
    ------
    ValueError
        If the day is none, or lies outside the run.
    EcsimError
        If the folder holds no run, or kept less than all its events.
    """
    from ecsim.kernel.replay import replay_run

    day = None if until_day is None else day_of(until_day, _stored(run, trust=trust).scenario, "until_day")
    state: State = replay_run(Path(run), day, trust=trust)
    return state


def verify(
    run: Place, *, root: str | None = None, manifest: str | None = None, again: bool = False,
    progress: Callable[[str, int, int], None] | None = None, trust: bool = False,
) -> Report:  # fmt: skip
    """Return whether a run is what it was published as; ``report.good`` says it in one word.

    Parameters
    ----------
    root : one known from elsewhere, in hex
    manifest : hash of the manifest's last line, known from elsewhere, in hex
    again : simulate the run again, too, and name the first event that differs
    progress : called with what is counted (``events``, then ``weeks``), how many are done, and how many there are
    trust : whether code of others that the run names (its model, a strategy) may be imported, which runs it
    """
    from ecsim.audit.verify import verify_run

    return verify_run(Path(run), root=root, manifest=manifest, again=again, progress=progress, trust=trust)


def trace(
    run: Place, indicator: str, county: str | None = None, at: When | None = None, *, trust: bool = False
) -> Trace:
    """Return the events behind a figure, and what brought those about.

    Parameters
    ----------
    indicator : name of a target or an outcome (``ecsim list indicators``)
    county : where figures are of counties: its Chinese or English name, whole or shortened
    at : the figure as it was on this day; by default at the end of the run
    trust : whether code of others that the run names may be imported, which runs it

    Raises
    ------
    ValueError
        If the day is none, or lies outside the run.
    EcsimError
        If there is no such indicator or county, or the run kept less than all its events.
    """
    from ecsim.audit.trace import trace_figure

    return trace_figure(Path(run), indicator, county, _date(at, run, "at", trust=trust), trust=trust)


def why(
    run: Place, without: str, *, first: When | None = None, last: When | None = None, out: Place | None = None,
    trust: bool = False,
) -> Counterfactual:  # fmt: skip
    """Return what a run would have been without some of its events, with the same random draws.

    Parameters
    ----------
    without : ``kind:column=value,…`` or ``seq:N``
    first, last : only events between these days
    out : folder to keep the other run in
    trust : whether code of others that the run names (its model, a strategy) may be imported, which runs it
    """
    from ecsim.audit.why import counterfactual

    days = _date(first, run, "first", trust=trust), _date(last, run, "last", trust=trust)
    return counterfactual(Path(run), without, first=days[0], last=days[1], out=_folder(out), trust=trust)


def diff(a: Place, b: Place, *, top: int = 5, figures: bool = True, trust: bool = False) -> RunDifference:
    """Return what differs between two runs: the first event, then rows, those most concerned, and figures.

    Parameters
    ----------
    top : how many entities of each table to name
    figures : whether to compare targets and outcomes too
    trust : whether code of others that the runs name may be imported, which runs it
    """
    from ecsim.audit.diff import diff_runs

    return diff_runs(Path(a), Path(b), top=top, figures=figures, trust=trust)


def reproduce(
    run: Place, out: Place, *, arm: str | None = None, seed: int | None = None, watchers: Sequence[Watcher] = (),
    progress: Progress = None, trust: bool = False,
) -> Run[Any]:  # fmt: skip
    """Return a run of which only the root was kept, simulated again and written in full.

    Parameters
    ----------
    run : folder of a run, or of an experiment's results; of these ``arm`` and ``seed`` name the member
    trust : whether code of others that the run names (its model, a strategy) may be imported, which runs it

    Raises
    ------
    VerificationError
        If another root comes out.
    """
    from ecsim.audit.reproduce import known_run
    from ecsim.audit.reproduce import reproduce as write_again

    known = known_run(Path(run), arm, seed, trust=trust)
    return write_again(known, Path(out), watchers=watchers, progress=progress, trust=trust)


def sql(run: Place, query: str, *, trust: bool = False) -> pd.DataFrame:
    """Return the answer of a run to a query in SQL, as a data frame.

    Parameters
    ----------
    trust : whether code of others that the run names may be imported, which runs it
    """
    from ecsim.kernel.sql import sql as ask

    return ask(run, query, trust=trust)


def compare(
    experiment: Place, out: Place | None = None, *, replications: int | None = None, workers: int | None = None,
    sample: float | None = None, changes: Mapping[str, Any] | None = None, executor: Executor | None = None,
    progress: Progress = None,
) -> Comparison:  # fmt: skip
    """Run an experiment, as far as its runs are not made already, and return its tables.

    Parameters
    ----------
    experiment : folder with ``experiment.toml``, or that file
    out : folder for the results; by default ``results/<name>``
    replications, sample : in place of the experiment's own
    changes : other values of the experiment, by dotted key
    workers : processes; by default one a core
    executor : where runs are made, in place of processes of this machine
    """
    from ecsim.experiments.compare import compare as compare_arms

    return compare_arms(
        experiment, _folder(out), replications=replications, workers=workers, sample=sample, changes=changes,
        executor=executor, progress=progress,
    )  # fmt: skip


def day_of(when: When, scenario: Scenario, name: str) -> int:
    """Return the day of a run that a number, a date or a text names; this is the one place where days are read.

    Raises
    ------
    ValueError
        If it is none of these, or lies outside the run; ``name`` is the argument's.
    """
    last = (scenario.end - scenario.start).days
    match when:
        case bool():
            day = None
        case int():
            day = when
        case dt.datetime():
            day = (when.date() - scenario.start).days
        case dt.date():
            day = (when - scenario.start).days
        case str():
            day = _day_of_text(when, scenario.start)
        case _:
            day = None
    if day is None:
        raise ValueError(
            f'{name} is {when!r}; use a date such as "2019-06-30", or the number of a day from 0 to {last}'
        )
    if not 0 <= day <= last:
        raise ValueError(
            f"{name} is {when}, outside the run: choose {scenario.start} to {scenario.end}, or a day from 0 to {last}"
        )
    return day


def _day_of_text(text: str, start: dt.date) -> int | None:
    try:
        return (dt.date.fromisoformat(text) - start).days
    except ValueError:
        return None


def _date(when: When | None, run: Place, name: str, *, trust: bool) -> dt.date | None:
    if when is None:
        return None
    scenario = _stored(run, trust=trust).scenario
    day: dt.date = scenario.start + dt.timedelta(days=day_of(when, scenario, name))
    return day


def _stored(run: Place, *, trust: bool) -> StoredRun[Any, Any]:
    from ecsim.kernel.runs import open_run

    return open_run(Path(run), trust=trust)


def _folder(out: Place | None) -> Path | None:
    return None if out is None else Path(out)
