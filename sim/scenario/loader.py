"""From a file to a scenario: bases, changes, what is unknown, and every fault at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.scenario import reading
from sim.scenario.distributions import Distribution
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.fields import HeadcountOf, Unit, Varying, moment
from sim.scenario.observed import inline_arrivals
from sim.scenario.paths import fields, flatten, put, settled, unit_at
from sim.scenario.reading import Document
from sim.scenario.rules import broken_rules
from sim.scenario.schema import Scenario
from sim.scenario.unknown import stand_in

WORDS = ("true", "yes", "on")


class Relative(BaseModel):
    """A factor by which the value at a path is multiplied."""

    model_config = ConfigDict(frozen=True)

    factor: Distribution


def load(path: str | Path, changes: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario in a file, with its bases and with changes; ScenarioError names every fault with its place."""
    document = document_of(Path(path))
    for at, value in (changes or {}).items():
        put(document.data, at, _typed(value))
        document.places[at] = "--set"
    settle(document.data, [at for at in changes or {} if f"uncertainty.{at}" not in (changes or {})])
    return resolve(document, Path(path))


def _typed(value: Any) -> Any:
    """Text from the command line, read as a file would."""
    if not isinstance(value, str):
        return value
    if reading.INTEGER.fullmatch(value):
        return int(value)
    return float(value) if reading.DECIMAL.fullmatch(value) else reading.YES_NO.get(value, value)


def document_of(path: Path, seen: tuple[Path, ...] = ()) -> Document:
    """A file and its bases, merged."""
    if path.resolve() in seen:
        chain = " -> ".join(p.name for p in (*seen, path))
        raise ScenarioError([Fault("base", f"the files extend each other in a circle: {chain}", str(path))])
    own = reading.read(path)
    base = own.data.pop("base", None)
    if base is None:
        return own
    if not isinstance(base, str):
        raise ScenarioError([Fault("base", "must be the name of a file", own.places["base"])])
    target = path.parent / base
    if not target.is_file():
        raise ScenarioError([Fault("base", f"no such file: {base}", own.places["base"])])
    below = document_of(target, (*seen, path.resolve()))
    rebase(below.data, target.parent, path.parent)
    again = own.data.get("uncertainty")
    settle(below.data, set(flatten(own.data)) - set(again if isinstance(again, dict) else ()))
    merged = Document(merge(below.data, own.data), {**below.places, **own.places})
    merged.data["base"] = base
    return merged


def rebase(data: dict[str, Any], home: Path, new: Path) -> None:
    """Names of files that are told relative to one folder, told relative to another."""
    arrivals, observed = data.get("arrivals"), data.get("observed")
    if isinstance(arrivals, dict) and isinstance(arrivals.get("file"), str):
        arrivals["file"] = _from(new, home / arrivals["file"])
    if isinstance(observed, dict):
        told = {series: name for series, name in observed.items() if isinstance(name, str)}
        observed.update({series: _from(new, home / name) for series, name in told.items()})


def _from(folder: Path, file: Path) -> str:
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive
        return file.resolve().as_posix()


def settle(data: dict[str, Any], paths: Iterable[str]) -> None:
    """What is told anew no longer varies, unless its uncertainty is told anew as well; factors stay."""
    varies = data.get("uncertainty")
    if isinstance(varies, dict):
        for path in settled(varies, paths):
            del varies[path]


def merge(base: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The base with what the file says over it; an empty value removes the base's entry."""
    result = deepcopy(base)
    for key, value in own.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), dict) and not replaces(result[key], value):
            result[key] = merge(result[key], value)
        else:
            result[key] = deepcopy(value)
    return result


def replaces(base: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Another distribution replaces the base's whole."""
    return "distribution" in own and base.get("distribution") != own["distribution"]


def resolve(document: Document, path: Path) -> Scenario:
    """The scenario a document tells."""
    faults: list[Fault] = []
    assumed = stand_in(document, faults)
    inline_arrivals(document, path, faults)
    start = _start(document, faults)
    told_uncertainty = document.data.get("uncertainty")
    try:
        scenario = Scenario.model_validate(document.data, context={"written": True, "start": start})
    except ValidationError as fault:
        faults.extend(_translated(fault, document))
        raise ScenarioError(faults) from None
    uncertainty = _uncertainty({**(told_uncertainty or {}), **assumed}, document, faults)
    scenario = scenario.model_copy(update={"uncertainty": uncertainty})
    faults.extend(_placed(fault, document) for fault in broken_rules(scenario, path.parent))
    if faults:
        raise ScenarioError(faults)
    return scenario


def _start(document: Document, faults: list[Fault]) -> Any:
    told = document.data.get("start")
    try:
        return None if told is None else moment(told)
    except ValueError as fault:
        faults.append(Fault("start", str(fault), document.places.get("start", "")))
        return None


def _translated(error: ValidationError, document: Document) -> list[Fault]:
    result = []
    for fault in error.errors():
        keys = [str(key) for key in fault["loc"]]
        path, message = ".".join(keys), fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = f"unknown key; {did_you_mean(keys[-1], _siblings(keys[:-1]))}"
        elif fault["type"] == "missing":
            message = "is missing"
        elif not fault["type"].startswith("value_error"):
            message = f"{message}; found {fault['input']!r}"
        result.append(_placed(Fault(path, message), document))
    return result


def _siblings(keys: list[str]) -> list[str]:
    """Keys that may stand in a section."""
    model: Any = Scenario
    for key in keys:
        if isinstance(model, type) and issubclass(model, BaseModel):
            info = fields(model).get(key)
            text = [] if info is None else _inside(info.annotation)
            model = next(iter(text), None)
        # a named mapping: its names are free, the model below it stays
    return list(fields(model)) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _inside(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _inside(part)]


def _placed(fault: Fault, document: Document) -> Fault:
    """The fault with the place of its path, or of the nearest section that was written."""
    keys = fault.path.split(".")
    while keys and ".".join(keys) not in document.places:
        keys.pop()
    return fault if fault.place else fault._replace(place=document.places.get(".".join(keys), ""))


def _uncertainty(told: Any, document: Document, faults: list[Fault]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for path, value in (told if isinstance(told, dict) else {}).items():
        try:
            result[path] = _distribution(path, value)
        except (KeyError, ValueError) as fault:
            message = fault.args[0] if isinstance(fault, KeyError) else _first_line(fault)
            faults.append(_placed(Fault(f"uncertainty.{path}", str(message)), document))
    return result


def _first_line(fault: ValueError) -> str:
    if isinstance(fault, ValidationError):
        return fault.errors()[0]["msg"].removeprefix("Value error, ")
    return str(fault)


def _distribution(path: str, value: Any) -> Any:
    if isinstance(value, (Distribution, Relative)):
        return value
    if isinstance(value, dict) and value.get("relative"):
        told = {key: item for key, item in value.items() if key != "relative"}
        return Relative(factor=Varying("1").distribution(told, written=True))
    if "*" in path:
        raise ValueError("a path with `*` takes a relative distribution; add `relative: yes`")
    marker = unit_at(path)
    if marker is None:
        raise ValueError("has no quantity that could vary")
    if isinstance(marker, HeadcountOf):
        return _headcount(value)
    assert isinstance(marker, Unit)
    return Varying(marker.unit, marker.low, marker.high, marker.above).distribution(value, written=True)


def _headcount(value: Any) -> Distribution:
    """A distribution of people, or of a share of them."""
    text = " ".join(str(item) for item in value.values()) if isinstance(value, dict) else str(value)
    unit = "people" if "people" in text or "person" in text else "1"
    return Varying(unit).distribution(value, written=True)
