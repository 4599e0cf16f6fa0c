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
    hosts_alone = parties.people[driving] > parties.seats[driving]
    assert hosts_alone.mean() < 0.01  # only households that are larger than a vehicle by themselves


def test_two_scenarios_that_differ_in_departure_meet_the_same_people() -> None:
    changed = Scenario.model_validate(
        {
            "population": {"total": 2000, "household_size": 3.9},
            "departure": {"loading": {"kind": "uniform", "spread": 9}},
        }
    )
    one, other = draw(told(), Luck(5, 2), None), draw(changed, Luck(5, 2), None)
    assert np.array_equal(one.as_drawn(one.people), other.as_drawn(other.people))
    assert not np.array_equal(one.ready, other.ready)


def test_another_replication_has_other_luck() -> None:
    one, other = (households(told(), Luck(5, replication)) for replication in (0, 1))
    assert not np.array_equal(one, other)


def test_full_tanks_stay_full_without_a_blockade() -> None:
    scenario = Scenario.model_validate({"population": {"total": 500}, "fuel": {"full_tank": 60}})
    parties = draw(scenario, Luck(1, 0), None)
    assert set(parties.litres[parties.mode == VEHICLE]) == {60.0}
