"""Who passes a node, and when: the recursion of the road, where most of a run's time is spent."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.model.lane import Lane

if TYPE_CHECKING:
    from sim.model.lane import Queue
    from sim.model.node import Node
    from sim.model.service import Service

WAITED = 1e-12
"""Hours by which a vehicle has to be late to have waited."""


def pass_on(node: Node, queues: list[Queue], out: Lane | None, service: Service | None, until: float) -> None:
    """Let everyone pass who passes before that hour: onto a link, into a service, or off the road.

    One loop over local names, longer than other functions here: calls would cost it more than its arithmetic.
    """
    road, source, single = node.road, node.source, len(queues) == 1
    traffic, crossed = road.traffic, road.crossed if node.counts else None
    space, people, use, idle, breaks_at = traffic.space, traffic.people, traffic.use, traffic.idle, traffic.breaks_at
    held, driven, delay = road.held, road.driven, road.delay
    free = road.opens if source is not None and service is None else -inf
    pace, lasts = 1.0, -inf if road.varies else inf
    if out is not None:
        before, gone, wave, free_flow = out.before, out.left, out.wave, out.free_flow
        vehicles, entered, ready_there = out.vehicle, out.entered, out.ready
        headway, dropped, floors = out.headway, out.dropped, out.entry_floors
        pointer, pce, full = out.pointer, out.pce, out.storage - 1e-9
        free = max(free, out.next_entry)
    heads = [queue.head(len(queue.left)) for queue in queues]
    turn, soonest = 0, heads[0] if single else min(heads)
    while soonest < until:
        hour = free if free > soonest else soonest
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
        elif node.shuts:
            could = [
                open_from(max(head, hour), [*q.shut, *node.closures]) for head, q in zip(heads, queues, strict=True)
            ]
            hour = min(could)
        if hour >= until:
            break
        if not single:
            turn = node.turn(queues, could, hour)
        queue = queues[turn]
        place = len(queue.left)
        vehicle = queue.vehicle[place]
        if isinstance(queue, Lane):
            late = hour - queue.entered[place] - queue.free_flow
            burn = use[vehicle] * queue.length
            if late > 0.0:
                burn += idle[vehicle] * late
            if burn > held[vehicle] or breaks_at[vehicle] < driven[vehicle] + queue.length:
                node.stops(queue, vehicle, hour)
                heads[turn] = queue.head(place + 1)
                soonest = heads[0] if single else min(heads)
                continue
            held[vehicle] -= burn
            driven[vehicle] += queue.length
            if late > 0.0:
                delay[vehicle] += late
            queue.aboard.append(road.aboard(queue, vehicle, hour) if queue.waiting else people[vehicle])
            gap = queue.headway * queue.slow if hour < queue.slow_until else queue.headway
            queue.free = hour + gap * space[vehicle]
        elif queue is source:
            road.entered[vehicle] = hour
        queue.left.append(hour)
        if service is not None:
            service.take(turn, vehicle, queue.ready[place], hour)
        else:
            if crossed is not None:
                crossed[vehicle] = hour
            if out is None:
                road.end(vehicle, node.trip(vehicle, hour))
            else:
                if hour >= lasts:
                    pace, lasts = road.pace(hour)
                size = space[vehicle]
                vehicles.append(vehicle)
                entered.append(hour)
                ready_there.append(hour + free_flow / pace)
                before.append(pce)
                pce += size
                free = hour + (dropped if hour > queue.ready[place] + WAITED else headway) * size
        heads[turn] = queue.head(place + 1)
        soonest = heads[0] if single else min(heads)
    if out is not None:
        out.pointer, out.pce, out.next_entry = pointer, pce, free


def open_from(hour: float, shut: list[tuple[float, float]]) -> float:
    """The first hour from this one on that lies in no closure."""
    while ends := [until for begins, until in shut if begins <= hour < until]:
        hour = max(ends)
    return hour
