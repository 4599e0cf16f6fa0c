"""What is taken where a scenario tells nothing: the library's defaults, each with its source."""

from __future__ import annotations

import csv
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from sim.scenario import units
from sim.scenario.distributions import IN_UNIT, Distribution


class Default(NamedTuple):
    """One default, written as in a scenario file, and where it comes from."""

    path: str
    value: str
    source: str
    confidence: str
    date: str


@cache
def defaults() -> dict[str, Default]:
    """The rows of defaults.csv, by the pattern of their path."""
    text = files("sim.scenario").joinpath("defaults.csv").read_text(encoding="utf-8")
    return {row["path"]: Default(**row) for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=8192)
def default_of(path: str) -> Default | None:
    """The default of an input; None where none is needed, since nothing happens then."""
    return next((row for pattern, row in defaults().items() if fnmatchcase(path, pattern)), None)


def number(path: str, unit: str = "1") -> float:
    """A default in the unit of its field."""
    return units.read(defaults()[path].value, unit)


def varying(path: str, unit: str = "1") -> Distribution:
    """A default that may vary, its parameters in the unit of its field."""
    told = defaults()[path].value
    if not told.startswith("{"):
        return Distribution(value=units.read(told, unit))
    pairs = [pair.split(": ") for pair in told.strip("{}").split(", ")]
    return Distribution(**{key: _parameter(key, value, unit) for key, value in pairs})


def _parameter(key: str, value: str, unit: str) -> Any:
    return value if key == "distribution" else units.read(value, unit if key in IN_UNIT else "1")
