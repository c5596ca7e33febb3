"""What a comparison comes to, in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ecsim.cli.command import OK, WRONG_RESULT

if TYPE_CHECKING:
    from ecsim.experiments.arm_comparison import Comparison


def print_comparison(comparison: Comparison, *, as_json: bool) -> int:
    """Print what a comparison found, write its report, and return the exit status.

    Parameters
    ----------
    comparison : of the arms of an experiment
    as_json : whether summary and contrasts are printed as JSON instead of tables

    Returns
    -------
    int
        1 if a run failed or a stopping rule was not met; else 0.
    """
    from ecsim.cli.tables import (
        chances_table,
        comparison_table,
        not_available,
        plain_comparison,
        returns_table,
        targets_table,
        trade_off_table,
    )
    from ecsim.report.numbers import figure
    from ecsim.report.report import write_report

    summary, known, experiment = comparison.summary, comparison.catalogue, comparison.experiment
    if as_json:
        print(comparison.json())
    elif not known.targets:
        plain_comparison(summary, comparison.runs, experiment.reference, known)
    else:
        comparison_table(summary, experiment.reference, known, experiment.outcomes)
        targets_table(summary, experiment.reference, comparison.chances, known)
        titles = {target.name: target.title.en for target in known.targets}
        chances_table(comparison.chances, experiment.sets, titles)
        not_available(comparison.not_available, known)
    if not as_json:
        if not comparison.trade_off.empty:
            trade_off_table(comparison.trade_off, experiment.reference)
        _print_contrasts(comparison)
        if experiment.returns and not comparison.returns.empty:
            returns_table(comparison.returns, experiment.returns.discount_rate, experiment.reference, known)
    if comparison.stopped and comparison.met and not as_json:
        stopped = comparison.stopped
        print(f"stopping rule: met after {stopped.n} replications, half-width {figure(stopped.half_width)}")
    pages = write_report(comparison.folder)
    if not as_json:
        print(f"report: {', '.join(map(str, pages))}")
    if comparison.unused:
        reason = "beside this plan (of a search, another configuration or other code)"
        print(f"ecsim: {comparison.folder} holds runs {reason}: {comparison.unused:,}", file=sys.stderr)
    _report_what_is_lacking(comparison)
    return OK if comparison.met and not comparison.failed else WRONG_RESULT


def _report_what_is_lacking(comparison: Comparison) -> None:
    """Say on the error stream which runs are left out, and that a stopping rule was not met."""
    for name, count in comparison.left_out.items():
        print(
            f"ecsim: no number for {name} in {count:,} of the runs; left out, with the other arms' runs beside them",
            file=sys.stderr,
        )
    for failure in comparison.failed:
        print(f"ecsim: a run failed and is excluded: {failure}", file=sys.stderr)
    if len(comparison.runs) < comparison.planned:
        print(f"ecsim: {len(comparison.runs):,} of {comparison.planned:,} runs are in the figures", file=sys.stderr)
    pairs = comparison.planned // len(comparison.experiment.arms)
    for count in sorted(set(comparison.pairs.values())):
        names = [name for name, n in comparison.pairs.items() if n == count]
        outcomes = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        print(f"ecsim: arms are compared in {count:,} of {pairs:,} pairs for {outcomes}", file=sys.stderr)
    if comparison.stopped and not comparison.met:
        print(f"ecsim: {_unmet_rule(comparison)}", file=sys.stderr)


def _unmet_rule(comparison: Comparison) -> str:
    """Return that a stopping rule was not met, by how much, and what to do."""
    from ecsim.report.numbers import figure

    rule, stopped = comparison.experiment.stopping, comparison.stopped
    assert rule is not None
    assert stopped is not None
    asked = f"{rule.half_width:.4g} of the mean" if rule.relative else f"{rule.half_width:.4g}"
    return (
        f"stopping rule not met: after {stopped.n} replications the half-width for {rule.outcome} is "
        f"{figure(stopped.half_width)}, and {asked} was asked for; raise stopping.most ({rule.most})"
    )


def _print_contrasts(comparison: Comparison) -> None:
    """Print what each named contrast of an experiment came to, a sentence for each outcome."""
    contrasts = comparison.contrasts
    if contrasts.empty:
        return
    from ecsim.report.sections.contrasts import plain_sentences
    from ecsim.report.texts import Texts

    texts = Texts("en")
    titles = {name: comparison.catalogue.title(name).en for name in contrasts.outcome}
    for contrast, sentences in plain_sentences(contrasts, texts, titles).items():
        print(f"{contrast}:")
        for sentence in sentences:
            print(f"  {sentence}")
    print(f"{texts('contrasts.lead', rows=len(contrasts))} {texts('contrasts.caution')}")
