"""Who is there: drawn once, from named streams."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.party import VEHICLE, WAITS
from sim.model.people import Luck, draw, households
from sim.scenario.schema import Scenario


def told(**population: Any) -> Scenario:
    sections = {"population": {"total": 2000, "household_size": 3.9, **population}}
    return Scenario.model_validate(sections)


@given(st.integers(1, 5000), st.floats(1, 12), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_households_hold_exactly_those_present(present: int, mean: float, seed: int) -> None:
    sizes = households(told(total=present, household_size=mean), Luck(seed, 0))
    assert sizes.sum() == present
    assert sizes.min() >= 1


def test_mean_household_is_as_told_within_its_standard_error() -> None:
    sizes = households(told(total=100_000), Luck(1, 0))[:-1]
    assert sizes.mean() == pytest.approx(3.9, abs=4 * np.sqrt(2.9 / len(sizes)))


@given(st.integers(0, 20), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_nobody_is_lost_when_rides_are_shared_or_vehicles_packed(seed: int, packet: int) -> None:
    scenario = told().model_copy(update={"run": told().run.model_copy(update={"resolution": packet})})
    parties = draw(scenario, Luck(seed, 0), None)
    assert parties.people.sum() == 2000
    alone = draw(told(), Luck(seed, 0), None)
    assert parties.vehicles.sum() == alone.vehicles.sum()
    assert parties.people[parties.mode == WAITS].sum() == alone.people[alone.mode == WAITS].sum()


def test_no_guest_household_is_squeezed_in_beyond_the_seats() -> None:
    parties = draw(told(total=20_000, household_size=2.0), Luck(3, 0), None)
    driving = parties.mode == VEHICLE
    assert (parties.people[driving] <= parties.seats[driving]).all()


def test_two_scenarios_that_differ_in_departure_meet_the_same_people() -> None:
    changed = Scenario.model_validate(
        {
            "population": {"total": 2000, "household_size": 3.9},
            "departure": {"loading": {"kind": "uniform", "spread": 9}},
        }
    )
    one, other = draw(told(), Luck(5, 2), None), draw(changed, Luck(5, 2), None)
    assert np.array_equal(one.as_drawn(one.people), other.as_drawn(other.people))
    assert not np.array_equal(one.as_drawn(one.ready), other.as_drawn(other.ready))


def test_another_replication_has_other_luck() -> None:
    one, other = (households(told(), Luck(5, replication)) for replication in (0, 1))
    assert not np.array_equal(one, other)


def test_full_tanks_stay_full_without_a_blockade() -> None:
    scenario = Scenario.model_validate({"population": {"total": 500}, "fuel": {"full_tank": 60}})
    parties = draw(scenario, Luck(1, 0), None)
    assert set(parties.litres[parties.mode == VEHICLE]) == {60.0}


def test_nobody_sits_in_a_vehicle_beyond_its_seats_and_nobody_is_lost() -> None:
    """Households of 6 on average and cars of five: half are larger than their car, and no car is fuller than that."""
    scenario = Scenario.model_validate(
        {
            "population": {"total": 20_000, "household_size": 6},
            "vehicles": {"per_household": 1, "classes": {"car": {"share": 1, "seats": 5}}},
        }
    )
    parties = draw(scenario, Luck(3, 0), None)
    drives = parties.mode == VEHICLE
    assert parties.people[drives].max() == 5
    assert parties.vehicles.sum() == drives.sum() == len(households(scenario, Luck(3, 0)))
    assert parties.people.sum() == 20_000
    assert parties.people[parties.mode == WAITS].sum() > 20_000 - 5 * drives.sum() > 0


def test_those_without_a_seat_ride_with_neighbours_who_have_one() -> None:
    """Households of 2.5 and cars of five: far more seats than people, so that all but a few find one."""
    scenario = Scenario.model_validate(
        {
            "population": {"total": 20_000, "household_size": 2.5},
            "vehicles": {"per_household": 1, "classes": {"car": {"share": 1, "seats": 5}}},
        }
    )
    sizes = households(scenario, Luck(3, 0))
    parties = draw(scenario, Luck(3, 0), None)
    assert np.maximum(sizes - 5, 0).sum() > 100
    assert parties.people[parties.mode == WAITS].sum() == 0
    assert parties.people.max() == 5


def test_asking_more_neighbours_leaves_fewer_waiting_for_a_bus() -> None:
    def waiting(hosts: int) -> int:
        vehicles = {"per_household": 0.6, "shared_rides": 1, "hosts_asked": hosts}
        scenario = Scenario.model_validate({"population": {"total": 5000}, "vehicles": vehicles})
        parties = draw(scenario, Luck(3, 0), None)
        return int(parties.people[parties.mode == WAITS].sum())

    assert waiting(0) > waiting(1) > waiting(12)


def test_nobody_walks_slower_than_the_slowest() -> None:
    speeds = {"distribution": "normal", "mean": 1, "sd": 2}
    for slowest in (0.5, 1.5):
        parties = draw(told(walking_speed=speeds, slowest_walk=slowest), Luck(1, 0), None)
        assert parties.speed.min() == slowest
