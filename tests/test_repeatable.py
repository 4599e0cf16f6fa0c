"""Same scenario, seed and version: the same bytes, whatever the number of workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sim.publish.export import write
from sim.scenario.loader import load
from sim.studies.run import replicate

HERE = Path(__file__).parent.parent
SMALL = {"population.total": "900 people", "population.present": "800 people", "departure.stay": "5 people"}


def tables(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.csv"))}


def test_one_two_and_five_workers_write_the_same_bytes(tmp_path: Path) -> None:
    scenario = load(
        HERE / "scenarios/lachin_2023.yaml",
        {**SMALL, "fuel.explosions.haykazov_25_september.reported_dead": "2 people"},
    )
    for workers in (1, 2, 5):
        write(replicate(scenario, 3, 1, workers), tmp_path / str(workers))
    one, two, five = (tables(tmp_path / str(workers)) for workers in (1, 2, 5))
    assert one == two == five
    write(replicate(scenario, 3, 2), tmp_path / "other")
    assert tables(tmp_path / "other")["arrivals.csv"] != one["arrivals.csv"]


SAID = """
import sim
from sim.results.outcome import outcome
scenario = sim.load("scenarios/example_bare_road.yaml", {"population.total": "30000 people"})
print({name: value.hex() for name, value in outcome(sim.run(scenario)).indicators.items()})
"""


def test_the_threads_that_numpy_has_change_no_digit() -> None:
    """The sum of many products differs in its last digits when a library shares it out among threads."""
    said = []
    for threads in ("1", "2"):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        told = [sys.executable, "-c", SAID]
        done = subprocess.run(told, cwd=HERE, env=environment, capture_output=True, text=True, check=True)
        said.append(done.stdout)
    assert "road.person_hours" in said[0]
    assert said[0] == said[1]
