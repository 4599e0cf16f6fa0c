"""What stands at a node and serves vehicles: checkpoints and crossings, with their hours."""

from __future__ import annotations

from bisect import bisect_right
from heapq import heapreplace
from math import ceil, floor, inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.fields import OpeningHours
    from sim.scenario.road import Checkpoint, Convoy, Crossing

Factors = tuple[float, list[float]]


def next_open(hour: float, hours: OpeningHours | None, midnight: float) -> float:
    """The first hour, from this one on, at which it is open; `midnight` is the hour of day at hour 0."""
    if hours is None or hours.opens == hours.closes:
        return hour
    of_day = (hour + midnight) % 24
    length = (hours.closes - hours.opens) % 24
    since = (of_day - hours.opens) % 24
    return hour if since < length - 1e-12 or 24 - since < 1e-9 else hour + 24 - since


def staffed(free: list[float], hour: float, booths: int) -> list[float]:
    """When each booth is free once so many work from that hour on; who is being served then is served to the end."""
    return sorted(free)[-booths:] if booths < len(free) else sorted([*free, *[hour] * (booths - len(free))])


NEAR = 1e-9
"""Hours by which times may differ and still be the same."""


class Convoys:
    """Release in groups: at each full multiple of an interval, so many of those who stand in line.

    A release in hours at which the post is closed waits until it opens. A group goes on until it is full, or until a
    booth stands free because nobody came in time: who comes later stands in line for the next.
    """

    def __init__(self, told: Convoy, hours: OpeningHours | None, midnight: float) -> None:
        self.told, self.opening, self.midnight = told, hours, midnight
        self.release, self.gone = -inf, inf
        """When the group that now leaves was released, and its vehicles that have gone."""

    def joins(self, came: float, served: float) -> float:
        """The release with which a vehicle goes that came then; a booth would have had time for it from `served` on."""
        if self.gone < self.told.vehicles - NEAR and came <= served + NEAR:
            return self.release
        every = self.told.every
        number = max(floor(max(came, self.release) / every + NEAR), 0)
        while (hour := self._at(number)) < came - NEAR or hour <= self.release + NEAR:
            number += 1
        return hour

    def _at(self, number: int) -> float:
        return next_open(number * self.told.every, self.opening, self.midnight)

    def goes(self, release: float, vehicles: float) -> None:
        """So many vehicles go with a release."""
        self.gone = vehicles if release > self.release + NEAR else self.gone + vehicles
        self.release = release


class Booths:
    """A checkpoint: booths in lanes, first come first served."""

    def __init__(self, name: str, told: Checkpoint, factors: Factors | None, midnight: float) -> None:
        self.name, self.told, self.factors, self.midnight = name, told, factors, midnight
        self.opens = first = told.opens or 0.0
        regimes = sorted(told.regimes.values(), key=lambda r: r.begins)
        self.begins = [r.begins for r in regimes]
        self.rates = [r.booth_rate for r in regimes]
        self.free = [first] * max(round(told.lanes * told.booths), 1)
        changes = regimes if any(r.booths for r in regimes) else []
        self.counts = [(r.begins, max(round(told.lanes * (r.booths or told.booths)), 1)) for r in changes]
        """Changes to come in the number of booths."""
        self.closes = inf if told.closes is None else told.closes
        self.convoys = None if told.convoy is None else Convoys(told.convoy, told.hours, midnight)
        self.same = (inf, -inf, 0.0)
        """The mean time last worked out, and the hours from and until which it holds."""
        self.always = told.convoy is None and told.hours is None and not self.counts

    def hours(self, hour: float) -> float:
        """Mean time at a booth for a service that begins then."""
        since, until, mean = self.same
        if since <= hour < until:
            return mean
        told = self.told
        at = bisect_right(self.begins, hour) - 1
        rate = self.rates[at] if at >= 0 and self.rates[at] else told.booth_rate
        mean = 1 / rate if rate else (told.service.centre if told.service else 0.0)
        after = self.begins[at + 1] if at + 1 < len(self.begins) else inf
        if self.factors is not None:
            step, values = self.factors
            number = min(int(hour / step), len(values) - 1)
            mean /= values[number]
            after = min(after, (number + 1) * step) if number + 1 < len(values) else after
        self.same = (hour, after, mean)
        return mean

    def begin(self, ready: float, came: float, front: float) -> tuple[float, float]:
        """Hour at which service can begin, inf when it never opens again, and the release a vehicle goes with.

        It came to the end of its queue, and the place in front of it was free, at these hours.
        """
        if self.always:  # most posts most of the time: two calls fewer for every vehicle that is looked at
            hour = max(ready, self.free[0])
            return (hour if hour < self.closes else inf), -inf
        release = -inf
        if self.convoys is not None:
            served = self._begin(max(front, self.convoys.release))
            release = self.convoys.joins(max(came, self.opens), served)
        hour = self._begin(max(ready, release))
        return (hour if hour < self.closes else inf), release

    def _begin(self, ready: float) -> float:
        hour, changes, free = self._works(ready, self.free), 0, self.free
        while changes < len(self.counts) and hour >= self.counts[changes][0]:
            free = staffed(free, *self.counts[changes])
            hour, changes = self._works(ready, free), changes + 1
        return hour

    def _works(self, ready: float, free: list[float]) -> float:
        return next_open(max(ready, free[0]), self.told.hours, self.midnight)

    def next_one(self, ready: float) -> float:
        """Serve one that goes before everyone in line, convoys or not; the hour its service ends, inf for never."""
        begin = self._begin(max(ready, self.opens))
        if begin >= self.closes:
            return inf
        while self.counts and begin >= self.counts[0][0]:
            self.free = staffed(self.free, *self.counts.pop(0))
        end = begin + self.hours(begin)
        heapreplace(self.free, end)
        return end

    def serve(self, begin: float, release: float, factor: float, weight: float) -> float:
        """Serve one; the hour service ends."""
        while self.counts and begin >= self.counts[0][0]:
            self.free = staffed(self.free, *self.counts.pop(0))
        end = begin + self.hours(begin) * factor * weight
        heapreplace(self.free, end)
        if self.convoys is not None:
            self.convoys.goes(release, weight)
        return end


class Bridge:
    """A bridge: vehicles follow each other at its capacity; one-way working in turns where told."""

    def __init__(self, told: Crossing, midnight: float) -> None:
        self.told, self.midnight = told, midnight
        self.limit = inf if told.weight_limit is None else told.weight_limit
        self.headway = 1 / ((told.capacity or inf) * told.lanes)
        self.free, self.closes = told.opens or 0.0, inf if told.closes is None else told.closes

    def begin(self, ready: float, _people: int, _weight: float) -> float:
        """Hour at which the next vehicle can set out on it."""
        hour = next_open(max(ready, self.free), self.told.hours, self.midnight)
        turns = self.told.alternate
        if turns is not None and hour % turns.cycle >= turns.green - 1e-12:
            hour += turns.cycle - hour % turns.cycle
        return hour if hour < self.closes else inf

    def walk(self, ready: float) -> float:
        """Hour at which people on foot can set out on it: in its hours, beside the traffic."""
        hour = next_open(max(ready, self.told.opens or 0.0), self.told.hours, self.midnight)
        return hour if hour < self.closes else inf

    def serve(self, begin: float, _people: int, weight: float, _vehicles: int) -> float:
        """Take one vehicle over; the hour it is across."""
        self.free = begin + self.headway * weight
        return begin + (self.told.crossing_time or 0.0)


class Ferry:
    """A ferry: it leaves when full, or when nobody has come aboard for a pause, and is back after a round trip.

    Whoever does not fit any more waits for the next trip; what is larger than the ferry takes several trips.
    """

    def __init__(self, told: Crossing, midnight: float) -> None:
        self.told, self.midnight = told, midnight
        self.limit = inf if told.weight_limit is None else told.weight_limit
        self.opens, self.vehicles, self.people = told.opens or 0.0, 0.0, 0.0
        self.closes = inf if told.closes is None else told.closes
        self.departed, self.round_trip = -inf, told.round_trip or 0.0

    def begin(self, ready: float, people: int, weight: float) -> float:
        """Hour at which the next to come can go aboard."""
        if ready <= self.departed + self.told.pause and self._fits(people, weight):
            return max(ready, self.departed)
        hour = next_open(max(ready, self.departed + self.round_trip, self.opens), self.told.hours, self.midnight)
        return hour if hour < self.closes else inf

    def _fits(self, people: int, weight: float) -> bool:
        room = (self.told.vehicles or inf) - self.vehicles, (self.told.people or inf) - self.people
        return weight <= room[0] + NEAR and people <= room[1] + NEAR

    def serve(self, begin: float, people: int, weight: float, vehicles: int) -> float:
        """Take vehicles, or people on foot, aboard the trip that leaves then; the hour the last are across."""
        if begin > self.departed + self.told.pause or not self._fits(people, weight):
            self.vehicles, self.people = 0.0, 0.0
        more = self._trips(people, weight, vehicles) - 1
        self.departed = begin + more * self.round_trip
        self.vehicles, self.people = (inf, inf) if more else (self.vehicles + weight, self.people + people)
        across = self.told.crossing_time if self.told.crossing_time is not None else self.round_trip / 2
        return self.departed + across

    def _trips(self, people: int, weight: float, vehicles: int) -> int:
        """Trips it takes for those who move together: a vehicle always goes on one, however large."""
        places = (self.told.people or inf) / max(people, 1)
        if not vehicles:
            return ceil(1 / places - NEAR)
        at_once = min((self.told.vehicles or inf) / weight, places) * vehicles
        return 1 if at_once >= vehicles else ceil(vehicles / max(floor(at_once + NEAR), 1))
