"""What a region knows beside the model: facts and bands that figures of a run are held against."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.strict import Figure, Several, Strict
from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.regions.pack import folder_of

PLAUSIBILITY = "plausibility.toml"


class Row(Strict):
    """A figure with the fact beside it, and perhaps the band outside which something is wrong.

    Attributes
    ----------
    by : what the band is of: the county's figure, or that of million yuan shared out over its residents, in yuan
    """

    figure: Annotated[str, Field(min_length=1)]
    title: str
    fact: str
    low: Figure | None = None
    high: Figure | None = None
    by: Literal["county", "resident"] = "county"

    @model_validator(mode="after")
    def _has_a_whole_band(self) -> Row:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.figure}: low and high need each other; give both or none")
        return self

    def holds(self, value: float, residents: float) -> bool:
        """Return whether a county's value lies in the band; without one every value does."""
        held = value * 1e6 / residents if self.by == "resident" else value
        return self.low is None or self.high is None or self.low <= held <= self.high


class PlausibilityBands(Strict):
    """What plausibility.toml says.

    Attributes
    ----------
    background : figures of the opening's year, of a run without money
    programme : figures of the programme's period, of a run with money
    """

    background: Several[Row]
    programme: Several[Row]


def plausibility_of(region: str) -> PlausibilityBands:
    """Return what a region knows beside the model.

    Raises
    ------
    EcsimError
        If the pack has no plausibility.toml, or it says what is not allowed.
    """
    with folder_of(region) as folder:
        path = folder / PLAUSIBILITY
        if not path.is_file():
            raise EcsimError(
                f"{folder}: has no {PLAUSIBILITY}, so nothing is known to hold its figures against; add one, as "
                "that of a pack that comes with ecsim"
            )
        return checked(PlausibilityBands, read_toml(path), str(path))
