"""Booths of a checkpoint: first come first served, in its hours, by regime, by convoy where told."""

from __future__ import annotations

from math import floor, inf

import numpy as np

from sim.model.passing.compiled import compiled
from sim.model.passing.hours import next_open
from sim.model.passing.tables import Array, Row, Tables

NEAR = 1e-9
"""Hours by which times may differ and still be the same."""


@compiled
def may_begin(road: Tables, number: int, ready: float, came: float, front: float) -> tuple[float, float]:
    """Hour at which service can begin, inf when the post never opens again, and the release a vehicle goes with.

    It came to the end of its queue, and the place in front of it was free, at these hours.
    """
    post, release = road.posts[number], -inf
    if post.every < inf:
        served = works(road, number, max(front, post.release))
        release = joins(post, max(came, post.opens), served)
        ready = max(ready, release)
    hour = works(road, number, ready)
    return (hour if hour < post.closes else inf), release


@compiled
def works(road: Tables, number: int, ready: float) -> float:
    """Hour at which a booth is free and open for one who is ready, after the changes of their number until then."""
    post = road.posts[number]
    hour = next_open(max(ready, road.booths[number, 0]), post.from_hour, post.to_hour, post.midnight)
    if post.change == post.change_end or hour < road.staff[post.change, 0]:
        return hour
    count, change = post.booths, post.change
    for place in range(count):
        road.spare[place] = road.booths[number, place]
    while change < post.change_end and hour >= road.staff[change, 0]:
        count = staffed(road.spare, count, road.staff[change, 0], int(road.staff[change, 1]))
        hour = next_open(max(ready, road.spare[0]), post.from_hour, post.to_hour, post.midnight)
        change += 1
    return hour


@compiled
def staffed(free: Array, count: int, hour: float, booths: int) -> int:
    """Let so many booths work from an hour on; who is being served then is served to the end. How many there are."""
    closed = max(count - booths, 0)
    for place in range(count - closed):
        free[place] = free[place + closed]
    for _ in range(count, booths):
        place = count
        while place > 0 and free[place - 1] > hour:
            free[place] = free[place - 1]
            place -= 1
        free[place] = hour
        count += 1
    return booths


@compiled
def joins(post: Row, came: float, served: float) -> float:
    """The release with which a vehicle goes that came then; a booth would have had time for it from `served` on.

    Groups leave at each full multiple of an interval, of those who stand in line; a release in hours at which the post
    is closed waits until it opens. A group goes on until it is full, or until a booth stands free because nobody came
    in time: who comes later stands in line for the next.
    """
    if post.went < post.group - NEAR and came <= served + NEAR:
        return float(post.release)
    turn = max(floor(max(came, post.release) / post.every + NEAR), 0)
    while True:
        hour = next_open(turn * post.every, post.from_hour, post.to_hour, post.midnight)
        if hour >= came - NEAR and hour > post.release + NEAR:
            return float(hour)
        turn += 1


@compiled
def mean_time(road: Tables, number: int, hour: float) -> float:
    """Mean time at a booth for a service that begins then."""
    post = road.posts[number]
    at = post.regime
    while at + 1 < post.regime_end and road.regimes[at + 1, 0] <= hour:
        at += 1
    mean = road.regimes[at, 1]
    if post.factor < post.factor_end:
        steps = post.factor_end - post.factor
        mean /= road.factors[post.factor + min(int(hour / post.step), steps - 1)]
    return float(mean)


@compiled
def occupy(road: Tables, number: int, begin: float, factor: float, weight: float) -> float:
    """Serve at the booth that is free first so many, for so much of the mean time each; the hour service ends."""
    post = road.posts[number]
    while post.change < post.change_end and begin >= road.staff[post.change, 0]:
        hour, booths = road.staff[post.change, 0], int(road.staff[post.change, 1])
        post.booths = staffed(road.booths[number], post.booths, hour, booths)
        post.change += 1
    end = begin + mean_time(road, number, begin) * factor * weight
    place = 1
    while place < post.booths and road.booths[number, place] < end:
        road.booths[number, place - 1] = road.booths[number, place]
        place += 1
    road.booths[number, place - 1] = end
    return end


@compiled
def serve(road: Tables, number: int, vehicle: int, begin: float, release: float) -> float:
    """Serve a vehicle that goes with a release; the hour at which it can go on."""
    post, weight, luck = road.posts[number], road.cars[vehicle].vehicles, road.luck[number, vehicle]
    end = occupy(road, number, begin, luck.factor, weight)
    if post.every < inf:
        post.went = weight if release > post.release + NEAR else post.went + weight
        post.release = release
    return float(end + luck.aside)


@compiled
def serve_next(road: Tables, number: int, ready: float) -> float:
    """Serve one that goes before everyone in line, convoys or not; the hour its service ends, inf for never."""
    post = road.posts[number]
    begin = works(road, number, max(ready, post.opens))
    return occupy(road, number, begin, 1.0, 1.0) if begin < post.closes else np.inf
