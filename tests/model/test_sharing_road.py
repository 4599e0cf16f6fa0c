"""Convoys of supplies on the road that people take: they need room, time and booths as other vehicles do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sim
from sim.model.behind import Behind
from sim.model.record import Record
from sim.model.sharing_road import SAME
from sim.results.ledger import verify
from sim.results.outcome import outcome
from sim.scenario.road import Weather
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


ORDERED = 24 * TRUCKS / 0.555e-3
"""Rations of 0.555 kg in ten trucks of 24 t."""


def ordering(
    people: int, leaving: float = 1.0, booths: float | None = None, over: float = 1e-6, **source: Any
) -> Scenario:
    """The same people, over some hours, each in a car, and a store that orders ten truckloads in the first hour."""
    scenario = told(people, booths, call_out=leaving, **(SHARED | source)).model_dump(by_alias=True)
    reorder = {"level": 0, "up_to": ORDERED, "from": "depot"}
    scenario["supply"]["provided"] = {"store": {"item": "food", "place": "camp", "reorder": reorder}}
    scenario["departure"]["loading"] = {"kind": "uniform", "spread": over}
    scenario["population"]["household_size"] = 1
    scenario["transport"]["trucks"] = {"three": {"payload": 24, "volume": 90, "trucks": 3, "available": 1.0}}
    return Scenario.model_validate(scenario, context={"start": None})


def came(record: Record) -> np.ndarray:
    """Hours from joining the road until each truckload of an order was there."""
    hours = np.array([one.hour for one in record.supply.receipts])
    return np.asarray(hours - np.sort([one.hour for one in record.supply.ordered]))


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
    late = Behind(record, scenario.supply.sources["depot"]).late(np.array([LEAVES]))[0]
    assert late > 0
    assert comes(record) == pytest.approx(15 / 50 + late)


def test_a_truck_of_an_order_is_served_as_long_as_the_vehicle_ahead_of_it() -> None:
    record = sim.run(told(1, booths=30.0), 1)
    source = told(1, **SHARED).supply.sources["depot"]
    alone = float(record.parties.departed[0])
    assert Behind(record, source).late(alone + np.array([-0.01, 0.01])) == pytest.approx([0, 1 / 30], abs=0.011)


def test_on_a_free_road_a_truck_of_an_order_takes_distance_over_speed() -> None:
    record = sim.run(ordering(1, leaving=5.0), 1)
    assert came(record)[0] == pytest.approx(15 / 50)
    assert Behind(record, record.scenario.supply.sources["depot"]).late(np.array([30.0]))[0] == pytest.approx(0)


def test_trucks_of_an_order_pass_a_narrow_place_and_booths_one_by_one() -> None:
    record = sim.run(ordering(1, leaving=5.0), 1)
    assert came(record) == pytest.approx(15 / 50 + np.arange(TRUCKS) * ROOM / NARROW)
    record = sim.run(ordering(1, leaving=5.0, booths=30.0), 1)
    assert came(record) == pytest.approx(15 / 50 + np.arange(1, TRUCKS + 1) / 30)


@pytest.mark.parametrize("leaving", [0.5, 2.0, 4.0])
def test_a_queue_of_known_length_makes_a_truck_late_by_its_length_over_the_capacity(leaving: float) -> None:
    """N vehicles before it at a place for Q an hour, all set off at 0: N / Q less the hours since then."""
    vehicles = 2000
    record = sim.run(ordering(vehicles, leaving=leaving), 1)
    joined = record.supply.ordered[0].hour
    late = max(vehicles / NARROW - joined, 0.0)
    assert late > 0
    assert came(record)[0] - 15 / 50 == pytest.approx(late, abs=2 / NARROW)
    assert came(record)[-1] - 15 / 50 == pytest.approx(late + (TRUCKS - 1) * ROOM / NARROW, abs=2 / NARROW)


def test_a_truck_that_would_join_is_as_late_behind_the_people_as_it_is_in_line() -> None:
    for booths in (None, 300.0):
        record = sim.run(ordering(2000, leaving=2.0, booths=booths), 1)
        without = sim.run(ordering(2000, leaving=2.0, booths=booths, shared={}), 1)
        behind = Behind(without, record.scenario.supply.sources["depot"])
        first = record.supply.ordered[0].hour
        assert behind.late(np.array([first]))[0] == pytest.approx(came(record)[0] - 15 / 50, abs=2 / NARROW + 1 / 300)


def test_trucks_of_an_order_take_the_room_of_people_who_are_later_by_as_much() -> None:
    alone, together = sim.run(ordering(2000, over=4.0, shared={}), 1), sim.run(ordering(2000, over=4.0), 1)
    assert len(together.supply.ordered) == TRUCKS
    assert together.supply.ordered[0].hour < 1.5
    assert {one.load: one.hour for one in together.supply.ordered} == pytest.approx(
        {load: passed.joined for load, passed in together.trucks.items()}, abs=SAME
    )
    later = np.nanmax(together.parties.arrived) - np.nanmax(alone.parties.arrived)
    assert later == pytest.approx(TRUCKS * ROOM / NARROW)


def test_a_truck_of_a_jam_drives_again_when_it_is_back_and_the_people_meet_it_at_the_hour_it_leaves() -> None:
    """Each of three trucks is back after its late way out and a free way home, and only then leaves again."""
    record = sim.run(ordering(2000, over=4.0, trucks="three"), 1)
    verify(record)
    trips = sorted((passed.joined, passed.late(40.0)) for passed in record.trucks.values())
    assert len(trips) == TRUCKS
    assert {one.load: one.hour for one in record.supply.ordered} == pytest.approx(
        {load: passed.joined for load, passed in record.trucks.items()}, abs=SAME
    )
    back = sorted(joined + late + 2 * 15 / 50 for joined, late in trips)
    again = [joined for joined, _ in trips[3:]]
    assert again == pytest.approx([hour + 1 for hour in back[: len(again)]], abs=2 * SAME)  # an hour of call-out
    assert trips[0] == pytest.approx((1, (500 - NARROW) / NARROW), abs=0.01)  # 500 an hour have set off, 400 pass


def test_in_the_dark_a_truck_is_late_also_where_nobody_is_ahead_of_it() -> None:
    """At half the usual speed it takes twice as long."""
    dark = {"weather": Weather.model_validate({"night": {"from": 18, "to": 6}, "night_speed": 0.5})}
    record = sim.run(ordering(1, leaving=20.0).model_copy(update=dark), 1)
    assert came(record)[0] == pytest.approx(2 * 15 / 50)
    by_day, by_night = Behind(record, record.scenario.supply.sources["depot"]).late(np.array([10.0, 20.5]))
    assert (by_day, by_night) == pytest.approx((0, 15 / 50))
