"""Stations that offer other services than the shipped designs, for tests of what these do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiny import tiny_scenario

DESIGN = 2
"""The shop with parcel transfer, which policies use."""


def service(**values: Any) -> dict[str, Any]:
    """Return a service that every household uses once a month, for a yuan and no time, but for what is given."""
    told = {
        "users_without_internet": 1.0, "users_with_internet": 1.0, "poor_users": 1.0, "uses_a_month": 1.0,
        "yuan_a_use": 1.0, "hours_a_use": 0.0,
    }  # fmt: skip
    numbers = {
        key: {"value": values.get(key, value), "unit": "of a test", "source": "a test"} for key, value in told.items()
    }
    return {"title_en": "test", "title_zh": "测试", "needs": values.get("needs", "internet"), **numbers}


def offering(services: Mapping[str, Any], **values: float) -> dict[str, Any]:
    """Return designs of which the policy's offers some services alone, and has some other values."""
    told = [each.model_dump(mode="json") for each in tiny_scenario().designs]
    told[DESIGN]["services"] = dict(services)
    for key, value in values.items():
        told[DESIGN][key] |= {"value": value, "low": None, "high": None}
    return {"designs": told}
