"""Clocks of water and meals on the way, in closed form: a day on foot with what people carry and are given."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Record
from sim.model.streams import stream
from sim.results import care, clocks
from sim.results.curves import weighted
from sim.results.outcome import outcome
from sim.scenario import standards
from sim.scenario.defaults import defaults
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.units import read
from tests.scenarios.shelf import lived

PEOPLE = 4000
DAY_ON_FOOT = 24.0


def told(
    carried: str = "", provided: str = "", without: str = "water: { half_a_day: 12 h }", horizon: str = "30 h"
) -> str:
    """4,000 people set off at once on foot, 24 hours from the other end; water lasts by 2.5 L a day."""
    return f"""
horizon: {horizon}
population:
  total: {PEOPLE} people
  household_size: 1 people/household
  modes: {{ foot: 100 % }}
  walking_speed: 4 km/h
  walking_day: 24 h
corridor: {{ segments: {{ r: {{ from: a, to: b, length: 96 km, speed: 50 km/h }} }} }}
medical: {{ hospitals: {{ base: {{ at: b }} }}, without: {{ {without} }} }}
supply: {{ carried: {{ {carried} }}, provided: {{ {provided} }} }}
"""


def found(record: Record, name: str) -> float:
    return outcome(record).indicators[f"care.everyone.{name}"]


def test_who_carries_nothing_is_without_water_for_the_whole_way(tmp_path: Path) -> None:
    record = lived(tmp_path, told())
    assert found(record, "hours_without_water.p50") == pytest.approx(DAY_ON_FOOT)
    assert found(record, "without_water_half_a_day") == PEOPLE
    row = care.layout(record.scenario).index(("everyone", "without_water_half_a_day", "all"))
    by_hour = outcome(record).arrays["care"][row]
    assert by_hour[[0, 11, 12, 23, 24]].tolist() == [0, 0, PEOPLE, PEOPLE, 0]


def test_what_people_carry_puts_the_clock_off_by_what_they_drink_at_least(tmp_path: Path) -> None:
    """2.5 L a day: 1.25 L last for twelve hours, and twelve are left without."""
    assert clocks.least(load_of(tmp_path), "water").value == standards.named("sphere.water.survival").value == 2.5
    record = lived(tmp_path, told("water: 1.25 L", without="water: { half_a_day: 12 h, ten_hours: 10 h }"))
    assert found(record, "hours_without_water.p95") == pytest.approx(12)
    assert [found(record, f"without_water_{name}") for name in ("half_a_day", "ten_hours")] == [0, PEOPLE]


def load_of(folder: Path) -> object:
    file = folder / "plain.yaml"
    file.write_text(told(), encoding="utf-8")
    return load(file)


def test_of_those_who_carry_unevenly_the_share_past_a_limit_is_that_of_the_clock(tmp_path: Path) -> None:
    """0 to 2.5 L last for 0 to 24 h: a quarter are without for more than eighteen hours, give or take three sigma."""
    carried = "water: { distribution: uniform, low: 0 L, high: 2.5 L }"
    record = lived(tmp_path, told(carried, without="water: { long: 18 h }"))
    assert found(record, "without_water_long") == pytest.approx(PEOPLE / 4, abs=3 * sqrt(PEOPLE * 3 / 16))
    assert found(record, "hours_without_water.p50") == pytest.approx(12, abs=0.6)


NIGHT = "n: {{ item: transit_night_{}, place: road, stock: {} }}"


def test_a_meal_at_night_begins_the_clock_anew(tmp_path: Path) -> None:
    """Hour 2 is the night: two hours without before it, and twenty-two after."""
    record = lived(tmp_path, told(provided=NIGHT.format("hot_meal", PEOPLE), without="food: { a_day: 21 h }"))
    assert found(record, "hours_without_food.p50") == pytest.approx(22)
    its = clocks.stretches(record, "food")
    assert sorted(set(np.round(its.ends - its.begins, 6).tolist())) == [2, 22]


def test_water_of_a_night_lasts_for_what_it_holds(tmp_path: Path) -> None:
    """Three litres last for 28.8 h: who was two hours without is without no more."""
    record = lived(tmp_path, told(provided=NIGHT.format("water", 3 * PEOPLE)))
    assert found(record, "hours_without_water.p95") == pytest.approx(2)
    assert found(record, "without_water_half_a_day") == 0


def test_half_the_water_reaches_half_the_people(tmp_path: Path) -> None:
    record = lived(tmp_path, told(provided=NIGHT.format("water", 1.5 * PEOPLE)))
    assert found(record, "without_water_half_a_day") == pytest.approx(PEOPLE / 2, abs=3 * sqrt(PEOPLE / 4))


def test_more_water_never_leaves_more_people_without(tmp_path: Path) -> None:
    texts = [told(provided=NIGHT.format("water", litres)) for litres in (0, 2000, 5000, 9000, 12000)]
    people = [found(lived(tmp_path, text), "without_water_half_a_day") for text in texts]
    assert people == sorted(people, reverse=True)
    assert people[0] == PEOPLE
    assert people[-1] == 0


def test_water_on_the_road_all_day_leaves_nobody_without(tmp_path: Path) -> None:
    road = "tank: { item: water, place: road, unit: L, stock: 500000 }"
    record = lived(tmp_path, told(provided=road))
    assert found(record, "hours_without_water.p95") == 0
    assert found(record, "without_water_half_a_day") == 0


def test_who_is_still_on_the_way_at_the_end_is_counted_until_then(tmp_path: Path) -> None:
    record = lived(tmp_path, told(horizon="20 h"))
    assert found(record, "hours_without_water.p50") == pytest.approx(20)


def test_those_given_a_lift_have_arrived_with_it(tmp_path: Path) -> None:
    """Of parties that stall and are all taken along, none is on the way for ever."""
    text = """
horizon: 40 h
population: { total: 4000 people, household_size: 4 people/household }
vehicles: { per_household: 1 vehicle/household, classes: { car: { share: 100 %, seats: 12 } } }
corridor: { segments: { r: { from: a, to: b, length: 60 km, speed: 50 km/h, lanes: 4 } } }
incidents: { breakdowns_per_million_km: 1000 }
departure: { loading: { kind: uniform, begins: 0 h, spread: 10 h } }
"""
    record = lived(tmp_path, text)
    own, with_lift = record.parties.arrived, record.parties.reached
    taken = np.isnan(own) & ~np.isnan(with_lift)
    assert taken.sum() > 5
    its = clocks.stretches(record, "water")
    hours = (its.ends - its.begins)[np.isin(its.party, np.flatnonzero(taken))]
    assert len(hours) == taken.sum()
    assert hours.max() < 24


def test_where_no_limit_is_told_it_is_the_library_s(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text("population: { total: 5 people }\n", encoding="utf-8")
    limits = {item: set(named.values()) for item, named in load(file).medical.without.items()}
    assert limits == {
        item: {read(defaults()[f"medical.without.{item}.a_day"].value, "h")} for item in ("water", "food")
    }


def test_only_water_and_meals_have_such_a_clock(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(told(without="sleep: { a_day: 24 h }"), encoding="utf-8")
    with pytest.raises(
        ScenarioError, match=r"medical\.without\.sleep: 'sleep' is not possible; must be one of food, water"
    ):
        load(file)


def test_levels_of_hours_are_those_of_all_hours_sorted() -> None:
    rng = stream(8, 0, "levels")
    hours, people = rng.gamma(2.0, 9.0, 5000), rng.integers(1, 9, 5000).astype(float)
    expected = [weighted(hours, people, share) for share in clocks.LEVELS.values()]
    assert clocks._levels(hours, people) == expected
