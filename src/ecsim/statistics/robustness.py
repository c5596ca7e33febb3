"""Robustness under deep uncertainty: strategies × futures, with no probabilities for the futures.

A table has one row a strategy and one column a future, and holds one outcome (the mean over replications of that
future, under the same luck for all strategies). Metrics answer different questions and often disagree; `rankings` sets
them side by side, and `rank_stability` says how far a ranking depends on which futures happened to be drawn.

References
----------
McPhail, Maier, Kwakkel, Giuliani, Castelletti and Westra (2018), Robustness metrics: how are they calculated, when
should they be used and why do they give different results?, Earth's Future 6(2), 169-191; Lempert, Popper and Bankes
(2003), Shaping the next one hundred years.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import kendalltau

from ecsim.statistics.bounds import verdicts
from ecsim.statistics.resampling import resampled_rows
from ecsim.statistics.rounding import deviation, less, ranks
from ecsim.statistics.validate import Array, Sense, share, sign, validated_table

Table = pd.DataFrame | ArrayLike


@dataclass(frozen=True, slots=True)
class Metric:
    """One way to sum up a strategy over the futures.

    ``score`` takes goodness (more is better) and regret, both with futures along the last axis, and gives a figure of
    which more is better; ``shown`` turns it into what is printed, given the sign of the sense.
    """

    name: str
    question: str
    score: Callable[[Array, Array], Array]
    shown: Callable[[Array, float], Array]


def _as_outcome(score: Array, direction: float) -> Array:
    """Show a figure in the outcome's own sense."""
    return score * direction


def _as_loss(score: Array, direction: float) -> Array:  # noqa: ARG001 (a regret has no sense)
    """Show a figure of which less is better."""
    return -score


def _as_score(score: Array, direction: float) -> Array:  # noqa: ARG001 (a share has no sense)
    """Show a figure of which more is better."""
    return score


def metrics(
    threshold: float | None = None, *, sense: Sense = "max", optimism: float = 0.5, quantile: float = 0.9,
    aversion: float = 1.0,
) -> tuple[Metric, ...]:  # fmt: skip
    """Return the metrics that `rankings` sets side by side, with their settings.

    Parameters
    ----------
    threshold : what is good enough, met when equal; without it there is no satisficing
    optimism : Hurwicz's weight of the best future, 0 to 1
    quantile : of the regret, strictly between 0 and 1
    aversion : standard deviations taken off the mean, >= 0
    """
    if not 0.0 <= optimism <= 1.0 or aversion < 0.0:
        raise ValueError(
            f"optimism is {optimism} and aversion {aversion}; 0 <= optimism <= 1 and aversion >= 0 are needed"
        )
    chosen = _of_its_own(optimism, aversion) + _beside_the_best(share(quantile, "quantile"))
    return chosen if threshold is None else (*chosen, _good_enough(threshold, sign(sense)))


def _of_its_own(optimism: float, aversion: float) -> tuple[Metric, ...]:
    """Return the metrics that look at one strategy at a time."""
    return (
        Metric("maximin", "How bad can it get?", lambda g, _: g.min(axis=-1), _as_outcome),
        Metric("maximax", "How good can it get?", lambda g, _: g.max(axis=-1), _as_outcome),
        Metric(
            "hurwicz", f"What are worst and best together, the best weighing {optimism:g}?",
            lambda g, _: less(optimism * g.max(axis=-1), (optimism - 1.0) * g.min(axis=-1)), _as_outcome,
        ),
        Metric("mean", "How is it on average, all futures alike (Laplace)?", lambda g, _: g.mean(axis=-1), _as_outcome),
        Metric(
            "mean_less_deviation", f"How is it on average, {aversion:g} standard deviations on the bad side?",
            lambda g, _: less(g.mean(axis=-1), aversion * deviation(g)), _as_outcome,
        ),
        Metric(
            "mean_variance", "(mean + 1) / (sd + 1), as published; depends on the unit",
            lambda g, _: (g.mean(axis=-1) + 1.0) / (deviation(g) + 1.0), _as_score,
        ),
        Metric("signal_to_noise", "How large is the mean beside its spread?", _signal_to_noise, _as_outcome),
        Metric("undesirable_deviations", "How far is its worse half below its median?", _worse_half, _as_loss),
    )  # fmt: skip


def _beside_the_best(quantile: float) -> tuple[Metric, ...]:
    """Return the metrics that look at regret."""
    return (
        Metric(
            "max_regret", "How far behind the best of a future can it fall?", lambda _, r: -r.max(axis=-1), _as_loss
        ),
        Metric(
            "mean_regret", "How far behind the best of each future is it on average?",
            lambda _, r: -r.mean(axis=-1), _as_loss,
        ),
        Metric(
            "percentile_regret", f"Which regret does it not pass in a share {quantile:g} of futures?",
            lambda _, r: -np.quantile(r, quantile, axis=-1), _as_loss,
        ),
    )  # fmt: skip


def _good_enough(threshold: float, direction: float) -> Metric:
    question = f"In what share of futures is it good enough ({threshold:g})?"

    def share(goodness: Array, _: Array) -> Array:
        return np.asarray(verdicts(goodness, "at least", direction * threshold).mean(axis=-1))

    return Metric("satisficing", question, share, _as_score)


def _signal_to_noise(goodness: Array, regrets: Array) -> Array:  # noqa: ARG001 (one signature for all metrics)
    """Return mean / sd of gains, and mean * sd of losses, so that more noise is worse for either.

    A strategy that is the same in every future has no noise to measure its mean by: mean / 0 would put it first and
    mean * 0 of a loss too, however bad it is. It counts as noisy as the least noisy of the others; where none has any
    noise, means alone decide.

    References
    ----------
    Hamarat, Kwakkel, Pruyt and Loonen (2014), An exploratory approach for adaptive policymaking by using
    multi-objective robust optimization.
    """
    mean, sd = goodness.mean(axis=-1), deviation(goodness)
    least = np.where(sd > 0.0, sd, np.inf).min(axis=0)
    noise = np.where(sd > 0.0, sd, np.where(np.isfinite(least), least, 1.0))
    return np.asarray(np.where(mean > 0.0, mean / noise, mean * noise))


def _worse_half(goodness: Array, regrets: Array) -> Array:  # noqa: ARG001 (one signature for all metrics)
    """Return minus the mean fall below the median over the worse half of the futures, the middle one counted in."""
    half = (goodness.shape[-1] + 1) // 2
    worse = np.partition(goodness, half - 1, axis=-1)[..., :half]
    return less(worse.mean(axis=-1), np.median(goodness, axis=-1))


def regret(table: Table, sense: Sense = "max") -> pd.DataFrame:
    """Return how far each strategy falls behind the best strategy of the same future, >= 0.

    Adding a strategy may change the regret of all others, and their order: compare the strategies that are truly open.

    References
    ----------
    Savage (1951), The theory of statistical decision.
    """
    frame = _strategies(table)
    goodness = sign(sense) * frame.to_numpy()
    return pd.DataFrame(less(goodness.max(axis=0), goodness), frame.index, frame.columns)


def satisficing(table: Table, threshold: float, sense: Sense = "max") -> pd.Series[float]:
    """Return the share of futures in which a strategy is good enough; a figure equal to the threshold is.

    Parameters
    ----------
    table : one row a strategy, one column a future
    threshold : what is good enough, in the outcome's unit
    sense : whether more of the outcome is better, or less

    Returns
    -------
    Share by strategy, in [0, 1].

    References
    ----------
    Starr's domain criterion: Starr (1963); Schneller and Sphicas (1983); Simon (1956) on satisficing.
    """
    frame, direction = _strategies(table), sign(sense)
    good = verdicts(direction * frame.to_numpy(), "at least", direction * threshold)
    return pd.Series(good.mean(axis=1), frame.index)


def shape(table: Table) -> pd.DataFrame:
    """Return percentile-based skewness and peakedness of each strategy over the futures; both describe, neither ranks.

    Returns
    -------
    ``skewness``: ((q90 + q10) / 2 - q50) / ((q90 - q10) / 2), above 0 with a long tail of high figures; published
    sources do not agree which sign is the robust one. ``peakedness``: (q90 - q10) / (q75 - q25), 1.9 for a normal
    distribution. Not a number where the distance below the line is 0.

    References
    ----------
    Voudouris et al. (2014), Exploring the production of natural gas through the lenses of the ACEGES model; McPhail et
    al. (2018).
    """
    frame = _strategies(table)
    q10, q25, q50, q75, q90 = (frame.quantile(q, axis=1) for q in (0.1, 0.25, 0.5, 0.75, 0.9))
    wide, narrow = (q90 - q10).where(q90 > q10), (q75 - q25).where(q75 > q25)
    return pd.DataFrame({"skewness": ((q90 + q10) / 2.0 - q50) / (wide / 2.0), "peakedness": (q90 - q10) / narrow})


@dataclass(frozen=True, slots=True)
class Rankings:
    """Strategies under each metric side by side.

    ``scores`` and ``ranks`` have one row a strategy and one column a metric; a rank of 1 is the best, and those that
    tie share the better rank. ``agreement`` holds Kendall's tau-b between the rankings of every two metrics: 1 the same
    order, -1 the reverse, not a number where a metric tells nobody apart.
    """

    scores: pd.DataFrame
    ranks: pd.DataFrame
    agreement: pd.DataFrame
    questions: dict[str, str]

    @property
    def best(self) -> dict[str, list[str]]:
        """Strategies of rank 1 under each metric."""
        return {str(name): self.ranks.index[self.ranks[name] == 1].tolist() for name in self.ranks}


def rankings(
    table: Table, sense: Sense = "max", *, threshold: float | None = None, settings: Sequence[Metric] | None = None
) -> Rankings:
    """Return scores and ranks of the strategies under each metric, and how far the metrics agree.

    Parameters
    ----------
    table : one row a strategy, one column a future
    threshold : what is good enough, for satisficing
    settings : what `metrics` gave, to set optimism, quantile or aversion; in place of ``threshold``
    """
    frame, direction = _strategies(table), sign(sense)
    chosen = metrics(threshold, sense=sense) if settings is None else settings
    goodness, regrets = direction * frame.to_numpy(), regret(frame, sense).to_numpy()
    scores = {metric.name: metric.score(goodness, regrets) for metric in chosen}
    placed = pd.DataFrame({name: ranks(score) for name, score in scores.items()}, index=frame.index)
    shown = {metric.name: metric.shown(scores[metric.name], direction) for metric in chosen}
    agreement = [[_tau(placed[a].to_numpy(), placed[b].to_numpy()) for b in placed] for a in placed]
    return Rankings(
        pd.DataFrame(shown, index=frame.index), placed, pd.DataFrame(agreement, placed.columns, placed.columns),
        {metric.name: metric.question for metric in chosen},
    )  # fmt: skip


def rank_stability(
    table: Table, sense: Sense = "max", *, threshold: float | None = None, settings: Sequence[Metric] | None = None,
    draws: int = 2_000, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return how ranks move when futures are drawn again.

    Parameters
    ----------
    table : one row a strategy, one column a future
    sense : whether more of the outcome is better, or less
    threshold : what is good enough; without it there is no satisficing
    settings : the metrics, as `metrics` gives them; by default all with their own settings
    draws, seed : of the bootstrap of futures

    Returns
    -------
    One row a metric and strategy: ``metric``, ``strategy``, ``rank``; ``first``, the share of bootstrap samples of
    futures in which it ranks first (those that tie share it alike); ``low``, ``high``, ranks between which 90 % of
    samples lie. This is about the sample of futures, not about the model, and says little where futures were a full
    grid or picked by hand. Worst and best futures (maximin, maximax, max_regret) are shown too steady: no bootstrap
    finds a future worse than the worst that was drawn.
    """
    frame, direction = _strategies(table), sign(sense)
    chosen = metrics(threshold, sense=sense) if settings is None else settings
    goodness, regrets = direction * frame.to_numpy(), regret(frame, sense).to_numpy()
    rows = resampled_rows(frame.shape[1], draws, seed, "rank stability")
    drawn_goodness, drawn_regrets = goodness[:, rows], regrets[:, rows]
    parts = []
    for metric in chosen:
        places = ranks(metric.score(drawn_goodness, drawn_regrets))
        first = places == 1
        low, high = np.quantile(places, [0.05, 0.95], axis=1, method="inverted_cdf")
        parts.append(
            pd.DataFrame(
                {
                    "metric": metric.name, "strategy": frame.index, "rank": ranks(metric.score(goodness, regrets)),
                    "first": (first / first.sum(axis=0)).mean(axis=1), "low": low, "high": high,
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _strategies(table: Table) -> pd.DataFrame:
    frame = validated_table(table, "strategy", "future")
    if frame.shape[1] < 2:
        raise ValueError(f"the table has shape {frame.shape}; two futures or more are needed")
    return frame


def _tau(first: Array, second: Array) -> float:
    if np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return float("nan")
    return float(kendalltau(first, second).statistic)
