"""The road resolved: links in the direction of travel, each with all its traffic figures."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from sim.scenario.faults import Fault, ScenarioError, did_you_mean

if TYPE_CHECKING:
    from sim.scenario.road import Corridor, Stretch

USUAL = "two_lane"
"""The class of a road that names none."""


@dataclass(frozen=True)
class Link:
    """A stretch with its traffic figures, all lanes together."""

    name: str
    origin: str
    to: str
    length: float
    speed: float
    capacity: float
    jam_density: float
    wave_speed: float
    capacity_drop: float
    feeder: bool
    priority: float
    km: float
    """Where it begins: distance from the trunk's first node; on feeders, distance before they meet it, negative."""

    @property
    def free_flow(self) -> float:
        """Hours at free-flow speed."""
        return self.length / self.speed


@dataclass(frozen=True)
class Route:
    """Links from upstream to downstream, and the trunk's nodes in order."""

    links: tuple[Link, ...]
    trunk: tuple[str, ...]
    count_at: str

    @property
    def end(self) -> str:
        """The last node."""
        return self.trunk[-1]

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """All nodes."""
        return tuple(dict.fromkeys(n for link in self.links for n in (link.origin, link.to)))

    @cached_property
    def _out(self) -> dict[str, Link]:
        return {link.origin: link for link in self.links}

    def way(self, node: str, to: str) -> list[Link]:
        """Links from a node to another one downstream; those to the end when it is not on the way."""
        links = []
        while node != to and node in self._out:
            links.append(self._out[node])
            node = links[-1].to
        return links

    def distance(self, node: str, to: str) -> float:
        """Kilometres from a node to another one downstream."""
        return sum(link.length for link in self.way(node, to))

    def free_flow(self, node: str) -> float:
        """Hours from a node to the end at free-flow speed."""
        return sum(link.free_flow for link in self.way(node, self.end))

    def km_of(self, node: str) -> float:
        """Distance of a node of the trunk from its first."""
        return self.distance(self.trunk[0], node)

    def ends_at(self, name: str, km: float, node: str) -> bool:
        """Whether a link, or the piece of it up to that kilometre, ends at that node of the trunk."""
        link = next(link for link in self.links if link.name == name)
        if not link.feeder:
            return abs(km - self.km_of(node)) < METRE
        meets = next(part.to for part in (link, *self.way(link.to, self.end)) if part.to in self.trunk)
        return meets == node and abs(km) < METRE  # a feeder's kilometres count up to 0, where it meets the trunk


METRE = 0.001
"""Kilometres within which a place is at a node."""
SHORT = 2.0
"""Kilometres below which a link that is much shorter than its neighbour is joined to it."""


def joined(route: Route, fixed: set[str]) -> tuple[Link, ...]:
    """The links with short ones joined to a neighbour, where nothing stands between.

    A link of 150 m would cut time into windows of seconds. Joined, length, free-flow time, storage and the time of
    the wave stay what they were in sum, and the capacity is the smaller one. Links of like length are left alone.
    """
    links = list(route.links)
    number = 1
    while number < len(links):
        one, other = links[number - 1], links[number]
        short = min(one.length, other.length)
        plain = one.to == other.origin and one.to not in fixed and one.feeder == other.feeder
        if plain and short < SHORT and short < max(one.length, other.length) / 4:
            links[number - 1 : number + 1] = [_join(one, other)]
        else:
            number += 1
    return tuple(links)


def _join(one: Link, other: Link) -> Link:
    length = one.length + other.length
    return Link(
        name=one.name if one.length >= other.length else other.name,
        origin=one.origin,
        to=other.to,
        length=length,
        speed=length / (one.free_flow + other.free_flow),
        capacity=min(one.capacity, other.capacity),
        jam_density=(one.length * one.jam_density + other.length * other.jam_density) / length,
        wave_speed=length / (one.length / one.wave_speed + other.length / other.wave_speed),
        capacity_drop=max(one.capacity_drop, other.capacity_drop),
        feeder=one.feeder,
        priority=other.priority,
        km=one.km,
    )


def standing(route: Route, corridor: Corridor, homes: set[str]) -> set[str]:
    """Nodes at which something stands, joins, is shut or is counted: links on both sides of them are not joined."""
    nodes = {post.at for post in corridor.checkpoints.values()} | {route.count_at, route.trunk[0]} | homes
    nodes |= {crossing.at for crossing in corridor.crossings.values()}
    nodes |= {feeder.to for feeder in corridor.feeders.values()}
    shut = {closure.segment for closure in corridor.closures.values()}
    return nodes | {node for link in route.links if link.name in shut for node in (link.origin, link.to)}


@cache
def classes() -> dict[str, dict[str, str]]:
    """The table of road classes."""
    text = files("sim.scenario").joinpath("road_classes.csv").read_text(encoding="utf-8")
    return {row["class"]: row for row in csv.DictReader(text.splitlines())}


def resolve(corridor: Corridor) -> Route:
    """The road of a corridor; ScenarioError when it has a gap, a loop or a figure that cannot be."""
    faults: list[Fault] = []
    order = _order(corridor, faults)
    if faults:
        raise ScenarioError(faults)
    links, km = [], 0.0
    for name in order:
        links.append(_link(f"corridor.segments.{name}", name, corridor.segments[name], km, faults))
        km += corridor.segments[name].length
    trunk = (links[0].origin, *(link.to for link in links))
    feeders = _feeders(corridor, {node: sum(x.length for x in links[:i]) for i, node in enumerate(trunk)}, faults)
    route = Route((*feeders, *links), trunk, corridor.count_at or trunk[-1])
    faults.extend(_misplaced(corridor, route))
    if faults:
        raise ScenarioError(faults)
    return route


def _order(corridor: Corridor, faults: list[Fault]) -> list[str]:
    """Names of the segments from the first to the last."""
    segments = corridor.segments
    begins: dict[str, str] = {}
    for name, segment in segments.items():
        if segment.origin in begins:
            other = begins[segment.origin]
            faults.append(
                Fault(f"corridor.segments.{name}.from", f"'{segment.origin}' is where segment '{other}' begins too")
            )
        begins[segment.origin] = name
    ends = {segment.to for segment in segments.values()}
    first = [name for name, segment in segments.items() if segment.origin not in ends]
    if not first:
        faults.append(Fault("corridor.segments", "run in a loop: every segment begins where another one ends"))
    if faults:
        return []
    order, node = [], segments[first[0]].origin
    while node in begins and begins[node] not in order:
        order.append(begins[node])
        node = segments[order[-1]].to
    if node in {segments[name].origin for name in order}:
        faults.append(Fault(f"corridor.segments.{order[-1]}.to", f"leads back to '{node}': a loop"))
    for name in segments:
        if name not in order and not faults:
            near = did_you_mean(segments[name].origin, {segments[n].to for n in order})
            faults.append(
                Fault(
                    f"corridor.segments.{name}.from",
                    f"'{segments[name].origin}' is not on the road from '{segments[order[0]].origin}': a gap; {near}",
                )
            )
    return order


def _link(path: str, name: str, told: Stretch, km: float, faults: list[Fault], feeder: bool = False) -> Link:
    row = classes().get(told.road_class or USUAL)
    if row is None:
        faults.append(Fault(f"{path}.class", f"no such class of road; {did_you_mean(str(told.road_class), classes())}"))
        row = classes()[USUAL]
    speed = told.speed or (told.length / told.usual_time if told.usual_time else float(row["speed"]))
    density = (told.jam_density or float(row["jam_density"])) * told.lanes
    wave = told.wave_speed or float(row["wave_speed"])
    apex = speed * wave * density / (speed + wave)
    plain = told.speed is not None and told.jam_density is not None and told.wave_speed is not None
    capacity = told.capacity or (apex if plain else min(apex, float(row["capacity_lane"]) * max(told.lanes, 1)))
    if capacity > apex * (1 + 1e-9):
        faults.append(
            Fault(
                f"{path}.capacity",
                f"{capacity:,.0f} vehicles/h is more than the triangle's apex, {apex:,.0f} vehicles/h, allows",
            )
        )
    drop = told.capacity_drop if told.capacity_drop is not None else float(row["capacity_drop"])
    priority = getattr(told, "priority", 1.0)
    return Link(name, told.origin, told.to, told.length, speed, capacity, density, wave, drop, feeder, priority, km)


def _feeders(corridor: Corridor, km: dict[str, float], faults: list[Fault]) -> list[Link]:
    """Feeders from the farthest to the nearest; one may lead to another."""
    left, found = dict(corridor.feeders), []
    meets = dict.fromkeys(km, 0.0)
    while left:
        ready = [name for name, told in left.items() if told.to in meets]
        for name in ready:
            told = left.pop(name)
            if told.origin in meets:
                faults.append(Fault(f"corridor.feeders.{name}.from", f"'{told.origin}' is on the road already"))
                continue
            meets[told.origin] = meets[told.to] - told.length
            found.append(_link(f"corridor.feeders.{name}", name, told, meets[told.origin], faults, feeder=True))
        if not ready:
            for name, told in left.items():
                faults.append(
                    Fault(
                        f"corridor.feeders.{name}.to", f"'{told.to}' cannot be reached; {did_you_mean(told.to, meets)}"
                    )
                )
            break
    return found[::-1]


def _misplaced(corridor: Corridor, route: Route) -> list[Fault]:
    """Posts, crossings, closures and counts that name no place of the road."""
    faults = []
    stands = {f"corridor.checkpoints.{n}.at": post.at for n, post in corridor.checkpoints.items()}
    stands |= {f"corridor.crossings.{n}.at": crossing.at for n, crossing in corridor.crossings.items()}
    for path, node in stands.items():
        if node not in route.nodes:
            faults.append(Fault(path, f"no node '{node}' on the road; {did_you_mean(node, route.nodes)}"))
    if route.count_at not in route.trunk:
        faults.append(
            Fault(
                "corridor.count_at",
                f"no node '{route.count_at}' on the trunk; {did_you_mean(route.count_at, route.trunk)}",
            )
        )
    lengths = {link.name: link.length for link in route.links}
    for name, closure in corridor.closures.items():
        if closure.segment not in lengths:
            faults.append(
                Fault(f"corridor.closures.{name}.segment", f"no such segment; {did_you_mean(closure.segment, lengths)}")
            )
        elif closure.km > lengths[closure.segment]:
            faults.append(
                Fault(f"corridor.closures.{name}.km", f"lies beyond the segment's {lengths[closure.segment]:g} km")
            )
    return faults
