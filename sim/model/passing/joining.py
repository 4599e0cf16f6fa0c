"""Who joins the road at an hour known beforehand: many together, in the order in which they are ready."""

from __future__ import annotations

from sim.model.passing.compiled import compiled
from sim.model.passing.tables import Array, Tables

Joined = tuple[Array, Array, Array, Array]
"""The tables in which it is noted who joins: queues, passages, cars, and what is told."""


def noted_in(road: Tables) -> Joined:
    """Those tables alone: to hand over all of them takes longer than the rest."""
    return road.queues, road.passages, road.cars, road.told


@compiled
def join_all(tables: Joined, due: Array, first: int, hour: float) -> int:
    """Let all parties of a list join who are ready by then and have people in their vehicles; who is the next."""
    queues, passages, cars, tolds = tables
    told = tolds[0]
    while first < len(due) and due[first].hour <= hour:
        line = due[first]
        car, queue = cars[line.party], queues[line.row]
        if car.people > 0:
            passage = passages[line.row, queue.count]
            passage.vehicle, passage.ready, car.joined_at = line.party, line.hour, line.to_end
            queue.count += 1
            told.joined += 1
        first += 1
    return first
