"""Column types of events: what a field of an event may hold, checked when the event is made.

A column is a descriptor. It takes anything array-like, refuses what does not fit, and hands out a read-only,
contiguous array. There are integers, codes and flags only: money is fen, quantity grams or counts, prices fen a
kilogram, rates millionths, positions millionths of a degree. So the last bit of a float never reaches a journal.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecsim.events import codes

if TYPE_CHECKING:
    from ecsim.events.event import Event


class Column:
    """One named, typed column of an event; subclasses fix the stored type and the range."""

    dtype: ClassVar[np.dtype[Any]]
    lowest: ClassVar[int]
    highest: ClassVar[int]
    table: ClassVar[str | None] = None
    """The table of the state the values point at, if they are row numbers; -1 stands for none."""
    vocabulary: ClassVar[type[IntEnum] | None] = None
    """What the values mean, if they are codes."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, event: Event, owner: type[Event]) -> NDArray[Any]:
        values: NDArray[Any] = event.__dict__[self.name]
        return values

    def __set__(self, event: Event, values: ArrayLike) -> None:
        event.__dict__[self.name] = self.checked(values, type(event).__name__)

    def checked(self, values: ArrayLike, owner: str) -> NDArray[Any]:
        """Return the values as a contiguous, read-only array of the column's type, shape (rows,) or ().

        Raises
        ------
        ValueError
            If a value is no whole number or does not fit the column.
        """
        found = np.asarray(values)
        if found.dtype != self.dtype:
            found = self._converted(found, owner)
        elif self.lowest == -1 and found.size and int(found.min()) < -1:
            raise ValueError(f"{owner}.{self.name}: {int(found.min())} is below the lowest value, -1 (none)")
        if found.flags.writeable or not found.flags.c_contiguous:
            found = np.array(found, dtype=self.dtype, order="C", copy=True)
            found.flags.writeable = False
        return found

    def _converted(self, found: NDArray[Any], owner: str) -> NDArray[Any]:
        if found.size == 0:
            return np.zeros(found.shape, self.dtype)
        if found.dtype.kind not in "biu":
            raise ValueError(f"{owner}.{self.name}: holds {found.dtype}; whole numbers are needed (round them first)")
        low, high = int(found.min()), int(found.max())
        if low < self.lowest or high > self.highest:
            raise ValueError(f"{owner}.{self.name}: {low} to {high} lies outside {self.lowest} to {self.highest}")
        return found.astype(self.dtype)


def _bounds(dtype: np.dtype[Any]) -> tuple[int, int]:
    if dtype == np.bool_:
        return 0, 1
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


class Ids(Column):
    """Row numbers of a table; -1 for none."""

    dtype = np.dtype(np.int32)
    lowest, highest = -1, _bounds(dtype)[1]


class Counts(Column):
    """Whole numbers that may be negative (a change) or not."""

    dtype = np.dtype(np.int32)
    lowest, highest = _bounds(dtype)


class Codes(Column):
    """Small vocabularies, 0 to 255: designs, channels, reasons."""

    dtype = np.dtype(np.uint8)
    lowest, highest = _bounds(dtype)


class Flags(Column):
    """Yes or no."""

    dtype = np.dtype(np.bool_)
    lowest, highest = _bounds(dtype)


class Fen(Column):
    """Money in fen (1/100 yuan); also prices, in fen a kilogram."""

    dtype = np.dtype(np.int64)
    lowest, highest = _bounds(dtype)


class Grams(Column):
    """Mass in grams."""

    dtype = np.dtype(np.int64)
    lowest, highest = _bounds(dtype)


class Millionths(Column):
    """Shares, rates and factors in millionths; positions in millionths of a degree."""

    dtype = np.dtype(np.int32)
    lowest, highest = _bounds(dtype)


class CountyIds(Ids):
    """Counties."""

    table = "counties"


class PrefectureIds(Ids):
    """Prefectures."""

    table = "prefectures"


class TownshipIds(Ids):
    """Townships, towns and sub-districts."""

    table = "townships"


class VillageIds(Ids):
    """Village-level units."""

    table = "villages"


class RoadIds(Ids):
    """Road links: one a township (to its hub), then one a village (to its township)."""

    table = "roads"


class HouseholdIds(Ids):
    """Resident rural households (or those that stand for several)."""

    table = "households"


class PlotIds(Ids):
    """One crop of one household."""

    table = "plots"


class CropIds(Ids):
    """One product of one county."""

    table = "crops"


class CooperativeIds(Ids):
    """Cooperatives."""

    table = "cooperatives"


class EnterpriseIds(Ids):
    """Enterprises: processors and online merchants."""

    table = "enterprises"


class OperatorIds(Ids):
    """Logistics operators of a county."""

    table = "operators"


class StationIds(Ids):
    """Village stations."""

    table = "stations"


class FacilityIds(Ids):
    """Facilities: centres, cold stores, packing lines, systems."""

    table = "facilities"


class BrandIds(Ids):
    """Regional public brands: one a county, then one a prefecture."""

    table = "brands"


class ProjectIds(Ids):
    """Projects paid for by the programme."""

    table = "projects"


class SessionIds(Ids):
    """Training sessions."""

    table = "sessions"


class AccountIds(Ids):
    """Accounts of the fund ledger."""

    table = "accounts"


class FunderCodes(Codes):
    """Whose money it is."""

    vocabulary = codes.Funder


class CategoryCodes(Codes):
    """Heads of the fund ledger."""

    vocabulary = codes.Category


class ProjectKindCodes(Codes):
    """What a project builds or buys."""

    vocabulary = codes.ProjectKind


class LevelCodes(Codes):
    """Who owns a project or an asset."""

    vocabulary = codes.Level


class ReportCodes(Codes):
    """Reports and checks of the calendar."""

    vocabulary = codes.ReportKind


class WayCodes(Codes):
    """How a household heard of selling online."""

    vocabulary = codes.Way


class ChannelCodes(Codes):
    """Ways to sell a lot."""

    vocabulary = codes.Channel


class EnterpriseKindCodes(Codes):
    """Kinds of enterprise."""

    vocabulary = codes.EnterpriseKind


class FounderCodes(Codes):
    """Groups that a founder or worker belongs to: bit flags."""

    vocabulary = codes.Founder


class StreamCodes(Codes):
    """Parts of county online retail sales."""

    vocabulary = codes.Stream


class SourceCodes(Codes):
    """Sources of household income."""

    vocabulary = codes.IncomeSource


class RecognisedCodes(Codes):
    """What is recognised as an example."""

    vocabulary = codes.Recognised


class UnitKindCodes(Codes):
    """Kinds of village-level units."""

    vocabulary = codes.VillageKind


class OutletCodes(Codes):
    """What a village has before the programme."""

    vocabulary = codes.Outlet


class OperatorKindCodes(Codes):
    """Kinds of logistics operator."""

    vocabulary = codes.OperatorKind


class ServiceCauseCodes(Codes):
    """Causes of service complaints."""

    vocabulary = codes.ServiceCause


class DisclosureCauseCodes(Codes):
    """Causes of complaints on disclosure."""

    vocabulary = codes.DisclosureCause


class ReasonCodes(Codes):
    """Why a station stopped."""

    vocabulary = codes.Reason


class GroupCodes(Codes):
    """Groups of trainees."""

    vocabulary = codes.Group


class ModeCodes(Codes):
    """How a training session is held."""

    vocabulary = codes.Mode


def column_type(dtype: str, table: str) -> type[Column]:
    """Return the column type of a stored column: by what it points at, else by how it is stored.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = [t for t in _descendants(Column) if hasattr(t, "dtype") and (t.dtype.str, t.table or "") == (dtype, table)]
    if not found:
        raise ValueError(f"no column is stored as {dtype}" + (f" and points at {table}" if table else ""))
    return found[0]


def _descendants(kind: type[Column]) -> list[type[Column]]:
    return [each for child in kind.__subclasses__() for each in (child, *_descendants(child))]
