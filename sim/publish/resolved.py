"""The scenario as it was run, written as people write scenario files: every quantity with its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel

from sim.scenario.distributions import IN_UNIT, Distribution
from sim.scenario.fields import INSTANT, TIME_OF_DAY, HeadcountOf, Unit
from sim.scenario.known import once
from sim.scenario.paths import kind_at, unit_at

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


COUNTS = "observed"
"""The folder beside the text in which the counts are."""


@once
def resolved(scenario: Scenario) -> str:
    """The scenario with its bases and changes taken in, as a YAML text that can be run again where its counts are."""
    data = scenario.model_dump(by_alias=True, exclude_unset=True)
    if data.get("observed"):
        data["observed"] = {series: f"{COUNTS}/{Path(name).name}" for series, name in data["observed"].items()}
    data["uncertainty"] = scenario.uncertainty
    data.pop("base", None)
    told = {key: value for key, value in written(data, "").items() if value not in ({}, None)}
    return str(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110))


def written(data: Mapping[str, Any], before: str) -> dict[str, Any]:
    """Named values as they would be written."""
    return {key: value_of(value, f"{before}{key}") for key, value in data.items()}


def value_of(value: Any, path: str) -> Any:
    """One value as it would be written."""
    if path.startswith("uncertainty."):
        return uncertain(value, path.removeprefix("uncertainty."))
    if path.startswith("levers."):
        return lever(value)
    marker = marker_at(path)
    if isinstance(value, Mapping):
        if isinstance(marker, HeadcountOf) and set(value) <= {"people", "share"}:
            return headcount(value)
        if isinstance(marker, Unit) and ("distribution" in value or set(value) == {"value"}):
            return varying(value, marker.unit)
        return written(value, f"{path}.")
    if isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, float):
        return value
    known = hour_of(value, path)
    return quantity(value, marker.unit) if isinstance(marker, Unit) and known is value else known


def marker_at(path: str) -> Any:
    """The unit of what stands at a path, None when it has none, or is written as on a clock."""
    section, _, rest = path.partition(".")
    if section == "levers" and rest:  # its keys are dotted paths themselves
        path = f"levers.*.{rest.rpartition('.')[2]}"
    try:
        return None if TIME_OF_DAY in kind_at(path) else unit_at(path)
    except KeyError:
        return None


def hour_of(value: float, path: str) -> Any:
    """A time as hours since the start, a time of day as on a clock; other numbers as they are."""
    try:
        kind = kind_at(path)
    except KeyError:
        return value
    if TIME_OF_DAY in kind:
        return f"{int(value):02d}:{round(value % 1 * 60):02d}"
    return f"{value!r} h" if INSTANT in kind else value


def quantity(value: float, unit: str) -> str | float:
    """A number with its unit, at full precision."""
    return plain(value) if unit == "1" else f"{plain(value)!r} {unit}"


def plain(value: float) -> float | int:
    """A whole number without decimals."""
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def headcount(value: Mapping[str, Any]) -> str:
    """People, or a share of them."""
    if value.get("people") is not None:
        return f"{plain(value['people'])!r} people"
    return f"{plain(value['share'] * 100)!r} %"


def varying(value: Mapping[str, Any], unit: str) -> Any:
    """A plain quantity, or a distribution with its parameters."""
    told = {key: item for key, item in value.items() if item is not None}
    if set(told) <= {"distribution", "value"}:
        return quantity(told["value"], unit)
    return {
        key: item if key == "distribution" else quantity(item, unit if key in IN_UNIT else "1")
        for key, item in told.items()
    }


def lever(value: Mapping[str, Any]) -> dict[str, Any]:
    """What planners can change; its range stands as it was told."""
    cost = value.get("cost")
    return {**value} if cost is None else {**value, "cost": quantity(cost, "USD")}


def uncertain(value: Any, path: str) -> Any:
    """A distribution of an uncertain input, or of a factor of it."""
    if isinstance(value, Distribution):
        marker = marker_at(path)
        unit = "1" if isinstance(marker, HeadcountOf) else marker.unit if isinstance(marker, Unit) else "1"
        if isinstance(marker, HeadcountOf) and (value.centre > 1 or (value.high or 0) > 1):
            unit = "people"
        return varying(value.model_dump(exclude_none=True), unit)
    if isinstance(value, BaseModel):
        return {**varying(value.factor.model_dump(exclude_none=True), "1"), "relative": True}  # type: ignore[attr-defined]
    return value
