"""Nodes of the road: whose turn it is, and who stops on the way."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.model.lane import Lane, Queue, Source
from sim.model.record import Stall
from sim.model.service import Service
from sim.model.stream import open_from, pass_on
from sim.model.traffic import Trip

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.post import Booths, Bridge, Ferry

TIE = 1e9
"""Times are compared to a billionth of an hour."""
NEAR = 2e-9


class Node:
    """A point of the road: a junction, an end, a post."""

    def __init__(self, road: Road, name: str) -> None:
        self.road, self.name = road, name
        self.lanes: list[Lane] = []
        self.out: Lane | None = None
        self.onto: Node | None = None
        self.source: Source | None = None
        self.foot: Source | None = None
        self.joined = False
        """Whether somebody joins here, from home or on foot for a ferry, at an hour not known a window ahead."""
        self.stages: list[tuple[list[Queue], Service]] = []
        """What stands here, in the order in which it is passed, with the queues that lead to it."""
        self.closures: list[tuple[float, float]] = []
        self.queues: list[Queue] = []
        self.onward: list[Queue] = []
        """The queues for the way on: all that end here, or those whom the last of what stands here has served."""
        self.counts = self.shuts = False
        self.decided = self.to_end = 0.0

    def finish(self, joins: bool, counts: bool) -> None:
        """Fix what does not change: the queues, in the order of their names, and whether people are counted here."""
        self.counts = counts
        self.onto = self.out.end if self.out is not None else None
        if joins or not self.lanes:
            self.source, self.joined = Source(), True
        self.queues = [*sorted(self.lanes, key=lambda lane: lane.name), *([self.source] if self.source else [])]
        self.onward = self.queues
        self.shuts = bool(self.closures) or any(lane.shut for lane in self.lanes)

    def place(self, booths: list[Booths], crossings: list[Bridge | Ferry]) -> None:
        """Put a checkpoint here, and behind it crossings side by side."""
        for booth in booths:
            self._stage(Service(self.road, self.name, booth, []))
        if crossings:
            self._stage(Service(self.road, self.name, None, crossings))

    def _stage(self, service: Service) -> None:
        self.foot, service.pace = service.foot, max((lane.headway for lane in self.lanes), default=0.0)
        self.joined = self.joined or service.foot is not None
        self.stages.append(([*self.onward, *([service.foot] if service.foot else [])], service))
        self.onward = [service.done]

    @property
    def window(self) -> float:
        """The longest window in which nothing that passes here depends on what is not decided yet."""
        if self.out is None:
            return inf
        return min(self.out.free_flow / (2 if self.joined else 1), self.out.wave)

    def advance(self, until: float) -> None:
        """Let everyone pass who passes before that hour."""
        for queues, service in self.stages:
            pass_on(self, queues, None, service, until)
        pass_on(self, self.onward, self.out, None, until)

    def advance_as_known(self, until: float) -> None:
        """Let everyone pass who passes before that hour, or before it is known who comes."""
        known = min([lane.origin.decided + lane.free_flow for lane in self.lanes if lane.origin], default=until)
        until = min(until, known)
        self.advance(until)
        decided = until if self.out is None or self.onto is None else min(until, self.onto.decided + self.out.wave)
        self.decided = max(decided, self.decided)

    def could(self, queues: list[Queue], heads: list[float], hour: float) -> list[float]:
        """When the first of each queue could pass, closures at the end of its link or on the way on apart."""
        shut = [[*queue.shut, *self.closures] for queue in queues]
        return [open_from(max(head, hour), its) for head, its in zip(heads, shut, strict=True)]

    def turn(self, queues: list[Queue], heads: list[float], hour: float) -> int:
        """Whose turn it is, by credit among those who could pass by then; ties go by name."""
        near = [number for number, ready in enumerate(heads) if ready <= hour + NEAR]
        if len(near) == 1:
            return near[0]
        by_then = round(hour * TIE)
        able = [number for number in near if heads[number] <= hour or round(heads[number] * TIE) <= by_then]
        if len(able) == 1:
            return able[0]
        for number in able:
            queues[number].credit += queues[number].priority
        chosen = max(able, key=lambda number: queues[number].credit)
        queues[chosen].credit -= sum(queues[number].priority for number in able)
        return chosen

    def stops(self, lane: Lane, vehicle: int, hour: float) -> None:
        """A vehicle stops on a link, dry or broken down, at the share of it that it reached; it leaves the stream."""
        road, traffic, at = self.road, self.road.traffic, len(lane.left)
        on_link = hour - lane.entered[at]
        late = max(on_link - lane.free_flow, 0.0)
        burn = traffic.use[vehicle] * lane.length + traffic.idle[vehicle] * late
        dry = max(traffic.litres[vehicle], 0.0) / burn if burn > traffic.litres[vehicle] else inf
        broken = max(traffic.breaks_at[vehicle] - road.joined_at[vehicle] + lane.begins, 0.0) / lane.length
        share, cause = (dry, "fuel") if dry <= broken else (broken, "breakdown")
        when = lane.entered[at] + share * on_link
        lane.stalled.append(at)
        lane.aboard.append(traffic.people[vehicle])
        lane.left.append(max(when, lane.left[-1] if lane.left else when))
        lane.block(share, when, traffic.clearing[vehicle], traffic.blocks[vehicle], road.scenario.incidents.residual)
        km = lane.link.km + lane.km[0] + share * lane.length
        road.stalls.append(Stall(vehicle, when, lane.name, km, cause, when + traffic.clearing[vehicle]))
        traffic.litres[vehicle] -= share * burn
        road.burnt_by_stalled += share * burn
        road.end(vehicle, Trip(cause, road.entered[vehicle], when, lane.name, km))

    def trip(self, vehicle: int, hour: float) -> Trip:
        """The drive of a vehicle that leaves the road here."""
        last = self.lanes[0] if self.lanes else None
        return Trip("out", self.road.entered[vehicle], hour, self.name, last.link.km + last.km[1] if last else 0.0)
