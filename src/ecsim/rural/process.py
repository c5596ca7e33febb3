"""The programme as a process: which events and objects an object-centric log of a run holds, and how they belong.

Events are decisions (payments, projects, contracts, stations), what a household decides or learns, service (a week's
parcels of a village, a month of a station, a training session), and a week of who deals in a farm product. Everything
here is SQL over the views of `ecsim.kernel.sql.SqlSession`; a source has ``seq`` and ``day``, and ``county`` and
``prefecture`` where it has a place.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecsim.kernel.journal import JournalReader
from ecsim.kernel.sql.process import Activity, ObjectType
from ecsim.rural.regions import county_row, pack_of
from ecsim.rural.state.ledger import OUTSIDE, PROVINCE, SUPPLIERS, prefecture_account

_COUNTY = ("county", "county", "in")
_PROJECT = ("project", "project", "of")
_DEALER = ("dealer", "dealer", "of")
_PURSES = (
    "(SELECT a.project, t.payee AS purse FROM project_approved a JOIN payment_made t ON t.seq = a.cause) "
    "USING (project)"
)
_SHARED = f"NULL::INTEGER AS county, (prefecture + {prefecture_account(0)})::INTEGER AS purse"
"""Of a whole prefecture, and its account."""
_PURSE = ("fund", "purse", "of")
_FROM_PURSES = f"payer NOT IN ({SUPPLIERS}, {OUTSIDE}) AND payee > {OUTSIDE}"
_BUILT = "(SELECT seq AS cause, project FROM works_finished) USING (cause)"
_BATCHES = "(SELECT seq, day, household, parcels * weight AS parcels, village FROM parcels_ordered_named)"
"""Orders under the village they are made in."""
_BATCH = "village || '/' || day"

ACTIVITIES: tuple[Activity, ...] = (
    Activity(
        "tranche_paid",
        "SELECT p.* REPLACE (a.county AS county, a.prefecture AS prefecture) FROM payment_made_named p "
        f"JOIN accounts a ON a.account = p.payee WHERE project < 0 AND category_name = 'other' AND {_FROM_PURSES}",
        ("paid_fen", "funder_name"),
        (("fund", "payer", "payer"), ("fund", "payee", "payee")),
    ),
    Activity(
        "money_returned",
        "SELECT p.* REPLACE (a.county AS county, a.prefecture AS prefecture) FROM payment_made_named p "
        f"JOIN accounts a ON a.account = greatest(p.payer, p.payee) WHERE project < 0 AND category_name = 'other' "
        f"AND (payee = {PROVINCE} OR payer = {OUTSIDE} AND payee > {OUTSIDE})",
        ("paid_fen", "funder_name"),
        (("fund", "payer", "payer"), ("fund", "payee", "payee")),
    ),
    Activity(
        "project_recalled",
        f"SELECT * FROM project_recalled_named LEFT JOIN {_PURSES}",
        ("central_fen",),
        (_PROJECT, ("fund", "purse", "taken from"), _COUNTY),
    ),
    Activity(
        "running_grants_paid",
        "SELECT p.* REPLACE (a.county AS county, a.prefecture AS prefecture) FROM payment_made_named p "
        "JOIN accounts a ON a.account = p.payer WHERE project < 0 AND category_name = 'stations'",
        ("paid_fen", "funder_name"),
        (("fund", "payer", "payer"), ("fund", "payee", "payee")),
    ),
    Activity(
        "project_approved",
        f"SELECT * FROM project_approved_named LEFT JOIN {_PURSES}",
        ("project_kind_name", "level_name", "category_name", "quantity", "central_fen", "local_fen", "social_fen"),
        (_PROJECT, ("fund", "purse", "paid from"), _COUNTY),
    ),
    Activity(
        "project_refused",
        "SELECT r.*, t.payee AS purse FROM project_refused_named r LEFT JOIN payment_made t ON t.seq = r.cause",
        ("project_kind_name", "rule_name", "central_fen", "over_fen"),
        (("fund", "purse", "paid from"), _COUNTY),
    ),
    Activity(
        "contract_awarded",
        f"SELECT * FROM contract_awarded_named LEFT JOIN {_PURSES}",
        ("bidders", "price_factor", "quality", "due_day"),
        (_PROJECT, ("fund", "purse", "paid from"), _COUNTY),
    ),
    Activity(
        "project_paid",
        "SELECT * FROM payment_made_named WHERE project >= 0",
        ("paid_fen", "funder_name", "category_name"),
        (_PROJECT, ("fund", "payer", "payer"), ("fund", "payee", "payee")),
    ),
    Activity("tender_voided", "FROM tender_voided_named", ("bidders",), (_PROJECT, _COUNTY)),
    Activity("works_half_done", "FROM works_half_done_named", (), (_PROJECT, _COUNTY)),
    Activity("contractor_failed", "FROM contractor_failed_named", ("ready_day",), (_PROJECT, _COUNTY)),
    Activity("works_given_up", "FROM works_given_up_named", (), (_PROJECT, _COUNTY)),
    Activity(
        "works_finished",
        f"SELECT * FROM works_finished_named LEFT JOIN {_PURSES}",
        (),
        (_PROJECT, ("fund", "purse", "paid from"), _COUNTY),
    ),
    Activity(
        "facility_opened",
        "FROM facility_opened_named",
        ("facility_kind_name", "level_name", "capacity_g"),
        (("project", "project", "built by"), _COUNTY),
    ),
    Activity(
        "brand_built",
        f"SELECT * FROM brand_built_named LEFT JOIN {_BUILT}",
        ("brand_name", "spent_fen"),
        (("project", "project", "built by"), _COUNTY),
    ),
    Activity(
        "marketing_done",
        f"SELECT * FROM marketing_done_named LEFT JOIN {_BUILT}",
        ("visibility",),
        (_PROJECT, _COUNTY),
    ),
    Activity(
        "pool_formed",
        f"SELECT * FROM pool_formed_named LEFT JOIN {_BUILT}",
        (),
        (("project", "project", "built by"), _COUNTY),
    ),
    Activity(
        "station_offered",
        "FROM station_offered_named",
        ("village_name", "design_name_en", "accepted"),
        (_PROJECT, _COUNTY),
    ),
    Activity(
        "offers_ended",
        f"SELECT * FROM offers_ended_named LEFT JOIN {_PURSES}",
        ("untaken", "returned_fen"),
        (_PROJECT, ("fund", "purse", "given back to"), _COUNTY),
    ),
    Activity(
        "station_opened",
        "FROM station_opened_named",
        ("village_name", "design_name_en", "poor_operator"),
        (
            ("station", "station", "of"),
            ("project", "project", "built by"),
            ("household", "operator", "run by"),
            _COUNTY,
        ),
    ),
    Activity(
        "stations_settled",
        "FROM stations_settled_named",
        ("parcels_in", "parcels_out", "takings_fen", "grant_fen", "costs_fen", "labour_fen", "transactions"),
        (("station", "station", "of"),),
    ),
    *(
        Activity(kind, f"FROM {kind}_named", attributes, (("station", "station", "of"), _COUNTY))
        for kind, attributes in (("station_idled", ()), ("station_reopened", ()), ("station_closed", ("reason_name",)))
    ),
    Activity(
        "session_held",
        "FROM session_held_named",
        ("group_name", "mode_name", "seats"),
        (_PROJECT, _COUNTY),
    ),
    Activity(
        "trainee_attended",
        "FROM trainee_attended_named",
        ("persons", "answered", "satisfied", "poor"),
        (("household", "household", "who came"), _PROJECT),
    ),
    *(
        Activity(kind, f"FROM {kind}_named", attributes, (("household", "household", "who"),))
        for kind, attributes in (
            ("buyer_adopted", ("at_station",)),
            ("buyer_lapsed", ()),
            ("selling_heard_of", ("way_name",)),
            ("skill_gained", ()),
            ("seller_started", ("expected_fen",)),
            ("seller_lapsed", ()),
        )
    ),
    Activity(
        "dealer_listed",
        "FROM dealer_listed_named",
        ("product_name_en", "dealer_kind_name", "cash_fen", "forecast_g"),
        (_DEALER, _COUNTY),
    ),
    Activity(
        "orders_filled",
        "FROM orders_filled_named",
        ("product_name_en", "ordered_g", "filled_g", "lost_g", "waiting_g", "paid_fen"),
        (_DEALER,),
    ),
    Activity(
        "dealers_traded",
        "FROM dealers_traded_named",
        ("product_name_en", "bought_g", "paid_fen", "passed_g", "passed_fen", "bulk_g", "bulk_fen", "spoilt_g"),
        (_DEALER,),
    ),
    Activity("dealer_delisted", "FROM dealer_delisted_named", ("stock_g", "passed_fen"), (_DEALER, _COUNTY)),
    Activity(
        "example_recognised",
        "FROM example_recognised_named",
        ("example_name", "weight", "yearly_fen"),
        (("household", "household", "who"), _COUNTY),
    ),
    Activity(
        "parcels_ordered",
        "SELECT min(seq) AS seq, day, sum(parcels)::BIGINT AS parcels, count(*) AS households, "
        f"{_BATCH} AS batch, any_value(v.county) AS county, any_value(v.prefecture) AS prefecture "
        f"FROM {_BATCHES} JOIN villages v USING (village) GROUP BY village, day",
        ("parcels", "households"),
        (("parcel_batch", "batch", "of"),),
    ),
    Activity(
        "parcels_delivered",
        f"SELECT *, {_BATCH} AS batch FROM parcels_delivered_named "
        "LEFT JOIN (SELECT seq AS cause, station FROM station_opened) USING (cause)",
        ("to_station", "parcels", "late", "delay_hours"),
        (("parcel_batch", "batch", "of"), ("station", "station", "handed over at")),
    ),
    Activity(
        "service_complained",
        "FROM service_complained_named",
        ("cause_code_name", "complaints"),
        (_COUNTY, ("station", "station", "about")),
    ),
    Activity(
        "disclosure_complained",
        "FROM disclosure_complained_named",
        ("cause_code_name", "complaints"),
        (_COUNTY, ("project", "project", "about")),
    ),
    Activity(
        "report_filed", "FROM report_filed_named", ("report_name", "reported", "verified", "late_days"), (_COUNTY,)
    ),
    Activity(
        "plan_delayed",
        f"SELECT *, {_SHARED} FROM plan_delayed_named",
        ("projects", "central_fen", "breaches", "arrives_day"),
        (_PURSE,),
    ),
    Activity(
        "plan_filed",
        f"SELECT *, {_SHARED} FROM plan_filed_named",
        ("change", "projects", "central_fen", "breaches", "worth", "bound"),
        (_PURSE,),
    ),
    Activity("plan_returned", f"SELECT *, {_SHARED} FROM plan_returned_named", ("breaches", "due_day"), (_PURSE,)),
    Activity("plan_cleared", f"SELECT *, {_SHARED} FROM plan_cleared_named", (), (_PURSE,)),
    Activity(
        "false_report_found",
        "FROM false_report_found_named",
        ("report_name", "record_name", "reported", "verified"),
        (_COUNTY,),
    ),
    Activity(
        "county_evaluated",
        "FROM county_evaluated_named",
        ("report_name", "score", "deducted", "met", "verdict_name"),
        (_COUNTY,),
    ),
    Activity("idle_money_found", "FROM idle_money_found_named", ("idle_fen", "act_name"), (_COUNTY,)),
    Activity("project_withdrawn", "FROM project_withdrawn_named", (), (_PROJECT, _COUNTY)),
    Activity("money_diverted", "FROM money_diverted_named", ("diverted_fen", "quality"), (_PROJECT, _COUNTY)),
    Activity(
        "closing_breach_found",
        "FROM closing_breach_found_named",
        ("rule_name", "counted_fen", "paid_fen", "over_fen", "let_through"),
        (_COUNTY,),
    ),
    Activity("payment_barred", "FROM payment_barred_named", (), (_PROJECT, _COUNTY)),
    Activity(
        "award_over_limit",
        "FROM award_over_limit_named",
        ("rule_name", "price_fen", "over_fen", "let_through"),
        (_PROJECT, _COUNTY),
    ),
    Activity(
        "payment_over_limit",
        "FROM payment_over_limit_named",
        ("rule_name", "over_fen", "let_through"),
        (_PROJECT, _COUNTY),
    ),
    Activity(
        "change_over_limit",
        f"SELECT *, {_SHARED} FROM change_over_limit_named",
        ("rule_name", "projects", "central_fen", "over_fen", "let_through"),
        (_PURSE,),
    ),
    Activity("awarded_kept", "FROM awarded_kept_named", ("central_fen",), (_PROJECT, _COUNTY)),
    Activity("diversion_found", "FROM diversion_found_named", ("diverted_fen", "returned_fen"), (_PROJECT, _COUNTY)),
)

FURTHER = (
    (
        "project", "pays for",
        "SELECT cause AS seq, project AS number, county, prefecture FROM project_approved WHERE cause >= 0",
    ),
    (
        "household", "ordered by",
        "SELECT min(seq) OVER (PARTITION BY village, day) AS seq, household AS number, v.county, v.prefecture "
        f"FROM {_BATCHES} JOIN villages v USING (village)",
    ),
)  # fmt: skip
"""Objects of events that have several of a type, tranches and orders: object type, qualifier, SQL."""

OBJECT_TYPES: tuple[ObjectType, ...] = (
    ObjectType(
        "fund",
        "SELECT account AS number, account_name AS name, account_name_en AS name_en FROM accounts",
        ("name", "name_en"),
    ),
    ObjectType(
        "project",
        "SELECT project AS number, *, NULL::VARCHAR AS status FROM projects",
        ("project_kind_name", "level_name", "category_name", "county_name", "prefecture_name", "quantity", "status"),
    ),
    ObjectType(
        "station",
        "SELECT station AS number, *, NULL::VARCHAR AS status FROM stations",
        ("village_name", "poor_village", "design_name_en", "county_name", "status"),
    ),
    ObjectType(
        "household",
        "SELECT household AS number, * FROM households",
        ("weight", "poor", "persons", "age_class", "schooling_years", "village_name", "county_name"),
    ),
    ObjectType(
        "dealer",
        "SELECT dealer AS number, * FROM dealers",
        ("dealer_name", "dealer_name_en", "dealer_kind_name", "product_name_en", "county_name"),
    ),
    ObjectType(
        "parcel_batch",
        f"SELECT DISTINCT {_BATCH} AS number, village_name, county_name, strftime(date, '%Y-%m-%d') AS week FROM "
        f"(SELECT village, day FROM {_BATCHES} UNION ALL SELECT village, day FROM parcels_delivered) "
        "JOIN villages USING (village) JOIN weeks USING (day)",
        ("village_name", "county_name", "week"),
    ),
    ObjectType(
        "county",
        "SELECT county AS number, * FROM counties",
        ("county_name", "county_name_en", "prefecture_name"),
    ),
)

LINKS: tuple[tuple[str, str, str, str], ...] = (
    ("project", "fund", "paid from", f"SELECT project, purse FROM project_approved JOIN {_PURSES}"),
    ("project", "county", "in", "SELECT project, county FROM project_approved WHERE county >= 0"),
    ("station", "project", "built by", "SELECT station, project FROM station_opened"),
    ("station", "household", "run by", "SELECT station, operator FROM station_opened WHERE operator >= 0"),
    ("station", "county", "in", "SELECT station, county FROM stations"),
    ("household", "county", "lives in", "SELECT household, county FROM households"),
    (
        "household", "dealer", "sold to",
        "SELECT DISTINCT household, dealer FROM lot_sold_named WHERE channel_name IN ('cooperative', 'firm')",
    ),
    ("dealer", "county", "in", "SELECT dealer, county FROM dealers"),
    (
        "parcel_batch", "station", "handed over at",
        f"SELECT {_BATCH}, station FROM parcels_delivered JOIN (SELECT seq AS cause, station FROM station_opened) "
        "USING (cause)",
    ),
    ("fund", "county", "of", "SELECT account, county FROM accounts WHERE county IS NOT NULL"),
)  # fmt: skip
"""What belongs to what: source type, target type, qualifier, SQL of pairs of numbers."""

CHANGES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "project", "status",
        (
            ("project_approved", "approved"), ("contract_awarded", "contracted"), ("works_finished", "finished"),
            ("works_given_up", "given up"), ("project_recalled", "recalled"),
        ),
    ),
    (
        "station", "status",
        (
            ("station_opened", "open"), ("station_idled", "idle"), ("station_reopened", "open"),
            ("station_closed", "closed"),
        ),
    ),
)  # fmt: skip
"""Attributes that change: object type, attribute, and its value after each kind of event."""


@dataclass(frozen=True)
class RuralProcess:
    """The programme as a process."""

    activities: tuple[Activity, ...] = ACTIVITIES
    further: tuple[tuple[str, str, str], ...] = FURTHER
    links: tuple[tuple[str, str, str, str], ...] = LINKS
    object_types: tuple[ObjectType, ...] = OBJECT_TYPES
    changes: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = CHANGES

    def scope(self, reader: JournalReader, place: str | None) -> str:
        """Return the condition that events of a county, and of what its prefecture shares, meet."""
        if place is None:
            return "true"
        pack = pack_of(reader.genesis["scenario"])
        row = county_row(pack, place)
        return f"(county = {row} OR (coalesce(county, -1) < 0 AND prefecture = {pack.counties[row].prefecture}))"


PROCESS = RuralProcess()
