"""Small vocabularies that events and state share; the numbers are stored, so they never change their meaning."""

from enum import IntEnum


class Numbered(IntEnum):
    """What random draws tell apart by its number in the whole region."""

    PREFECTURE = 0
    COUNTY = 1
    TOWNSHIP = 2
    VILLAGE = 3
    CROP = 4
    COOPERATIVE = 5
    HOUSEHOLD = 6
    ENTERPRISE = 7
    OPERATOR = 8


class VillageKind(IntEnum):
    """Kinds of village-level units in the statistical list."""

    VILLAGE = 0  # villagers' committee, 村委会
    COMMUNITY = 1  # residents' committee, 居委会
    QUASI_VILLAGE = 2  # farm units and the like


class CropForm(IntEnum):
    """What stands at the farm gate, and so how it keeps (docs/model.md 4.4)."""

    LIVE = 0  # animals: sold when wanted, no loss, but feed
    STANDING = 1  # on the field or the bush: loss only once cut
    FRESH = 2  # ages and spoils
    KEPT = 3  # roots and the like in a pit or shed: a slow loss
    DRIED = 4  # dried, cured, pressed: hardly any loss


class RoadClass(IntEnum):
    """Whom a road joins, from the fastest to the slowest."""

    MAIN = 0  # between neighbouring seats
    COUNTY = 1  # from a township to its county's seat
    TOWNSHIP = 2  # between other townships
    VILLAGE = 3


class Outlet(IntEnum):
    """What a village has before the programme that a station may reuse."""

    NONE = 0
    SHOP = 1
    NETWORK_SHOP = 2  # supply co-op or 万村千乡 outlet


class Channel(IntEnum):
    """Ways for a household to sell a lot (docs/model.md 4.5)."""

    TRADER = 0
    COOPERATIVE = 1
    STATION = 2
    OWN_SHOP = 3
    FIRM = 4  # an enterprise or small merchants that buy at the farm gate


class DealerKind(IntEnum):
    """Who deals in a product of a county (docs/model.md 4.6, 4.7)."""

    TRADERS = 0  # those who buy at the farm gate and sell in bulk, together
    COOPERATIVE = 1
    ENTERPRISE = 2  # a farm merchant or processor that is followed
    MERCHANTS = 3  # small online merchants, together
    SHOPS = 4  # households' own online shops, together
    STATIONS = 5  # stations that sell for villagers, together


class Mark(IntEnum):
    """What tells buyers of a listing's quality; a dealer takes it or not (docs/model.md 4.7)."""

    CERTIFICATE = 0  # of origin, green or organic goods
    REGIONAL_BRAND = 1  # shared by those of a county or prefecture
    OWN_BRAND = 2  # of an enterprise


class OfflineChannel(IntEnum):
    """Where a dealer sells beside platforms and the bulk trade (docs/model.md 4.7)."""

    WHOLESALE = 0  # wholesale markets
    SUPERMARKET = 1
    COMMUNITY = 2  # shops of residential areas
    FACTORY = 3  # processors elsewhere
    SCHOOL = 4  # canteens of schools
    RESTAURANT = 5  # restaurants and canteens
    DIRECT_SUPPLY = 6  # the province's own public supply platform, its warehouse and shops


class Way(IntEnum):
    """How a household heard that one can sell online."""

    WORD_OF_MOUTH = 0
    PROMOTION = 1
    TRAINING = 2


class Stream(IntEnum):
    """Parts of county online retail sales (docs/model.md 4.7)."""

    FARM_PRODUCTS = 0
    OTHER_GOODS = 1
    SERVICES = 2


class IncomeSource(IntEnum):
    """Sources of household income in the official statistics."""

    WAGES = 0
    FAMILY_BUSINESS = 1
    TRANSFERS = 2
    PROPERTY = 3


class EnterpriseKind(IntEnum):
    """Kinds of enterprise."""

    MERCHANT = 0  # sells other goods
    FARM_MERCHANT = 1  # sells the county's farm products
    PROCESSOR = 2  # processes and sells the county's farm products


class Work(IntEnum):
    """What hours of work are paid for (docs/model.md 4.7)."""

    PACKING = 0  # grading, processing, packing and posting of farm products
    OTHER_GOODS = 1  # of merchants of other goods
    DELIVERY = 2  # of crews that bring parcels and take farm products back
    PUBLIC_WORKS = 3  # on projects of the programme


class Founder(IntEnum):
    """Groups of the employment indicator that a founder or worker may belong to, as bit flags."""

    WOMAN = 1
    YOUNG = 2
    RETURNEE = 4
    GRADUATE = 8
    REGISTERED_POOR = 16


class OperatorKind(IntEnum):
    """Kinds of logistics operator."""

    POST = 0
    COURIER = 1
    POOL = 2  # joint delivery, 共同配送
    SUPPLY_COOP = 3  # supply-and-marketing co-op, 供销社: goes on to its own outlets
    BUS_LINE = 4  # buses with spare room, 客运班线带货: go on to villages on their roads
    CONTRACTOR = 5  # third party, 第三方配送: carries for several couriers


PARTNERS = (OperatorKind.SUPPLY_COOP, OperatorKind.BUS_LINE, OperatorKind.CONTRACTOR)
"""Operators to whom the post and couriers hand parcels; at most one of each kind in a county."""
GOES_TO_SOME = (OperatorKind.SUPPLY_COOP, OperatorKind.BUS_LINE)
"""Partners that go on to some villages only: where they have an outlet, where their buses go."""


class DeliveryFate(IntEnum):
    """What became of parcels in a week; the last three are of those due."""

    HANDED_OVER = 0
    DUE = 1  # on each day anew
    CUT_OFF = 2  # behind a closed road
    NO_ROOM = 3  # the outlet or station has no shelf left
    NOBODY_THERE = 4  # to take them


class StationStatus(IntEnum):
    """Where a station is in its life; an unused row is ABSENT."""

    ABSENT = 0
    OPEN = 1
    IDLE = 2
    CLOSED = 3


class Reason(IntEnum):
    """Why a station stopped."""

    UNPROFITABLE = 0
    OPERATOR_LEFT = 1


class Category(IntEnum):
    """Heads of the fund ledger (notice, parts 3 and 4)."""

    SUPPLY_CHAIN = 0
    SERVICE_CENTRE = 1
    STATIONS = 2
    LOGISTICS = 3
    TRAINING = 4
    BRAND = 5  # counts as supply chain (part 3.1)
    OTHER = 6


class ProjectKind(IntEnum):
    """What a project builds or buys."""

    SERVICE_CENTRE = 0
    DISTRIBUTION_CENTRE = 1
    JOINT_DELIVERY = 2  # vehicles and logistics information system
    TOWNSHIP_POINTS = 3
    STATIONS = 4
    COLD_STORE = 5
    PACKING_LINE = 6
    TRACEABILITY = 7
    BRAND = 8
    MARKETING = 9
    TRAINING = 10
    PRE_COOLING = 11
    FIRST_PROCESSING = 12
    CERTIFICATION = 13
    STANDARDS_TESTING = 14
    PRODUCT_DATABASE = 15
    OFFLINE_LINKS = 16  # matchmaking with buyers beside platforms
    DIRECT_SUPPLY = 17  # entry into the province's own supply platform
    DESIGN_SERVICE = 18
    VIDEO = 19
    SHOP_RUNNING = 20
    LIVESTREAM_BASE = 21
    O2O_DISPLAY = 22
    DEMONSTRATION_SHOP = 23
    INDUSTRY_BASE = 24
    PREFECTURE_CENTRE = 25
    SUB_WAREHOUSE = 26
    INFORMATION_SYSTEM = 27


class Mechanism(IntEnum):
    """What finished works feed: the one thing that they change, whatever kind of project it was (docs/model.md 4.10).

    The first ones have the numbers of the kinds that fed them before the two were told apart.
    """

    SERVICE_CENTRE = 0
    DISTRIBUTION = 1
    JOINT_DELIVERY = 2
    TRANSFER_POINT = 3
    STATIONS = 4
    COLD_ROOM = 5
    PACKING = 6
    TRACING = 7
    BRAND = 8
    VISIBILITY = 9
    TRAINING = 10
    PRE_COOLING = 11
    PROCESSING = 12
    CERTIFICATES = 13
    TESTING = 14
    DATABASE = 15
    MATCHMAKING = 16
    DESIGN = 17
    STUDIO = 18
    LISTING_SKILL = 19
    DISPLAY = 20
    DEMONSTRATION_SHOP = 21
    GROWER_CONTRACTS = 22
    NETWORK = 23
    NOTHING = 24  # it stands there, costs money and has an owner; no rule reads it, or one of an extension
    DISPATCH = 25  # an information system


class Area(IntEnum):
    """Functional areas of a service centre (notice, part 3.2), as bit flags."""

    DATA = 1
    TRAINING = 2
    DISPLAY = 4
    INCUBATION = 8
    GOVERNMENT = 16
    PHOTO = 32
    HUB = 64  # supplies stations jointly and helps their keepers


class Closing(IntEnum):
    """Why a facility goes out of use."""

    WORN_OUT = 0
    UNPAID = 1


class Level(IntEnum):
    """Who owns a project or an asset."""

    COUNTY = 0
    PREFECTURE = 1


class Premises(IntEnum):
    """What a building has room for: rooms for people and desks, or a hall for goods."""

    ROOMS = 0
    HALL = 1


class ProjectStatus(IntEnum):
    """Where a project is; a row that is not used, or no longer in the plan, is ABSENT."""

    ABSENT = 0
    APPROVED = 1
    CONTRACTED = 2
    FINISHED = 3
    GIVEN_UP = 4
    RECALLED = 5


class Funder(IntEnum):
    """Whose money it is."""

    CENTRAL = 0
    LOCAL = 1
    SOCIAL = 2


class Group(IntEnum):
    """Groups of trainees (notice, part 3.4)."""

    OFFICIALS = 0
    FIRMS = 1  # firms and cooperatives
    YOUTH = 2  # returning youth, veterans, graduates
    FOUNDERS = 3
    STATION_STAFF = 4
    VILLAGERS = 5  # registered poor first


class Mode(IntEnum):
    """How a training session is held."""

    CLASS = 0
    FIELD = 1
    VISIT = 2
    HANDS_ON = 3


class Content(IntEnum):
    """What a training session is about (notice, part 3.4)."""

    GENERAL = 0  # selling online as a whole: all that sessions were about before contents were told apart
    AWARENESS = 1  # that one can sell online, and what the programme offers
    POLICY = 2  # policy, planning, analysis
    MARKETING = 3  # applications, shops and marketing of firms
    SERVICE = 4  # how to serve at a station
    SORTING = 5  # 理货: sort and grade goods
    STOCKING = 6  # 建仓: keep a store
    SHOP = 7  # 开店: open a shop
    ONLINE = 8  # 上网: put goods online and sell


class ServiceCause(IntEnum):
    """Causes of service complaints (docs/model.md 4.12)."""

    LATE_PARCEL = 0
    DAMAGED_GOODS = 1
    IDLE_STATION = 2
    CLOSED_STATION = 3


class DisclosureCause(IntEnum):
    """Causes of complaints and reports on disclosure, the only ones that meet the target (docs/model.md 4.12)."""

    UNDISCLOSED_PROJECT = 0
    LATE_PROJECT = 1
    UNPAID_SUPPLIER = 2
    FAVOURITISM = 3
    IDLE_ASSET = 4
    SERVICE_ESCALATED = 5
    FALSE_REPORT = 6  # a report was found not to be so


class ReportKind(IntEnum):
    """Reports and checks of the calendar (notice, part 5)."""

    MONTHLY_REPORT = 0
    QUARTERLY_SUPERVISION = 1
    SELF_EVALUATION = 2
    PRE_EVALUATION = 3
    PROVINCIAL_EVALUATION = 4
    FUND_PLAN = 5
    AUDIT = 6
    CLOSING = 7


class Record(IntEnum):
    """Figures that governments keep records of and report; each has the name of a figure of the target table."""

    SERVICE_CENTRES = 0
    DISTRIBUTION_CENTRES = 1
    DEMO_ENTERPRISES = 2
    DEMO_POOR_HOUSEHOLDS = 3
    REGIONAL_BRANDS = 4
    TRAINED = 5
    VILLAGE_COVERAGE = 6
    POOR_VILLAGE_COVERAGE = 7
    RETAIL_GROWTH = 8
    FARM_GROWTH = 9
    EMPLOYMENT = 10
    POVERTY_SERVICE = 11
    COMPLAINTS = 12
    TRAINEE_SATISFACTION = 13
    STATIONS_OPEN = 14
    BUYERS_SHARE = 15
    SELLERS_SHARE = 16
    SERVICE_COMPLAINTS = 17
    POOR_VILLAGES_SERVED = 18
    POOR_HOUSEHOLDS_SERVED = 19


class Verdict(IntEnum):
    """What an evaluation says of a county."""

    FAILED = 0
    PASSED = 1
    GOOD = 2


class SupervisionAct(IntEnum):
    """What supervision does about money that lies idle."""

    WARNED = 0
    MOVED = 1  # to counties of the same purse that can use it
    RECALLED = 2  # by the province


class ExampleKind(IntEnum):
    """What a county may recognise as an example."""

    DEMONSTRATION_ENTERPRISE = 0
    DEMONSTRATION_HOUSEHOLD = 1
