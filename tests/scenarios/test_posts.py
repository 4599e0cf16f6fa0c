"""Posts and crossings at the nodes of a road: groups, several in a row, shares of those side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Array, Record
from sim.scenario.faults import ScenarioError
from tests.scenarios.shelf import lived


def along(folder: Path, stands: str, people: int = 1000, over: str = "1 h", more: str = "") -> Record:
    """One person a vehicle, evenly over some time, along two stretches of 5 km; what stands at their nodes is told."""
    text = f"""
horizon: 200 h
population: {{ total: {people} people, household_size: 1 people/household }}
vehicles: {{ per_household: 1 vehicles/household }}
departure: {{ loading: {{ kind: uniform, spread: {over} }} }}
corridor:
  segments:
    near: {{ from: town, to: river, length: 5 km, class: two_lane, speed: 50 km/h }}
    far: {{ from: river, to: border, length: 5 km, class: two_lane, speed: 50 km/h }}
{stands}
{more}
"""
    return lived(folder, text)


def convoy(every: float, vehicles: float, rate: float, more: str = "") -> str:
    told = f"booth_rate: {rate} vehicles/h, convoy: {{ every: {every} h, vehicles: {vehicles} }}{more}"
    return f"  checkpoints: {{ post: {{ at: border, {told} }} }}"


def begun(record: Record, post: int = 0) -> Array:
    return np.sort(record.posts[post].begun)


def test_a_convoy_lets_a_whole_group_go_at_each_release_at_the_rate_of_the_booths(tmp_path: Path) -> None:
    """100 every 6 h at 200 an hour: each group takes half an hour; 950 of 1,000 have crossed in the tenth group."""
    hours = begun(along(tmp_path, convoy(6, 100, 200)))
    group = np.repeat(np.arange(1, 11), 100)
    place = np.tile(np.arange(100), 10)
    assert hours == pytest.approx(6 * group + place / 200, abs=1e-6)


@pytest.mark.parametrize(("vehicles", "rate", "through"), [(100, 10, 10), (30, 200, 5), (60, 10, 10)])
def test_the_mean_throughput_of_convoys_is_the_lesser_of_groups_and_booths(
    tmp_path: Path, vehicles: float, rate: float, through: float
) -> None:
    hours = begun(along(tmp_path, convoy(6, vehicles, rate), people=800))
    passed = np.searchsorted(hours, 18 + 60) - np.searchsorted(hours, 18)
    assert passed / 60 == pytest.approx(through, rel=0.01)


def test_who_comes_when_the_line_is_empty_waits_for_the_next_release(tmp_path: Path) -> None:
    """Ten vehicles an hour and groups of 1,000: everyone goes at a full multiple of 6 h, 3 h late on average."""
    record = along(tmp_path, convoy(6, 1000, 2000), over="100 h")
    late = record.posts[0].begun - record.posts[0].ready
    assert late.mean() == pytest.approx(3, abs=0.2)
    assert (begun(record) % 6).max() < 0.2


def test_a_release_in_closed_hours_waits_until_the_post_opens(tmp_path: Path) -> None:
    closed = ", hours: { from: 08:00, to: 16:00 }"
    hours = begun(along(tmp_path, convoy(6, 100, 1000, closed), people=500))
    assert np.unique(np.floor(hours)).tolist() == [8, 12, 32, 36, 56]


def test_ten_booths_release_a_group_in_a_tenth_of_the_time(tmp_path: Path) -> None:
    hours = begun(along(tmp_path, convoy(6, 100, 20, ", booths: 10")))
    assert hours[99] - hours[0] == pytest.approx(9 / 20, abs=0.01)


def in_a_row(first: str, second: str) -> str:
    return f"  checkpoints: {{ p: {{ at: river, {first} }}, q: {{ at: border, {second} }} }}"


def test_each_post_takes_its_own_vehicles_aside(tmp_path: Path) -> None:
    """Everyone is held for 5 h at the first post and at the second for none."""
    aside = "booth_rate: 5000 vehicles/h, secondary: { share: 100 %, time: 5 h }"
    record = along(tmp_path, in_a_row(aside, "booth_rate: 5000 vehicles/h"))
    first, second = record.posts
    assert (first.ended - first.begun).min() == pytest.approx(5, abs=0.001)
    assert (second.ended - second.begun).max() < 0.001


def test_each_post_has_its_own_spread_of_service(tmp_path: Path) -> None:
    record = along(tmp_path, in_a_row("booth_rate: 500 vehicles/h, spread: 0.5", "booth_rate: 500 vehicles/h"))
    first, second = (np.sort(post.ended - post.begun) for post in record.posts)
    assert first.std() / first.mean() == pytest.approx(0.5, abs=0.08)
    assert second == pytest.approx(1 / 500)


POST, BRIDGE = (
    "  checkpoints: { post: { at: river, booth_rate: %s } }\n",
    "  crossings: { b: { at: river, kind: bridge, capacity: %s } }",
)


@pytest.mark.parametrize(("booth", "bridge", "through"), [(200, 20, 20), (20, 200, 20), (100, 100, 100)])
def test_a_bridge_behind_a_checkpoint_at_its_node_limits_what_passes(
    tmp_path: Path, booth: int, bridge: int, through: int
) -> None:
    record = along(tmp_path, POST % f"{booth} vehicles/h" + BRIDGE % f"{bridge} vehicles/h", people=400)
    arrived = record.counts["arrived"][0]
    assert (len(arrived) - 1) / np.ptp(arrived) == pytest.approx(through, rel=0.01)
    assert [post.node for post in record.posts] == ["river", "river"]
    assert record.posts[1].ready == pytest.approx(np.sort(record.posts[0].ended))


def test_two_checkpoints_at_one_node_are_refused_with_their_place(tmp_path: Path) -> None:
    told = "at: river, booth_rate: 20 vehicles/h"
    two = f"  checkpoints:\n    a: {{ {told} }}\n    b: {{ {told} }}"
    with pytest.raises(ScenarioError, match=r"told.yaml:12:\d+: corridor.checkpoints.b.at: .*checkpoint 'a' already"):
        along(tmp_path, two)


def side_by_side(one: str, other: str) -> str:
    kind = "at: river, kind: bridge, capacity: 200 vehicles/h"
    return f"  crossings:\n    a: {{ {kind}{one} }}\n    b: {{ {kind}{other} }}"


def test_shares_of_crossings_must_make_up_everyone(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"told.yaml:11:\d+: corridor.crossings.a.share: .*sum to 180.0%"):
        along(tmp_path, side_by_side(", share: 90 %", ", share: 90 %"))
    with pytest.raises(ScenarioError, match=r"told.yaml:12:\d+: corridor.crossings.b: has no `share`"):
        along(tmp_path, side_by_side(", share: 90 %", ""))


def test_vehicles_use_crossings_by_their_shares(tmp_path: Path) -> None:
    """A quarter of 1,000 at 200 an hour and three quarters at 200: the second bridge is the last to finish."""
    record = along(tmp_path, side_by_side(", share: 25 %", ", share: 75 %"))
    assert np.ptp(begun(record)) == pytest.approx(750 / 200, rel=0.06)
    both = along(tmp_path, side_by_side("", ""))
    assert np.ptp(begun(both)) == pytest.approx(1000 / 400, rel=0.01)
