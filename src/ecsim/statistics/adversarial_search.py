"""The mildest combination of shocks that breaks a target: an adversary's search.

Mild means a small sum of strengths. What is no milder than the mildest known needs no run. That a stronger shock is no
better is *not* supposed: a slump in the year that growth is measured from makes growth easier, so a target may hold
under all shocks that one of them breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, differential_evolution
from scipy.stats import qmc

Steps: TypeAlias = tuple[int, ...]
"""Strengths in steps, one a shock."""
Shares: TypeAlias = Callable[[Sequence[Steps]], Sequence[float]]
"""From combinations to how often the target held in each; NaN where no run gave a figure."""


@dataclass(frozen=True)
class MildestFailure:
    """What a search found.

    Attributes
    ----------
    strengths : by shock, those above 0; None if nothing tried breaks the target
    share : how often the target held there, in the runs of the search
    tried : combinations that were run
    without_figure : of them, those in which no run gave a figure of the target: there it neither holds nor breaks
    path : after how many combinations which severity was the mildest known
    """

    strengths: Mapping[str, float] | None
    share: float
    tried: int
    path: tuple[tuple[int, float], ...]
    without_figure: int = 0

    @property
    def severity(self) -> float:
        """Sum of the strengths."""
        return float(sum(self.strengths.values())) if self.strengths is not None else float("nan")


@dataclass
class TriedCombinations:
    """Combinations tried so far, and what follows from them for others.

    Attributes
    ----------
    level : probability of holding below which a target is broken
    shares : how often the target held
    """

    level: float
    shares: dict[Steps, float] = field(default_factory=dict)
    path: list[tuple[int, float]] = field(default_factory=list)

    def take(self, combinations: Sequence[Steps], shares: Sequence[float]) -> None:
        """Remember what was tried."""
        for steps, share in zip(combinations, shares, strict=True):
            before = self.mildest
            self.shares[steps] = share
            if share < self.level and (before is None or sum(steps) < sum(before)):
                self.path.append((len(self.shares), float(sum(steps))))

    @property
    def mildest(self) -> Steps | None:
        """The broken combination of the smallest sum; of several the one in which the target held least often."""
        broken = [steps for steps, share in self.shares.items() if share < self.level]
        return min(broken, key=lambda steps: (sum(steps), self.shares[steps], steps), default=None)

    def is_of_interest(self, steps: Steps) -> bool:
        """Return whether running a combination could make the mildest milder."""
        least = self.mildest
        return steps not in self.shares and (least is None or sum(steps) < sum(least))


@dataclass
class AdversarialSearch:
    """Searches by differential evolution, then lowers one strength after the other until each is needed.

    Parameters
    ----------
    shares : runs combinations, many at a time
    rungs : steps to the strongest, by shock
    step : strength of a step
    known : what was tried already
    """

    shares: Shares
    rungs: Mapping[str, int]
    step: float
    known: TriedCombinations
    generations: int
    population: int
    seed: int

    def search(self) -> MildestFailure:
        """Return the mildest combination found.

        References
        ----------
        Storn and Price (1997), Journal of Global Optimization 11, through scipy.
        """
        nothing, everything = (0,) * len(self.rungs), tuple(self.rungs.values())
        self._run([nothing])
        if self.known.mildest is None:
            self._evolve(everything)
            self._prune()
        return self._found(self.known.mildest)

    def _run(self, combinations: Sequence[Steps]) -> None:
        asked = [steps for steps in dict.fromkeys(combinations) if self.known.is_of_interest(steps)]
        if asked:
            self.known.take(asked, self.shares(asked))

    def _evolve(self, everything: Steps) -> None:
        differential_evolution(
            self._severities,  # type: ignore[arg-type]  # vectorised: a column a combination
            Bounds(np.zeros(len(everything)), np.asarray(everything, np.float64)),
            integrality=[True] * len(everything),
            vectorized=True,
            updating="deferred",
            init=self._beginning(everything),
            maxiter=self.generations,
            tol=0.0,
            polish=False,
            rng=np.random.default_rng(self.seed),
        )

    def _beginning(self, everything: Steps) -> NDArray[np.float64]:
        """Return the first generation: all at full strength, each alone, then points spread evenly."""
        alone = np.diag(np.asarray(everything, np.float64))
        spread = qmc.LatinHypercube(len(everything), rng=np.random.default_rng(self.seed)).random(self.population)
        first = np.vstack([everything, alone, np.round(spread * everything)])
        return first[: max(5, len(everything) + 1, self.population)]

    def _severities(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is to be made small: the sum of steps of a combination that breaks, else more than any sum."""
        combinations = [tuple(int(v) for v in np.round(column)) for column in np.atleast_2d(columns.T)]
        self._run(combinations)
        beyond = float(sum(self.rungs.values()))
        return np.array([self._severity(steps, beyond) for steps in combinations])

    def _severity(self, steps: Steps, beyond: float) -> float:
        """Rank what holds by how nearly it breaks; what has no figure or was not worth a run comes last."""
        share = self.known.shares.get(steps, 3.0)
        return float(sum(steps)) if share < self.known.level else 1.0 + beyond + (3.0 if isnan(share) else share)

    def _prune(self) -> None:
        """Lower strengths while the target stays broken: at the end every one is needed, to the step."""
        while (mildest := self.known.mildest) is not None:
            self._run(list(_one_step_milder(mildest)))
            if self.known.mildest == mildest:
                return

    def _found(self, steps: Steps | None) -> MildestFailure:
        path = tuple((tried, severity * self.step) for tried, severity in self.known.path)
        tried, lost = len(self.known.shares), sum(map(isnan, self.known.shares.values()))
        if steps is None:
            return MildestFailure(None, float("nan"), tried, path, lost)
        strengths = {name: count * self.step for name, count in zip(self.rungs, steps, strict=True) if count}
        return MildestFailure(strengths, self.known.shares[steps], tried, path, lost)


def _one_step_milder(steps: Steps) -> Iterator[Steps]:
    for place, count in enumerate(steps):
        if count:
            yield (*steps[:place], count - 1, *steps[place + 1 :])
