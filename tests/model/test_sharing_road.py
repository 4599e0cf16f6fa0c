"""Convoys of supplies on the road that people take: they need room, time and booths as other vehicles do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sim
from sim.model.hauling import delay
from sim.model.record import Record
from sim.results.outcome import outcome
from sim.scenario.schema import Scenario

TRUCKS, ROOM, NARROW = 10, 2.5, 400.0
"""Ten trucks of 24 t, each as much room as 2.5 cars, through a narrow place for 400 cars an hour."""
LEAVES = 1.0


def told(people: int, booths: float | None = None, **source: Any) -> Scenario:
    """People who leave a town over two hours, and a convoy on their road to a camp."""
    wide = {"from": "a", "to": "b", "length": 10, "speed": 50, "capacity": 1000}
    way = {"way": wide, "narrows": {"from": "b", "to": "c", "length": 5, "speed": 50, "capacity": NARROW}}
    post = {"at": "b", "lanes": 1, "booths": 1, "regimes": {"all": {"from": 0, "booth_rate": booths}}}
    quick = {"call_out": 1, "loading": 0, "customs": 0, "speed": 50, "unloading": 0, "hand_out": 0}
    convoy = {"every": 1000, "from": LEAVES, "quantity": 24 * TRUCKS, "source": "depot"}
    data = {
        "population": {"total": people, "settlements": {"a": {"people": {"share": 1.0}}}},
        "horizon": 40,
        "vehicles": {"per_household": 1.0, "shared_rides": 0.0},
        "corridor": {"segments": way, "checkpoints": {"post": post} if booths else {}},
        "reception": {"places": {"camp": {"arrive": 1.0, "stay": 1000}}},
        "departure": {"loading": {"kind": "uniform", "spread": 2}},
        "supply": {
            "sources": {"depot": {"to": {"camp": 15}, **quick, **source}},
            "provided": {"store": {"item": "food", "place": "camp", "convoys": {"one": convoy}}},
        },
    }
    return Scenario.model_validate(data, context={"start": None})


SHARED = {"shared": {"way": True, "narrows": True}}


def comes(record: Record) -> float:
    """Hours from leaving until the convoy is there."""
    (came,) = record.supply.receipts
    return came.hour - LEAVES


def test_trucks_pass_a_narrow_place_one_by_one_and_come_with_the_last() -> None:
    assert comes(sim.run(told(1), 1)) == pytest.approx(15 / 50)
    each = ROOM / NARROW
    assert comes(sim.run(told(1, **SHARED), 1)) == pytest.approx(15 / 50 + (TRUCKS - 1) * each)


def test_trucks_are_served_at_the_booths_of_the_road_they_share() -> None:
    record = sim.run(told(1, booths=30.0, **SHARED), 1)
    assert comes(record) == pytest.approx(15 / 50 + TRUCKS / 30)


def test_trucks_take_the_room_of_people_who_are_later_by_as_much() -> None:
    alone, together = sim.run(told(4000), 1), sim.run(told(4000, **SHARED), 1)
    later = np.nanmax(together.parties.arrived) - np.nanmax(alone.parties.arrived)
    assert later == pytest.approx(TRUCKS * ROOM / NARROW)  # the narrow place is busy throughout
    assert comes(together) > comes(alone) + (TRUCKS - 1) * ROOM / NARROW
    assert outcome(together).indicators["arrived.total"] == outcome(alone).indicators["arrived.total"] == 4000


def test_trucks_that_cannot_join_are_as_late_as_the_vehicle_ahead() -> None:
    record = sim.run(told(4000, shared={"narrows": True}), 1)
    assert record.trucks == {}
    scenario = record.scenario
    late = delay(record, scenario.supply.sources["depot"], LEAVES)
    assert late > 0
    assert comes(record) == pytest.approx(15 / 50 + late)


def test_a_truck_of_an_order_is_served_as_long_as_the_vehicle_ahead_of_it() -> None:
    record = sim.run(told(1, booths=30.0), 1)
    source = told(1, **SHARED).supply.sources["depot"]
    alone = float(record.parties.departed[0])
    assert delay(record, source, alone + 0.01) == pytest.approx(1 / 30, abs=0.011)
    assert delay(record, source, alone - 0.01) == 0
