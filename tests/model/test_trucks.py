"""Trucks are counted by mass and by volume, and the hours of the chain add up."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model import trucks
from sim.scenario import packing
from sim.scenario.standards import goods
from sim.scenario.standards.amounts import truckloads
from sim.scenario.supplies import SupplySource, TruckFleet

SEMI_TRAILER = TruckFleet(payload=24.0, volume=85.0)
FAMILIES, PEOPLE, DAYS = 24_000, 120_000, 30
AMOUNTS = st.floats(0, 5000, allow_subnormal=False)


def by_mass_and_volume(name: str, amount: float, unit: str) -> tuple[int, int]:
    found = packing.weight(goods.named(name), amount, unit)
    return truckloads(found.tonnes, found.m3, SEMI_TRAILER.payload, SEMI_TRAILER.volume)


def test_family_kits_are_41_semi_trailers_by_volume_and_28_by_mass() -> None:
    assert by_mass_and_volume("family_kit", FAMILIES, "kit") == (28, 41)
    found = packing.weight(goods.named("family_kit"), FAMILIES, "kit")
    assert trucks.loads(SEMI_TRAILER, found.tonnes, found.m3) == 41


def test_of_food_the_mass_binds() -> None:
    by_mass, by_volume = by_mass_and_volume("ration_dry", PEOPLE * DAYS, "person-day")
    assert by_mass == 84 > by_volume == ceil(PEOPLE * DAYS * 0.00111 / 85)
    found = packing.weight(goods.named("ration_dry"), PEOPLE * DAYS, "person-day")
    assert trucks.loads(SEMI_TRAILER, found.tonnes, found.m3) == 84


def source(**told: object) -> SupplySource:
    fixed = {"call_out": 2, "loading": 3, "customs": 0, "speed": 30, "unloading": 3, "hand_out": 0}
    return SupplySource.model_validate({"to": {"goris": 254}, **fixed, **told})


def test_ten_tonnes_by_hand_are_on_site_after_16_hours_and_28_minutes() -> None:
    chain = trucks.steps(source(), SEMI_TRAILER, trucks.Trip("goris", 10, 1, 0), trucks.centre)
    assert chain.until_leaving == 5
    assert chain.until_on_site == pytest.approx(2 + 3 + 254 / 30 + 3)


def test_24_tonnes_with_one_gang_take_25_hours() -> None:
    chain = trucks.steps(source(gangs=1), SEMI_TRAILER, trucks.Trip("goris", 24, 1, 0), trucks.centre)
    assert chain.until_on_site == pytest.approx(24.9, abs=0.05)


def test_gangs_beyond_the_trucks_have_nothing_to_do() -> None:
    trip = trucks.Trip("goris", 20, 2, 0)
    one, each, many = (trucks.steps(source(gangs=n), SEMI_TRAILER, trip, trucks.centre).loading for n in (1, 2, 9))
    assert one == 2 * each
    assert many == each == trucks.steps(source(), SEMI_TRAILER, trip, trucks.centre).loading


def test_in_winter_the_same_road_takes_longer_and_slow_trucks_set_the_pace() -> None:
    winter = {"winter": {"from": 100, "until": 200, "speed": 20}}
    before, inside = (trucks.speed(source(seasons=winter), SEMI_TRAILER, hour, trucks.centre) for hour in (99, 100))
    assert (before, inside) == (30, 20)
    assert trucks.speed(source(), TruckFleet.model_validate({"speed": 25}), 0, trucks.centre) == 25


@given(AMOUNTS, AMOUNTS, st.floats(1, 30), st.floats(10, 100))
def test_no_truck_carries_more_than_it_can_and_none_is_sent_for_nothing(
    tonnes: float, m3: float, payload: float, body: float
) -> None:
    number = trucks.loads(TruckFleet(payload=payload, volume=body), tonnes, m3)
    assert number * payload >= tonnes - 1e-5 * payload
    assert number * body >= m3 - 1e-5 * body
    assert number == 0 or max(tonnes / payload, m3 / body) > number - 1


def test_a_handful_takes_a_truck_and_nothing_takes_none() -> None:
    assert trucks.loads(SEMI_TRAILER, 4e-9, 2e-8) == 1
    assert trucks.loads(SEMI_TRAILER, 0, 0) == 0
    assert trucks.steps(source(), SEMI_TRAILER, trucks.Trip("goris", 0, 0, 0), trucks.centre).loading == 0
