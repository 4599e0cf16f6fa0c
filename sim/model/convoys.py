"""Convoys: trucks that leave together at fixed times and move at the pace of the slowest."""

from __future__ import annotations

from math import ceil, floor, inf
from typing import TYPE_CHECKING

from sim.model.store import NOTHING

if TYPE_CHECKING:
    from sim.scenario.supplies import Convoy, Departures, SupplySource


def times(told: Convoy | Departures, before: float) -> list[float]:
    """When convoys come, or leave, before an hour."""
    last = before - NOTHING if told.until is None else min(told.until, before - NOTHING)
    return [told.begins + told.every * k for k in range(floor((last - told.begins) / told.every + NOTHING) + 1)]


def departure(told: Departures, hour: float) -> float:
    """When the next leaves from an hour on; inf when none does any more."""
    number = max(ceil((hour - told.begins) / told.every - NOTHING), 0)
    leaves = told.begins + told.every * number
    return inf if told.until is not None and leaves > told.until + NOTHING else leaves


def latest(told: Departures, hour: float) -> float:
    """When the last leaves that leaves by an hour; -inf when none has by then."""
    by = hour if told.until is None else min(hour, told.until)
    number = floor((by - told.begins) / told.every + NOTHING)
    return -inf if number < 0 else told.begins + told.every * number


def slowed(source: SupplySource, km: float, road: float) -> float:
    """Hours on the road behind the escort."""
    escort = source.convoy.speed if source.convoy is not None else None
    return road if escort is None else max(road, km / escort)


class Lines:
    """Who waits at each source for the next departure."""

    def __init__(self) -> None:
        self._roads: dict[tuple[str, float], list[float]] = {}

    def join(self, source: str, leaves: float, road: float) -> None:
        """A truck that would take so many hours on the road joins those that leave then."""
        self._roads.setdefault((source, leaves), []).append(road)

    def road(self, source: str, leaves: float) -> float:
        """Hours on the road of all that left together: those of the slowest."""
        return max(self._roads[source, leaves])
