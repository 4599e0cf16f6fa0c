"""Lanes of the road, and the queues of those who want onto it: who came in which order, and who has left."""

from __future__ import annotations

from array import array
from math import ceil, inf, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import LinkLog

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.node import Node
    from sim.scenario.route import Link


class Lane:
    """A link between two nodes: who entered, in order, and who has left."""

    def __init__(self, road: Road, link: Link, km: tuple[float, float], storage: int, number: int) -> None:
        self.road, self.name, self.link, self.km, self.number = road, link.name, link, km, number
        self.length, self.storage = km[1] - km[0], storage
        self.free_flow = self.length / link.speed
        self.wave = storage / link.jam_density / link.wave_speed
        self.headway, self.priority = 1 / link.capacity, link.priority
        self.dropped = self.headway / (1 - link.capacity_drop)
        """Headway of those who waited."""
        self.next_entry = self.next_dropped = -inf
        """When the next one can enter without having waited, and when after waiting."""
        self.vehicle = array("q")
        self.entered, self.ready, self.before, self.left = array("d"), array("d"), array("d"), array("d")
        self.stalled: list[int] = []
        self.aboard = array("q")
        self.pce, self.pointer, self.credit = 0.0, 0, 0.0
        self.exit_floor = self.free = -inf
        """When the next one can leave: a blockage is cleared, and the headway after the last one over."""
        self.shut: list[tuple[float, float]] = []
        self.origin: Node | None = None
        self.end: Node | None = None
        self.slow_until, self.slow = -inf, 1.0
        self.entry_floors: list[tuple[float, float]] = []
        self.waiting = False

    @property
    def begins(self) -> float:
        """Kilometres from its beginning to the end of the road."""
        return self.length + (self.end.to_end if self.end is not None else 0.0)

    def head(self, at: int) -> float:
        """Hour at which the vehicle at that place in the order could leave; inf when there is none."""
        if at >= len(self.ready):
            return inf
        return max(self.ready[at], self.exit_floor, self.free)

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
        inside = [self.road.traffic.people[vehicle] for vehicle in self.vehicle[len(self.aboard) :]]
        people = np.concatenate([np.array(self.aboard), np.array(inside, np.int64)])
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
            self.end is not None and self.end.out is None,
        )


class Source:
    """The queue of those who want onto the road at a node."""

    def __init__(self) -> None:
        self.vehicle: list[int] = []
        self.ready: list[float] = []
        self.left: list[float] = []
        self.priority, self.credit, self.name, self.free = 1.0, 0.0, "", -inf
        self.shut: list[tuple[float, float]] = []

    def join(self, vehicle: int, hour: float) -> None:
        """Join the queue."""
        self.vehicle.append(vehicle)
        self.ready.append(hour)

    def head(self, at: int) -> float:
        """Hour since which the vehicle at that place in the order has wanted on; inf when there is none."""
        return self.ready[at] if at < len(self.ready) else inf

    def expected_wait(self, hour: float) -> float:
        """Hours of waiting in sight: the queue over the pace at which the last of those who left did."""
        queue, gone = len(self.vehicle) - len(self.left), len(self.left)
        if queue <= 0:
            return 0.0
        waited = hour - self.ready[gone]
        recent = self.left[-100:]
        pace = len(recent) / max(hour - recent[0], 1e-6) if recent else 0.0
        return max(waited, queue / pace if pace else waited)


Queue = Lane | Source
