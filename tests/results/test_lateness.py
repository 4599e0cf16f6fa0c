"""How late trucks are behind the people, over many runs, and how much earlier they have to set off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.results.lateness import STEP, Through
from sim.results.leads import Leads
from sim.scenario.loader import load
from sim.scenario.packing import Weight
from sim.scenario.schema import Scenario
from sim.studies.prepare import prepare
from tests.results.test_dispatch import clock, rows

HOURS = np.arange(0, 48 + STEP / 2, STEP)


def leads(late: np.ndarray, plan_on: str = "p80") -> Leads:
    """Lead times of a source two hours away, on a road where trucks were so late, shape (runs, steps)."""
    quick = {"call_out": 1, "loading": 0, "customs": 0, "speed": 50, "unloading": 0, "hand_out": 0}
    told = {
        "population": {"total": 1000},
        "needs": {"plan_on": plan_on},
        "supply": {"sources": {"depot": {"to": {"home": 100}, **quick}}},
    }
    scenario = Scenario.model_validate(told, context={"start": None})
    return Leads(scenario, 1, {"depot": Through(late)})


def early(of: Leads, hour: float) -> float:
    """Hours before an hour of need at which a truck has to leave, beyond its two on the road."""
    return of.lead("depot", "home", Weight(10.0, 20.0, 0.0, 1.0), hour).leave - 2


def test_on_a_free_road_a_truck_takes_distance_over_speed() -> None:
    free = leads(np.zeros((3, len(HOURS))))
    assert [early(free, hour) for hour in (-5.0, 0.0, 11.3, 60.0)] == pytest.approx([0, 0, 0, 0], abs=1e-6)


@pytest.mark.parametrize(("plan_on", "hours"), [("p50", 0.0), ("p80", 4.0), ("planning-figure", 4.0)])
def test_a_truck_leaves_time_for_as_many_of_the_runs_as_are_planned_on(plan_on: str, hours: float) -> None:
    """In three of ten runs it is four hours late: half of all runs are in time without them, four fifths are not."""
    late = np.zeros((10, len(HOURS)))
    late[[1, 4, 8]] = 4.0
    assert early(leads(late, plan_on), 30.0) == pytest.approx(hours, abs=1e-4)


def test_before_a_queue_that_empties_at_ten_a_truck_has_to_be_at_its_beginning() -> None:
    """The queue of a hundred that stands from hour 2 on is gone at 10: who comes between leaves it at 10."""
    through = np.where((HOURS >= 2) & (HOURS < 10), 10.0, HOURS)
    queue = leads(np.tile(through - HOURS, (2, 1)))
    found = {hour: hour - 2 - early(queue, hour) for hour in (3.0, 9.0, 11.9, 12.1, 20.0)}
    assert found == pytest.approx({3.0: 1.0, 9.0: 2.0, 11.9: 2.0, 12.1: 10.1, 20.0: 18.0}, abs=STEP)
    assert found[9.0] <= 2.0


JAM = """
start: 2023-10-01 00:00 +04:00
horizon: 36 h
population: { total: 4000 people, household_size: 1 person/household, settlements: { a: { people: 100 % } } }
vehicles: { per_household: 1 vehicle/household, shared_rides: 0 % }
departure: { loading: { kind: uniform, spread: 2 h } }
corridor:
  segments:
    way: { from: a, to: b, length: 10 km, speed: 50 km/h, capacity: 1700 vehicles/h }
    narrows: { from: b, to: c, length: 5 km, speed: 50 km/h, capacity: 400 vehicles/h }
reception: { places: { camp: { arrive: 100 %, stay: 90 days } } }
needs: { items: { water: no } }
supply:
  sources:
    depot:
      to: { camp: 15 km }
      call_out: 1 h
      loading: 0 h
      customs: 0 h
      speed: 50 km/h
      unloading: 0 h
      hand_out: 0 h
      shared: { way: yes, narrows: yes }
  provided: { store: { item: food, place: camp, stock: 300 } }
"""
"""2,000 cars an hour set off for two hours to a place that 400 an hour pass."""


def test_dispatch_counts_how_late_trucks_are_behind_the_people_on_a_shared_road(tmp_path: Path) -> None:
    """Who joins at t comes through as if at max(5 t, t), until the last at 10 h: X is reached by joining at X / 5."""
    alone = JAM.replace("shared: { way: yes, narrows: yes }", "shared: { }")
    jam, free = (
        [send for send in rows(tmp_path / name, told) if send["place"] == "camp"]
        for name, told in (("jam", JAM), ("free", alone))
    )
    assert [send["needed_by"] for send in jam] == [send["needed_by"] for send in free]
    for late, usual in zip(jam, free, strict=True):
        needed = clock(late["needed_by"]) - 24
        through = needed - 15 / 50
        assert clock(usual["leave_by"]) - 24 == pytest.approx(through, abs=1e-3)
        joins = through / 5 if 0 < through < 10 else through
        assert clock(late["leave_by"]) - 24 == pytest.approx(joins, abs=0.02)
        assert clock(late["leave_by"]) - clock(late["decide_by"]) == pytest.approx(1, abs=1e-3)
    assert 3 < clock(jam[0]["needed_by"]) - 24 < 10
    assert clock(jam[1]["needed_by"]) - 24 > 10


def test_a_convoy_that_is_in_the_jam_at_the_horizon_comes_in_the_days_after_it(tmp_path: Path) -> None:
    """A tonne sets off at 01:00 into a jam of ten hours that is looked at for four; 1,802 rations come after those."""
    convoy = "convoys: { one: { every: 90 days, from: 2023-10-01 01:00, quantity: 1 t, source: depot } }"
    told = JAM.replace("stock: 300", convoy).replace("horizon: 36 h", "horizon: 4 h")
    told = told.replace("needs: { ", "needs: { period: 10 days, ")
    before = [row for row in rows(tmp_path, told, table="gaps") if row["item"] == "food" and row["place"] == "camp"]
    after = [row for row in rows(tmp_path, told, table="gaps_monthly") if row["place"] == "camp"]
    assert sum(float(row["supply_p50"]) for row in before) == 0
    assert sum(float(row["supply_p50"]) for row in after if row["item"] == "food") == pytest.approx(1000 / 0.555)


def test_the_first_truck_that_is_called_is_late_behind_the_people_on_a_shared_road(tmp_path: Path) -> None:
    """Called when the first come, in hour 0, it joins at 1 and comes through at 5: four hours late."""
    leads = []
    for name, told in (("jam", JAM), ("free", JAM.replace("shared: { way: yes, narrows: yes }", "shared: { }"))):
        file = tmp_path / f"{name}.yaml"
        file.write_text(told, encoding="utf-8")
        scenario = load(file)
        found = prepare({"one": scenario, "other": scenario}, 2)
        blankets = [row for row in found.lying if row.lay.figure.item == "blanket" and row.lay.place == "camp"]
        leads += [(row.lead, row.quantity, row.decide_by) for row in blankets]
    (late, more, decided), (free, fewer, usual) = leads
    assert free == pytest.approx(1.3)
    assert late - free == pytest.approx(4.0, abs=0.1)
    assert more > fewer > 0
    assert decided <= usual
