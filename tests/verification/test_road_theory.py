"""What the theory of traffic and queues says, through scenario files, the command line and the written tables."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.model.world import World
from sim.publish.export import write
from sim.scenario.loader import load
from sim.studies.run import replicate


def run(tmp_path: Path, told: dict[str, Any]) -> Path:
    """Write a scenario file, run it once and give its results."""
    file = tmp_path / "case.yaml"
    file.write_text(yaml.safe_dump(told, sort_keys=False))
    write(replicate(load(file), 1, 1), tmp_path / "out")
    return tmp_path / "out"


def curve(folder: Path, series: str) -> dict[int, float]:
    with (folder / "arrivals.csv").open() as file:
        return {int(row["hour"]): float(row["p50"]) for row in csv.DictReader(file) if row["series"] == series}


def indicator(folder: Path, name: str) -> float:
    with (folder / "indicators.csv").open() as file:
        return next(float(row["p50"]) for row in csv.DictReader(file) if row["indicator"] == name)


def single_file(vehicles: int, over: float, rate: float, km: float = 50.0, **post: Any) -> dict[str, Any]:
    """One person a vehicle, evenly over some hours, along one road to a post."""
    return {
        "horizon": "60 h",
        "population": {"total": f"{vehicles} people", "household_size": "1 people/household"},
        "vehicles": {"per_household": "1 vehicle/household"},
        "departure": {"loading": {"kind": "uniform", "spread": f"{over} h"}},
        "corridor": {
            "segments": {
                "all": {
                    "from": "a",
                    "to": "b",
                    "length": f"{km} km",
                    "speed": "50 km/h",
                    "jam_density": "133.333 vehicles/km",
                    "wave_speed": "18 km/h",
                }
            },
            "checkpoints": {"post": {"at": "b", "booth_rate": f"{rate} vehicles/h", **post}},
        },
    }


def test_a_post_serves_at_its_rate_until_the_queue_has_gone(tmp_path: Path) -> None:
    """Vickrey: 600 an hour for 10 h into 220: 6,000 vehicles take 27.27 h, after an hour of free flow."""
    folder = run(tmp_path, single_file(6000, 10, 220))
    assert indicator(folder, "clearance.p95") == pytest.approx(1 + 0.95 * 6000 / 220, abs=0.1)
    arrived = curve(folder, "arrived")
    assert arrived[20] - arrived[10] == pytest.approx(2200, abs=2)


def test_a_post_closed_at_night_passes_its_rate_times_its_hours(tmp_path: Path) -> None:
    told = single_file(15000, 1, 220, km=5, hours={"from": "06:00", "to": "22:00"})
    arrived = curve(run(tmp_path, told), "arrived")
    assert arrived[48] - arrived[24] == pytest.approx(3520, abs=1)


def test_an_hours_stop_delays_those_behind_it_and_nobody_before(tmp_path: Path) -> None:
    """600 an hour stopped for an hour at the end: a queue of 600, gone when discharge at 1,764.7 has caught up."""
    told = single_file(6000, 10, 1700, km=20)
    told["corridor"].pop("checkpoints")
    stop = {"segment": "all", "km": "20 km", "from": "3 h", "until": "4 h"}
    before = curve(run(tmp_path / "x", told), "arrived") if (tmp_path / "x").mkdir() is None else {}
    told["corridor"]["closures"] = {"stop": stop}
    after = curve(run(tmp_path, told), "arrived")
    assert after[3] == before[3]
    assert after[4] - after[3] == pytest.approx(0, abs=1)
    assert before[4] - after[4] == pytest.approx(600, abs=20)
    assert after[5] == pytest.approx(before[5], abs=2)


def test_a_shock_runs_back_at_the_speed_of_the_kinematic_wave() -> None:
    """Into a queue behind 220 an hour, fed by 600: density 121.11 a km, shock 3.48269 km/h backwards."""
    corridor: dict[str, Any] = {
        "segments": {
            f"s{k:02d}": {
                "from": f"n{k}",
                "to": f"n{k + 1}",
                "length": 7.0,
                "speed": 50,
                "jam_density": 133.3333,
                "wave_speed": 18,
            }
            for k in range(11)
        },
        "checkpoints": {"post": {"at": "n11", "booth_rate": 220}},
    }
    from sim.scenario.schema import Scenario

    told = {
        "horizon": 40,
        "population": {"total": 12000, "household_size": 1},
        "vehicles": {"per_household": 1},
        "departure": {"loading": {"kind": "uniform", "spread": 20}},
        "corridor": corridor,
    }
    world = World(Scenario.model_validate(told), 1, 0)
    world.run()
    assert world.road is not None
    reached = {}
    for number in (3, 6, 9):
        lane = world.road.lanes[number]
        held = (e for e, left in zip(lane.entered, lane.left, strict=False) if left - e > lane.free_flow + 1.9)
        reached[number] = next(held)
    between = (9 - 3) * 7.0 / (reached[3] - reached[9])
    assert between == pytest.approx(3.48269, rel=0.03)


def test_closing_a_road_costs_the_same_however_finely_it_is_cut(tmp_path: Path) -> None:
    whole = single_file(3000, 10, 220, km=48)
    whole["corridor"]["closures"] = {"x": {"segment": "all", "km": "24 km", "from": "4 h", "until": "8 h"}}
    cut = single_file(3000, 10, 220, km=48)
    segment = cut["corridor"]["segments"].pop("all")
    names = ["a", "n1", "n2", "n3", "b"]
    for k in range(4):
        cut["corridor"]["segments"][f"s{k}"] = {**segment, "from": names[k], "to": names[k + 1], "length": "12 km"}
    cut["corridor"]["closures"] = {"x": {"segment": "s1", "km": "12 km", "from": "4 h", "until": "8 h"}}
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    one, other = (curve(run(tmp_path / name, told), "arrived") for name, told in (("whole", whole), ("cut", cut)))
    assert one == pytest.approx(other, abs=1)


def test_registration_at_800_an_hour_of_1100_leaves_7200_waiting_after_a_day(tmp_path: Path) -> None:
    told = {
        "horizon": "40 h",
        "population": {"total": "26400 people", "household_size": "1 people/household"},
        "arrivals": {"over": "24 h"},
        "reception": {"registration": {"rate": "800 people/h"}},
    }
    folder = run(tmp_path, told)
    assert indicator(folder, "registration.backlog.peak") == pytest.approx(7200, abs=2)
    assert curve(folder, "registered")[33] == pytest.approx(26400, abs=2)


def test_with_a_stay_of_12_hours_people_present_are_those_of_the_last_12_hours(tmp_path: Path) -> None:
    told = {
        "horizon": "48 h",
        "population": {"total": "2400 people", "household_size": "1 people/household"},
        "arrivals": {"over": "24 h"},
        "reception": {"places": {"town": {"arrive": "100 %", "stay": "12 h"}}},
    }
    folder = run(tmp_path, told)
    with (folder / "presence.csv").open() as file:
        there = {int(r["hour"]): float(r["people_p50"]) for r in csv.DictReader(file) if r["place"] == "town"}
    assert there[20] == pytest.approx(1200, abs=1)
    assert there[30] == pytest.approx(600, abs=1)
    assert there[40] == 0


def test_a_road_that_never_opens_runs_and_nobody_arrives(tmp_path: Path) -> None:
    told = single_file(500, 2, 100)
    told["corridor"]["never_opens"] = True
    folder = run(tmp_path, told)
    assert indicator(folder, "arrived.total") == 0
    assert indicator(folder, "left_behind.people") == 500
