"""The larger region that a pack was cut out of: what the cut still has to know of it.

Random draws hang on the number that a place or product has in the whole, so a county of a cut is the county that it is
within the whole: the same households, villages, roads and stock. A prefecture shares out money among all its counties,
so a county of a cut gets what it got. Of a pack that is whole, the larger region is itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.rural.regions.rows import SHARED_BY, WholeFigure

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class CountyOfWhole:
    """What a prefecture shares out money by, of one county of the whole."""

    adcode: str
    prefecture: int
    residents: int
    poor_households: int
    villages: int


@dataclass(frozen=True)
class Whole:
    """The larger region, as far as a pack needs it.

    Attributes
    ----------
    prefectures, counties, townships, villages, products : of each row of the pack, its number in the whole
    first_households : of each county, the number of its first household in the whole
    metres_a_km : of each township, how steep it is; None: by the heights of the pack's own townships
    shares : every county of the whole, in the order of their numbers
    """

    prefectures: Numbers
    counties: Numbers
    townships: Numbers
    villages: Numbers
    products: Numbers
    first_households: Numbers
    metres_a_km: tuple[float, ...] | None
    shares: tuple[CountyOfWhole, ...]

    @property
    def is_larger(self) -> bool:
        """Whether there is more of it than the pack holds."""
        return len(self.shares) > len(self.counties)


@dataclass(frozen=True)
class Codes:
    """What identifies the rows of a pack's tables, in their order."""

    prefectures: Sequence[str]
    counties: Sequence[str]
    townships: Sequence[str]
    villages: Sequence[str]
    products: Sequence[str]


NOWHERE = Whole((), (), (), (), (), (), None, ())
"""Before it is known."""


def itself(codes: Codes, shares: Sequence[CountyOfWhole], households: Sequence[int]) -> Whole:
    """Return the whole of a pack that was cut out of nothing.

    Parameters
    ----------
    codes, shares : of the pack
    households : rural households of each county
    """
    return Whole(
        prefectures=tuple(range(len(codes.prefectures))),
        counties=tuple(range(len(codes.counties))),
        townships=tuple(range(len(codes.townships))),
        villages=tuple(range(len(codes.villages))),
        products=tuple(range(len(codes.products))),
        first_households=households_before(households),
        metres_a_km=None,
        shares=tuple(shares),
    )


def households_before(households: Sequence[int]) -> Numbers:
    """Return how many rural households come before each county, by the households of each."""
    return tuple(accumulate(households, initial=0))[: len(households)]


def of_part(whole: Whole, codes: Codes, kept: Codes) -> Whole:
    """Return the whole of a part of a pack.

    Parameters
    ----------
    whole, codes : of the pack
    kept : codes of the part
    """

    def numbers(name: str, values: Sequence[Any]) -> tuple[Any, ...]:
        by_code = dict(zip(getattr(codes, name), values, strict=True))
        return tuple(by_code[code] for code in getattr(kept, name))

    steep = whole.metres_a_km
    return Whole(
        prefectures=numbers("prefectures", whole.prefectures),
        counties=numbers("counties", whole.counties),
        townships=numbers("townships", whole.townships),
        villages=numbers("villages", whole.villages),
        products=numbers("products", whole.products),
        first_households=numbers("counties", whole.first_households),
        metres_a_km=None if steep is None else numbers("townships", steep),
        shares=whole.shares,
    )


def written(whole: Whole, codes: Codes, metres_a_km: Sequence[float]) -> list[WholeFigure]:
    """Return the rows of whole.csv.

    Parameters
    ----------
    codes : of the pack's rows
    metres_a_km : how steep each township is
    """
    figures: list[tuple[str, Sequence[str], Sequence[float]]] = [
        ("prefecture_number", codes.prefectures, whole.prefectures),
        ("county_number", codes.counties, whole.counties),
        ("township_number", codes.townships, whole.townships),
        ("village_number", codes.villages, whole.villages),
        ("product_number", codes.products, whole.products),
        ("first_household", codes.counties, whole.first_households),
        ("metres_a_km", codes.townships, metres_a_km),
    ]
    every = [county.adcode for county in whole.shares]
    of = [(c.prefecture, c.residents, c.poor_households, c.villages) for c in whole.shares]
    figures += [(what, every, values) for what, values in zip(SHARED_BY, zip(*of, strict=True), strict=True)]
    return [
        WholeFigure(what=what, code=code, value=value)
        for what, names, values in figures
        for code, value in zip(names, values, strict=True)
    ]


def read_whole(rows: Iterable[WholeFigure], codes: Codes, where: str) -> Whole:
    """Return the whole that whole.csv tells of.

    Parameters
    ----------
    codes : of the pack's rows
    where : the file, for messages

    Raises
    ------
    EcsimError
        If it lacks a row of the pack.
    """
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row.what, {})[row.code] = row.value

    def values(what: str, names: Sequence[str]) -> list[float]:
        return [_given(found.get(what, {}), what, name, where) for name in names]

    def numbers(what: str, names: Sequence[str]) -> Numbers:
        return tuple(int(value) for value in values(what, names))

    every = tuple(found.get("prefecture_of", {}))
    shared = [numbers(what, every) for what in SHARED_BY]
    values("prefecture_of", codes.counties)
    return Whole(
        prefectures=numbers("prefecture_number", codes.prefectures),
        counties=numbers("county_number", codes.counties),
        townships=numbers("township_number", codes.townships),
        villages=numbers("village_number", codes.villages),
        products=numbers("product_number", codes.products),
        first_households=numbers("first_household", codes.counties),
        metres_a_km=tuple(values("metres_a_km", codes.townships)),
        shares=tuple(CountyOfWhole(*of) for of in zip(every, *shared, strict=True)),
    )


def _given(found: Mapping[str, float], what: str, name: str, where: str) -> float:
    if name not in found:
        raise EcsimError(
            f"{where}: no row {what} of {name}; `ecsim pack cut` writes the file: cut the pack anew, or delete the "
            "file, so that the pack counts as a region of its own"
        )
    return found[name]
