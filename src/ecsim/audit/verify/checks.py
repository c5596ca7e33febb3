"""What a verification looked at, and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ecsim.kernel.journal.findings import Finding

Result = Literal["good", "bad", "not checked"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what came out.

    Attributes
    ----------
    name : str
        What was looked at: ``objects``, ``root``, ``state``, …
    result : str
        ``good``, ``bad`` or ``not checked``.
    summary : str
        In words.
    findings : tuple of Finding
        What does not hold.
    """

    name: str
    result: Result
    summary: str
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, name: str, summary: str, findings: Sequence[Finding]) -> Check:
        """Return a check that is good if nothing was found.

        Parameters
        ----------
        name : of the check
        summary : what holds, if nothing was found
        findings : what does not hold
        """
        if not findings:
            return cls(name, "good", summary)
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        return cls(name, "bad", findings[0].message + more, tuple(findings))

    def data(self) -> dict[str, Any]:
        """Return the check as data."""
        findings = [{"told": finding.message, **finding.where} for finding in self.findings]
        return {"check": self.name, "result": self.result, "told": self.summary, "findings": findings}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was looked at in a run.

    Attributes
    ----------
    run : Path
        Its folder.
    events : int
        How many events follow one another from the first on.
    root : str or None
        Recomputed from the events; None if that could not be done.
    seconds : float
        How long it took.
    checks : tuple of Check
        In the order in which they were made.
    """

    run: Path
    events: int
    root: str | None
    seconds: float
    checks: tuple[Check, ...]

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return all(check.result != "bad" for check in self.checks)

    @property
    def status(self) -> int:
        """0 if nothing was found, 1 if something was, 2 if the run was to be simulated again and could not be."""
        if not self.good:
            return 1
        return 2 if any(c.name == "rerun" and c.result == "not checked" for c in self.checks) else 0

    def check(self, name: str) -> Check:
        """Return a check by its name."""
        return next(check for check in self.checks if check.name == name)

    def data(self) -> dict[str, Any]:
        """Return the report as data."""
        head = {"run": str(self.run), "good": self.good, "events": self.events, "root": self.root}
        return {**head, "seconds": round(self.seconds, 3), "checks": [check.data() for check in self.checks]}
