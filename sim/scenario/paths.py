"""Dotted paths: the one handle on everything a scenario says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from math import inf
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.scenario.distributions import IN_UNIT, Distribution
from sim.scenario.faults import Fault, ScenarioError, did_you_mean, near
from sim.scenario.fields import INSTANT, TIME_OF_DAY, HeadcountOf, Unit
from sim.scenario.standards import named

BY_PATH = ("uncertainty", "levers", "sources")
"""Sections whose keys are themselves dotted paths."""
OWN_FIGURES = "needs.figures."
"""Where the keys are the dotted names of planning figures."""
QUOTED = re.compile(r'"([^"]*)"')

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from sim.scenario.schema import Scenario


@cache
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
        if unit is not None and Distribution in parts:
            if key not in Distribution.model_fields:
                raise KeyError(did_you_mean(key, Distribution.model_fields))
            return [unit if key in IN_UNIT else Unit("1")]
        below = _below(parts, key)
        if below is None:
            model = _model(parts)
            known = fields(model) if model is not None else []
            raise KeyError(f"no '{key}' in '{'.'.join(keys[:depth]) or 'a scenario'}'; {did_you_mean(key, known)}")
        parts = below
    return parts


def description_at(path: str) -> str:
    """What the input at a path is, as its field says; empty where there is none of its own."""
    from sim.scenario.describing import describe

    describe()
    *above, last = keys_in(path)
    try:
        model = _model(kind_at(".".join(above))) if above else None
    except KeyError:
        return ""
    info = fields(model).get(last) if model is not None else None
    return " ".join((info.description or "").split()) if info is not None else ""


def _named(parts: list[Any]) -> list[Any] | None:
    """What stands under each name of somebody's choice, where parts are of a mapping of such names."""
    mapping = next((p for p in parts if get_origin(p) is dict), None)
    return None if mapping is None else _parts(get_args(mapping)[1])


def _below(parts: list[Any], key: str) -> list[Any] | None:
    """The type and the markers of what stands under a key; None without such a key."""
    named_parts, model = _named(parts), _model(parts)
    if named_parts is not None:
        return named_parts
    if model is None or key not in fields(model):
        return None
    return _of_field(model, key)


@cache
def _of_field(model: type[BaseModel], key: str) -> list[Any]:
    """The type and the markers of a field."""
    info = fields(model)[key]
    return [*info.metadata, *_parts(info.annotation)]


@lru_cache(maxsize=8192)
def keys_in(path: str) -> tuple[str, ...]:
    """The keys of a path; names may have dots, and end where a key of what they name begins, or with the path."""
    from sim.scenario.schema import Scenario

    parts: list[Any] | None = [Scenario]
    keys: list[str] = []
    rest = unquoted(path).split(".")
    while rest:
        names = None if parts is None else _named(parts)
        length = 1 if names is None else _length(rest, names)
        keys.append(".".join(rest[:length]))
        rest = rest[length:]
        parts = None if parts is None else _below(parts, keys[-1])
    return tuple(keys)


def _length(rest: list[str], names: list[Any]) -> int:
    """How many of the parts of a path that are left belong to a name, of one of which that is known."""
    model = Distribution if Distribution in names else _model(names)
    if model is None:
        return len(rest)
    own = fields(model)
    return next((number for number in range(1, len(rest)) if rest[number] in own), 1)


def unquoted(path: str) -> str:
    """A path without the quotes that may stand around a name with dots."""
    return QUOTED.sub(r"\1", path)


def new_name(data: Mapping[str, Any], path: str) -> tuple[str, str] | None:
    """An entry that a change may not bring up, and why: it is nearly one that is told, or has no key that it must have.

    Whoever adds one truly tells it in a file, or by every key that it must have.
    """
    section: Any = data
    keys = keys_in(path)
    for depth, key in enumerate(keys[:-1], 1):
        above, at = ".".join(keys[: depth - 1]), ".".join(keys[:depth])
        if not isinstance(section, Mapping) or above in BY_PATH:
            return None
        if key not in section and kind_of_names(at):
            known = {*map(str, section), *_usual_names(above)}
            model = _model(kind_at(at))
            free = model is None or not any(info.is_required() for info in model.model_fields.values())
            if key in known or not (free or near(key, known)):
                return None
            hint = did_you_mean(key, known) if known else "none is"
            return at, f"no '{key}' is told of; {hint} (a new one is told in a file)"
        section = section.get(key, {})
    return None


def _usual_names(path: str) -> list[str]:
    """The names that a mapping of names has where none is told."""
    *above, last = keys_in(path)
    model = _model(kind_at(".".join(above))) if above else None
    info = fields(model).get(last) if model is not None else None
    usual = None if info is None or info.is_required() else info.get_default(call_default_factory=True)
    return list(usual) if isinstance(usual, dict) else []


def kind_of_names(path: str) -> bool:
    """Whether the last key of a path is a name of somebody's choice, not a key of the schema."""
    try:
        return _named(kind_at(".".join(keys_in(path)[:-1]))) is not None
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
        if not faults and (wrong := new_name(data, path)):
            faults.append(Fault(*wrong))
            continue
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
