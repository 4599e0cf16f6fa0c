"""Bridges and ferries, side by side: which one a vehicle takes, when it can, and when it is across."""

from __future__ import annotations

from math import ceil, floor, inf

import numpy as np

from sim.model.passing.compiled import compiled
from sim.model.passing.hours import next_open
from sim.model.passing.tables import Row, Tables

NEAR = 1e-9
SAME = 1e-12


@compiled
def may_cross(road: Tables, number: int, vehicle: int, ready: float) -> tuple[float, float]:
    """When a vehicle can set out, inf if never, and with which crossing: as shares say, else the one it can take first.

    Only crossings that bear it count, if any does.
    """
    post, car = road.posts[number], road.cars[vehicle]
    borne, total = 0, 0.0
    for at in range(post.crossing, post.crossing_end):
        if car.weight <= road.crossings[at].limit:
            borne += 1
    for at in range(post.crossing, post.crossing_end):
        if borne == 0 or car.weight <= road.crossings[at].limit:
            total += road.crossings[at].share
    reached, first, chosen = 0.0, inf, post.crossing
    for at in range(post.crossing, post.crossing_end):
        crossing = road.crossings[at]
        if borne and car.weight > crossing.limit:
            continue
        reached += crossing.share
        begin = sets_out(crossing, ready, car.people, car.space)
        if car.choice * total < reached:
            return begin, float(at)
        if begin < first:
            first, chosen = begin, at
    return first, float(chosen)


@compiled
def may_cross_on_foot(road: Tables, number: int, vehicle: int, ready: float) -> tuple[float, float]:
    """When people on foot can set out: over a bridge as soon as it is open, or with a ferry's next trip with room."""
    post, people = road.posts[number], road.cars[vehicle].people
    in_turn = max(ready, road.queues[post.foot].free)
    first, chosen = inf, post.crossing
    for at in range(post.crossing, post.crossing_end):
        crossing = road.crossings[at]
        begin = sets_out(crossing, in_turn, people, 0.0) if crossing.ferry else walks(crossing, ready)
        if begin < first:
            first, chosen = begin, at
    return first, float(chosen)


@compiled
def walks(bridge: Row, ready: float) -> float:
    """Hour at which people on foot can set out on a bridge: in its hours, beside the traffic."""
    hour = next_open(max(ready, bridge.opens), bridge.from_hour, bridge.to_hour, bridge.midnight)
    return float(hour) if hour < bridge.closes else np.inf


@compiled
def sets_out(crossing: Row, ready: float, people: int, space: float) -> float:
    """Hour at which the next vehicle can set out; on a ferry those go along who come within the pause and have room.

    A bridge worked in turns takes ours while it is green.
    """
    if crossing.ferry:
        if ready <= crossing.departed + crossing.pause and fits(crossing, people, space):
            return float(max(ready, crossing.departed))
        free = max(crossing.departed + crossing.round_trip, crossing.opens)
    else:
        free = crossing.free
    hour = next_open(max(ready, free), crossing.from_hour, crossing.to_hour, crossing.midnight)
    if crossing.cycle > 0.0 and hour % crossing.cycle >= crossing.green - SAME:
        hour += crossing.cycle - hour % crossing.cycle
    return hour if hour < crossing.closes else np.inf


@compiled
def fits(ferry: Row, people: int, space: float) -> bool:
    """Whether there is room on the trip that leaves."""
    return bool(space <= ferry.holds - ferry.vehicles + NEAR and people <= ferry.seats - ferry.people + NEAR)


@compiled
def take(road: Tables, number: int, vehicle: int, begin: float) -> float:
    """Take a vehicle, or people on foot, across; the hour the last of them are there.

    A ferry leaves when full, or when nobody has come aboard for a pause, and is back after a round trip. Whoever does
    not fit any more waits for the next trip; what is larger than the ferry takes several.
    """
    crossing, car = road.crossings[number], road.cars[vehicle]
    if not crossing.ferry:
        if car.vehicles:  # people on foot go beside the traffic
            crossing.free = begin + crossing.headway * car.space
        return float(begin + crossing.takes)
    if begin > crossing.departed + crossing.pause or not fits(crossing, car.people, car.space):
        crossing.vehicles, crossing.people = 0.0, 0.0
    more = trips(crossing, car.people, car.space, car.vehicles) - 1
    crossing.departed = begin + more * crossing.round_trip
    crossing.vehicles = inf if more else crossing.vehicles + car.space
    crossing.people = inf if more else crossing.people + car.people
    return float(crossing.departed + crossing.takes)


@compiled
def trips(ferry: Row, people: int, space: float, vehicles: int) -> int:
    """Trips it takes for those who move together: a vehicle always goes on one, however large."""
    places = ferry.seats / max(people, 1)
    if not vehicles:
        return int(max(ceil(1 / places - NEAR), 1))
    at_once = min(ferry.holds / space, places) * vehicles
    return 1 if at_once >= vehicles else ceil(vehicles / max(floor(at_once + NEAR), 1))
