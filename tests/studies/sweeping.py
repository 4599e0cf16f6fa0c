"""Small sweeps for tests: a bare road and a few cases, run in this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sim.scenario.loader import load
from sim.studies.cluster import local
from sim.studies.experiment import Experiment, experiment
from sim.studies.run import Case, Mapper

ROAD = Path(__file__).parents[2] / "scenarios" / "example_bare_road.yaml"
SMALL = Path(__file__).parents[2] / "scenarios" / "sweeps" / "small.yaml"
LENGTH, PRESENT = "corridor.segments.road.length", "population.present"
VARY = {LENGTH: "10..40 km", PRESENT: "60..100 %"}
BREAKDOWNS = {"population.total": "300 people", "incidents.breakdowns_per_million_km": "20000"}
"""Few people, and enough bad luck on the road for replications to differ."""
KILLER = 5


def asked(runs: int = 6, replications: int = 1, **more: Any) -> Experiment:
    """A Latin hypercube over the length of the road and the people on it."""
    return experiment(load(ROAD, BREAKDOWNS), more.pop("vary", VARY), runs, replications=replications, **more)


@contextmanager
def here(arrange: Callable[[list[Case]], Iterable[Case]] = list) -> Iterator[Mapper]:
    """Cases one after another in this process, in an order of one's own."""
    yield lambda function, cases: ((case, function(case)) for case in arrange(list(cases)))


@contextmanager
def cut_off(after: int) -> Iterator[Mapper]:
    """A power cut after so many cases."""

    def some(function: Callable[[Any], Any], cases: Iterable[Case]) -> Iterator[tuple[Case, Any]]:
        for number, case in enumerate(cases):
            if number == after:
                raise KeyboardInterrupt
            yield case, function(case)

    yield some


@contextmanager
def deadly(workers: int = 2) -> Iterator[Mapper]:
    """Workers of whom one case kills whoever takes it."""
    with local(workers) as mapper:
        yield lambda function, cases: mapper(partial(killed_by_one, function), cases)


def killed_by_one(function: Callable[[Any], Any], case: Case) -> Any:
    """The case, or the end of the process that runs it."""
    if case.number == KILLER:
        os._exit(9)
    return function(case)
