"""Scenario discovery: boxes in which a target fails, found on one half of the cases, measured on the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ecsim.experiments.analyses.analysis import Analysis, Part, Said
from ecsim.experiments.analyses.target_table import TargetsMet, share_of_counties, targets_met_by_arm, title_of
from ecsim.experiments.analyses.wording import percent
from ecsim.experiments.compare import Comparison
from ecsim.experiments.config import SHOCK, Experiment
from ecsim.experiments.settings import Discovery
from ecsim.kernel.draws import Draws
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.designs import Design
from ecsim.statistics.discovery import DiscoveredBox, Terms, discover, reproducibility
from ecsim.statistics.proportions import shares_held
from ecsim.statistics.subgroup_boxes import Measure

FEWEST = 40
"""Cases below which a box says little: a step of peeling would take one or two."""


@dataclass(frozen=True)
class Failures:
    """Cases of one arm: the points at which some run gave a figure of the target.

    Attributes
    ----------
    point : of each case
    inputs : one row a case, one column an uncertain parameter
    hit : share of a case's runs with a figure in which the target failed
    seen : cases the boxes are found on; the others measure them
    runs, known, missed : how many runs there are, gave a figure, and missed the target
    """

    arm: str
    point: NDArray[np.int64]
    inputs: pd.DataFrame
    hit: NDArray[np.float64]
    seen: NDArray[np.bool_]
    runs: int
    known: int
    missed: int

    def table(self) -> pd.DataFrame:
        """Return the cases: arm, point, hit, seen."""
        return pd.DataFrame({"arm": self.arm, "point": self.point, "hit": self.hit, "seen": self.seen})

    @property
    def base(self) -> float:
        """Share of failures without any box."""
        return self.missed / self.known


def failures_of(found: Comparison, design: Design) -> dict[str, Failures]:
    """Return by arm where the target of ``[discovery]`` failed.

    Raises
    ------
    EcsimError
        If too few points are left that have a figure.
    """
    experiment = found.experiment
    held = targets_met_by_arm(experiment, found.known, found.folder, found.runs, len(design), least=1)
    return {arm: _failures(own, design, _asked(experiment)) for arm, own in held.items()}


def _failures(held: TargetsMet, design: Design, asked: Discovery) -> Failures:
    counties = share_of_counties(held.tables[asked.target])
    missed = np.where(np.isnan(counties), np.nan, counties < asked.counties)
    known = np.isfinite(missed)
    point = np.flatnonzero(known.any(axis=0))
    if len(point) < FEWEST:
        raise EcsimError(
            f"{held.arm}: {len(point)} of {len(design)} points gave a figure of {asked.target}; "
            f"boxes need {FEWEST} or more"
        )
    hit = shares_held(missed)[0][point]
    seen = Draws(asked.seed).uniform("half_of_the_cases", 0, point) < 0.5
    inputs = design.values.iloc[point].reset_index(drop=True)
    return Failures(held.arm, point, inputs, hit, seen, known.size, int(known.sum()), int(np.nansum(missed)))


def _asked(experiment: Experiment) -> Discovery:
    assert experiment.discovery is not None
    return experiment.discovery


def analyse(found: Comparison, design: Design, titles: Mapping[str, Said], names: Mapping[str, Said]) -> Analysis:
    """Return boxes of every arm.

    Parameters
    ----------
    titles : of shocks, by name
    names : what arms are called, by name
    """
    asked = _asked(found.experiment)
    terms = Terms(density_min=asked.threshold, mass_min=asked.mass_min, boxes=asked.boxes)
    called, failures = _called(design, titles), failures_of(found, design)
    arms = [_OfArm(own, terms, called, names[arm]) for arm, own in failures.items()]
    extra = found.experiment.stress.targets if found.experiment.stress else {}
    target = title_of(asked.target, found.known, extra)
    return Analysis(
        "discovery",
        "discovery",
        Said(f"Under which assumptions is “{target.en}” missed?", f"在哪些假设下“{target.zh}”不能达成？"),
        {
            **asked.model_dump(mode="json"),
            "points": len(design),
            "names": {name: said.both() for name, said in _called(design, titles).items()},
            "base": {arm.failures.arm: arm.failures.base for arm in arms},
            "without_figure": {arm.failures.arm: arm.failures.runs - arm.failures.known for arm in arms},
        },
        tuple(said for arm in arms for said in arm.findings()),
        tuple(_notes(asked)),
        {
            "boxes": Part(Said("Boxes", "条件组合"), _together([arm.boxes() for arm in arms])),
            "cases": Part(
                Said("Share of replications that miss the target, by point", "各设计点未达成的比例"),
                _together([arm.failures.table() for arm in arms]),
            ),
            "trajectory": Part(
                Said("Peeling: coverage against density", "剥离轨迹"), _together([a.path() for a in arms])
            ),
            "reproduced": Part(
                Said("How often half of the cases limit an input", "各输入在半数样本中被限制的比例"),
                _together([arm.steadiness(asked.seed) for arm in arms]),
            ),
        },
    )


def _called(design: Design, titles: Mapping[str, Said]) -> dict[str, Said]:
    """Return what inputs are called; parameters keep their names, by which they are found in the files."""
    return {
        name: titles.get(name.removeprefix(SHOCK), Said(name, name)) if name.startswith(SHOCK) else Said(name, name)
        for name in design.space.names
    }


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True)
class _OfArm:
    failures: Failures
    terms: Terms
    called: Mapping[str, Said]
    name: Said

    @cached_property
    def found(self) -> tuple[DiscoveredBox, ...]:
        """Boxes in the order they were found."""
        own = self.failures
        if not own.hit[own.seen].any():
            return ()
        return discover(own.inputs[own.seen], own.hit[own.seen], self.terms).boxes

    def measured(self, number: int) -> Measure:
        """Return how a box does on the other half; of a later box, on its cases outside those before."""
        own = self.failures
        inputs, hit = own.inputs[~own.seen], own.hit[~own.seen]
        outside = np.ones(len(inputs), np.bool_)
        for earlier in self.found[:number]:
            outside &= ~earlier.box.holds(inputs)
        inside = outside & self.found[number].box.holds(inputs)
        hits, cases = float(hit[inside].sum()), int(inside.sum())
        return Measure(
            hits / float(hit.sum()) if hit.any() else float("nan"),
            hits / cases if cases else float("nan"),
            cases / len(hit),
        )

    def boxes(self) -> pd.DataFrame:
        rows = []
        for number, found in enumerate(self.found, 1):
            fresh = self.measured(number - 1)
            for limit in found.box.limits:
                rows.append(
                    {"arm": self.failures.arm, "box": number, "parameter": limit.name,
                     "low": limit.content()["low"], "high": limit.content()["high"],
                     "values": limit.content()["values"],
                     "limit_en": limit.words("en", self.called[limit.name].en),
                     "limit_zh": limit.words("zh", self.called[limit.name].zh),
                     "quasi_p": found.quasi_p.get(limit.name), "coverage_found": found.measure.coverage,
                     "density_found": found.measure.density, "coverage": fresh.coverage, "density": fresh.density,
                     "mass": fresh.mass}
                )  # fmt: skip
        columns = [
            "arm", "box", "parameter", "low", "high", "values", "limit_en", "limit_zh", "quasi_p", "coverage_found",
            "density_found", "coverage", "density", "mass",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def path(self) -> pd.DataFrame:
        found = self.found
        columns = ["step", "coverage", "density", "mass", "restricted", "kept"]
        first = found[0].trajectory[columns] if found else pd.DataFrame(columns=columns)
        return first.assign(arm=self.failures.arm)[["arm", *columns]]

    def steadiness(self, seed: int) -> pd.DataFrame:
        own = self.failures
        if not own.hit.any():
            return pd.DataFrame({"arm": [], "parameter": [], "share": []})
        return reproducibility(own.inputs, own.hit, seed=seed, terms=self.terms).assign(arm=own.arm)[
            ["arm", "parameter", "share"]
        ]

    def findings(self) -> Iterator[Said]:
        yield _said_missed(self.failures, self.name)
        boxes = [number for number, found in enumerate(self.found) if found.box.limits]
        if not boxes:
            yield Said(
                f"{self.name.en}: no part of the space holds more failures than chance would put there.",
                f"{self.name.zh}：没有哪一部分参数空间的不达标情形明显多于随机。",
            )
        for number in boxes:
            yield self._told(number)

    def _told(self, number: int) -> Said:
        found, fresh = self.found[number], self.measured(number)
        en = found.box.words("en", {name: said.en for name, said in self.called.items()})
        zh = found.box.words("zh", {name: said.zh for name, said in self.called.items()})
        return Said(
            f"{self.name.en}: where {en}, {percent(fresh.density)} of cases miss the target, and "
            f"{percent(fresh.coverage)} of all misses lie there (on cases the box was not found on).",
            f"{self.name.zh}：当 {zh} 时，{percent(fresh.density)} 的情形未达成目标，占全部未达成情形的 "
            f"{percent(fresh.coverage)}（以未用于寻找该组合的样本衡量）。",
        )


def _said_missed(own: Failures, name: Said) -> Said:
    base, lost = f"{100 * own.base:.0f}", own.runs - own.known
    if not lost:
        return Said(
            f"{name.en}: the target is missed in {own.missed} of {own.runs} runs ({base} %).",
            f"{name.zh}：{own.runs} 次运行中有 {own.missed} 次（{base} %）未达成该目标。",
        )
    return Said(
        f"{name.en}: {lost} of {own.runs} runs gave no figure; of the other {own.known} the target is missed in "
        f"{own.missed} ({base} %).",
        f"{name.zh}：{own.runs} 次运行中有 {lost} 次没有数值；其余 {own.known} 次中有 {own.missed} 次"
        f"（{base} %）未达成该目标。",
    )


def _notes(asked: Discovery) -> Iterator[Said]:
    yield Said(
        f"A run counts as a miss where fewer than {100 * asked.counties:g} % of the counties meet the target; points "
        "were drawn over the ranges, which says nothing of how likely they are.",
        f"达标县不足 {100 * asked.counties:g} % 的运行记为未达成；参数点按范围抽取，并不代表其发生的可能性。",
    )
    yield Said(
        "Boxes are found on one half of the points, coverage and density are of the other half. Do not quote a limit "
        "that half of the cases seldom show.",
        "条件组合由一半样本求得，覆盖率与密度以另一半样本计算；在半数样本中很少出现的限制不宜引用。",
    )
