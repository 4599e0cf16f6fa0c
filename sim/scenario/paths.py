"""Dotted paths: the one handle on everything a scenario says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from math import inf
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.scenario.distributions import IN_UNIT, Distribution
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.fields import INSTANT, TIME_OF_DAY, HeadcountOf, Unit
from sim.scenario.standards import named

BY_PATH = ("uncertainty", "levers", "sources")
"""Sections whose keys are themselves dotted paths."""
OWN_FIGURES = "needs.figures."
"""Where the keys are the dotted names of planning figures."""

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from sim.scenario.schema import Scenario


def fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields by the names people write."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _parts(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return [part for choice in get_args(annotation) for part in _parts(choice)]
    if hasattr(annotation, "__metadata__"):
        return [*annotation.__metadata__, *_parts(annotation.__origin__)]
    return [annotation]


def _model(parts: list[Any]) -> type[BaseModel] | None:
    return next((p for p in parts if isinstance(p, type) and issubclass(p, BaseModel) and p is not Distribution), None)


def unit_at(path: str) -> Any:
    """The marker of what stands at a path (a Unit, a HeadcountOf, None for text); KeyError without such a path."""
    if path.startswith(OWN_FIGURES):
        return _unit_of_figure(path.removeprefix(OWN_FIGURES))
    parts = kind_at(path)
    if INSTANT in parts:
        return Unit("h", low=-inf)
    if TIME_OF_DAY in parts:
        return Unit("h", high=24.0)
    return next((p for p in parts if isinstance(p, (Unit, HeadcountOf))), None)


def _unit_of_figure(name: str) -> Unit:
    """The unit of a planning figure; KeyError when there is none of that name."""
    try:
        return Unit(named(name).unit)
    except ValueError as fault:
        raise KeyError(str(fault)) from None


@lru_cache(maxsize=8192)
def kind_at(path: str) -> list[Any]:
    """The type and the markers of what stands at a path; KeyError without such a path."""
    from sim.scenario.schema import Scenario

    parts: list[Any] = [Scenario]
    keys = keys_in(path)
    for depth, key in enumerate(keys):
        unit = next((p for p in parts if isinstance(p, Unit)), None)
        model = _model(parts)
        mapping = next((p for p in parts if get_origin(p) is dict), None)
        if unit is not None and Distribution in parts:
            if key not in Distribution.model_fields:
                raise KeyError(did_you_mean(key, Distribution.model_fields))
            return [unit if key in IN_UNIT else Unit("1")]
        if mapping is not None:
            parts = _parts(get_args(mapping)[1])
        elif model is not None and key in fields(model):
            info = fields(model)[key]
            parts = [*info.metadata, *_parts(info.annotation)]
        else:
            known = fields(model) if model is not None else []
            raise KeyError(f"no '{key}' in '{'.'.join(keys[:depth]) or 'a scenario'}'; {did_you_mean(key, known)}")
    return parts


def description_at(path: str) -> str:
    """What the input at a path is, as its field says; empty where there is none of its own."""
    *above, last = keys_in(path)
    try:
        model = _model(kind_at(".".join(above))) if above else None
    except KeyError:
        return ""
    info = fields(model).get(last) if model is not None else None
    return " ".join((info.description or "").split()) if info is not None else ""


def kind_of_names(path: str) -> bool:
    """Whether the last key of a path is a name of somebody's choice, not a key of the schema."""
    above = path.rpartition(".")[0]
    try:
        return any(get_origin(part) is dict for part in kind_at(above))
    except KeyError:
        return False


def values_at(scenario: Scenario, pattern: str) -> dict[str, float]:
    """Numbers at every path that a pattern with `*` matches, as they were told."""
    flat = flatten(scenario.model_dump(by_alias=True, exclude_unset=True))
    return {p: float(v) for p, v in flat.items() if fnmatchcase(p, pattern) and isinstance(v, (int, float))}


def flatten(data: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Leaves of nested mappings by dotted path."""
    result: dict[str, Any] = {}
    for key, value in data.items():
        path = f"{before}{key}"
        if isinstance(value, Mapping) and value:
            result.update(flatten(value, f"{path}."))
        else:
            result[path] = value
    return result


def keys_in(path: str) -> list[str]:
    """The keys of a path; the name of a planning figure is one of them, dots and all."""
    if path.startswith(OWN_FIGURES):
        return [*OWN_FIGURES.strip(".").split("."), path.removeprefix(OWN_FIGURES)]
    return path.split(".")


def put(data: dict[str, Any], path: str, value: Any) -> None:
    """Set a value at a dotted path, making mappings on the way."""
    section, _, rest = path.partition(".")
    *way, last = (section, rest) if section in BY_PATH and rest else keys_in(path)
    for key in way:
        if not isinstance(data.get(key), dict):
            data[key] = {}
        data = data[key]
    data[last] = value


def settled(varies: Mapping[str, Any], paths: Iterable[str]) -> list[str]:
    """Inputs that vary at one of these paths or below it; those told as a factor of the value are not among them."""
    told = tuple(paths)
    below = tuple(f"{path}." for path in told)
    return [at for at, how in varies.items() if not is_factor(how) and (at in told or at.startswith(below))]


def is_factor(how: Any) -> bool:
    """Whether an uncertainty multiplies the value at its path."""
    return hasattr(how, "factor") or (isinstance(how, Mapping) and bool(how.get("relative")))


def change(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with other values at some paths: text with its unit, or numbers in the field's own unit."""
    from sim.scenario.schema import Scenario

    faults = []
    data = scenario.model_dump(by_alias=True, exclude_unset=True)
    for path, value in changes.items():
        try:
            unit_at(path)
        except KeyError as fault:
            faults.append(Fault(path, f"no such path; {fault.args[0]}"))
        put(data, path, value)
    no_longer = settled(scenario.uncertainty, changes)
    data["uncertainty"] = {at: how for at, how in scenario.uncertainty.items() if at not in no_longer}
    if faults:
        raise ScenarioError(faults)
    try:
        return Scenario.model_validate(data, context={"start": scenario.start})
    except ValidationError as fault:
        raise ScenarioError(
            Fault(".".join(map(str, e["loc"])), e["msg"].removeprefix("Value error, ")) for e in fault.errors()
        ) from None
