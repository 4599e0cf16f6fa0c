"""Who joins the road at an hour known beforehand: many together, in the order in which they are ready."""

from __future__ import annotations

from sim.model.passing.compiled import compiled
from sim.model.passing.tables import Array, Tables


@compiled
def join_all(road: Tables, due: Array, first: int, hour: float) -> int:
    """Let all parties of a list join who are ready by then and have people in their vehicles; who is the next."""
    told = road.told[0]
    while first < len(due) and due[first].hour <= hour:
        line = due[first]
        car, queue = road.cars[line.party], road.queues[line.row]
        if car.people > 0:
            passage = road.passages[line.row, queue.count]
            passage.vehicle, passage.ready, car.joined_at = line.party, line.hour, line.to_end
            queue.count += 1
            told.joined += 1
        first += 1
    return first
