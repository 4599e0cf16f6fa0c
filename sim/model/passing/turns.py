"""Whose turn it is at a node: when the first of each queue could pass, and who goes first."""

from __future__ import annotations

from math import inf

import numpy as np

from sim.model.passing.compiled import compiled
from sim.model.passing.hours import after_both
from sim.model.passing.tables import Row, Tables

WAITED = 1e-9
"""Hours by which a vehicle has to be late to have waited: who comes just as the headway is over does not wait."""
TIE = 1e9
"""Times are compared to a billionth of an hour."""
NEAR = 2e-9


@compiled
def look(road: Tables, stage: Row) -> float:
    """When the first of any queue could leave it, noting each queue's own; inf where nobody stands."""
    soonest = inf
    for at in range(stage.first, stage.last):
        row = road.members[at]
        queue, head = road.queues[row], inf
        if queue.gone < queue.count:
            head = road.passages[row, queue.gone].ready
            if queue.lane:
                head = max(head, queue.free, queue.cleared)
        road.looks[at - stage.first].head = head
        soonest = min(soonest, head)
    return soonest


@compiled
def open_from(road: Tables, stage: Row, hour: float) -> float:
    """When the first of any queue could pass from an hour on, closures at its end or on the way on apart."""
    count = stage.last - stage.first
    if not stage.shuts:
        for place in range(count):
            road.looks[place].could = road.looks[place].head
        return hour
    soonest = inf
    for place in range(count):
        queue = road.queues[road.members[stage.first + place]]
        begin = max(road.looks[place].head, hour)
        if begin < inf:
            begin = after_both(begin, road.shut, (queue.shut, queue.shut_end), (stage.shut, stage.shut_end))
        road.looks[place].could = begin
        soonest = min(soonest, begin)
    return soonest


@compiled
def waits(road: Tables, stage: Row, hour: float) -> bool:
    """Whether one of those who could pass at an hour has waited: then a queue discharges, at the capacity that is left.

    h = 1 / Q if this vehicle did not wait, 1 / ((1 - delta) Q) if it did.
    """
    for at in range(stage.first, stage.last):
        row = road.members[at]
        could = road.looks[at - stage.first].could <= hour + WAITED  # where nobody stands there is nobody to look at
        if could and road.passages[row, road.queues[row].gone].ready < hour - WAITED:
            return True
    return False


@compiled
def whose(road: Tables, stage: Row, hour: float) -> int:
    """Whose turn it is, by credit among those who could pass by then; ties go by name. Its place among the members."""
    by_then, chosen, able, total = np.rint(hour * TIE), -1, 0, 0.0
    for at in range(stage.first, stage.last):
        if passes_by(road.looks[at - stage.first].could, hour, by_then):
            able, chosen = able + 1, at
    if able == 1:
        return chosen
    chosen = -1
    for at in range(stage.first, stage.last):
        if passes_by(road.looks[at - stage.first].could, hour, by_then):
            queue = road.queues[road.members[at]]
            queue.credit += queue.priority
            total += queue.priority
            if chosen < 0 or queue.credit > road.queues[road.members[chosen]].credit:
                chosen = at
    road.queues[road.members[chosen]].credit -= total
    return chosen


@compiled
def passes_by(could: float, hour: float, by_then: float) -> bool:
    """Whether one who could pass at an hour can by another, to a billionth of an hour."""
    return bool(could <= hour + NEAR and (could <= hour or np.rint(could * TIE) <= by_then))


@compiled
def pace(road: Tables, hour: float) -> float:
    """Share of the usual speed at an hour, by night and weather."""
    at, after = 0, len(road.pace)
    while after - at > 1:
        middle = (at + after) // 2
        at, after = (middle, after) if road.pace[middle, 0] <= hour else (at, middle)
    return float(road.pace[at, 1])
