"""Desks side by side: first come, first served."""

from __future__ import annotations

from sim.model.passing.compiled import compiled
from sim.model.passing.tables import Array


@compiled
def serve_all(free: Array, hours: Array, takes: Array, ends: Array) -> None:
    """Serve all who come, in order of time, each at the desk that is free first; note when each is done.

    `free` is when each desk is free, in rising order; the others have shape (n,): when each comes, and for how long.
    """
    for number in range(len(hours)):
        end = max(hours[number], free[0]) + takes[number]
        place = 1
        while place < len(free) and free[place] < end:
            free[place - 1] = free[place]
            place += 1
        free[place - 1] = ends[number] = end
