"""What the synthesis adds up to, beside the source of each figure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from ecsim.events.opening import HouseholdsBaselined, VillagesBaselined
from ecsim.regions.opening import open_region
from ecsim.regions.pack import load_pack


def totals(name: str) -> list[dict[str, Any]]:
    """Return one row a county: what the opening holds, the fact, its source and its uncertainty."""
    pack = load_pack(name)
    opening = open_region(pack, 0.05, dt.date(2018, 1, 1))
    households = next(event for event in opening.events if isinstance(event, HouseholdsBaselined))
    villages = next(event for event in opening.events if isinstance(event, VillagesBaselined))
    county_of = np.array([pack.townships[v.township].county for v in pack.villages])
    county = county_of[households.village]
    many = len(pack.counties)
    held = np.bincount(county, households.weight, many)
    poor = np.bincount(county, households.weight * households.poor, many)
    area = np.bincount(county_of, villages.area_hectares, many) / 100.0
    rows = []
    for number, c in enumerate(pack.counties):
        told = pack.facts.find(c.adcode, "rural_households_est") or {}
        register = pack.facts.find(c.adcode, "registered_poor_persons_total") or {}
        rows.append(
            {
                "county": f"{c.name_zh} {c.name_en}",
                "households": int(held[number]),
                "fact": told.get("value", ""),
                "± %": told.get("uncertainty_pct", ""),
                "poor households": int(poor[number]),
                "register persons": register.get("value", ""),
                "poor ± %": register.get("uncertainty_pct", ""),
                "area km²": round(float(area[number])),
                "units": int((county_of == number).sum()),
                "source": told.get("source", "")[:60],
            }
        )
    return rows
