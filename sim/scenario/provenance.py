"""Where every number comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario.fields import Unit
from sim.scenario.paths import OWN_FIGURES, flatten, unit_at
from sim.scenario.standards import named

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

APART = ("sources", "levers", "uncertainty", "title", "summary", "base", "start", "as_of", "observed", "run")


class Provenance(NamedTuple):
    """One input and where it comes from."""

    path: str
    value: str
    unit: str
    default: str
    origin: str
    source: str
    date: str
    confidence: str


def origins(scenario: Scenario) -> list[Provenance]:
    """Every input that was given; one without a source is marked unknown."""
    data = scenario.model_dump(by_alias=True, exclude_unset=True)
    flat = flatten({key: value for key, value in data.items() if key not in APART})
    return [_row(scenario, path, value) for path, value in flat.items() if value is not None and value != {}]


def _row(scenario: Scenario, path: str, value: Any) -> Provenance:
    source = _nearest(scenario, path)
    unit = _unit(path)
    shown = f"{value:.6g}" if isinstance(value, float) else str(value)
    if source is None:
        return Provenance(path, shown, unit, _default(path), "unknown", "", "", "")
    return Provenance(path, shown, unit, _default(path), source.origin, source.note, source.date, source.confidence)


def _default(path: str) -> str:
    """The library's value beside an own value of a planning figure."""
    return f"{named(path.removeprefix(OWN_FIGURES)).value:.6g}" if path.startswith(OWN_FIGURES) else ""


def _nearest(scenario: Scenario, path: str) -> Any:
    """The source of a path, or of the section it lies in."""
    keys = path.split(".")
    while keys:
        if ".".join(keys) in scenario.sources:
            return scenario.sources[".".join(keys)]
        keys.pop()
    return None


def _unit(path: str) -> str:
    try:
        marker = unit_at(path)
    except KeyError:
        return ""
    return marker.unit if isinstance(marker, Unit) and marker.unit != "1" else ""
