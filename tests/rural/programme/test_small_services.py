"""Small services of stations: who uses them, what they bring and take, and what a keeper learns (docs/model.md 4.8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from station_cases import DESIGN, offering, service

from ecsim.cli.main import main
from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ProjectApproved, WorksFinished
from ecsim.rural.events.opening import InternetBaselined
from ecsim.rural.events.stations import (
    StationClosed,
    StationIdled,
    StationOffered,
    StationOpened,
    StationReopened,
    StationsSettled,
)
from ecsim.rural.region import Region
from ecsim.rural.scenario import StationDesign
from tiny import Events, made, same, take, tiny_region, tiny_scenario

CONFIGS = Path(__file__).parents[3] / "configs"
PLAIN: dict[str, Value] = {
    "stations.services_spread": 0.0, "stations.wage_sigma": 0.0, "stations.proxy_share": 0.0,
    "stations.unserved_at_first": 0.0, "stations.hours_learned": 0.0, "stations.grant_months": 0,
}  # fmt: skip
LATER = 30
"""A week in which use has long settled."""


def opened(region: Region, village: int) -> None:
    """Open a station of the policy's design today."""
    number = region.world.state.count("stations")
    region.world.publish(
        made(StationOpened, station=[number], village=[village], design=[DESIGN], operator=[-1], project=[-1])
    )


def account(region: Region, events: Events, week: int = LATER) -> dict[str, np.ndarray]:
    events.clear()
    take(region, "settle_stations", week=week)
    return events.of(StationsSettled)


def month(
    services: dict[str, Any], village: int = 3, internet: int = 250_000, numbers: dict[str, Value] | None = None,
    **values: float,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Return an account of a station in a village of four, of which two (one on the register) have no internet."""
    region, events = tiny_region(
        offering(services, **values), opened={InternetBaselined: {"share": internet}}, numbers=PLAIN | (numbers or {})
    )
    opened(region, village)
    return account(region, events)


@pytest.mark.parametrize(
    ("users", "uses"),
    [
        ({}, 40),  # all four, ten times each
        ({"users_without_internet": 0.0, "users_with_internet": 0.0}, 0),  # nobody
        ({"users_with_internet": 0.0}, 20),
        ({"users_without_internet": 0.5, "users_with_internet": 0.0}, 10),
        ({"users_without_internet": 0.0}, 20),
        (
            {"users_without_internet": 0.4, "users_with_internet": 0.0, "poor_users": 2.0},
            12,
        ),  # 4 of one, 8 of the other
        ({"users_without_internet": 0.8, "users_with_internet": 0.0, "poor_users": 2.0}, 18),  # never more than all
        ({"poor_users": 0.0}, 10),  # three of four are on the register
    ],
)
def test_users_are_a_share_of_households_by_internet_and_register_worked_by_hand(
    users: dict[str, float], uses: int
) -> None:
    found = month(
        {"own": service(uses_a_month=10.0, yuan_a_use=2.0, hours_a_use=0.5, **users)}, footfall_yuan_a_month=0.0
    )
    without = month({}, footfall_yuan_a_month=0.0)
    same(found, service_uses=[uses], services_fen=[200 * uses], takings_fen=[200 * uses], transactions=[uses])
    assert found["labour_fen"][0] == without["labour_fen"][0] + 0.5 * uses * 800


def test_services_add_up() -> None:
    both = month({"one": service(), "other": service(uses_a_month=5.0)})
    one, other = month({"one": service()}), month({"one": service(uses_a_month=5.0)})
    for name in ("service_uses", "services_fen"):
        assert both[name] == one[name] + other[name]


def test_a_service_fades_as_internet_spreads() -> None:
    bills = {"bills": service(users_with_internet=0.1)}
    used = [int(month(bills, internet=share)["services_fen"][0]) for share in (0, 1, 250_000, 500_000, 1_000_000)]
    assert used == [0, 400, 220, 130, 40]  # 4, 2, 1 and 0 without it; with no internet in the county it does not work


@pytest.mark.parametrize(
    ("needs", "village", "internet", "outage", "uses"),
    [
        ("nothing", 3, 0, 1.0, 4), ("internet", 3, 0, 0.0, 0), ("internet", 3, 250_000, 0.5, 2),
        ("line", 3, 250_000, 0.0, 4), ("line", 3, 250_000, 1.0, 0), ("line", 3, 0, 0.0, 0),
        ("line", 2, 250_000, 0.0, 0), ("internet", 2, 250_000, 0.0, 1),  # village 2 has no line
    ],
)  # fmt: skip
def test_a_service_works_where_there_is_what_it_needs(
    needs: str, village: int, internet: int, outage: float, uses: int
) -> None:
    numbers: dict[str, Value] = {"buying.internet_outage": outage}
    same(month({"own": service(needs=needs)}, village, internet, numbers), service_uses=[uses])


def test_users_are_visits_that_footfall_follows() -> None:
    # 4 households, 7.5 uses each: 30 visits bring 1 - 1/e of 50 yuan though nobody comes for anything else.
    free = service(uses_a_month=7.5, yuan_a_use=0.0)
    same(month({"free": free}), takings_fen=[3_161], transactions=[30 + 6])


def test_a_timetable_loses_users_that_cannot_wait() -> None:
    for wait, uses in ((1.0, 28), (0.0, 4), (0.5, 16)):
        found = month({"own": service(uses_a_month=7.0)}, numbers={"stations.can_wait": wait}, days_a_week=1.0)
        same(found, service_uses=[uses])


def test_a_keeper_learns_from_the_months_in_which_his_station_was_open() -> None:
    # After m months he knows 1 - e^(-m/6): he serves 1 - 0.5 e^(-m/6) of 400 uses, and saves 0.4 of what he knows of
    # 0.01 hours a use.
    numbers: dict[str, Value] = {"stations.unserved_at_first": 0.5, "stations.hours_learned": 0.4}
    region, events = tiny_region(
        offering({"own": service(uses_a_month=100.0, hours_a_use=0.01)}),
        opened={InternetBaselined: {"share": 250_000}}, numbers=PLAIN | numbers,
    )  # fmt: skip
    opened(region, 3)
    for week, months in ((20, 0), (24, 1), (28, 2), (40, 3), (44, 4)):
        if week == 40:  # it was shut for two months, from which he learns nothing
            region.world.publish(StationIdled(station=[0]))
            assert not len(account(region, events, 32)["station"])
            region.world.publish(StationReopened(station=[0]))
        found = account(region, events, week)
        uses = 400 * (1 - 0.5 * np.exp(-months / 6))
        assert found["service_uses"][0] == round(uses)
        hours = 16.8 + 0.01 * uses * (1 - 0.4 * (1 - np.exp(-months / 6)))
        assert found["labour_fen"][0] == pytest.approx(800 * hours, abs=1)


def test_who_learns_nothing_serves_all_from_the_first_day() -> None:
    same(month({"own": service(uses_a_month=100.0)}), service_uses=[400])


def finished(region: Region, county: int) -> None:
    """Let works on stations be accepted today."""
    region.world.publish(
        made(
            ProjectApproved, project=[region.world.state.count("projects")], project_kind=[ProjectKind.STATIONS],
            county=[county], township=[-1], quantity=[10], design=[DESIGN], central_fen=[10**10],
        )
    )  # fmt: skip
    region.world.publish(WorksFinished(project=[region.world.state.count("projects") - 1]))


def taken(weight: float, elsewhere: float, neighbour: int, *, shut: bool = False) -> bool:
    """Return whether village 0 takes a station of a service that all use; what the one in village 3 took is told.

    By the same sum that takes 4 x 10 yuan, one in village 0 2 x 10.
    """
    numbers: dict[str, Value] = {
        "stations.optimism_sigma": 0.0, "stations.neighbours_weight": weight, "stations.reservation_yuan": elsewhere,
        "stations.keepers_asked": 1,
    }  # fmt: skip
    region, events = tiny_region(
        offering({"own": service(uses_a_month=10.0)}, footfall_yuan_a_month=0.0, added_hours_a_day=0.0,
                 rent_power_network_yuan_a_month=0.0, hours_a_parcel=0.0, footfall_yuan_a_parcel=0.0),
        opened={InternetBaselined: {"share": 250_000}}, numbers=PLAIN | {"stations.fee_yuan": 0.0} | numbers,
    )  # fmt: skip
    region.world.day = 7 * LATER
    opened(region, 3)
    for _ in range(3):
        region.world.publish(made(StationsSettled, station=[0], takings_fen=[neighbour], memory=[4]))
    if shut:
        region.world.publish(made(StationClosed, station=[0]))
    finished(region, 0)
    events.clear()
    take(region, "begin_service", week=LATER)
    offers = events.of(StationOffered)
    return bool(offers["accepted"][offers["village"] == 0][0])


@pytest.mark.parametrize(
    ("weight", "neighbour", "expects"),
    [(0.0, 8_000, 20.0), (1.0, 8_000, 40.0), (0.5, 8_000, 30.0), (1.0, 1_000, 5.0), (0.5, 0, 10.0)],
)
def test_a_keeper_weighs_his_hope_against_what_neighbours_take_worked_by_hand(
    weight: float, neighbour: int, expects: float
) -> None:
    """The neighbour takes 80, 10 or 0 yuan where 40 were reckoned: twice as much, a quarter, nothing."""
    assert taken(weight, expects - 0.01, neighbour)
    assert not taken(weight, expects + 0.01, neighbour)


def test_stations_that_closed_tell_nothing() -> None:
    assert taken(1.0, 19.99, 8_000, shut=True)
    assert not taken(1.0, 20.01, 8_000, shut=True)


def test_a_service_of_the_catalogue_is_named_and_one_of_its_own_says_all() -> None:
    told = tiny_scenario().designs[DESIGN].model_dump(mode="json")
    rate = {"value": 2.0, "unit": "yuan", "source": "a test"}
    design = StationDesign.model_validate(
        told | {"services": {"insurance": {}, "ticketing": {"yuan_a_use": rate}, "own": service(needs="nothing")}}
    )
    assert list(design.services) == ["insurance", "ticketing", "own"]
    assert design.services["insurance"] == tiny_scenario().designs[DESIGN].services["insurance"]
    assert (design.services["ticketing"].yuan_a_use.value, design.services["ticketing"].title_zh) == (2.0, "票务代购")


def written(folder: Path, services: str) -> Path:
    """Write a design that offers other services than the shipped one it extends."""
    file = folder / "mine.toml"
    base = CONFIGS / "designs" / "integrated.toml"
    file.write_text(f'extends = "{base}"\nwithout = ["services"]\n{services}\n', encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("services", "says"),
    [
        ("services.insurrance = {}", "services.insurrance is no service of the catalogue; did you mean 'insurance'?"),
        ("services.insurance = true", "services.insurance"),
        ("services = {}\ninsurance = true", "write it under services, as services.insurance = {}"),
        ('services.own = { title_en = "x" }', "services.own.title_zh"),
        ('services.insurance.yuan_a_use = { value = 9.0, unit = "yuan", source = "x", high = 5.0 }', "its own range"),
        ("", "services"),
    ],
)
def test_what_is_wrong_with_a_service_is_named(
    services: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(written(tmp_path, services))]) == 2
    assert says in capsys.readouterr().err


def test_a_design_of_ones_own_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(written(tmp_path, "services.insurance = {}"))]) == 0
    assert "station design" in capsys.readouterr().out


@pytest.mark.parametrize(("yuan", "takes"), [(0.0, 0), (100.0, 80)])
def test_one_number_of_earlier_files_is_a_service_of_a_village_of_five_hundred(yuan: float, takes: int) -> None:
    # A fifth of four households, once a month, for 100/(0.2 x 500) yuan: 0.8.
    told = tiny_scenario().designs[DESIGN].model_dump(mode="json")
    del told["services"]
    number = {"value": yuan, "unit": "yuan a month, bills and small services", "source": "assumed", "low": 0.0}
    earlier = StationDesign.model_validate(told | {"small_services_yuan_a_month": number})
    assert len(earlier.services) == bool(yuan)
    services = {name: each.model_dump(mode="json") for name, each in earlier.services.items()}
    same(month(services), services_fen=[takes])
