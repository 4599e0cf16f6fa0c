"""What stands at a node and serves vehicles, and those it has served, who wait for the way on."""

from __future__ import annotations

from bisect import bisect_right
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.lane import Source
from sim.model.post import Ferry
from sim.model.record import PostLog
from sim.model.stream import open_from
from sim.model.traffic import Trip

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.lane import Queue
    from sim.model.post import Booths, Bridge


class Service:
    """Booths, or crossings side by side; upstream room is free when service begins, the way on is taken at its end."""

    def __init__(self, road: Road, node: str, booths: Booths | None, crossings: list[Bridge | Ferry]) -> None:
        self.road, self.node, self.booths, self.crossings = road, node, booths, crossings
        self.name = node if booths is None else booths.name
        self.factor, self.aside = (of.get(self.name, []) for of in (road.traffic.service, road.traffic.secondary))
        self.done = Source()
        """Those whose service has ended or will end, in the order in which it does."""
        self.served: list[float] = []
        """Vehicle, ready, begun and ended, one after another."""
        self.foot = Source() if any(isinstance(crossing, Ferry) for crossing in crossings) else None
        """People on foot who wait for a ferry; they and vehicles take turns, as queues do at a merge."""
        self.pace = 0.0
        """Hours after one another at which parties on foot go aboard: those of the vehicles beside them."""
        self._servers: list[Any] = []

    def could(self, queues: list[Queue], heads: list[float], until: float) -> list[float]:
        """When the first of each queue can be served; inf if not before that hour."""
        if len(queues) == 1:
            begin, server = self._begin(queues[0], heads[0], until)
            self._servers = [server]
            return [begin]
        found = [self._begin(queue, ready, until) for queue, ready in zip(queues, heads, strict=True)]
        self._servers = [server for _, server in found]
        return [begin for begin, _ in found]

    def _begin(self, queue: Queue, ready: float, until: float) -> tuple[float, Any]:
        if isinstance(queue, Source):
            ready = max(ready, self.road.opens)
        while ready < until:
            ready = open_from(ready, queue.shut) if queue.shut else ready
            begin, server = self._server(queue, ready)
            if begin == ready or not queue.shut:
                return begin, server
            ready = begin
        return inf, None

    def _server(self, queue: Queue, ready: float) -> tuple[float, Any]:
        """When service can begin, and with which release, or by the crossing with the shorter wait that bears it."""
        place = len(queue.left)
        if self.booths is not None:
            return self.booths.begin(ready, queue.ready[place], queue.free)
        vehicle, traffic = queue.vehicle[place], self.road.traffic
        people, space = traffic.people[vehicle], traffic.space[vehicle]
        if queue is self.foot:
            return self._on_foot(people, ready)
        fit = [c for c in self.crossings if traffic.weight[vehicle] <= c.limit] or self.crossings
        shares = [c.told.share for c in fit]
        if all(share is not None for share in shares):
            reached = 0.0
            for crossing in fit:
                reached += crossing.told.share or 0.0
                if traffic.choice[vehicle] * sum(s or 0 for s in shares) < reached:
                    return crossing.begin(ready, people, space), crossing
        begins = [(crossing.begin(ready, people, space), number) for number, crossing in enumerate(fit)]
        begin, number = min(begins)
        return begin, fit[number]

    def _on_foot(self, people: int, ready: float) -> tuple[float, Any]:
        """When people on foot can go: over a bridge as soon as it is open, or with a ferry's next trip with room."""
        assert self.foot is not None
        in_turn = max(ready, self.foot.free)
        begins = [
            (c.begin(in_turn, people, 0.0) if isinstance(c, Ferry) else c.walk(ready), number)
            for number, c in enumerate(self.crossings)
        ]
        begin, number = min(begins)
        return begin, self.crossings[number]

    def take(self, turn: int, vehicle: int, ready: float, begin: float) -> None:
        """Serve the first of a queue; it goes on in the order in which services end."""
        server, done = self._servers[turn], self.done
        if not self.road.traffic.vehicles[vehicle]:
            self.road.end(vehicle, Trip("over", ready, self._over(server, vehicle, begin), self.node, 0.0))
            return
        end = self._end(server, vehicle, begin)
        self.served.extend((vehicle, ready, begin, end))
        if not done.ready or end >= done.ready[-1]:
            done.join(vehicle, end)
        else:
            at = bisect_right(done.ready, end, lo=len(done.left))
            done.ready.insert(at, end)
            done.vehicle.insert(at, vehicle)

    def _end(self, server: Any, vehicle: int, begin: float) -> float:
        traffic = self.road.traffic
        if self.booths is not None:
            end = self.booths.serve(begin, server, self.factor[vehicle], traffic.vehicles[vehicle])
            return end + self.aside[vehicle]
        return float(server.serve(begin, traffic.people[vehicle], traffic.space[vehicle], traffic.vehicles[vehicle]))

    def _over(self, server: Any, vehicle: int, begin: float) -> float:
        """When people on foot are over."""
        if isinstance(server, Ferry) and self.foot is not None:
            self.foot.free = begin + self.pace
            return server.serve(begin, self.road.traffic.people[vehicle], 0.0, 0)
        return float(begin + (server.told.crossing_time or 0.0))

    def log(self) -> PostLog:
        """Every service of a vehicle."""
        vehicle, ready, begun, ended = np.array(self.served, float).reshape(-1, 4).T
        return PostLog(self.name, self.node, vehicle.astype(np.int64), ready, begun, ended)
