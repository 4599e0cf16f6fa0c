"""People on foot and with carts keep to what is shut on their way, up to where people are counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Array, Record
from tests.scenarios.shelf import lived

BRIDGE = "  crossings: { b: { at: river, kind: bridge, capacity: 9 vehicles/h%s } }"


def walked(folder: Path, corridor: str = "", people: int = 1000, modes: str = "foot: 100 %", more: str = "") -> Record:
    """Everyone walks 20 km at 4 km/h without a rest; a river is 8 km on, and people are counted after 16 km."""
    text = f"""
horizon: 200 h
population:
  total: {people} people
  modes: {{ {modes} }}
  walking_speed: 4 km/h
  walking_day: 24 h
vehicles:
  per_household: 1 vehicles/household
  classes: {{ car: {{ share: 100 %, seats: 20 }} }}
corridor:
  count_at: border
  segments:
    near: {{ from: town, to: river, length: 8 km, class: two_lane, speed: 40 km/h }}
    far: {{ from: river, to: border, length: 8 km, class: two_lane, speed: 40 km/h }}
    beyond: {{ from: border, to: camp, length: 4 km, class: two_lane, speed: 40 km/h }}
{corridor}
{more}
"""
    return lived(folder, text)


def hours(record: Record) -> Array:
    """Hour at which each person had crossed."""
    when, people, _ = record.counts["arrived"]
    return np.repeat(when, people)


def test_nothing_shut_is_distance_over_speed(tmp_path: Path) -> None:
    assert hours(walked(tmp_path)) == pytest.approx(np.full(1000, 4.0))


@pytest.mark.parametrize("mode", ["foot: 100 %", "cart: 100 %"])
@pytest.mark.parametrize(
    ("corridor", "comes"),
    [
        ("  opens: 50 h", 54),
        ("  closures: { x: { segment: near, km: 4 km, from: 0 h, until: 90 h } }", 93),
        ("  closures: { x: { segment: far, km: 8 km, from: 3 h, until: 90 h } }", 90),
        ("  closures: { x: { segment: near, km: 4 km, from: 2 h, until: 90 h } }", 4),
        ("  closures: { x: { segment: beyond, km: 2 km, from: 0 h, until: 90 h } }", 4),
        (BRIDGE % ", opens: 50 h", 50 + 2),
        (BRIDGE % ", hours: { from: 09:00, to: 10:00 }", 9 + 2),
        ("  crossings: { b: { at: river, kind: bridge, capacity: 10 vehicles/h } }", 4),
        ("  checkpoints: { p: { at: river, booth_rate: 1 vehicles/h, hours: { from: 22:00, to: 23:00 } } }", 24),
        ("  checkpoints: { p: { at: camp, booth_rate: 1 vehicles/h, opens: 90 h, pedestrians: 10 people/h } }", 4),
    ],
)
def test_they_wait_where_it_is_shut_and_only_on_their_way(
    tmp_path: Path, corridor: str, comes: float, mode: str
) -> None:
    assert hours(walked(tmp_path, corridor, modes=mode)) == pytest.approx(np.full(1000, comes))


def test_they_use_the_bridge_that_opens_first(tmp_path: Path) -> None:
    one = "{ at: river, kind: bridge, capacity: 9 vehicles/h, opens: 50 h }"
    other = "{ at: river, kind: bridge, capacity: 9 vehicles/h, opens: 10 h, closes: 20 h }"
    assert hours(walked(tmp_path, f"  crossings: {{ a: {one}, b: {other} }}")) == pytest.approx(np.full(1000, 12))


def test_a_post_that_closes_for_good_lets_nobody_through_who_comes_later(tmp_path: Path) -> None:
    post = "  checkpoints: { p: { at: river, booth_rate: 1 vehicles/h, closes: 1 h } }"
    assert hours(walked(tmp_path, post)).size == 0


def test_each_post_has_its_own_rate_for_people_on_foot(tmp_path: Path) -> None:
    """100 an hour at the river, 10,000 at the border: the last of 1,000 comes 10 h after the first could."""
    first = "p: { at: river, booth_rate: 1 vehicles/h, pedestrians: 100 people/h }"
    second = "q: { at: border, booth_rate: 1 vehicles/h, pedestrians: 10000 people/h }"
    when = hours(walked(tmp_path, f"  checkpoints: {{ {first}, {second} }}"))
    assert when.max() == pytest.approx(2 + 10 + 2, abs=0.1)
    assert np.median(when) == pytest.approx(2 + 5 + 2, abs=0.1)


def test_a_post_serves_people_on_foot_in_its_hours(tmp_path: Path) -> None:
    """100 an hour for 4 h a day: 400 a day, and the last of 1,000 on the third day."""
    post = "at: border, booth_rate: 1 vehicles/h, pedestrians: 100 people/h, hours: { from: 08:00, to: 12:00 }"
    when = hours(walked(tmp_path, f"  checkpoints: {{ p: {{ {post} }} }}"))
    assert np.unique(when // 24).tolist() == [0, 1, 2]
    assert ((when < 24).sum(), (when < 48).sum()) == pytest.approx((400, 800), abs=20)


FERRY = "at: river, kind: ferry, round_trip: 1 h, hours: { from: 06:00, to: 18:00 }"


def test_a_ferry_takes_so_many_people_a_trip_in_its_hours(tmp_path: Path) -> None:
    """20 a trip, the first at 6, twelve trips a day: 240 people a day at most, and never more than 20 together."""
    when = hours(walked(tmp_path, f"  crossings: {{ f: {{ {FERRY}, people: 20 }} }}", people=500))
    trips, people = np.unique(np.floor(when - 0.5 - 2 + 1e-9), return_counts=True)  # round trips begin at full hours
    assert people.max() <= 20
    assert people.mean() > 16
    assert ((trips % 24 >= 6) & (trips % 24 < 18)).all()
    assert np.diff(trips).min() >= 1 - 1e-6


def test_people_on_foot_and_in_vehicles_take_turns_for_a_ferrys_places(tmp_path: Path) -> None:
    """Half walk, half drive; 40 places a trip: both cross at like rates, and never more than 40 a trip."""
    ferry = "  crossings: { f: { at: river, kind: ferry, people: 40, round_trip: 1 h } }"
    record = walked(tmp_path, ferry, people=1000, modes="foot: 50 %", more="")
    parties, came = record.parties, record.parties.arrived
    drives = parties.vehicles > 0
    rates = [parties.people[half & (came >= 6) & (came < 22)].sum() / 16 for half in (drives, ~drives)]
    assert rates == pytest.approx([20, 20], rel=0.2)
    assert sum(rates) <= 40 * 17 / 16
    end = np.nanmax(record.counts["arrived"][0])
    assert 1000 / 40 <= end < 1000 / 40 * 1.2 + 3


def test_at_night_people_on_foot_take_the_ferry_and_by_day_the_bridge(tmp_path: Path) -> None:
    bridge = "b: { at: river, kind: bridge, capacity: 9 vehicles/h, hours: { from: 05:00, to: 20:00 } }"
    ferry = "f: { at: river, kind: ferry, people: 50, round_trip: 1 h }"
    when = hours(walked(tmp_path, f"  crossings: {{ {bridge}, {ferry} }}", people=500))
    over = when - 2
    assert (np.abs(over - 5.0) < 1e-6).sum() >= 500 - 3 * 50
    assert ((over > 2.49) & (over < 2.6)).sum() in range(40, 51)


def test_people_of_a_stalled_vehicle_walk_past_what_lies_ahead_of_them_only(tmp_path: Path) -> None:
    """All run dry 6 km on and walk from there: what is shut behind them is none of theirs, the bridge ahead is."""
    fuel = "fuel: { held: 6 L, without: leave }\nincidents: { lift_patience: 1 h, full_block: 0 % }"
    thirsty = {"vehicles.classes.car.use": "1 L/km", "vehicles.classes.car.idle": "0 L/h"}
    text = walked_text(tmp_path, fuel)
    record = lived(tmp_path, text, thirsty)
    assert len(record.stalls) == record.parties.vehicles.sum()
    assert hours(record).min() >= 30 + 2


def walked_text(tmp_path: Path, more: str) -> str:
    shut = "  closures: { x: { segment: near, km: 1 km, from: 6 h, until: 100 h } }\n"
    bridge = "  crossings: { b: { at: river, kind: bridge, capacity: 900 vehicles/h, opens: 30 h } }"
    walked(tmp_path, shut + bridge, people=40, modes="foot: 0 %", more=more)
    return (tmp_path / "told.yaml").read_text(encoding="utf-8")
