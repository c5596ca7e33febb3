"""Scenario discovery: subgroup boxes in which something happens, by the patient rule induction method (PRIM).

A box limits few inputs and holds many of the hits (coverage) among its cases (density). `prim` peels it from the whole
space and pastes it where that costs nothing; `reproducibility` says which limits return on random parts of the cases.

References
----------
Friedman and Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing 9; Bryant and Lempert
(2010), Thinking inside the box, Technological Forecasting and Social Change 77.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ecsim.kernel.text import Language
from ecsim.statistics.rounding import is_level, less, sort_key
from ecsim.statistics.rule_induction import Cases, Step, paste, peel, quasi_p
from ecsim.statistics.subgroup_boxes import Box, Mask, Measure, sentence
from ecsim.statistics.validate import share

__all__ = ["Box", "DiscoveredBox", "Discovery", "Measure", "Options", "Terms", "discover", "prim", "reproducibility"]


@dataclass(frozen=True, slots=True)
class Terms:
    """How patient the search is and which box it keeps; what `prim` takes besides inputs and hits.

    Parameters
    ----------
    alpha : share of its cases that a box loses at a step
    mass_min : share of all cases that a box must hold
    pasting : whether a box then grows again where that takes nothing from its density
    paste_alpha : share of its cases that it gains at a step of that
    density_min, coverage_min : keep the box of most coverage at no less than that density, of most density at no less
        than that coverage; of both, or neither, the one with the best balance of the two (their harmonic mean)
    significance : a limit is dropped if chance alone would do as well with a probability above this (quasi p-value);
        1 drops none
    boxes : how many to look for, one after the other, each among the cases outside those before
    """

    alpha: float = 0.05
    mass_min: float = 0.05
    pasting: bool = True
    paste_alpha: float = 0.01
    density_min: float | None = None
    coverage_min: float | None = None
    significance: float = 0.05
    boxes: int = 1

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        share(self.alpha, "alpha")
        share(self.mass_min, "mass_min")
        share(self.paste_alpha, "paste_alpha")
        if self.boxes < 1:
            raise ValueError(f"boxes is {self.boxes}; at least 1 is looked for")

    def allow(self, measure: Measure) -> bool:
        """Return whether a box is dense enough and covers enough."""
        measures, least = (measure.density, measure.coverage), (self.density_min or 0.0, self.coverage_min or 0.0)
        return bool((less(measures, least) >= 0.0).all())

    def merit(self, measure: Measure) -> float:
        """Return what the box kept has most of."""
        if self.density_min is not None and self.coverage_min is None:
            return measure.coverage
        if self.coverage_min is not None and self.density_min is None:
            return measure.density
        total = measure.coverage + measure.density
        return 2.0 * measure.coverage * measure.density / total if total else 0.0


class Options(TypedDict, total=False):
    """The terms as keywords of `prim`."""

    alpha: float
    mass_min: float
    pasting: bool
    paste_alpha: float
    density_min: float | None
    coverage_min: float | None
    significance: float
    boxes: int


@dataclass(frozen=True, eq=False)
class DiscoveredBox:
    """One box with what it holds.

    Attributes
    ----------
    measure : coverage of all hits, density of the cases outside earlier boxes, mass of all cases
    quasi_p : by limited input, the probability that chance alone makes the box as dense without that limit
    path : boxes of the steps of peeling, from the whole space on, in the last search
    trajectory : one row a step: step, coverage, density, mass, restricted (number of inputs), limits, kept (whether
        the box grew from this one)
    """

    box: Box
    measure: Measure
    quasi_p: Mapping[str, float]
    path: tuple[Box, ...]
    trajectory: pd.DataFrame

    def words(
        self, language: Language = "en", *, names: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None, hit_words: tuple[str, str] | None = None,
    ) -> str:  # fmt: skip
        """Return the box in one sentence; see `ecsim.statistics.subgroup_boxes.sentence`."""
        return sentence(self.box, self.measure, language, names=names, units=units, hit_words=hit_words)

    def content(self) -> dict[str, Any]:
        """Return what was found as JSON takes it."""
        return {
            "limits": [limit.content() for limit in self.box.limits], "measure": asdict(self.measure),
            "quasi_p": dict(self.quasi_p), "words": {"en": self.words("en"), "zh": self.words("zh")},
            "trajectory": self.trajectory.to_dict("list"),
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Discovery:
    """Boxes in the order they were found, and how common hits are without them."""

    boxes: tuple[DiscoveredBox, ...]
    base: float
    """Share of all cases that are hits."""
    cases: int
    notes: tuple[str, ...] = ()

    def holds(self, inputs: pd.DataFrame) -> Mask:
        """Return of each case whether any box holds it."""
        inside = np.zeros(len(inputs), np.bool_)
        for discovered in self.boxes:
            inside |= discovered.box.holds(inputs)
        return inside

    def measured(self, inputs: pd.DataFrame, hit: ArrayLike) -> tuple[Measure, ...]:
        """Return how each box does on other cases: the honest test of it.

        Parameters
        ----------
        inputs, hit : cases that the boxes were not found on, as `prim` takes them

        Returns
        -------
        By box coverage of all hits, density and mass; of a later box among the cases outside those before.
        """
        shares, outside, measures = np.asarray(hit, np.float64), np.ones(len(inputs), np.bool_), []
        for discovered in self.boxes:
            inside = outside & discovered.box.holds(inputs)
            measures.append(Measure.of(shares, inside))
            outside &= ~inside
        return tuple(measures)

    def content(self) -> dict[str, Any]:
        """Return the boxes as JSON takes it."""
        boxes = [discovered.content() for discovered in self.boxes]
        return {"method": "prim", "cases": self.cases, "base": self.base, "boxes": boxes, "notes": list(self.notes)}


def prim(inputs: pd.DataFrame | Mapping[str, ArrayLike], hit: ArrayLike, **terms: Unpack[Options]) -> Discovery:
    """Return boxes of inputs in which hits are dense.

    Parameters
    ----------
    inputs : one row a case, one column an input; columns of text or flags are categories
    hit : True where the thing of interest happened, or the share of a case's replications in which it did
    alpha, mass_min, pasting, paste_alpha, density_min, coverage_min, significance, boxes : see `Terms`

    Raises
    ------
    ValueError
        If hits and inputs do not fit each other, a figure is missing, or an argument is not allowed.

    Notes
    -----
    A step of peeling takes from the box the slice (or category) whose loss raises density most for each case lost. With
    few cases or much luck, a slice of 5 % is too thin to tell hits from chance: take alpha = 0.1.
    Density on the cases that the box was found on flatters it: measure it on others (`Box.measured`).
    """
    return discover(inputs, hit, Terms(**terms))


def discover(inputs: pd.DataFrame | Mapping[str, ArrayLike], hit: ArrayLike, terms: Terms) -> Discovery:
    """Return the boxes that `prim` finds, with its terms in one.

    Parameters
    ----------
    inputs, hit : as for `prim`
    terms : how patient the search is and which box it keeps
    """
    return _discover(Cases.of(inputs, hit), terms)


def reproducibility(
    inputs: pd.DataFrame | Mapping[str, ArrayLike], hit: ArrayLike, *, times: int = 10, part: float = 0.5,
    seed: int = 0, terms: Terms | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return how often each input is limited in the first box of random parts of the cases: parameter, share.

    A limit that half of the cases do not show is not to be told as a finding.

    Parameters
    ----------
    inputs, hit : as for `prim`
    times : random parts
    part : size of each, as a share of the cases, in (0, 1)
    seed : of the parts
    terms : of the search; one box is looked for

    Returns
    -------
    One row an input: ``parameter`` and ``share`` of the parts in which it is limited.

    References
    ----------
    Bryant and Lempert (2010): resampling test.
    """
    first_box = replace(terms or Terms(), boxes=1)
    cases = Cases.of(inputs, hit)
    rng = np.random.default_rng(seed)
    size = max(2, round(share(part, "part") * len(cases)))
    counts = dict.fromkeys(map(str, cases.table), 0)
    for _ in range(times):
        for discovered in _discover(cases.only(np.sort(rng.permutation(len(cases))[:size])), first_box).boxes:
            for name in discovered.box.restricted:
                counts[name] += 1
    return pd.DataFrame({"parameter": list(counts), "share": [count / times for count in counts.values()]})


def _discover(cases: Cases, terms: Terms) -> Discovery:
    if is_level(cases.hit):
        note = f"the share of hits is {cases.base:g} in every case: there is nothing to tell apart"
        return Discovery((), cases.base, len(cases), (note,))
    boxes: list[DiscoveredBox] = []
    outside = np.ones(len(cases), np.bool_)
    for _ in range(terms.boxes):
        discovered = _next_box(cases, outside, terms) if cases.hit[outside].any() else None
        if discovered is None:
            break
        boxes.append(discovered)
        outside &= ~discovered.box.holds(cases.table)
    return Discovery(tuple(boxes), cases.base, len(cases), _notes(len(boxes), terms))


def _next_box(cases: Cases, outside: Mask, terms: Terms) -> DiscoveredBox | None:
    """Return the next box among the cases outside earlier ones; None if nothing beats taking all of them.

    The search is made again among the inputs that proved to matter, as long as that leaves some out: slices lost to
    chance on the others are then lost to those.
    """
    best = _search(cases, outside, terms)
    while best is not None and terms.significance < 1.0 and len(best.box.limits) < len(cases.inputs):
        cases = cases.of_inputs(best.box.restricted)
        better = _search(cases, outside, terms)
        if better is None:
            break
        best = better
    return best


def _search(cases: Cases, outside: Mask, terms: Terms) -> DiscoveredBox | None:
    path = list(peel(cases, outside, terms.alpha, terms.mass_min))
    allowed = [step for step in range(len(path)) if terms.allow(path[step].measure)]
    if not allowed:
        return None
    merits = [sort_key(terms.merit(step.measure)) for step in path]
    kept = max(allowed, key=lambda step: (merits[step], -len(path[step].box.limits), -step))
    if not path[kept].box.limits:
        return None
    grown = paste(cases, outside, path[kept], terms.paste_alpha) if terms.pasting else path[kept]
    final = _without_idle_limits(cases, outside, grown, terms)
    if not final.box.limits:
        return None
    chance = {name: quasi_p(cases, outside, final, name) for name in final.box.restricted}
    return DiscoveredBox(final.box, final.measure, chance, tuple(step.box for step in path), _trajectory(path, kept))


def _without_idle_limits(cases: Cases, outside: Mask, step: Step, terms: Terms) -> Step:
    """Return the box without the limits that chance alone does as well as, least of all first."""
    while step.box.limits:
        chance = {name: quasi_p(cases, outside, step, name) for name in step.box.restricted}
        worst = max(chance, key=lambda name: chance[name])
        wider = cases.step(step.box.without(worst), outside)
        if chance[worst] <= terms.significance or not terms.allow(wider.measure):
            break
        step = wider
    return step


def _trajectory(path: list[Step], kept: int) -> pd.DataFrame:
    rows = [
        (
            step,
            at.measure.coverage,
            at.measure.density,
            at.measure.mass,
            len(at.box.limits),
            at.box.words(),
            step == kept,
        )
        for step, at in enumerate(path)
    ]
    return pd.DataFrame(rows, columns=["step", "coverage", "density", "mass", "restricted", "limits", "kept"])


def _notes(boxes: int, terms: Terms) -> tuple[str, ...]:
    if boxes == terms.boxes:
        return ()
    asked = [f"{name} {least:.0%}" for name, least in
             (("density", terms.density_min), ("coverage", terms.coverage_min)) if least is not None]  # fmt: skip
    limits = f" with {' and '.join(asked)} or more" if asked else ""
    return (f"{boxes} of {terms.boxes} boxes were found{limits}: no other beats taking all the cases that are left",)
