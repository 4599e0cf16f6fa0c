"""Trucks of dated convoys on the road that people take: vehicles like others, with room on it and time at booths."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.model import trucks
from sim.model.coming import comes, counts_from
from sim.model.convoys import times
from sim.model.provided import ARRIVES
from sim.model.streams import stream
from sim.scenario import packing

if TYPE_CHECKING:
    import simpy

    from sim.model.world import World
    from sim.scenario.route import Route
    from sim.scenario.schema import Scenario
    from sim.scenario.supplies import Convoy, SupplySource

Story = Generator["simpy.Event", Any, None]
Key = tuple[str, str, int]
"""A convoy: its supply, its name, its number."""


class Passed(NamedTuple):
    """One convoy on the shared road."""

    customs: float
    """Hours at borders before it."""
    slowest: float
    """Hours that the last of its trucks took longer than at free flow."""
    on_the_way: int
    """Trucks that have not come through."""

    @property
    def late(self) -> float:
        """Hours it is late; inf while it is still on the way."""
        return self.slowest if self.on_the_way == 0 else inf


def joins_at(scenario: Scenario, route: Route | None, source: SupplySource) -> str | None:
    """Where trucks of a source get onto the road: where its shared segments begin, if they lead to the road's end.

    None where they do not, or where nobody can join there: such trucks are as late as the vehicle ahead of them.
    """
    shared = [link for link in route.links if source.shared.get(link.name)] if route is not None else []
    if route is None or not shared:
        return None
    ends = {link.to for link in shared}
    first = [link.origin for link in shared if link.origin not in ends]
    nodes = {told.at or name for name, told in scenario.population.settlements.items()} | {route.trunk[0]}
    if len(first) != 1 or first[0] not in nodes:
        return None
    whole = {link.name for link in route.way(first[0], route.end)} == {link.name for link in shared}
    return first[0] if whole else None


class Trucks:
    """Convoys whose times are known before the run, on their way over the shared road."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.passed: dict[Key, Passed] = {}

    def start(self) -> None:
        """Begin every convoy's drive."""
        scenario = self.world.scenario
        for name, told in scenario.supply.provided.items():
            for key, convoy in told.convoys.items():
                source = scenario.supply.sources.get(convoy.source or "")
                node = None if source is None else joins_at(scenario, self.world.route, source)
                if source is not None and node is not None and convoy.status in ARRIVES:
                    self._send((name, key), convoy, source, node)

    def _send(self, of: tuple[str, str], convoy: Convoy, source: SupplySource, node: str) -> None:
        """All convoys of a supply, each with the trucks that its quantity takes."""
        world, scenario = self.world, self.world.scenario
        told, fleet = scenario.supply.provided[of[0]], trucks.fleet_of(scenario, source)
        goods = packing.packed(told.item, told.goods)
        assert goods is not None
        amount = packing.amount_of(scenario, told, convoy.quantity)
        weight = packing.weight(goods, amount, packing.unit_of(scenario, told.item))
        number = trucks.loads(fleet, weight.tonnes, weight.m3)
        for turn, leaves in enumerate(times(convoy, scenario.horizon)):
            key = (*of, turn)
            if comes(world, named(key), convoy.chance):
                luck = stream(world.seed, world.replication, f"customs of {named(key)}")
                customs = max(float(source.customs.draw(luck, 1)[0]), 0.0)
                self.passed[key] = Passed(customs, 0.0, number)
                at = counts_from(scenario, convoy.status, leaves) + customs
                for _ in range(number):
                    world.env.process(self._drive(key, at, node, (fleet.pce, fleet.weight)))

    def _drive(self, key: Key, at: float, node: str, size: tuple[float, float]) -> Story:
        """One truck: it joins the queue for the road, and leaves it at the other end."""
        world = self.world
        assert world.road is not None
        assert world.route is not None
        yield world.env.timeout(at)
        world.lifts.seats.append(0)
        trip = yield world.road.drive(world.traffic.add(0, *size), node)
        if trip.status == "out":
            passed, late = self.passed[key], trip.hour - at - world.route.free_flow(node)
            self.passed[key] = passed._replace(slowest=max(passed.slowest, late), on_the_way=passed.on_the_way - 1)


def named(key: Key) -> str:
    """The name of a convoy's luck."""
    return f"convoy {key[2]} of {key[1]} of {key[0]}"
