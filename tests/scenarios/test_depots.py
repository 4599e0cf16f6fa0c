"""Fuel depots: who is served when, whichever depot the file names first and whatever the hour at which it opens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Record
from tests.scenarios.shelf import lived

PEOPLE, VEHICLES = 2000, 500
SLOW = "stock: 90000 L, pumps: 1, service: 6 min"
FAST = "stock: 90000 L, pumps: 10, service: 6 min"


def with_depots(folder: Path, depots: str, more: str = "") -> Record:
    """500 vehicles of four people that need 20 L each before they drive 20 km."""
    text = f"""
horizon: 96 h
population: {{ total: {PEOPLE} people, household_size: 4 people/household }}
vehicles:
  per_household: 1 vehicles/household
  classes: {{ car: {{ share: 100 %, seats: 5, use: 1 L/km, idle: 0 L/h }} }}
fuel:
  held: 0 L
  ration: 20 L
  expected_transit: 0 h
  without: wait
  depots:
{depots}
{more}
corridor:
  segments:
    road: {{ from: town, to: border, length: 20 km, class: two_lane }}
"""
    return lived(folder, text)


def served_in(record: Record) -> float:
    """Hours in which nineteen of twenty vehicles were given fuel and came to the end, on the clock."""
    return float(np.nanquantile(record.parties.arrived, 0.95))


def drawn_from(record: Record, depot: str) -> float:
    assert record.fuel is not None
    return float(record.fuel.stock_hour[depot][0] - record.fuel.stock_hour[depot][-1])


@pytest.mark.parametrize("opens", ["", "opens: 0 h, ", "opens: 5 h, "])
def test_a_depot_serves_those_who_come_in_the_instant_in_which_it_opens(tmp_path: Path, opens: str) -> None:
    record = with_depots(tmp_path, f"    a: {{ {opens}{FAST} }}")
    assert record.counts["arrived"][1].sum() == PEOPLE
    assert record.parties.fuel_given.sum() == pytest.approx(20 * len(record.parties.people))


def test_a_delivery_serves_those_who_come_in_the_instant_in_which_it_arrives(tmp_path: Path) -> None:
    empty = "    a: { stock: 0 L, pumps: 10, service: 6 min, deliveries: { first: { at: 0 h, litres: 90000 L } } }"
    assert with_depots(tmp_path, empty).counts["arrived"][1].sum() == PEOPLE


def test_pumps_serve_one_vehicle_each_in_its_time(tmp_path: Path) -> None:
    """Ten pumps, six minutes a vehicle: 100 an hour; the last is done when all vehicles over 100 hours have gone."""
    record = with_depots(tmp_path, f"    a: {{ {FAST} }}")
    left = record.parties.departed
    assert left.max() == pytest.approx(np.ceil(len(left) / 10) * 0.1)


def test_the_order_of_depots_in_the_file_decides_nothing(tmp_path: Path) -> None:
    one = with_depots(tmp_path, f"    a: {{ {SLOW} }}\n    b: {{ {FAST} }}")
    other = with_depots(tmp_path, f"    b: {{ {FAST} }}\n    a: {{ {SLOW} }}")
    assert served_in(one) == served_in(other)
    assert [drawn_from(one, name) for name in "ab"] == [drawn_from(other, name) for name in "ab"]


def test_parties_share_themselves_out_by_the_wait_in_sight(tmp_path: Path) -> None:
    """Eleven pumps of one kind in two places serve as eleven in one, and a place has its part of them."""
    record = with_depots(tmp_path, f"    a: {{ {SLOW} }}\n    b: {{ {FAST} }}")
    vehicles = len(record.parties.people)
    assert drawn_from(record, "a") / 20 == pytest.approx(vehicles / 11, abs=2)
    assert record.parties.departed.max() == pytest.approx(np.ceil(vehicles / 11) * 0.1, abs=0.1)


BLAST = "  explosions: {{ blast: {{ at: {at}, depot: a, stock_lost: {share}, pumps_lost: {pumps} }} }}"


def test_an_explosion_before_a_depot_opens_takes_its_stock(tmp_path: Path) -> None:
    blast = BLAST.format(at="5 h", share="100 %", pumps="0 %")
    record = with_depots(tmp_path, f"    a: {{ opens: 10 h, {FAST} }}", blast)
    assert record.fuel is not None
    assert record.fuel.stock_hour["a"][[4, 5, 12]].tolist() == [90000, 0, 0]
    assert record.fuel.lost == 90000
    assert record.counts["arrived"][1].sum() == 0


def test_the_pumps_that_are_left_after_an_explosion_serve_at_their_rate(tmp_path: Path) -> None:
    blast = BLAST.format(at="0 h", share="0 %", pumps="80 %")
    record = with_depots(tmp_path, f"    a: {{ opens: 1 h, {FAST} }}", blast)
    left = record.parties.departed
    assert left.max() == pytest.approx(1 + np.ceil(len(left) / 2) * 0.1)
    blast = BLAST.format(at="1 h", share="0 %", pumps="80 %")
    after = with_depots(tmp_path, f"    a: {{ {FAST} }}", blast).parties.departed
    assert len(after[after > 1.2]) == pytest.approx(np.ptp(after[after > 1.2]) * 20, abs=3)


def test_what_comes_daily_is_handed_out_on_its_day_from_the_opening_on(tmp_path: Path) -> None:
    daily = "    a: { stock: 0 L, pumps: 10, service: 6 min, opens: 3 h, daily: 4 m3/day }"
    record = with_depots(tmp_path, daily)
    assert record.fuel is not None
    assert record.fuel.delivered == 4 * 4000  # at 3, 27, 51 and 75 of 96 hours
    hours = record.parties.arrived
    on_day = [int(((hours > begin) & (hours < begin + 24)).sum()) for begin in (3, 27, 51)]
    assert on_day == [200, 200, len(hours) - 400]  # 20 L each
