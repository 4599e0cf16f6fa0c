"""What happened in each hour of a run as one number: two runs are the same, byte for byte, while their numbers are.

Counted is who is where at the start, and what happens at an instant: moves of people, passages of the road and of
posts, counts, litres and supplies handed out in the hour. Left out is whatever is only known later, such as how many
were aboard in the end; a stall is dated back to where the tank ran dry, which is known when its vehicle would have left
the link: what it does to others counts, when it does, and not its own hour.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.model.record import Array, Record
from sim.results.dates import full_hours

Part = tuple[str, Array, tuple[Array, ...]]
"""Name, hours at which it happened, and what did."""


def digests(record: Record) -> Array:
    """A number for each hour from the start to the horizon, shape (hours,)."""
    last = full_hours(record.scenario)
    spots = named([f"{spot.state} {spot.place}" for spot in record.spots])
    there = sorted(zip(spots.tolist(), record.first.tolist(), strict=True))
    found = [0] * last
    found[:1] = [zlib.crc32(np.array([row for row in there if row[1]], float).tobytes())][:last]
    for part in (_moves, _road, _posts, _counts):
        for name, hours, what in part(record):
            _add(found, name, hours, what)
    for hour in range(last):
        found[hour] = zlib.crc32(_handed_out(record, hour), found[hour])
    return np.array(found, np.uint32)


def _add(found: list[int], name: str, hours: Array, what: tuple[Array, ...]) -> None:
    """Take in one kind of happening: each hour's in order of time, with the name of the kind."""
    order = np.lexsort((*what, hours))
    order = order[~np.isnan(hours[order])]
    rows = np.column_stack([hours, *what])[order].astype(float)
    edges = np.searchsorted(rows[:, 0], np.arange(len(found) + 1)).tolist()
    for hour, (begin, end) in enumerate(pairwise(edges)):
        if end > begin:
            found[hour] = zlib.crc32(rows[begin:end].tobytes(), zlib.crc32(name.encode(), found[hour]))


def named(names: list[str]) -> Array:
    """A number for each name, the same in every run."""
    return np.array([zlib.crc32(name.encode()) for name in names], float)


def _as_drawn(record: Record, party: Array) -> Array:
    """Parties by the number they were drawn with; vehicles that somebody sends by their own, apart from those."""
    number, count = record.parties.number, len(record.parties.number)
    known = (party >= 0) & (party < count)
    found: Array = np.where(known, number[np.where(known, party, 0)] if count else 0, party + 0.5)
    return found


def _moves(record: Record) -> Iterator[Part]:
    spots = named([f"{spot.state} {spot.place}" for spot in record.spots])
    stalls = np.array([spot.state == "stranded" for spot in record.spots], bool)[record.move_destination]
    who, origin, destination = _as_drawn(record, record.move_party), record.move_origin, record.move_destination
    what = (who, record.move_people, spots[origin], spots[destination])
    yield "move", record.move_hour[~stalls], tuple(column[~stalls] for column in what)


def _road(record: Record) -> Iterator[Part]:
    for log in record.links:
        who = _as_drawn(record, log.party)
        name = f"{log.name} {log.km[0]:g} {log.km[1]:g}"
        yield f"entered {name}", log.entered, (who,)
        passed = ~log.stalled.astype(bool)
        yield f"left {name}", log.left[passed], (who[passed],)


def _posts(record: Record) -> Iterator[Part]:
    for post in record.posts:
        who = _as_drawn(record, post.party)
        yield f"begun {post.name}", post.begun, (who,)
        yield f"ended {post.name}", post.ended, (who,)


def _counts(record: Record) -> Iterator[Part]:
    for series, (hours, people, vehicles) in record.counts.items():
        yield series, hours, (people, vehicles)


def _handed_out(record: Record, hour: int) -> bytes:
    """Litres of all depots, and what each store gave."""
    book = record.fuel.handed_out if record.fuel is not None else None
    fuel: list[float] = [] if book is None else book[hour : hour + 1].tolist()
    stores = [float(row.drawn[hour]) if hour < len(row.drawn) else 0.0 for row in record.supply.rows]
    return np.array([*fuel, *stores], float).tobytes()
