"""The journal of one replication as a table: every passage of every vehicle, every step of every party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.model.journal import SERIES
from sim.model.record import Array, LinkLog, Record
from sim.scenario.route import resolve

Part = tuple[Array, str | list[str], Array, str | list[str], Array, Array]


@dataclass(frozen=True)
class Passages:
    """Rows in order of time, one array or list a column; nan where a row has no such value, party -1 for none."""

    hour: Array
    entry: list[str]
    party: Array
    place: list[str]
    people: Array
    quantity: Array


def passages(record: Record) -> Passages:
    """Everything that is known to have happened, in order of time.

    `entered` and `passed` are passages of nodes, with the hour a vehicle was ready to pass as quantity; `service begun`
    has the hour it was ready, `service ended` the hour it began; a state's name is a move into that state; `asked for
    fuel` and `given fuel` have litres; `departed`, `arrived`, `registered` and `accommodated` have vehicles.
    """
    parts = [part for found in (_links, _posts, _moves, _fuel, _counts, _stalls, _noted) for part in found(record)]
    parts = [part for part in parts if len(part[0])]
    if not parts:
        none = np.zeros(0)
        return Passages(none, [], none, [], none, none)
    hour, party, people, quantity = (np.concatenate([part[k] for part in parts]) for k in (0, 2, 4, 5))
    entry = [text for part in parts for text in _texts(part[1], len(part[0]))]
    place = [text for part in parts for text in _texts(part[3], len(part[0]))]
    order = np.argsort(hour, kind="stable")
    entry, place = [entry[k] for k in order], [place[k] for k in order]
    named = _as_drawn(party, record.parties.number)
    return Passages(hour[order], entry, named[order], place, people[order], quantity[order])


def _as_drawn(party: Array, number: Array) -> Array:
    """Parties by the number they were drawn with, which no change of the scenario moves; others keep their own."""
    known = (party >= 0) & (party < len(number))
    named: Array = np.where(known, number[np.where(known, party, 0)], party) if len(number) else party
    return named


def _texts(told: str | list[str], count: int) -> list[str]:
    return [told] * count if isinstance(told, str) else told


def _nowhere(count: int) -> Array:
    return np.full(count, np.nan)


def _links(record: Record) -> Iterator[Part]:
    if record.scenario.corridor is None:
        return
    links = {link.name: link for link in resolve(record.scenario.corridor).links}
    joined: set[int] = set()
    for log in record.links:
        link = links[log.name]
        new = np.array([vehicle not in joined for vehicle in log.party.tolist()], bool)
        joined.update(log.party.tolist())
        begin, end = _end(log, 0, link.origin, link.km), _end(log, 1, link.to, link.km + link.length)
        ready = record.parties.departed
        vehicle = log.party[new]
        asked = np.where(vehicle < len(ready), ready[np.minimum(vehicle, len(ready) - 1)], np.nan)
        yield log.entered[new], "entered", vehicle, begin, log.people[new], asked
        gone = ~np.isnan(log.left) & ~log.stalled.astype(bool)
        yield log.left[gone], "passed", log.party[gone], end, log.people[gone], (log.entered + log.free_flow)[gone]


def _end(log: LinkLog, which: int, node: str, km: float) -> str:
    """The node at an end of a link, or the place where it is cut."""
    return node if abs(log.km[which] - km) < 1e-9 else f"{log.name} km {log.km[which]:g}"


def _posts(record: Record) -> Iterator[Part]:
    for post in record.posts:
        none = _nowhere(len(post.party))
        yield post.begun, "service begun", post.party, post.node, none, post.ready
        yield post.ended, "service ended", post.party, post.node, none, post.begun


def _moves(record: Record) -> Iterator[Part]:
    states = [record.spots[k].state for k in record.move_destination.tolist()]
    places = [record.spots[k].place for k in record.move_destination.tolist()]
    yield record.move_hour, states, record.move_party, places, record.move_people, _nowhere(len(states))


def _fuel(record: Record) -> Iterator[Part]:
    """Asked when it asked, given when it left the queue."""
    parties = record.parties
    asked = np.flatnonzero(~np.isnan(parties.fuel_asked))
    none = _nowhere(len(asked))
    yield parties.fuel_asked[asked], "asked for fuel", asked, "", none, parties.fuel_wanted[asked]
    left = np.full(len(parties.people), np.nan)
    queue = np.array([spot.state == "fuel_queue" for spot in record.spots], bool)
    out = queue[record.move_origin]
    left[record.move_party[out]] = record.move_hour[out]
    given = np.flatnonzero(~np.isnan(left))
    yield left[given], "given fuel", given, "", _nowhere(len(given)), parties.fuel_given[given]


def _counts(record: Record) -> Iterator[Part]:
    for series in SERIES:
        hours, people, vehicles = record.counts[series]
        yield hours, series, np.full(len(hours), -1), "", people, vehicles.astype(float)


def _stalls(record: Record) -> Iterator[Part]:
    """Stalls and their clearing, with the kilometre."""
    stalls = record.stalls
    party, km = np.array([s.party for s in stalls], int), np.array([s.km for s in stalls], float)
    places, none = [s.link for s in stalls], _nowhere(len(stalls))
    yield np.array([s.hour for s in stalls], float), [f"stopped: {s.cause}" for s in stalls], party, places, none, km
    yield np.array([s.cleared for s in stalls], float), "cleared", party, places, none, km


def _noted(record: Record) -> Iterator[Part]:
    told = record.entries
    hour, people = np.array([e.hour for e in told], float), np.array([e.people for e in told], float)
    party, quantity = np.array([e.party for e in told], int), np.array([e.quantity for e in told], float)
    yield hour, [e.kind for e in told], party, [e.place for e in told], people, quantity
