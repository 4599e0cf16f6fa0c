"""A hundred replications of the reference event on two cores, all their files, and the memory of the gathering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.measure import (
    EVENT,
    Figure,
    Spent,
    added,
    apart,
    asked_for_tiny,
    below,
    peak_megabytes,
    show,
    timed,
    watched,
)
from benchmarks.replication import FEW
from sim.publish import charts, export
from sim.publish.manifest import Told
from sim.results.outcome import Outcome, outcome
from sim.scenario.loader import load
from sim.studies.ensemble import Ensemble
from sim.studies.run import replicate, run

CORES, COUNT = 2, 100
GROWING = (100, 400, 1000)
WHOLE_SECONDS, WRITING_SECONDS = 30.0, 10.0
BOUND = 1.5
"""So many times the memory at most, from the last but one to the last number of replications."""


class Study(NamedTuple):
    """What it took to run and to write."""

    running: Spent
    writing: Spent
    drawing: Spent
    megabytes: float


def figures(tiny: bool = False) -> list[Figure]:
    """One study with all its files; then the memory of the gathering alone, for more and more replications."""
    count, growing = (4, (2, 4)) if tiny else (COUNT, GROWING)
    study: Study = apart(studied, count, tiny)
    whole = added([study.running, study.writing])
    held = [apart(gathered, number, tiny) for number in growing]
    steady = below(BOUND, held[-1] / held[-2])
    return [
        Figure(f"{count} replications on two cores, with all files", "30 s", str(whole), whole.wall < WHOLE_SECONDS),
        Figure("- running them", "", str(study.running)),
        Figure("- writing all files", "10 s", str(study.writing), study.writing.wall < WRITING_SECONDS),
        Figure("- of which drawing the charts", "", str(study.drawing)),
        Figure("- peak memory of the process that gathers", "", f"{study.megabytes:.0f} MB"),
        Figure(
            f"memory of gathering and writing {', '.join(map(str, growing))} replications",
            "bounded",
            listed(held),
            steady,
        ),
    ]


def listed(held: list[float]) -> str:
    """Several figures of memory."""
    return ", ".join(f"{value:.0f} MB" for value in held)


def studied(count: int, tiny: bool) -> Study:
    """Run so many replications, write them, and draw the charts once more by themselves."""
    scenario = load(EVENT, FEW if tiny else {})
    running, ensemble = timed(lambda: replicate(scenario, count, 1, CORES))
    if ensemble.failures:
        raise RuntimeError(f"{len(ensemble.failures)} of {count} runs failed: {next(iter(ensemble.failures.values()))}")
    return written(ensemble, running)


def written(ensemble: Ensemble, running: Spent) -> Study:
    """Write all files of a study into a folder that is then thrown away."""
    told = Told(0.0, export.observed(ensemble.scenario, EVENT.parent), {}, home=EVENT.parent)
    with TemporaryDirectory() as made:
        folder = Path(made) / "out"
        writing, _ = timed(saved(ensemble, folder, told))
        held = peak_megabytes()
        drawing, _ = timed(lambda: charts.draw_all(folder))
    return Study(running, writing, drawing, held)


def saved(ensemble: Ensemble, folder: Path, told: Told) -> Callable[[], Any]:
    """All that `run` writes."""
    return lambda: export.write(ensemble, folder, told)


def gathered(count: int, tiny: bool) -> float:
    """Most memory when one replication is taken in so many times, and written; what runs them is not counted."""
    scenario = load(EVENT, FEW if tiny else {})
    one = apart(single, tiny)
    ensemble = Ensemble(scenario, 1)
    with watched() as most:
        for number in range(count):
            ensemble.add(replace(one, replication=number))
        written(ensemble, Spent(0.0, 0.0))
    return most[0]


def single(tiny: bool) -> Outcome:
    """What is kept of one replication."""
    return outcome(run(load(EVENT, FEW if tiny else {}), 1))


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
