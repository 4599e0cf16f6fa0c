"""More or less of an input, as a factor on whatever it is: `x1.1` is 10 % more of what a run has drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.scenario.distributions import IN_UNIT, Distribution
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.fields import HeadcountOf
from sim.scenario.paths import change, flatten, unit_at

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

WRITTEN = re.compile(r"\s*[x×]\s*(\d+(?:\.\d*)?|\.\d+)\s*", re.IGNORECASE)
VARIES, HEADS = "distribution", ("people", "share")
"""What a quantity that varies tells besides its parameters, and how a head count is told: in people, or as a share."""


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
    found = {pattern: numbers(told, pattern) for pattern in factors}
    faults = [
        Fault(pattern, f"has no number that x{by:g} could multiply")
        for pattern, by in factors.items()
        if not found[pattern]
    ]
    if faults:
        raise ScenarioError(faults)
    changes = {path: value * by for pattern, by in factors.items() for path, value in found[pattern].items()}
    return change(scenario, whole(told, changes)) if any(by != 1 for by in factors.values()) else scenario


def whole(told: Mapping[str, Any], changes: Mapping[str, float]) -> dict[str, Any]:
    """Changes in which a quantity that varies, or a head count, is told whole: where nobody told it, it is new."""
    result: dict[str, Any] = {}
    for path, value in changes.items():
        above, _, last = path.rpartition(".")
        if f"{above}.{VARIES}" in told:
            kept = {key: told[f"{above}.{key}"] for key in Distribution.model_fields if f"{above}.{key}" in told}
            result.setdefault(above, kept)[last] = value
        elif last in HEADS and _is_head_count(above):
            result[above] = {last: value}
        else:
            result[path] = value
    return result


def _is_head_count(path: str) -> bool:
    try:
        return isinstance(unit_at(path), HeadcountOf)
    except KeyError:
        return False


def numbers(told: Mapping[str, Any], pattern: str) -> dict[str, float]:
    """Numbers at the paths that a pattern matches; of a quantity that varies its parameters in its own unit."""
    there = {path: value for path, value in told.items() if fnmatchcase(path, pattern) and _counts(value)}
    ends = tuple(f"{pattern}.{name}" for name in (*sorted(IN_UNIT), *HEADS))
    return there or {
        path: value for path, value in told.items() if _counts(value) and any(fnmatchcase(path, end) for end in ends)
    }


def _counts(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
