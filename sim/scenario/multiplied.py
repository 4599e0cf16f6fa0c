"""More or less of an input, as a factor on whatever it is: `x1.1` is 10 % more of what a run has drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.scenario.distributions import IN_UNIT
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.paths import change, flatten

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

WRITTEN = re.compile(r"\s*[x×]\s*(\d+(?:\.\d*)?|\.\d+)\s*", re.IGNORECASE)


def factor(told: Any) -> float | None:
    """The factor that text such as `x1.1` stands for; None for any other value."""
    found = WRITTEN.fullmatch(told) if isinstance(told, str) else None
    return None if found is None else float(found[1])


def split(told: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, float]]:
    """What is told anew at some paths, and by how much what others say is multiplied."""
    factors = {path: by for path, value in told.items() if (by := factor(value)) is not None}
    return {path: value for path, value in told.items() if path not in factors}, factors


def multiplied(scenario: Scenario, factors: Mapping[str, float]) -> Scenario:
    """The scenario with the numbers at some paths multiplied; ScenarioError where nothing is told at a path."""
    if not factors:
        return scenario
    told = flatten(scenario.model_dump(by_alias=True, exclude_none=True))
    changes: dict[str, float] = {}
    faults = []
    for pattern, by in factors.items():
        found = numbers(told, pattern)
        changes |= {path: value * by for path, value in found.items()}
        if not found:
            faults.append(Fault(pattern, f"has no number that x{by:g} could multiply"))
    if faults:
        raise ScenarioError(faults)
    return change(scenario, changes) if any(by != 1 for by in factors.values()) else scenario


def numbers(told: Mapping[str, Any], pattern: str) -> dict[str, float]:
    """Numbers at the paths that a pattern matches; of a quantity that varies its parameters in its own unit."""
    whole = {path: value for path, value in told.items() if fnmatchcase(path, pattern) and _counts(value)}
    ends = tuple(f"{pattern}.{name}" for name in (*sorted(IN_UNIT), "people", "share"))
    return whole or {
        path: value for path, value in told.items() if _counts(value) and any(fnmatchcase(path, end) for end in ends)
    }


def _counts(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
