"""One replication of the reference event with every constraint: processor time by part, and peak memory."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sim.model import uncertain
from sim.model.people import Luck
from sim.model.world import World
from sim.results.outcome import outcome
from sim.scenario.loader import load

EVENT = Path(__file__).parents[1] / "scenarios" / "lachin_2023.yaml"
TIMES = 7


def main(file: Path = EVENT, times: int = TIMES) -> dict[str, float]:
    """Medians over several repetitions, in seconds of processor time."""
    scenario = load(file)
    drawn, _ = uncertain.draw(scenario, Luck(1, 0))
    run = [one(drawn) for _ in range(times)]
    found = {name: median(told[name] for told in run) for name in run[0]}
    found["all"] = sum(found.values())
    for name, seconds in found.items():
        print(f"{name:12} {seconds:6.3f} s")
    print(f"peak memory  {peak_megabytes():6.0f} MB")
    return found


def one(scenario: Any) -> dict[str, float]:
    """Processor time of the parts of one replication."""
    building, world = timed(lambda: World(scenario, 1, 0))
    running, record = timed(world.run)
    results, _ = timed(lambda: outcome(record))
    return {"drawing": building, "the engine": running, "results": results}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time of some work, and what it made."""
    begun = time.process_time()
    made = work()
    return time.process_time() - begun, made


def peak_megabytes() -> float:
    """Most memory this process has held; nan where the platform does not tell."""
    if platform.system() == "Windows":
        return float("nan")
    import resource  # noqa: TID251 - not reached on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
