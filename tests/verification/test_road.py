"""Queues on a road, as the kinematic wave has them: where their tail is, how they grow, dissolve and discharge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.verification.cases import (
    CAPACITY,
    JAM,
    SPEED,
    WAVE,
    entries,
    post,
    ran,
    shut,
    single_file,
    stretches,
    table,
)

LATE = 1e-9
"""Hours beyond which a passage is later than free flow."""


def hours(folder: Path, node: str) -> np.ndarray[Any, Any]:
    """Hours at which a node was passed, in order."""
    return entries(folder, "passed", node)["hour"].to_numpy()


def held(folder: Path, node: str) -> pd.DataFrame:
    """Passages of a node later than free flow from the node before."""
    rows = entries(folder, "passed", node)
    return rows[rows["hour"] > rows["quantity"] + LATE]


def test_a_queue_behind_a_post_grows_back_along_77_km(tmp_path: Path) -> None:
    """V2: 600 an hour into 220. The shock runs back at 3.48269 km/h, the queue holds 121.111 a km and moves at 1.81651.

    Its tail is at km 60, 40, 20 and 5 after 6.4230, 12.1656, 17.9083 and 22.2154 h; then 8,720 stand on km 5 to 77.
    """
    posts = {"gate": post("km0", 600), "post": post("km77", 220)}
    folder = ran(tmp_path, single_file(13_400, stretches(5, 20, 40, 60, 77), 34, checkpoints=posts))
    tail = {km: held(folder, f"km{km}")["hour"].min() for km in (60, 40, 20, 5)}
    assert tail == pytest.approx({60: 6.4230, 40: 12.1656, 20: 17.9083, 5: 22.2154}, abs=2 / 220)
    assert (60 - 5) / (tail[5] - tail[60]) == pytest.approx(3.48269, rel=1e-3)
    stored = (hours(folder, "km5") <= tail[5]).sum() - (hours(folder, "km77") <= tail[5]).sum()
    assert stored == pytest.approx(8720, abs=2)
    queue = table(folder, "queue")
    inside = queue[(queue["hour"] == 20) & (queue["km"] > 20) & (queue["km"] < 75)]["vehicles_per_km"]
    assert len(inside) > 50
    assert inside.mean() == pytest.approx(121.111, rel=1e-3)
    passed = {km: entries(folder, "passed", f"km{km}").set_index("party")["hour"] for km in (5, 20)}
    behind = passed[5][passed[5] > tail[5]].index.intersection(passed[20].index)
    assert len(behind) > 100
    assert 15 / (passed[20] - passed[5])[behind].to_numpy() == pytest.approx(1.81651, rel=1e-5)


def test_a_stopped_queue_starts_again_as_the_wave_reaches_it(tmp_path: Path) -> None:
    """V3: released at 1 h, it starts at km 9.975 of 19.95 at 1.55417 h, discharging 1,764.71 an hour, the apex."""
    told = single_file(3000, stretches(9.975, 19.95), 4, closures={"stop": shut("to_19.95", 9.975, 0, 1)})
    folder = ran(tmp_path, told)
    middle, end = hours(folder, "km9.975"), hours(folder, "km19.95")
    assert end[0] == 1
    assert middle[middle > 1 + LATE][0] == pytest.approx(1 + 9.975 / 18, abs=1e-6)
    assert (len(end) - 1) / (end[-1] - end[0]) == pytest.approx(1764.71, abs=0.01)


def test_capacity_drops_where_vehicles_discharge_from_a_queue(tmp_path: Path) -> None:
    """V5: 1,500 an hour for 2 h into 1,200, a tenth less from a queue: the last is out after 3.1776 h.

    That is 0.4 h of free flow, the first one's 1/1500 h and a headway at 1,080 an hour for each of the 2,999 who wait.
    """
    narrow = {"capacity": "1200 vehicles/h", "capacity_drop": "10 %"}
    segments = stretches(20) | {"narrow": stretches(20, 25, **narrow)["to_25"]}
    told = single_file(3000, segments, 5, checkpoints={"gate": post("km0", 1500)})
    folder = ran(tmp_path, told)
    assert hours(folder, "km20")[-1] == pytest.approx(3.1776, abs=1e-4)


def test_a_vehicle_that_comes_as_the_headway_is_over_does_not_wait(tmp_path: Path) -> None:
    """1,200 an hour into 1,200 with a drop: nobody waits, however sums are rounded, and the last passes unhindered."""
    narrow = {"capacity": "1200 vehicles/h", "capacity_drop": "10 %"}
    segments = stretches(20) | {"narrow": stretches(20, 25, **narrow)["to_25"]}
    told = single_file(3000, segments, 5, checkpoints={"gate": post("km0", 1200)})
    folder = ran(tmp_path, told)
    assert len(held(folder, "km20")) == 0
    assert hours(folder, "km20")[-1] == pytest.approx(0.4 + 3000 / 1200, abs=1e-6)


def test_an_hours_stop_at_the_exit(tmp_path: Path) -> None:
    """V11: 600 an hour stopped for an hour: 600 queue, gone 1.5152 h after the stop began, 454.55 vehicle-hours lost.

    It begins halfway between two vehicles, so that those it stops come as near to a steady stream as vehicles can.
    """
    begins = 3 - 1 / 1200
    closures = {"stop": shut("to_20", 20, begins, begins + 1)}
    told = single_file(4800, stretches(20), 9, closures=closures, checkpoints={"gate": post("km0", 600)})
    folder = ran(tmp_path, told)
    out = entries(folder, "passed", "km20")
    due, passed = out["quantity"].to_numpy(), out["hour"].to_numpy()
    assert ((passed > begins) & (passed < begins + 1 - LATE)).sum() == 0
    assert (due <= begins + 1).sum() - (passed < begins + 1 - LATE).sum() == pytest.approx(600, rel=2e-3)
    assert passed[passed > due + LATE].max() - begins == pytest.approx(1.5152, rel=2e-3)
    assert (passed - due).sum() == pytest.approx(454.55, rel=2e-3)


def test_a_queue_of_dropped_capacity_spills_back_to_the_entrance(tmp_path: Path) -> None:
    """V13: 1,500 an hour for 3 h into 1,200 dropping to 1,080, 10 km on: the tail runs back at 9.6923 km/h.

    It is at the entrance after 1.2321 h, which then takes in 1,080 an hour; the last is out after 4.3664 h.
    """
    narrow = {"capacity": "1200 vehicles/h", "capacity_drop": "10 %"}
    segments = stretches(5, 10) | {"narrow": stretches(10, 15, **narrow)["to_15"]}
    folder = ran(tmp_path, single_file(4500, segments, 6, checkpoints={"gate": post("km0", 1500)}))
    entered = entries(folder, "entered", "km0")["hour"].to_numpy()
    wanted = np.arange(1, 4501) / 1500
    late = entered > wanted + LATE
    spilt = entered[late][0]
    assert spilt == pytest.approx(1.2321, abs=1 / 1080)
    assert 5 / (spilt - held(folder, "km5")["hour"].min()) == pytest.approx(9.6923, rel=2e-3)
    assert (late.sum() - 1) / (entered[-1] - spilt) == pytest.approx(1080, abs=0.5)
    assert hours(folder, "km10")[-1] == pytest.approx(4.3664, abs=1 / 1080)


def by_the_recursion(ready: np.ndarray[Any, Any], lengths: list[float], rate: float) -> list[np.ndarray[Any, Any]]:
    """Equation (1) of the theory in the order of vehicles, a maximum of three at every node; a post at the end."""
    storage = [round(JAM * x) for x in lengths]
    nodes = [np.empty(len(ready)) for _ in range(len(lengths) + 1)]
    for n, hour in enumerate(ready):
        for i, node in enumerate(nodes):
            free = hour if i == 0 else nodes[i - 1][n] + lengths[i - 1] / SPEED
            own = -np.inf if n == 0 else node[n - 1] + (1 / rate if i == len(lengths) else 1 / CAPACITY)
            room = -np.inf
            if i < len(lengths) and n >= storage[i]:
                room = nodes[i + 1][n - storage[i]] + lengths[i] / WAVE
            node[n] = max(free, own, room)
    return nodes


def test_every_passage_is_that_of_the_recursion_in_the_order_of_vehicles(tmp_path: Path) -> None:
    """V17: random demand on a corridor; the windows of the engine and one loop over vehicles agree to 1e-6 s."""
    lengths, rate = [3.0, 6.0, 2.4, 4.5], 200
    told = single_file(3000, stretches(*np.cumsum(lengths).round(3).tolist()), 20)
    told["departure"] = {"loading": {"kind": "logistic", "midpoint": "2 h", "spread": "0.5 h"}}
    told["corridor"]["checkpoints"] = {"post": post("km15.9", rate)}
    folder = ran(tmp_path, told)
    first = entries(folder, "entered")
    nodes = by_the_recursion(np.sort(first["quantity"].to_numpy()), lengths, rate)
    for node, found in zip(("km3", "km9", "km11.4", "km15.9"), nodes[1:], strict=True):
        assert np.abs(hours(folder, node) - found).max() < 1e-6 / 3600
    assert (first["hour"] > first["quantity"] + 0.5).any(), "the queue reached the entrance"


def test_a_road_that_never_opens_runs_and_nobody_arrives(tmp_path: Path) -> None:
    told = single_file(500, stretches(20), 30, never_opens=True)
    rows = table(ran(tmp_path, told), "indicators").set_index("indicator")["p50"]
    assert rows["arrived.total"] == 0
    assert rows["left_behind.people"] == 500
