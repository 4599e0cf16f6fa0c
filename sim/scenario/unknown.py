"""What is not known: the range the library gives for an input that is told as `unknown`."""

from __future__ import annotations

from copy import deepcopy
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel

from sim.scenario import scale, units
from sim.scenario.faults import Fault
from sim.scenario.fields import INSTANT, TIME_OF_DAY
from sim.scenario.paths import flatten, kind_at, put
from sim.scenario.ranges import ENDS, Range, is_random, range_of
from sim.scenario.reading import Document

UNKNOWN = "unknown"
ELSEWHERE = ("title", "summary", "base", "start", "as_of", "observed", "sources")
"""Sections that are no inputs: a word there is a word."""


def stand_in(document: Document) -> tuple[dict[str, Any], list[Fault]]:
    """Put the usual value where an input is `unknown`; the distributions to draw from by path, and what is refused."""
    assumed: dict[str, Any] = {}
    refused: list[Fault] = []
    if not unknown(document.data):
        return assumed, refused
    _speeds(document.data)
    as_told = deepcopy(document.data)
    for path in unknown(as_told):
        row = range_of(path)
        try:
            if row is None or not row.usual:
                raise ValueError(row.source if row else why_not(path))
            usual, low, high = _scaled(row, path, as_told)
        except scale.NotKnownError:
            put(document.data, path, row.usual if row else None)
            continue
        except ValueError as fault:
            refused.append(Fault(path, f"cannot be unknown: {fault}", document.places.get(path, "")))
            continue
        put(document.data, path, usual)
        if low != high:
            assumed[path] = {"distribution": row.distribution, "low": low, "high": high}
        _explain(document.data, path, row, (usual, low, high))
    return assumed, refused


def unknown(data: dict[str, Any]) -> list[str]:
    """Paths of inputs told as `unknown`."""
    return [path for path, value in flatten(data).items() if value == UNKNOWN and path.split(".")[0] not in ELSEWHERE]


def _speeds(data: dict[str, Any]) -> None:
    """A road of unknown class is as fast as nobody knows, unless its speed or usual time is told."""
    for path in unknown(data):
        if fnmatchcase(path, "corridor.*.*.class"):
            road = scale.at(data, path.rpartition(".")[0])
            if isinstance(road, dict) and not {"speed", "usual_time"} & set(road):
                road["speed"] = UNKNOWN


def _scaled(row: Range, path: str, data: dict[str, Any]) -> tuple[str, str, str]:
    """Usual value, low and high end; of what they are relative to, where they are."""
    told = (row.usual, row.low, row.high)
    if not row.of:
        return told
    share = scale.measure(row.of, row.path, path, data)
    return tuple(_times(text, share, row.of == scale.REST) for text in told)  # type: ignore[return-value]


def _times(text: str, share: float, capped: bool) -> str:
    number, unit = units.split(text)
    return f"{min(number * share, 100.0) if capped else number * share:.12g} {unit}".strip()


def _explain(data: dict[str, Any], path: str, row: Range, told: tuple[str, str, str]) -> None:
    """The source of what stands in."""
    usual, low, high = told
    drawn = f"taken as {usual}" if low == high else f"drawn from {low} to {high}"
    note = {"note": f"{UNKNOWN}; {drawn}: {row.source}", "date": row.date}
    sources = data.setdefault("sources", {})
    if isinstance(sources, dict):
        sources[path] = {**note, "confidence": row.confidence, "origin": "assumed"}


def why_not(path: str) -> str:
    """Why no range can stand in for an input, and what to do."""
    quantity, _, parameter = path.rpartition(".")
    if parameter in ENDS and is_random(quantity):
        return f"it is one part of how `{quantity}` varies: tell `{quantity}: unknown` instead"
    try:
        kind = kind_at(path)
    except KeyError as fault:
        return f"no such path; {fault.args[0]}"
    if INSTANT in kind:
        return "a time has no range of its own: tell your best guess and its range under `uncertainty`, or leave it out"
    if TIME_OF_DAY in kind:
        return "a time of day has no range: tell your best guess, or leave the hours out for always"
    if any(isinstance(part, type) and issubclass(part, BaseModel) for part in kind):
        return "it is a section: leave it out, or tell its parts as unknown"
    if bool in kind:
        return "it is yes or no: tell what you plan with, and what it would change as a second scenario"
    return "it is a name or a choice, not a quantity: tell what you plan with, or leave it out"
