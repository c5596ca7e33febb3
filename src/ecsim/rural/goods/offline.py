"""Offline channels: what each takes, pays and asks for (docs/model.md 4.7)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm, OfflineChannel
from ecsim.rural.facilities import listed_dealers
from ecsim.rural.goods.terms import DealingTerms
from ecsim.rural.world import ONE, WEEKS_A_YEAR, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class OfflineChannels(NamedTuple):
    """What is known of every offline channel, in the order of `OfflineChannel`; shape (channels,) each."""

    premium: F64
    """Above the bulk price, share of it."""
    volume: F64
    """What its buyers take of a county's product, share of a year's output."""
    weeks: F64
    """Until they pay."""
    smallest_g: F64
    """Raw, a year, below which they do not buy."""
    certified: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    """Shape (channels, forms): goods of which form."""


class Seeker(NamedTuple):
    """A dealer that looks for an offline channel."""

    form: int
    """Of its goods."""
    certified: bool
    could_g: float
    """Raw, a year that it could deliver beside what it sells online."""
    bulk_fen: float
    """Bulk price of a kilogram."""
    cost_fen: float
    """Of keeping a channel, a year."""


@cache
def offline_channels() -> OfflineChannels:
    """Return the catalogue of offline channels that comes with the model."""
    rows = tomllib.loads(files("ecsim.rural.goods").joinpath("offline_channels.toml").read_text("utf-8"))
    each = [rows[channel.name.lower()] for channel in OfflineChannel]
    return OfflineChannels(
        premium=np.array([float(row["premium"]) for row in each]),
        volume=np.array([float(row["volume"]) for row in each]),
        weeks=np.array([float(row["weeks"]) for row in each]),
        smallest_g=np.array([1e6 * row["smallest_t"] for row in each]),
        certified=np.array([row["certified"] for row in each]),
        takes=np.array([[form.name.lower() in row["forms"] for form in CropForm] for row in each]),
    )


def wanted_offline_g(dealing: DealingTerms, grown_g: I64) -> F64:
    """Return what buyers of each channel take of each product a year, shape (channels, crops), grams raw.

    Parameters
    ----------
    grown_g : shape (crops,), a year
    """
    return np.asarray(dealing.offline_volume * offline_channels().volume[:, None] * grown_g, np.float64)


def best_channel(dealing: DealingTerms, seeker: Seeker, found: NDArray[np.bool_], room_g: F64) -> tuple[int, int]:
    """Return the channel by which a dealer gains most, and what it delivers a year, grams raw; -1 and 0: by none.

    Parameters
    ----------
    found : shape (channels,), whose buyers it came upon
    room_g : shape (channels,), what they still take of its product a year
    """
    channels = offline_channels()
    takes = found & channels.takes[:, seeker.form] & (~channels.certified | seeker.certified)
    amount = np.minimum(room_g, seeker.could_g)
    gain = amount / 1000.0 * offline_pays(dealing, seeker.bulk_fen) - seeker.cost_fen
    gain = np.where(takes & (amount >= channels.smallest_g), gain, 0.0)
    best = int(np.argmax(gain))
    return (best, int(amount[best])) if gain[best] > 0.0 else (-1, 0)


def offline_pays(dealing: DealingTerms, bulk_fen: float) -> F64:
    """Return what each offline channel pays above the bulk price, shape (channels,), fen a kilogram."""
    return np.asarray(dealing.offline_premium * offline_channels().premium * bulk_fen, np.float64)


def usual_part_offline(dealing: DealingTerms) -> float:
    """Return the part of those who would supply a channel that does in the long run: found over found and ended."""
    moves = dealing.offline_finding + dealing.offline_ending
    return dealing.offline_finding / moves if moves > 0 else 0.0


def weekly_offline_g(state: State, week_of_year: int) -> F64:
    """Return what each dealer's offline buyers take this week, shape (dealers,), grams raw.

    Parameters
    ----------
    week_of_year : 0 to 51

    Notes
    -----
    Fresh goods are taken as they are harvested, others in equal parts.
    """
    d, c = state.dealers, state.crops
    share = share_taken(c.form, c.season[:, week_of_year] / ONE)
    return np.asarray(d.offline_g * share[d.crop], np.float64)


def share_taken(form: NDArray[np.uint8], harvest: F64) -> F64:
    """Return the share of a year's goods that offline buyers take in a week, of the shape of the harvest's share."""
    return np.where(form == CropForm.FRESH, harvest, 1.0 / WEEKS_A_YEAR)


def offline_cost_fen(state: State, terms: DealingTerms) -> F64:
    """Return what a channel costs each dealer a year, shape (dealers,): less where a product database lists it."""
    return (1.0 - terms.database_saving * listed_dealers(state)) * 100.0 * terms.offline_yuan_a_year


def offline_price(state: State, terms: DealingTerms) -> F64:
    """Return what each dealer's offline buyers pay over the bulk price, shape (dealers,); 1 of those without any."""
    channel = state.dealers.offline_channel
    premium = terms.offline_premium * offline_channels().premium[np.maximum(channel, 0)]
    return np.where(channel >= 0, 1.0 + premium, 1.0)


def paid_share(state: State, terms: DealingTerms) -> F64:
    """Return the share of what is owed that each dealer's offline buyers pay in a week, shape (dealers,).

    Notes
    -----
    ``1/(1 + w)``, so that a bill is paid after ``w`` weeks in the mean.
    """
    weeks = terms.offline_delay * offline_channels().weeks[np.maximum(state.dealers.offline_channel, 0)]
    return np.where(state.dealers.offline_channel >= 0, 1.0 / (1.0 + weeks), 1.0)
