"""What the programme built, trained and recognised, whom it employed, and the complaints (docs/model.md 7)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ecsim.rural.events.codes import (
    Category,
    Channel,
    DisclosureCause,
    ExampleKind,
    Founder,
    Level,
    ProjectKind,
    ServiceCause,
)
from ecsim.rural.events.funds import PaymentMade
from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed, SellerLapsed, SellerStarted
from ecsim.rural.events.market import BrandRegistered, EnterpriseFounded, ExampleRecognised, JobsFilled, LotSold
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.events.quality import DisclosureComplained, ServiceComplained
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.indicators import FIGURES
from figures import Happened
from tiny import LIVELY, facility, lively_run, made

DAY = 400


@pytest.mark.parametrize(
    ("kind", "name"),
    [(ProjectKind.SERVICE_CENTRE, "service_centres"), (ProjectKind.DISTRIBUTION_CENTRE, "distribution_centres")],
)
def test_centres_of_counties_count_from_their_day_on(kind: ProjectKind, name: str) -> None:
    seen = Happened().on(DAY, facility(kind, county=[1], township=[-1]))
    seen.on(DAY, facility(ProjectKind.COLD_STORE, county=[0], township=[-1]))
    seen.on(DAY, facility(kind, county=[-1], level=[Level.PREFECTURE], township=[-1]))
    assert seen.value(name, DAY) == [0.0, 1.0]
    assert seen.value(name, DAY - 7) == [0.0, 0.0]


def test_examples_count_by_those_they_stand_for() -> None:
    firm, household = ExampleKind.DEMONSTRATION_ENTERPRISE, ExampleKind.DEMONSTRATION_HOUSEHOLD
    recognised = made(
        ExampleRecognised, county=[0, 0, 1], example=[firm, household, household], enterprise=[0, -1, -1],
        household=[-1, 4, 8], weight=[1, 5, 7],
    )  # fmt: skip
    seen = Happened().on(DAY, recognised)
    assert seen.value("demo_enterprises", DAY) == [1.0, 0.0]
    assert seen.value("demo_poor_households", DAY) == [5.0, 7.0]


def test_a_brand_counts_in_every_county_of_its_prefecture() -> None:
    assert Happened().on(DAY, BrandRegistered(brand=[2], users=[3])).value("regional_brands", DAY) == [1.0, 1.0]
    assert Happened().on(DAY, BrandRegistered(brand=[0], users=[3])).value("regional_brands", DAY) == [1.0, 1.0]


def test_training_worked_by_hand() -> None:
    # County 0: 30 and 20 persons, 24 and 16 of them answered, 20 and 16 are satisfied: 50 persons, 36 of 40.
    seen = Happened()
    seen.on(DAY, made(SessionHeld, session=[0, 1, 2], county=[0, 0, 1], village=[-1] * 3))
    came = made(
        TraineeAttended, session=[0, 1, 2], household=[-1, 4, -1], persons=[30, 20, 7], answered=[24, 16, 0],
        satisfied=[20, 16, 0], poor=[False, True, False],
    )  # fmt: skip
    seen.on(DAY, came)
    assert seen.value("trained", DAY) == [50.0, 7.0]
    satisfied = seen.value("trainee_satisfaction", DAY)
    assert satisfied[0] == pytest.approx(0.9)
    assert np.isnan(satisfied[1])  # nobody answered


def test_employment_counts_founders_and_new_jobs_of_the_groups_of_the_notice() -> None:
    # Founders: a young woman and a graduate count, one of no group and one only poor do not. Jobs: 3 of 4 for women are
    # taken up for the first time and count, 5 of no group do not; 2 that ended are not taken off.
    seen = Happened()
    founders = [Founder.WOMAN | Founder.YOUNG, Founder.GRADUATE, 0, Founder.REGISTERED_POOR]
    seen.on(DAY, made(EnterpriseFounded, enterprise=[3, 4, 5, 6], county=[0] * 4, founder=[int(f) for f in founders]))
    groups = [int(Founder.WOMAN), 0, int(Founder.YOUNG)]
    seen.on(DAY, made(JobsFilled, county=[0] * 3, group=groups, jobs=[4, 5, -2], first_jobs=[3, 5, 0]))
    assert seen.value("employment", DAY) == [5.0, 0.0]


def test_complaints_of_the_two_streams_never_add_up() -> None:
    seen = Happened()
    seen.on(
        DAY, made(ServiceComplained, county=[0], cause_code=[ServiceCause.LATE_PARCEL], complaints=[9], station=[-1])
    )
    seen.on(
        DAY,
        made(DisclosureComplained, county=[0], cause_code=[DisclosureCause.IDLE_ASSET], complaints=[4], project=[-1]),
    )
    assert seen.value("complaints", DAY) == [4.0, 0.0]
    assert seen.outcome("service_complaints") == [9.0, 0.0]


def test_buyers_and_sellers_as_shares_of_all_households_worked_by_hand() -> None:
    # Of county 0's eight households 4 and 5 buy at the opening; 6 and 7 begin and 4 stops: 3/8. Of county 1's four 10
    # buys. Household 7 opens a shop and 3, which had one, gives it up: 1/8.
    seen = Happened({HouseholdsBaselined: {"seller": {3: True}}})
    assert seen.value("trained", 0) == [0.0, 0.0]
    seen.on(DAY, BuyerAdopted(household=[6, 7], at_station=[False, True])).on(DAY + 7, BuyerLapsed(household=[4]))
    seen.on(DAY, made(SellerStarted, household=[7])).on(DAY + 7, SellerLapsed(household=[3], shops=[0]))
    assert seen.outcome("buyers_share") == [3 / 8, 1 / 4]
    assert seen.outcome("sellers_share") == [1 / 8, 0.0]


def test_a_household_of_the_register_is_served_once_by_training_or_by_selling_through_others() -> None:
    # Household 4 sells walnuts (plot 1) through a station, and is trained; 5 is trained twice; 3 is not on the
    # register; an own shop and the trader serve nobody. Household 4 stands for three.
    seen = Happened({HouseholdsBaselined: {"weight": {4: 3}}})
    seen.on(DAY, made(LotSold, plot=[0, 1], channel=[Channel.COOPERATIVE, Channel.OWN_SHOP]))
    assert seen.outcome("poor_households_served") == [0.0, 0.0]
    seen.on(DAY, made(LotSold, plot=[1], channel=[Channel.STATION]))
    assert seen.outcome("poor_households_served") == [3.0, 0.0]
    seen.on(DAY, made(SessionHeld, session=[0], village=[-1]))
    for when in (DAY, DAY + 7):
        seen.on(when, made(TraineeAttended, session=[0, 0, 0], household=[4, 5, -1], persons=[1] * 3))
    assert seen.outcome("poor_households_served") == [4.0, 0.0]


def test_of_a_row_those_are_served_that_came_or_sold_the_others_are_not() -> None:
    # Household 4 stands for ten. Two sell, then four of them, the same ones again, then three: four. Five come to a
    # training: of the six that did not sell three are expected among them: 7. Five others come: all ten.
    seen = Happened({HouseholdsBaselined: {"weight": {4: 10}}})
    for week, sellers in enumerate((2, 4, 4, 3)):
        seen.on(DAY + 7 * week, made(LotSold, plot=[1], channel=[Channel.COOPERATIVE], sellers=[sellers]))
    assert seen.outcome("poor_households_served") == [4.0, 0.0]
    seen.on(DAY + 28, made(SessionHeld, session=[0], village=[-1]))
    seen.on(DAY + 28, made(TraineeAttended, session=[0], household=[4], persons=[5]))
    assert seen.outcome("poor_households_served") == [7.0, 0.0]
    seen.on(DAY + 35, made(TraineeAttended, session=[0], household=[4], persons=[5]))
    assert seen.outcome("poor_households_served") == [10.0, 0.0]


def test_spending_is_what_projects_were_paid_by_head() -> None:
    seen = Happened()
    paid = made(
        PaymentMade, category=[Category.TRAINING, Category.TRAINING, Category.STATIONS], project=[3, -1, 4],
        paid_fen=[10_000, 500, 70_000], payer=[4, 4, 4], payee=[1, 1, 1],
    )  # fmt: skip
    spending = seen.on(DAY, paid).card.spending_yuan()
    assert {head: yuan for head, yuan in spending.items() if yuan} == {"training": 100.0, "stations": 700.0}


def test_nothing_happens_and_nothing_is_met_but_few_complaints() -> None:
    seen, date = Happened(), dt.date(2019, 12, 31)
    met = {name: list(verdict) for name, verdict in seen.card.met(date).items()}
    assert met.pop("complaints") == [1.0, 1.0]
    for name in ("retail_growth", "farm_growth", "trainee_satisfaction"):
        assert np.isnan(met.pop(name)).all()  # no figure
    assert set(map(tuple, met.values())) == {(0.0, 0.0)}
    assert seen.card.values(date).keys() == FIGURES.keys()


def test_a_board_sees_the_same_in_batches_and_row_by_row() -> None:
    _, events = lively_run()
    whole, rows = Happened(LIVELY).all(events.batches), Happened(LIVELY).all(events.batches, row_by_row=True)
    for date in (dt.date(2019, 3, 31), dt.date(2019, 12, 31)):
        for name, values in whole.card.values(date).items():
            np.testing.assert_allclose(values, rows.card.values(date)[name], err_msg=name)
    for name, values in whole.card.outcomes().items():
        np.testing.assert_allclose(values, rows.card.outcomes()[name], err_msg=name)


def test_counts_of_a_run_are_those_of_its_last_state() -> None:
    region, events = lively_run()
    seen, s = Happened(LIVELY).all(events.batches), region.world.state
    h = s.households
    for name, count in (("buyers_share", h.buyer * h.weight), ("sellers_share", h.shops)):
        assert seen.outcome(name) == pytest.approx(list(np.bincount(h.county, count) / (8, 4)))
    assert seen.outcome("service_complaints") == s.counties.service_complaints.tolist()
    last = 7 * 117 - 1
    assert seen.value("complaints", last) == s.counties.disclosure_complaints.tolist()
    assert seen.value("demo_enterprises", last) == s.counties.example_enterprises.tolist()
    assert seen.value("demo_poor_households", last) == s.counties.example_households.tolist()
    assert seen.value("service_centres", last) == (s.counties.centre >= 0).astype(float).tolist()
    sessions = s.count("sessions")
    persons = np.bincount(s.sessions.county[:sessions], s.sessions.persons[:sessions], 2)
    assert seen.value("trained", last) == persons.tolist()
    assert persons.sum() > 1000
