"""Who passes a node, and when: the recursion of the road, where most of a run's time is spent."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.model.lane import Lane

if TYPE_CHECKING:
    from sim.model.lane import Queue
    from sim.model.node import Node
    from sim.model.service import Service

WAITED = 1e-9
"""Hours by which a vehicle has to be late to have waited: who comes just as the headway is over does not wait."""


def pass_on(node: Node, queues: list[Queue], out: Lane | None, service: Service | None, until: float) -> None:
    """Let everyone pass who passes before that hour: onto a link, into a service, or off the road.

    One loop over local names, longer than other functions here: calls would cost it more than its arithmetic.
    """
    heads = [queue.head(len(queue.left)) for queue in queues]
    turn, bound, single, soonest = 0, -1, len(heads) == 1, min(heads)
    if soonest >= until:
        return
    road, source = node.road, node.source
    traffic, crossed = road.traffic, road.crossed if node.counts else None
    space, people, use, idle, litres = traffic.space, traffic.people, traffic.use, traffic.idle, traffic.litres
    fragile, breaks_at, joined_at = road.fragile, traffic.breaks_at, road.joined_at
    free = road.opens if source is not None and service is None else -inf
    pace, lasts, shuts = 1.0, -inf if road.varies else inf, node.shuts
    if out is not None:
        before, gone, wave, free_flow = out.before, out.left, out.wave, out.free_flow
        vehicles, entered, ready_there = out.vehicle, out.entered, out.ready
        headway, dropped, floors = out.headway, out.dropped, out.entry_floors
        pointer, pce, full = out.pointer, out.pce, out.storage - 1e-9
        free, in_queue = max(free, out.next_entry), out.next_dropped
    while soonest < until:
        hour = soonest if soonest > free else free  # noqa: FURB136 - a call of max() costs more
        if out is not None:
            while pointer < len(before) and before[pointer] <= pce - full:
                pointer += 1
            if pointer:
                if pointer > len(gone):
                    break  # the wave that frees the room is not decided yet
                if gone[pointer - 1] + wave > hour:
                    hour = gone[pointer - 1] + wave
            if floors:
                hour = max(hour, out.entry_floor(pce))
        could = heads
        if service is not None:
            could = service.could(queues, heads, until)
            hour = min(could)
        elif shuts:
            could = node.could(queues, heads, hour)
            hour = min(could)
        if out is not None and hour < in_queue and waits(queues, could, hour):
            hour = in_queue
            if shuts:
                could = node.could(queues, heads, hour)
                hour = min(could)
        if hour >= until:
            break
        if not single:
            turn = node.turn(queues, could, hour)
        if turn != bound:
            queue, bound = queues[turn], turn
            order, ready, left = queue.vehicle, queue.ready, queue.left
            lane = queue if isinstance(queue, Lane) else None
            if lane is not None:
                since, length, usual, aboard = lane.entered, lane.length, lane.free_flow, lane.aboard
                after, slow_until, cleared = lane.headway, lane.slow_until, lane.exit_floor
        place = len(left)
        vehicle = order[place]
        size = space[vehicle]
        if lane is not None:
            late = hour - since[place] - usual
            burn = use[vehicle] * length
            if late > 0.0:
                burn += idle[vehicle] * late
            left_in_tank = litres[vehicle] - burn
            if left_in_tank < 0.0 or (vehicle in fragile and breaks_at[vehicle] < joined_at[vehicle] - node.to_end):
                node.stops(lane, vehicle, hour)
                heads[turn] = lane.head(place + 1)
                soonest, bound = heads[0] if single else min(heads), -1
                continue
            litres[vehicle] = left_in_tank
            aboard.append(road.aboard(lane, vehicle, hour) if lane.waiting else people[vehicle])
            lane.free = exit_free = hour + (after * lane.slow if hour < slow_until else after) * size
        elif queue is source:
            road.entered[vehicle] = hour
        left.append(hour)
        if service is not None:
            service.take(turn, vehicle, ready[place], hour)
        else:
            if crossed is not None:
                crossed[vehicle] = hour
            if out is None:
                road.leave(vehicle, hour, node)
            else:
                if hour >= lasts:
                    pace, lasts = road.pace(hour)
                vehicles.append(vehicle)
                entered.append(hour)
                ready_there.append(hour + free_flow / pace)
                before.append(pce)
                pce += size
                free, in_queue = hour + headway * size, hour + dropped * size
        soonest = ready[place + 1] if place + 1 < len(ready) else inf
        if lane is not None and soonest < inf:
            if soonest < exit_free:
                soonest = exit_free
            if soonest < cleared:
                soonest = cleared
        if not single:
            heads[turn] = soonest
            soonest = min(heads)
        else:
            heads[0] = soonest
    if out is not None:
        out.pointer, out.pce, out.next_entry, out.next_dropped = pointer, pce, free, in_queue


def waits(queues: list[Queue], could: list[float], hour: float) -> bool:
    """Whether one of those who could pass at an hour has waited: then a queue discharges, at the capacity that is left.

    h = 1 / Q if this vehicle did not wait, 1 / ((1 - delta) Q) if it did.
    """
    return any(
        able <= hour + WAITED and queue.ready[len(queue.left)] < hour - WAITED
        for queue, able in zip(queues, could, strict=True)
    )


def open_from(hour: float, shut: list[tuple[float, float]]) -> float:
    """The first hour from this one on that lies in no closure."""
    while ends := [until for begins, until in shut if begins <= hour < until]:
        hour = max(ends)
    return hour
