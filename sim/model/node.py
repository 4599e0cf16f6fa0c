"""Nodes of the road: who passes next, and when."""

from __future__ import annotations

from bisect import insort
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.lane import Lane, Source
from sim.model.record import PostLog, Stall
from sim.model.stream import WAITED, follow
from sim.model.traffic import Trip

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.post import Booths, Bridge, Ferry

TIE = 1e9
"""Times are compared to a billionth of an hour."""
NEVER = 1 << 62


class Node:
    """A point of the road: a junction, an end, a post."""

    def __init__(self, road: Road, name: str) -> None:
        self.road, self.name = road, name
        self.lanes: list[Lane] = []
        self.out: Lane | None = None
        self.onto: Node | None = None
        self.source: Source | None = None
        self.closures: list[tuple[float, float]] = []
        self.decided = 0.0
        self.booths: Booths | None = None
        self.crossings: list[Bridge | Ferry] = []
        self.counts = False
        self.last, self.gap = -inf, 0.0
        self.waiting_room: list[tuple[float, int, int]] = []
        self.released = self.order = 0
        self.served: list[float] = []
        """Vehicle, ready, begun and ended, one service after another."""

    def finish(self, joins: bool, counts: bool) -> None:
        """Fix what does not change: queues, headways."""
        self.counts = counts
        self.onto = self.out.end if self.out is not None else None
        if joins or not self.lanes:
            self.source = Source()
        self.queues: list[Any] = [
            *sorted(self.lanes, key=lambda lane: lane.name),
            *([self.source] if self.source else []),
        ]
        self.headway = self.out.headway if self.out is not None else 0.0
        self.dropped = self.headway / (1 - (self.out.link.capacity_drop if self.out is not None else 0.0))
        self.shuts = bool(self.closures) or any(lane.shut for lane in self.lanes)

    def place(self, booths: list[Booths], crossings: list[Bridge | Ferry]) -> None:
        """Put a checkpoint or crossings here."""
        self.booths = booths[0] if booths else None
        self.crossings = crossings

    @property
    def window(self) -> float:
        """The longest window in which nothing that passes here depends on what is not decided yet."""
        if self.out is None:
            return inf
        return min(self.out.free_flow / (2 if self.source else 1), self.out.wave)

    def advance(self, until: float) -> None:
        """Let everyone pass who passes before that hour, or before it is known who comes."""
        known = min([lane.origin.decided + lane.free_flow for lane in self.lanes if lane.origin], default=until)
        until = min(until, known)
        self._advance(until)
        decided = until if self.out is None or self.onto is None else min(until, self.onto.decided + self.out.wave)
        self.decided = max(decided, self.decided)

    def _advance(self, until: float) -> None:
        if not self.waiting_room and not any(len(queue.left) < len(queue.vehicle) for queue in self.queues):
            return
        if self.booths is not None or self.crossings:
            self._serve(until)
            self._release(until)
        elif len(self.queues) == 1 and self.lanes and self.out is not None and not self.shuts:
            follow(self, until)
        else:
            self._merge(until)

    def _merge(self, until: float) -> None:
        """Queues take turns onto the way on; none of them grows while this goes on."""
        queues, source = self.queues, self.source
        at = [len(queue.left) for queue in queues]
        heads = [queue.head(place) for queue, place in zip(queues, at, strict=True)]
        single = len(heads) == 1
        while True:
            could, hour = heads, max(heads[0] if single else min(heads), self._earliest())
            if self.shuts:
                earliest = self._earliest()
                could = [open_from(max(heads[k], earliest), q.shut + self.closures) for k, q in enumerate(queues)]
                hour = min(could)
            if hour >= until:
                return
            turn = 0 if single else self._turn(could, hour)
            queue, place = queues[turn], at[turn]
            vehicle = queue.vehicle[place]
            if queue is source or not self._stalls(queue, vehicle, hour):
                self._leave(queue, vehicle, hour)
                self._pass(vehicle, hour, hour > queue.ready[place] + WAITED)
            at[turn] = place + 1
            heads[turn] = queue.head(place + 1)

    def _turn(self, heads: list[float], hour: float) -> int:
        """Whose turn it is, by credit among those who could pass by then; ties go by name."""
        by_then = round(hour * TIE)
        able = [number for number, ready in enumerate(heads) if ready <= hour or round_of(ready) <= by_then]
        if len(able) == 1:
            return able[0]
        queues = self.queues
        for number in able:
            queues[number].credit += queues[number].priority
        chosen = max(able, key=lambda number: queues[number].credit)
        queues[chosen].credit -= sum(queues[number].priority for number in able)
        return chosen

    def _earliest(self) -> float:
        """From when the way on is free: headway, room ahead, the road open."""
        hour = self.last + self.gap
        if self.source is not None and self.road.opens > hour:
            hour = self.road.opens
        if self.out is not None:
            room = self.out.room_from()
            return max(hour, room)
        return hour

    def _stalls(self, lane: Lane, vehicle: int, hour: float) -> bool:
        """Whether a vehicle that would leave a link stops on it, dry or broken down; else its fuel is noted."""
        road, traffic, length = self.road, self.road.traffic, lane.length
        late = hour - lane.entered[len(lane.left)] - lane.free_flow
        burn = traffic.use[vehicle] * length + (traffic.idle[vehicle] * late if late > 0 else 0.0)
        driven = road.driven[vehicle] + length
        if burn > road.held[vehicle] or traffic.breaks_at[vehicle] < driven:
            self.stops(lane, vehicle, hour)
            return True
        road.held[vehicle] -= burn
        road.driven[vehicle] = driven
        if late > 0:
            road.delay[vehicle] += late
        return False

    def stops(self, lane: Lane, vehicle: int, hour: float) -> None:
        """A vehicle stops on a link, dry or broken down, at the share of it that it reached; it leaves the stream."""
        road, traffic, at = self.road, self.road.traffic, len(lane.left)
        on_link = hour - lane.entered[at]
        late = max(on_link - lane.free_flow, 0.0)
        burn = traffic.use[vehicle] * lane.length + traffic.idle[vehicle] * late
        dry = max(road.held[vehicle], 0.0) / burn if burn > road.held[vehicle] else inf
        broken = max(traffic.breaks_at[vehicle] - road.driven[vehicle], 0.0) / lane.length
        share, cause = (dry, "fuel") if dry <= broken else (broken, "breakdown")
        when = lane.entered[at] + share * on_link
        lane.stalled.append(at)
        lane.aboard.append(traffic.people[vehicle])
        lane.left.append(max(when, lane.left[-1] if lane.left else when))
        lane.block(share, when, traffic.clearing[vehicle], traffic.blocks[vehicle], road.scenario.incidents.residual)
        km = lane.link.km + lane.km[0] + share * lane.length
        road.stalls.append(Stall(vehicle, when, lane.name, km, cause, when + traffic.clearing[vehicle]))
        driven, delay = road.driven[vehicle] + share * lane.length, road.delay[vehicle] + share * late
        road.end(vehicle, Trip(cause, road.entered[vehicle], when, lane.name, km, driven, delay))

    def _leave(self, queue: Any, vehicle: int, hour: float) -> None:
        queue.leave(hour, self.road.traffic.space[vehicle])
        if queue is self.source:
            self.road.entered[vehicle] = hour
            return
        queue.aboard.append(
            self.road.aboard(queue, vehicle, hour) if queue.waiting else self.road.traffic.people[vehicle]
        )

    def _pass(self, vehicle: int, hour: float, waited: bool) -> None:
        """A vehicle goes on to the next link, or is out."""
        size = self.road.traffic.space[vehicle]
        self.last, self.gap = hour, (self.dropped if waited else self.headway) * size
        if self.counts:
            self.road.crossed[vehicle] = hour
        if self.out is not None:
            self.out.enter(vehicle, hour, size)
        else:
            self.road.end(vehicle, self._trip(vehicle, hour))

    def _trip(self, vehicle: int, hour: float) -> Trip:
        road, last = self.road, self.lanes[0] if self.lanes else None
        km = last.link.km + last.km[1] if last else 0.0
        return Trip("out", road.entered[vehicle], hour, self.name, km, road.driven[vehicle], road.delay[vehicle])

    def _serve(self, until: float) -> None:
        """Service begins: upstream room is free at its beginning, the way on is taken at its end."""
        while True:
            queue, begin, server = self._first(until)
            if begin >= until or begin == inf:
                return
            place = len(queue.left)
            vehicle = queue.vehicle[place]
            if queue is not self.source and self._stalls(queue, vehicle, begin):
                continue
            self._leave(queue, vehicle, begin)
            end = self._end_of_service(server, vehicle, begin)
            self.served.extend((vehicle, queue.ready[place], begin, end))
            self.order += 1
            if not self.waiting_room or end >= self.waiting_room[-1][0]:
                self.waiting_room.append((end, self.order, vehicle))
            else:
                insort(self.waiting_room, (end, self.order, vehicle), lo=self.released)

    def _first(self, until: float) -> tuple[Any, float, Any]:
        """The queue whose turn it is to be served, when, and where; turns are taken only when that hour has come."""
        queues = self.queues
        if len(queues) == 1:
            return queues[0], *self._begin(queues[0], until)
        found = [self._begin(queue, until) for queue in queues]
        hours = [begin for begin, _ in found]
        hour = min(hours)
        turn = self._turn(hours, hour) if hour < until else 0
        return queues[turn], *found[turn]

    def _begin(self, queue: Any, until: float) -> tuple[float, Any]:
        """When and where the first of a queue can be served; inf if not before that hour."""
        ready = queue.head(len(queue.left))
        if queue is self.source:
            ready = max(ready, self.road.opens)
        while ready < until:
            ready = open_from(ready, queue.shut) if queue.shut else ready
            begin, server = self._server(queue.vehicle[len(queue.left)], ready)
            if begin == ready or not queue.shut:
                return begin, server
            ready = begin
        return inf, None

    def log(self) -> PostLog:
        """Every service at the post that stands here."""
        vehicle, ready, begun, ended = np.array(self.served, float).reshape(-1, 4).T
        return PostLog(self.name, self.name, vehicle.astype(np.int64), ready, begun, ended)

    def _server(self, vehicle: int, ready: float) -> tuple[float, Any]:
        """When service can begin, and where: a booth, or the crossing with the shorter wait that bears the vehicle."""
        if self.booths is not None:
            return self.booths.begin(ready), self.booths
        traffic = self.road.traffic
        fit = [c for c in self.crossings if traffic.weight[vehicle] <= c.limit] or self.crossings
        shares = [c.told.share for c in fit]
        if all(share is not None for share in shares):
            reached = 0.0
            for crossing in fit:
                reached += crossing.told.share or 0.0
                if traffic.choice[vehicle] * sum(s or 0 for s in shares) < reached:
                    return crossing.begin(ready), crossing
        begins = [(crossing.begin(ready), number) for number, crossing in enumerate(fit)]
        begin, number = min(begins)
        return begin, fit[number]

    def _end_of_service(self, server: Any, vehicle: int, begin: float) -> float:
        traffic = self.road.traffic
        if self.booths is not None:
            end = float(self.booths.serve(begin, traffic.service[vehicle], traffic.vehicles[vehicle]))
            return end + traffic.secondary[vehicle]
        return float(server.serve(begin, traffic.people[vehicle], traffic.pce[vehicle] * traffic.vehicles[vehicle]))

    def _release(self, until: float) -> None:
        """Those whose service has ended go on, in the order in which it ended."""
        while self.released < len(self.waiting_room):
            end, _, vehicle = self.waiting_room[self.released]
            hour = max(end, self._earliest())
            if self.closures:
                hour = open_from(hour, self.closures)
            if hour >= until:
                return
            self.released += 1
            self._pass(vehicle, hour, hour > end + WAITED)


def round_of(hour: float) -> int:
    """An hour to a billionth; never, for one who never comes."""
    return round(hour * TIE) if hour < inf else NEVER


def open_from(hour: float, shut: list[tuple[float, float]]) -> float:
    """The first hour from this one on that lies in no closure."""
    while ends := [until for begins, until in shut if begins <= hour < until]:
        hour = max(ends)
    return hour
