"""How far outcomes of runs at different samples of a population may differ: the sample is no assumption of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SampleTolerance:
    """What a model allows its sample to do to outcomes; its view ``samples``.

    Attributes
    ----------
    relative : share of the outcome at the largest sample
    errors : standard errors of the difference that are allowed beside it
    absolute : by outcome, its period left out, what is allowed in place of both
    seeds : runs a sample that make a verdict on it final
    """

    relative: float = 0.01
    errors: float = 2.0
    absolute: Mapping[str, float] = field(default_factory=dict)
    seeds: int = 20
