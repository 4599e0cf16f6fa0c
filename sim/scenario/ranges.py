"""The ranges the library gives for what nobody knows, each with its source."""

from __future__ import annotations

import csv
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sim.scenario.distributions import Distribution
from sim.scenario.paths import kind_at

ENDS = ("distribution", "low", "mode", "high", "sd", "a", "b")
"""Parameters that make no sense without the others of their distribution."""
CENTRES = ("value", "mean", "median")
"""Parameters that stand for the quantity itself."""


class Range(NamedTuple):
    """A range that stands in for a number nobody knows, written as in a scenario file; without `usual`, why not."""

    path: str
    usual: str
    distribution: str
    low: str
    high: str
    of: str
    """What the amounts are relative to; nothing for amounts as they are."""
    source: str
    confidence: str
    date: str


@cache
def ranges() -> tuple[Range, ...]:
    """Rows of ranges.csv; the first whose pattern fits a path is the one."""
    text = files("sim.scenario").joinpath("ranges.csv").read_text(encoding="utf-8")
    return tuple(Range(**row) for row in csv.DictReader(text.splitlines()))


def range_of(path: str) -> Range | None:
    """The range for an input; for the centre of a random quantity, that of the quantity."""
    quantity, _, parameter = path.rpartition(".")
    if parameter in (*CENTRES, *ENDS) and is_random(quantity):
        return range_of(quantity) if parameter in CENTRES else None
    return next((row for row in ranges() if fnmatchcase(path, row.path)), None)


def is_random(path: str) -> bool:
    """Whether a random quantity stands at a path."""
    try:
        return Distribution in kind_at(path)
    except KeyError:
        return False
