"""The ratio limits of the notice on central money, as a book that every plan is held against (part 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Category
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.notice import Limits

I64 = NDArray[np.int64]
SUPPLY_CHAIN = (Category.SUPPLY_CHAIN, Category.BRAND)
"""Heads of part 3.1 of the notice, which the half for the supply chain counts."""


class Rule(IntEnum):
    """What a project may break, as `ProjectRefused` records it."""

    NONE = 0
    SERVICE_CENTRES = 1
    SUPPLY_CHAIN = 2


class RuleBook:
    """Central money placed so far, by head, held against the limits.

    ``limits.level`` says whose money a limit is a share of: the whole purse's, or each county's allotment. Then a
    project shared by counties counts in each of them, in proportion to their allotments.

    Parameters
    ----------
    counties, shares_fen : counties of a purse, and what each has by the split rule
    """

    def __init__(self, limits: Limits, counties: Sequence[int], shares_fen: Sequence[int]) -> None:
        self._limits = limits
        self._shares = np.array(shares_fen, np.int64)
        self._rows = {county: row for row, county in enumerate(counties)}
        self._total = self._shares if limits.level == "county" else self._shares.sum(keepdims=True)
        self._spent = np.zeros((len(self._total), len(Category)), np.int64)

    def breach(self, candidate: Candidate) -> Rule:
        """Return the limit that a project would break, whatever comes of it."""
        parts = self._parts(candidate)
        after = self._spent.copy()
        after[:, candidate.category] += parts
        centres = after[:, Category.SERVICE_CENTRE]
        not_supply_chain = after[:, [head for head in Category if not self._is_supply_chain(head)]].sum(axis=1)
        touched = parts > 0
        if candidate.category == Category.SERVICE_CENTRE:
            most = self._limits.service_centre_share.value * self._total
            if (centres > most)[touched].any():
                return Rule.SERVICE_CENTRES
        if self._is_supply_chain(candidate.category):
            return Rule.NONE
        most = (1.0 - self._limits.supply_chain_share.value) * self._total
        return Rule.SUPPLY_CHAIN if (not_supply_chain > most)[touched].any() else Rule.NONE

    def violated_limit(self, candidate: Candidate) -> Rule:
        """Return the limit for which a project is turned down; none where breaches are let through and flagged."""
        return self.breach(candidate) if self._limits.on_breach == "refuse" else Rule.NONE

    def enter(self, candidate: Candidate) -> None:
        """Place the money of a project."""
        self._spent[:, candidate.category] += self._parts(candidate)

    def _parts(self, candidate: Candidate) -> I64:
        """Return what a project counts for in each total, fen; together what it costs."""
        if len(self._total) == 1:
            return np.array([candidate.central_fen], np.int64)
        if candidate.county >= 0:
            of_its_county = np.zeros(len(self._total), np.int64)
            of_its_county[self._rows[candidate.county]] = candidate.central_fen
            return of_its_county
        parts: I64 = np.floor(candidate.central_fen * (self._shares / self._shares.sum())).astype(np.int64)
        parts[0] += candidate.central_fen - parts.sum()
        return parts

    def _is_supply_chain(self, head: Category) -> bool:
        return head in SUPPLY_CHAIN or (head == Category.LOGISTICS and self._limits.logistics_counts_as_supply_chain)
