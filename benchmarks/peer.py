"""The same road in this engine and in UXsim 1.15.1 (C++), in one run: accuracy against theory, and time.

25,400 vehicles evenly over 72 h onto 11 links of 7 km, 40 km/h, 130 vehicles/km, reaction time 1 s; 215 an hour may
leave link 10. Without UXsim (`pip install uxsim==1.15.1`) only this engine is measured.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from benchmarks.measure import EVENT, Figure, Spent, asked_for_tiny, middle, show, timed
from benchmarks.replication import FEW
from sim.model.world import World
from sim.scenario.loader import load
from sim.scenario.schema import Scenario

LINKS, LENGTH, SPEED, JAM_DENSITY, RATE = 11, 7.0, 40.0, 130.0, 215.0
BOTTLENECK = 10
"""The link whose end is the bottleneck, counted from 1."""
WAVE_SPEED = 3600 / JAM_DENSITY
"""A reaction time of 1 s; km/h."""
APEX = SPEED * WAVE_SPEED * JAM_DENSITY / (SPEED + WAVE_SPEED)
GROUP = 5
TIMES = 5
STEPS = 3.0
"""Seconds within which UXsim, whose clock goes by whole seconds, is to agree."""


class Demand(NamedTuple):
    """So many vehicles, evenly over so many hours."""

    vehicles: int
    hours: float

    @property
    def joins(self) -> Any:
        """Hour at which each wants onto the road."""
        return np.arange(1, self.vehicles + 1) * self.hours / self.vehicles

    @property
    def horizon(self) -> float:
        """Hours in which all have passed."""
        return max(self.hours, self.vehicles / RATE) + 2 * LINKS * LENGTH / SPEED


def exact_mean(demand: Demand) -> float:
    """Mean trip: all pass the bottleneck in turn, however long the queue is; hours."""
    before = demand.joins + BOTTLENECK * LENGTH / SPEED
    turn = np.arange(demand.vehicles) / RATE
    passed = np.maximum.accumulate(before - turn) + turn
    return float(np.mean(passed + (LINKS - BOTTLENECK) * LENGTH / SPEED - demand.joins))


def scenario(demand: Demand, extra: int = 0) -> Scenario:
    """The road; `extra` more vehicles stand on each full link, with the same wave and capacity."""
    segments = {
        f"link_{k:02d}": {
            "from": f"n{k - 1}",
            "to": f"n{k}",
            "length": LENGTH,
            "speed": SPEED,
            "jam_density": JAM_DENSITY + extra / LENGTH,
            "wave_speed": WAVE_SPEED,
            "capacity": RATE if k > BOTTLENECK else APEX,
        }
        for k in range(1, LINKS + 1)
    }
    told = {
        "horizon": demand.horizon,
        "population": {"total": demand.vehicles, "household_size": 1},
        "vehicles": {"per_household": 1},
        "departure": {"loading": {"kind": "uniform", "spread": demand.hours}},
        "corridor": {"segments": segments},
    }
    return Scenario.model_validate(told)


def ours(demand: Demand, extra: int = 0) -> World:
    """A journey for every vehicle along the bare road, lived through."""
    world = World(scenario(demand, extra), 1, 0)
    world.journeys.ready = demand.joins.tolist()
    world.run()
    return world


def theirs(demand: Demand, group: int) -> Any:
    """The same in UXsim, in groups of so many vehicles."""
    from uxsim import World as Peer

    quiet = {"print_mode": 0, "save_mode": 0, "show_progress": 0, "vehicle_logging_timestep_interval": -1}
    peer = Peer("", deltan=group, reaction_time=1, tmax=demand.horizon * 3600, random_seed=0, cpp=True, **quiet)
    for k in range(LINKS + 1):
        peer.addNode(f"n{k}", k, 0)
    for k in range(1, LINKS + 1):
        least = {"capacity_out": RATE / 3600} if k == BOTTLENECK else {}
        shape = {"length": LENGTH * 1000, "free_flow_speed": SPEED / 3.6, "jam_density": JAM_DENSITY / 1000}
        peer.addLink(f"link_{k:02d}", f"n{k - 1}", f"n{k}", **shape, **least)
    flow = demand.vehicles / demand.hours / 3600
    peer.adddemand("n0", f"n{LINKS}", 0, demand.hours * 3600, flow=flow)
    peer.exec_simulation()
    return peer


def our_passages(world: World) -> Any:
    """Hour at which each vehicle leaves each link, shape (links, vehicles)."""
    assert world.road is not None
    return np.array([lane.log().left for lane in world.road.lanes])


def their_passages(peer: Any, vehicles: int) -> Any:
    """The same, from UXsim's cumulative counts at its own steps; nan for those it has not let out."""
    found = np.full((LINKS, vehicles), np.nan)
    for k in range(LINKS):
        counts = np.asarray(peer.get_link(f"link_{k + 1:02d}").cum_departure)
        at = np.searchsorted(counts, np.arange(1, vehicles + 1) - 0.5)
        found[k] = np.where(at < len(counts), at * peer.DELTAT / 3600, np.nan)
    return found


def mean_trip(passages: Any, demand: Demand) -> float:
    """Mean hours from wanting onto the road to leaving it."""
    return float(np.nanmean(passages[-1] - demand.joins))


def compare(name: str, passages: Any, singles: Any) -> list[float]:
    """Print the difference of two tables of passages at each node, in seconds; the largest at each."""
    print(f"UXsim, single vehicles, less this engine with {name}: seconds at the end of each link")
    print("link    mean  largest")
    worst = []
    for number, (one, other) in enumerate(zip(singles, passages, strict=True), 1):
        late = (one - other) * 3600
        worst.append(float(np.nanmax(np.abs(late))))
        print(f"{number:4}  {np.nanmean(late):6.1f}  {worst[-1]:7.1f}")
    return worst


def again(work: Callable[[], Any], times: int) -> Spent:
    """Medians of several repetitions."""
    return middle(timed(work)[0] for _ in range(times))


def constrained(vehicles: int, times: int, tiny: bool) -> Spent:
    """Building and running the event with every constraint, per vehicle, times so many vehicles."""
    told = load(EVENT, FEW if tiny else {})
    return middle(per_vehicle(told, number, vehicles) for number in range(times))


def per_vehicle(told: Scenario, number: int, vehicles: int) -> Spent:
    """Time of one world of the event, by its number of vehicles times another."""
    spent, world = timed(lambda: lived(told, number))
    more = vehicles / float(np.sum(world.parties.vehicles))
    return Spent(spent.wall * more, spent.cpu * more)


def lived(told: Scenario, number: int) -> World:
    """One world, lived through."""
    world = World(told, 1, number)
    world.run()
    return world


def figures(tiny: bool = False) -> list[Figure]:
    """Accuracy of each, and how they compare in time."""
    demand, times = (Demand(300, 1.0), 1) if tiny else (Demand(25_400, 72.0), TIMES)
    mean = exact_mean(demand)
    passages, more = our_passages(ours(demand)), our_passages(ours(demand, 1))
    bare = again(lambda: ours(demand), times)
    full = constrained(demand.vehicles, times, tiny)
    rows = [
        Figure("exact mean trip of the comparison", "24.994 h", f"{mean:.3f} h"),
        accuracy("this engine", passages, demand),
        Figure("this engine on the bare road", "", str(bare)),
        Figure("with every constraint, for as many vehicles", "", str(full)),
    ]
    if importlib.util.find_spec("uxsim") is None:
        return [*rows, Figure("UXsim 1.15.1", "", "not installed, not measured")]
    return rows + peers(demand, times, (passages, more), (bare, full))


def peers(demand: Demand, times: int, tables: tuple[Any, Any], took: tuple[Spent, Spent]) -> list[Figure]:
    """What UXsim finds, and takes."""
    grouped = their_passages(theirs(demand, GROUP), demand.vehicles)
    groups = again(lambda: theirs(demand, GROUP), times)
    alone, peer = timed(lambda: theirs(demand, 1))
    singles = their_passages(peer, demand.vehicles)
    fewer = compare("K vehicles on a full link", tables[0], singles)
    worst = compare("K + 1 vehicles on a full link", tables[1], singles)
    steps = [one - other for one, other in pairwise(fewer[:BOTTLENECK])] if demand.vehicles > len(fewer) * 1000 else []
    growth = f"{np.median(steps):.1f} s" if steps else "no queue so long"
    return [
        accuracy("UXsim, groups of 5", grouped, demand),
        accuracy("UXsim, single vehicles", singles, demand),
        Figure("UXsim, groups of 5: largest difference at any node, K + 1 a link", "", off(grouped, tables[1])),
        Figure("UXsim, groups of 5", "", str(groups)),
        Figure("UXsim, single vehicles", "", str(alone)),
        Figure("largest difference at any node, K + 1 a link", "3 s", f"{max(worst):.1f} s", max(worst) <= STEPS),
        Figure("growth of the difference a link, K a link", "16.7 s", growth),
        quicker("bare road against groups of 5", took[0], groups),
        quicker("every constraint against groups of 5", took[1], groups),
    ]


def off(passages: Any, exact: Any) -> str:
    """The largest difference of two tables of passages, in seconds."""
    return f"{np.nanmax(np.abs(passages - exact)) * 3600:.0f} s"


def accuracy(name: str, passages: Any, demand: Demand) -> Figure:
    """How far a mean trip is from the exact one."""
    found = mean_trip(passages, demand)
    return Figure(f"{name}: mean trip", "", f"{found:.3f} h ({(found - exact_mean(demand)) * 3600:+.1f} s)")


def quicker(what: str, spent: Spent, peer: Spent) -> Figure:
    """How many times faster, by processor time in the same run."""
    times = peer.cpu / spent.cpu
    return Figure(what, "faster", f"{times:.2f} times as fast", times > 1)


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
