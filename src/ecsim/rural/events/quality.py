"""Complaints (MODEL 4.12): two streams that are never added up."""

from ecsim.kernel.columns import Counts
from ecsim.kernel.event import Event
from ecsim.rural.events.ids import (
    CountyIds,
    DisclosureCauseCodes,
    ProjectIds,
    ServiceCauseCodes,
    StationIds,
)


class ServiceComplained(Event):
    """Complaints about the service: late parcels, damaged goods, idle stations."""

    kind = "service_complained"
    county: CountyIds
    cause_code: ServiceCauseCodes
    complaints: Counts
    station: StationIds


class DisclosureComplained(Event):
    """Complaints and reports on disclosure: the ones that meet the target."""

    kind = "disclosure_complained"
    county: CountyIds
    cause_code: DisclosureCauseCodes
    complaints: Counts
    project: ProjectIds
