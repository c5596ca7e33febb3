"""The region of a scenario: a pack, or the counties of it that the scenario names.

A cut takes the rows of its counties out of every table of the pack when it is read; nobody edits a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ecsim.kernel.errors import EcsimError, listed
from ecsim.rural.regions.names import county_row, prefecture_row
from ecsim.rural.regions.pack import RegionPack, load_pack, load_part
from ecsim.rural.regions.place_names import Places, UnknownPlaceError

if TYPE_CHECKING:
    from ecsim.rural.scenario import Scenario

NEAREST = 3
"""Names that a message offers in place of one that is not known."""
MOST_LISTED = 60
"""Names that a message lists; of more it says which command lists them."""


def pack_of(scenario: Scenario | Mapping[str, Any]) -> RegionPack:
    """Return the region pack of a scenario, cut to the counties that it names.

    Parameters
    ----------
    scenario : typed, or as the first line of a journal holds it

    Raises
    ------
    EcsimError
        As `load_pack`; or if the scenario names places that the pack has not, or none.
    """
    if isinstance(scenario, Mapping):
        region, counties, prefectures = (scenario.get(key) for key in ("region", "counties", "prefectures"))
    else:
        region, counties, prefectures = scenario.region, scenario.counties, scenario.prefectures
    pack = load_pack(str(region))
    if counties is None and prefectures is None:
        return pack
    return load_part(str(region), codes_of_cut(pack, counties, prefectures))


def cut_of(scenario: Scenario) -> dict[str, list[str]]:
    """Return the counties and prefectures that a scenario names, as changes that cut another scenario alike."""
    cut = {"counties": scenario.counties, "prefectures": scenario.prefectures}
    return {key: list(names) for key, names in cut.items() if names is not None}


def codes_of_cut(
    pack: RegionPack, counties: Sequence[str] | None, prefectures: Sequence[str] | None
) -> frozenset[str]:  # fmt: skip
    """Return the codes of the counties that a cut keeps.

    Parameters
    ----------
    pack : what is cut
    counties, prefectures : names or codes; None: not given. Where both are, the counties lie in the prefectures

    Raises
    ------
    EcsimError
        If a name is not known, a list is empty, or a county lies in none of the prefectures.
    """
    places = Places(pack)
    within = {_row(pack, places, "prefectures", name) for name in _named("prefectures", prefectures)}
    chosen = {_row(pack, places, "counties", name) for name in _named("counties", counties)}
    if counties is None:
        chosen = {row for row, county in enumerate(pack.counties) if county.prefecture in within}
    elif prefectures is not None:
        for row in sorted(chosen):
            _check_within(pack, row, within)
    return frozenset(pack.counties[row].adcode for row in chosen)


def _named(key: str, names: Sequence[str] | None) -> Sequence[str]:
    if names is not None and not names:
        raise EcsimError(f"{key} = []: a cut without places would leave nothing; name some, or leave {key} out")
    return names or ()


def _check_within(pack: RegionPack, row: int, prefectures: set[int]) -> None:
    county = pack.counties[row]
    if county.prefecture not in prefectures:
        home = pack.prefectures[county.prefecture][0]
        named = ", ".join(pack.prefectures[number][0] for number in sorted(prefectures))
        raise EcsimError(
            f"counties names {county.name_zh}, which lies in {home}; prefectures names {named} — where both are given, "
            f"the counties lie in the prefectures: add {home}, or leave one of the two keys out"
        )


def _row(pack: RegionPack, places: Places, key: str, name: str) -> int:
    """Return the row of a county or prefecture by code, or by name, whole or as people shorten it."""
    with suppress(UnknownPlaceError):
        return places.county(name) if key == "counties" else places.prefecture(name)
    try:
        return county_row(pack, name) if key == "counties" else prefecture_row(pack.prefectures, name)
    except EcsimError:
        raise EcsimError(f"{key} names {name!r}; region {pack.name} has no such: {_known(pack, key, name)}") from None


def _known(pack: RegionPack, key: str, name: str) -> str:
    """Return the nearest names that would be taken, and all of them."""
    if key == "counties":
        named = [(county.name_zh, county.name_en, county.adcode) for county in pack.counties]
    else:
        named = [(chinese, english, "") for chinese, english in pack.prefectures]
    by_any = {each: names[0] for names in named for each in names if each}
    near = dict.fromkeys(by_any[each] for each in get_close_matches(name, by_any, NEAREST))
    near |= dict.fromkeys(names[0] for names in named if name and name in names[0])
    meant = f"did you mean {' or '.join(list(near)[:NEAREST])}? " if near else ""
    every = listed(f"{chinese} {english.split()[0]} {code}".strip() for chinese, english, code in named)
    return f"{meant}{key} are {every}" if len(named) <= MOST_LISTED else f"{meant}`ecsim list region` lists them"
