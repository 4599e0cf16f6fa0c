"""A jam is where vehicles stand closer than they do at full flow."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.results import queues
from sim.scenario.schema import Scenario
from tests.results.test_gaps import cells, written

ROAD = {"from": "a", "to": "b", "length": 40, "speed": 60, "jam_density": 120, "wave_speed": 12}
"""Capacity 120/(1/60 + 1/12) = 1,200 vehicles/h, critical density 1200/60 = 20 vehicles/km."""


def on_a_road(people: int, **corridor: object) -> Scenario:
    told = {"population": {"total": people}, "horizon": 12, "corridor": {"segments": {"road": ROAD}, **corridor}}
    return Scenario.model_validate(told, context={"start": None})


def test_a_full_road_that_flows_is_no_jam(tmp_path: Path) -> None:
    rows = written(on_a_road(4000), tmp_path, "queue")
    assert max(cells(rows, "vehicles_per_km")) == pytest.approx(20, abs=2)
    assert max(cells(rows, "jammed")) == 0


def test_one_vehicle_alone_is_no_jam() -> None:
    record = sim.run(on_a_road(1))
    assert queues.jam(record, queues.density(record)).max() == 0


def test_a_queue_behind_a_slow_post_is_a_jam_up_to_its_tail() -> None:
    post = {"post": {"at": "b", "lanes": 1, "booths": 1, "booth_rate": 300, "spread": 0}}
    record = sim.run(on_a_road(4000, checkpoints=post))
    vehicles = queues.density(record)
    jammed = queues.jam(record, vehicles)[:, 2]
    # At 300/h the queue stands at 120 - 300/12 = 95 vehicles/km.
    assert vehicles[-7:, 2].mean() == pytest.approx(95, rel=0.03)
    tail = int(jammed.argmax())
    assert 0 < tail < len(jammed) - 1
    assert jammed[tail:].all()
