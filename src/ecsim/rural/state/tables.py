"""What a run knows at an instant: every table and column, with its unit.

Ids that point at nothing are -1. ``…_seq`` columns hold the sequence number of the event that set them: the cause of
what follows from it.
"""

from __future__ import annotations

from typing import Annotated

from ecsim.kernel.table import I32, I64, U8, Axes, Bool, Table


class Counties(Table):
    """Counties: people, money rules of the market, service quality."""

    number: I64  # in the whole region: random draws hang on it
    prefecture: I32
    hub: I32  # township of its seat
    latitude: I32  # millionths of a degree
    longitude: I32
    area_hectares: I32
    residents: I32
    households: I32
    poor_households: I32
    villages: I32
    poor_villages: I32
    income_fen: I64  # a head and year, at the opening
    merchants: I32
    retail_fen: Annotated[I64, Axes((3,))]  # (counties, streams), a year, at the opening
    internet_day: Annotated[I32, Axes((8,))]  # (counties, 8): points of the path; -1 where there is none
    internet_share: Annotated[I32, Axes((8,))]  # (counties, 8), millionths
    centre: I32  # facility that is its service centre, or -1
    distribution: I32  # facility that is its distribution centre, or -1
    pool: I32  # operator that is its joint pool, or -1
    carrier: I32  # operator that was awarded the delivery to its villages, or -1: the pool, or else the post
    tender_seq: I64  # of the award; 0: none yet
    tender_day: I32  # of it
    trade: I32  # operator that takes shops' goods along, or -1
    trade_seq: I64  # of what said so last; 0: nothing yet
    packing_g: I64  # a week, of lines in service
    cold_g: I64  # at a time, of stores in service
    traceable: I32  # traceability systems in service that reach it
    visibility: I32  # millionths, 1,000,000 at the opening; marketing raises it, time lowers it
    down_tariff_fen: I64  # a parcel
    up_tariff_fen: I64  # a kilogram
    cost_fen: I64  # operators' cost of a parcel down, smoothed; 0 before the first week
    opening_cost_fen: I64  # the same in the first week
    opening_up_fen: I64  # upward tariff of the first week
    delivered_parcels: I64  # since the start
    late_parcels: I64  # of them
    delivered_seq: I64  # of the last delivery
    late_seq: I64  # of the last delivery with late parcels
    complaint_seq: I64  # of the last complaint about the service
    visible_seq: I64  # of the last marketing, or of its opening
    traded_seq: I64  # of the last trade of one of its enterprises
    jobs_seq: I64  # of the last change of jobs
    worked_seq: I64  # of the last account of hours
    opened_seq: I64  # of its opening
    service_complaints: I32  # since the start
    disclosure_complaints: I32
    example_enterprises: I32  # recognised
    example_households: I32
    jobs: I32  # held now
    crew_seconds: I64  # of delivery since the last account of hours
    delivery_fen: I64  # what crews and handling cost since then
    sold_fen: Annotated[I64, Axes((2, 128))]  # (counties, all and farm products, weeks): online sales of the last weeks
    sold_week: I32  # the last of these weeks, counted from the start; week w stands in slot w % 128
    trained: I64  # attendances
    answered: I64  # of them, answered the survey
    satisfied: I64  # of those
    employed: I32  # founders and first jobs of the groups that the notice names
    plan_day: I32  # on which its part of the plan reaches the province, if it is late; else 0
    plan_seq: I64  # of the report that says so
    late_reports: I32  # since the start; so the next four
    false_reports: I32  # figures found not to be as reported
    warnings: I32  # of money that lies idle
    diversions: I32  # projects of which diverted money was found
    closing_breaches: I32  # ratios that what was paid broke when accounts were closed
    warned_day: I32  # the last warning, or -1
    visited_until: I32  # day up to which it is visited after a false report
    withheld_fen: I64  # of its tranche, not let go
    score: I64  # of the last evaluation, millionths of a point of 100
    evaluated_seq: I64  # of it, or of its opening
    know_how: Annotated[I32, Axes((6,))]  # (counties, groups of trainees), millionths of all that training could bring
    know_how_seq: Annotated[I64, Axes((6,))]  # of what last moved it, or of its opening


class Townships(Table):
    """Townships, the fastest way to the hub when roads are open and dry, and their transfer point."""

    number: I64  # in the whole region: random draws hang on it
    county: I32
    latitude: I32
    longitude: I32
    road_m: I32
    road_seconds: I32
    slope_class: U8
    outlet: Bool
    point: I32  # facility that is its transfer point, or -1
    lent_to: I32  # pool of a neighbour county that goes there for its own county's, or -1
    example_seq: I64  # of the last recognition of one of its households


class Villages(Table):
    """Village-level units, and the fastest way to their township's seat when roads are open and dry."""

    number: I64  # in the whole region: random draws hang on it
    township: I32
    county: I32
    unit_kind: U8
    latitude: I32
    longitude: I32
    area_hectares: I32
    road_m: I32
    road_seconds: I32
    slope_class: U8
    poor: Bool
    broadband: Bool
    outlet: U8
    parcel_point: Bool
    carrier: I32  # partner that goes on to it, or -1: its county's carrier does, if anybody
    households: I32  # weighted
    poor_households: I32  # weighted
    buyers: I32  # weighted
    sellers: I32  # weighted
    aware: I32  # weighted households aware of selling online or further
    station: I32  # its station in service, or the last one it had, or -1
    planned: I32  # the station project that a plan names it for, or -1
    handed_parcels: I64  # weighted parcels fetched in it since the start
    sent_g: I64  # weighted grams its people sent from own shops since the start
    collected_fen: I64  # weighted, what consumers paid for goods sold through its station since the start
    waiting: I32  # parcels on their way to its station or parcel point at the end of the week
    waiting_days: I32  # summed over them, days they have waited
    goods_g: I64  # goods that wait there for a tour that takes them up
    seller_seq: I64  # of the last household of it that began to sell, or of its opening
    opened_seq: I64  # of its opening


class Junctions(Table):
    """Places outside the counties of the run that their roads go through."""

    prefecture: I32
    number: I64  # as those of places of the networks: random draws hang on it


class Roads(Table):
    """Links of the road networks; ends are townships, then villages, then junctions."""

    prefecture: I32
    start: I32
    end: I32
    road_class: U8
    slope: I32  # millionths of a slope class
    metres: I32
    seconds: I32  # when dry
    closed_from_hour: I32
    closed_until_hour: I32
    seq: I64


class Households(Table):
    """Resident rural households, or representatives that stand for ``weight`` of them."""

    number: I64  # in the whole region: random draws hang on it
    village: I32
    county: I32
    weight: I32
    poor: Bool
    persons: U8
    workers: U8
    age_class: U8
    woman: Bool
    returnee: Bool
    schooling_years: U8
    way_m: I32
    internet_rank: I32
    wages_fen: I64  # a year, at the opening; so the next four
    business_fen: I64
    transfers_fen: I64
    property_fen: I64
    buyer: Bool
    at_station: Bool  # orders only with a station's help
    buyer_seq: I64
    buyer_day: I32  # it began to order, or -1: before the opening
    last_order_day: I32  # 0 also where a buyer of the opening has not ordered since
    aware: Bool
    trained: Bool
    skilled: Bool
    skill_seq: I64  # of what last moved its learning
    shops: I32  # own online shops of the households that the row stands for
    shop_plot: I32  # what they sell is grown on, or -1
    seller_seq: I64
    seller_day: I32
    cooperative: I32
    example: Bool  # recognised as a demonstration household
    earned_fen: I64  # from own shop, station and jobs in online trade since the start
    earned_seq: I64  # of the last of it, or of its opening
    traded_fen: Annotated[I64, Axes((4,))]  # (households, quarters), of each, from online sales, as in `running_year`
    job_fen: Annotated[I64, Axes((4,))]  # (households, quarters), of all of the row, from jobs in online trade
    earned_quarter: Annotated[U8, Axes((4,))]  # (households, quarters), the quarter that both sums are of
    examples: I32  # households of the row that were recognised
    earlier_earners: I32  # those that earned as much as an example before the programme
    jobs: I32  # jobs that the households of the row hold
    most_jobs: I32  # the most they ever held
    taught: I32  # times that registered poor households of the row came to training, at most their number
    served: I32  # of registered poor households, as many as ever sold through a station or cooperative in a lot


class Plots(Table):
    """One crop of one household."""

    household: I32
    crop: I32
    output_g: I64  # a year
    stock_g: I64
    channel: U8  # last used
    delivered_to: I32  # dealer that is the cooperative it last sold to; 0 too where it sold to none
    delivered_g: I64  # to it since the last patronage refund
    keeping_fen: I64  # that all households of the row owe for keeping it: feed, or room in a cold store


class Crops(Table):
    """One product of one county."""

    number: I64  # in the whole region: random draws hang on it
    county: I32
    product: U8
    form: U8  # at the farm gate
    farm_price_fen: I64  # at the opening, a kilogram raw
    online_price_fen: I64  # at the opening, a kilogram sold
    conversion: I32  # millionths, kilograms sold for each raw
    processing_fen: I64  # a kilogram raw, to sell it online
    feed_fen: I64  # a live kilogram and week
    shelf_days: I32  # at the farm gate
    cold: Bool  # keeps longer in a cold store
    net_margin: I32
    output_g: I64  # households', a year
    base_g: I64  # of firms' own bases, a year
    demand_g: I64  # a year at the opening, sold form
    season: Annotated[I32, Axes((52,))]  # (crops, 52), millionths of the year's output
    demand_season: Annotated[I32, Axes((52,))]  # (crops, 52), millionths of the year's online demand
    harvest_factor: I32  # millionths, weather of the season
    season_seq: I64  # of that weather
    stock_seq: I64  # of the last harvest
    precooled: I32  # millionths of it that were cooled down at once
    keeping_seq: I64  # of the last cost of keeping it
    price_fen: I64  # traders' price now
    traders: I32  # the dealer that is its traders
    orders_g: I64  # this week's online orders, sold form
    orders_price_fen: I64  # a kilogram sold
    orders_seq: I64
    shop_gain_fen: I64  # weekly gain of an own shop over the habit channel as its sellers see it, smoothed


class Cooperatives(Table):
    """Farmers' cooperatives."""

    number: I64  # in the whole region: random draws hang on it
    township: I32
    county: I32
    crop: I32
    member_share: I32  # millionths of what growers of its product in its township bring in
    capacity_g: I64  # raw, a week
    members: I32  # weighted
    alive: Bool
    seq: I64


class Dealers(Table):
    """Who deals in a product of a county: its stock and money, what it expects and offers, how it is thought of."""

    crop: I32
    kind: U8
    cooperative: I32  # or -1
    enterprise: I32  # or -1
    alive: Bool
    size: I32  # millionths of the attraction of all listings of the product at the opening
    stock_g: I64  # raw
    waiting_g: I64  # orders not yet filled, sold form
    forecast_g: I64  # a week's orders that it expects, season apart, sold form
    wanted_g: I64  # raw, smoothed: what it wants of growers a week
    offered_g: I64  # raw, smoothed: what they bring it
    bid: I32  # millionths of the traders' price, offered to growers above it
    packing_g: I64  # sold form a week
    processing_g: I64  # raw, brought into the form sold in a week; 0 of goods sold as they are
    room_g: I64  # raw, kept cold in rooms of its own
    crew_seconds: I32  # of work that those it employs do in an ordinary week
    reputation: I32  # millionths of orders filled, in time and without complaints beyond trend, smoothed
    grading: I32  # millionths of what it sent that were graded, smoothed, above those of lines on trend
    cash_fen: I64
    owed_fen: I64  # by the buyers of its offline channel
    marks: Annotated[Bool, Axes((3,))]  # (dealers, marks): certificate, regional brand, own brand
    floor_fen: I64  # promised to growers, a kilogram; 0: no contract
    offline_channel: I32  # that it supplies, or -1
    offline_g: I64  # raw, a year that the channel's buyers take
    lean_months: I32  # in a row with debts above all it has
    packed_g: I64  # sold form sent since its last account; so the next four
    sold_fen: I64  # paid by consumers
    bought_fen: I64  # paid to growers and traders
    poor_lots: I32  # weighted lots of registered poor households that it bought
    overtime_seconds: I64  # of packing since then, beyond its crew's ordinary weeks
    direct_g: Annotated[I64, Axes((4,))]  # (dealers, quarters), bought of growers, as in `running_year`
    refunded_fen: Annotated[I64, Axes((4,))]  # (dealers, quarters), of a cooperative to growers
    direct_quarter: Annotated[U8, Axes((4,))]  # (dealers, quarters), the quarter that both sums are of
    online_g: I64  # raw, sold online since its beginning
    bulk_g: I64  # raw, sold in bulk or by offline channels since then
    orders_seq: I64  # of the last orders
    seq: I64  # of its beginning, or its last trade


class Enterprises(Table):
    """Enterprises followed one by one."""

    county: I32
    kind: U8
    founder: U8
    founder_household: I32  # or -1: one that nobody follows
    alive: Bool
    yearly_fen: I64  # online sales a year at its present rate
    farm_fen: I64  # the year's sales, rolling
    other_fen: I64
    poor_households: I32
    cash_fen: I64  # of merchants of other goods; who sells farm products has a dealer's
    owed_fen: I64  # by platforms, likewise
    lean_months: I32  # in a row with debts above all it has, likewise
    recognised: Bool
    met_before: Bool  # an example's thresholds, before the programme: it can be no example
    lot: I32  # what its luck hangs on, alike in every arm
    founded_day: I32
    founded_seq: I64
    seq: I64  # of its last trade


class Brands(Table):
    """Regional public brands: one a county, then one a prefecture."""

    stock_fen: I64
    premium: I32  # millionths of the price
    registered: Bool
    ordered_g: I64  # online under its name since it last moved, sent or lost
    harmed_g: I64  # of it, lost or complained about
    seq: I64


class Stations(Table):
    """Village stations, in the order they were opened."""

    village: I32
    design: U8
    status: U8
    operator: I32
    poor_operator: Bool
    project: I32
    turn: I32  # keepers of the village who were asked before its own
    opened_day: I32
    smoothed_profit_fen: I64  # a month, after the operator's added hours
    lean_months: I32
    transactions: I32  # last month
    takings_fen: I64  # last month
    months: I32  # for which its keeper has kept it open
    settled_parcels: I64  # the village's `handed_parcels`, `sent_g` and `collected_fen` up to which it has settled
    settled_g: I64
    settled_fen: I64
    settled_seq: I64
    opened_seq: I64
    status_seq: I64  # of the last change of its status


class Operators(Table):
    """Logistics operators; a joint pool is one too."""

    number: I64  # in the whole region: random draws hang on it
    county: I32
    kind: U8
    share: I32  # millionths of the county's parcels
    vans: U8
    pool: I32  # the pool it joined, or -1
    seq: I64  # of its opening, of its coming, or of the pool's forming
    attraction: I32  # millionths: its share where all charge and serve as at the opening; 0: it is not in the county
    hub_fen: I64  # a week, smoothed: what parcels bear of its rounds from the hub
    hub_mparcels: I32  # thousandths of the parcels that these bring in a week, smoothed
    apart_fen: I32  # by how much a parcel on them was dearer than the county's mean at the opening
    charge_fen: I32  # a parcel, above what the opening's price of goods holds
    margin_fen: I32  # a parcel
    lean_weeks: I32  # for which the margin has been below nothing
    wait_minutes: I32  # of a parcel until its van goes, in the mean
    usual_wait_minutes: I32  # the same at the opening
    left_mparcels: I32  # thousandths of parcels that stay at home in a week for want of a van, each day anew, smoothed
    short_weeks: I32  # for which some have stayed
    idle_weeks: I32  # for which a van has stood all week
    added: I32  # vans beyond those of the opening
    settled_seq: I64  # of its last account


class Reaches(Table):
    """How often an operator delivers to a township and its villages; row = operator × townships + township."""

    township_days: U8
    village_days: U8
    waiting: I32  # parcels at the hub for the township at the end of the week
    waiting_days: I32  # summed over them, days they have waited
    goods_g: I64  # goods that wait in the township for the operator's van to the hub
    seq: I64  # of the last decision on it


class Facilities(Table):
    """What the programme built, in the order it was opened."""

    kind: U8
    level: U8
    county: I32
    prefecture: I32
    township: I32
    crop: I32
    capacity_g: I64
    project: I32
    mechanism: U8
    owner: I32  # dealer that runs it, or -1: the county or prefecture
    places: I32  # whom it has room for
    places_used: I32
    areas: U8  # of a service centre
    channels: U8  # whose buyers it brings
    running_fen: I64  # four weeks
    fees_fen: I64  # of its users since its last account
    unpaid_months: I32  # in a row
    until_day: I32
    in_service: Bool
    opened_day: I32
    seq: I64


class Assets(Table):
    """What earlier programmes built, which no plan may build again."""

    kind: U8  # of project that would build it
    county: I32  # or -1: of a whole prefecture
    prefecture: I32
    units: I32


class Buildings(Table):
    """Buildings of others that stood idle at the opening."""

    county: I32
    premises: U8
    private: Bool  # its owner asks for rent
    project: I32  # that it is fitted out for, or -1


class Projects(Table):
    """Projects of the plan."""

    kind: U8
    level: U8
    county: I32
    prefecture: I32
    township: I32
    crop: I32
    category: U8
    design: U8
    turn: I32  # the how-manieth of its kind there
    quantity: I32
    done: I32  # stations opened, attendances held
    untaken: I32  # stations that nobody took in the last round of offers
    central_fen: I64
    local_fen: I64
    social_fen: I64
    paid_fen: I64  # what came back is taken off
    paid_by_fen: Annotated[I64, Axes((3,))]  # (projects, funders), the same by whose money it is
    returned_fen: I64  # of its central money, the purse's again: for stations that nobody took
    reallocated: Bool  # out of money that so came back
    building: I32  # that stood idle and is fitted out for it, or -1
    rent_fen: I64  # a year, to the owner of that
    waged_fen: I64  # of what was paid, that of which wages have reached workers
    status: U8
    start_day: I32  # no contract before it
    package: I32  # tendered together with others of its number, or -1
    cooperative: I32  # that gets what is built, or -1
    enterprise: I32  # that gets it, or -1
    exclusive: Bool  # who gets it keeps it for itself alone
    kept: I32  # millionths of what it built that who has it keeps for itself
    uses: I64  # what it spends money on that the rule book forbids, as bits in the order of the book
    approved_day: I32
    filed_day: I32  # on which the plan that it is in reached the province
    voids: I32  # tenders that were void
    tender_day: I32  # of the last of them
    begins_day: I32  # of works, by their contract
    due_day: I32  # on which they are to be finished, by their contract
    ready_day: I32  # from which the contractor has done his part
    finished_day: I32
    weight: I32  # of the contract in its office, thousandths of a project of mean size
    desk: I32  # desk work of its office, thousandths of a project-week
    desk_left: I32
    half_done: Bool
    slips: I32  # times that works were set back: a contractor failed
    awarded_day: I32
    diverted_fen: I64  # of its money, not found yet
    diverted_seq: I64
    barred: Bool  # no more central money is paid for it
    held_rule: U8  # whose share its award, or a part of its claims, waits for: its place in the rule book, or 0
    held_fen: I64  # of what it claims of central money, not paid as that would break a share
    published: U8  # how far it has come as published: a status
    quality: I32
    price_factor: I32
    seq: I64  # of the last event of its life


class Sessions(Table):
    """Training sessions held."""

    county: I32
    group: U8
    project: I32
    line: I32  # of the training plan
    cost: I32  # millionths of a person-time of its contract that an attendance uses up
    persons: I32
    seq: I64


class Reviews(Table):
    """What each prefecture filed with the province: one row a prefecture."""

    number: I64  # in the whole region: random draws hang on it
    under_review: Bool
    breaches: I32  # projects of the plan under review that broke a limit
    due_day: I32  # on which the province decides
    returns: I32  # how often the plan under review was sent back
    filed_day: I32
    late: Bool  # a plan is made and has not reached the province yet; the next six are of it
    arrives_day: I32
    late_projects: I32
    late_fen: I64
    late_breaches: I32
    worth: I64
    bound: I64
    cleared_day: I32  # plans filed up to this day are approved; -1: none is
    seq: I64  # of the last event of its plan


class Accounts(Table):
    """The fund ledger: balance of each account and funder; layout in `state.ledger`."""

    balance_fen: Annotated[I64, Axes((3,))]  # (accounts, funders)
    recalled_fen: I64  # of central money, given back to the province
    seq: I64
