"""Units that several modules reckon in."""

from __future__ import annotations

ONE = 1_000_000
"""A whole, in millionths."""
KM_A_DEGREE = 111.19
"""Kilometres a degree of latitude, on a sphere of the Earth's mean radius."""
FIRST_SHARED_PLACE = 10_000
"""In keys of random draws, places from here on are prefectures; before it, counties."""
FIRST_VILLAGE = 1_000_000
"""In numbers of places of a road network villages come from here on, and places of no county from twice that."""
