"""From a file to a scenario: bases, changes, what is unknown, and every fault at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.scenario import personal, reading
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.fields import moment, month
from sim.scenario.figures_told import cite
from sim.scenario.observed import inline_arrivals
from sim.scenario.paths import BY_PATH, flatten, keys_in, new_name, put, settled, unquoted
from sim.scenario.reading import Document
from sim.scenario.rules import broken_rules
from sim.scenario.schema import Scenario
from sim.scenario.soundness import sound_part, touches
from sim.scenario.unknown import stand_in
from sim.scenario.varying import varying
from sim.scenario.wording import in_words

SET = "--set"
"""The place of what is told on the command line."""


def load(path: str | Path, changes: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario in a file, with its bases and with changes; ScenarioError names every fault with its place."""
    return resolve(told_with(Path(path), changes or {}), Path(path))


def told_with(path: Path, changes: Mapping[str, Any]) -> Document:
    """A file and its bases with changes, as written."""
    document = document_of(path)
    for at, value in changes.items():
        _change(document, at, value)
    settle(document.data, [at for at in changes if f"uncertainty.{at}" not in changes])
    return document


def _change(document: Document, at: str, value: Any) -> None:
    """Put a value told on the command line at its path."""
    at = unquoted(at)
    if at.strip(". ") and "" not in at.split("."):
        if wrong := new_name(document.data, at):
            document.faults.append(Fault(*wrong, SET))
            return
        keys = keys_in(at)
        for depth in range(1, len(keys)):
            document.places.setdefault(".".join(keys[:depth]), SET)
        put(document.data, at, _typed(value))
        document.places[at] = SET
    else:
        document.faults.append(Fault(at, "is not a path; write one such as fuel.ration", SET))


def _typed(value: Any) -> Any:
    """Text from the command line, read as a file would."""
    if not isinstance(value, str):
        return value
    if reading.INTEGER.fullmatch(value) and len(value) <= reading.LONGEST_INTEGER:
        return int(value)
    short = len(value) <= reading.LONGEST_DECIMAL
    return float(value) if short and reading.DECIMAL.fullmatch(value) else reading.YES_NO.get(value, value)


def document_of(path: Path, seen: tuple[Path, ...] = (), named: str = "") -> Document:
    """A file and its bases, merged; `named` is where the file that extends it says so."""
    if path.resolve() in seen:
        chain = " -> ".join(p.name for p in (*seen, path))
        raise ScenarioError([Fault("base", f"the files extend each other in a circle: {chain}", named)])
    own = _unquoted(reading.read(path))
    base = own.data.pop("base", None)
    if base is None:
        return own
    if not isinstance(base, str):
        raise ScenarioError(
            [*own.faults, Fault("base", f"must be the name of a file; found {base!r}", own.places["base"])]
        )
    target = path.parent / base
    if not target.is_file():
        hint = did_you_mean(target.name, _scenarios_in(target.parent))
        raise ScenarioError([*own.faults, Fault("base", f"no such file: {base}; {hint}", own.places["base"])])
    below = document_of(target, (*seen, path.resolve()), own.places["base"])
    rebase(below.data, target.parent, path.parent)
    again = own.data.get("uncertainty")
    settle(below.data, set(flatten(own.data)) - set(again if isinstance(again, dict) else ()))
    forget(below.data, removed(own.data))
    places = {**below.places, **own.places}
    merged = Document(merge(below.data, own.data), places, [*below.faults, *own.faults])
    merged.data["base"] = base
    return merged


def _unquoted(document: Document) -> Document:
    """A document whose paths, where they are keys, have no quotes around names with dots."""
    for section in BY_PATH:
        told = document.data.get(section)
        if isinstance(told, dict):
            document.data[section] = {unquoted(path): value for path, value in told.items()}
    document.places |= {unquoted(path): place for path, place in document.places.items()}
    return document


def _scenarios_in(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("*.y*ml")] if folder.is_dir() else []


def removed(own: Mapping[str, Any]) -> list[str]:
    """Paths that a file takes away from its base by telling nothing for them."""
    return [path for path, value in flatten(own).items() if value is None]


def forget(data: dict[str, Any], paths: Iterable[str]) -> None:
    """What was told by path about entries that are taken away."""
    for path in paths:
        for section in (data.get(name) for name in BY_PATH):
            for at in [at for at in section or () if at == path or at.startswith(f"{path}.")]:
                del section[at]  # type: ignore[union-attr]


def rebase(data: dict[str, Any], home: Path, new: Path) -> None:
    """Names of files that are told relative to one folder, told relative to another."""
    arrivals, observed = data.get("arrivals"), data.get("observed")
    if isinstance(arrivals, dict) and isinstance(arrivals.get("file"), str):
        arrivals["file"] = relative(new, home / arrivals["file"])
    if isinstance(observed, dict):
        told = {series: name for series, name in observed.items() if isinstance(name, str)}
        observed.update({series: relative(new, home / name) for series, name in told.items()})


def relative(folder: Path, file: Path) -> str:
    """The name of a file as seen from a folder."""
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
    """The scenario a document tells; where it has faults, what is sound of it is checked as well."""
    document.faults.extend(personal.in_document(document.data))
    assumed, refused = stand_in(document)
    document.faults.extend(refused)
    inline_arrivals(document, path, document.faults)
    cite(document)
    told = document.data.get("uncertainty")
    scenario, aside = _validated(document)
    uncertainty, faults = varying({**(told if isinstance(told, dict) else {}), **assumed})
    document.faults.extend(faults)
    if scenario is not None:
        scenario = scenario.model_copy(update={"uncertainty": uncertainty})
        aside |= {fault.path for fault in document.faults if fault.path} | sections_of(refused)
        document.faults.extend(f for f in broken_rules(scenario, path.parent, aside) if not follows(f.path, aside))
    first = {fault.path for fault in refused}
    document.faults[:] = [f for f in document.faults if f in refused or not follows(f.path, first)]
    if scenario is None or document.faults:
        raise ScenarioError(in_order(_placed(fault, document) for fault in document.faults))
    return scenario


def sections_of(refused: Iterable[Fault]) -> set[str]:
    """Sections in which a name was refused: what reads names there would only repeat it."""
    return {fault.path.split(".")[0] for fault in refused}


def follows(path: str, aside: set[str]) -> bool:
    """Whether a fault at a path, or at what is told of it elsewhere, may follow from what was put aside."""
    section, _, rest = path.partition(".")
    return touches(rest if section in BY_PATH else path, aside)


def _validated(document: Document) -> tuple[Scenario | None, set[str]]:
    """The scenario, or what is sound of it, and the paths that were put aside."""
    context = {"written": True, "start": _start(document)}
    try:
        return Scenario.model_validate(document.data, context=context), set()
    except ValidationError as error:
        document.faults.extend(fault for _, fault in in_words(error))
    return sound_part(document.data, context)


def _start(document: Document) -> datetime | None:
    """The time of hour 0; None when it is told as a month, wrongly or not at all."""
    told = document.data.get("start")
    try:
        return None if told is None or month(told) else moment(told)
    except ValueError:
        return None


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """One fault a path, in the order of the lines they stand in."""
    first = {(fault.place, fault.path): fault for fault in reversed(list(faults))}
    return sorted(first.values(), key=lambda fault: _line(fault.place))


def _line(place: str) -> tuple[str, list[int]]:
    """File, and line and column as numbers."""
    found = re.match(r"(.*?)((?::\d+)*)$", place)
    assert found
    return found[1], [int(number) for number in found[2].split(":") if number]


def _placed(fault: Fault, document: Document) -> Fault:
    """The fault with the place of its path, or of the nearest section that was written."""
    keys = fault.path.split(".")
    while keys and ".".join(keys) not in document.places:
        keys.pop()
    return fault if fault.place else fault._replace(place=document.places.get(".".join(keys), ""))
