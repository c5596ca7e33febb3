"""Series worked by hand, and where rows belong."""

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events.funds import FacilityOpened, PaymentMade
from ecsim.rural.events.market import BrandRegistered
from ecsim.rural.events.opening import CountiesBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.figures.accumulators import PlaceIndex, ProgrammeFacts

SERVICE_CENTRE, COLD_STORE, TRAINING = 0, 5, 4


def _stamp(event: Event, day: int = 0) -> Stamp:
    return Stamp(0, day, np.full(event.rows, -1, np.int64))


def _filled(kind: type[Event], rows: int, **columns: object) -> Event:
    zeros = {column.name: np.zeros(rows, np.int64) for column in kind.columns}
    return kind(**{**zeros, **columns})


@pytest.fixture
def programme() -> ProgrammeFacts:
    """Three counties, the first two of one prefecture; a village in each."""
    index = PlaceIndex()
    three = np.arange(3)
    for event in (
        _filled(CountiesBaselined, 3, county=three, prefecture=[0, 0, 1]),
        _filled(TownshipsBaselined, 3, township=three, county=three),
        _filled(VillagesBaselined, 3, village=three, township=three),
    ):
        index.see(event, _stamp(event))
    return ProgrammeFacts(index, weeks=4)


def test_a_brand_counts_in_every_county_of_its_prefecture(programme: ProgrammeFacts) -> None:
    event = BrandRegistered(brand=[1, 4, 3], users=[5, 5, 5])  # of county 1, of prefecture 1, of prefecture 0
    programme.see(event, _stamp(event))
    assert programme.until("regional_brands", 0).tolist() == [2.0, 2.0, 1.0]


def test_attendances_count_where_their_session_was_held(programme: ProgrammeFacts) -> None:
    held = _filled(SessionHeld, 2, session=[0, 7], county=[2, 1])
    came = _filled(TraineeAttended, 3, session=[7, 0, 7], persons=[10, 20, 30], poor=[True, False, False])
    programme.index.see(held, _stamp(held))
    programme.see(came, _stamp(came, day=15))
    assert programme.series("persons")[2].tolist() == [0.0, 40.0, 20.0]
    assert programme.until("persons", 13).sum() == 0.0


def test_a_centre_shared_by_a_prefecture_counts_in_no_county(programme: ProgrammeFacts) -> None:
    event = _filled(FacilityOpened, 3, facility_kind=[SERVICE_CENTRE, SERVICE_CENTRE, COLD_STORE], county=[1, -1, 1])
    programme.see(event, _stamp(event))
    assert programme.until("service_centres", 0).tolist() == [0.0, 1.0, 0.0]


def test_payments_are_added_up_for_projects_alone(programme: ProgrammeFacts) -> None:
    event = _filled(PaymentMade, 3, category=[TRAINING] * 3, project=[4, -1, 6], paid_fen=[100, 1000, 10])
    programme.see(event, _stamp(event))
    assert programme.series("paid_training").sum() == 110.0


def test_tables_that_grow_keep_where_each_row_belongs(programme: ProgrammeFacts) -> None:
    index = programme.index
    for station, village in ((0, 2), (5, 1), (3, 0)):
        opened = _filled(StationOpened, 1, station=[station], village=[village], operator=[village - 1])
        index.see(opened, _stamp(opened))
    assert index.county["stations"][[0, 5, 3]].tolist() == [2, 1, 0]
    assert index.stations_by(np.array([5, 0], np.int32)).tolist() == [1, 2]
    assert index.station_keeper[[0, 5, 3]].tolist() == [1, 0, -1]
