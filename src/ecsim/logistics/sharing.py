"""What each partner of a joint cost pays: by Shapley's value or by parcels, and who would be better off apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Final, Literal, TypeAlias

MOST_PARTNERS: Final = 8
"""Groups of partners double with each: 256 for eight, each a day to be routed."""
Partners: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class SharedCost:
    """Who pays what, in fen.

    Attributes
    ----------
    pays : by partner; adds up to what all cost together
    alone : by partner, what it would cost on its own
    better_apart : groups, as partners' numbers, that would cost less by themselves than they pay, by more than a fen a
        partner; None where there are too many partners to look at each group
    """

    pays: tuple[int, ...]
    alone: tuple[int, ...]
    better_apart: tuple[Partners, ...] | None

    @property
    def stable(self) -> bool | None:
        """Whether the shares lie in the core: no group is better off apart; None where that was not looked at."""
        return None if self.better_apart is None else not self.better_apart

    @property
    def saves(self) -> tuple[int, ...]:
        """What each partner pays less than alone."""
        return tuple(alone - pays for alone, pays in zip(self.alone, self.pays, strict=True))


def share_cost(
    cost: Callable[[Partners], int], parcels: Sequence[int], rule: Literal["shapley", "parcels"] = "shapley"
) -> SharedCost:
    """Return what each partner of a joint cost pays; never more than alone.

    Parameters
    ----------
    cost : returns what a group of partners costs together, in whole fen; groups are tuples of rising numbers from 0
    parcels : of each partner, >= 0
    rule : ``shapley``: the mean of what a partner adds, over all orders in which they might have joined; ``parcels``:
        in proportion to parcels. Who would then pay more than alone pays that, and the others the rest, in proportion
        to what they still save

    Raises
    ------
    ValueError
        If all together cost more than each alone, there is nobody, or there are too many for Shapley's value.

    References
    ----------
    Shapley (1953), A value for n-person games; the core of Gillies (1959).
    """
    partners = len(parcels)
    if partners < 1 or min(parcels) < 0:
        raise ValueError(f"parcels is {list(parcels)}; give one number from 0 on for each partner")
    if rule not in ("shapley", "parcels"):
        raise ValueError(f"rule is {rule!r}; allowed are shapley, parcels")
    if rule == "shapley" and partners > MOST_PARTNERS:
        raise ValueError(f"{partners} partners; Shapley's value is worked out for {MOST_PARTNERS}: use rule='parcels'")
    everyone = tuple(range(partners))
    total, alone = cost(everyone), tuple(cost((partner,)) for partner in everyone)
    if total > sum(alone):
        raise ValueError(f"together costs {total} fen and apart {sum(alone)}: somebody would pay more than alone")
    known = None
    if partners <= MOST_PARTNERS:
        known = {group: cost(group) for size in range(1, partners + 1) for group in combinations(everyone, size)}
    if rule == "shapley" and known is not None:
        shares = _rounded(total, _shapley(known, partners))
    else:
        shares = in_proportion(total, parcels)
    pays = _capped(shares, alone)
    return SharedCost(pays, alone, None if known is None else _better_apart(known, pays))


def _shapley(known: Mapping[Partners, int], partners: int) -> list[Fraction]:
    """Return the mean, over all orders of joining, of what each partner adds to the cost."""
    value = [Fraction(0)] * partners
    for group, cost in known.items():
        weight = Fraction(factorial(len(group) - 1) * factorial(partners - len(group)), factorial(partners))
        for partner in group:
            without = tuple(other for other in group if other != partner)
            value[partner] += weight * (cost - known.get(without, 0))
    return value


def _capped(shares: Sequence[int], alone: Sequence[int]) -> tuple[int, ...]:
    """Return shares of the same sum, nobody's above what it would cost alone."""
    pays = [min(share, most) for share, most in zip(shares, alone, strict=True)]
    room = [most - pay for most, pay in zip(alone, pays, strict=True)]
    more = in_proportion(sum(shares) - sum(pays), room)
    return tuple(pay + rest for pay, rest in zip(pays, more, strict=True))


def in_proportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Return whole parts of a total in proportion to weights; what rounding leaves goes to the largest remainders.

    Parameters
    ----------
    total : what the parts add up to
    weights : >= 0; where all are 0, all parts are alike
    """
    whole = sum(weights)
    return _rounded(
        total, [Fraction(total * each, whole) if whole else Fraction(total, len(weights)) for each in weights]
    )


def _rounded(total: int, shares: Sequence[Fraction]) -> tuple[int, ...]:
    """Return whole numbers that add up to a total; equals by place."""
    parts = [int(share // 1) for share in shares]
    by_rest = sorted(range(len(parts)), key=lambda place: (parts[place] - shares[place], place))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def _better_apart(known: Mapping[Partners, int], pays: Sequence[int]) -> tuple[Partners, ...]:
    return tuple(group for group, cost in known.items() if sum(pays[each] for each in group) > cost + len(group))
