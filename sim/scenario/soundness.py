"""What is left of a faulty document when its faults are put aside, so that the rest can be checked in the same go."""

from __future__ import annotations

from copy import deepcopy
from math import isfinite
from typing import Any

from pydantic import ValidationError

from sim.scenario.fields import HeadcountOf, Unit
from sim.scenario.paths import unit_at
from sim.scenario.schema import Scenario
from sim.scenario.wording import in_words

ROUNDS = 50
"""More rounds of putting aside than a document has layers."""


def sound_part(data: dict[str, Any], context: dict[str, Any]) -> tuple[Scenario | None, set[str]]:
    """The scenario without what is faulty, and the paths put aside; None when nothing sensible is left."""
    left, aside = deepcopy(data), set[str]()
    for _ in range(ROUNDS):
        try:
            return Scenario.model_validate(left, context=context), aside
        except ValidationError as error:
            for keys, fault in in_words(error):
                aside.add(".".join(put_aside(left, keys, fault.message == "is missing")))
    return None, aside


def put_aside(data: dict[str, Any], keys: list[str], missing: bool) -> list[str]:
    """Take a faulty value out, or put a stand-in where one must stand; the keys of what was put aside."""
    if missing and (stand_in := plausible(".".join(keys))) is not None:
        section = data
        for key in keys[:-1]:
            section = section.setdefault(key, {})
        section[keys[-1]] = stand_in
        return keys
    if not missing and _drop(data, keys):
        return keys
    data.pop(keys[0], None)
    if keys[0] == "population":
        data["population"] = {"total": plausible("population.total")}
    return keys[:1]


def _drop(data: dict[str, Any], keys: list[str]) -> bool:
    for key in keys[:-1]:
        if not isinstance(data.get(key), dict):
            return False
        data = data[key]
    if len(keys) == 1 or keys[-1] not in data:
        return False
    del data[keys[-1]]
    return True


def plausible(path: str) -> str | float | None:
    """A value that the schema takes at a path; None where none can be named."""
    try:
        marker = unit_at(path)
    except KeyError:
        return None
    if isinstance(marker, HeadcountOf):
        return "0 %"
    if not isinstance(marker, Unit):
        return None
    value = marker.high if isfinite(marker.high) else max(marker.low, 1.0) if isfinite(marker.low) else 0.0
    return value if marker.unit == "1" else f"{value:g} {marker.unit}"


def touches(path: str, aside: set[str]) -> bool:
    """Whether a fault at a path may follow from what was put aside: it lies above, below or right beside it."""
    beside = path.rpartition(".")[0]
    return any(
        path == other
        or path.startswith(f"{other}.")
        or other.startswith(f"{path}.")
        or (beside.count(".") >= 2 and other.startswith(f"{beside}."))
        for other in aside
    )
