"""When it is open: closures of the road, and opening hours of what stands at it."""

from __future__ import annotations

import numpy as np

from sim.model.passing.compiled import compiled
from sim.model.passing.tables import Array

SAME = 1e-12
NEARLY = 1e-9


@compiled
def next_open(hour: float, from_hour: float, to_hour: float, midnight: float) -> float:
    """The first hour, from this one on, in opening hours of the day; `midnight` is the hour of day at hour 0."""
    if from_hour == to_hour:
        return hour
    of_day = (hour + midnight) % 24
    length = (to_hour - from_hour) % 24
    since = (of_day - from_hour) % 24
    return hour if since < length - SAME or 24 - since < NEARLY else hour + 24 - since


@compiled
def after_closures(hour: float, shut: Array, first: int, last: int) -> float:
    """The first hour from this one on that lies in none of the closures between two places of the table."""
    moved = True
    while moved:
        moved, begin = False, hour
        for number in range(first, last):
            if shut[number, 0] <= begin < shut[number, 1]:
                hour, moved = max(hour, shut[number, 1]), True
    return hour


@compiled
def after_both(hour: float, shut: Array, one: tuple[int, int], other: tuple[int, int]) -> float:
    """The first hour from this one on that lies in no closure of either list."""
    while True:
        later = after_closures(after_closures(hour, shut, one[0], one[1]), shut, other[0], other[1])
        if later == hour:
            return hour
        hour = later


def open_from(hour: float, shut: list[tuple[float, float]]) -> float:
    """The first hour from this one on that lies in no closure of a list."""
    return float(after_closures(hour, np.array(shut, float).reshape(-1, 2), 0, len(shut)))
