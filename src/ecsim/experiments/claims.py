"""Claims: the conclusions of a study, stated before it is run so that a machine can say whether they hold.

A claim holds a figure of an arm, or a difference between arms, against a value. What no claim carries is not a finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from ecsim.experiments.contrasts import ArmNames, Title, refuse_shared_arms, refuse_unknown_arm
from ecsim.experiments.running.task import canonical
from ecsim.kernel.strict import MOST_NUMBER, Figure, Name, Strict


class Statement(Strict):
    """A sentence in English, and in Chinese if there is a page in Chinese to read it on."""

    en: Annotated[str, Field(min_length=1)]
    zh: str = ""


class Claim(Strict):
    """A conclusion: a figure of an arm, or the mean of some arms less that of others, held against a value.

    It is a statement on means over replications, and replications of the arms of a difference share their luck.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    name: Name
    statement: Statement
    """What is claimed, as one would write it in a paper."""
    outcome: Name
    """With its period, where it has one: retail@2019."""
    arm: Name | None = None
    """Whose figure it is."""
    compare: ArmNames | None = None
    """In place of an arm: the mean of these arms …"""
    against: ArmNames | None = Field(default=None, alias="with")
    """… less the mean of these."""
    relation: Literal[">", ">=", "<", "<=", "="]
    value: Figure = 0.0
    """What the figure is held against; left out, the relation states its sign."""
    tolerance: Annotated[float, Field(ge=0.0, le=MOST_NUMBER)] = 0.0
    """What counts as none, in the outcome's unit: distance from the value where the relation is "=", and how far a
    change that must not matter may move the figure."""

    @model_validator(mode="after")
    def _is_of_a_figure(self) -> Claim:
        difference = self.compare is not None and self.against is not None
        if difference == (self.arm is not None) or (self.compare is None) != (self.against is None):
            raise ValueError("give arm, for a figure of one, or compare and with, for a difference between arms")
        if self.relation == "=" and self.tolerance == 0.0:
            raise ValueError('relation is "=" and tolerance 0; say how far from the value still counts as equal')
        refuse_shared_arms(self.compare or (), self.against or ())
        return self

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms whose figures it is made of."""
        return (self.arm,) if self.arm is not None else (*(self.compare or ()), *(self.against or ()))


class StatedInvariance(Strict):
    """A change that must not matter, which a study states itself: values that replace those of every arm."""

    title: Title
    changes: Annotated[dict[Name, Any], Field(min_length=1)]
    """By dotted key, as ``--set`` takes them; of a function, parameters."""


def refuse_unfit_claims(claims: Sequence[Claim], arms: Sequence[str]) -> None:
    """Refuse claims that share a name, or that name arms which there are not.

    Raises
    ------
    ValueError
        The nearest arm is named.
    """
    names = [claim.name for claim in claims]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"claims has {twice!r} twice; each needs a name of its own")
    for claim in claims:
        sides = {"arm": (claim.arm,) if claim.arm else (), "compare": claim.compare or (), "with": claim.against or ()}
        for key, named in sides.items():
            refuse_unknown_arm(f"claims.{claim.name}.{key}", named, arms)


def claims_digest(claims: Sequence[Claim]) -> str:
    """Return the SHA-256 of claims as they are stated, hexadecimal: who knows it knows what was claimed beforehand."""
    return hashlib.sha256(canonical([claim.model_dump(mode="json") for claim in claims]).encode()).hexdigest()
