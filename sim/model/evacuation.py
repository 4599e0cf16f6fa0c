"""Patients are taken out: ambulances over the road, helicopters by day and in flying weather.

An ambulance keeps the segment's own speed where the opposing lane is open to it, and elsewhere is faster than the
queue by the share of its time that it saves. It takes its turn at merges at once, and at a checkpoint goes before
everyone in line but not before who is at a booth. It takes no room on the road: a fleet is few against a queue.
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any

import simpy

from sim.model.flying import Sky

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.lane import Lane
    from sim.model.medical import Chain
    from sim.model.node import Node
    from sim.model.patient import Patient
    from sim.scenario.medical import AmbulanceFleet, HelicopterFleet

Story = Generator[simpy.Event, Any, None]
Boarding = Generator[simpy.Event, Any, "list[Patient]"]


class Evacuation:
    """Who waits to be taken out, and all fleets that do it."""

    def __init__(self, chain: Chain) -> None:
        self.chain, self.env, self.world = chain, chain.env, chain.world
        self.lines: dict[str, list[tuple[int, float, int, Patient]]] = {}
        """Settlement: those who wait, a heap: red first, then by the hour."""
        self.called: list[simpy.Event] = []

    def start(self) -> None:
        """Begin every ambulance's and helicopter's rounds."""
        world, transport, luck = self.world, self.world.scenario.transport, self.world.luck
        for name, fleet in transport.ambulances.items() if world.road is not None else ():
            count = round(fleet.ambulances)
            told = {"loading": fleet.loading, "back": fleet.back, "overtake": fleet.overtake}
            drawn = [how.draw(luck.of(f"{what} of {name}"), count).tolist() for what, how in told.items()]
            for loading, back, overtake in zip(*drawn, strict=True):
                self.env.process(self.drives(fleet, loading, back, overtake))
        sky = Sky(world.scenario)
        for helicopters in transport.helicopters.values():
            for _ in range(round(helicopters.helicopters)):
                self.env.process(self.flies(helicopters, sky))

    def call(self, patient: Patient) -> None:
        """A patient waits to be taken out."""
        line = self.lines.setdefault(patient.settlement, [])
        heappush(line, (patient.triage, patient.ready, patient.number, patient))
        called, self.called = self.called, []
        for crew in called:
            crew.succeed()

    def board(self, fleet: AmbulanceFleet | HelicopterFleet) -> Boarding:
        """Whom one takes: by priority, as many as it has seats for; none when its last round is over."""
        last = inf if fleet.until is None else fleet.until
        while self.env.now <= last:
            line = self.lines.get(fleet.at or self.longest())
            if line:
                return [heappop(line)[3] for _ in range(min(round(fleet.seats), len(line)))]
            called = self.env.event()
            self.called.append(called)
            yield called
        return []

    def longest(self) -> str:
        """Where most patients wait."""
        return max(self.lines, key=lambda name: len(self.lines[name]), default="")

    def drives(self, fleet: AmbulanceFleet, loading: float, back: float, overtake: float) -> Story:
        """One ambulance: load, drive, hand over, come back."""
        yield self.env.timeout(max(fleet.begins - self.env.now, 0.0))
        to = self.chain.told.hospitals[fleet.to].at or ""
        for _ in range(round(fleet.trips)):
            load = yield from self.board(fleet)
            if not load:
                return
            yield self.env.timeout(loading)
            for patient in load:
                self.chain.board(patient)
            yield from self.way(load[0].settlement, to, overtake)
            for patient in load:
                self.chain.deliver(patient, fleet.to)
            yield self.env.timeout(back)

    def flies(self, fleet: HelicopterFleet, sky: Sky) -> Story:
        """One helicopter: load, fly when it can, hand over, fly back."""
        ground = (fleet.cycle - 2 * fleet.flight) / 2
        yield self.env.timeout(max(fleet.begins - self.env.now, 0.0))
        while True:
            load = yield from self.board(fleet)
            if not load:
                return
            yield self.env.timeout(ground)
            yield self.env.timeout(sky.opens(self.env.now, fleet.flight, fleet.by_night) - self.env.now)
            for patient in load:
                self.chain.board(patient)
            yield self.env.timeout(fleet.flight)
            for patient in load:
                self.chain.deliver(patient, fleet.to)
            yield self.env.timeout(ground)
            yield self.env.timeout(sky.opens(self.env.now, fleet.flight, fleet.by_night) - self.env.now)
            yield self.env.timeout(fleet.flight)

    def way(self, settlement: str, to: str, overtake: float) -> Story:
        """Drive from a settlement to a node of the road."""
        road = self.world.road
        assert road is not None
        yield from self.until(road.opens)
        node = road.nodes[self.world.journeys.node[settlement]]
        while node.name != to and node.out is not None:
            lane: Lane = node.out
            yield self.env.timeout(lane.length / speed(road, lane, self.env.now, overtake))
            assert lane.end is not None
            node = lane.end
            yield from self.until(road.opens_behind(lane, self.env.now))
            if node.name != to:
                yield from self.until(passed(node, self.env.now))

    def until(self, hour: float) -> Story:
        """Wait until an hour; for good where it is never."""
        if hour == inf:
            yield self.env.event()
        elif hour > self.env.now:
            yield self.env.timeout(hour - self.env.now)


def passed(node: Node, now: float) -> float:
    """Hour at which what stands at a node has let an ambulance pass that comes now."""
    for _, service in node.stages:
        now = service.next_one(now)
    return now


def speed(road: Road, lane: Lane, now: float, overtake: float) -> float:
    """Speed of an ambulance on a link, km/h: its own in a free lane, else the queue's over the share of its time kept.

    The queue's is the link's length over the time of the last vehicle that left it, or of the first in line so far.
    """
    free = lane.link.speed * road.pace(now)
    corridor = road.corridor
    told = corridor.segments.get(lane.name) or corridor.feeders.get(lane.name)
    gone = lane.gone
    queues = gone < lane.count and lane.ready_at(gone) < now
    if not queues or (told is not None and told.opposing == "open"):
        return free
    last = lane.left_at(gone - 1) - lane.entered_at(gone - 1) if gone else 0.0
    took = max(last, now - lane.entered_at(gone), 1e-9)
    return min(free, lane.length / took / max(1 - overtake, 1e-9))
