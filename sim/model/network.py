"""Nodes and lanes of a road: its links, joined where they are short, and cut where closures act."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING

from sim.model.lane import Lane
from sim.model.node import Node
from sim.scenario.route import joined

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.scenario.route import Link

LEAST_PIECE = 2.0
"""Kilometres below which a piece of a link cut by a closure does not set the window: its ends take turns within one."""
LEAST_PLACES = 2.0
"""Vehicles: a closure with less room than that between it and a node acts at the node."""


class Network:
    """All nodes and lanes of a road."""

    def __init__(self, road: Road) -> None:
        self.road, self.corridor = road, road.corridor
        self.lanes: list[Lane] = []
        self.nodes: dict[str, Node] = {}
        self._build()
        long = [node.window for node in self.nodes.values() if node.out is None or not is_scrap(node.out)]
        self.window = min(long, default=inf)
        self.close = self._close()
        """Nodes at the ends of links too short for a window: they take turns until none can go on."""

    def _build(self) -> None:
        route, settlements, stored = self.road.route, self.road.scenario.population.settlements, 0.0
        for link in joined(route, self._fixed()):
            first = stored if not link.feeder else 0.0
            stored = first + link.length * link.jam_density if not link.feeder else stored
            self._lay(link, first)
        joins = {told.at or name for name, told in settlements.items()} | {route.trunk[0]}
        for name, node in self.nodes.items():
            node.finish(name in joins, name == route.count_at)
            posts = [(n, post) for n, post in sorted(self.corridor.checkpoints.items()) if post.at == name]
            node.place(posts, [one for _, one in sorted(self.corridor.crossings.items()) if one.at == name])
            way: Node | None = node
            while way is not None and way.out is not None:
                node.to_end += way.out.length
                way = way.out.end

    def _fixed(self) -> set[str]:
        """Nodes at which something stands, joins or is counted."""
        corridor, route, scenario = self.corridor, self.road.route, self.road.scenario
        nodes = {post.at for post in corridor.checkpoints.values()} | {route.count_at, route.trunk[0]}
        nodes |= {crossing.at for crossing in corridor.crossings.values()}
        nodes |= {told.at or name for name, told in scenario.population.settlements.items()}
        nodes |= {feeder.to for feeder in corridor.feeders.values()}
        nodes |= {one.at for one in scenario.medical.hospitals.values() if one.at is not None}
        shut = {closure.segment for closure in corridor.closures.values()}
        return nodes | {node for link in route.links if link.name in shut for node in (link.origin, link.to)}

    def _lay(self, link: Link, stored: float) -> None:
        """Lay a link, cut where closures act."""
        cuts: dict[float, list[tuple[float, float]]] = {}
        for closure in self.corridor.closures.values():
            if closure.segment == link.name:
                cuts.setdefault(acts_at(closure.km, link, cuts), []).append((closure.begins, closure.until))
        begin, at = 0.0, link.origin
        for number, km in enumerate(sorted({*cuts, link.length} - {0.0})):
            to = link.to if km == link.length else f"{link.name} km {km:g}"
            one, other = stored + begin * link.jam_density, stored + km * link.jam_density
            lane = Lane(self.road, link, (begin, km), max(round(other) - round(one), 1), number)
            self.lanes.append(lane)
            lane.origin, lane.end = self._node(at), self._node(to)
            lane.origin.out = lane
            lane.end.lanes.append(lane)
            lane.shut = cuts.get(km, [])
            begin, at = km, to
        self._node(link.origin).closures.extend(cuts.get(0.0, []))

    def _node(self, name: str) -> Node:
        if name not in self.nodes:
            self.nodes[name] = Node(self.road, name)
        return self.nodes[name]

    def _close(self) -> list[Node]:
        ends: dict[str, Node] = {}
        for lane in self.lanes:
            assert lane.origin is not None
            assert lane.end is not None
            if lane.origin.window < self.window:
                ends |= {lane.origin.name: lane.origin, lane.end.name: lane.end}
        return list(ends.values())


def is_scrap(lane: Lane) -> bool:
    """Whether a lane is a short piece of a link cut by a closure."""
    return lane.length < min(lane.link.length, LEAST_PIECE)


def acts_at(km: float, link: Link, cuts: Iterable[float]) -> float:
    """Where on a link a closure acts: at its place, or at a node or another closure within a few metres."""
    near = [other for other in (0.0, link.length, *cuts) if abs(other - km) * link.jam_density < LEAST_PLACES]
    return near[0] if near else km
