"""Packets of N vehicles that move together: how far their arrivals are from those of single vehicles, and the time."""

from __future__ import annotations

from statistics import mean
from typing import Any

import numpy as np

from benchmarks.measure import EVENT, Figure, Spent, asked_for_tiny, middle, show, timed
from benchmarks.peer import Demand
from benchmarks.peer import scenario as bare
from benchmarks.replication import FEW
from sim.model.world import World
from sim.results.curves import CURVES, curves
from sim.scenario.loader import load
from sim.scenario.paths import change

SIZES = (1, 2, 5, 10)
TIMES = 5


def figures(tiny: bool = False) -> list[Figure]:
    """Each size meets the same people and luck; errors are those of the hourly cumulative arrivals, in people."""
    demand, worlds = (Demand(300, 1.0), range(1)) if tiny else (Demand(25_400, 72.0), range(TIMES))
    roads = {"bare road": bare(demand), EVENT.stem: load(EVENT, FEW if tiny else {})}
    return [row for name, told in roads.items() for row in series(name, told, worlds)]


def series(name: str, told: Any, worlds: range) -> list[Figure]:
    """All sizes on one road."""
    found = {size: [arrivals(told, size, number) for number in worlds] for size in SIZES}
    return [figure(f"`--resolution {size}`, {name}", packed, found[1]) for size, packed in found.items()]


def arrivals(scenario: Any, size: int, number: int) -> tuple[Spent, Any]:
    """Time of one replication, and how many people have arrived by each hour."""
    packed = change(scenario, {"run.resolution": size})
    spent, record = timed(lambda: World(packed, 1, number).run())
    return spent, curves(record)[CURVES.index("arrived")]


def figure(what: str, packed: list[Any], single: list[Any]) -> Figure:
    """Errors of one size against single vehicles, over the worlds."""
    apart = [np.abs(one - other) for (_, one), (_, other) in zip(packed, single, strict=True)]
    usual, most = mean(float(off.mean()) for off in apart), max(float(off.max()) for off in apart)
    errors = f"arrivals {usual:.0f} people off on average, {most:.0f} at most"
    spent = middle(told for told, _ in packed)
    return Figure(what, "converges to 1", f"{errors}; {spent}")


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
