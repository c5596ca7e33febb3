"""Findings of a sensitivity analysis: what the answer depends on, whether its sign turns, what to beware of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.formats import (
    NONE,
    amount,
    listed,
    number,
    paragraph,
    percent,
    present,
    say,
    share,
    signed,
    with_interval,
)
from ecsim.experiments.analyses.indices import MAIN, POINTS_A_SLICE, SLICES, OutcomeSensitivity, slices_of
from ecsim.kernel.text import Text
from ecsim.statistics.designs import BY_HAND
from ecsim.statistics.sensitivity import LUCK, Sensitivity

WIDE = 0.2
"""Half-width of a Sobol or PAWN index from which its interval is called wide."""
MUCH_LUCK = 0.5
"""Share of random variation in the variance of a single run from which it is called much."""
NAMED = 3
"""Significant parameters that a sentence names; of further ones it says how many."""


def findings(
    runs: DesignRuns, sensitivities: Sequence[OutcomeSensitivity], shares: pd.DataFrame | None
) -> tuple[Text, ...]:
    """Return the answer in sentences: of each outcome the sign of differences, then what they depend on.

    Parameters
    ----------
    shares : what `best_arm_shares` gave; None with one arm: then there are no differences, and the sentences are about
        the arm's own figures
    """
    sentences = []
    for result in sensitivities:
        if (result.against is None) != (shares is None):
            continue
        if shares is not None:
            rows = shares[(shares.outcome == result.outcome) & (shares.arm == result.arm)]
            sentences.append(_sign(runs, result, rows.iloc[0]))
        sentences.append(_dependence(runs, result))
    return tuple(sentences)


def figure_name(runs: DesignRuns, result: OutcomeSensitivity) -> Text:
    """Return which figure is meant: the outcome, and whose."""
    title, names = runs.catalogue.title(result.outcome), runs.plan.arm_titles
    if result.against is not None:
        return say("names.difference", outcome=title, arm=names[result.arm], reference=names[result.against])
    return say("names.arm_of_outcome", outcome=title, arm=names[result.arm]) if len(names) > 1 else title


def _sign(runs: DesignRuns, result: OutcomeSensitivity, row: Any) -> Text:  # noqa: ANN401 (a row of pandas)
    """Return a sentence on the sign of a difference over the space."""
    figure, points = figure_name(runs, result), int(row["points"])
    if row["above"] == 0.0 and row["below"] == 0.0:
        return say("sensitivity.zero_everywhere", figure=figure, points=points)
    sense = runs.catalogue.sense(result.outcome) or "none"
    head = say(
        "sensitivity.sign", figure=figure, points=points,
        above=say(f"sign_words.above_{sense}"), above_share=_share_of_points(row, "above"),
        below=say(f"sign_words.below_{sense}"), below_share=_share_of_points(row, "below"),
        mean=amount(runs.catalogue.unit(result.outcome), row["mean_difference"], write=signed),
    )  # fmt: skip
    return paragraph([head, _turning(row["turned"], row["turned_clearly"], random=runs.random)])


def _share_of_points(row: Any, name: str) -> str:  # noqa: ANN401 (a row of pandas)
    return with_interval(row[name], row[f"{name}_low"], row[f"{name}_high"], percent)


def _turning(turned: float, clearly: float, *, random: bool) -> Text:
    """Return whether assumptions turn the sign of a difference, by the shares of points at which they do."""
    if turned == 0.0:
        return say("sensitivity.never_turns")
    if not random or clearly == turned:
        return say("sensitivity.turns")
    if np.isnan(clearly):
        return say("sensitivity.one_run_a_point")
    return (
        say("sensitivity.turns_by_chance")
        if clearly == 0.0
        else say("sensitivity.turns_clearly", share=percent(clearly))
    )


def _dependence(runs: DesignRuns, result: OutcomeSensitivity) -> Text:
    """Return a sentence on what a figure depends on most."""
    figure, random_part = figure_name(runs, result), _random_part(result.sensitivity)
    if not result.significant:
        chance = say("chance.random_and_sample") if runs.random else say("chance.sample")
        return say("sensitivity.none_significant", figure=figure, chance=chance, random_part=random_part)
    unit, names = runs.catalogue.unit(result.outcome), result.significant
    first, others = names[0], names[1:NAMED]
    count = len(names) - NAMED
    values = {
        "figure": figure, "first": first, "random_part": random_part, "index": _index(result, first, unit),
        "label": say(f"main_index.{result.sensitivity.method}"),
        "further": say("sensitivity.further", count=count) if count > 0 else NONE,
    }  # fmt: skip
    if not others:
        return paragraph([say("sensitivity.depends_on_one", **values), *_remarks(result)])
    values["others"] = listed(
        say("sensitivity.parameter", name=name, index=_index(result, name, unit)) for name in others
    )
    return paragraph([say("sensitivity.depends_on_several", **values), *_remarks(result)])


def _index(result: OutcomeSensitivity, name: str, unit: str) -> Text:
    """Return an index with its interval: a share of size 1, or a change in the outcome's unit."""
    method = result.sensitivity.method
    figure = result.sensitivity.of(name, MAIN[method])
    if method in ("sobol", "pawn"):
        return amount("", figure.value, figure.low, figure.high, share)
    return amount(unit, figure.value, figure.low, figure.high)


def _random_part(sensitivity: Sensitivity) -> Text:
    """Return what to add on random variation, where it is known."""
    if LUCK not in set(sensitivity.indices.parameter):
        return NONE
    part = sensitivity.of(LUCK, "luck_share")
    if np.isnan(part.value):
        return NONE
    return say("sensitivity.random_part", share=with_interval(part.value, part.low, part.high, percent))


def _remarks(result: OutcomeSensitivity) -> tuple[Text | None, ...]:
    """Return what a method adds on the weightiest parameter."""
    if result.sensitivity.method == "tornado":
        return (_ends_that_turn(result),)
    return _order(result), _interaction(result)


def _order(result: OutcomeSensitivity) -> Text | None:
    """Return whether the first two parameters may as well stand the other way round."""
    index = MAIN[result.sensitivity.method]
    if len(result.significant) < 2:
        return None
    first, second = (result.sensitivity.of(name, index) for name in result.significant[:2])
    if not second.high >= first.low:  # an end that is not known says nothing
        return None
    return say("sensitivity.order_uncertain", first=result.significant[0], second=result.significant[1])


def _interacts(result: OutcomeSensitivity) -> bool:
    """Return whether the weightiest parameter acts together with others, or not alike over the space."""
    sensitivity, name = result.sensitivity, result.significant[0]
    match sensitivity.method:
        case "sobol":
            return sensitivity.of(name, "total").low > sensitivity.of(name, "first").high
        case "morris":
            return sensitivity.of(name, "sigma").low > 0.5 * sensitivity.of(name, "mu_star").value
    return False


def _interaction(result: OutcomeSensitivity) -> Text | None:
    if not _interacts(result):
        return None
    sensitivity, name = result.sensitivity, result.significant[0]
    if sensitivity.method == "sobol":
        return say("sensitivity.interacts", name=name, alone=share(sensitivity.of(name, "first").value))
    return say("sensitivity.bends", name=name, sigma=number(sensitivity.of(name, "sigma").value))


def _ends_that_turn(result: OutcomeSensitivity) -> Text | None:
    if not result.sign_changes:
        return None
    ends = listed((say(f"sensitivity.{end}_end", name=name) for name, end in result.sign_changes), "comma")
    return say("sensitivity.sign_turns_at", ends=ends)


def notes(runs: DesignRuns, sensitivities: Sequence[OutcomeSensitivity], shares: pd.DataFrame) -> tuple[Text, ...]:
    """Return what a reader must know to not be misled, from the method and from the figures themselves."""
    results = [result.sensitivity for result in sensitivities]
    return present(
        (
            say(f"method_notes.{results[0].method}"),
            say("sensitivity_notes.ranges"),
            _few_points(results),
            _wide_intervals(results),
            _random_variation(runs, results),
            _dropped(runs, results),
            _balance(runs),
            _points(runs.design.kind) if len(runs.plan.arms) > 1 else None,
            _ties(shares),
        )
    )


def _few_points(results: Sequence[Sensitivity]) -> Text | None:
    """Return a warning where PAWN has too few points for its usual slices."""
    points = min(result.blocks for result in results)
    if results[0].method != "pawn" or points >= SLICES * POINTS_A_SLICE:
        return None
    return say("sensitivity_notes.few_points", points=points, slices=slices_of(points), usual=SLICES)


def _wide_intervals(results: Sequence[Sensitivity]) -> Text | None:
    """Return a warning where the weightiest parameters' intervals are wide."""
    index = MAIN[results[0].method]
    if results[0].method not in ("sobol", "pawn"):
        return None
    weightiest = [result.of(result.ranking(index)[0], index) for result in results]
    halves = [(figure.high - figure.low) / 2.0 for figure in weightiest]
    known = [half for half in halves if np.isfinite(half)]
    wide = [half for half in known if half > WIDE]
    if not wide:
        return None
    return say("sensitivity_notes.wide", wide=len(wide), known=len(known), limit=WIDE, widest=max(wide))


def _random_variation(runs: DesignRuns, results: Sequence[Sensitivity]) -> Text | None:
    if not runs.random:
        return None
    if runs.replications < 2:
        return say("sensitivity_notes.one_run_a_point")
    parts = [result.of(LUCK, "luck_share").value for result in results if LUCK in set(result.indices.parameter)]
    much = [part for part in parts if part > MUCH_LUCK]
    return say("sensitivity_notes.much_chance", many=len(much), known=len(parts)) if much else None


def _dropped(runs: DesignRuns, results: Sequence[Sensitivity]) -> Text | None:
    """Return what was left out: blocks, or of a tornado whole replications."""
    if results[0].method == "tornado":
        whole, kept = runs.replications, min(result.replications for result in results)
        what = say("sensitivity_notes.of_replications")
    else:
        whole, kept = runs.design.blocks, min(result.blocks for result in results)
        what = say("sensitivity_notes.of_blocks")
    return None if kept == whole else say("sensitivity_notes.dropped", lost=whole - kept, whole=whole, what=what)


def _balance(runs: DesignRuns) -> Text | None:
    points = runs.design.blocks
    if runs.design.kind not in ("saltelli", "sobol_sequence") or points & (points - 1) == 0:
        return None
    below = 1 << (points.bit_length() - 1)
    return say("sensitivity_notes.unbalanced", points=points, below=below, above=2 * below)


def _points(kind: str) -> Text | None:
    """Return what shares of points are shares of."""
    if kind in BY_HAND:
        return say("sensitivity_notes.by_hand")
    return say("sensitivity_notes.repeated_values") if kind in ("saltelli", "morris") else None


def _ties(shares: pd.DataFrame) -> Text | None:
    """Return a word on ties, where arms are best together."""
    together = shares.groupby("outcome")["best"].sum()
    several = (together > 1.0 + 1e-9).any() and shares["arm"].nunique() > 1
    return say("sensitivity_notes.ties") if several else None
