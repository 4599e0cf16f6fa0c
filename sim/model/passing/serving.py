"""What stands at a node and serves vehicles: when, and in which order they then go on."""

from __future__ import annotations

import numpy as np

from sim.model.passing import booths, crossings
from sim.model.passing.compiled import compiled
from sim.model.passing.hours import after_closures
from sim.model.passing.tables import Row, Tables


@compiled
def begins(road: Tables, stage: Row, until: float) -> float:
    """Hour at which the first service of any queue begins, noting each queue's own; inf if not before that hour."""
    soonest = np.inf
    for at in range(stage.first, stage.last):
        look = road.looks[at - stage.first]
        look.could, look.server = serves_from(road, stage, at, until)
        soonest = min(soonest, look.could)
    return soonest


@compiled
def serves_from(road: Tables, stage: Row, at: int, until: float) -> tuple[float, float]:
    """When the first of a queue can be served, and by whom; inf if not before that hour."""
    row = road.members[at]
    queue, ready = road.queues[row], road.looks[at - stage.first].head
    if not queue.lane:
        ready = max(ready, road.posts[stage.post].opens_road)
    while ready < until:
        ready = after_closures(ready, road.shut, queue.shut, queue.shut_end)
        begin, server = may_begin(road, stage.post, row, ready)
        if begin == ready or queue.shut == queue.shut_end:
            return begin, server
        ready = begin
    return np.inf, 0.0


@compiled
def may_begin(road: Tables, number: int, row: int, ready: float) -> tuple[float, float]:
    """When service of the first of a queue can begin from an hour on, and by whom."""
    post, queue = road.posts[number], road.queues[row]
    first = road.passages[row, queue.gone]
    if post.crossing == post.crossing_end:
        return booths.may_begin(road, number, ready, first.ready, queue.free)
    if row == post.foot:
        return crossings.may_cross_on_foot(road, number, first.vehicle, ready)
    return crossings.may_cross(road, number, first.vehicle, ready)


@compiled
def serves(road: Tables, stage: Row, at: int, hour: float) -> bool:
    """Serve the last who left a queue if it is a vehicle; it goes on in the order in which services end."""
    row, post = road.members[at], road.posts[stage.post]
    passage = road.passages[row, road.queues[row].gone - 1]
    vehicle, server = passage.vehicle, road.looks[at - stage.first].server
    if road.cars[vehicle].vehicles == 0:
        return False
    if post.crossing == post.crossing_end:
        end = booths.serve(road, stage.post, vehicle, hour, server)
    else:
        end = crossings.take(road, int(server), vehicle, hour)
    line = road.served[stage.post, post.served]
    line.vehicle, line.ready, line.begun, line.ended = vehicle, passage.ready, hour, end
    post.served += 1
    lines_up(road, post.done, vehicle, end)
    return True


@compiled
def goes_over(road: Tables, stage: Row, at: int, begin: float) -> float:
    """When people on foot are over who were the last to leave a queue; beside a ferry they go aboard one by one."""
    row, post = road.members[at], road.posts[stage.post]
    passage, server = road.passages[row, road.queues[row].gone - 1], int(road.looks[at - stage.first].server)
    if road.crossings[server].ferry:
        road.queues[post.foot].free = begin + post.pace
    return crossings.take(road, server, passage.vehicle, begin)


@compiled
def lines_up(road: Tables, row: int, vehicle: int, end: float) -> None:
    """Take a place in the queue for the way on, behind all whose service ends no later."""
    queue = road.queues[row]
    place = queue.count
    while place > queue.gone and road.passages[row, place - 1].ready > end:
        road.passages[row, place].vehicle = road.passages[row, place - 1].vehicle
        road.passages[row, place].ready = road.passages[row, place - 1].ready
        place -= 1
    road.passages[row, place].vehicle, road.passages[row, place].ready = vehicle, end
    queue.count += 1
