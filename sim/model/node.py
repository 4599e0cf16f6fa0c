"""Nodes of the road: what leads there, what stands there, and where the way goes on."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.model.lane import Lane, Queue, Source
from sim.model.service import Service
from sim.model.traffic import Trip

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.scenario.road import Checkpoint, Crossing


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
        self.onward: list[Queue] = []
        """The queues for the way on: all that end here, or those whom the last of what stands here has served."""
        self.counts = False
        self.decided = self.to_end = 0.0
        self.first = self.last = 0
        """Where its stages begin and end in the road's table."""

    def finish(self, joins: bool, counts: bool) -> None:
        """Fix what does not change: the queues, in the order of their names, and whether people are counted here."""
        self.counts = counts
        self.onto = self.out.end if self.out is not None else None
        if joins or not self.lanes:
            self.source, self.joined = Source(), True
        self.onward = [*sorted(self.lanes, key=lambda lane: lane.name), *([self.source] if self.source else [])]

    @property
    def shuts(self) -> bool:
        """Whether closures act here, at the end of a lane or on the way on."""
        return bool(self.closures) or any(lane.shut for lane in self.lanes)

    def place(self, posts: list[tuple[str, Checkpoint]], crossings: list[Crossing]) -> None:
        """Put checkpoints here, and behind them crossings side by side."""
        for name, post in posts:
            self._stage(Service(self.road, self.name, post, name))
        if crossings:
            self._stage(Service(self.road, self.name, crossings))

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

    def advance_as_known(self, until: float) -> None:
        """Let everyone pass who passes before that hour, or before it is known who comes."""
        known = min([lane.origin.decided + lane.free_flow for lane in self.lanes if lane.origin], default=until)
        until = min(until, known)
        self.road.advance(self.first, self.last, until, until)
        decided = until if self.out is None or self.onto is None else min(until, self.onto.decided + self.out.wave)
        self.decided = max(decided, self.decided)

    def trip(self, vehicle: int, hour: float) -> Trip:
        """The drive of a vehicle that leaves the road here."""
        last = self.lanes[0] if self.lanes else None
        km = last.link.km + last.km[1] if last else 0.0
        return Trip("out", self.road.traffic.entered[vehicle], hour, self.name, km)
