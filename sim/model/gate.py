"""What people on foot or with carts meet on their way, beside the traffic: closures, posts and crossings."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.model.passing.hours import next_open, open_from
from sim.model.service import hours
from sim.model.walking import elapsed

if TYPE_CHECKING:
    import simpy

    from sim.model.traffic import Trip
    from sim.model.world import World
    from sim.scenario.road import Checkpoint, Crossing
    from sim.scenario.route import Link

Through = Callable[[int], "simpy.Event | None"]
"""For so many people who come now: when it happens they are through; None says never."""


class Stop(NamedTuple):
    """A point at which people on foot may have to wait."""

    km: float
    """How far along the way."""
    through: Through | None
    """None where they have got there."""


class Start(NamedTuple):
    """Where people set out on foot."""

    node: str
    """The last node behind them, or where they are."""
    km: float = 0.0
    """How far they are beyond it."""


class Barrier(NamedTuple):
    """A point of the road with the times at which it is shut."""

    env: simpy.Environment
    shut: list[tuple[float, float]]

    def through(self, _people: int) -> simpy.Event:
        """When who comes now is through."""
        return self.env.timeout(open_from(self.env.now, self.shut) - self.env.now)


class Gate:
    """A checkpoint, or bridges side by side, in their hours; a checkpoint passes so many people on foot an hour."""

    def __init__(self, env: simpy.Environment, told: list[Checkpoint | Crossing], rate: float, midnight: float) -> None:
        self.env, self.told, self.rate, self.midnight = env, told, rate, midnight
        self.free = -inf

    def through(self, people: int) -> simpy.Event | None:
        """When so many people who come now are through."""
        begin = min(self._open(told, max(self.env.now, self.free)) for told in self.told)
        if begin == inf:
            return None
        self.free = begin + people / self.rate
        return self.env.timeout(self.free - self.env.now)

    def _open(self, told: Checkpoint | Crossing, hour: float) -> float:
        hour = next_open(max(hour, told.opens or 0.0), *hours(told.hours), self.midnight)
        return inf if told.closes is not None and hour >= told.closes else hour


class Footpath:
    """The ways of all who walk."""

    def __init__(self, world: World) -> None:
        self.world, self.env = world, world.env
        self._gates: dict[str, list[Through]] = {}
        self._ways: dict[tuple[str, str], tuple[list[Stop], float]] = {}

    def go(self, people: int, speed: float, start: Start, to: str) -> Generator[simpy.Event, Any, float]:
        """Walk to a node, and wait wherever it is shut; the hour they reach it, inf if they never do.

        Who crosses with a ferry hears of it up to a window of the road late, and goes on from the true hour.
        """
        stops, whole = self.way(start.node, to)
        at, set_off, a_day = start.km, self.env.now, self.world.scenario.population.walking_day
        hour = set_off
        for stop in [*(stop for stop in stops if start.km <= 0.0 or stop.km > start.km), Stop(whole, None)]:
            hour, at = hour + elapsed(max(stop.km - at, 0.0), speed, a_day, hour - set_off), stop.km
            yield self.env.timeout(max(hour - self.env.now, 0.0))
            if stop.through is not None:
                passed = stop.through(people)
                if passed is None:
                    return inf
                trip: Trip | None = yield passed
                hour = self.env.now if trip is None else trip.hour
        return hour

    def way(self, node: str, to: str) -> tuple[list[Stop], float]:
        """Where those may have to wait who walk from one node to another, and how far it is."""
        if (node, to) not in self._ways:
            route, stops, km, end = self.world.route, list[Stop](), 0.0, node
            assert route is not None
            for link in route.way(node, to):
                stops += [Stop(km, gate) for gate in self._at(link.origin)]
                stops += [Stop(km + at, gate) for at, gate in self._closures(link)]
                km, end = km + link.length, link.to
            stops += [Stop(km, gate) for gate in self._at(end)]
            self._ways[node, to] = stops, km
        return self._ways[node, to]

    def _at(self, node: str) -> list[Through]:
        """What stands at a node and can hold people on foot: a checkpoint, then crossings."""
        if node not in self._gates:
            corridor = self.world.scenario.corridor
            assert corridor is not None
            posts = [post for _, post in sorted(corridor.checkpoints.items()) if post.at == node]
            crossings = [crossing for crossing in corridor.crossings.values() if crossing.at == node]
            self._gates[node] = [self._gate([post], post.pedestrians or inf) for post in posts if holds(post)]
            if any(crossing.kind == "ferry" for crossing in crossings):
                self._gates[node].append(lambda people: self._aboard(people, node))
            elif crossings and all(holds(crossing) for crossing in crossings):
                self._gates[node].append(self._gate(list(crossings), inf))
        return self._gates[node]

    def _gate(self, told: list[Any], rate: float) -> Through:
        assert self.world.road is not None
        return Gate(self.env, told, rate, self.world.road.midnight).through

    def _aboard(self, people: int, node: str) -> simpy.Event:
        """Queue for the ferries at a node."""
        assert self.world.road is not None
        return self.world.road.board(people, node)

    def _closures(self, link: Link) -> Iterator[tuple[float, Through]]:
        """Closures of a link, in the order in which they are met."""
        corridor = self.world.scenario.corridor
        assert corridor is not None
        shut = sorted((c.km, c.begins, c.until) for c in corridor.closures.values() if c.segment == link.name)
        for km in dict.fromkeys(at for at, _, _ in shut):
            yield km, Barrier(self.env, [(begins, until) for at, begins, until in shut if at == km]).through


def holds(told: Checkpoint | Crossing) -> bool:
    """Whether it ever keeps people on foot waiting."""
    limits = told.opens, told.closes, told.hours, getattr(told, "pedestrians", None)
    return any(limit is not None for limit in limits)
