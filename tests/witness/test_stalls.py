"""Vehicles that run dry: the fast road equals the slow one, whose links are cut where they stand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from sim.model.streams import stream
from sim.model.world import World
from sim.scenario.schema import Scenario

sys.path.insert(0, str(Path(__file__).parent))
from plain_road import PlainRoad, Vehicle, with_stops

MICROSECOND = 1e-6 / 3600
CLEARING = 5 / 60
USE, IDLE = 0.1, 0.3


def corridor(number: int, vehicles: int) -> dict[str, Any]:
    """A road on which queues spill back: little room, a post at its end, one car after another."""
    rng = stream(number, 0, "corridors of the witness")
    segments = {}
    for k in range(int(rng.integers(1, 4))):
        told = {"from": f"n{k}", "to": f"n{k + 1}", "length": round(float(rng.uniform(3, 8)), 1)}
        told |= {"speed": float(rng.integers(30, 60)), "wave_speed": float(rng.integers(14, 21))}
        segments[f"s{k}"] = told | {"jam_density": float(rng.integers(15, 45)), "capacity": 150.0}
    rate = float(rng.integers(60, 140))
    return {
        "horizon": 80,
        "population": {"total": vehicles, "household_size": 1},
        "vehicles": {"per_household": 1},
        "departure": {"loading": {"kind": "uniform", "spread": float(rng.uniform(0.2, 1))}},
        "corridor": {
            "segments": segments,
            "checkpoints": {"post": {"at": f"n{len(segments)}", "booth_rate": rate}},
        },
    }


def both(number: int, dry: int, vehicles: int = 160) -> tuple[World, PlainRoad]:
    """The engine and the witness, where so many vehicles set off with too little."""
    world = World(Scenario.model_validate(corridor(number, vehicles)), 1, number)
    traffic, rng = world.traffic, stream(number, 0, "who has too little")
    way = sum(link.length for link in world.route.links) if world.route else 0.0
    for name, value in (("use", USE), ("idle", IDLE), ("clearing", CLEARING), ("blocks", True)):
        traffic.cars[name] = value
    for vehicle in rng.choice(vehicles, dry, replace=False).tolist():
        traffic.litres[vehicle] = float(rng.uniform(0.1, 1)) * USE * way
    litres = list(traffic.litres)  # as they set off: driving empties them
    world.run()
    posts = world.scenario.corridor.checkpoints if world.scenario.corridor else {}
    service, aside = dict.fromkeys(posts, 1.0), dict.fromkeys(posts, 0.0)
    driven = [
        Vehicle(n, "n0", hour, 1.0, service, aside, litres=litres[n], use=USE, idle=IDLE, clearing=CLEARING)
        for n, hour in enumerate(world.journeys.departed)
    ]
    return world, with_stops(world.scenario, driven)


def exits(world: World, plain: PlainRoad) -> float:
    """The largest difference at the end of the road, in hours; the same vehicles stopped."""
    assert world.road is not None
    lane, piece = world.road.lanes[-1].log(), plain.pieces[-1]
    dry = {stop.vehicle for stop in plain.stops}
    assert {stall.party for stall in world.road.stalls} == dry
    one = {v: hour for v, hour in zip(lane.party, lane.left, strict=True) if v not in dry}
    other = {v.name: hour for (v, _), hour in zip(piece.entered, piece.left, strict=True) if v.name not in dry}
    assert one.keys() == other.keys()
    return max(abs(one[v] - other[v]) for v in one)


def entries(world: World, plain: PlainRoad) -> float:
    """The largest difference where a link begins, in hours."""
    assert world.road is not None
    begins = {piece.name: piece for piece in reversed(plain.pieces)}
    plainly = {name: {v.name: hour for v, hour in piece.entered} for name, piece in begins.items()}
    return max(
        abs(hour - plainly[lane.name][vehicle])
        for lane in world.road.lanes
        for vehicle, hour in zip(lane.log().party, lane.log().entered, strict=True)
    )


def blocked(plain: PlainRoad) -> float:
    """Hours in which somebody stood in the way on the plain road, from reaching the place to being cleared."""
    total = 0.0
    for piece in plain.pieces:
        for at, (vehicle, entered) in enumerate(piece.entered):
            if vehicle.name in piece.stands_at_end:
                before = piece.left[at - 1] + piece.headway if at else 0.0
                total += piece.stands_at_end[vehicle.name] - max(entered + piece.length / piece.speed, before)
    return total


@pytest.mark.parametrize("number", range(16))
def test_where_one_vehicle_runs_dry_everyone_is_out_at_the_hour_of_the_witness(number: int) -> None:
    """Exits to 1e-6 s. Until its vehicle would have left, a stall is not known, and entries come too early."""
    world, plain = both(number, 1)
    early, most = entries(world, plain), blocked(plain)
    print(f"exits {exits(world, plain) * 3600:.1e} s, entries {early * 60:.2f} min, blocked {most * 60:.2f} min")  # noqa: T201
    assert len(plain.stops) == 1
    assert exits(world, plain) < MICROSECOND
    assert early <= most + MICROSECOND


@pytest.mark.parametrize("number", [2, 5, 9, 16, 24])
def test_where_three_run_dry_the_same_ones_do_and_exits_differ_by_less_than_a_clearing(number: int) -> None:
    """Who enters too early behind the first stall idles longer on that link, and so stops a little earlier on it."""
    world, plain = both(number, 3)
    early, most = entries(world, plain), blocked(plain)
    print(f"exits {exits(world, plain) * 3600:.1e} s, entries {early * 60:.2f} min, blocked {most * 60:.2f} min")  # noqa: T201
    assert len(plain.stops) == 3
    assert exits(world, plain) < CLEARING
    assert early <= most + MICROSECOND
