"""One replication of the reference event with every constraint: time by part, and peak memory."""

from __future__ import annotations

from typing import Any

from benchmarks.measure import (
    EVENT,
    Figure,
    Spent,
    added,
    apart,
    asked_for_tiny,
    below,
    middle,
    peak_megabytes,
    show,
    timed,
)
from sim.model import uncertain
from sim.model.people import Luck
from sim.model.record import Record
from sim.model.world import World
from sim.results.outcome import outcome
from sim.scenario.loader import load
from sim.studies.run import nothing_collected

TIMES = 9
FEW = {"population.total": "1200 people", "population.present": "1000 people"}
MOST_SECONDS, MOST_MEGABYTES = 0.5, 300


def figures(tiny: bool = False) -> list[Figure]:
    """Medians over several worlds, each with its own luck and its own draw of what is not known."""
    scenario = load(EVENT, FEW if tiny else {})
    worlds = range(2 if tiny else TIMES)
    parts(scenario, 0)  # modules and tables are read once
    told = [parts(scenario, number) for number in worlds]
    whole = middle(added(parts.values()) for parts in told)
    rows = [Figure(f"one replication of {EVENT.stem}", "0.5 s", str(whole), whole.cpu <= MOST_SECONDS)]
    rows += [Figure(f"- {name}", "", str(middle(parts[name] for parts in told))) for name in told[0]]
    held = apart(memory, tiny)
    return [*rows, Figure("its peak memory", "300 MB", f"{held:.0f} MB", below(MOST_MEGABYTES, held))]


def parts(scenario: Any, number: int) -> dict[str, Spent]:
    """Time of the parts of one replication."""
    with nothing_collected():  # as every study does
        building, world = timed(lambda: World(uncertain.draw(scenario, Luck(1, number))[0], 1, number))
        running, record = timed(lambda: lived(world))
        meaning, _ = timed(lambda: outcome(record))
    return {"building the world": building, "the engine": running, "results": meaning}


def lived(world: World) -> Record:
    """What happened in a world, which lets go of all it held, as in every study."""
    record = world.run()
    world.end()
    return record


def memory(tiny: bool) -> float:
    """Peak memory of a process that runs one replication and keeps its results."""
    parts(load(EVENT, FEW if tiny else {}), 0)
    return peak_megabytes()


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
