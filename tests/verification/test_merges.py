"""Where two roads meet: who goes when both have queues, when one has none, and when two come at the same instant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.verification.cases import entries, post, ran, single_file, stretch

MERGED = 300


def meeting(vehicles: int, horizon: float, priority: float, **corridor: Any) -> dict[str, Any]:
    """A trunk and a feeder, half of the vehicles on each, into a road of 300 an hour."""
    onward = stretch("m", "b", 20, capacity=f"{MERGED} vehicles/h")
    told = single_file(vehicles, {"trunk": stretch("a", "m", 20), "onward": onward}, horizon, **corridor)
    told["corridor"]["feeders"] = {"feeder": stretch("f", "m", 20, priority=priority)}
    told["population"]["settlements"] = {"a": {"people": "50 %"}, "f": {"people": "50 %"}}
    return told


def merged(folder: Path) -> pd.DataFrame:
    """Passages of the node where they meet, with the node each vehicle came from."""
    origin = entries(folder, "entered").set_index("party")["node_or_place"]
    rows = entries(folder, "passed", "m")
    return rows.assign(origin=rows["party"].map(origin))


@pytest.mark.parametrize(("priority", "trunk", "feeder"), [(0.5, 200, 100), (1, 150, 150), (1 / 3, 225, 75)])
def test_two_queues_share_the_way_on_by_their_priorities(
    tmp_path: Path, priority: float, trunk: float, feeder: float
) -> None:
    """V4: 300 an hour at 2:1, 1:1 and 3:1 are 200 and 100, 150 and 150, 225 and 75."""
    rows = merged(ran(tmp_path, meeting(3000, 6, priority)))
    for hour in (1, 2, 3, 4):
        counts = rows[(rows["hour"] > hour) & (rows["hour"] <= hour + 1)]["origin"].value_counts()
        assert counts.to_dict() == pytest.approx({"a": trunk, "f": feeder}, abs=1)


def test_a_road_that_needs_less_than_its_turn_gets_all_it_needs(tmp_path: Path) -> None:
    """V4b: 280 and 60 an hour into 300 at 1:1: all 60 pass, and 240 of the others."""
    gates = {"one": post("a", 280), "other": post("f", 60)}
    told = meeting(22_000, 41, 1, checkpoints=gates)
    told["population"]["settlements"] = {"a": {"people": "80 %"}, "f": {"people": "20 %"}}
    rows = merged(ran(tmp_path, told))
    rows = rows[(rows["hour"] > 1) & (rows["hour"] <= 41)]["origin"].value_counts() / 40
    assert rows.to_dict() == pytest.approx({"a": 240, "f": 60}, rel=1e-3)


@pytest.mark.parametrize(
    ("trunk", "km", "first"),
    [("a_trunk", 20, "a"), ("z_trunk", 20, "f"), ("a_trunk", 20 + 1e-8, "a"), ("a_trunk", 20 + 1e-6, "f")],
    ids=["first by name", "last by name", "2e-10 h later", "2e-8 h later"],
)
def test_of_two_who_come_in_the_same_billionth_of_an_hour_the_first_by_name_of_their_road_goes(
    tmp_path: Path, trunk: str, km: float, first: str
) -> None:
    told = meeting(200, 3, 1)
    segments = told["corridor"]["segments"]
    segments.pop("trunk")
    segments[trunk] = stretch("a", "m", km)
    rows = merged(ran(tmp_path, told))
    assert rows["hour"].iloc[0] == pytest.approx(0.4, abs=1e-7)
    assert rows["origin"].iloc[0] == first
    assert set(rows["origin"].iloc[:2]) == {"a", "f"}
