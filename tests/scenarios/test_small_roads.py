"""Roads told in few words: only length, class and usual time; bridges in turns and with a weight limit; on foot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.passing import crossings
from sim.model.passing.compiled import read_by_name
from sim.model.record import Array, Record
from sim.model.service import bridge_or_ferry
from sim.results import ledger
from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.road import Crossing
from sim.studies.run import run

CARS = "per_household: 1.0 vehicles/household"
RELIEF = """
transport:
  buses:
    coaches: { buses: 4, seats: 50, weight: 14 t, from: 1 h, loading: 0 h, back: 1 h, trips: 1 }
"""


def told(folder: Path, text: str) -> Record:
    """One world of a scenario given as text."""
    file = folder / "road.yaml"
    file.write_text(text, encoding="utf-8")
    return run(load(file))


def crossing(bridge: str, vehicles: str, more: str = "") -> str:
    """A road of two stretches with crossings at the river between them."""
    return f"""
horizon: 48 h
population: {{ total: 400 people, household_size: 4 people/household }}
vehicles: {{ {vehicles} }}
corridor:
  count_at: river
  segments:
    near: {{ from: town, to: river, length: 6 km, usual_time: 12 min, class: two_lane }}
    far: {{ from: river, to: border, length: 6 km, class: two_lane }}
  crossings:
{bridge}
{more}
"""


def begun(record: Record) -> Array:
    (post,) = record.posts
    return np.sort(post.begun[np.isfinite(post.begun)])


def test_a_stretch_needs_only_length_class_and_usual_time(tmp_path: Path) -> None:
    text = f"""
population: {{ total: 400 people }}
vehicles: {{ {CARS} }}
corridor:
  segments:
    road: {{ from: town, to: border, length: 20 km, usual_time: 30 min, class: mountain }}
"""
    record = told(tmp_path, text)
    times = record.links[0].left - record.links[0].entered
    assert times.min() == pytest.approx(0.5, abs=1e-6)
    assert record.counts["arrived"][1].sum() == 400
    # Everyone leaves at once: the road lets them in at no more than the capacity of its class, a queue's worth an hour.
    left = np.sort(record.links[0].left)
    assert 200 < (len(left) - 1) / (left[-1] - left[0]) < 1800


def test_a_road_of_a_class_nobody_knows_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "road.yaml"
    file.write_text(
        "population: {total: 10 people}\n"
        "corridor: {segments: {road: {from: a, to: b, length: 5 km, class: mountian}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="mountain"):
        load(file)


def test_a_feeder_may_lead_to_the_last_place_of_the_road(tmp_path: Path) -> None:
    text = f"""
population: {{ total: 400 people, settlements: {{ town: {{ people: 50 % }}, village: {{ people: 50 % }} }} }}
vehicles: {{ {CARS} }}
corridor:
  segments: {{ road: {{ from: town, to: border, length: 20 km, class: mountain }} }}
  feeders: {{ lane: {{ from: village, to: border, length: 5 km, class: mountain }} }}
"""
    record = told(tmp_path, text)
    ledger.verify(record)
    assert record.counts["arrived"][1].sum() == 400


def test_a_bridge_worked_in_turns_lets_ours_pass_only_in_its_green(tmp_path: Path) -> None:
    bridge = "    b: { at: river, kind: bridge, capacity: 200 vehicles/h, alternate: { cycle: 0.5 h, green: 0.2 h } }"
    hours = begun(told(tmp_path, crossing(bridge, CARS)))
    assert len(hours) > 80
    phase = hours % 0.5
    assert ((phase <= 0.2 + 1e-6) | (phase >= 0.5 - 1e-6)).all()
    # Two fifths of the time at 200 vehicles an hour: 80 an hour over the whole queue.
    assert (len(hours) - 1) / (hours[-1] - hours[0]) == pytest.approx(80, rel=0.2)


def test_buses_and_trucks_too_heavy_for_every_crossing_are_refused(tmp_path: Path) -> None:
    weak = "    b: { at: river, kind: bridge, capacity: 200 vehicles/h, weight_limit: 5 t }"
    with pytest.raises(ScenarioError, match=r"coaches.weight: 14 t are too heavy for every crossing at 'river'"):
        told(tmp_path, crossing(weak, CARS, RELIEF))
    trucks = f"{CARS}, classes: {{ truck: {{ share: 100 %, seats: 20, weight: 9 t }} }}"
    with pytest.raises(ScenarioError, match=r"truck.weight: 9 t are too heavy for every crossing"):
        told(tmp_path, crossing(weak, trucks))


def test_beside_a_weak_bridge_only_the_ferry_takes_buses(tmp_path: Path) -> None:
    weak, ferry = "weight_limit: 5 t }", "    f: { at: river, kind: ferry, vehicles: 1, round_trip: 3 h }"
    bridge = "    b: { at: river, kind: bridge, capacity: 200 vehicles/h, "
    nobody_drives = "per_household: 0 vehicles/household"
    by_ferry = begun(told(tmp_path, crossing(f"{bridge}{weak}\n{ferry}", nobody_drives, RELIEF)))
    by_bridge = begun(told(tmp_path, crossing(f"{bridge}weight_limit: 20 t }}", nobody_drives, RELIEF)))
    assert len(by_ferry) == len(by_bridge) == 4
    assert np.diff(by_ferry) == pytest.approx(3)
    assert np.diff(by_bridge).max() < 0.1


def test_a_ferry_takes_so_many_vehicles_a_trip(tmp_path: Path) -> None:
    ferry = "    f: { at: river, kind: ferry, vehicles: 5, round_trip: 1 h }"
    hours = begun(told(tmp_path, crossing(ferry, CARS)))
    assert len(hours) > 80
    inside = hours[(hours > hours[0] + 1) & (hours < hours[-1] - 1)]
    # In any ten hours ten trips begin, and with the edges at most eleven.
    for begin in np.arange(inside[0], inside[-1] - 10, 1.0):
        assert 45 <= ((inside >= begin) & (inside < begin + 10)).sum() <= 55


@pytest.mark.parametrize("mode", ["foot", "cart"])
def test_walkers_and_carts_need_no_vehicle_and_come_later(tmp_path: Path, mode: str) -> None:
    text = f"""
horizon: 96 h
population:
  total: 300 people
  modes: {{ {mode}: 100 % }}
  walking_speed: 4 km/h
  walking_day: 8 h
corridor:
  segments:
    road: {{ from: town, to: border, length: 32 km, class: two_lane }}
"""
    record = told(tmp_path, text)
    hours, people, vehicles = record.counts["arrived"]
    assert people.sum() == 300
    assert vehicles.sum() == 0
    assert hours.min() >= 8 - 1e-6


def test_motorcycles_ride_on_the_road_and_take_little_of_it(tmp_path: Path) -> None:
    def arrived(pce: float) -> Array:
        text = f"""
population: {{ total: 4000 people, modes: {{ motorcycle: 100 % }} }}
vehicles:
  classes:
    motorcycle: {{ share: 100 %, seats: 3, pce: {pce} }}
corridor:
  segments:
    road: {{ from: town, to: border, length: 10 km, class: track }}
"""
        return told(tmp_path, text).counts["arrived"][0]

    light, heavy = arrived(0.4), arrived(1.0)
    assert len(light) == len(heavy) > 500
    assert light.max() < heavy.max()


@pytest.mark.parametrize(
    ("pause", "after", "aboard"), [(0, 0.5, 1.0), (1, 0.5, 0.5 / 60), (1, 5, 1.0), (10, 5, 5 / 60)]
)
def test_a_ferry_with_room_waits_for_the_next_as_long_as_its_pause(pause: float, after: float, aboard: float) -> None:
    """A second car that comes minutes after the first goes along within the pause, and else an hour's trip later."""
    told = {"at": "river", "kind": "ferry", "vehicles": 3, "round_trip": 1, "pause": pause / 60}
    ferry = read_by_name(np.array([bridge_or_ferry(Crossing.model_validate(told), 0.0)]))
    ferry[["departed", "vehicles", "people"]] = crossings.sets_out(ferry[0], 0.0, 4, 1.0), 1.0, 4.0
    assert ferry["departed"][0] == 0.0
    assert crossings.sets_out(ferry[0], after / 60, 4, 1.0) == pytest.approx(aboard)
