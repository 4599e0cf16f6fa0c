"""Who passes a node, and when: the recursion of the road, where most of a run's time would be spent."""

from __future__ import annotations

import numpy as np

from sim.model.passing import serving, turns
from sim.model.passing.compiled import compiled
from sim.model.passing.tables import Row, Tables

NOTHING, STOPS, LIFTS, OVER = 0, 1, 2, 3
"""What may happen that others see to: a vehicle stops, it has room for people who wait, people on foot went over."""


@compiled
def advance(road: Tables, first: int, last: int, now: float, until: float) -> int:
    """Let everyone pass some stages: at those where parties join before now, at the others before an hour.

    Returns the stage at which something happened that others see to, so that it can go on from there; the last if
    nothing did.
    """
    for number in range(first, last):
        happened = pass_on(road, number, now if road.stages[number].joined else until)
        if happened != NOTHING:
            road.told[0].what = happened
            return number
    return last


@compiled
def pass_on(road: Tables, number: int, until: float) -> int:
    """Let everyone pass who passes before that hour: onto a link, into a service, or off the road."""
    stage, told = road.stages[number], road.told[0]
    if told.at >= 0:
        at, told.at = told.at, -1
        if goes_on(road, number, at, told.hour) != NOTHING:
            return OVER
    while True:
        hour = when(road, stage, until)
        if hour >= until:
            return NOTHING
        at = stage.first if stage.last - stage.first == 1 else turns.whose(road, stage, hour)
        happened = passes(road, number, at, hour)
        if happened != NOTHING:
            return happened


@compiled
def when(road: Tables, stage: Row, until: float) -> float:
    """Hour at which the next one passes; inf where none does before that hour, or it is not decided yet."""
    soonest = turns.look(road, stage)
    if soonest >= until:
        return np.inf
    if stage.post >= 0:
        return serving.begins(road, stage, until)
    hour = max(soonest, stage.opens)
    if stage.out >= 0:
        hour = room_from(road, stage.out, max(hour, road.queues[stage.out].next_entry))
    hour = turns.open_from(road, stage, hour)
    if stage.out >= 0 and hour < road.queues[stage.out].next_dropped and turns.waits(road, stage, hour):
        hour = turns.open_from(road, stage, road.queues[stage.out].next_dropped)
    return hour


@compiled
def room_from(road: Tables, out: int, hour: float) -> float:
    """Hour from which there is room on a lane; inf while the wave that frees it is not decided yet."""
    lane = road.queues[out]
    while lane.pointer < lane.count and road.passages[out, lane.pointer].before <= lane.pce - lane.storage:
        lane.pointer += 1
    if lane.pointer:
        if lane.pointer > lane.gone:
            return np.inf
        hour = max(hour, road.passages[out, lane.pointer - 1].left + lane.wave)
    for floor in range(lane.floors):
        if lane.pce >= road.floors[out, floor, 0]:
            hour = max(hour, road.floors[out, floor, 1])
    return float(hour)


@compiled
def passes(road: Tables, number: int, at: int, hour: float) -> int:
    """Let the first of a queue pass, if it gets to the end of its lane; what happens that others see to."""
    stage, row = road.stages[number], road.members[at]
    queue = road.queues[row]
    vehicle = road.passages[row, queue.gone].vehicle
    if queue.lane:
        if not drives(road, stage, row, hour):
            tell(road, row, vehicle, hour, hour)
            return STOPS
        leaves_lane(road, row, hour)
        if queue.waiting and road.cars[vehicle].seats > road.cars[vehicle].people:
            road.told[0].at = at
            tell(road, row, vehicle, hour, hour)
            return LIFTS
    elif row == stage.source:
        road.cars[vehicle].entered = hour
    return goes_on(road, number, at, hour)


@compiled
def goes_on(road: Tables, number: int, at: int, hour: float) -> int:
    """Let the first of a queue go on into a service, onto a lane or off the road; OVER if it was on foot."""
    stage, row = road.stages[number], road.members[at]
    queue = road.queues[row]
    passage = road.passages[row, queue.gone]
    passage.left = hour
    queue.gone += 1
    if stage.post >= 0:
        if serving.serves(road, stage, at, hour):
            return NOTHING
        tell(road, stage.post, passage.vehicle, passage.ready, serving.goes_over(road, stage, at, hour))
        return OVER
    if stage.counts:
        road.cars[passage.vehicle].crossed = hour
    if stage.out >= 0:
        enters(road, stage.out, passage.vehicle, hour)
    else:
        leaves_road(road, number, passage.vehicle, hour)
    return NOTHING


@compiled
def tell(road: Tables, where: int, who: int, began: float, hour: float) -> None:
    """Note what others have to know of what happens."""
    told = road.told[0]
    told.where, told.who, told.began, told.hour = where, who, began, hour


@compiled
def drives(road: Tables, stage: Row, row: int, hour: float) -> bool:
    """Whether the next vehicle gets to the end of a lane, with what it then holds less what it burnt on the way."""
    lane = road.queues[row]
    passage = road.passages[row, lane.gone]
    car, late = road.cars[passage.vehicle], hour - passage.entered - lane.free_flow
    burn = car.use * lane.length
    if late > 0.0:
        burn += car.idle * late
    left_in_tank = car.litres - burn
    if left_in_tank < 0.0 or car.breaks_at < car.joined_at - stage.to_end:
        return False
    car.litres = left_in_tank
    return True


@compiled
def leaves_lane(road: Tables, row: int, hour: float) -> None:
    """Let the next vehicle leave a lane, and the one behind it after its headway."""
    lane = road.queues[row]
    passage = road.passages[row, lane.gone]
    car = road.cars[passage.vehicle]
    passage.aboard = car.people
    headway = lane.headway * lane.slow if hour < lane.slow_until else lane.headway
    lane.free = hour + headway * car.space


@compiled
def enters(road: Tables, out: int, vehicle: int, hour: float) -> None:
    """Let a vehicle onto a lane, which it can leave after free flow at the pace of that hour."""
    lane, size = road.queues[out], road.cars[vehicle].space
    passage = road.passages[out, lane.count]
    passage.vehicle, passage.entered, passage.before = vehicle, hour, lane.pce
    passage.ready = hour + lane.free_flow / turns.pace(road, hour)
    lane.count += 1
    lane.pce += size
    lane.next_entry, lane.next_dropped = hour + lane.headway * size, hour + lane.dropped * size


@compiled
def leaves_road(road: Tables, number: int, vehicle: int, hour: float) -> None:
    """Note that a vehicle has left the road at a stage, apart if somebody has to meet it."""
    told = road.told[0]
    if road.cars[vehicle].met:
        line = road.leaving[told.left]
        told.left += 1
    else:
        line = road.out[told.out]
        told.out += 1
    line.vehicle, line.stage, line.hour = vehicle, number, hour
