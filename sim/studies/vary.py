"""How what is varied is told: a range, values, a distribution, or as the scenario itself says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.scenario import units
from sim.scenario.faults import did_you_mean, near
from sim.scenario.fields import INSTANT, HeadcountOf, Unit, hour_of
from sim.scenario.paths import OWN_FIGURES, is_factor, keys_in, kind_at, unit_at, values_at
from sim.scenario.reading import DECIMAL
from sim.scenario.varying import distribution
from sim.studies.varied import Value, Varied

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

AS_TOLD = "scenario"
"""Word for: as the scenario itself says that it varies, or can be chosen."""
RANGE = re.compile(r"(?P<low>.+?)\s*\.\.\s*(?P<high>.+?)(?:\s+step\s+(?P<step>.+))?")


def varied(path: str, told: Any, scenario: Scenario) -> Varied:
    """How a path is varied, as told; ValueError says what is wrong, KeyError that there is no such path."""
    if "*" not in path:
        kind_at(path)
        named(scenario, path)
    elif not values_at(scenario, path):
        raise ValueError("no number of the scenario stands at such a path")
    if isinstance(told, Mapping):
        return _mapped(path, dict(told), scenario)
    text = str(told).strip()
    if text == AS_TOLD:
        return _as_told(path, scenario)
    if "|" in text:
        return _choice(path, [part.strip() for part in text.split("|")], scenario)
    found = RANGE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is one value; write a range such as '10..30 L', values 'a | b', or '{AS_TOLD}'")
    return _range(path, found.groupdict(), scenario)


def named(scenario: Scenario, path: str) -> None:
    """ValueError when a name on the way is not told of: a sweep varies what is there."""
    if path.startswith(OWN_FIGURES):
        return
    data: Any = scenario.model_dump(by_alias=True)
    keys = keys_in(path)
    for depth, key in enumerate(keys):
        if data is None:
            raise ValueError(f"no '{'.'.join(keys[:depth])}' is told of in this scenario")
        if not isinstance(data, Mapping) or key in data:
            data = data.get(key) if isinstance(data, Mapping) else data
            continue
        raise ValueError(f"no '{key}' is told of; {did_you_mean(key, map(str, data))}")


def _mapped(path: str, told: dict[str, Any], scenario: Scenario) -> Varied:
    """A mapping in a design: values, low and high, or a distribution."""
    kind = told.get("distribution")
    if kind == AS_TOLD:
        return _as_told(path, scenario)
    if "values" in told:
        return _choice(path, [part.strip() for part in str(told["values"]).split("|")], scenario)
    if kind is None and set(told) <= {"low", "high", "step"}:
        return _range(path, {key: told.get(key) for key in ("low", "high", "step")}, scenario)
    return _distributed(path, distribution(path, told if "*" not in path else {**told, "relative": True}))


def _as_told(path: str, scenario: Scenario) -> Varied:
    """As the scenario says under `uncertainty`, or under `levers`."""
    if path in scenario.uncertainty:
        return _distributed(path, scenario.uncertainty[path])
    lever = scenario.levers.get(path)
    if lever is None:
        meant = near(path, [*scenario.uncertainty, *scenario.levers])
        hint = f"; did you mean '{meant}'?" if meant else ""
        raise ValueError(f"has no range under `uncertainty` or `levers`; write one such as '10..30 L'{hint}")
    return _range(path, {"low": lever.low, "high": lever.high, "step": lever.step}, scenario)


def _distributed(path: str, how: Any) -> Varied:
    """A distribution, or one of a factor."""
    if is_factor(how):
        return Varied(path, "1", distribution=how.factor, factor=True)
    marker = unit_at(path)
    if isinstance(marker, HeadcountOf):
        counted = how.centre > 1
        return Varied(path, "people" if counted else "1", distribution=how, people="people" if counted else "share")
    return Varied(path, marker.unit, distribution=how)


def _range(path: str, told: Mapping[str, Any], scenario: Scenario) -> Varied:
    """A range, its ends in one unit; in whole steps where a step is told or the input is a whole number."""
    if told["low"] is None or told["high"] is None:
        raise ValueError("tell both ends, low and high")
    low, high, *steps = _in_one_unit([str(told[key]) for key in ("low", "high", "step") if told[key] is not None])
    start, kind = _read(path, low, scenario)
    end, other = _read(path, high, scenario)
    if kind != other:
        raise ValueError(f"{low} and {high} are not of one kind; tell both as people or both as a share")
    whole = _whole(path)
    pace = _step(path, steps[0]) if steps else 1.0 if whole else None
    if not isinstance(start, float) or not isinstance(end, float):
        raise ValueError(f"has no range; write the values themselves, such as '{low} | {high}'")
    if start >= end:
        raise ValueError(f"the range is empty: from {low} to {high}; the first must be below the second")
    if pace is not None and not 0 < pace <= end - start:
        raise ValueError(f"the step {pace:g} does not lie between nothing and the width of the range")
    return Varied(path, _shown(path, kind), start, end, pace, factor="*" in path, people=kind, whole=whole)


def _choice(path: str, told: list[str], scenario: Scenario) -> Varied:
    """Some values, each as it would be written."""
    if "" in told or len(told) < 2 or len(set(told)) < len(told):
        raise ValueError(f"{' | '.join(told)!r}: write two values or more, each once, such as 'a | b'")
    marked = "*" in path or unit_at(path) is not None
    read = [_read(path, text, scenario) for text in (_in_one_unit(told) if marked else told)]
    kinds = {kind for _, kind in read}
    if len(kinds) > 1:
        raise ValueError("tell all values as people or all as a share")
    kind = kinds.pop()
    return Varied(
        path, _shown(path, kind), values=tuple(v for v, _ in read), factor="*" in path, people=kind, whole=_whole(path)
    )


def _read(path: str, text: str, scenario: Scenario) -> tuple[Value, str]:
    """A value as told, in the field's own unit, and what a head count is told in."""
    marker = Unit("1") if "*" in path else unit_at(path)
    if "*" not in path and INSTANT in kind_at(path):
        return hour_of(text, scenario.start), ""
    if isinstance(marker, HeadcountOf):
        found = marker.read(text, written=True)
        return (found.share or 0.0, "share") if found.people is None else (found.people, "people")
    if isinstance(marker, Unit):
        return marker.read(_number(text), written=True), ""
    return (float(text) if DECIMAL.fullmatch(text) else text), ""


def _in_one_unit(told: list[str]) -> list[str]:
    """Quantities of which some leave out the unit that the others tell."""
    unit = next((found for text in reversed(told) if (found := _unit(text))), "")
    return [f"{text} {unit}".strip() if _bare(text) else text for text in told]


def _step(path: str, text: str) -> float:
    """A step, in the field's own unit."""
    marker = Unit("1") if "*" in path else unit_at(path)
    if isinstance(marker, HeadcountOf):
        number, unit = units.split(text)
        return number / 100 if unit in ("%", "percent") else number
    return units.read(text, marker.unit if isinstance(marker, Unit) else "1")


def _number(text: str) -> Any:
    return float(text) if DECIMAL.fullmatch(text) else text


def _unit(text: str | None) -> str:
    """The unit of a quantity; empty for what has none, or is no quantity."""
    try:
        return units.split(text or "")[1]
    except ValueError:
        return ""


def _bare(text: str) -> bool:
    return DECIMAL.fullmatch(text.replace(",", "")) is not None


def _whole(path: str) -> bool:
    return "*" not in path and int in kind_at(path)


def _shown(path: str, kind: str) -> str:
    """The unit in which values of a path are told."""
    if kind or "*" in path:
        return "people" if kind == "people" else "1"
    marker = unit_at(path)
    return marker.unit if isinstance(marker, Unit) else "1" if _whole(path) else ""
