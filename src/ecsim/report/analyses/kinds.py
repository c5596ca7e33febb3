"""Kinds of analyses that a results folder may hold, in the order in which a report shows them."""

from __future__ import annotations

KINDS = ("claims", "sensitivity", "stress", "search", "discovery", "robustness", "selection")
