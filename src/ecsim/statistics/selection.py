"""Choosing the best of several alternatives: Kim and Nelson's procedure with a promise, OCBA for a given budget.

Each is a procedure that is asked what it wants to see and told what was seen, so that whatever runs replications can
drive it; `kim_nelson` and `ocba` drive it with a plain function. A procedure reads by the number of a replication:
the order in which runs end, and how many run at once, change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from ecsim.statistics.rounding import deviation, first_of_most, less, sort_key, tolerance
from ecsim.statistics.validate import Array, Sense, share, sign

Pair = tuple[int, int]
"""An alternative, counted from 0, and the number of a replication."""
Simulate = Callable[[int, int], float]
"""From an alternative and the number of a replication to its figure."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Who was left once some had been ruled out."""

    replications: int
    survivors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which alternative was chosen, and what can be said of the choice.

    ``probability`` is a promise where ``promised``, an estimate for OCBA, and not a number where a budget ended first.
    ``statement`` says it in words.
    """

    best: int
    survivors: tuple[int, ...]
    stages: tuple[Stage, ...]
    means: tuple[float, ...]
    replications: tuple[int, ...]
    probability: float
    promised: bool
    statement: str

    @property
    def total(self) -> int:
        """Runs used."""
        return sum(self.replications)


class Procedure(Protocol):
    """What runs replications and what chooses meet here."""

    def ask(self) -> list[Pair]:
        """Return the runs wanted next and not told yet, replication by replication; none means done."""
        ...

    def tell(self, figures: Mapping[Pair, float]) -> None:
        """Take in figures, in any order and any portions, also of runs that were never asked for."""
        ...

    def result(self) -> Selection:
        """Return the choice.

        Raises
        ------
        ValueError
            If runs asked for are still to be told.
        """
        ...


class _FiguresInOrder:
    """Figures told so far, turned so that more is better."""

    def __init__(self, k: int, sense: Sense, names: Sequence[str] | None) -> None:
        if k < 2:
            raise ValueError(f"k is {k}; a choice needs two alternatives or more")
        self.names = list(names) if names is not None else [f"alternative {i}" for i in range(k)]
        if len(self.names) != k:
            raise ValueError(f"{len(self.names)} names for {k} alternatives")
        self.k, self.sign = k, sign(sense)
        self._figures: dict[Pair, float] = {}

    def add(self, figures: Mapping[Pair, float]) -> None:
        for pair, figure in figures.items():
            if not 0 <= pair[0] < self.k:
                raise ValueError(f"{_where(pair)}: there are {self.k} alternatives, counted from 0")
            if not isfinite(figure):
                raise ValueError(f"{_where(pair)}: {figure}; a figure must be finite, fix the run that failed first")
            if self._figures.setdefault(pair, self.sign * figure) != self.sign * figure:
                raise ValueError(f"{_where(pair)}: told twice, as {self.sign * self._figures[pair]} and {figure}")

    def lacking(self, pairs: Sequence[Pair]) -> list[Pair]:
        return [pair for pair in pairs if pair not in self._figures]

    def figures(self, alternatives: Sequence[int], numbers: Sequence[int]) -> Array:
        """Return figures of shape (alternatives, numbers)."""
        return np.array([[self._figures[i, number] for number in numbers] for i in alternatives], np.float64)


def _where(pair: Pair) -> str:
    return f"alternative {pair[0]}, replication {pair[1]}"


class KimNelson:
    """Kim and Nelson's fully sequential procedure: rule out, one replication after another, what cannot be the best.

    Parameters
    ----------
    k : number of alternatives
    delta : the smallest difference worth telling, > 0, in the outcome's unit: alternatives less than that below the
        best are as good as the best
    probability : promised probability of choosing the best, when it leads the others by ``delta`` or more
    first : replications before anything is ruled out; 10 to 20. Fewer make later stages cautious, more are spent in
        vain
    sense : whether more is better, or less
    seed : number of the first replication; the promise is for figures not looked at before
    most : replications of each alternative at most; if they end first, nothing is promised
    ahead : replications asked for at a time after the first stage; a runner of many workers wants more, and may then
        run some in vain. It never changes what is chosen
    names : of the alternatives, for the statement

    Notes
    -----
    The promise holds for normal figures, with the same luck across alternatives or with luck of their own. The same
    luck makes differences vary less and so ends sooner. Means of a run over counties and weeks are near enough to
    normal; a yes or no outcome is not.

    References
    ----------
    Kim and Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS 11(3),
    251-273, with c = 1.
    """

    def __init__(
        self, k: int, *, delta: float, probability: float = 0.95, first: int = 15, sense: Sense = "max", seed: int = 0,
        most: int | None = None, ahead: int = 1, names: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self._told = _FiguresInOrder(k, sense, names)
        if not delta > 0.0:
            raise ValueError(f"delta is {delta}; the smallest difference worth telling is above 0")
        if not 1.0 / k < share(probability, "probability"):
            raise ValueError(
                f"probability is {probability}; blind choice among {k} is right with {1.0 / k:.3f} already"
            )
        if first < 2 or ahead < 1 or (most is not None and most < first):
            raise ValueError(
                f"first is {first}, ahead {ahead}, most {most}; 2 <= first <= most and 1 <= ahead are needed"
            )
        self._delta, self._probability, self._first, self._seed = delta, probability, first, seed
        self._most, self._ahead = most, ahead
        eta = 0.5 * ((2.0 * (1.0 - probability) / (k - 1)) ** (-2.0 / (first - 1)) - 1.0)
        self._h2 = 2.0 * eta * (first - 1)
        self._alive = list(range(k))
        self._stages: list[Stage] = []
        self._n = 0
        self._sums, self._counts = np.zeros(k), [0] * k
        self._reach = np.zeros((k, k))

    def ask(self) -> list[Pair]:
        """Return the runs wanted next and not told yet; none means done."""
        if self._done:
            return []
        upto = max(self._first, self._n + self._ahead) if self._n else self._first
        upto = upto if self._most is None else min(upto, self._most)
        return self._told.lacking(self._runs(self._n, upto))

    def tell(self, figures: Mapping[Pair, float]) -> None:
        """Take in figures, and rule out what can be ruled out."""
        self._told.add(figures)
        if self._n == 0 and not self._told.lacking(self._runs(0, self._first)):
            self._open()
        while self._n and not self._done and not self._told.lacking(self._runs(self._n, self._n + 1)):
            self._take([self._seed + self._n])
            self._screen()

    def result(self) -> Selection:
        """Return the choice."""
        if not self._done:
            raise ValueError(f"{len(self.ask())} runs asked for are still to be told")
        means = self._told.sign * self._sums / np.array(self._counts)
        best = self._alive[first_of_most(self._sums[self._alive])]
        chosen = len(self._alive) == 1
        return Selection(
            best, tuple(self._alive), tuple(self._stages), tuple(means.tolist()), tuple(self._counts),
            self._probability if chosen else float("nan"), chosen, self._statement(best, chosen),
        )  # fmt: skip

    @property
    def _done(self) -> bool:
        return len(self._alive) == 1 or (self._most is not None and self._n >= self._most)

    def _runs(self, start: int, stop: int) -> list[Pair]:
        return [(i, self._seed + number) for number in range(start, stop) for i in self._alive]

    def _open(self) -> None:
        """Take in the first stage, and measure from it how far apart each two must drift."""
        numbers = range(self._seed, self._seed + self._first)
        figures = self._told.figures(self._alive, numbers)
        gaps = figures[:, None, :] - figures[None, :, :]
        self._reach = self._h2 * gaps.var(axis=2, ddof=1) / self._delta**2
        self._take(numbers)
        self._stages.append(Stage(self._n, tuple(self._alive)))
        self._screen()

    def _take(self, numbers: Sequence[int]) -> None:
        self._sums[self._alive] += self._told.figures(self._alive, numbers).sum(axis=1)
        for i in self._alive:
            self._counts[i] += len(numbers)
        self._n += len(numbers)

    def _screen(self) -> None:
        """Keep who is not behind anybody by more than chance allows; once no slack is left, keep the first alone."""
        alive = np.array(self._alive)
        means = self._sums[alive] / self._n
        slack = np.maximum(0.0, self._delta / (2.0 * self._n) * (self._reach[np.ix_(alive, alive)] - self._n))
        kept = alive[(less(means[:, None], means[None, :]) >= -slack).all(axis=1)]
        if slack.max() == 0.0:
            kept = kept[:1]
        if len(kept) < len(alive):
            self._alive = kept.tolist()
            self._stages.append(Stage(self._n, tuple(self._alive)))

    def _statement(self, best: int, chosen: bool) -> str:
        name = self._told.names[best]
        if chosen:
            return (
                f"{name} was chosen after {self._n} replications. Where the best leads the others by {self._delta:g} or"
                f" more, this procedure chooses it in at least {self._probability:.0%} of experiments; alternatives"
                f" that lie closer than {self._delta:g} to the best count as equally good."
            )
        left = ", ".join(self._told.names[i] for i in self._alive)
        return (
            f"The budget of {self._n} replications ended with {len(self._alive)} alternatives left: {left}. {name} has"
            " the best mean so far, and no probability is promised."
        )


class Ocba:
    """Optimal computing budget allocation: spend a given number of runs where they tell most about which is best.

    Parameters
    ----------
    k : number of alternatives
    budget : runs in all, at least k * first
    first : replications of each to begin with, at least 5
    step : runs given out at a time; by default k
    delta : differences below it do not matter, >= 0; keeps two that tie from eating the budget
    sense, seed, names : as for `KimNelson`

    Notes
    -----
    The probability is an estimate (Bonferroni's bound, normal means, variances taken as known), no promise. The rule
    supposes luck of their own across alternatives; with the same luck it still works, but replications that only one
    alternative has cannot be paired, and `KimNelson` or `comparison.against` make more of it.

    References
    ----------
    Chen, Lin, Yucesan and Chick (2000), Simulation budget allocation for further enhancing the efficiency of ordinal
    optimization, Discrete Event Dynamic Systems 10, 251-270.
    """

    def __init__(
        self, k: int, budget: int, *, first: int = 10, step: int | None = None, delta: float = 0.0,
        sense: Sense = "max", seed: int = 0, names: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self._told = _FiguresInOrder(k, sense, names)
        if first < 5 or budget < k * first or (step is not None and step < 1) or delta < 0.0:
            raise ValueError(
                f"budget is {budget}, first {first}, step {step}, delta {delta} for {k} alternatives; first is 5 or"
                " more, the budget at least k * first, step 1 or more, delta 0 or more"
            )
        self._budget, self._step, self._delta, self._seed = budget, step or k, delta, seed
        self._counts = np.full(k, first)
        self._wanted = [(i, seed + number) for number in range(first) for i in range(k)]

    def ask(self) -> list[Pair]:
        """Return the runs wanted next and not told yet; none means done."""
        return self._told.lacking(self._wanted)

    def tell(self, figures: Mapping[Pair, float]) -> None:
        """Take in figures; once a portion is whole, plan the next."""
        self._told.add(figures)
        while not self.ask() and self._counts.sum() < self._budget:
            self._plan()

    def _plan(self) -> None:
        means, sds = self._moments()
        portion = min(self._step, self._budget - int(self._counts.sum()))
        more = ocba_increments(ocba_shares(means, sds, self._delta), self._counts, portion)
        self._wanted = [
            (i, self._seed + int(self._counts[i]) + number) for i in range(self._told.k) for number in range(more[i])
        ]
        self._counts += more

    def _moments(self) -> tuple[Array, Array]:
        figures = [
            self._told.figures([i], range(self._seed, self._seed + int(n)))[0] for i, n in enumerate(self._counts)
        ]
        return np.array([f.mean() for f in figures]), np.array([float(deviation(f)) for f in figures])

    def result(self) -> Selection:
        """Return the choice."""
        if lacking := self.ask():
            raise ValueError(f"{len(lacking)} runs asked for are still to be told")
        means, sds = self._moments()
        best, probability = first_of_most(means), probability_of_correct_choice(means, sds, self._counts, self._delta)
        statement = (
            f"{self._told.names[best]} has the best mean after {self._counts.sum()} runs. The estimated probability"
            f" that it is {'the best' if self._delta == 0.0 else f'within {self._delta:g} of the best'} is at least"
            f" {min(probability, 0.999):.3f} (Bonferroni, normal means); this is an estimate and no promise."
        )
        everybody = tuple(range(self._told.k))
        return Selection(
            best, everybody, (), tuple((self._told.sign * means).tolist()), tuple(self._counts.tolist()), probability,
            False, statement,
        )  # fmt: skip


def ocba_shares(means: Array, sds: Array, delta: float = 0.0) -> Array:
    """Return the share of a budget for each alternative that makes the probability of a correct choice largest.

    Parameters
    ----------
    means : more is better
    sds : standard deviation of one replication, >= 0
    delta : smallest gap to the best that is reckoned with

    References
    ----------
    Chen et al. (2000), theorem 1: N_i / N_j = (sd_i / gap_i)^2 / (sd_j / gap_j)^2 for all but the best b, and
    N_b = sd_b sqrt(sum N_i^2 / sd_i^2).
    """
    best = first_of_most(means)
    if sds.max() == 0.0:
        return np.full(len(means), 1.0 / len(means))
    floor = 1e-6 * sds.max()  # keeps a tie and a figure that never varies from dividing by 0
    spread, gap = np.maximum(sds, floor), np.maximum(less(means[best], means), max(delta, floor))
    ratio = (spread / gap) ** 2
    others = np.arange(len(means)) != best
    ratio[best] = spread[best] * np.sqrt(np.sum((ratio[others] / spread[others]) ** 2))
    return np.asarray(ratio / ratio.sum())


def ocba_increments(shares: Array, counts: NDArray[np.int64], portion: int) -> NDArray[np.int64]:
    """Return how many further runs each alternative gets, so that counts come as near to their shares as they can.

    Runs that are made cannot be taken back: alternatives that have more than their share get none, and what is left of
    the budget is shared by the others in the same ratio, again and again until none has too many. Whole runs are given
    out by the largest remainder.

    Parameters
    ----------
    shares : shape (k,), of the whole budget, adding up to 1
    counts : shape (k,), runs made
    portion : further runs to give out

    Returns
    -------
    Shape (k,), whole numbers >= 0 that add up to the portion.

    References
    ----------
    Chen and Lee (2011), Stochastic simulation optimization: An optimal computing budget allocation, the appendix's
    program.
    """
    whole, open_ = counts.sum() + portion, np.ones(len(counts), np.bool_)
    while True:
        due = shares * (whole - counts[~open_].sum()) / shares[open_].sum()
        beyond = open_ & (less(due, counts) < 0.0)
        if not beyond.any():
            break
        open_ &= ~beyond
    wanted = np.where(open_, np.maximum(less(due, counts), 0.0), 0.0)
    more = np.floor(wanted + tolerance(wanted)).astype(np.int64)
    rest = np.argsort([-sort_key(left) for left in wanted - more], kind="stable")[: portion - int(more.sum())]
    more[rest] += 1
    return more


def probability_of_correct_choice(means: Array, sds: Array, counts: NDArray[np.int64], delta: float = 0.0) -> float:
    """Return Bonferroni's lower bound for the probability that the best mean is the best, or within delta of it.

    Parameters
    ----------
    means, sds : shape (k,), of each alternative's figures, more being better
    counts : shape (k,), runs each
    delta : indifference: alternatives closer than that to the best are as good

    Returns
    -------
    In [0, 1]; normal means with variances of their own.
    """
    best = first_of_most(means)
    others = np.arange(len(means)) != best
    error = np.sqrt(sds**2 / counts)
    apart, noise = less(means[best], means[others]) + delta, np.hypot(error[best], error[others])
    z = np.divide(apart, noise, out=np.where(apart > 0.0, np.inf, 0.0), where=noise > 0.0)
    return float(max(0.0, 1.0 - norm.sf(z).sum()))


def kim_nelson(
    simulate: Simulate, k: int, *, delta: float, probability: float = 0.95, first: int = 15, sense: Sense = "max",
    seed: int = 0, most: int | None = None, names: Sequence[str] | None = None,
) -> Selection:  # fmt: skip
    """Choose the best of k alternatives with a promised probability; parameters as for `KimNelson`.

    Parameters
    ----------
    simulate : from an alternative (0 to k - 1) and the number of a replication to its figure; give alternatives the
        same luck in the same replication
    """
    return _drive(
        KimNelson(k, delta=delta, probability=probability, first=first, sense=sense, seed=seed, most=most, names=names),
        simulate,
    )


def ocba(
    simulate: Simulate, k: int, budget: int, *, first: int = 10, step: int | None = None, delta: float = 0.0,
    sense: Sense = "max", seed: int = 0, names: Sequence[str] | None = None,
) -> Selection:  # fmt: skip
    """Choose the best of k alternatives with a given number of runs (optimal computing budget allocation).

    Parameters
    ----------
    simulate : from an alternative (0 to k - 1) and the number of a replication to its figure
    k : alternatives
    budget, first, step, delta, sense, seed, names : as for `Ocba`
    """
    return _drive(Ocba(k, budget, first=first, step=step, delta=delta, sense=sense, seed=seed, names=names), simulate)


def _drive(procedure: Procedure, simulate: Simulate) -> Selection:
    while asked := procedure.ask():
        procedure.tell({pair: simulate(*pair) for pair in asked})
    return procedure.result()
