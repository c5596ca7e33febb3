"""What an event is: a fact in the past tense, as columns; n rows that happened at one time.

Notes
-----
There is no reader, writer or codec to write for a new kind: schema, round trip and documentation come from the
class. Columns belong to the journal once published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar, dataclass_transform, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecsim.kernel.columns import Column
from ecsim.kernel.text import Text

NO_CAUSE = -1
E = TypeVar("E", bound="Event")
Upcast: TypeAlias = "Callable[[dict[str, NDArray[Any]]], dict[str, NDArray[Any]]]"


@dataclass_transform(kw_only_default=True)
class Event:
    """A fact in the past tense, as columns: a batch of n rows of one kind that happened at one time.

    A subclass annotates its columns and sets ``kind``; nothing else is needed, for schema, storage, SQL views and
    reference pages come from the class. An event that was made is never changed: its columns are read-only.

    Parameters
    ----------
    **values : by column, array-like of shape (rows,); a single number stands for all rows

    Attributes
    ----------
    rows : int
        How many rows it has.

    Raises
    ------
    ValueError
        If a column is missing, unknown, of another length, or holds what does not fit its type.

    Examples
    --------
    A kind with two columns, and an event of it::

        class StationOpened(Event):
            "A village got its station."
            kind = "station_opened"
            station: StationIds
            village: VillageIds

        StationOpened(station=[7, 8], village=[3, 3])
    """

    kind: ClassVar[str]
    title: ClassVar[Text] = Text("", "")
    """What people call it; by default its kind."""
    topic: ClassVar[str] = ""
    """What it is about, for who draws it: kinds of one topic have one colour; by default its kind."""
    amounts: ClassVar[tuple[str, ...]] = ()
    """Columns whose sums tell how much it was."""
    makes: ClassVar[str] = ""
    """Column that numbers what begins with a row: a station, a household; empty: nothing does."""
    within: ClassVar[tuple[str, ...]] = ()
    """Columns that say to what that belongs: the village of a station."""
    counted_each: ClassVar[str] = ""
    """Column that says of which rows an amount is that of each of its like a row stands for; empty: of every row."""
    version: ClassVar[int] = 1
    decision: ClassVar[bool] = False
    """Whether the kind is kept when a journal keeps decisions only."""
    no_cause_reason: ClassVar[Text | None] = None
    """Why a row may have no cause (the opening, luck, the outside, the programme); None: each row has one."""
    subject: ClassVar[tuple[str, ...]] = ()
    """Columns that tell which decision or chance a row is, also in a run that went another way from some week on;
    empty: rows of the kind cannot be taken out of a run."""
    upcasts: ClassVar[Mapping[int, Upcast]] = {}
    """How columns stored under a version become those of the next, by version."""
    columns: ClassVar[tuple[Column, ...]] = ()
    _names: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        hints = get_type_hints(cls, include_extras=True)
        cls.columns = tuple(
            hint(name) for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Column)
        )
        cls._names = frozenset(column.name for column in cls.columns)
        if "kind" in cls.__dict__ and "title" not in cls.__dict__:
            cls.title = Text(cls.kind.replace("_", " "), cls.kind)
        if "kind" in cls.__dict__ and not cls.topic:
            cls.topic = cls.kind
        for column in cls.columns:
            setattr(cls, column.name, column)

    def __init__(self, **values: ArrayLike) -> None:
        owner = type(self)
        if values.keys() != owner._names:
            names = ", ".join(column.name for column in owner.columns)
            raise ValueError(f"{owner.__name__} has the columns {names}; found {', '.join(values)}")
        arrays = {column.name: column.checked(values[column.name], owner.__name__) for column in owner.columns}
        shapes = {array.shape for array in arrays.values()}
        if [len(shape) for shape in shapes] != [1]:
            arrays = _of_one_length(arrays, owner.__name__)
        self.__dict__.update(arrays)
        self.rows = len(arrays[owner.columns[0].name])

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Event:
        """Return the event of columns that a journal holds, without checking them.

        Parameters
        ----------
        arrays : by column, of the column's type, read-only and of one length, shape (rows,)
        """
        event = cls.__new__(cls)
        event.__dict__.update(arrays)
        event.rows = len(arrays[cls.columns[0].name])
        return event

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield the columns in the order they are declared, each of shape (rows,)."""
        return (self.__dict__[column.name] for column in self.columns)

    def slice(self, start: int, stop: int) -> Event:
        """Return rows ``start`` to ``stop``, the latter excluded, as views of the same arrays."""
        return type(self).of({column.name: self.__dict__[column.name][start:stop] for column in self.columns})

    def rows_where(self, keeps: NDArray[np.bool_]) -> Self:
        """Return the event of the rows that a mask picks.

        Parameters
        ----------
        keeps : shape (rows,)
        """
        return type(self)(**{column.name: self.__dict__[column.name][keeps] for column in self.columns})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Event)
            and type(self) is type(other)
            and all(np.array_equal(mine, theirs) for mine, theirs in zip(self.arrays(), other.arrays(), strict=True))
        )

    __hash__ = None  # type: ignore[assignment]  # a batch of arrays is no key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.rows} rows)"


def _of_one_length(columns: Mapping[str, NDArray[Any]], owner: str) -> dict[str, NDArray[Any]]:
    """Return columns of one length; single numbers stand for every row."""
    shapes = {array.shape for array in columns.values() if array.ndim}
    if len(shapes) > 1 or any(len(shape) > 1 for shape in shapes):
        shown = ", ".join(f"{name} {array.shape}" for name, array in columns.items())
        raise ValueError(f"{owner}: columns must be of one length; found {shown}")
    rows = int(shapes.pop()[0]) if shapes else 1
    return {name: array if array.ndim else _repeated(array, rows) for name, array in columns.items()}


def _repeated(value: NDArray[Any], rows: int) -> NDArray[Any]:
    array = np.full(rows, value)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True)
class Rows(Generic[E]):
    """The rows of a published event that really happened: what `World.publish` returns, and a cause of other events.

    Attributes
    ----------
    first : int
        Sequence number of the first row; the others follow without gaps.
    event : Event
        The event as it was recorded, without rows that are excluded from this run. It may have no row.
    """

    first: int
    event: E

    @property
    def count(self) -> int:
        """How many rows happened."""
        return self.event.rows

    @property
    def seqs(self) -> NDArray[np.int64]:
        """Sequence numbers, shape (count,)."""
        return np.arange(self.first, self.first + self.count, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The envelope that the world adds to an event: where it stands, when it was, what brought it about."""

    first: int
    """Sequence number of the first row; the others follow without gaps."""
    day: int
    """Days since the start of the scenario."""
    cause: NDArray[np.int64]
    """Sequence number of the row that brought each row about, shape (rows,); NO_CAUSE where there is none."""

    def seqs(self, event: Event) -> NDArray[np.int64]:
        """Return the sequence number of each row of the event, shape (rows,)."""
        return np.arange(self.first, self.first + event.rows, dtype=np.int64)
