"""Every event names what brought it about: the causes that the rules allow, earlier than itself, back to a root."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecsim.audit.trace.lineage import Lineage
from ecsim.kernel.event import NO_CAUSE, Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.objects import Columns
from ecsim.rural.events import EVENTS
from ecsim.rural.events.codes import Channel, ExampleKind, ServiceCause
from ecsim.rural.events.funds import (
    ContractAwarded,
    ContractorFailed,
    DeskWorked,
    PaymentMade,
    ProjectApproved,
    TenderVoided,
    WorksFinished,
    WorksGivenUp,
    WorksHalfDone,
)
from ecsim.rural.events.goods import DealerListed, DealersAdjusted, DealersSettled, DealersTraded, OrdersFilled
from ecsim.rural.events.logistics import ParcelsDelivered
from ecsim.rural.events.market import EnterpriseFounded, EnterprisesTraded, ExampleRecognised, LotSold, WagesPaid
from ecsim.rural.events.opening import PlotsBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.events.quality import ServiceComplained
from ecsim.rural.events.stations import StationOffered, StationOpened, StationReopened
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.simulate import simulate
from ecsim.rural.state.ledger import PROVINCE
from eventful import eventful
from runs import scenario

DEALER = {
    "dealer_listed", "dealers_baselined", "dealers_traded", "crews_moved", "mark_taken", "mark_dropped",
    "growers_contracted", "offline_entered", "offline_left", "goods_supplied",
}  # fmt: skip
"""What a dealer began with, traded or decided last."""
UNDER_WAY = {"contract_awarded", "works_half_done", "contractor_failed"}
"""What works that are under way have come to last."""
WORKS = {*UNDER_WAY, "works_finished", "works_given_up", "offers_ended"}
FACILITY = {"facility_opened", "facility_settled"}
"""How a facility came into service, or its last account."""
OPERATOR = {"operators_baselined", "pool_formed", "operator_entered", "operator_left_pool"}
CAUSES = {
    "road_closed": {"storms_came"},
    "buyer_adopted": {"households_baselined", "station_opened", "buyer_lapsed"},
    "buyer_lapsed": {"households_baselined", "buyer_adopted"},
    "parcels_ordered": {"households_baselined", "buyer_adopted"},
    "selling_heard_of": {
        "counties_baselined", "marketing_done", "villages_baselined", "seller_started", "trainee_attended",
        "example_recognised",
    },
    "skill_gained": {"selling_heard_of", "trainee_attended"},
    "seller_started": {"households_baselined", "skill_gained", "trainee_attended", "works_finished"},
    "seller_lapsed": {"shops_baselined", "seller_started"},
    "crop_harvested": {"harvest_shocked"},
    "stock_spoiled": {"crop_harvested", "crops_baselined"},
    "orders_arrived": {"counties_baselined", "marketing_done", "brand_built", "brand_registered"},
    "bases_harvested": {"harvest_shocked"},
    "cold_room_let": {"crop_harvested", "crops_baselined"},
    "goods_precooled": {"crop_harvested", "crops_baselined"},
    "keeping_charged": {"crop_harvested", "crops_baselined", "cold_room_let", "goods_precooled"},
    "keeping_paid": {"keeping_charged"},
    "orders_filled": {"orders_arrived", "enterprise_closed", "cooperative_failed"},
    "goods_processed": {"orders_filled"},
    "goods_supplied": {"dealer_listed", "dealers_baselined", "orders_filled"},
    "dealers_traded": {"crop_harvested", "crops_baselined", "dealer_listed", "dealers_baselined", "orders_filled"},
    "crews_moved": DEALER,
    "dealers_adjusted": {"dealer_listed", "dealers_baselined", "orders_filled"},
    "dealers_settled": DEALER,
    "mark_taken": DEALER,
    "mark_dropped": DEALER,
    "growers_contracted": DEALER,
    "offline_entered": DEALER,
    "offline_left": DEALER,
    "profits_drawn": {*DEALER, "dealer_delisted"},
    "refunds_paid": DEALER,
    "cooperative_founded": {"counties_baselined"},
    "membership_moved": DEALER,
    "members_joined": {"cooperative_founded", "membership_moved"},
    "members_left": {"membership_moved"},
    "dealer_sizes_moved": {"enterprises_traded"},
    "dealer_listed": {"cooperative_founded", "enterprise_founded"},
    "dealer_delisted": {"cooperative_failed", "enterprise_closed"},
    "lot_sold": {
        "crop_harvested", "crops_baselined", "dealer_listed", "dealers_baselined", "orders_filled", "seller_started",
        "shops_baselined", "station_opened",
    },
    "farm_price_moved": {"harvest_shocked", "brand_built", "brand_registered"},
    "cooperatives_traded": {"orders_arrived", "crop_harvested"},
    "cooperative_failed": DEALER,
    "enterprises_traded": {"enterprises_baselined", "enterprise_founded"},
    "merchants_settled": {"enterprises_traded"},
    "enterprise_founded": {"counties_baselined", *FACILITY},
    "enterprise_closed": {"enterprises_traded", "enterprise_founded"},
    "retail_sold": {"counties_baselined", "orders_arrived"},
    "hours_worked": {
        "dealers_settled", "enterprises_traded", "parcels_delivered", "project_recalled", "contract_awarded",
        "works_half_done", "contractor_failed", "works_finished", "works_given_up", "offers_ended",
    },
    "jobs_filled": {"hours_worked"},
    "wages_paid": {"hours_worked"},
    "marketing_done": {"works_finished", *FACILITY},
    "visibility_faded": {"marketing_done"},
    "shop_gains_moved": {"orders_arrived"},
    "brand_built": {"works_finished"},
    "brands_moved": {"brand_built", "brand_registered"},
    "brand_registered": {"brand_built"},
    "goods_complained": {"orders_arrived"},
    "earlier_earners_noted": {"lot_sold", "refunds_paid", "wages_paid"},
    "earlier_enterprises_noted": {"enterprises_traded", "enterprise_founded"},
    "example_recognised": {"enterprises_traded", "lot_sold", "refunds_paid", "wages_paid"},
    "station_offered": {"works_finished"},
    "station_opened": {"station_offered"},
    "offers_ended": {"works_finished"},
    "stations_settled": {"station_opened"},
    "station_idled": {"stations_settled"},
    "station_reopened": {"station_idled"},
    "station_closed": {"stations_settled", "station_idled"},
    "pool_formed": {"works_finished"},
    "operator_joined_pool": {"pool_formed", "operators_settled"},
    "operator_left_pool": {"operators_settled"},
    "operator_left": {"operators_settled"},
    "operator_entered": {"operators_settled"},
    "operator_fleet_moved": {"operators_settled"},
    "tour_tender_awarded": {"operators_settled", "operator_entered"},
    "trade_carrier_set": {"operators_settled", *OPERATOR},
    "trade_carried": {"trade_carrier_set"},
    "village_carrier_set": {"operators_settled", "operators_baselined", "operator_entered", "operator_left_pool"},
    "township_lent": {"operators_settled", "pool_formed"},
    "lent_township_served": {"delivery_reach_set", *OPERATOR},
    "operator_shares_moved": {"operators_settled", "operator_entered", "pool_formed"},
    "operators_settled": {"delivery_costed", *OPERATOR},
    "delivery_reach_set": OPERATOR,
    "rounds_driven": {"delivery_reach_set", *OPERATOR},
    "parcels_delivered": {"delivery_reach_set", "villages_baselined", "station_opened"},
    "parcels_waiting": {"delivery_reach_set", *OPERATOR},
    "deliveries_counted": {"counties_baselined", "parcels_delivered"},
    "goods_sent": {"villages_baselined", "seller_started"},
    "goods_waiting": {"delivery_reach_set", *OPERATOR},
    "delivery_costed": {"rounds_driven", *OPERATOR},
    "tariff_moved": {"delivery_costed"},
    "payment_made": {
        "payment_made", "stations_settled", "project_approved", "project_recalled", *WORKS, "report_filed",
        "money_diverted", "diversion_found", "idle_money_found", "tranche_withheld", "facility_settled",
    },
    "access_kept": {"works_finished"},
    "project_approved": {"payment_made", "idle_money_found", "offers_ended"},
    "site_chosen": {"project_approved"},
    "use_declared": {"project_approved"},
    "plan_delayed": {"report_filed"},
    "plan_filed": {"project_approved", "project_withdrawn", "plan_delayed"},
    "plan_returned": {"plan_filed", "plan_returned"},
    "plan_cleared": {"plan_filed", "plan_returned"},
    "targets_reported": {"report_filed"},
    "false_report_found": {"targets_reported"},
    "county_evaluated": {"report_filed"},
    "idle_money_found": {"report_filed"},
    "project_withdrawn": {"idle_money_found"},
    "money_diverted": {"contract_awarded"},
    "diversion_found": {"money_diverted"},
    "tranche_withheld": {"county_evaluated"},
    "closing_breach_found": {"report_filed"},
    "payment_barred": {"closing_breach_found"},
    "award_over_limit": {"project_approved", "tender_voided"},
    "payment_over_limit": WORKS,
    "change_over_limit": {"payment_made", "idle_money_found"},
    "awarded_kept": UNDER_WAY | {"works_finished"},
    "project_refused": {"payment_made", "idle_money_found"},
    "tender_voided": {"project_approved"},
    "contract_awarded": {"project_approved", "tender_voided"},
    "works_slipped": {"contract_awarded", "works_slipped"},
    "desk_worked": UNDER_WAY,
    "works_half_done": UNDER_WAY,
    "contractor_failed": UNDER_WAY,
    "works_given_up": UNDER_WAY,
    "works_finished": UNDER_WAY,
    "project_recalled": {"project_approved", "tender_voided", "works_given_up"},
    "facility_opened": {"works_finished"},
    "facility_used": FACILITY,
    "facility_settled": FACILITY,
    "dividends_paid": FACILITY,
    "facility_closed": FACILITY,
    "mark_supported": FACILITY,
    "session_held": {"works_finished"},
    "trainee_attended": {"session_held"},
    "know_how_moved": {"session_held", "know_how_moved", "works_finished"},
    "information_published": {"project_approved", "tender_voided", "project_recalled", *WORKS},
    "service_complained": {"parcels_delivered", "station_idled", "station_closed"},
    "disclosure_complained": {
        "project_approved", "tender_voided", "project_recalled", *WORKS, "service_complained",
        "station_idled", "station_closed", "false_report_found",
    },
}  # fmt: skip
"""What may bring about an event, by the rules (docs/model.md 4); kinds that are missing here have no cause."""

NO_LONGER = {"cooperatives_traded", "works_slipped"}
"""Kinds that journals of earlier versions hold and no rule publishes."""
OF_PLAN_FILES = {"site_chosen", "change_over_limit", "awarded_kept", "use_declared"}
"""Kinds that only happen where a policy names a plan file; of changes that break a share, also where it only flags."""
OF_LENIENCE = {"access_kept"}
"""Kinds that only happen where a breach of the rules on central money is let through."""
OF_BORDERS = {"township_lent", "lent_township_served"}
"""Kinds that only happen where a policy lets joint pools cross county borders."""


@pytest.fixture(scope="module")
def reader() -> JournalReader:
    return JournalReader(eventful().folder, EVENTS)


@pytest.fixture(scope="module")
def lineage(reader: JournalReader) -> Lineage:
    return Lineage.of(reader)


def _kind_names(lineage: Lineage, seqs: np.ndarray) -> np.ndarray:
    return np.array([kind.kind for kind in lineage.kinds])[lineage.kind[seqs]]


def test_every_kind_happens_in_the_run_that_is_tested(lineage: Lineage) -> None:
    happened = {lineage.kinds[code].kind for code in np.unique(lineage.kind)}
    assert happened == {kind.kind for kind in EVENTS} - NO_LONGER - OF_PLAN_FILES - OF_LENIENCE - OF_BORDERS


def test_every_cause_is_earlier_and_only_roots_have_none(lineage: Lineage) -> None:
    assert (lineage.cause < np.arange(len(lineage.cause))).all()
    without = {lineage.kinds[code] for code in np.unique(lineage.kind[lineage.cause == NO_CAUSE])}
    assert without == {kind for kind in EVENTS if kind.no_cause_reason}


def test_events_are_brought_about_by_what_the_rules_allow(lineage: Lineage) -> None:
    found: dict[str, set[str]] = {}
    for kind, cause in lineage.edges(np.arange(len(lineage.cause))):
        found.setdefault(kind, set()).add(cause)
    assert {kind: causes - CAUSES.get(kind, set()) for kind, causes in found.items() if causes - CAUSES[kind]} == {}
    assert set(CAUSES) == {kind.kind for kind in EVENTS if not kind.no_cause_reason} | {"payment_made"}


def test_from_every_kind_causes_lead_back_to_a_root(lineage: Lineage) -> None:
    roots = [number for number, kind in enumerate(lineage.kinds) if kind.no_cause_reason]
    for code in np.unique(lineage.kind):
        mine = np.flatnonzero(lineage.kind == code)
        levels = lineage.levels(mine[[0, len(mine) // 2, -1]])
        ends = np.concatenate(levels)
        ends = ends[lineage.cause[ends] == NO_CAUSE]
        assert len(ends)
        assert np.isin(lineage.kind[ends], roots).all()


def _chain(lineage: Lineage, seq: int) -> list[str]:
    found = []
    while seq != NO_CAUSE:
        found.append(lineage.kinds[lineage.kind[seq]].kind)
        seq = int(lineage.cause[seq])
    return found


def test_training_leads_back_to_the_tranche_that_paid_for_it(lineage: Lineage, reader: JournalReader) -> None:
    attended = reader.kind(TraineeAttended)["seq"]
    for seq in attended[:: len(attended) // 40]:
        chain = [
            kind
            for kind in _chain(lineage, int(seq))
            if kind not in ("works_half_done", "contractor_failed", "tender_voided")
        ]
        built = ["works_finished", "contract_awarded", "project_approved"]
        assert chain[:5] == ["trainee_attended", "session_held", *built]
        # the tranche, or money that had gone to stations which nobody took and was placed anew
        assert chain[5:] in (["payment_made"], ["offers_ended", *built, "payment_made"])
    payments = reader.kind(PaymentMade)
    first = payments["cause"] == NO_CAUSE
    assert (payments["payer"][first] == PROVINCE).all()
    assert (payments["project"][first] == -1).all()


def test_a_sale_leads_back_to_who_opened_the_shop_or_ordered_of_the_buyer_or_to_the_harvest(
    lineage: Lineage, reader: JournalReader
) -> None:
    lots = reader.kind(LotSold)
    in_shop = lots["cause"][lots["channel"] == Channel.OWN_SHOP]
    assert set(_kind_names(lineage, in_shop)) == {"shops_baselined", "seller_started"}
    to_traders = lots["cause"][lots["channel"] == Channel.TRADER]
    assert set(_kind_names(lineage, to_traders)) == {"crop_harvested", "crops_baselined"}
    to_firms = lots["cause"][lots["channel"] == Channel.FIRM]
    assert (_kind_names(lineage, to_firms) == "orders_filled").mean() > 0.9
    assert _chain(lineage, int(lots["seq"][lots["channel"] == Channel.FIRM][-1]))[:3] == [
        "lot_sold", "orders_filled", "orders_arrived",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_sale_at_a_station_leads_back_to_the_works_that_made_it_possible(tmp_path: Path) -> None:
    simulate(scenario(), 1, out=tmp_path / "run")
    lineage, lots = Lineage.of(reader := JournalReader(tmp_path / "run", EVENTS)), reader.kind(LotSold)
    at_station = lots["seq"][lots["channel"] == Channel.STATION]
    assert {tuple(_chain(lineage, int(seq))[:4]) for seq in at_station} == {
        ("lot_sold", "station_opened", "station_offered", "works_finished")
    }


def _causes_of(reader: JournalReader, kind: type[Event], cause: type[Event]) -> tuple[Columns, Columns]:
    """Return the rows of a kind that rows of another brought about, and those, row by row."""
    rows, causes = reader.kind(kind), reader.kind(cause)
    mine = np.isin(rows["cause"], causes["seq"])
    assert mine.any()
    rows = {name: values[mine] for name, values in rows.items()}
    return rows, {name: values[np.searchsorted(causes["seq"], rows["cause"])] for name, values in causes.items()}


@pytest.mark.parametrize(
    ("kind", "cause", "column"),
    [
        (ContractAwarded, ProjectApproved, "project"),
        (ContractAwarded, TenderVoided, "project"),
        (DeskWorked, ContractAwarded, "project"),
        (DeskWorked, WorksHalfDone, "project"),
        (WorksHalfDone, ContractAwarded, "project"),
        (WorksHalfDone, ContractorFailed, "project"),
        (WorksFinished, WorksHalfDone, "project"),
        (WorksGivenUp, WorksHalfDone, "project"),
        (PaymentMade, ContractAwarded, "project"),
        (PaymentMade, WorksHalfDone, "project"),
        (PaymentMade, WorksFinished, "project"),
        (SessionHeld, WorksFinished, "project"),
        (TraineeAttended, SessionHeld, "session"),
        (StationOffered, WorksFinished, "project"),
        (StationOpened, StationOffered, "village"),
        (StationOpened, StationOffered, "project"),
        (DealersAdjusted, OrdersFilled, "dealer"),
        (DealersSettled, DealersTraded, "dealer"),
        (DealersTraded, OrdersFilled, "dealer"),
        (DealerListed, EnterpriseFounded, "enterprise"),
        (LotSold, OrdersFilled, "dealer"),
        (ExampleRecognised, EnterprisesTraded, "enterprise"),
        (ExampleRecognised, WagesPaid, "household"),
    ],
)
def test_cause_and_effect_are_of_the_same(
    kind: type[Event], cause: type[Event], column: str, reader: JournalReader
) -> None:
    rows, causes = _causes_of(reader, kind, cause)
    assert (rows[column] == causes[column]).all()


def test_a_demonstration_household_is_recognised_for_its_own_last_earning(reader: JournalReader) -> None:
    rows, lots = _causes_of(reader, ExampleRecognised, LotSold)
    assert (rows["example"] == ExampleKind.DEMONSTRATION_HOUSEHOLD).all()
    assert np.isin(lots["channel"], (Channel.COOPERATIVE, Channel.STATION, Channel.OWN_SHOP)).all()
    assert (reader.kind(PlotsBaselined)["household"][lots["plot"]] == rows["household"]).all()


def test_a_complaint_about_late_parcels_names_a_late_delivery_in_its_county(reader: JournalReader) -> None:
    rows, deliveries = _causes_of(reader, ServiceComplained, ParcelsDelivered)
    late = rows["cause_code"] == ServiceCause.LATE_PARCEL
    assert late.any()
    assert (deliveries["late"][late] > 0).all()
    township = reader.kind(VillagesBaselined)["township"][deliveries["village"]]
    assert (reader.kind(TownshipsBaselined)["county"][township] == rows["county"]).all()


def test_a_station_comes_back_after_it_idled_itself(lineage: Lineage, reader: JournalReader) -> None:
    back = reader.kind(StationReopened)
    assert len(back["seq"])
    assert set(_kind_names(lineage, back["cause"])) == {"station_idled"}
