"""What is told anew, and what still varies."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.loader import load
from sim.scenario.paths import change
from sim.scenario.schema import Scenario

EVENT = """
population:
  total: 1000 people
  present: 900 people
corridor:
  segments:
    road: {from: here, to: there, length: 10 km, speed: 40 km/h, capacity: 600 vehicles/h}
uncertainty:
  population.present: { distribution: uniform, low: 800 people, high: 1000 people }
  corridor.segments.road.speed: { relative: yes, distribution: uniform, low: 0.9, high: 1.1 }
"""


@pytest.fixture
def event(tmp_path: Path) -> Path:
    file = tmp_path / "event.yaml"
    file.write_text(EVENT, encoding="utf-8")
    return file


def what_if(event: Path, text: str) -> Scenario:
    file = event.with_name("what_if.yaml")
    file.write_text(f"base: {event.name}\n{text}", encoding="utf-8")
    return load(file)


def test_a_number_set_on_the_command_line_no_longer_varies(event: Path) -> None:
    assert "population.present" not in load(event, {"population.present": "500 people"}).uncertainty


def test_a_number_told_again_in_a_what_if_no_longer_varies(event: Path) -> None:
    assert "population.present" not in what_if(event, "population: {present: 500 people}").uncertainty


def test_a_number_told_again_with_its_range_varies_in_that_range(event: Path) -> None:
    told = "{ distribution: uniform, low: 400 people, high: 600 people }"
    scenario = what_if(event, f"population: {{present: 500 people}}\nuncertainty: {{population.present: {told}}}")
    assert scenario.uncertainty["population.present"].high == 600


def test_a_range_set_on_the_command_line_takes_the_place_of_the_file_s(event: Path) -> None:
    scenario = load(event, {"uncertainty.population.present": "700 people"})
    assert scenario.uncertainty["population.present"].value == 700


def test_a_factor_stays_when_the_value_is_told_again(event: Path) -> None:
    assert "corridor.segments.road.speed" in load(event, {"corridor.segments.road.speed": "30 km/h"}).uncertainty


def test_what_a_case_changes_no_longer_varies_and_the_rest_still_does(event: Path) -> None:
    changed = change(load(event), {"population.present": 500.0})
    assert list(changed.uncertainty) == ["corridor.segments.road.speed"]
    assert changed.present == 500
