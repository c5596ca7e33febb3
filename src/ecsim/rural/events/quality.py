"""Complaints (docs/model.md 4.12): two streams that are never added up."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Counts
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import (
    CountyIds,
    DisclosureCauseCodes,
    ProjectIds,
    ProjectStatusCodes,
    ServiceCauseCodes,
    StationIds,
)


def _never_late(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {**columns, "late_days": np.zeros(len(columns["project"]), np.int32)}


class ServiceComplained(Event):
    """Complaints about the service: late parcels, damaged goods, stations that are idle or closed."""

    kind = "service_complained"
    title = Text("complaint about service", "服务投诉")
    topic = "household"
    amounts = ("complaints",)
    county: CountyIds
    cause_code: ServiceCauseCodes
    complaints: Counts
    station: StationIds


class DisclosureComplained(Event):
    """Complaints and reports on disclosure: the ones that meet the target."""

    kind = "disclosure_complained"
    title = Text("complaint on disclosure", "信息公开投诉")
    topic = "household"
    amounts = ("complaints",)
    county: CountyIds
    cause_code: DisclosureCauseCodes
    complaints: Counts
    project: ProjectIds


class InformationPublished(Event):
    """A county publishes how far a project has come: that it was approved, awarded or accepted.

    Before version 2 there was no day by which it was to be public.
    """

    kind = "information_published"
    title = Text("project information published", "项目信息公开")
    topic = "works"
    version = 2
    upcasts = MappingProxyType({1: _never_late})
    project: ProjectIds
    stage: ProjectStatusCodes
    late_days: Counts  # after the day by which it was to be public; 0: in time
