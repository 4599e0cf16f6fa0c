"""A hundred replications of the reference event on two cores, all their files, and the memory of the gathering."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

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
)
from benchmarks.replication import FEW
from sim.publish import export
from sim.publish.manifest import Told
from sim.results.outcome import outcome
from sim.scenario.loader import load
from sim.studies.ensemble import Ensemble
from sim.studies.run import replicate, run

CORES, COUNT = 2, 100
GROWING = (100, 400, 1000)
WHOLE_SECONDS, WRITING_SECONDS = 30.0, 10.0
DIFFERENT = 5
"""Replications that are run for the memory of the gathering, and taken in again and again."""
BOUND = 1.15
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
    results = apart(several, tiny)
    tables, all_files = zip(*(apart(gathered, number, results, tiny) for number in growing), strict=True)
    what = f"memory of gathering and writing {', '.join(map(str, growing))} replications"
    return [
        Figure(f"{count} replications on two cores, with all files", "30 s", str(whole), whole.wall < WHOLE_SECONDS),
        Figure("- running them", "", str(study.running)),
        Figure("- writing all files", "10 s", str(study.writing), study.writing.wall < WRITING_SECONDS),
        Figure("- of which drawing the charts", "", str(study.drawing)),
        Figure("- peak memory of the process that gathers", "", f"{study.megabytes:.0f} MB"),
        Figure(what, "bounded", listed(all_files), below(BOUND, all_files[-1] / all_files[-2])),
        Figure("- before the charts are drawn", "bounded", listed(tables), below(BOUND, tables[-1] / tables[-2])),
    ]


def listed(held: tuple[float, ...]) -> str:
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
    """Write all files of a study into a folder that is then thrown away; charts load what they need when drawn."""
    with TemporaryDirectory() as made:
        folder = Path(made) / "out"
        writing, _ = timed(lambda: export.write(ensemble, folder, told(ensemble), CORES))
        held = peak_megabytes()
        from sim.publish import charts

        drawing, _ = timed(lambda: charts.draw_all(folder, workers=CORES))
    return Study(running, writing, drawing, held)


def told(ensemble: Ensemble) -> Told:
    """What `run` knows beside the results."""
    return Told(0.0, export.observed(ensemble.scenario, EVENT.parent), {}, home=EVENT.parent)


def gathered(count: int, results: list[bytes], tiny: bool) -> tuple[float, float]:
    """Most memory when results come in so many times as from workers: with the tables written, then with all files."""
    ensemble = Ensemble(load(EVENT, FEW if tiny else {}), 1)
    for number in range(count):
        ensemble.add(replace(pickle.loads(results[number % len(results)]), replication=number))
    with TemporaryDirectory() as folder:
        export.write_tables(ensemble, Path(folder), told(ensemble))
    tables = peak_megabytes()
    return tables, written(ensemble, Spent(0.0, 0.0)).megabytes


def several(tiny: bool) -> list[bytes]:
    """What is kept of some replications, as workers send it."""
    scenario = load(EVENT, FEW if tiny else {})
    return [pickle.dumps(outcome(run(scenario, 1, number))) for number in range(DIFFERENT)]


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
