"""The files that a scenario is made of: policies, station designs, shocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecsim.kernel.shocks import Shock
from ecsim.kernel.validation import checked
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.programme.rules import RuleBook, with_rule_book
from ecsim.rural.scenario import Policy, StationDesign, refuse_shares
from ecsim.scenario.merged import read_kind
from ecsim.scenario.ranges import in_its_ranges


def load_shock(path: Path, named_by: str | None = None) -> Shock:
    """Return the shock of a TOML file; ``named_by`` as in `read_toml`."""
    return checked(Shock, read_kind("shock", path, named_by=named_by), str(path))


def load_policy(path: Path) -> Policy:
    """Return the policy of a TOML file; rules that it does not give are those of the shipped programme."""
    return policy_of(read_kind("policy", path), str(path))


def policy_of(content: dict[str, Any], where: str) -> Policy:
    """Return the policy of a file's content, as `load_policy`; ``where`` is what a message names."""
    whole = with_rule_book(content, shipped_programme().rule_book.model_dump(mode="json"))
    return in_its_ranges(checked(Policy, whole, where), where)


def refuse_unlawful(policy: object, where: str) -> None:
    """Refuse a fund policy whose default shares break its rule book, see `refuse_shares`; others are not its business.

    Parameters
    ----------
    policy : of a scenario of any model
    where : what a message names
    """
    if isinstance(policy, Policy):
        refuse_shares(policy, where)


def load_rule_book(path: Path) -> RuleBook:
    """Return the rule book of a TOML file."""
    return in_its_ranges(checked(RuleBook, read_kind("rule_book", path), str(path)), str(path))


def load_design(path: Path) -> StationDesign:
    """Return the station design of a TOML file."""
    return in_its_ranges(checked(StationDesign, read_kind("design", path), str(path)), str(path))


def read_policy(path: Path, named_by: str) -> dict[str, Any]:
    """Return the content of a policy's file as it stands there, unchecked; ``named_by`` as in `read_toml`."""
    return read_kind("policy", path, named_by=named_by)
