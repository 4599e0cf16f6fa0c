"""The first hour at which paired runs part: until then they are the same, byte for byte."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from sim.studies.telling import when

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario
    from sim.studies.paired import Paired

DIGESTS = "digests"
"""The array in which what happened in each hour is kept."""


def parts(found: Paired, name: str) -> Array:
    """The first hour in which something other happens than in the reference, by replication; inf: never."""
    here, there = found.arrays(DIGESTS, name, found.reference), found.arrays(DIGESTS, found.reference, name)
    return np.array([_first(one, other) for one, other in zip(here, there, strict=True)], float)


def _first(one: Array, other: Array) -> float:
    apart = np.flatnonzero(one != other)
    return float(apart[0]) if len(apart) else inf


def in_words(scenario: Scenario, hours: Array) -> str:
    """When the runs part, for a reader."""
    together = int(np.isinf(hours).sum())
    if not len(hours):
        return "no run finished on both sides"
    if together == len(hours):
        return "the runs never part: whatever happens is the same on both sides, byte for byte"
    earliest, middle = float(hours.min()), float(np.sort(hours)[len(hours) // 2])
    said = f"the runs are the same, byte for byte, until {_at(scenario, earliest)}"
    if together:
        return f"{said}; {together} of {len(hours)} never part"
    return said if middle == earliest or not isfinite(middle) else f"{said}; half of them until {_at(scenario, middle)}"


def _at(scenario: Scenario, hour: float) -> str:
    """An hour as a time, and counted from the start where that is a date."""
    return when(scenario, hour) + ("" if scenario.start is None else f" (hour {hour:g})")
