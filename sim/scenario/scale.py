"""What the range of an unknown amount is relative to: people, their need, what others leave over, a length."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from sim.scenario import units
from sim.scenario.paths import flatten
from sim.scenario.ranges import range_of
from sim.scenario.route import USUAL, classes

REST, UNKNOWN = "rest", "unknown"


class NotKnownError(ValueError):
    """What a range is relative to is itself unknown, which is told where that stands."""


def measure(of: str, pattern: str, path: str, data: dict[str, Any]) -> float:
    """The amount that a range is relative to; ValueError says what is missing for it."""
    section = at(data, path.rpartition(".")[0]) or {}
    match of:
        case "people":
            return people(data)
        case "need":
            return need(path, data)
        case "need of all":
            return need(path, data) * people(data)
        case "length":
            return _needed(section.get("length"), "km", "the length of the road is told")
        case "segment":
            road = section.get("segment")
            told = at(data, f"corridor.segments.{road}.length") or at(data, f"corridor.feeders.{road}.length")
            return _needed(told, "km", "its segment and the length of that are told")
        case "class":
            return capacity(section)
        case _:
            return rest(pattern, path, data)


def at(data: Any, path: str) -> Any:
    """What is told at a path; None where nothing is."""
    for key in path.split("."):
        data = data.get(key) if isinstance(data, dict) else None
    return data


def people(data: dict[str, Any]) -> float:
    """The planning figure."""
    return _needed(at(data, "population.total"), "people", "`population.total` is told")


def need(path: str, data: dict[str, Any]) -> float:
    """What a person needs a day of an item of the blockade."""
    item = ".".join(path.split(".")[:3])
    return _needed(at(data, f"{item}.need"), "1", f"`{item}.need` is told")


def capacity(road: dict[str, Any]) -> float:
    """Vehicles an hour that the class of a road passes, as far as its triangle allows."""
    row = classes().get(str(road.get("class")), classes()[USUAL])
    told = {"speed": "km/h", "jam_density": "vehicles/km", "wave_speed": "km/h"}
    speed, density, wave = (_of_road(road, key, unit, float(row[key])) for key, unit in told.items())
    hours = _read(road.get("usual_time"), "h", 0.0)
    if road.get("speed") is None and hours:
        speed = _read(road.get("length"), "km", 0.0) / hours or speed
    lanes = _read(road.get("lanes"), "1", 1.0)
    apex: float = speed * wave * density * lanes / (speed + wave)
    return min(apex, float(row["capacity_lane"]) * max(lanes, 1.0))


def _of_road(road: dict[str, Any], key: str, unit: str, usual: float) -> float:
    """A figure of a road: as told, the lowest it may be where it is unknown, or that of its class."""
    row = range_of(f"corridor.segments.*.{key}")
    if road.get(key) == UNKNOWN and row is not None:
        return units.read(row.low, unit)
    return _read(road.get(key), unit, usual)


def rest(pattern: str, path: str, data: dict[str, Any]) -> float:
    """What the others of its kind leave of the whole, shared among those that are unknown."""
    told = {other: value for other, value in flatten(data).items() if _beside(other, pattern, path)}
    missing = sum(value == UNKNOWN for value in told.values())
    left = 1.0 - sum(_share(value, data) for value in told.values())
    if left <= 0:
        raise ValueError("the others make up the whole already; leave it out")
    return float(left / max(missing, 1))


def _beside(other: str, pattern: str, path: str) -> bool:
    """Whether two paths fit a pattern and differ only in its last name."""
    keys, own, form = other.split("."), path.split("."), pattern.split(".")
    if len(keys) != len(form) or not fnmatchcase(other, pattern):
        return False
    last = max(number for number, key in enumerate(form) if key == "*")
    return [*keys[:last], *keys[last + 1 :]] == [*own[:last], *own[last + 1 :]]


def _share(value: Any, data: dict[str, Any]) -> float:
    """A share, or a number of people as a share of those present; 0 for what cannot be read."""
    if "peo" not in str(value) and "person" not in str(value):
        return _read(value, "1", 0.0)
    present = at(data, "population.present")
    among = _read(present, "people", 0.0) or people(data) * _read(present, "1", 1.0)
    return _read(value, "people", 0.0) / max(among, 1.0)


def _needed(value: Any, unit: str, wanted: str) -> float:
    if value == UNKNOWN:
        raise NotKnownError
    found = _read(value, unit, -1.0)
    if found < 0:
        raise ValueError(f"its range can be given only where {wanted}")
    return found


def _read(value: Any, unit: str, otherwise: float) -> float:
    """A quantity as told; the other value where it cannot be read."""
    try:
        return float(value) if isinstance(value, (int, float)) else units.read(str(value), unit)
    except ValueError:
        return otherwise
