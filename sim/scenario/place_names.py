"""Other names and spellings of places: the file's own name is the code, and each other leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sim.scenario.faults import Fault, did_you_mean, near

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

KINDS = {"settlement": "population.settlements", "reception": "reception.places", "hospital": "medical.hospitals"}
"""Kinds of places that may have other names, and where they are told."""


class Named(NamedTuple):
    """A place, and one other name of it; empty where none is told."""

    place: str
    kind: str
    also: str
    language: str
    path: str


def named(scenario: Scenario) -> list[Named]:
    """Every place by each of its other names."""
    told = {
        "settlement": scenario.population.settlements,
        "reception": scenario.reception.places,
        "hospital": scenario.medical.hospitals,
    }
    return [
        Named(name, kind, also, language, f"{KINDS[kind]}.{name}.also_known_as")
        for kind, places in told.items()
        for name, place in places.items()  # type: ignore[attr-defined]
        for language, also in (place.also_known_as or {"": ""}).items()
    ]


def which(scenario: Scenario, found: str, allowed: Iterable[str]) -> str:
    """The nearest allowed place as a question, also by its other names, or the allowed places when none is near."""
    known = set(allowed)
    also = {_plain(one.also): one for one in named(scenario) if one.also and one.place in known}
    meant = near(_plain(found), {*map(_plain, known), *also})
    if meant not in also:
        return did_you_mean(found, known)
    return f"did you mean '{also[meant].place}' ({also[meant].also}, {also[meant].language})?"


def ambiguous(scenario: Scenario) -> Iterator[Fault]:
    """Another name that is the name of a different place, or another name of one."""
    first = {_plain(one.place): one.place for one in named(scenario)}
    for one in named(scenario):
        other = first.setdefault(_plain(one.also), one.place) if one.also else one.place
        if other != one.place:
            told = f"{one.also!r} is a name of '{other}' already; a name is that of one place"
            yield Fault(f"{one.path}.{one.language}", told)


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "_").replace("-", "_")
