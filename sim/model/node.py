"""Nodes and lanes of the road: who passes next, and when."""

from __future__ import annotations

from bisect import insort
from math import ceil, inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.record import LinkLog, Stall
from sim.model.traffic import Trip

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.post import Booths, Bridge, Ferry
    from sim.scenario.route import Link

TIE = 1e9
"""Times are compared to a billionth of an hour."""


class Lane:
    """A link between two nodes: who entered, in order, and who has left."""

    def __init__(self, road: Road, link: Link, km: tuple[float, float], storage: int, number: int) -> None:
        self.road, self.name, self.link, self.km, self.number = road, link.name, link, km, number
        self.length, self.storage = km[1] - km[0], storage
        self.free_flow = self.length / link.speed
        self.wave = storage / link.jam_density / link.wave_speed
        self.headway, self.priority = 1 / link.capacity, link.priority
        self.vehicle: list[int] = []
        self.entered: list[float] = []
        self.ready: list[float] = []
        self.before: list[float] = []
        self.left: list[float] = []
        self.stalled: list[int] = []
        self.aboard: list[int] = []
        self.pce, self.pointer, self.credit = 0.0, 0, 0.0
        self.exit_floor = -inf
        self.slow_until, self.slow = -inf, 1.0
        self.entry_floors: list[tuple[float, float]] = []
        self.waiting = False
        self.varies = road.slows

    def enter(self, vehicle: int, hour: float, pce: float) -> None:
        """A vehicle enters."""
        self.vehicle.append(vehicle)
        self.entered.append(hour)
        free_flow = self.free_flow / self.road.speed_factor(hour) if self.varies else self.free_flow
        self.ready.append(hour + free_flow)
        self.before.append(self.pce)
        self.pce += pce

    def room_from(self) -> float:
        """Hour from which the next vehicle finds room: the wave of the one a full link ahead; inf if not known yet."""
        pointer, full, before = self.pointer, self.pce - self.storage + 1e-9, self.before
        count = len(before)
        while pointer < count and before[pointer] <= full:
            pointer += 1
        self.pointer = pointer
        floor = self.entry_floor(self.pce) if self.entry_floors else -inf
        if pointer == 0:
            return floor
        if pointer > len(self.left):
            return inf
        return max(self.left[pointer - 1] + self.wave, floor)

    def entry_floor(self, pce: float) -> float:
        """The second rule of a blockage: who stands behind it when the link is full enters only after its wave."""
        last = self.entered[-1] if self.entered else -inf
        self.entry_floors = [floor for floor in self.entry_floors if floor[1] > last]
        return max((hour for behind, hour in self.entry_floors if pce >= behind), default=-inf)

    def block(self, share: float, hour: float, clearing: float, full: bool, residual: float) -> None:
        """A stall at that share of the link from its beginning: both rules, at its true position."""
        if not full:
            self.slow_until, self.slow = hour + clearing, 1 / max(residual, 0.01)
            return
        cleared = hour + clearing
        self.exit_floor = max(self.exit_floor, cleared + (1 - share) * self.free_flow)
        position = self.before[len(self.left) - 1] + ceil(share * self.storage)
        self.entry_floors.append((position, cleared + share * self.wave))

    def log(self) -> LinkLog:
        """Everything that passed."""
        count, km = len(self.vehicle), self.link.km
        left = np.full(count, nan)
        left[: len(self.left)] = self.left
        stalled = np.zeros(count, bool)
        stalled[self.stalled] = True
        people = np.array(
            self.aboard + [self.road.traffic.people[v] for v in self.vehicle[len(self.aboard) :]], np.int64
        )
        ends = (km + self.km[0], km + self.km[1])
        return LinkLog(
            self.name,
            ends,
            self.free_flow,
            np.array(self.vehicle, np.int64),
            people,
            np.array(self.entered),
            left,
            stalled,
        )


class Source:
    """The queue of those who want onto the road at a node."""

    def __init__(self) -> None:
        self.vehicle: list[int] = []
        self.ready: list[float] = []
        self.left: list[float] = []
        self.priority, self.credit, self.name = 1.0, 0.0, ""

    def join(self, vehicle: int, hour: float) -> None:
        """Join the queue."""
        self.vehicle.append(vehicle)
        self.ready.append(hour)

    def expected_wait(self, hour: float) -> float:
        """Hours of waiting in sight: the queue over the pace at which the last of those who left did."""
        queue, gone = len(self.vehicle) - len(self.left), len(self.left)
        if queue <= 0:
            return 0.0
        waited = hour - self.ready[gone]
        recent = self.left[-100:]
        pace = len(recent) / max(hour - recent[0], 1e-6) if recent else 0.0
        return max(waited, queue / pace if pace else waited)


class Node:
    """A point of the road: a junction, an end, a post."""

    def __init__(self, road: Road, name: str) -> None:
        self.road, self.name = road, name
        self.lanes: list[Lane] = []
        self.out: Lane | None = None
        self.source: Source | None = None
        self.closures: list[tuple[float, float]] = []
        self.booths: Booths | None = None
        self.crossings: list[Bridge | Ferry] = []
        self.counts = False
        self.last, self.gap = -inf, 0.0
        self.waiting_room: list[tuple[float, int, int]] = []
        self.released = self.order = 0
        self.served: tuple[list[Any], ...] = ([], [], [], [])

    def finish(self, joins: bool, counts: bool) -> None:
        """Fix what does not change: queues, headways."""
        self.counts = counts
        if joins or not self.lanes:
            self.source = Source()
        self.queues: list[Any] = [
            *sorted(self.lanes, key=lambda lane: lane.name),
            *([self.source] if self.source else []),
        ]
        rates = [lane.headway for lane in self.lanes]
        self.headway = (
            max([min(rates)] if rates and self.out is None else [])
            if rates and self.out is None
            else (self.out.headway if self.out else 0.0)
        )
        self.closures.sort()

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
        """Let everyone pass who passes before that hour."""
        if self.booths is not None or self.crossings:
            self._serve(until)
            self._release(until)
            return
        if len(self.queues) == 1 and self.lanes and self.out is not None and not self.closures:
            self._follow(until)
            return
        while True:
            found = self._next(self._earliest(), until)
            if found is None:
                return
            queue, hour, ready = found
            vehicle = queue.vehicle[len(queue.left)]
            if queue is not self.source and self._stalls(queue, vehicle, hour):
                continue
            self._leave(queue, vehicle, hour)
            self._pass(vehicle, hour, hour > ready + 1e-12)

    def _follow(self, until: float) -> None:
        """The plain case, one link into one link: the same recursion, in one loop over local names for speed."""
        lane, out, road = self.lanes[0], self.out, self.road
        assert out is not None
        traffic, crossed = road.traffic, road.crossed
        vehicles, entered, readies, left, aboard = lane.vehicle, lane.entered, lane.ready, lane.left, lane.aboard
        space, people, use, idle = traffic.space, traffic.people, traffic.use, traffic.idle
        held, driven, breaks_at, delay = road.held, road.driven, traffic.breaks_at, road.delay
        before, gone, gone_count = out.before, out.left, len(out.left)
        storage, wave, free_flow, length = out.storage, out.wave, lane.free_flow, lane.length
        headway, counts, varies, out_free_flow = self.headway, self.counts, out.varies, out.free_flow
        dropped = headway / (1 - out.link.capacity_drop)
        next_free, pointer, inside, pce = self.last + self.gap, out.pointer, len(before), out.pce
        at, count = len(left), len(vehicles)
        while at < count:
            ready = readies[at]
            if lane.exit_floor > ready:
                ready = lane.exit_floor
            hour = max(next_free, ready)
            full = pce - storage + 1e-9
            while pointer < inside and before[pointer] <= full:
                pointer += 1
            if pointer:
                if pointer > gone_count:
                    break
                room = gone[pointer - 1] + wave
                if room > hour:
                    hour = room
            if out.entry_floors:
                hour = max(hour, out.entry_floor(pce))
            if hour >= until:
                break
            vehicle = vehicles[at]
            late = hour - entered[at] - free_flow
            burn = use[vehicle] * length + (idle[vehicle] * late if late > 0 else 0.0)
            if burn > held[vehicle] or breaks_at[vehicle] < driven[vehicle] + length:
                self._stops(lane, vehicle, hour)
                at += 1
                continue
            held[vehicle] -= burn
            driven[vehicle] += length
            if late > 0:
                delay[vehicle] += late
            left.append(hour)
            aboard.append(self._offer(lane, vehicle, hour) if lane.waiting else people[vehicle])
            at += 1
            size = space[vehicle]
            waited = hour - ready > 1e-12
            next_free = hour + (dropped if waited else headway) * size * (lane.slow if hour < lane.slow_until else 1.0)
            if counts:
                crossed[vehicle] = hour
            out.vehicle.append(vehicle)
            out.entered.append(hour)
            out.ready.append(hour + (out_free_flow / road.speed_factor(hour) if varies else out_free_flow))
            before.append(pce)
            inside += 1
            pce += size
            self.last, self.gap = hour, next_free - hour
        out.pointer, out.pce = pointer, pce

    def _offer(self, lane: Lane, vehicle: int, hour: float) -> int:
        """People beside the road get on as far as there is room; how many are aboard then."""
        lane.waiting = self.road.lift(lane.name, vehicle, hour)
        return self.road.traffic.people[vehicle]

    def _earliest(self) -> float:
        """From when the way on is free: headway, room ahead, the road open."""
        hour = max(self.last + self.gap, self.road.opens if self.source is not None else -inf)
        if self.out is not None:
            hour = max(hour, self.out.room_from())
        return hour

    def _open(self, hour: float) -> float:
        for begins, until in self.closures:
            if begins <= hour < until:
                hour = until
        return hour

    def _next(self, earliest: float, until: float) -> tuple[Any, float, float] | None:
        """Who passes next, when, and when it could have at the soonest; None when nobody does before `until`."""
        heads = []
        for queue in self.queues:
            at = len(queue.left)
            if at < len(queue.vehicle):
                ready = queue.ready[at]
                if queue is not self.source and queue.exit_floor > ready:
                    ready = queue.exit_floor
                heads.append((ready, queue))
        if not heads:
            return None
        hour = max(earliest, min(ready for ready, _ in heads)) if len(heads) > 1 else max(earliest, heads[0][0])
        if self.closures:
            hour = self._open(hour)
        if hour >= until:
            return None
        if len(heads) == 1:
            return heads[0][1], hour, heads[0][0]
        return self._merge(heads, hour)

    def _merge(self, heads: list[tuple[float, Any]], hour: float) -> tuple[Any, float, float]:
        """Turns by credit among those who could pass by then; ties go by name."""
        by_then = round(hour * TIE)
        able = [(ready, queue) for ready, queue in heads if round(ready * TIE) <= by_then]
        if len(able) == 1:
            return able[0][1], hour, able[0][0]
        for _, queue in able:
            queue.credit += queue.priority
        ready, chosen = max(able, key=lambda head: head[1].credit)
        chosen.credit -= sum(queue.priority for _, queue in able)
        return chosen, hour, ready

    def _stalls(self, lane: Lane, vehicle: int, hour: float) -> bool:
        """Whether a vehicle that would leave a link stops on it, dry or broken down; else its fuel is noted."""
        road, traffic, at = self.road, self.road.traffic, len(lane.left)
        late = max(hour - lane.entered[at] - lane.free_flow, 0.0)
        burn = traffic.use[vehicle] * lane.length + traffic.idle[vehicle] * late
        if burn > road.held[vehicle] or traffic.breaks_at[vehicle] < road.driven[vehicle] + lane.length:
            self._stops(lane, vehicle, hour)
            return True
        road.held[vehicle] -= burn
        road.driven[vehicle] += lane.length
        road.delay[vehicle] += late
        return False

    def _stops(self, lane: Lane, vehicle: int, hour: float) -> None:
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
        queue.left.append(hour)
        if queue is self.source:
            self.road.entered[vehicle] = hour
            return
        people = self._offer(queue, vehicle, hour) if queue.waiting else self.road.traffic.people[vehicle]
        queue.aboard.append(people)

    def _pass(self, vehicle: int, hour: float, waited: bool) -> None:
        """A vehicle goes on to the next link, or is out."""
        road, traffic = self.road, self.road.traffic
        pce = traffic.space[vehicle]
        gap = self.headway * pce
        for lane in self.lanes:
            if hour < lane.slow_until:
                gap *= lane.slow
        drop = self.out.link.capacity_drop if self.out is not None else 0.0
        self.last, self.gap = hour, gap / (1 - drop) if drop and waited else gap
        if self.counts:
            road.crossed[vehicle] = hour
        if self.out is not None:
            self.out.enter(vehicle, hour, pce)
            return
        last = self.lanes[0] if self.lanes else None
        km = last.link.km + last.km[1] if last else 0.0
        road.end(
            vehicle, Trip("out", road.entered[vehicle], hour, self.name, km, road.driven[vehicle], road.delay[vehicle])
        )

    def _serve(self, until: float) -> None:
        """Service begins: upstream room is free at its beginning, the way on is taken at its end."""
        while True:
            found = self._next(-inf, until)
            if found is None:
                return
            queue, _, ready = found
            vehicle = queue.vehicle[len(queue.left)]
            begin, server = self._server(vehicle, max(ready, self.road.opens if queue is self.source else -inf))
            if self.closures:
                begin = self._open(begin)
            if begin >= until or begin == inf:
                return
            if queue is not self.source and self._stalls(queue, vehicle, begin):
                continue
            self._leave(queue, vehicle, begin)
            end = self._end_of_service(server, vehicle, begin)
            for column, value in zip(self.served, (vehicle, ready, begin, end), strict=True):
                column.append(value)
            self.order += 1
            insort(self.waiting_room, (end, self.order, vehicle), lo=self.released)

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
            if hour >= until:
                return
            self.released += 1
            self._pass(vehicle, hour, hour > end + 1e-12)
