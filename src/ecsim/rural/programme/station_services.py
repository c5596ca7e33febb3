"""Small services of village stations as typed, strict data: a design names them (docs/model.md 4.8)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

from ecsim.kernel.errors import hint
from ecsim.kernel.strict import Strict
from ecsim.kernel.toml import read_toml
from ecsim.rural.sourced_number import SourcedHours, SourcedNumber, SourcedRate, SourcedShare

EARLIER_HOUSEHOLDS, EARLIER_USERS = 500, 0.2
"""Households of the village, and share of them that use services, by which a number of earlier files is told."""


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Return the services that come with ecsim, unchecked, by name."""
    with as_file(files("ecsim.rural.programme").joinpath("station_services.toml")) as file:
        return read_toml(file)


class StationService(Strict):
    """A small service of a station: who uses it how often, and what a use brings and takes."""

    title_en: str
    title_zh: str
    needs: Literal["nothing", "internet", "line"]
    """What it works with: nothing, internet in the county, or a line to the village besides."""
    users_without_internet: SourcedShare
    """Share of the village's households without internet that use it in a month."""
    users_with_internet: SourcedShare
    """The same of those with internet."""
    poor_users: SourcedNumber
    """Users among registered poor households over those among others; never more than all."""
    uses_a_month: SourcedNumber
    """Of a household that uses it."""
    yuan_a_use: SourcedRate
    """What a use brings the keeper."""
    hours_a_use: SourcedHours


def whole_services(named: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
    """Return the services of a design whole: those of the catalogue as it has them, but for what the design says.

    Raises
    ------
    ValueError
        If one says nothing and is not in the catalogue.
    """
    if not isinstance(named, Mapping):
        return named
    known = catalogue()
    for name, said in named.items():
        if said == {} and name not in known:
            near = hint(str(name), known, f"it has {', '.join(known)}.")
            raise ValueError(f"services.{name} is no service of the catalogue; {near} One of your own says all of it")
    return {
        name: {**known.get(name, {}), **said} if isinstance(said, Mapping) else said for name, said in named.items()
    }


def services_of_earlier_files(yuan_a_month: float) -> dict[str, Any]:
    """Return what stands for the one number of small services that designs had before services had users."""

    def known(value: float, unit: str) -> dict[str, Any]:
        return {"value": value, "unit": unit, "source": "files from before services had users"}

    if not yuan_a_month:
        return {}
    yuan_a_use = yuan_a_month / (EARLIER_USERS * EARLIER_HOUSEHOLDS)
    share = known(EARLIER_USERS, "share of households that use them in a month")
    return {
        "small_services": {
            "title_en": "Bills and small services", "title_zh": "缴费等便民服务", "needs": "internet",
            "users_without_internet": share, "users_with_internet": share,
            "poor_users": known(1.0, "users among registered poor households, over those among others"),
            "uses_a_month": known(1.0, "uses a month of a household that uses them"),
            "yuan_a_use": known(yuan_a_use, "yuan that a use brings the keeper"),
            "hours_a_use": known(0.0, "hours a use"),
        }
    }  # fmt: skip
