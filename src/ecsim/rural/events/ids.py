"""What columns of the rural model point at, and the vocabularies of its codes."""

from __future__ import annotations

from ecsim.kernel.columns import Codes, Ids
from ecsim.rural.events import codes


class CountyIds(Ids, table="counties"):
    """Counties."""


class PrefectureIds(Ids, table="prefectures"):
    """Prefectures."""


class TownshipIds(Ids, table="townships"):
    """Townships, towns and sub-districts."""


class VillageIds(Ids, table="villages"):
    """Village-level units."""


class RoadIds(Ids, table="roads"):
    """Links of the road networks."""


class JunctionIds(Ids, table="junctions"):
    """Places outside the counties of a run that their roads go through."""


class HouseholdIds(Ids, table="households"):
    """Resident rural households (or those that stand for several)."""


class PlotIds(Ids, table="plots"):
    """One crop of one household."""


class CropIds(Ids, table="crops"):
    """One product of one county."""


class CooperativeIds(Ids, table="cooperatives"):
    """Cooperatives."""


class EnterpriseIds(Ids, table="enterprises"):
    """Enterprises: processors and online merchants."""


class DealerIds(Ids, table="dealers"):
    """Dealers: who deals in one product of a county."""


class OperatorIds(Ids, table="operators"):
    """Logistics operators of a county."""


class StationIds(Ids, table="stations"):
    """Village stations."""


class FacilityIds(Ids, table="facilities"):
    """Facilities: centres, cold stores, packing lines, systems."""


class BrandIds(Ids, table="brands"):
    """Regional public brands: one a county, then one a prefecture."""


class BuildingIds(Ids, table="buildings"):
    """Buildings that stood idle at the opening."""


class AssetIds(Ids, table="assets"):
    """What earlier programmes built, by kind and place."""


class ProjectIds(Ids, table="projects"):
    """Projects paid for by the programme."""


class SessionIds(Ids, table="sessions"):
    """Training sessions."""


class AccountIds(Ids, table="accounts"):
    """Accounts of the fund ledger."""


class NumberedCodes(Codes):
    """What is told apart by its number in the whole region."""

    vocabulary = codes.Numbered


class FunderCodes(Codes):
    """Whose money it is."""

    vocabulary = codes.Funder


class CategoryCodes(Codes):
    """Heads of the fund ledger."""

    vocabulary = codes.Category


class MechanismCodes(Codes):
    """What finished works feed."""

    vocabulary = codes.Mechanism


class ClosingCodes(Codes):
    """Why a facility goes out of use."""

    vocabulary = codes.Closing


class ProjectKindCodes(Codes):
    """What a project builds or buys."""

    vocabulary = codes.ProjectKind


class LevelCodes(Codes):
    """Who owns a project or an asset."""

    vocabulary = codes.Level


class PremisesCodes(Codes):
    """What a building has room for."""

    vocabulary = codes.Premises


class ReportCodes(Codes):
    """Reports and checks of the calendar."""

    vocabulary = codes.ReportKind


class RecordCodes(Codes):
    """Figures that governments report."""

    vocabulary = codes.Record


class VerdictCodes(Codes):
    """What an evaluation says."""

    vocabulary = codes.Verdict


class SupervisionActCodes(Codes):
    """What supervision does about idle money."""

    vocabulary = codes.SupervisionAct


class WayCodes(Codes):
    """How a household heard of selling online."""

    vocabulary = codes.Way


class ChannelCodes(Codes):
    """Ways to sell a lot."""

    vocabulary = codes.Channel


class DealerKindCodes(Codes):
    """Who deals in a product."""

    vocabulary = codes.DealerKind


class MarkCodes(Codes):
    """What tells buyers of a listing's quality."""

    vocabulary = codes.Mark


class OfflineChannelCodes(Codes):
    """Where a dealer sells beside platforms and the bulk trade."""

    vocabulary = codes.OfflineChannel


class EnterpriseKindCodes(Codes):
    """Kinds of enterprise."""

    vocabulary = codes.EnterpriseKind


class WorkCodes(Codes):
    """What hours of work are paid for."""

    vocabulary = codes.Work


class FounderCodes(Codes):
    """Groups that a founder or worker belongs to: bit flags."""

    vocabulary = codes.Founder


class StreamCodes(Codes):
    """Parts of county online retail sales."""

    vocabulary = codes.Stream


class SourceCodes(Codes):
    """Sources of household income."""

    vocabulary = codes.IncomeSource


class ExampleKindCodes(Codes):
    """What is recognised as an example."""

    vocabulary = codes.ExampleKind


class UnitKindCodes(Codes):
    """Kinds of village-level units."""

    vocabulary = codes.VillageKind


class CropFormCodes(Codes):
    """What stands at the farm gate."""

    vocabulary = codes.CropForm


class RoadClassCodes(Codes):
    """Whom a road joins."""

    vocabulary = codes.RoadClass


class OutletCodes(Codes):
    """What a village has before the programme."""

    vocabulary = codes.Outlet


class DeliveryFateCodes(Codes):
    """What became of parcels that were due."""

    vocabulary = codes.DeliveryFate


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


class ContentCodes(Codes):
    """What a training session is about."""

    vocabulary = codes.Content


class ProjectStatusCodes(Codes):
    """Where a project is."""

    vocabulary = codes.ProjectStatus
