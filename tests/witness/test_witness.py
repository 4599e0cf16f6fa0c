"""The fast road equals the slow, obvious one: the same vehicles pass the same places at the same hours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.model.record import Array
from sim.model.streams import stream
from sim.model.world import World
from sim.scenario.schema import Scenario

sys.path.insert(0, str(Path(__file__).parent))
from plain_road import PlainRoad, Vehicle

MICROSECOND = 1e-6 / 3600


def pick(rng: Any, *choices: Any) -> Any:
    return choices[int(rng.integers(len(choices)))]


def stretch(rng: Any, origin: str, to: str) -> dict[str, Any]:
    told = {
        "from": origin,
        "to": to,
        "length": round(float(rng.uniform(2, 7)), 1),
        "speed": round(float(rng.uniform(25, 60)), 1),
        "jam_density": round(float(rng.uniform(60, 140)), 1),
        "wave_speed": round(float(rng.uniform(14, 21)), 1),
        "lanes": pick(rng, 1, 1, 1.5, 2),
        "capacity_drop": pick(rng, 0, 0, 0.1),
    }
    apex = told["speed"] * told["wave_speed"] * told["jam_density"] * told["lanes"]
    apex /= told["speed"] + told["wave_speed"]
    return told | pick(rng, {}, {"capacity": round(apex * float(rng.uniform(0.15, 1.0)), 1)})


def post(rng: Any, node: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at": node,
        "booth_rate": float(rng.integers(40, 250)),
        "booths": int(rng.integers(1, 4)),
        "spread": pick(rng, 0, 0.5),
    }
    if rng.random() < 0.5:
        told["regimes"] = {
            "later": {"from": float(rng.uniform(0.3, 3)), "booth_rate": float(rng.integers(40, 400))},
            "last": {"from": float(rng.uniform(3, 5)), "booths": int(rng.integers(1, 4))},
        }
    if rng.random() < 0.4:
        told["hours"] = {"from": float(rng.integers(0, 4)), "to": float(rng.integers(5, 24))}
    if rng.random() < 0.3:
        told["secondary"] = {"share": 0.2, "time": pick(rng, 0.1, 0.7)}
    if rng.random() < 0.3:
        told["convoy"] = {"every": pick(rng, 0.1, 0.25, 1, 3), "vehicles": int(rng.integers(10, 60))}
    return told


def bridge(rng: Any, node: str) -> dict[str, Any]:
    told: dict[str, Any] = {"at": node, "kind": "bridge", "capacity": float(rng.integers(40, 400))}
    if rng.random() < 0.5:
        told["hours"] = {"from": float(rng.integers(0, 4)), "to": float(rng.integers(5, 24))}
    return told | pick(rng, {}, {"crossing_time": 0.1, "opens": 2.0})


def closure(rng: Any, name: str, length: float) -> dict[str, Any]:
    km = pick(rng, 0.0, length, float(rng.uniform(0, length)), float(rng.uniform(0, 0.3)), length - 0.2, length / 2)
    begins = float(rng.uniform(0, 3))
    return {"segment": name, "km": round(km, 1), "from": begins, "until": begins + float(rng.uniform(0.05, 2))}


def network(number: int) -> dict[str, Any]:
    """A trunk with feeders, posts and closures; who lives at its ends joins there."""
    rng = stream(number, 0, "networks of the witness")
    trunk = int(rng.integers(2, 6))
    segments = {f"s{k}": stretch(rng, f"n{k}", f"n{k + 1}") for k in range(trunk)}
    feeders: dict[str, Any] = {}
    for k in range(int(rng.integers(0, 4))):
        to = pick(rng, *(f"n{j}" for j in range(1, trunk)), *(f"f{j}" for j in range(k)))
        feeders[f"w{k}"] = stretch(rng, f"f{k}", to) | {"priority": pick(rng, 0.5, 1, 2, 3)}
    everything = {**segments, **feeders}
    nodes = [f"n{k}" for k in range(1, trunk + 1)]
    closures = {f"c{k}": str(rng.choice(list(everything))) for k in range(int(rng.integers(0, 4)))}
    homes = ["n0", *(f"f{k}" for k in range(len(feeders)))]
    homes += [node for node in nodes[:-1] if rng.random() < 0.2]
    shares = rng.dirichlet(np.ones(len(homes)) * 3)
    return {
        "horizon": 240,
        "population": {
            "total": int(rng.integers(100, 301)),
            "household_size": 1,
            "settlements": {
                home: {"people": {"share": float(share)}} for home, share in zip(homes, shares, strict=True)
            },
        },
        "vehicles": {
            "per_household": 1,
            "classes": {
                "car": {"share": 0.8, "seats": 5},
                "truck": {"share": 0.2, "seats": 5, "pce": pick(rng, 1, 2, 2.5)},
            },
        },
        "departure": {
            "loading": {"kind": pick(rng, "uniform", "uniform", "at_once"), "spread": float(rng.uniform(0.1, 2))}
        },
        "corridor": {
            "segments": segments,
            "feeders": feeders,
            "checkpoints": {f"p{k}": post(rng, node) for k, node in enumerate(nodes) if rng.random() < 0.3},
            "crossings": {f"b{k}": bridge(rng, node) for k, node in enumerate(nodes) if rng.random() < 0.3},
            "closures": {name: closure(rng, where, everything[where]["length"]) for name, where in closures.items()},
        },
    }


def lived(told: dict[str, Any]) -> World:
    """The world of a scenario, lived through by the engine."""
    world = World(Scenario.model_validate(told), 1, 0)
    world.run()
    return world


def witness(world: World) -> PlainRoad:
    """The same vehicles on the plain road."""
    traffic, journeys = world.traffic, world.journeys
    vehicles = [
        Vehicle(n, journeys.node_of(n), hour, traffic.space[n], of(n, traffic.service), of(n, traffic.secondary))
        for n, hour in enumerate(journeys.departed)
        if hour == hour
    ]
    plain = PlainRoad(world.scenario, vehicles)
    plain.run(world.scenario.horizon)
    return plain


def of(vehicle: int, by_post: dict[str, Array]) -> dict[str, float]:
    return {post: values[vehicle] for post, values in by_post.items()}


def passages_of_engine(world: World) -> dict[tuple[str, float, int], tuple[float, float]]:
    assert world.road is not None
    return {
        (lane.name, round(lane.km[0], 6), vehicle): (entered, left)
        for lane in world.road.lanes
        for log in [lane.log()]
        for vehicle, entered, left in zip(
            log.party.tolist(), log.entered.tolist(), np.nan_to_num(log.left, nan=np.inf).tolist(), strict=True
        )
    }


def passages_of_witness(plain: PlainRoad) -> dict[tuple[str, float, int], tuple[float, float]]:
    return {
        (piece.name, round(piece.km, 6), vehicle.name): (hour, left)
        for piece in plain.pieces
        for (vehicle, hour), left in zip(
            piece.entered, piece.left + [np.inf] * (len(piece.entered) - len(piece.left)), strict=True
        )
    }


def worst(told: dict[str, Any]) -> float:
    """The largest difference in hours between a passage of one and of the other."""
    world = lived(told)
    one, other = passages_of_engine(world), passages_of_witness(witness(world))
    assert one.keys() == other.keys()
    a, b = np.array([one[key] for key in one]), np.array([other[key] for key in one])
    assert np.isfinite(b).all()
    return float(np.abs(a - b).max())


@pytest.mark.parametrize("number", range(400))
def test_every_passage_of_a_random_network_is_that_of_the_witness(number: int) -> None:
    """V17: two engines that share no code, on networks with merges, booths and closures at any point."""
    assert worst(network(number)) < MICROSECOND


@pytest.mark.parametrize("number", range(0, 60, 3))
def test_it_does_not_matter_in_which_order_nodes_are_advanced_within_a_window(number: int) -> None:
    """V18: in the other order every passage is the same to the last digit."""
    told = network(number)
    turned = World(Scenario.model_validate(told), 1, 0)
    assert turned.road is not None
    turned.road.nodes = dict(reversed(turned.road.nodes.items()))
    turned.road.lay_out()
    turned.run()
    assert passages_of_engine(turned) == passages_of_engine(lived(told))
