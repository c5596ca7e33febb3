"""Roads and weather (docs/model.md 4.1)."""

from ecsim.kernel.columns import Counts, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import CropIds, PrefectureIds, RoadIds


class StormsCame(Event):
    """How much stormier than usual a prefecture's week is; closures of its roads share it."""

    kind = "storms_came"
    title = Text("storms", "风暴")
    topic = "nature"
    no_cause_reason = Text("luck: the weather", "随机：天气")
    prefecture: PrefectureIds
    factor: Millionths


class RoadClosed(Event):
    """A road link is closed from an hour of the run to another."""

    kind = "road_closed"
    title = Text("road closed", "道路中断")
    topic = "nature"
    subject = ("road", "from_hour")
    road: RoadIds
    from_hour: Counts  # hours since the start of the scenario
    until_hour: Counts


class HarvestShocked(Event):
    """The weather of a season raises or lowers the coming harvest of a crop, until the next such event."""

    kind = "harvest_shocked"
    title = Text("weather of the season", "年景")
    topic = "nature"
    subject = ("crop", "factor")
    no_cause_reason = Text("luck: the weather", "随机：天气")
    crop: CropIds
    factor: Millionths
