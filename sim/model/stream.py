"""The plain case of a node, where nearly all of the work is: one link into one link, in one loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.lane import Lane
    from sim.model.node import Node

WAITED = 1e-12
"""Hours by which a vehicle has to be late to have waited."""


def follow(node: Node, until: float) -> None:
    """Let everyone pass who passes before that hour: the recursion of the other cases, over local names for speed."""
    lane, out, road = node.lanes[0], node.out, node.road
    assert out is not None
    traffic, vehicles, entered, left = road.traffic, lane.vehicle, lane.entered, lane.left
    space, people, use, idle = traffic.space, traffic.people, traffic.use, traffic.idle
    held, driven, breaks_at, delay = road.held, road.driven, traffic.breaks_at, road.delay
    before, gone, storage, wave = out.before, out.left, out.storage - 1e-9, out.wave
    free_flow, length, own, headway, dropped = lane.free_flow, lane.length, lane.headway, node.headway, node.dropped
    next_free = node.last + node.gap
    pointer, pce, start, at = out.pointer, out.pce, len(before), len(left)
    while at < len(vehicles):
        ready = lane.ready[at]
        hour = max(next_free, ready, lane.exit_floor)
        while pointer < len(before) and before[pointer] <= pce - storage:
            pointer += 1
        if pointer > len(gone):
            break  # the wave that frees the room is not decided yet
        if pointer and gone[pointer - 1] + wave > hour:
            hour = gone[pointer - 1] + wave
        if out.entry_floors:
            hour = max(hour, out.entry_floor(pce))
        if hour >= until:
            break
        vehicle, late = vehicles[at], max(hour - entered[at] - free_flow, 0.0)
        burn = use[vehicle] * length + idle[vehicle] * late
        at += 1
        if burn > held[vehicle] or breaks_at[vehicle] < driven[vehicle] + length:
            node.stops(lane, vehicle, hour)
            continue
        held[vehicle] -= burn
        driven[vehicle] += length
        delay[vehicle] += late
        left.append(hour)
        lane.aboard.append(road.aboard(lane, vehicle, hour) if lane.waiting else people[vehicle])
        out.vehicle.append(vehicle)
        out.entered.append(hour)
        before.append(pce)
        pce += space[vehicle]
        gap = max(dropped if hour - ready > WAITED else headway, own * lane.slow if hour < lane.slow_until else own)
        node.last, node.gap = hour, gap * space[vehicle]
        next_free = node.last + node.gap
    out.pointer, out.pce = pointer, pce
    pass_on(node, out, start)


def pass_on(node: Node, out: Lane, start: int) -> None:
    """What else is known of those who entered a link from that place in the order on."""
    crossed, free_flow = node.road.crossed, out.free_flow
    entered, factor = out.entered[start:], node.road.speed_factor
    if node.counts:
        for vehicle, hour in zip(out.vehicle[start:], entered, strict=True):
            crossed[vehicle] = hour
    if out.varies:
        out.ready += [hour + free_flow / factor(hour) for hour in entered]
    else:
        out.ready += [hour + free_flow for hour in entered]
