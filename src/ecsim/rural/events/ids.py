"""What columns of the rural model point at, and the vocabularies of its codes."""

from __future__ import annotations

from ecsim.kernel.columns import Codes, Ids
from ecsim.rural.events import codes


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
