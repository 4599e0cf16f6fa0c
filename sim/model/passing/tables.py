"""The road in tables, which the compiled functions read and write: queues, what stands at nodes, vehicles, passages."""

from __future__ import annotations

from math import inf, nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model.passing.compiled import read_by_name

Array = NDArray[Any]
Row = Any
"""A row of a table, whose fields are read and written by name."""

WHOLE, REAL, FLAG = np.int64, np.float64, np.bool_

QUEUE = np.dtype(
    [
        ("count", WHOLE),
        ("gone", WHOLE),
        ("free", REAL),
        ("priority", REAL),
        ("credit", REAL),
        ("shut", WHOLE),
        ("shut_end", WHOLE),
        ("lane", FLAG),
        ("waiting", FLAG),
        ("length", REAL),
        ("free_flow", REAL),
        ("wave", REAL),
        ("headway", REAL),
        ("dropped", REAL),
        ("storage", REAL),
        ("pce", REAL),
        ("pointer", WHOLE),
        ("next_entry", REAL),
        ("next_dropped", REAL),
        ("cleared", REAL),
        ("slow_until", REAL),
        ("slow", REAL),
        ("floors", WHOLE),
    ],
    align=True,
)
"""A queue: how many have joined it and have left it, and when the next can leave it by the headway after the last.

Of lanes also: whether people wait beside it, its length, free flow, wave, headways of those who have not waited and of
those who have, room and vehicles (in passenger cars), when the next can enter, and what blockages do to it.
"""

STAGE = np.dtype(
    [
        ("first", WHOLE),
        ("last", WHOLE),
        ("out", WHOLE),
        ("post", WHOLE),
        ("source", WHOLE),
        ("counts", FLAG),
        ("joined", FLAG),
        ("shuts", FLAG),
        ("opens", REAL),
        ("to_end", REAL),
        ("shut", WHOLE),
        ("shut_end", WHOLE),
    ],
    align=True,
)
"""What is passed at a node: its queues (from the table of members), and the lane or post they lead to, -1 for none."""

POST = np.dtype(
    [
        ("crossing", WHOLE),
        ("crossing_end", WHOLE),
        ("done", WHOLE),
        ("foot", WHOLE),
        ("pace", REAL),
        ("served", WHOLE),
        ("opens_road", REAL),
        ("opens", REAL),
        ("closes", REAL),
        ("from_hour", REAL),
        ("to_hour", REAL),
        ("midnight", REAL),
        ("booths", WHOLE),
        ("regime", WHOLE),
        ("regime_end", WHOLE),
        ("step", REAL),
        ("factor", WHOLE),
        ("factor_end", WHOLE),
        ("change", WHOLE),
        ("change_end", WHOLE),
        ("every", REAL),
        ("group", REAL),
        ("release", REAL),
        ("went", REAL),
    ],
    align=True,
)
"""What stands at a node and serves vehicles: booths, or crossings side by side."""

CROSSING = np.dtype(
    [
        ("ferry", FLAG),
        ("limit", REAL),
        ("share", REAL),
        ("opens", REAL),
        ("closes", REAL),
        ("from_hour", REAL),
        ("to_hour", REAL),
        ("midnight", REAL),
        ("headway", REAL),
        ("free", REAL),
        ("cycle", REAL),
        ("green", REAL),
        ("takes", REAL),
        ("round_trip", REAL),
        ("pause", REAL),
        ("holds", REAL),
        ("seats", REAL),
        ("departed", REAL),
        ("vehicles", REAL),
        ("people", REAL),
    ],
    align=True,
)
"""A bridge or a ferry: its limits, its hours, and when or how full it last left."""


CAR = np.dtype(
    [
        ("people", WHOLE),
        ("seats", WHOLE),
        ("vehicles", WHOLE),
        ("space", REAL),
        ("litres", REAL),
        ("use", REAL),
        ("idle", REAL),
        ("weight", REAL),
        ("choice", REAL),
        ("breaks_at", REAL),
        ("clearing", REAL),
        ("blocks", FLAG),
        ("joined_at", REAL),
        ("met", FLAG),
        ("entered", REAL),
        ("crossed", REAL),
    ],
    align=True,
)
"""What the road knows of a vehicle: passenger cars that all its vehicles count as, litres that it holds, fewer as it
drives, and burns by distance and idling, which of several crossings it takes where shares are told (0 to 1), where it
breaks down, how far from the end of the road it joined, whether somebody at that end has to know at once that it has
come, and when it got onto the road and passed the count.
"""
SOUND = {"vehicles": 1, "litres": inf, "choice": 0.5, "breaks_at": inf, "entered": nan, "crossed": nan}
"""A sound vehicle that has not set out, without anybody in it, refuelled by who sends it; 0 in the other columns."""

PASSAGE = np.dtype(
    [
        ("vehicle", WHOLE),
        ("aboard", WHOLE),
        ("ready", REAL),
        ("left", REAL),
        ("entered", REAL),
        ("before", REAL),
    ],
    align=True,
)
"""One who joined a queue: when it could leave and did; of lanes also when it entered, behind how many passenger cars
that had before, and how many people were aboard when it left.
"""

LUCK = np.dtype([("factor", REAL), ("aside", REAL)])
"""Of a vehicle at a post: its time as a multiple of the mean, and hours in second inspection."""

SERVED = np.dtype([("vehicle", WHOLE), ("ready", REAL), ("begun", REAL), ("ended", REAL)])

DUE = np.dtype([("hour", REAL), ("party", WHOLE), ("row", WHOLE), ("to_end", REAL)])
"""Who joins the road at an hour, in which queue, and how far from the end of the road."""

LEAVING = np.dtype([("vehicle", WHOLE), ("stage", WHOLE), ("hour", REAL)])

LOOK = np.dtype([("head", REAL), ("could", REAL), ("server", REAL)])
"""Of a queue at the stage that is looked at: when its first could leave it, could pass, and who serves it."""

TOLD = np.dtype(
    [
        ("joined", WHOLE),
        ("out", WHOLE),
        ("left", WHOLE),
        ("what", WHOLE),
        ("at", WHOLE),
        ("where", WHOLE),
        ("who", WHOLE),
        ("began", REAL),
        ("hour", REAL),
    ],
    align=True,
)
"""What others have to know: how many have joined the road together, and have left it met by nobody; how many leave now
whom somebody has to meet; what happened, to the first of which member's queue if it is
still to go on (else -1), in which queue or at which post, to whom, since when and at which hour.
"""


def cars(room: int) -> Array:
    """Sound vehicles that have not set out."""
    made = np.zeros(room, CAR)
    for name, value in SOUND.items():
        made[name] = value
    seen: Array = read_by_name(made)
    return seen


class Tables(NamedTuple):
    """Everything of one road."""

    queues: Array
    stages: Array
    members: Array
    posts: Array
    crossings: Array
    shut: Array
    """Closures: from and until which hour, shape (n, 2)."""
    pace: Array
    """Share of the usual speed by night and weather: from which hour, and how much, shape (n, 2)."""
    regimes: Array
    """Mean time at a booth: from which hour, and how long, shape (n, 2)."""
    factors: Array
    """Factors on the rate of posts, step by step."""
    staff: Array
    """Changes of the number of booths: from which hour, and how many, shape (n, 2)."""
    booths: Array
    """When each booth is free, in rising order, shape (posts, most booths)."""
    spare: Array
    """Room in which to look ahead at booths."""
    floors: Array
    """Whom a blockage lets in later: behind how many passenger cars, and from which hour, shape (queues, most, 2)."""
    looks: Array
    passages: Array
    """Who has joined each queue, in order, shape (queues, room)."""
    cars: Array
    luck: Array
    """Shape (posts, room)."""
    served: Array
    """Every service of a vehicle, shape (posts, room)."""
    out: Array
    """Vehicles that have left the road, in order of time, but for those whom somebody has to meet; shape (room,)."""
    leaving: Array
    """Those, as long as it was not told, shape (room,)."""
    told: Array
    """Shape (1,)."""


def plainly(column: Array) -> Any:
    """A column seen so that it gives and takes plain numbers, fast."""
    return memoryview(column)  # type: ignore[arg-type]


def widened(array: Array, room: int, axis: int) -> Array:
    """An array with more room along an axis, in new memory; what is in the new room is not set."""
    shape = list(array.shape)
    shape[axis] = room
    wide = np.empty(shape, array.dtype)
    wide[tuple(slice(size) for size in array.shape)] = array
    return wide
