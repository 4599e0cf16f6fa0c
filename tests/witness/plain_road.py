"""The road once more, slow and obvious: whatever can happen first happens next, one event after another.

It knows nothing of windows. At every step each node says when its next event could take place, from what has
happened so far; the earliest one takes place. A link is cut where a closure lies, and the cut is a node like any other.
A vehicle that runs dry stops where a link is cut for it: it stands there, first in the queue, until it is cleared, and
hinders nobody any more. Who runs dry where is found one after another, from the first vehicle to the last, each time
with a whole new run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import inf
from typing import Any

from sim.scenario.route import resolve

BILLIONTH = 1e9
TIE = 1e-9
"""Hours by which one who waits goes later than it came."""


@dataclass
class Vehicle:
    """What the road must know of a vehicle."""

    name: int
    joins: str
    hour: float
    space: float = 1.0
    service: dict[str, float] = field(default_factory=dict)
    aside: dict[str, float] = field(default_factory=dict)
    litres: float = inf
    use: float = 0.0
    idle: float = 0.0
    clearing: float = 0.0


@dataclass(frozen=True)
class Stop:
    """A vehicle that ran dry: on which link, how far along it, when, and when it is cleared."""

    vehicle: int
    link: str
    km: float
    hour: float
    cleared: float


@dataclass
class Piece:
    """A link, or a part of one between two closures."""

    name: str
    km: float
    length: float
    speed: float
    storage: int
    wave: float
    headway: float
    drop: float
    priority: Fraction
    entered: list[tuple[Vehicle, float]] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    shut_at_end: list[tuple[float, float]] = field(default_factory=list)
    stands_at_end: dict[int, float] = field(default_factory=dict)
    """Who stands at its end, dry, and until when."""
    credit: Fraction = Fraction(0)
    free: float = -inf

    def head(self) -> tuple[Vehicle, float] | None:
        """Who is first on it, and when it reaches its end at free flow."""
        if len(self.left) == len(self.entered):
            return None
        vehicle, hour = self.entered[len(self.left)]
        return vehicle, hour + self.length / self.speed

    def stands(self) -> float | None:
        """Until when its first vehicle stands at its end, dry; None when it does not."""
        return self.stands_at_end.get(self.entered[len(self.left)][0].name)

    def leave(self, hour: float) -> None:
        """Its first vehicle leaves it; the next may after the headway."""
        vehicle, _ = self.entered[len(self.left)]
        self.left.append(hour)
        self.free = hour + self.headway * vehicle.space

    def room(self) -> float:
        """From when the next vehicle finds room: one wave after the last of those without whom it is not full."""
        ahead, places = len(self.entered), 0.0
        while ahead > 0 and places < self.storage - 1e-9:
            ahead -= 1
            places += self.entered[ahead][0].space
        if places < self.storage - 1e-9:
            return -inf
        return self.left[ahead] + self.wave if ahead < len(self.left) else inf


@dataclass
class Line:
    """Those who wait at a place to get onto the road."""

    vehicles: list[Vehicle]
    name: str = "~ who joins here comes last"
    gone: int = 0
    priority: Fraction = Fraction(1)
    credit: Fraction = Fraction(0)
    shut_at_end: tuple[()] = ()
    free: float = -inf

    def stands(self) -> None:
        """Nobody runs dry before getting onto the road."""
        return

    def head(self) -> tuple[Vehicle, float] | None:
        """Who is first in it."""
        if self.gone == len(self.vehicles):
            return None
        return self.vehicles[self.gone], self.vehicles[self.gone].hour

    def leave(self, hour: float) -> None:
        """The first one goes."""
        self.gone += 1


def works(hours: Any, hour: float, midnight: float) -> bool:
    """Whether something that keeps hours of the day works at an hour."""
    if hours is None or hours.opens == hours.closes:
        return True
    day = (hour + midnight + 1e-9) % 24
    if hours.opens < hours.closes:
        return bool(hours.opens <= day < hours.closes)
    return bool(day >= hours.opens or day < hours.closes)


def openings(hours: Any, midnight: float) -> list[float]:
    """Every hour at which it begins to work."""
    return [hours.opens - midnight + 24.0 * day for day in range(-1, 30)] if hours else []


@dataclass
class Post:
    """Booths at a node: so many at a time, by what holds when a service begins; in groups where told."""

    name: str
    told: Any
    midnight: float
    ends: list[float] = field(default_factory=list)
    now: float = -inf
    group: tuple[float, int] = (-inf, 0)

    def _regime(self, hour: float, what: str) -> Any:
        begun = [regime for regime in self.told.regimes.values() if regime.begins <= hour]
        value = getattr(max(begun, key=lambda r: r.begins), what) if begun else None
        return getattr(self.told, what) if value is None else value

    def _busy(self, hour: float) -> int:
        return sum(1 for end in self.ends if end > hour)

    def _booth(self, ready: float) -> float:
        """The first hour at which a booth is free and the post works."""
        first = max(ready, self.told.opens or 0.0, self.now)
        moments = {first, *(end for end in self.ends if end > first)}
        moments |= {regime.begins for regime in self.told.regimes.values() if regime.begins > first}
        moments |= {hour for hour in openings(self.told.hours, self.midnight) if hour > first}
        for hour in sorted(moments):
            booths = round(self.told.lanes * self._regime(hour, "booths"))
            if works(self.told.hours, hour, self.midnight) and self._busy(hour) < booths:
                return hour
        return inf

    def _release(self, came: float, front: float) -> float:
        """With which group: the one that goes now, while it is not full and nobody is awaited; or the next."""
        convoy, (now, gone) = self.told.convoy, self.group
        if convoy is None:
            return -inf
        if 0 < gone < convoy.vehicles and came <= self._booth(max(front, now)) + 1e-9:
            return now
        came, hours = max(came, self.told.opens or 0.0), self.told.hours
        for number in range(10_000):
            hour = number * convoy.every
            if not works(hours, hour, self.midnight):
                hour = min(o for o in openings(hours, self.midnight) if o >= hour)
            if hour >= came - 1e-9 and hour > now + 1e-9:
                return hour
        return inf

    def begin(self, ready: float, came: float, front: float) -> float:
        """When the first of a queue could be served; it came then, and since then nobody is in front."""
        return self._booth(max(ready, self._release(came, front)))

    def serve(self, hour: float, vehicle: Vehicle, came: float, front: float) -> float:
        """Serve one; when it is done."""
        release = self._release(came, front)
        self.group = (release, self.group[1] + 1 if release == self.group[0] else 1)
        end = hour + vehicle.service[self.name] / self._regime(hour, "booth_rate")
        self.now, self.ends = hour, [*(e for e in self.ends if e > hour), end]
        return end + vehicle.aside[self.name]


@dataclass
class Span:
    """A bridge in its hours: one after another at its capacity, then across."""

    told: Any
    midnight: float
    free: float = -inf

    def begin(self, ready: float, came: float, front: float) -> float:
        """When the next one could set out on it."""
        first = max(ready, self.free, self.told.opens or 0.0)
        later = [hour for hour in openings(self.told.hours, self.midnight) if hour > first]
        return first if works(self.told.hours, first, self.midnight) else min(later)

    def serve(self, hour: float, vehicle: Vehicle, came: float, front: float) -> float:
        """Take one over; when it is across."""
        self.free = hour + vehicle.space / (self.told.capacity * self.told.lanes)
        return hour + (self.told.crossing_time or 0.0)


@dataclass
class Place:
    """A node: where pieces meet, someone joins, or a post and behind it a bridge stand."""

    name: str
    lanes: list[Piece] = field(default_factory=list)
    line: Line | None = None
    out: Piece | None = None
    stands: list[Any] = field(default_factory=list)
    opens: float = -inf
    shut: list[tuple[float, float]] = field(default_factory=list)
    free: float = -inf
    in_queue: float = -inf
    """From when the way on is free for one who had to wait."""
    served: list[list[tuple[float, int, Vehicle]]] = field(default_factory=lambda: [[], []])
    services: int = 0
    out_hours: dict[int, float] = field(default_factory=dict)

    def queues(self) -> list[Any]:
        """All who may come next, by name."""
        return [*sorted(self.lanes, key=lambda lane: lane.name), *([self.line] if self.line else [])]

    def way_on(self) -> float:
        """From when the way on is free for one more."""
        return max(self.free, self.opens, self.out.room() if self.out else -inf)

    def first_hour(self, queue: Any, came: float, after: float = -inf) -> float:
        """When the first of a queue could go, not before that hour, or be served."""
        if queue.stands() is not None:
            return float(max(came, queue.stands()))
        ready = max(came, queue.free)
        if not self.stands:
            return open_from(max(ready, self.way_on(), after), [*queue.shut_at_end, *self.shut])
        if queue is self.line:
            ready = max(ready, self.opens)
        while True:
            hour = self.stands[0].begin(open_from(ready, queue.shut_at_end), came, queue.free)
            if hour in (inf, ready):
                return hour
            ready = hour

    def candidates(self) -> list[tuple[float, Any]]:
        """When the first of each queue could go."""
        heads = [(queue, queue.head()[1]) for queue in self.queues() if queue.head() is not None]
        found = [(self.first_hour(queue, came), queue) for queue, came in heads]
        hour = min([inf, *(when for when, _ in found)])
        wait = any(
            when <= hour + TIE and came < hour - TIE and queue.stands() is None
            for (when, queue), (_, came) in zip(found, heads, strict=True)
        )
        if self.stands or not wait:
            return found
        return [(self.first_hour(queue, came, self.in_queue), queue) for queue, came in heads]

    def next_hour(self) -> float:
        """When the next thing happens here."""
        stages = range(len(self.stands))
        return min([inf, *(hour for hour, _ in self.candidates()), *(self.next_release(stage) for stage in stages)])

    def next_release(self, stage: int) -> float:
        """When the first of those served there goes on, or is served by what stands behind."""
        if not self.served[stage]:
            return inf
        done = min(self.served[stage])[0]
        if stage + 1 < len(self.stands):
            return float(self.stands[stage + 1].begin(done, done, -inf))
        hour = open_from(max(done, self.way_on()), self.shut)
        return open_from(max(hour, self.in_queue), self.shut) if hour > done + TIE else hour

    def happen(self, hour: float) -> None:
        """Let it happen; what is farthest on the way goes first."""
        for stage in reversed(range(len(self.stands))):
            if self.next_release(stage) <= hour:
                self.release(stage, hour)
                return
        able = [queue for when, queue in self.candidates() if round(when * BILLIONTH) <= round(hour * BILLIONTH)]
        queue = turn(able)
        vehicle, came = queue.head()
        if queue.stands() is not None:
            queue.left.append(hour)
            queue.free = hour
            return
        front = queue.free
        queue.leave(hour)
        if self.stands:
            self.serve(0, hour, vehicle, came, front)
        else:
            self.go_on(vehicle, hour)

    def release(self, stage: int, hour: float) -> None:
        """The first of those served there goes on."""
        first = min(self.served[stage])
        self.served[stage].remove(first)
        if stage + 1 < len(self.stands):
            self.serve(stage + 1, hour, first[2], first[0], -inf)
        else:
            self.go_on(first[2], hour)

    def serve(self, stage: int, hour: float, vehicle: Vehicle, came: float, front: float) -> None:
        """One is served, and then waits for what is behind; who is done at the same time goes in order of service."""
        done = self.stands[stage].serve(hour, vehicle, came, front)
        self.services += 1
        self.served[stage].append((done, self.services, vehicle))

    def go_on(self, vehicle: Vehicle, hour: float) -> None:
        """A vehicle enters the way on; the next may after the headway, and after a longer one if it has to wait."""
        self.out_hours[vehicle.name] = hour
        if self.out is not None:
            self.free = hour + self.out.headway * vehicle.space
            self.in_queue = hour + self.out.headway * vehicle.space / (1 - self.out.drop)
            self.out.entered.append((vehicle, hour))


def turn(able: list[Any]) -> Any:
    """Each who could go gains its priority in credit; who has most goes and pays what all gained; ties by name."""
    for queue in able:
        queue.credit += queue.priority
    best = max(queue.credit for queue in able)
    chosen = next(queue for queue in able if queue.credit == best)
    chosen.credit -= sum(queue.priority for queue in able)
    return chosen


def open_from(hour: float, shut: Any) -> float:
    """The first hour from this one on that lies in no closure."""
    while True:
        closed = [until for begins, until in shut if begins <= hour < until]
        if not closed:
            return hour
        hour = max(closed)


class PlainRoad:
    """A whole road with those who drive it."""

    def __init__(self, scenario: Any, vehicles: list[Vehicle], stops: Sequence[Stop] = ()) -> None:
        self.stops = stops
        self.places: dict[str, Place] = {}
        self.pieces: list[Piece] = []
        corridor = scenario.corridor
        start = scenario.start
        self.midnight = 0.0 if start is None else start.hour + start.minute / 60
        self._lay(corridor)
        for name, told in corridor.checkpoints.items():
            self.places[told.at].stands.append(Post(name, told, self.midnight))
        for told in corridor.crossings.values():
            self.places[told.at].stands.append(Span(told, self.midnight))
        for node in dict.fromkeys(vehicle.joins for vehicle in vehicles):
            waits = sorted((v for v in vehicles if v.joins == node), key=lambda v: (v.hour, v.name))
            self.places[node].line = Line(waits)
            self.places[node].opens = corridor.opens or -inf

    def _lay(self, corridor: Any) -> None:
        stored = 0.0
        for link in resolve(corridor).links:
            before = 0.0 if link.feeder else stored
            shut = [c for c in corridor.closures.values() if c.segment == link.name]
            dry = [stop for stop in self.stops if stop.link == link.name]
            cuts = [0.0, *sorted({c.km for c in [*shut, *dry]} - {0.0, link.length}), link.length]
            for begin, end in pairwise(cuts):
                places = round(before + end * link.jam_density) - round(before + begin * link.jam_density)
                self._piece(link, begin, end, max(places, 1))
                piece = self.pieces[-1]
                piece.shut_at_end += [(c.begins, c.until) for c in shut if c.km == end]
                piece.stands_at_end = {stop.vehicle: stop.cleared for stop in dry if stop.km == end}
                if begin == 0.0:
                    self.places[link.origin].shut += [(c.begins, c.until) for c in shut if c.km == 0.0]
            stored = stored if link.feeder else before + link.length * link.jam_density

    def _piece(self, link: Any, begin: float, end: float, places: int) -> None:
        headway, priority = 1 / link.capacity, Fraction(link.priority)
        wave = places / link.jam_density / link.wave_speed
        piece = Piece(link.name, begin, end - begin, link.speed, places, wave, headway, link.capacity_drop, priority)
        self.pieces.append(piece)
        names = [
            link.origin if begin == 0.0 else f"{link.name} at {begin}",
            link.to if end == link.length else f"{link.name} at {end}",
        ]
        one, other = (self.places.setdefault(name, Place(name)) for name in names)
        one.out = piece
        other.lanes.append(piece)

    def run(self, until: float) -> None:
        """Whatever can happen first happens next."""
        while True:
            hour, name = min((place.next_hour(), name) for name, place in self.places.items())
            if hour >= until:
                return
            self.places[name].happen(hour)

    def passed(self, vehicle: Vehicle) -> list[tuple[str, float, float]]:
        """Links that a vehicle passed, each with the hours at which it entered and left it."""
        found: dict[str, list[float]] = {}
        for piece in self.pieces:
            for (other, entered), left in zip(piece.entered, piece.left, strict=False):
                if other.name == vehicle.name:
                    hours = found.setdefault(piece.name, [entered, left])
                    hours[0], hours[1] = min(hours[0], entered), max(hours[1], left)
        return [(name, entered, left) for name, (entered, left) in found.items()]


def with_stops(scenario: Any, vehicles: list[Vehicle]) -> PlainRoad:
    """The road with all who run dry on it, on one corridor, where nobody depends on who comes behind."""
    stops: list[Stop] = []
    road = PlainRoad(scenario, vehicles)
    road.run(scenario.horizon)
    for vehicle in sorted(vehicles, key=lambda v: (v.hour, v.name)):
        stop = runs_dry(road, vehicle, {link.name: link for link in resolve(scenario.corridor).links})
        if stop is not None:
            stops.append(stop)
            road = PlainRoad(scenario, vehicles, tuple(stops))
            road.run(scenario.horizon)
    return road


def runs_dry(road: PlainRoad, vehicle: Vehicle, links: dict[str, Any]) -> Stop | None:
    """Where a vehicle's litres end, if before the road does: burnt evenly over the time it would take for a link."""
    litres = vehicle.litres
    for name, entered, left in road.passed(vehicle):
        link = links[name]
        late = max(left - entered - link.length / link.speed, 0.0)
        burnt = vehicle.use * link.length + vehicle.idle * late
        if burnt > litres:
            share = litres / burnt
            hour = entered + share * (left - entered)
            return Stop(vehicle.name, name, share * link.length, hour, hour + vehicle.clearing)
        litres -= burnt
    return None
